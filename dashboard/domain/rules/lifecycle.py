"""Which step of a case may follow which (the seven steps of GB/T 30428), and what the steps add up to.

reported → filed → dispatched → started → handled → closed, rated at the end. Steps may be
skipped forwards. Side ways: rejected, merged, cancelled by who asked for it. Back ways:
returned (handled → dispatched), reopened (closed → dispatched). At any open step: dispatched
anew to somebody else before it is handled, escalated upwards, suspended and resumed, urged and replied to.

The state of a case depends on when its steps happened, not on when they arrived: steps are
replayed in the order of their time, so late reports end in the right place.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from enum import IntEnum

import msgspec

LEVEL_CODES = {"grid": 0, "community": 1, "street": 2, "district": 3, "city": 4}
LEVEL_NAMES = tuple(LEVEL_CODES)


class State(IntEnum):
    """States of a case; those up to HANDLED are open."""

    REPORTED = 0
    FILED = 1
    DISPATCHED = 2
    STARTED = 3
    HANDLED = 4
    CLOSED = 5
    REJECTED = 6
    MERGED = 7
    CANCELLED = 8


STATE_NAMES = tuple(state.name.lower() for state in State)
LAST_OPEN = State.HANDLED

# Steps in the order in which two with the same instant are replayed; the position is the step's code.
STEP_TYPES = (
    "case.reported",
    "case.filed",
    "case.dispatched",
    "case.started",
    "case.suspended",
    "case.resumed",
    "case.escalated",
    "case.urged",
    "case.replied",
    "case.handled",
    "case.returned",
    "case.closed",
    "case.rated",
    "case.reopened",
    "case.rejected",
    "case.merged",
    "case.cancelled",
)
STEP_CODES = {name: code for code, name in enumerate(STEP_TYPES)}
(
    REPORTED,
    FILED,
    DISPATCHED,
    STARTED,
    SUSPENDED,
    RESUMED,
    ESCALATED,
    URGED,
    REPLIED,
    HANDLED,
    RETURNED,
    CLOSED,
    RATED,
    REOPENED,
    REJECTED,
    MERGED,
    CANCELLED,
) = range(len(STEP_TYPES))

ILLEGAL = -1


def _table() -> tuple[tuple[int, ...], ...]:
    """Returns the next state for [step][state], ILLEGAL where the step may not happen."""
    table = [[ILLEGAL] * len(State) for _ in STEP_TYPES]

    def allow(step: int, states: Iterable[State], to: State | None) -> None:
        for state in states:
            table[step][state] = state if to is None else to

    s = State
    still_open = [s.REPORTED, s.FILED, s.DISPATCHED, s.STARTED, s.HANDLED]
    allow(FILED, [s.REPORTED], s.FILED)
    allow(DISPATCHED, still_open[:4], s.DISPATCHED)
    allow(STARTED, still_open[:3], s.STARTED)
    allow(HANDLED, still_open[:4], s.HANDLED)
    allow(CLOSED, still_open, s.CLOSED)
    allow(RETURNED, [s.HANDLED], s.DISPATCHED)
    allow(REOPENED, [s.CLOSED], s.DISPATCHED)
    allow(REJECTED, [s.REPORTED, s.FILED], s.REJECTED)
    allow(MERGED, still_open, s.MERGED)
    allow(CANCELLED, still_open, s.CANCELLED)
    for step in (SUSPENDED, RESUMED, ESCALATED, URGED, REPLIED):
        allow(step, still_open, None)
    allow(RATED, [s.CLOSED], None)
    return tuple(tuple(row) for row in table)


NEXT = _table()

# A step in a trace: code, argument (level, score, or shard-free 0), shard, instant, stream id.
STEP = struct.Struct("<BBBdQQ")


class Step(msgspec.Struct, frozen=True):
    """One recorded step; `at` is epoch seconds, `ms`-`seq` the stream id, `arg` a level or a score."""

    code: int
    arg: int
    shard: int
    at: float
    ms: int
    seq: int

    @property
    def stream_id(self) -> str:
        """The id of the report's entry in its stream."""
        return f"{self.ms}-{self.seq}"


class Facts(msgspec.Struct):
    """What the steps of a case add up to; instants in epoch seconds, 0 = never (`level_at`: no escalation yet)."""

    state: int = State.REPORTED
    level: int = 0
    last_at: float = 0.0
    paused_since: float = 0.0
    paused_s: float = 0.0
    closed_at: float = 0.0
    score: int = 0
    level_at: float = 0.0


def pack(step: Step) -> bytes:
    """Returns one step as it lies in a packed trace."""
    return STEP.pack(step.code, step.arg, step.shard, step.at, step.ms, step.seq)


def unpack(trace: bytes) -> list[Step]:
    """Returns the steps of a packed trace in the order in which they arrived."""
    return [Step(*fields) for fields in STEP.iter_unpack(trace)]


def in_order(steps: Iterable[Step]) -> list[Step]:
    """Returns steps by the time at which they happened; the report itself comes first."""
    return sorted(steps, key=lambda s: (s.code != REPORTED, s.at, s.code, s.ms, s.seq))


CLOCKS_DIFFER_S = 86_400.0  # by so much may a step seem to come before its case; what is older cannot belong to it

# Steps that change nothing but a case's state and instant, unless they end it.
PLAIN = frozenset({FILED, DISPATCHED, STARTED, URGED, REPLIED, HANDLED, RETURNED})


def may_follow(facts: Facts, code: int, arg: int) -> bool:
    """Says whether a step may happen to a case in this state."""
    if NEXT[code][facts.state] == ILLEGAL:
        return False
    if code == ESCALATED:
        return arg > facts.level
    if code == SUSPENDED:
        return facts.paused_since == 0.0
    if code == RESUMED:
        return facts.paused_since != 0.0
    return True


def advance(facts: Facts, step: Step) -> None:
    """Moves `facts` on by a step that may follow."""
    code, at = step.code, step.at
    facts.state = NEXT[code][facts.state]
    facts.last_at = at
    if code == ESCALATED:
        facts.level, facts.level_at = step.arg, at
    elif code == SUSPENDED:
        facts.paused_since = at
    elif code == RATED:
        facts.score = step.arg
    elif code == REOPENED:
        facts.closed_at = 0.0
    if facts.state > LAST_OPEN and code != RATED:
        facts.closed_at = at
    if facts.paused_since and (code == RESUMED or facts.state > LAST_OPEN):
        facts.paused_s += at - facts.paused_since
        facts.paused_since = 0.0


def replay(steps: list[Step], handled_at_once: bool) -> tuple[Facts, list[Step], list[Step]]:
    """Returns what ordered `steps` add up to, those that could happen, and those that could not.

    A step that may not happen at its time (or lies before the report) is left out and the rest goes on without it, so
    the result depends on the set of steps only, never on the order of their arrival.

    Args:
        steps: ordered as `in_order` gives them, the report first.
        handled_at_once: the worker solved it on the spot.
    """
    facts = Facts(last_at=steps[0].at, state=State.HANDLED if handled_at_once else State.REPORTED)
    taken, left = [steps[0]], []
    earliest = steps[0].at - CLOCKS_DIFFER_S
    for step in steps[1:]:
        if step.at >= earliest and may_follow(facts, step.code, step.arg):
            advance(facts, step)
            taken.append(step)
        else:
            left.append(step)
    return facts, taken, left


def pauses(steps: list[Step]) -> tuple[tuple[float, float | None], ...]:
    """Returns the pauses in ordered steps as (start, end) in epoch seconds; an open one ends with None."""
    found: list[tuple[float, float | None]] = []
    since = 0.0
    for step in steps:
        if step.code == SUSPENDED:
            since = step.at
        elif since and step.code in (RESUMED, CLOSED, REJECTED, MERGED, CANCELLED):
            found.append((since, step.at))
            since = 0.0
    if since:
        found.append((since, None))
    return tuple(found)
