"""Signs of invented reports: each by itself, and that honest work of any amount shows none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import numpy as np
import pytest

from dashboard.domain.reading import signs
from dashboard.domain.reading.casefilter import filter_of
from dashboard.domain.reading.cases import matching
from dashboard.domain.reading.moment import Reading
from dashboard.domain.state.city import CityState
from dashboard.errors import InvalidReport
from tests.support.making import DAY, GRIDS, copied, event, fold, reported, rules, state, step

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
NOW = dt.datetime(2026, 11, 3, 12, tzinfo=SHANGHAI).timestamp()
START = NOW - 35 * DAY
MONTH_END = dt.datetime(2026, 10, 29, 9, tzinfo=SHANGHAI).timestamp()


def own(number: int, at: float, grid: str = GRIDS[0], **more: Any) -> bytes:
    return reported(f"C-{grid[-6:]}-{number:04d}", float(int(at)), "labour", 3, grid=grid, **more)


def handled(number: int, at: float, grid: str = GRIDS[0], **more: Any) -> bytes:
    case = f"C-{grid[-6:]}-{number:04d}"
    return event("case.handled", {"case": case, "by": "worker", **more}, at=float(int(at)), grid=grid)


def honest(count: int, grid: str = GRIDS[0], seed: int = 1) -> list[bytes]:
    """Returns the reports of an honest worker: spread over days and hours, near each other, handled hours later."""
    rng, raws = np.random.default_rng(seed), []
    days = np.sort(rng.integers(0, 35, count))
    for number, day in enumerate(days.tolist()):
        at = START + day * DAY + float(rng.uniform(-4, 5)) * 3600
        place = {"lat": 30.7 + float(rng.uniform(-0.002, 0.002)), "lon": 111.3 + float(rng.uniform(-0.002, 0.002))}
        raws.append(own(number, at, grid, note=f"near house {number}", **place))
        raws.append(handled(number, at + float(rng.uniform(0.3, 30)) * 3600, grid, note=f"house {number} is fine"))
    return raws


def city_of(*raws: bytes) -> CityState:
    city = state()
    early = [reported("C-first", START, "labour", 3, grid=GRIDS[3])]
    fold(city, [*early, *raws], first_ms=int(NOW * 1000))
    return city


def found(city: CityState) -> signs.Signs:
    return signs.signs(city, signs.own_cases(city, NOW))


def sign(city: CityState, name: str, grid: int = 0) -> signs.Sign | None:
    return next((one for one in found(city).by_grid.get(grid, []) if one.id == name), None)


def listed(city: CityState, name: str, grid: str = GRIDS[0]) -> set[str]:
    reading = Reading(city, NOW)
    indexes = matching(reading, filter_of(reading, {"sign": name, "area": grid}))
    return {reading.case_id(index) for index in indexes.tolist()}


def burst(count: int, **more: Any) -> list[bytes]:
    return [own(1000 + n, MONTH_END + (n % 3) * DAY + n // 3 * 600, **more) for n in range(count)]


# ---------------------------------------------------------------------- each sign


def test_reports_that_pile_up_before_the_month_ends_are_a_sign() -> None:
    city = city_of(*honest(6), *burst(20))
    one = sign(city, "burst")
    assert one is not None
    assert one.found >= 20
    assert one.of == 26
    assert one.value == pytest.approx(one.found / (one.expected + 1), abs=0.05)
    assert len(listed(city, "burst")) == one.cases == one.found
    assert one.extreme


def test_the_same_reports_in_the_middle_of_the_month_are_none() -> None:
    middle = [own(1000 + n, MONTH_END - (10 + n % 3) * DAY + n // 3 * 600) for n in range(20)]
    assert sign(city_of(*honest(6), *middle), "burst") is None


def test_a_few_reports_at_the_end_of_a_month_are_no_sign() -> None:
    assert sign(city_of(*burst(7)), "burst") is None


def test_what_the_hotline_and_other_workers_report_is_not_laid_to_a_worker() -> None:
    raws = [raw.replace(b'"/handsets/', b'"/hotline/') for raw in burst(30, note="same")]
    assert found(city_of(*raws)).by_grid == {}
    others = [own(n, MONTH_END + n * 60, GRIDS[1]) for n in range(30)]
    assert set(found(city_of(*others)).by_grid) <= {1}


def test_one_text_again_and_again_is_a_sign() -> None:
    same = [own(n, START + n * DAY, note="Patrol  done" if n % 2 else "patrol done") for n in range(10)]
    city = city_of(*same, own(100, NOW - DAY, note="a loose cover"))
    one = sign(city, "same_text")
    assert one is not None
    assert (one.found, one.of, one.cases) == (10, 11, 10)
    assert listed(city, "same-text") == {f"C-001001-{n:04d}" for n in range(10)}


def test_many_texts_with_a_few_stock_phrases_are_none() -> None:
    phrases = ["done", "as reported", "seen"]
    raws = [own(n, START + n * DAY / 2, note=phrases[n % 3] if n % 3 else f"case {n}") for n in range(60)]
    assert sign(city_of(*raws), "same_text") is None


def test_cases_handled_within_seconds_are_a_sign() -> None:
    raws = []
    for n in range(12):
        at = START + n * 2 * DAY
        raws += [own(n, at), handled(n, at + (20 if n < 6 else 7200))]
    city = city_of(*raws)
    one = sign(city, "in_seconds")
    assert one is not None
    assert (one.found, one.of, one.extreme) == (6, 12, False)
    assert listed(city, "in-seconds") == {f"C-001001-{n:04d}" for n in range(6)}


def test_cases_that_were_reported_as_solved_are_not_held_against_anybody() -> None:
    raws = [own(n, START + n * DAY, self_handled=True) for n in range(20)]
    assert found(city_of(*raws)).by_grid == {}


def test_only_the_first_handling_counts_not_one_after_rework() -> None:
    raws = []
    for n in range(10):
        at = START + n * 2 * DAY
        case = f"C-001001-{n:04d}"
        raws += [own(n, at), handled(n, at + 7200), step("returned", case, at + 8000), handled(n, at + 8010)]
    assert sign(city_of(*raws), "in_seconds") is None


def test_places_too_far_apart_for_the_time_between_are_a_sign() -> None:
    # Every second report lies 2 km away, 30 s later: 67 m/s.
    raws = [own(n, START + n // 2 * DAY + n % 2 * 30, lat=30.7 + n % 2 * 0.018, lon=111.3) for n in range(12)]
    city = city_of(*raws)
    one = sign(city, "travel")
    assert one is not None
    assert (one.found, one.of, one.cases) == (6, 11, 12)
    assert len(listed(city, "travel")) == 12


def test_near_places_and_long_ways_in_enough_time_are_none() -> None:
    near = [own(n, START + n * 10, lat=30.7 + n % 2 * 0.0025, lon=111.3) for n in range(20)]  # 280 m apart
    assert sign(city_of(*near), "travel") is None
    slow = [own(n, START + n * 120, lat=30.7 + n % 2 * 0.018, lon=111.3) for n in range(20)]  # 17 m/s
    assert sign(city_of(*slow), "travel") is None
    unknown = [own(n, START + n * 10) for n in range(20)]
    assert sign(city_of(*unknown), "travel") is None


def test_two_reports_of_one_second_at_two_places_are_impossible() -> None:
    raws = [own(n, START + n // 2 * DAY, lat=30.7 + n % 2 * 0.018, lon=111.3) for n in range(8)]
    assert sign(city_of(*raws), "travel") is not None


# ---------------------------------------------------------------------- who needs a look


@pytest.mark.parametrize("count", [0, 1, 7, 40, 200])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_honest_worker_is_not_named_however_little_or_much_is_reported(count: int, seed: int) -> None:
    city = city_of(*honest(count, seed=seed), *honest(6, GRIDS[1], seed))
    assert found(city).flagged == frozenset()


def test_who_invents_reports_is_named_with_the_evidence() -> None:
    raws = [*honest(6)]
    for n in range(20):
        at = MONTH_END + n % 3 * DAY + n * 40
        raws += [own(1000 + n, at, note="all in order", lat=30.7 + n % 5 * 0.01, lon=111.3), handled(1000 + n, at + 15)]
    city = city_of(*raws, *honest(40, GRIDS[1]))
    named = found(city)
    assert named.flagged == {0}
    assert {one.id for one in named.by_grid[0]} >= {"burst", "in_seconds", "same_text"}
    shown = signs.signs_of_workers(city, named, city.tree.root)
    assert (shown[0]["area"], shown[0]["flagged"]) == (GRIDS[0], True)
    assert signs.signs_of_workers(city, named, city.tree.by_code["420503"]) == []


def test_one_sign_alone_names_nobody_unless_it_is_extreme() -> None:
    some = city_of(*honest(40), *burst(18))
    assert [one.id for one in found(some).by_grid[0]] == ["burst"]
    assert found(some).flagged == frozenset()
    many = city_of(*honest(6), *burst(40))
    assert [one.extreme for one in found(many).by_grid[0]] == [True]
    assert found(many).flagged == {0}


def test_thresholds_come_from_the_rules() -> None:
    city = city_of(*honest(6), *burst(6))
    assert found(city).by_grid == {}
    strict = msgspec.structs.replace(rules().appraisal.signs.burst, least=5, out=1.5)
    given = rules()
    appraisal = msgspec.structs.replace(
        given.appraisal, signs=msgspec.structs.replace(given.appraisal.signs, burst=strict)
    )
    city.rules = msgspec.structs.replace(given, appraisal=appraisal)
    assert sign(city, "burst") is not None


def test_reports_before_the_window_are_forgotten() -> None:
    old = [own(n, NOW - 70 * DAY + n * 10, note="same", lat=30.7 + n % 2 * 0.02, lon=111.3) for n in range(30)]
    names = {one.id for one in found(city_of(*old)).by_grid.get(0, [])}
    assert names <= {"same_text"}, "texts are the newest ones, however old"


@pytest.mark.parametrize(
    "query", [{"sign": "mood", "area": GRIDS[0]}, {"sign": "burst"}, {"sign": "burst", "area": "420502"}]
)
def test_a_sign_is_asked_for_one_grid(query: dict[str, str]) -> None:
    city = city_of(*honest(3))
    reading = Reading(city, NOW)
    with pytest.raises(InvalidReport) as error:
        matching(reading, filter_of(reading, query))
    assert error.value.field == "sign"


def test_texts_survive_a_snapshot() -> None:
    city = city_of(*burst(10, note="again"))
    other = copied(city, state())
    assert sign(other, "same_text") == sign(city, "same_text") is not None
