"""A hostile city: every text that anybody can give is markup, turns its neighbours round, or is far too long.

All that carries a name or an id: areas, categories, departments, duties, services, follow-up tasks, cases, requests,
orders, and what people write. `FOREIGN` is fetched only if one of them is taken for markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.support.making import event

FOREIGN = "//127.0.0.1:9/"  # nothing listens there
LONG = "W" * 200
_TURNED = "\u202e\u2067\u200f"
_MARKUP = (
    f'<img class="hostile" src="http:{FOREIGN}img" onerror="document.title=1">'
    f'<meta class="hostile" http-equiv="refresh" content="0;url=http:{FOREIGN}meta"></title></textarea></script>'
)
GRIDS = 6
CITY = f'C<i class="hostile">\'"&amp;{_TURNED}'


def text(name: str) -> str:
    """Returns a text that begins with a name."""
    return f"{name}{_MARKUP}'\"`\\${{1}}{{0}}%s&lt;\u2028{_TURNED}{LONG}"


def id_of(name: str, slash: str = "/") -> str:
    """Returns an id that begins with a name, as long as an id may be; codes of areas hold no slash."""
    markup = f'{name}<i class="hostile"><meta http-equiv="refresh" content="0;url={FOREIGN.replace("/", slash)}">'
    return f"{markup}'\"`\\]){{id}} %2F?&=#,;.{slash}\u2028{_TURNED}".ljust(256, "W")


def grid(number: int) -> str:
    return id_of(f"G{number}", "")


def areas() -> dict[str, Any]:
    """Returns the areas file: two districts with a street and a community each, three grids in each of those."""
    features = [_feature(CITY, "city", text("city"), None)]
    for district in (1, 2):
        above = CITY
        for level in ("district", "street", "community"):
            code = id_of(f"{level}{district}", "")
            features.append(_feature(code, level, text(f"{level}{district}"), above))
            above = code
        numbers = range(3 * district - 2, 3 * district + 1)
        features += [_feature(grid(number), "grid", text(f"grid{number}"), above, number) for number in numbers]
    return {"type": "FeatureCollection", "features": features}


def _feature(code: str, level: str, name: str, parent: str | None, number: int = 0) -> dict[str, Any]:
    properties: dict[str, Any] = {"code": code, "level": level, "name": name, "name_en": name, "parent": parent}
    if not number:
        return {"type": "Feature", "properties": properties, "geometry": None}
    properties |= {"population": {"ages": {"m": [3] * 18, "f": [3] * 18}}, "dwellings": 40, "households": 30}
    west, east = 111.27 + number / 200, 111.275 + number / 200
    ring = [[west, 30.7], [east, 30.7], [east, 30.705], [west, 30.705], [west, 30.7]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def rules() -> str:
    """Returns the rules file: three categories of two departments, a service, and a follow-up of each case."""
    departments = [department(1), department(2)]
    lines = [f"last_resort = {_toml(departments[0])}", *_named("duties", [id_of("duty")])]
    lines += _named("departments", departments)
    for number in (1, 2, 3):
        lines += [
            f"[categories.{_toml(category(number))}]",
            *_names(text(f"category{number}")),
            f"duty = {_toml(id_of('duty'))}",
            f"department = {_toml(departments[number % 2])}",
            f"dispute = {'true' if number == 1 else 'false'}",
            'limits.close = ["2 hour", "5 day", "10 day"]',
        ]
    lines += ["[services.one]", *_names(text("service")), f"department = {_toml(departments[0])}", 'limit = "1 day"']
    lines += ['[follow_ups.every]\non = "case.reported"\n[[follow_ups.every.tasks]]', *_names(text("task"))]
    lines += [f"department = {_toml(departments[0])}", 'limit = "3 hour"', f"declined_to = {_toml(departments[1])}"]
    return "\n".join([*lines, "[indicators]", "window_days = 30", "targets.satisfaction_rate = 0.9"])


def category(number: int) -> str:
    return id_of(f"category{number}")


def department(number: int) -> str:
    """Returns the id of a department; ids of tasks are made of it, so it is shorter and has no dots."""
    return f"d{number}<i class='hostile'>{FOREIGN.replace('.', ',')}{_TURNED}\u2028\\\"'`%2F?&=#".ljust(90, "W")


def case(number: int) -> str:
    return id_of(f"case{number}")


def _named(table: str, names: list[str]) -> list[str]:
    return [line for name in names for line in (f"[{table}.{_toml(name)}]", *_names(text(name[:12])))]


def _names(name: str) -> list[str]:
    return [f"name = {_toml(name)}", f"name_en = {_toml(name)}"]


def _toml(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def reports(now: float) -> Iterator[tuple[str, bytes]]:
    """Yields (grid, report) of everything that carries texts, up to `now`, the oldest first."""
    for number in range(1, GRIDS + 1):
        here, at = grid(number), now - 7200 + number
        place = {"lat": 30.702, "lon": 111.2725 + number / 200}
        yield _of("worker.shift-started", {**place}, here, at)
        named = {"case": case(number), "category": category(1 + number % 3), "severity": 1 + number % 3}
        yield _of("case.reported", {**named, **place, "note": text("note")}, here, at + 60)
    yield from _steps(now - 6000)
    yield from _tasks(now - 5000)
    yield from _others(now - 4000)
    yield _of("case.nonsense-" + text("type")[:200], {}, grid(1), now - 3000)
    yield _of("case.filed", {"case": id_of("unknown"), "by": 7}, grid(1), now - 3000)


def _of(kind: str, data: dict[str, Any], here: str, at: float) -> tuple[str, bytes]:
    return here, event(kind, data, at=at, grid=here, id=f"{at}{text(kind)}", source=text("/handsets/"))


def _steps(at: float) -> Iterator[tuple[str, bytes]]:
    said = {"by": text("by"), "note": text("note"), "reason": text("reason")}
    for name, more in (
        ("filed", said), ("dispatched", {"to": department(1), "by": text("by")}), ("started", said),
        ("suspended", said), ("resumed", said), ("urged", {"by": text("by")}), ("replied", said),
    ):  # fmt: skip
        yield _of(f"case.{name}", {"case": case(1), **more}, grid(1), at := at + 1)
    for name in ("filed", "handled", "closed"):
        yield _of(f"case.{name}", {"case": case(2), **said}, grid(2), at := at + 1)
    yield _of("case.rated", {"case": case(2), "score": 1}, grid(2), at + 1)


def _tasks(at: float) -> Iterator[tuple[str, bytes]]:
    for number in (3, 4):
        named = {"task": f"every.{number}.{department(1)}", "cause": text("cause")[:256], "case": case(number)}
        yield _of("task.opened", {**named, "department": department(1)}, grid(number), at + number)
    yield _of("task.taken", {"task": f"every.3.{department(1)}", "by": text("by")}, grid(3), at + 9)


def _others(at: float) -> Iterator[tuple[str, bytes]]:
    order = {"order": id_of("order"), "to": [grid(1), grid(2)], "kind": text("kind"), "text": text("order")}
    yield _of("order.issued", order, grid(1), at)
    yield _of("order.refused", {"order": id_of("order"), "grid": grid(1), "note": text("no")}, grid(1), at + 1)
    yield _of("service.requested", {"service": "one", "request": id_of("request")}, grid(1), at)
    yield _of("service.requested", {"service": id_of("unknown service"), "request": id_of("other")}, grid(1), at + 1)
    moved = {"sex": "f", "age": 30, "floating": True, "other": text("elsewhere")}
    yield _of("population.move-in", moved, grid(1), at)
    yield _of("population.birth", {"sex": "m", "occurred_on": "2026-11-18"}, grid(1), at)
