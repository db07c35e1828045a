"""What the departments do with the tasks that follow from reports: take them, do them, or decline them.

Until a real keeper opens the tasks, they are opened here by the same rules and under the same
ids, so that a past looks as if a keeper had been there.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import tomllib
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import msgspec

from dashboard.domain.rules.calendar import weekdays
from dashboard.domain.rules.rules import parse_rules
from dashboard.domain.rules.tasks import Opening, handed_on, openings
from simulator.life import office
from simulator.life.post import Post
from simulator.life.run import Run

_DECLINED = 0.02
_MINUTE = 60.0


class Departments:
    """All departments of a city, by the rules of the default city."""

    def __init__(self, post: Post, run: Run) -> None:
        rules = parse_rules(tomllib.loads((files("dashboard") / "rules" / "default.toml").read_text("utf-8")))
        self._rules, self._calendar = rules, weekdays(run.timezone)
        self._causes = {rule.on for rule in rules.follow_ups}
        self._post, self._run, self._keeper_until = post, run, run.keeper_until
        self._opened_late: set[str] = set()  # by us, at a time when the real keeper was there already

    def read(self, kind: str, source: str, known_as: str, area: str, data: dict[str, Any], arrival: float) -> None:
        """Opens the tasks that follow from a report, as the keeper of the past."""
        if kind in self._causes and arrival < self._keeper_until:
            for opening in openings(self._rules.follow_ups, kind, source, known_as, SimpleNamespace(**data)):
                self._open(opening, area, arrival, known_as, None)

    def acted(self, kind: str, area: str, at: float, data: dict[str, Any]) -> None:
        """Takes notice of a task that the real keeper opened, or of what a person did with one."""
        task = data["task"]
        if kind == "task.opened":
            if task not in self._opened_late:
                due_at = dt.datetime.fromisoformat(data["due"]).timestamp()
                self._work(task, data["department"], area, at, due_at, data.get("cause"), data.get("case"))
            return
        self._post.drop(task)
        if kind == "task.taken":
            chances = self._chances(task)
            self._done(chances, task, data["by"], area, at, chances.lognormvariate(1.5, 0.8) * office.HOUR)

    def _open(self, opening: Opening, area: str, after: float, cause: str | None, reason: str | None) -> None:
        at = float(math.floor(after) + 1)
        if at >= self._keeper_until:
            self._opened_late.add(opening.task)
        due_at = self._calendar.end_of(opening.limit, at)
        data = {"task": opening.task, "department": opening.department, "cause": cause, "by": "keeper"}
        data["due"] = self._post.writer.time(due_at)
        if reason:
            data["reason"] = reason
        if opening.case is not None:
            data["case"] = opening.case
        self._post.keep("task.opened", area, f"task/{opening.task}", at, data)
        self._work(opening.task, opening.department, area, at, due_at, cause, opening.case)

    def _work(
        self, task: str, department: str, area: str, at: float, due_at: float, cause: str | None, case: str | None
    ) -> None:
        """Sends what a department does with a task: most are taken within hours and done in time."""
        chances, source = self._chances(task), f"/departments/{department}"
        taken_at = self._in_office(at + _MINUTE, chances.lognormvariate(0.3, 0.8))
        if chances.random() < _DECLINED:
            reason = "registered elsewhere"
            said = {"task": task, "by": department, "reason": reason}
            arrival = self._post.send(chances, "task.declined", area, source, taken_at, said, task)
            if arrival < self._keeper_until:
                opening = handed_on(self._rules.follow_ups, self._rules.last_resort, task, department)
                if opening is not None:
                    opening = msgspec.structs.replace(opening, case=case)
                    self._open(opening, area, arrival, cause, f"{department}: {reason}")
            return
        self._post.send(chances, "task.taken", area, source, taken_at, {"task": task, "by": department}, task)
        takes_s = (due_at - at) * chances.lognormvariate(-0.95, 0.55)
        self._done(chances, task, department, area, taken_at, takes_s)

    def _done(
        self, chances: random.Random, task: str, department: str, area: str, taken_at: float, takes_s: float
    ) -> None:
        done_at = self._in_office(taken_at + takes_s, 0.2)
        said = {"task": task, "by": department}
        self._post.send(chances, "task.done", area, f"/departments/{department}", done_at, said, task)

    def _chances(self, task: str) -> random.Random:
        return random.Random(f"{self._run.seed} {task}")

    def _in_office(self, at: float, hours: float) -> float:
        """Returns when `hours` of a department's opening time after `at` have passed (epoch seconds)."""
        return office.after(at, hours, office.DISTRICT, self._run.offset_s(at))
