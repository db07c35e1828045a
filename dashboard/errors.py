"""Every error that Gridwall raises on purpose.

GridwallError
├── SettingsError       a setting has a value that cannot be used
├── AreasError          an areas file does not make a city
├── RulesError          a rules file cannot be used
├── RedisUnavailable    no Redis answers where one should
├── SnapshotError       a snapshot cannot be read by this version
├── ArchiveUnavailable  the archive of ended cases cannot be read
├── ModuleError         a script of the browser imports what cannot be joined
├── TooManyRows         a table is larger than its kind of file allows
├── Unknown             there is no case or task of that name that could be acted on
├── Refused             a deed is not done
│   ├── NotAllowed      whoever asks may not do it (403)
│   ├── Overtaken       somebody else has acted in the meantime (409)
│   └── Impossible      what it is done to does not allow it now (409)
└── InvalidReport       a report that will never count (becomes a dead letter or a 4xx)

The command line turns each into one line on stderr and exit code 1; HTTP turns
`InvalidReport` into a 422 with its field and reason.
"""

from __future__ import annotations

from collections.abc import Sequence


class GridwallError(Exception):
    """Root of all errors raised on purpose."""


class SettingsError(GridwallError):
    """A setting has a value that cannot be used."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class AreasError(GridwallError):
    """An areas file does not make a city; `problems` says in words why not."""

    def __init__(self, problems: Sequence[str]) -> None:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"areas: {problems[0] if problems else 'unusable'}{more}")
        self.problems = list(problems)


class RulesError(GridwallError):
    """A rules file cannot be used; `where` is the path of the entry inside it."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"rules, {where}: {reason}")
        self.where = where
        self.reason = reason


class RedisUnavailable(GridwallError):
    """No Redis answers at `url` (password left out)."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"Redis at {url} does not answer: {reason}")
        self.url = url
        self.reason = reason


class SnapshotError(GridwallError):
    """A snapshot cannot be read by this version; the caller folds from the start."""


class ArchiveUnavailable(GridwallError):
    """The archive of ended cases in `folder` cannot be read."""

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(f"archive in {folder}: {reason}")
        self.folder = folder
        self.reason = reason


class ModuleError(GridwallError):
    """Modules of the browser cannot be joined; `path` in assets/ is the one that asks for what cannot be."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"assets/{path}: {reason}")
        self.path, self.reason = path, reason


class TooManyRows(GridwallError):
    """A table is larger than its kind of file allows; `most` is how many rows that is."""

    def __init__(self, most: int) -> None:
        super().__init__(f"a sheet holds at most {most:,} rows; take CSV, or fewer rows")
        self.most = most


class Unknown(GridwallError):
    """There is no such thing that could be acted on; `what` is `case` or `task`."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"no {what} {name[:80]} that can be acted on")
        self.what = what
        self.name = name


class Refused(GridwallError):
    """A deed that is not done.

    Attributes:
        error: its name for programs.
        field: what of the request stands against it, if one thing does.
        reason: why, in words.
    """

    error, field = "refused", ""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAllowed(Refused):
    """Whoever asks may not do this; each door has its own name for programs (`loopback-only`, `foreign-origin`)."""

    def __init__(self, error: str, reason: str) -> None:
        super().__init__(reason)
        self.error = error


class Overtaken(Refused):
    """Somebody else has acted in the meantime."""

    error, field = "overtaken", "version"


class Impossible(Refused):
    """What it would be done to does not allow it now."""

    error, field = "impossible", "action"


class InvalidReport(GridwallError):
    """A report that will never count.

    Attributes:
        field: JSON path of the field at fault (`data.age`), or an empty string for the whole.
        reason: what is wrong with it, in words.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason
