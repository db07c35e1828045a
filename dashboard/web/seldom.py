"""Lines in the server's log that a client may bring about: one a second, however often it tries."""

from __future__ import annotations

import time
from collections.abc import Callable

EVERY_S = 1.0


class Seldom:
    """Says when a line may be written, and how many were left out since the last one."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._said_s = float("-inf")
        self._left_out = 0

    def allows(self) -> bool:
        """Whether a line may be written now; counts it when not."""
        if self._now() - self._said_s < EVERY_S:
            self._left_out += 1
            return False
        self._said_s = self._now()
        return True

    def more(self) -> str:
        """Returns what is added to a line that may be written: how many were not; forgets them."""
        left_out, self._left_out = self._left_out, 0
        return f" ({left_out} more like it since the last line)" if left_out else ""
