"""Makes small cities, reports and folds for tests."""

from __future__ import annotations

import itertools
import json
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from dashboard.domain.reading.moment import instant
from dashboard.domain.reports import ms_seq
from dashboard.domain.rules.areas import AreaRecord, AreaTree, build_tree
from dashboard.domain.rules.rules import Rules, parse_rules
from dashboard.domain.state import snapshot
from dashboard.domain.state.city import CityState
from dashboard.domain.state.door import Door
from dashboard.domain.state.horizon import Horizon
from dashboard.domain.state.refusals import DeadLetter

ROOT = Path(__file__).parent.parent.parent
NOON = 1_795_320_000.0  # 2026-11-22 12:00 in Shanghai
DAY = 86_400.0
LOT = 500  # entries that the follower folds at once
GRIDS = ("420502001001001", "420502001001002", "420502001002001", "420503001001001")


class Folded(NamedTuple):
    """What became of one report: `dead` also holds what was given up meanwhile, `touched` the indexes of grids."""

    outcome: Literal["applied", "held", "duplicate", "differing-duplicate", "dead"]
    dead: list[DeadLetter]
    touched: set[int]


def rules() -> Rules:
    return parse_rules(tomllib.loads((ROOT / "dashboard/rules/default.toml").read_text("utf-8")))


def tree() -> AreaTree:
    """Returns a city of two districts of a street each, three communities, four grids with 72 people each."""
    bands = [2] * 18
    records = [
        AreaRecord("4205", "city", "宜昌市", "Yichang"),
        AreaRecord("420502", "district", "西陵区", "Xiling", "4205"),
        AreaRecord("420503", "district", "伍家岗区", "Wujiagang", "4205"),
        AreaRecord("420502001", "street", "一街道", None, "420502"),
        AreaRecord("420503001", "street", "二街道", None, "420503"),
        AreaRecord("420502001001", "community", "甲社区", None, "420502001"),
        AreaRecord("420502001002", "community", "乙社区", None, "420502001"),
        AreaRecord("420503001001", "community", "丙社区", None, "420503001"),
    ]
    records += [AreaRecord(code, "grid", code[-3:], None, code[:12], (bands, bands), 40, 30) for code in GRIDS]
    return build_tree(records)


def two_levels(wards: int = 50) -> AreaTree:
    """Returns a city whose grids lie directly below it, and where nobody was counted."""
    city = AreaRecord("LP", "city", "湖港", "Lakeport")
    grids = (AreaRecord(f"W-{n:02}", "grid", f"第{n}选区", f"Ward {n}", "LP") for n in range(1, wards + 1))
    return build_tree([city, *grids])


def uneven() -> AreaTree:
    """Returns a city where one grid has street and district above it, others less, one the city alone."""
    records = [
        AreaRecord("4205", "city", "宜昌市", "Yichang"),
        AreaRecord("A", "district", "甲区", "A", "4205"),
        AreaRecord("A1", "street", "甲街道", "A1", "A"),
        AreaRecord("B", "district", "乙区", "B", "4205"),
        AreaRecord("D", "community", "丁社区", "D", "4205"),
    ]
    above = {"a-1": "A1", "b-1": "B", "c-1": "4205", "d-1": "D"}
    return build_tree([*records, *(AreaRecord(code, "grid", code, None, parent) for code, parent in above.items())])


def state(**options: Any) -> CityState:
    return CityState(tree(), rules(), horizon=options.pop("horizon", Horizon(None, None)), **options)


def event(
    kind: str, data: dict[str, Any], *, at: float = NOON, grid: str = GRIDS[0], id: str | None = None, **more: Any
) -> bytes:
    """Returns one report as bytes; the id is made of the content unless given."""
    body = {
        "specversion": "1.0",
        "id": id or f"{kind}/{at}/{grid}/{json.dumps(data, sort_keys=True)}"[:256],
        "source": "/handsets/" + grid,
        "type": kind,
        "subject": grid,
        "time": instant(at),
        "data": data,
        **more,
    }
    return json.dumps(body, ensure_ascii=False).encode()


def reported(case: str, at: float = NOON, category: str = "dispute", severity: int = 2, **more: Any) -> bytes:
    grid = more.pop("grid", GRIDS[0])
    return event("case.reported", {"case": case, "category": category, "severity": severity, **more}, at=at, grid=grid)


def step(name: str, case: str, at: float, **data: Any) -> bytes:
    """Returns one later report of a case, such as step("closed", "C-1", at)."""
    return event(f"case.{name}", {"case": case, **data}, at=at)


def positions(first_ms: int = int(NOON * 1000)) -> Iterator[bytes]:
    """Yields entry ids, one a second."""
    while True:
        yield f"{first_ms}-0".encode()
        first_ms += 1000


def fold(city: CityState, raws: Iterable[bytes], shard: int = 0, first_ms: int | None = None) -> list[Folded]:
    """Folds raw reports one by one, one a second from an arrival time on: noon, or what was folded last."""
    door = Door(city)
    if first_ms is None:
        first_ms = max(int(NOON * 1000), ms_seq(city.positions.get(shard, b"0-0"))[0] + 1000)
    return [fold_one(door, raw, position, shard) for raw, position in zip(raws, positions(first_ms), strict=False)]


def fold_one(door: Door, raw: bytes, position: bytes, shard: int = 0) -> Folded:
    """Folds one report that lies at a position."""
    city, touched = door.city, set[int]()
    duplicates, differing = city.duplicates, city.differing
    dead = [letter for letter, _ in door.fold([[position, [b"event", raw]]], shard, touched)]
    if any(letter.position == position for letter in dead):
        return Folded("dead", dead, touched)
    if city.duplicates > duplicates:
        return Folded("differing-duplicate" if city.differing > differing else "duplicate", dead, touched)
    held = any(early.position == position for waiting in city.early.by_case.values() for early in waiting)
    return Folded("held" if held else "applied", dead, touched)


def fold_arrivals(city: CityState, arrivals: Iterable[tuple[float, Any, bytes]]) -> CityState:
    """Returns the state after folding reports as they arrived (epoch seconds, …, report), as the follower does it."""
    door = Door(city)
    entries = ([b"%d-%d" % (int(at * 1000), n), [b"event", raw]] for n, (at, _, raw) in enumerate(arrivals))
    while lot := list(itertools.islice(entries, LOT)):
        door.fold(lot, 0, set())
    return city


def copied(city: CityState, into: CityState) -> CityState:
    """Returns `into` with what a snapshot of `city` carries over."""
    snapshot.load(into, msgspec.msgpack.decode(packed(city), strict=False))
    return into


def packed(city: CityState) -> bytes:
    """Returns all of a state as bytes: equal states give equal bytes."""
    return msgspec.msgpack.encode(snapshot.dump(city))
