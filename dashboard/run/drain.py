"""How a connection gets rid of what was written to it: a client that takes nothing of it for long is dropped."""

from __future__ import annotations

UNREAD_S = 30.0  # for so long may a client take nothing of what waits for it
_SOME_BYTES = 8_192  # who has read so much within UNREAD_S is only slow


class Drain:
    """What a transport has not got rid of yet, and since when nothing of it was taken."""

    def __init__(self) -> None:
        self._least, self._since = 0, 0.0

    def stuck(self, waiting_bytes: int, now: float) -> bool:
        """Says whether nothing to speak of was taken for UNREAD_S."""
        if waiting_bytes == 0 or self._least == 0 or waiting_bytes <= self._least - _SOME_BYTES:
            self._least, self._since = waiting_bytes, now
        return waiting_bytes > 0 and now - self._since > UNREAD_S

    def taken(self) -> None:
        """Notes that what waited was taken but for a little."""
        self._least = 0
