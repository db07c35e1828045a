"""Rules of a city as data: categories, duties, departments, limits, targets (see rules/default.toml)."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec

from dashboard.domain.rules.appraisal import AppraisalRules, parse_appraisal
from dashboard.domain.rules.ladder import LADDER, Ladder, parse_ladder
from dashboard.domain.rules.levels import Level, LevelName, parse_levels
from dashboard.domain.rules.limits import Limit, parse_limit
from dashboard.domain.rules.mistyped import mistyped
from dashboard.domain.rules.services import ServiceKind, parse_services
from dashboard.domain.rules.tasks import FollowUp, parse_follow_ups, parse_last_resort
from dashboard.domain.rules.wall import WallRules, parse_wall
from dashboard.errors import RulesError

Step = Literal["file", "dispatch", "handle", "close"]
STEPS: tuple[Step, ...] = ("file", "dispatch", "handle", "close")
SEVERITIES = (1, 2, 3)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
MOST_CATEGORIES = 5_000


class Label(msgspec.Struct, frozen=True):
    """A thing with a name in both languages."""

    name: str
    name_en: str


class Category(msgspec.Struct, frozen=True):
    """A kind of case.

    Attributes:
        limits: three limits (severity 1, 2, 3) for each step that has any.
        ladder: see ladder.py.
        departments: whose it is in some areas instead of `department`, by code; the smallest area counts.
    """

    id: str
    label: Label
    duty: str
    department: str
    dispute: bool
    limits: dict[Step, tuple[Limit, Limit, Limit]]
    ladder: Ladder
    departments: dict[str, str] = {}


class Rules(msgspec.Struct, frozen=True):
    """All rules of one city; categories keep the order of the file, which is the order on screen.

    Attributes:
        levels: what the city calls its levels, where it calls them anything but grid, community …
        escalates: levels that the file's tables of the ladder name.
    """

    categories: tuple[Category, ...]
    duties: dict[str, Label]
    departments: dict[str, Label]
    targets: dict[str, float]
    window_days: int
    order_receipt_limit_s: float
    follow_ups: tuple[FollowUp, ...]
    last_resort: str | None
    services: dict[str, ServiceKind] = {}
    appraisal: AppraisalRules = AppraisalRules()
    wall: WallRules = WallRules()
    levels: dict[Level, LevelName] = {}
    escalates: tuple[str, ...] = ()

    @property
    def has_disputes(self) -> bool:
        """Whether any category is a dispute."""
        return any(category.dispute for category in self.categories)

    def category_index(self) -> dict[str, int]:
        """Returns the position of each category's id."""
        return {category.id: index for index, category in enumerate(self.categories)}


def parse_rules(tables: dict[str, Any]) -> Rules:
    """Returns the rules in `tables` (a parsed TOML file); raises RulesError naming the entry at fault."""
    duties = _labels(tables, "duties")
    departments = _labels(tables, "departments")
    for name in departments:
        _check_id(f"departments.{name}", name)
    ladder = parse_ladder("escalation", tables.get("escalation", {}), LADDER)
    categories = tuple(
        _category(name, entry, duties, departments, ladder) for name, entry in _table(tables, "categories").items()
    )
    if not categories:
        raise RulesError("categories", "there is none")
    if len(categories) > MOST_CATEGORIES:
        raise RulesError("categories", f"there are {len(categories):,}, at most {MOST_CATEGORIES:,} can be told apart")
    indicators = _table(tables, "indicators")
    try:
        return Rules(
            categories=categories,
            duties=duties,
            departments=departments,
            targets=msgspec.convert(indicators.get("targets", {}), dict[str, float]),
            window_days=msgspec.convert(indicators.get("window_days", 30), int),
            order_receipt_limit_s=msgspec.convert(indicators.get("order_receipt_limit_s", 300), float),
            follow_ups=parse_follow_ups(tables, departments),
            last_resort=parse_last_resort(tables, departments),
            services=parse_services(tables, departments),
            appraisal=parse_appraisal(tables.get("appraisal", {})),
            wall=parse_wall(tables.get("wall", {})),
            levels=parse_levels(tables.get("levels", {})),
            escalates=_escalates(tables),
        )
    except msgspec.ValidationError as error:
        raise RulesError("indicators", mistyped(error)) from None


def _escalates(tables: dict[str, Any]) -> tuple[str, ...]:
    given = [tables.get("escalation", {})]
    given += [entry.get("escalation", {}) for entry in tables["categories"].values()]
    return tuple(dict.fromkeys(level for table in given for level in table))


def _table(tables: dict[str, Any], name: str) -> dict[str, Any]:
    table = tables.get(name, {})
    if not isinstance(table, dict):
        raise RulesError(name, f"must be a table, such as [{name}] with a line for each entry below it")
    return table


def _labels(tables: dict[str, Any], name: str) -> dict[str, Label]:
    found: dict[str, Label] = {}
    for key, entry in _table(tables, name).items():
        try:
            found[key] = msgspec.convert(entry, Label)
        except msgspec.ValidationError as error:
            raise RulesError(name, f"{key}: {mistyped(error)}; wanted are name and name_en") from None
    return found


def _check_id(where: str, name: str) -> None:
    """Raises RulesError for an id that no address can carry; every other character is written so that it can."""
    if not name or _CONTROL.search(name):
        raise RulesError(where, "an id is a text without control characters, since it stands in addresses")
    if name in (".", ".."):
        raise RulesError(where, "browsers take `.` and `..` in an address for folders: use another id")


def _category(
    name: str, entry: Any, duties: dict[str, Label], departments: dict[str, Label], ladder: Ladder
) -> Category:
    where = f"categories.{name}"
    _check_id(where, name)
    if not isinstance(entry, dict) or not isinstance(entry.get("limits", {}), dict):
        raise RulesError(where, "must be a table with name, duty and department, and limits as a table in it")
    try:
        label = msgspec.convert({"name": entry["name"], "name_en": entry.get("name_en", name)}, Label)
        duty, department = str(entry["duty"]), str(entry["department"])
        limits = {step: _limits(f"{where}.limits.{step}", entry["limits"][step]) for step in entry["limits"]}
    except KeyError as error:
        raise RulesError(where, f"{error.args[0]} is missing") from None
    except (TypeError, msgspec.ValidationError) as error:
        raise RulesError(where, f"{mistyped(error)}; a category has name, duty, department and limits") from None
    if duty not in duties:
        raise RulesError(f"{where}.duty", f"{duty} is not one of the duties")
    if department not in departments:
        raise RulesError(f"{where}.department", f"{department} is not one of the departments")
    if "close" not in limits or set(limits) - set(STEPS):
        raise RulesError(f"{where}.limits", f"needs close, and knows {', '.join(STEPS)} only")
    own = parse_ladder(f"{where}.escalation", entry.get("escalation", {}), ladder)
    theirs = _by_area(f"{where}.departments", entry.get("departments", {}), departments)
    return Category(name, label, duty, department, bool(entry.get("dispute", False)), limits, own, theirs)


def _by_area(where: str, table: Any, departments: dict[str, Label]) -> dict[str, str]:
    """Returns the departments that a category names by area; which areas there are, the areas file says."""
    if not isinstance(table, dict):
        raise RulesError(where, "is a table of areas and their departments")
    for code, department in table.items():
        if not isinstance(department, str) or department not in departments:
            raise RulesError(f"{where}.{code}", f"{department} is not one of the departments")
    return dict(table)


def _limits(where: str, values: Any) -> tuple[Limit, Limit, Limit]:
    if not isinstance(values, list) or len(values) != len(SEVERITIES):
        raise RulesError(where, "needs three limits, for severity 1, 2 and 3")
    one, two, three = (parse_limit(where, value) for value in values)
    return one, two, three
