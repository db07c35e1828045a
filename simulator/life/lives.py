"""How a case goes: who takes it up, how far it climbs, how long each step takes, how the resident finds it.

No rate is written here. A case has a difficulty; a level solves what lies within its means
and hands the rest upwards after having tried; offices have hours; somebody supervises the
deadline and urges; the keeper lifts what is late, by the ladder. What share of the cases the
community solves, how many are late and how satisfied residents are, follows from that.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dashboard.domain.acting.keeper import LEVEL_TIME, OVERDUE
from dashboard.domain.acting.keeper import SOURCE as KEEPER
from simulator.life import office
from simulator.life.kinds import KINDS
from simulator.life.office import DAY, HOUR, Hours

LEVELS = ("grid", "community", "street", "district", "city")
MEANS = (0.27, 1.0, 1.8, 3.4, math.inf)  # the difficulty that grid, community, street, district, city can solve
_SPREAD = 0.62
_OPEN: tuple[Hours, ...] = (office.COMMUNITY, office.COMMUNITY, office.STREET, office.DISTRICT, office.DISTRICT)
_EFFORT = {1: 0.80, 2: 1.10, 3: 0.86}  # urgent things get more hands, small ones wait
_URGE_AT = 0.85  # share of the time limit after which the supervisor asks
_URGED_PACE = 0.7  # what is left to do takes this share of the time once somebody asks
_OVERDUE_PACE = 0.22  # and this share once it is overdue
_REPLY_WITHIN = DAY  # the supervisor wants an answer by then
_STALL = 0.30  # how strongly the hardest cases stall

Step = tuple[float, str, str, dict[str, Any]]  # epoch seconds, type, source, data


class Life:
    """One case from its report to its end, as the list of its steps.

    Attributes:
        steps: what happened, in order of time.
        now: the instant (epoch seconds) up to which the life is known.
        due: the instant by which the case must be closed, pauses included.
        rung: the level that the ladder has lifted it to (0 = grid); who works on it stands at least there.
    """

    def __init__(
        self, rng: np.random.Generator, case: str, category: str, at: float, desk: str, worker: str, offset_s: float
    ) -> None:
        self._rng, self._offset_s = rng, offset_s
        self.case, self.category, self.kind, self.now = case, category, KINDS[category], at
        self._desk, self._worker = f"/desks/{desk}", f"/handsets/{worker}"
        self._department = f"/departments/{self.kind.department}"
        self.severity = self._severity()
        self.difficulty = self.kind.difficulty * float(rng.lognormal(0.0, _SPREAD))
        self._limit_s = self.kind.limit_hours[self.severity - 1] * HOUR
        self.reported_at, self.due, self._urge_at = at, at + self._limit_s, at + _URGE_AT * self._limit_s
        self.level, self.rung, self._lifted_at = 1, 0, 0.0
        self.returns, self.urges, self._pace = 0, 0, 1.0
        self.steps: list[Step] = []
        self._past: list[Step] = []
        self.closed_at = 0.0
        self.self_handled = False

    def _severity(self) -> int:
        draw, (first, second, _) = self._rng.random(), self.kind.severities
        return 1 if draw < first else 2 if draw < first + second else 3

    # ------------------------------------------------------------------ the course of things

    def solved_on_the_spot(self, by_worker: bool) -> bool:
        """Says whether who reports it, if it is a grid worker, has solved it already."""
        self.self_handled = by_worker and self.difficulty < MEANS[0]
        return self.self_handled

    def run(self, arrived_at: float, twin: str | None) -> None:
        """Lives the whole life.

        Args:
            arrived_at: when the report arrived; nobody acts before.
            twin: an open case of the same kind next door that this one may turn out to be.
        """
        self.now = max(self.now + 1, arrived_at)
        if self.self_handled:
            self._wait(self._about(1.2), office.COMMUNITY)
        elif not self._filed(twin):
            return
        else:
            self._worked_on()
            self._checked()
        self._closed()
        self._aftermath()

    def goes_on(self, step: str, at: float, data: dict[str, Any]) -> None:
        """Goes on from a step that a person has taken, in place of what would have come; `steps` begins anew."""
        self._past += [step for step in self.steps if step[0] <= at]
        self._past.append((at, step, "/desk", data))
        self.steps, self.now = [], math.ceil(at)
        handled, paused = self._rewound()
        if step in ("case.suspended", "case.rejected", "case.merged"):
            return
        if step == "case.closed":
            self.closed_at = self.now
            self._aftermath()
            return
        if paused:
            self._wait(self._about(1.0), self._hours())
            self._say("case.resumed", self._hands(), reason="somebody looks after it")
        if step == "case.returned":
            self._mended()
        elif not handled:
            self._worked_on(dispatched=step == "case.dispatched")
        self._checked()
        self._closed()
        self._aftermath()

    @property
    def open_until(self) -> float:
        """When it is closed, rejected or merged for good (epoch seconds); infinity while it waits for a person."""
        last_at, last, _, _ = (self._past + self.steps)[-1]
        if last in ("case.rejected", "case.merged"):
            return last_at
        return self.closed_at if last in ("case.closed", "case.rated") else math.inf

    def _rewound(self) -> tuple[bool, bool]:
        """Goes back to how things stand after the past; returns whether the case is handled, and suspended."""
        handled, since = self.self_handled, 0.0
        self.due, self.rung, self._lifted_at = self.reported_at + self._limit_s, 0, 0.0
        for at, name, _, data in self._past:
            if name == "case.escalated":
                self.rung, self._lifted_at = LEVELS.index(data["to_level"]), at
            elif name == "case.suspended":
                since = at
            elif name == "case.resumed":
                self.due, self._lifted_at, since = self.due + at - since, self._lifted_at + at - since, 0.0
            elif name in ("case.handled", "case.returned", "case.reopened"):
                handled = name == "case.handled"
        self.level, self._urge_at = max(1, self.rung), math.inf
        self._pace = _OVERDUE_PACE if self.now > self.due else 1.0
        return handled, since > 0.0

    def _filed(self, twin: str | None) -> bool:
        """The desk files the case, unless it is no matter of the city's or known already."""
        self._wait(self._about(0.12 if self.severity == 1 else 0.45), self._desk_hours())
        if self._rng.random() < 0.024:
            self._say("case.rejected", self._desk, by="desk", reason="not a matter of this city's services")
            return False
        self._say("case.filed", self._desk, by="desk")
        if twin is not None:
            self._wait(self._about(0.6), self._desk_hours())
            self._say("case.merged", self._desk, by="desk", into=twin)
            return False
        return True

    def _worked_on(self, dispatched: bool = False) -> None:
        """Each level tries; what is beyond its means goes one level up."""
        self._begun() if dispatched else self._dispatched()
        while True:
            tried, means = self.level, MEANS[self.level]
            within = self.difficulty <= means
            self._wait(self._effort() * (1.0 if within else 0.22), self._hours())
            if self.level > tried:
                continue  # the ladder has brought it to others while it was late
            if within:
                self._say("case.handled", self._hands(), by=self._who())
                return
            self._escalate("beyond the means of the level below")
            self._dispatched()

    def _dispatched(self) -> None:
        """Somebody gets the case and begins."""
        self._wait(self._about(0.1 if self.severity == 1 else 0.4), self._hours())
        to = self._worker.rpartition("/")[2] if self.level == 1 and self.difficulty < 0.6 else self.kind.department
        self._say("case.dispatched", self._desk, to=to, by=LEVELS[self.level])
        self._begun()

    def _begun(self) -> None:
        """Who has the case begins; papers or people that are missing may stop the clock."""
        self._wait(self._about(0.25 if self.severity == 1 else 1.1 * self.level**0.5), self._hours())
        self._say("case.started", self._hands(), by=self._who())
        if self.severity > 1 and self._rng.random() < 0.035 * self.difficulty * self.kind.paperwork:
            self._pause()

    def _pause(self) -> None:
        length_s = float(self._rng.uniform(0.3, 2.5)) * DAY
        self._wait(self._about(1.0), self._hours())
        self._say("case.suspended", self._hands(), reason="waiting for documents")
        self.now += length_s
        self._say("case.resumed", self._hands(), reason="documents have come")
        self.due, self._urge_at = self.due + length_s, self._urge_at + length_s
        self._lifted_at += length_s

    def _checked(self) -> None:
        """The desk looks at the result and sends back what does not hold; hurried work holds less often."""
        self._wait(self._about(0.6), self._desk_hours())
        hurried = 0.05 if self.urges else 0.0
        while self._rng.random() < (0.030 + 0.022 * min(self.difficulty, 3.0) + hurried) * 0.35**self.returns:
            self.returns += 1
            self._say("case.returned", self._desk, by="desk", note="not solved on site")
            self._mended()

    def _mended(self) -> None:
        """What did not hold is done again."""
        self._wait(self._effort() * 0.4, self._hours())
        self._say("case.handled", self._hands(), by=self._who())
        self._wait(self._about(0.6), self._desk_hours())

    def _closed(self) -> None:
        self._say("case.closed", self._desk, by="desk")
        self.closed_at = self.now

    def _aftermath(self) -> None:
        """What was closed too early opens again; then the resident may rate."""
        unsettled = 0.004 + 0.006 * min(self.difficulty, 2.0) + 0.01 * self.returns
        if not self.self_handled and self._rng.random() < unsettled:
            self.now += float(self._rng.uniform(0.4, 3.0)) * DAY
            self._say("case.reopened", self._desk, by="resident", note="it is back")
            self.returns += 1
            self._urge_at = math.inf
            self._mended()
            self._closed()
        if self._rng.random() < 0.45:
            score = self._score()
            self.now += self._about(7.0) * HOUR
            self._say("case.rated", "/residents", score=score)

    def _score(self) -> int:
        """Returns what a resident gives, 1–5: how long it took against what was hoped for, rework, and moods."""
        hours = (self.closed_at - self.reported_at) / HOUR
        hoped = self.kind.hoped_hours * _EFFORT[self.severity]
        mood = 4.94 - 0.43 * max(0.0, math.log2(max(hours / hoped, 0.01) + 1.0)) + float(self._rng.normal(0.0, 0.45))
        mood -= 0.55 * self.returns + (0.45 if self.closed_at > self.due else 0.0)
        if self._rng.random() < 0.022:
            mood -= 2.2  # some are not pleased by anything
        return min(5, max(1, round(mood)))

    # ------------------------------------------------------------------ time passes

    def _wait(self, hours: float, opening: Hours) -> None:
        """Lets `hours` of working time pass; being urged, and being late, shorten what is left."""
        hours *= self._pace
        end = office.after(self.now, hours, opening, self._offset_s)
        if self.now <= self._urge_at < end:
            end = self._urged(end, opening)
        if self.now <= self.due < end:
            end = self._overdue(end, opening)
        while (lifted_at := max(self._rung_ends(), self.now)) < end:
            self._lifted(lifted_at)
        self.now = max(end, self.now + 1.0)

    def _urged(self, end: float, opening: Hours) -> float:
        """The supervisor asks; returns when the work will now be done."""
        at, self._urge_at = self._urge_at, math.inf
        self.urges += 1
        self._pace = _URGED_PACE
        left = office.between(at, end, opening, self._offset_s)
        end = office.after(at, left * _URGED_PACE, opening, self._offset_s)
        reply_at = office.after(at, self._about(0.7), opening, self._offset_s)
        self.now = max(self.now, at)
        self._say("case.urged", "/supervision", by="supervision", reply_due=self.now + _REPLY_WITHIN)
        if reply_at + 5.0 < end and not self.now <= self.due < reply_at:
            self.now = max(reply_at, self.now + 1)
            self._say("case.replied", self._hands(), by=self._who(), note="being worked on")
        return max(end, self.now + 1.0)

    def _overdue(self, end: float, opening: Hours) -> float:
        """What is overdue gets everybody's attention; returns when it will be done."""
        self._pace = _OVERDUE_PACE
        left = office.between(self.due, end, opening, self._offset_s) * _OVERDUE_PACE
        self.now = self.due
        return office.after(self.due + 1.0, left, self._hours(late=True), self._offset_s)

    def _rung_ends(self) -> float:
        """Returns when the level on whose rung the case stands has used up its time."""
        if self.rung == 0:
            return self.due
        if self.rung == len(LEVELS) - 1:
            return math.inf
        return max(self.due, self._lifted_at + self.kind.rungs[self.rung - 1] * self._limit_s)

    def _lifted(self, at: float) -> None:
        """The keeper lifts the case by one rung; who stands there takes it over."""
        self.now = at + 0.5
        reason = LEVEL_TIME if self.rung else OVERDUE
        self._say("case.escalated", KEEPER, to_level=LEVELS[self.rung + 1], by="keeper", reason=reason)
        self.rung, self._lifted_at = self.rung + 1, self.now
        self.level = max(self.level, self.rung)

    def _escalate(self, reason: str) -> None:
        self.level += 1
        self._say("case.escalated", self._desk, to_level=LEVELS[self.level], reason=reason)
        self.rung, self._lifted_at = self.level, self.now
        self.now += 1.0

    def _effort(self) -> float:
        """Returns the hours that this level needs, or tries for; what is hard may stall for long."""
        hours = self.kind.hours * _EFFORT[self.severity] * min(self.difficulty, 4.0) ** 0.5
        stall = self.kind.stall * _STALL * min(self.difficulty, 3.0)
        return float(hours * self._rng.lognormal(-0.30, 0.98 + stall))

    def _about(self, hours: float) -> float:
        """Returns a waiting time in hours, usually about `hours`."""
        return hours * float(self._rng.lognormal(0.0, 0.6))

    # ------------------------------------------------------------------ who

    def _hours(self, late: bool = False) -> Hours:
        if self.kind.round_the_clock or (self.severity == 1 and self.kind.urgent_at_night):
            return office.ROUND_THE_CLOCK
        late = late or self.now > self.due
        return office.COMMUNITY if late else _OPEN[self.level]  # late work goes on at weekends

    def _desk_hours(self) -> Hours:
        return office.ROUND_THE_CLOCK if self.kind.round_the_clock else office.COMMUNITY

    def _hands(self) -> str:
        return self._worker if self.level == 1 and self.difficulty < 0.6 else self._department

    def _who(self) -> str:
        return "worker" if self._hands() is self._worker else self.kind.department

    def _say(self, name: str, source: str, **data: Any) -> None:
        if self.steps and self.now <= self.steps[-1][0]:
            self.now = self.steps[-1][0] + 1.0
        self.now = float(math.ceil(self.now))
        self.steps.append((self.now, name, source, {"case": self.case, **data}))
