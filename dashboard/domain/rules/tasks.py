"""One collects, many respond: which reports open follow-up tasks, for whom, by when, and where a declined one goes.

A task's id is made of the rule, a hash of the report that opened it, and the department, so
whoever opens it, and however often, opens the same one. A task that was handed on carries
the department that declined it as a fourth part.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from xxhash import xxh3_64_hexdigest

from dashboard.domain.reports import REPORT_CLASSES
from dashboard.domain.rules.limits import Limit, parse_limit
from dashboard.errors import RulesError

STATES = ("opened", "taken", "done", "declined")
_RULE_ID = re.compile(r"[a-z0-9-]{1,40}")
_LONGEST_DEPARTMENT = 90  # an id of a task may name two, and has 256 characters
_NOT_CAUSES = "task."  # tasks open no tasks


class Duty(msgspec.Struct, frozen=True):
    """What one department has to do after a report.

    Attributes:
        name, name_en: the work in a few words.
        limit: by when, counted from the opening.
        declined_to: the department that gets it when this one says that it is not theirs; None = nobody.
    """

    department: str
    name: str
    name_en: str
    limit: Limit
    declined_to: str | None


class FollowUp(msgspec.Struct, frozen=True):
    """One rule: reports of type `on` whose data has the values in `where` open a task for each duty."""

    id: str
    on: str
    where: tuple[tuple[str, Any], ...]
    duties: tuple[Duty, ...]

    def applies(self, kind: str, data: Any) -> bool:
        """Says whether a report of a type with decoded data opens tasks by this rule."""
        return kind == self.on and all(getattr(data, name, None) == value for name, value in self.where)


class Opening(msgspec.Struct, frozen=True):
    """A task to be opened; `case` is the one that its cause is about, if any."""

    task: str
    department: str
    limit: Limit
    case: str | None = None


def openings(rules: tuple[FollowUp, ...], kind: str, source: str, report_id: str, data: Any) -> list[Opening]:
    """Returns the tasks that a report opens, in the order of the rules."""
    found = []
    for rule in rules:
        if rule.applies(kind, data):
            cause = xxh3_64_hexdigest(f"{source}\0{report_id}".encode())
            case = getattr(data, "case", None)
            found += [
                Opening(f"{rule.id}.{cause}.{duty.department}", duty.department, duty.limit, case)
                for duty in rule.duties
            ]
    return found


def handed_on(rules: tuple[FollowUp, ...], last_resort: str | None, task: str, department: str) -> Opening | None:
    """Returns the task that follows when a department declines one, or None when nobody else is named.

    A task that was handed on once and is declined again goes to the last resort.
    """
    duty = duty_of(rules, task)
    parts = task.split(".")
    if duty is None or len(parts) not in (3, 4):
        return None
    to = duty.declined_to if len(parts) == 3 else last_resort
    if to is None or to == department:
        return None
    return Opening(f"{parts[0]}.{parts[1]}.{to}.{department}", to, duty.limit)


def cause_type(rules: tuple[FollowUp, ...], task: str) -> str | None:
    """Returns which type of report opens such a task, or None when no rule of today knows it."""
    rule_id = task.partition(".")[0]
    return next((rule.on for rule in rules if rule.id == rule_id), None)


def declined_by(task: str) -> str | None:
    """Returns the department that handed a task on, or None for one that no other had before."""
    parts = task.split(".")
    return parts[3] if len(parts) == 4 else None


def duty_of(rules: tuple[FollowUp, ...], task: str) -> Duty | None:
    """Returns the duty that a task was opened for, or None when no rule of today knows it."""
    rule_id, _, rest = task.partition(".")
    parts = rest.split(".")
    if len(parts) not in (2, 3):
        return None
    known = {duty.department: duty for rule in rules if rule.id == rule_id for duty in rule.duties}
    # A task handed on is the duty of who declined it; after a second time, of whoever it began with.
    return known.get(parts[-1]) or (next(iter(known.values()), None) if len(parts) == 3 else None)


def parse_follow_ups(tables: dict[str, Any], departments: dict[str, Any]) -> tuple[FollowUp, ...]:
    """Returns the rules in the table `follow_ups`; raises RulesError naming the entry at fault."""
    table = tables.get("follow_ups", {})
    if not isinstance(table, dict):
        raise RulesError("follow_ups", "must be a table")
    return tuple(_follow_up(name, entry, departments) for name, entry in table.items())


def parse_last_resort(tables: dict[str, Any], departments: dict[str, Any]) -> str | None:
    """Returns who gets a task that was declined twice; raises RulesError for an unknown department."""
    name = tables.get("last_resort")
    if name is not None and name not in tuple(departments):  # a file may give a list, which no table can look up
        raise RulesError("last_resort", f"{name!r} is not one of the departments")
    _check_part("last_resort", name or "")
    return name


def _follow_up(name: str, entry: Any, departments: dict[str, Any]) -> FollowUp:
    where = f"follow_ups.{name}"
    if _RULE_ID.fullmatch(name) is None:
        raise RulesError(where, "a rule is named with small letters, digits and dashes")
    if not isinstance(entry, dict) or not isinstance(entry.get("tasks"), list) or not entry["tasks"]:
        raise RulesError(f"{where}.tasks", "needs a list of tasks")
    on = _cause(where, entry.get("on"), entry.get("where", {}))
    duties = tuple(_duty(f"{where}.tasks.{index}", task, departments) for index, task in enumerate(entry["tasks"]))
    if len({duty.department for duty in duties}) < len(duties):
        raise RulesError(f"{where}.tasks", "names a department twice")
    return FollowUp(name, on, tuple(entry.get("where", {}).items()), duties)


def _cause(where: str, on: Any, wanted: Any) -> str:
    """Returns the type of report that opens tasks; raises RulesError when none has what is `wanted` of its data."""
    if not isinstance(on, str) or on not in REPORT_CLASSES or on.startswith(_NOT_CAUSES):
        raise RulesError(f"{where}.on", f"{on!r} is not a type of report that can open tasks")
    if not isinstance(wanted, dict):
        raise RulesError(f"{where}.where", "must be a table of what the report's data holds")
    known = {field.name for field in msgspec.structs.fields(REPORT_CLASSES[on].__annotations__["data"])}
    unknown = sorted(set(wanted) - known)
    if unknown:
        raise RulesError(f"{where}.where", f"{on} has no {unknown[0]!r}")
    return on


def _check_part(where: str, department: str) -> None:
    """Raises RulesError for a department of whose id no id of a task can be made, which dots divide."""
    if "." in department or len(department) > _LONGEST_DEPARTMENT:
        reason = f"a department that gets tasks has an id without dots, of at most {_LONGEST_DEPARTMENT} characters"
        raise RulesError(where, f"{department[:40]!r}: {reason}, since ids of tasks are made of it")


def _duty(where: str, task: Any, departments: dict[str, Any]) -> Duty:
    if not isinstance(task, dict):
        raise RulesError(where, "must be a table")
    for key in ("department", "declined_to"):
        value = task.get(key)
        if value not in tuple(departments) and not (key == "declined_to" and value is None):
            raise RulesError(f"{where}.{key}", f"{value!r} is not one of the departments")
        _check_part(f"{where}.{key}", value or "")
    name = str(task.get("name", ""))
    if not name:
        raise RulesError(f"{where}.name", "is missing")
    limit = parse_limit(f"{where}.limit", task.get("limit"))
    return Duty(task["department"], name, str(task.get("name_en", name)), limit, task.get("declined_to"))
