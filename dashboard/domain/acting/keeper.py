"""What the keeper does, as deeds whose keys say what and not when: escalations and follow-up tasks."""

from __future__ import annotations

from typing import Any

import msgspec

from dashboard.domain.acting.deed import Deed, just_after
from dashboard.domain.reading.moment import instant
from dashboard.domain.reports import MOST_TEXT, TYPE_OF, ms_seq
from dashboard.domain.rules.lifecycle import LAST_OPEN, LEVEL_NAMES
from dashboard.domain.rules.tasks import Opening, handed_on, openings
from dashboard.domain.state.cases import CaseTable
from dashboard.domain.state.city import CityState
from dashboard.domain.state.refusals import check
from dashboard.errors import InvalidReport

SOURCE = "/keeper"
OVERDUE = "overdue"  # why the grid's time is over: the limit of the case
LEVEL_TIME = "level-time-used"  # why another level's time is over


def escalation(state: CityState, row: int, now_s: float, at: CaseTable | None = None) -> Deed:
    """Returns the report that lifts a row's case to the next level, now or just after its last step.

    Args:
        state: the city.
        row: whose case.
        now_s: the city's time, epoch seconds.
        at: the cases as they are at that time, where something lies ahead of it.
    """
    cases = at or state.cases
    case, level = cases.ids[row], int(cases.columns["level"][row])
    to_level = LEVEL_NAMES[next_level(state, row, cases)]
    data = {
        "case": case,
        "to_level": to_level,
        "by": "keeper",
        "reason": LEVEL_TIME if level else OVERDUE,
    }
    area = state.tree.grids[state.lies_in(row, now_s)]
    at_s = just_after(float(cases.columns["last_at"][row]), now_s)
    return Deed(f"escalate/{case}/{to_level}", SOURCE, "case.escalated", area, at_s, data)


def next_level(state: CityState, row: int, at: CaseTable | None = None) -> int:
    """Returns the number of the level that a row's case goes up to: one that its grid has above it."""
    cases = at or state.cases
    return int(state.tree.above[cases.grid_of(row), int(cases.columns["level"][row])])


def follow_ups(state: CityState, report: Any, now_s: float) -> list[Deed]:
    """Returns the reports that open the tasks which a folded report asks for and that are not open yet."""
    rules, kind = state.rules, TYPE_OF[type(report)]
    if kind == "task.declined":
        return _handed_on(state, report, now_s)
    found = openings(rules.follow_ups, kind, report.source, report.id, report.data)
    return [
        _opened(state, opening, report.subject, report.id, None, now_s)
        for opening in found
        if opening.task not in state.tasks.by_id
    ]


def counts(state: CityState, report: Any, shard: int, position: bytes) -> bool:
    """Says whether a report that lies at a position of a shard was let into the state, as far as that can be told.

    A dead letter opens no tasks. That another report with the same id came first does not matter:
    it opened the same tasks.
    """
    try:
        check(state, report, shard, ms_seq(position)[0])
    except InvalidReport:
        return False
    if TYPE_OF[type(report)] == "case.reported":
        row = state.cases.rows.get(report.data.case)
        return row is not None and state.cases.steps(report.data.case)[0].stream_id == position.decode()
    return True


def taken(state: CityState, deed: Deed) -> bool:
    """Says whether a deed of the keeper's has had its effect, or needs none any more."""
    if deed.type == "task.opened":
        return deed.data["task"] in state.tasks.by_id
    row = state.cases.rows.get(deed.data["case"])
    if row is None:
        return True
    columns = state.cases.columns
    ended = int(columns["state"][row]) > LAST_OPEN
    return ended or int(columns["level"][row]) >= LEVEL_NAMES.index(deed.data["to_level"])


def _handed_on(state: CityState, report: Any, now_s: float) -> list[Deed]:
    """Returns the report that gives a declined task to the next department, if a rule names one."""
    task = state.tasks.by_id.get(report.data.task)
    if task is None or task.department is None or task.state != "declined":
        return []
    opening = handed_on(state.rules.follow_ups, state.rules.last_resort, task.id, task.department)
    if opening is None or opening.task in state.tasks.by_id:
        return []
    opening = msgspec.structs.replace(opening, case=task.case)
    said = report.data.reason
    reason = f"{task.department}: {said}"[:MOST_TEXT] if said else task.department
    return [_opened(state, opening, task.area or report.subject, task.cause, reason, now_s)]


def _opened(state: CityState, opening: Opening, area: str, cause: str | None, reason: str | None, now_s: float) -> Deed:
    due_at = state.deadlines.moved(opening.limit, now_s, ())
    data = {"task": opening.task, "department": opening.department, "cause": cause, "due": instant(due_at)}
    data = {**data, "by": "keeper", **({"reason": reason} if reason else {})}
    if opening.case is not None:
        data["case"] = opening.case
    return Deed(f"task/{opening.task}", SOURCE, "task.opened", area, now_s, data)
