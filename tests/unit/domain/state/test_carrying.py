"""A dump that is carried over is the same city, with other numbers of grids and categories."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.areas import AreaRecord, AreaTree, build_tree
from dashboard.domain.state import snapshot
from dashboard.domain.state.carrying import Start, carried, missing
from dashboard.domain.state.city import CityState
from dashboard.domain.state.validity import validate
from tests.support.making import GRIDS, NOON, event, fold, reported, rules, state, tree


def _start(city_tree: AreaTree, categories: list[str]) -> Start:
    return Start(list(city_tree.grids), categories, city_tree.ages.tobytes(), city_tree.dwellings.tobytes())


def _lively() -> CityState:
    city = state()
    raws = [reported(f"C-{n}", NOON - 3600 + n, ("dispute", "labour")[n % 2], grid=GRIDS[n % 4]) for n in range(9)]
    raws += [event("population.birth", {"sex": "f", "occurred_on": "2026-11-22"}, at=NOON - 60, grid=GRIDS[3])]
    raws += [event("worker.shift-started", {}, at=NOON - 600, grid=GRIDS[1])]
    ahead = {"sex": "m", "age": 30, "floating": False, "other": "outside"}
    raws += [event("population.move-in", ahead, at=NOON + 7200, grid=GRIDS[2])]  # ahead of the clock, and not counted
    fold(city, raws)
    assert city.dead_letters == 0
    return city


def _turned() -> AreaTree:
    """The same grids in another order, below other communities, and a new one before them."""
    plain = tree()
    bands = plain.ages[0].tolist()
    records = [
        AreaRecord("4205", "city", "市"),
        AreaRecord("0", "grid", "new", None, "4205"),
        *(AreaRecord(f"c{n}", "community", f"C {n}", None, "4205") for n in range(4)),
        *(
            AreaRecord(code, "grid", code, None, f"c{3 - n}", (bands[0], bands[1]), 40, 30)
            for n, code in enumerate(GRIDS)
        ),
    ]
    return build_tree(records)


def test_every_grid_keeps_its_numbers_under_another_number() -> None:
    before, after = _lively(), CityState(_turned(), rules())
    categories = [category.id for category in rules().categories]
    dumped = snapshot.dump(before)
    now = carried(dumped, _start(before.tree, categories), _start(after.tree, categories))
    snapshot.load(after, now)
    validate(after)
    assert list(after.tree.grids) != list(before.tree.grids)
    for code in GRIDS:
        one, two = (area_body(Reading(city, NOON), city.tree.by_code[code], 0) for city in (before, after))
        for name in ("people", "cases", "workers"):
            assert one[name] == two[name], (code, name)
    assert area_body(Reading(after, NOON), after.tree.by_code["0"], 0)["people"]["population"] == 0


def test_categories_keep_their_cases_under_another_number() -> None:
    before = _lively()
    then = [category.id for category in rules().categories]
    turned = then[::-1]
    now = carried(snapshot.dump(before), _start(before.tree, then), _start(before.tree, turned))
    numbers = np.frombuffer(now["cases"]["columns"]["category"], "<u2")
    rows = [before.cases.rows[f"C-{n}"] for n in range(9)]
    assert [turned[numbers[row]] for row in rows] == [("dispute", "labour")[n % 2] for n in range(9)]


def test_what_would_be_lost_is_named() -> None:
    before = _lively()
    then = [category.id for category in rules().categories]
    dumped, start = snapshot.dump(before), _start(before.tree, then)
    assert missing(dumped, start, start) == []
    assert missing(dumped, start, _start(before.tree, [c for c in then if c != "emergency"])) == [], "nobody used it"
    [said] = missing(dumped, start, _start(before.tree, [c for c in then if c != "dispute"]))
    assert "no category dispute" in said
    [said] = missing(dumped, start, Start(list(GRIDS[1:]), then, b"", b""))
    assert f"no grid {GRIDS[0]}" in said


@pytest.mark.parametrize("part", ["ages", "dwellings"])
def test_residents_and_homes_change_by_what_the_files_differ_in(part: str) -> None:
    before = _lively()
    categories = [category.id for category in rules().categories]
    then = _start(before.tree, categories)
    more = before.tree.ages + 3, before.tree.dwellings + 5
    now = Start(then.grids, categories, more[0].tobytes(), more[1].tobytes())
    dumped = carried(snapshot.dump(before), then, now)
    after = state()
    snapshot.load(after, dumped)
    if part == "ages":
        assert (after.people.ages - before.people.ages == 3).all()
    else:
        assert (after.homes.dwellings - before.homes.dwellings).sum(axis=1).tolist() == [5] * 4
