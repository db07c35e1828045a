"""The log on standard error: one line an event, and no client can fill it.

Libraries that talk to clients write a traceback whenever one of them behaves oddly. Here each such record is one line
that says where the error came from, and all of them together are at most one line a second.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Callable

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_TALKERS = ("uvicorn", "asyncio", "websockets", "dash", "fastapi", "starlette")
_OWN_TALKERS = (
    "dashboard.api",
    "dashboard.web",
    "dashboard.desk",
    "dashboard.run.connections",
    "dashboard.run.sockets",
)
_AT_ONCE = 3
_FRAMES = 4


def begin(*, verbose: bool) -> None:
    """Writes warnings to standard error from now on, with `verbose` also what happens."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Quiet())
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format=_FORMAT, handlers=[handler])


def in_one_line(error: BaseException) -> str:
    """Returns an error with the places that it came through, the innermost first."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
    told = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {told} ({places})" if places else f"{type(error).__name__}: {told}"


class Quiet(logging.Filter):
    """Lets through what we say ourselves, and of what clients cause one line a second."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now, self._allowance, self._at, self._left_out = now, float(_AT_ONCE), now(), 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Shortens a record that a client caused; says whether it is written."""
        if not _is_talk(record.name):
            return True
        now = self._now()
        self._allowance = min(float(_AT_ONCE), self._allowance + now - self._at)
        self._at = now
        if self._allowance < 1.0:
            self._left_out += 1
            return False
        self._allowance -= 1.0
        record.msg, record.args = self._line(record), ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True

    def _line(self, record: logging.LogRecord) -> str:
        line = " ".join(record.getMessage().split())[:500]
        if record.exc_info and record.exc_info[1] is not None:
            line = f"{line}: {in_one_line(record.exc_info[1])}"
        if self._left_out:
            line, self._left_out = f"{line} (and {self._left_out} lines left out)", 0
        return line


def _is_talk(name: str) -> bool:
    return name.partition(".")[0] in _TALKERS or name.startswith(_OWN_TALKERS)
