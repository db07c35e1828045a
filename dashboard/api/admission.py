"""Who may open a socket, and how much one socket may ask for; every kind of socket shares it.

A client pays for what it asks: each message, and the time that the event loop spends on it. Who asks for too many
messages is sent away with a reason; who asks for too much work waits until it is paid for, and nobody else does.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

MOST_SOCKETS = 5000
MESSAGES_A_SECOND, MESSAGES_AT_ONCE = 10.0, 60.0
WORK_SHARE, WORK_AT_ONCE_S = 0.02, 0.2  # of the event loop, for one socket
OPENING_SHARE, OPENING_AT_ONCE_S = 0.3, 2.0  # for all sockets together, also those that come again and again
_LONGEST_PAUSE_S = 5.0  # pings have to be answered in between

Now = Callable[[], float]


class TooMuch(Exception):
    """A client has asked for more than it may; the reason is for its eyes."""


class Bucket:
    """Something that fills up by itself, and is spent."""

    def __init__(self, a_second: float, at_once: float, now: Now = time.monotonic) -> None:
        self._a_second, self._at_once, self._now = a_second, at_once, now
        self._left, self._at = at_once, now()

    def spend(self, amount: float) -> float:
        """Spends, also what is not there yet; returns what is left, below zero when it is owed."""
        now = self._now()
        self._left = min(self._at_once, self._left + (now - self._at) * self._a_second) - amount
        self._at = now
        return self._left

    def owed_s(self) -> float:
        """Returns in how many seconds what was spent too much is there again."""
        return max(0.0, -self.spend(0.0) / self._a_second)


class Admission:
    """All sockets of a server.

    Attributes:
        refused: how many were sent away since the start, at the door or later.
    """

    def __init__(self, most: int = MOST_SOCKETS, now: Now = time.monotonic) -> None:
        self._most, self._now = most, now
        self._open = self.refused = 0
        self._opening = Bucket(OPENING_SHARE, OPENING_AT_ONCE_S, now)

    @contextlib.contextmanager
    def entered(self) -> Iterator[Budget | None]:
        """Gives the budget of a socket while it is open, or None when there are too many."""
        if self._open >= self._most:
            self.refused += 1
            yield None
            return
        self._open += 1
        try:
            yield Budget(self._opening, self._now)
        except TooMuch:
            self.refused += 1
            raise
        finally:
            self._open -= 1


class Budget:
    """What one socket may still ask for."""

    def __init__(self, opening: Bucket, now: Now = time.monotonic) -> None:
        self._messages = Bucket(MESSAGES_A_SECOND, MESSAGES_AT_ONCE, now)
        self._work, self._opening = Bucket(WORK_SHARE, WORK_AT_ONCE_S, now), opening

    def take_message(self) -> None:
        """Counts a message; raises TooMuch when there were too many."""
        if self._messages.spend(1.0) < 0.0:
            raise TooMuch("too many messages")

    @contextlib.contextmanager
    def working(self, *, opening: bool = False) -> Iterator[None]:
        """Counts the time spent inside, with `opening` also for all sockets together."""
        started = time.perf_counter()
        try:
            yield
        finally:
            spent_s = time.perf_counter() - started
            self._work.spend(spent_s)
            if opening:
                self._opening.spend(spent_s)

    def pause_s(self) -> float:
        """Returns for how long the socket has to wait before anything else is done for it."""
        return min(_LONGEST_PAUSE_S, max(self._work.owed_s(), self._opening.owed_s()))
