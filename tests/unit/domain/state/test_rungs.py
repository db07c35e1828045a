"""When a case leaves its level: single rows and whole columns tell the same, with and without pauses."""

from __future__ import annotations

import numpy as np

from dashboard.domain.rules.levels import TOP
from tests.support.making import DAY, NOON, fold, reported, state, step

PAST = NOON - 30 * DAY


def _city() -> tuple:
    city = state()
    raws = [reported(f"C-{number}", at=PAST + number) for number in range(4)]
    raws.append(step("escalated", "C-1", PAST + 5 * DAY, to_level="community", reason="overdue"))
    raws.append(step("suspended", "C-2", PAST + 100.0, reason="papers"))
    raws.append(step("resumed", "C-2", PAST + 100.0 + DAY))
    raws.append(step("suspended", "C-3", PAST + 100.0, reason="papers"))
    assert {folded.outcome for folded in fold(city, raws)} == {"applied"}
    return city, city.cases.rows, city.cases.columns


def test_at_the_grid_a_case_leaves_when_it_is_due() -> None:
    city, rows, columns = _city()
    assert city.rungs.ends(city.cases, rows["C-0"]) == columns["due_at"][rows["C-0"]]


def test_further_up_it_leaves_after_its_share_of_the_limit_on_that_level() -> None:
    city, rows, columns = _city()
    row = rows["C-1"]
    category = city.rules.categories[columns["category"][row]]
    share_s = city.deadlines.limit_s(category.limits["close"][1]) * category.ladder.share(1)
    assert city.rungs.ends(city.cases, row) == max(columns["due_at"][row], PAST + 5 * DAY + share_s)


def test_a_column_is_computed_like_its_rows() -> None:
    city, rows, _ = _city()
    chosen = np.array(sorted(rows.values()))
    assert city.rungs.all_ends(city.cases, chosen).tolist() == [city.rungs.ends(city.cases, int(row)) for row in chosen]


def test_broken_are_those_whose_end_has_passed_and_that_do_not_stand_still() -> None:
    city, rows, _ = _city()
    end = {name: city.rungs.ends(city.cases, row) for name, row in rows.items()}
    just_after = end["C-2"] + 1.0
    found = {city.cases.ids[row] for row in city.rungs.broken(city.cases, just_after).tolist()}
    assert found == {name for name in ("C-0", "C-1", "C-2") if end[name] < just_after} >= {"C-0", "C-2"}
    assert "C-2" not in {city.cases.ids[row] for row in city.rungs.broken(city.cases, end["C-2"]).tolist()}


def test_nothing_leaves_the_top() -> None:
    city, rows, columns = _city()
    fold(city, [step("escalated", "C-0", PAST + 5 * DAY, to_level="city")])
    assert columns["level"][rows["C-0"]] == TOP
    assert city.rungs.ends(city.cases, rows["C-0"]) == float("inf")
    assert rows["C-0"] not in city.rungs.broken(city.cases, NOON + 999 * DAY)
