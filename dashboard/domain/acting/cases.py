"""What somebody at a desk can do with a case now, and in words why not.

The report that an action becomes is like any other: it is appended to the log, folded by
every server, and shows in the trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import numpy as np

from dashboard.domain.acting.deed import Deed, just_after
from dashboard.domain.reading.cases import step_count
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.rules import lifecycle
from dashboard.domain.rules.levels import LADDER, TOP
from dashboard.domain.rules.lifecycle import STATE_NAMES, STEP_CODES
from dashboard.errors import Impossible, InvalidReport, Overtaken, Unknown

SOURCE = "/desk"
REPLY_WITHIN_S = 86_400.0  # of who was urged

Given = Mapping[str, Any]


def _to_somebody(reading: Reading, case: str, given: Given) -> None:
    """A case is given to a department or to the worker of a grid."""
    to, state = given["to"], reading.state
    if to not in state.rules.departments and to not in state.tree.by_code:
        raise InvalidReport("to", f"{to[:40]!r} is neither a department nor the grid of a worker")


def _upwards(reading: Reading, case: str, given: Given) -> None:
    """A case climbs to a level above its own that its grid has."""
    tree, cases = reading.state.tree, reading.state.cases
    grid = cases.grid_of(cases.rows[case])
    own = int(tree.standing[grid, _facts(reading, case).level])
    known = [LADDER[number] for number in np.unique(tree.standing[grid]).tolist() if number > own]
    if given["to_level"] not in known:
        raise InvalidReport("to_level", f"must be a level above {LADDER[own]}: {', '.join(known)}")


def _into_another(reading: Reading, case: str, given: Given) -> None:
    """A case is merged into another one that is open."""
    cases, into = reading.state.cases, given["into"]
    if into not in cases.rows or into == case:
        raise InvalidReport("into", f"{into[:40]!r} is not another case that is known")
    if _facts(reading, into).state > lifecycle.LAST_OPEN:
        raise InvalidReport("into", f"{into[:40]!r} is not open")


def _anything(reading: Reading, case: str, given: Given) -> None:
    """What is given needs no look beyond being there."""


class Action(msgspec.Struct, frozen=True):
    """One thing that can be done.

    Attributes:
        name: what it is called.
        type: of the report that it becomes.
        needs: fields that its report must have beside the case.
        check: raises InvalidReport for fields that name something that does not exist or is not allowed.
    """

    name: str
    type: str
    needs: tuple[str, ...] = ()
    check: Callable[[Reading, str, Given], None] = _anything


ACTIONS = {
    action.name: action
    for action in (
        Action("file", "case.filed"),
        Action("reject", "case.rejected", ("reason",)),
        Action("dispatch", "case.dispatched", ("to",), _to_somebody),
        Action("escalate", "case.escalated", ("to_level", "reason"), _upwards),
        Action("return", "case.returned", ("note",)),
        Action("close", "case.closed"),
        Action("suspend", "case.suspended", ("reason",)),
        Action("resume", "case.resumed"),
        Action("merge", "case.merged", ("into",), _into_another),
        Action("cancel", "case.cancelled", ("reason",)),
        Action("urge", "case.urged"),
    )
}


def possible(reading: Reading, case: str) -> dict[str, str | None]:
    """Returns for every action None when it is possible now, else the reason in English; KeyError if unknown."""
    facts = _facts(reading, case)
    return {action.name: _why_not(facts, action) for action in ACTIONS.values()}


def version_of(reading: Reading, case: str) -> str:
    """Returns what an action must name as what it has seen: it changes with every step of the case."""
    return step_count(reading, case)


def act(reading: Reading, case: str, given: Given) -> Deed:
    """Returns what an action does to a case.

    Args:
        reading: the state at a moment.
        case: its id.
        given: `action`, the `version` that was seen, and the fields that the action needs.

    Raises:
        InvalidReport: the action is unknown, or a field is missing or wrong.
        Unknown: there is no such case.
        Overtaken: something has happened to the case since.
        Impossible: the case does not allow it now.
    """
    name = str(given.get("action", ""))
    if name not in ACTIONS:
        raise InvalidReport("action", f"{name[:40]!r} is not one of {', '.join(ACTIONS)}")
    if case not in reading.state.cases.rows:
        raise Unknown("case", case)
    if given.get("version") != version_of(reading, case):
        raise Overtaken(f"{case} has changed since you looked at it")
    reason = _why_not(_facts(reading, case), ACTIONS[name])
    if reason is not None:
        raise Impossible(reason)
    return deed(reading, case, ACTIONS[name], given)


def deed(reading: Reading, case: str, action: Action, given: Given) -> Deed:
    """Returns an action that is possible as a deed, whose key names the version of the case that it saw.

    Raises:
        InvalidReport: a field is missing, or names something that does not exist or is not allowed.
    """
    for name in action.needs:
        if not str(given.get(name) or "").strip():
            raise InvalidReport(name, f"{action.name} needs {name}")
    action.check(reading, case, given)
    cases, at_s = reading.state.cases, just_after(_facts(reading, case).last_at, reading.now_s)
    data = {"case": case, **{name: value for name in ("by", "note", *action.needs) if (value := given.get(name))}}
    if action.name == "urge":
        data = {**data, "reply_due": instant(at_s + REPLY_WITHIN_S)}
    key = f"{action.name}/{case}/{version_of(reading, case)}"
    grid = reading.state.tree.grids[reading.state.lies_in(cases.rows[case], reading.now_s)]
    return Deed(key, SOURCE, action.type, grid, at_s, data)


def _facts(reading: Reading, case: str) -> lifecycle.Facts:
    return reading.state.cases.facts(reading.state.cases.rows[case])


def _why_not(facts: lifecycle.Facts, action: Action) -> str | None:
    code = STEP_CODES[action.type]
    arg = min(facts.level + 1, TOP) if code == lifecycle.ESCALATED else 0
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
