"""What somebody at a desk can do with a case now, and in words why not.

The report that an action becomes is like any other: it is appended to the log, folded by
every server, and shows in the trace.
"""

from __future__ import annotations

from typing import Any

import msgspec

from dashboard.domain.reading.cases import step_count
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.rules import lifecycle
from dashboard.domain.rules.lifecycle import LEVEL_CODES, LEVEL_NAMES, STATE_NAMES, STEP_CODES
from dashboard.errors import InvalidReport

REPLY_WITHIN_S = 86_400.0  # of who was urged


class Action(msgspec.Struct, frozen=True):
    """One thing that can be done; `needs` are the fields that its report must have beside the case."""

    name: str
    type: str
    needs: tuple[str, ...] = ()


ACTIONS = {
    action.name: action
    for action in (
        Action("file", "case.filed"),
        Action("reject", "case.rejected", ("reason",)),
        Action("dispatch", "case.dispatched", ("to",)),
        Action("escalate", "case.escalated", ("to_level", "reason")),
        Action("return", "case.returned", ("note",)),
        Action("close", "case.closed"),
        Action("suspend", "case.suspended", ("reason",)),
        Action("resume", "case.resumed"),
        Action("merge", "case.merged", ("into",)),
        Action("urge", "case.urged"),
    )
}


def possible(reading: Reading, case: str) -> dict[str, str | None]:
    """Returns for every action None when it is possible now, else the reason in English; KeyError if unknown."""
    facts = reading.state.cases.facts(reading.state.cases.rows[case])
    return {action.name: _why_not(facts, action) for action in ACTIONS.values()}


def _why_not(facts: lifecycle.Facts, action: Action) -> str | None:
    code = STEP_CODES[action.type]
    arg = min(facts.level + 1, LEVEL_CODES["city"]) if code == lifecycle.ESCALATED else 0
    if lifecycle.may_follow(facts, code, arg):
        return None
    state = STATE_NAMES[facts.state]
    if code == lifecycle.ESCALATED and facts.state <= lifecycle.LAST_OPEN:
        return "the case is with the city already"
    if code == lifecycle.RESUMED and facts.state <= lifecycle.LAST_OPEN:
        return "the case is not suspended"
    if code == lifecycle.SUSPENDED and facts.state <= lifecycle.LAST_OPEN:
        return "the case is suspended already"
    return f"a case that is {state} cannot be followed by {action.type}"


def data_of(reading: Reading, case: str, action: Action, given: dict[str, Any]) -> dict[str, Any]:
    """Returns the data of the report of an action.

    Raises:
        InvalidReport: a field is missing, or names something that does not exist or is not allowed.
    """
    for name in action.needs:
        if not str(given.get(name) or "").strip():
            raise InvalidReport(name, f"{action.name} needs {name}")
    state = reading.state
    if (
        action.name == "dispatch"
        and given["to"] not in state.rules.departments
        and given["to"] not in state.tree.by_code
    ):
        raise InvalidReport("to", f"{given['to'][:40]!r} is neither a department nor the grid of a worker")
    if action.name == "escalate":
        level = LEVEL_CODES.get(given["to_level"])
        own = state.cases.facts(state.cases.rows[case]).level
        if level is None or level <= own:
            raise InvalidReport("to_level", f"must be a level above {LEVEL_NAMES[own]}")
    if action.name == "merge":
        other = state.cases.rows.get(given["into"])
        if other is None or given["into"] == case:
            raise InvalidReport("into", f"{given['into'][:40]!r} is not another case that is known")
        if state.cases.facts(other).state > lifecycle.LAST_OPEN:
            raise InvalidReport("into", f"{given['into'][:40]!r} is not open")
    kept = {name: value for name in ("by", "note", *action.needs) if (value := given.get(name))}
    if action.name == "urge":
        kept["reply_due"] = instant(reading.now_s + REPLY_WITHIN_S)
    return {"case": case, **kept}


def version_of(reading: Reading, case: str) -> str:
    """Returns what an action must name as what it has seen: it changes with every step of the case."""
    return step_count(reading, case)
