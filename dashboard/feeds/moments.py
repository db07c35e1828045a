"""The door out: whatever is shown, listed, exported or acted on is a reading of the city at a moment.

Nobody above `feeds` holds the state. So a past moment will be just another reading: each page, list and file that is
made from one works on it without a change, since none of them can reach the present by itself.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from dashboard.domain.reading import ahead
from dashboard.domain.reading.field import Field
from dashboard.domain.reading.moment import Reading, instant
from dashboard.errors import MomentUnavailable
from dashboard.feeds.follower import Replica


class Counts(msgspec.Struct, frozen=True):
    """What a state has counted; `watermark` is the latest event time that does not lie ahead, epoch seconds."""

    reports: int
    duplicates: int
    differing: int
    dead_letters: int
    held: int
    cases: int
    watermark: float
    ahead: int = 0


class Moments:
    """Gives readings of one replica by one clock."""

    def __init__(self, replica: Replica, now: Callable[[], float]) -> None:
        self._replica, self.now_s = replica, now

    def now(self) -> Reading:
        """Returns the city as it is at this moment of its clock; on the event loop, to be read before the next await.

        Whoever needs it longer takes a frozen copy (see `desk.kept`).
        """
        return Reading(self._replica.state, self.now_s())

    def at(self, at_s: float) -> Reading:
        """Returns the city as it was at an instant (epoch seconds); the place of the time machine.

        It will fold a second city from the log up to that instant and give its reading. Until
        then no past moment can be given, and now is not handed out in its stead.

        Raises:
            MomentUnavailable: always.
        """
        raise MomentUnavailable(instant(at_s))

    def counts(self) -> Counts:
        """Returns what has been counted so far, as metrics and readiness ask for it often."""
        state = self._replica.state
        return Counts(
            reports=state.reports,
            duplicates=state.duplicates,
            differing=state.differing,
            dead_letters=state.dead_letters,
            held=state.early.count,
            cases=len(state.cases),
            watermark=self.watermark(),
            ahead=ahead.steps_of(state.cases, self.now_s()) + Field(state, self.now_s()).ahead,
        )

    def watermark(self) -> float:
        """Returns the latest event time that does not lie ahead of the clock (epoch seconds), 0 = none."""
        return ahead.watermark(self._replica.state, self.now_s())
