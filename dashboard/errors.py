"""Every error that Gridwall raises on purpose.

GridwallError
├── SettingsError       a setting has a value that cannot be used
├── UnreadableFile      a file that a city hands in holds no text that can be read
├── AreasError          an areas file does not make a city
├── RulesError          a rules file cannot be used
├── RedisUnavailable    no Redis answers where one should
├── RedisRefuses        Redis answers, and does not do what it is asked
│   └── OtherShards     its log has another number of shards
├── SnapshotError       a snapshot cannot be read by this version
├── SnapshotRefused     what was counted is in a snapshot alone, and it does not fit what is set now
├── ArchiveUnavailable  the archive of ended cases cannot be read
├── ModuleError         a script of the browser imports what cannot be joined
├── TooManyRows         a table is larger than its kind of file allows
├── Fault               an entry of the log has met a mistake in the code
├── MomentUnavailable   the city cannot be shown as it was at that moment
├── Unknown             there is no such area, case, task or department (404)
├── Refused             a deed is not done
│   ├── NotAllowed      whoever asks may not do it (403)
│   ├── Overtaken       somebody else has acted in the meantime (409)
│   └── Impossible      what it is done to does not allow it now (409)
└── InvalidReport       a report that will never count (becomes a dead letter or a 4xx)

The command line turns each into one line on stderr and exit code 1; HTTP turns
`InvalidReport` into a 422 or, by its kind, a 400 with its field and reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

InvalidKind = Literal["invalid", "not-json", "malformed", "not-a-grid"]


class GridwallError(Exception):
    """Root of all errors raised on purpose."""


class SettingsError(GridwallError):
    """A setting has a value that cannot be used."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class UnreadableFile(GridwallError):
    """A file that a city hands in holds no text that can be read; `reason` says what it is instead."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}" if "/" in name else f"{name} {reason}")
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


class RedisRefuses(GridwallError):
    """Redis answers, and does not do what it is asked; `reason` are its own words, or why we do not ask.

    Attributes:
        error: its name for programs: `log-full` when it takes no writes, whatever keeps it from that; `clock-skew`
            when our clock is so far off that what we would write is wrong; `other-shards` when the log is of another
            number of shards than ours; else `redis-refuses`.
    """

    def __init__(self, reason: str, error: str = "redis-refuses") -> None:
        super().__init__(f"Redis refuses: {reason}")
        self.reason, self.error = reason, error


class OtherShards(RedisRefuses):
    """A log is of another number of shards than ours, so what we would write there is read by nobody.

    Attributes:
        shards: our number.
        known: that of the log, None where it was never kept (and follows from where the entries are).
        placed: entries by stream, in streams that are not ours or are placed by the other number.
    """

    def __init__(self, shards: int, known: int | None, placed: dict[str, int]) -> None:
        some = ", ".join(f"{name} ({count:,})" for name, count in list(placed.items())[:4])
        of = "another number of shards" if known is None else f"{known} shard{'' if known == 1 else 's'}"
        wanted = "the number that wrote them" if known is None else str(known)
        reason = (
            f"the log is of {of}, with entries in {some}, and ours is {shards}: nothing is written, since nobody would "
            f"read it; set GRIDWALL_SHARDS (of the simulator: --shards) to {wanted}"
        )
        super().__init__(reason, "other-shards")
        self.args = (reason,)
        self.shards, self.known, self.placed = shards, known, placed


class SnapshotError(GridwallError):
    """A snapshot cannot be read by this version; the caller folds from the start."""


class SnapshotRefused(GridwallError):
    """What was counted is in a snapshot alone, since its log was trimmed, and it does not fit what is set now."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(
            f"the log was trimmed and cannot be folded anew, and its snapshot does not fit: {'; '.join(problems)}. "
            "The snapshot is kept as it is. Set again what was set before, or delete the key gridwall:{snapshot} in "
            "Redis to begin with what the log still holds"
        )
        self.problems = problems


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


class MomentUnavailable(GridwallError):
    """The city cannot be shown as it was at `moment` (RFC 3339)."""

    def __init__(self, moment: str) -> None:
        super().__init__(f"the city of {moment} cannot be shown: only the present moment can be read so far")
        self.moment = moment


class Fault(GridwallError):
    """An entry of the log has met a mistake in the code: the state may be half changed.

    Attributes:
        shard, position: where the entry lies.
        error: what was raised.
    """

    def __init__(self, shard: int, position: bytes, error: Exception) -> None:
        super().__init__(f"entry {position.decode('latin-1')} of shard {shard}: {type(error).__name__}: {error}")
        self.shard, self.position, self.error = shard, position, error


class Unknown(GridwallError):
    """There is no such thing.

    Attributes:
        what: kind of thing: `area`, `case`, `task`, `department`; `name` is which one.
        field: what of the request names it.
        reason: in words.
    """

    def __init__(self, what: str, name: str, field: str = "id", reason: str | None = None) -> None:
        self.what, self.name, self.field = what, name, field
        self.reason = reason or f"no {what} {name[:80]} that can be acted on"
        super().__init__(self.reason)


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
    """A report that will never count, or a question that makes no sense.

    Attributes:
        field: JSON path of the field at fault (`data.age`), or an empty string for the whole.
        reason: what is wrong with it, in words.
        kind: `not-json` and `malformed` could not be read as what they should be (HTTP 400); the others were read
            and say something impossible (422).
    """

    def __init__(self, field: str, reason: str, kind: InvalidKind = "invalid") -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason
        self.kind: InvalidKind = kind
