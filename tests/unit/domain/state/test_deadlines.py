"""Deadlines by the book: office hours, the mainland calendar, pauses, and changed tables."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.atlas.calendar import mainland, office_hours, work_calendar
from dashboard.domain.reading.cases import one
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.calendar import WorkCalendar
from dashboard.domain.rules.rules import Rules, parse_rules
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from dashboard.errors import SettingsError
from dashboard.settings import load_settings
from tests.support.making import ROOT, copied, fold, reported, step, tree

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
OFF, WORKED, KNOWN_UNTIL = mainland()
CHINA = WorkCalendar("Asia/Shanghai", off=OFF, worked=WORKED, known_until=KNOWN_UNTIL)
BERLIN = WorkCalendar("Europe/Berlin", office=((0, 240), (480, 1440)))


def at(text: str) -> float:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp()


def shown(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, SHANGHAI).strftime("%m-%d %H:%M")


def work_rules(limit: str = "3 work_day") -> Rules:
    tables = tomllib.loads((ROOT / "dashboard/rules/default.toml").read_text("utf-8"))
    tables["categories"]["dispute"]["limits"] = {"file": ["1 work_hour"] * 3, "close": [limit] * 3}
    return parse_rules(tables)


def city(limit: str = "3 work_day", calendar: WorkCalendar = CHINA) -> CityState:
    return CityState(tree(), work_rules(limit), horizon=Horizon(None, None), calendar=calendar)


def due(state: CityState, case: str = "C-1") -> str:
    return shown(state.cases.columns["due_at"][state.cases.rows[case]])


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23 15:00", 3, "11-26 15:00"),  # Monday to Thursday
        ("2026-11-20 20:00", 1, "11-23 17:30"),  # Friday evening: the clock begins on Monday, and a day ends at its end
        ("2026-11-21 10:00", 1, "11-23 17:30"),  # on a Saturday
        ("2026-11-23 13:00", 1, "11-24 12:00"),  # in the lunch break
        ("2026-02-13 16:00", 2, "02-24 16:00"),  # Spring Festival, with the Saturday before worked
        ("2026-09-30 17:30", 1, "10-08 17:30"),  # National Day, 1 to 7 October
        ("2026-10-09 17:30", 1, "10-10 17:30"),  # Saturday 10 October is worked
    ],
)
def test_working_days_of_2026(start: str, days: float, end: str) -> None:
    assert shown(CHINA.after(at(start), days * CHINA.day_s)) == end


def test_the_span_names_holidays_and_worked_weekends() -> None:
    span = CHINA.span(at("2026-02-13 16:00"), at("2026-02-24 16:00"))
    assert [day.date.day for day in span.off] == list(range(15, 24))
    assert {day.label.name for day in span.off} == {"春节"}
    assert [day.date.day for day in span.worked] == [14]
    assert (span.weekends, span.known_until) == (0, None)
    assert CHINA.span(at("2026-12-30 09:00"), at("2027-01-05 09:00")).known_until == KNOWN_UNTIL


instants = st.floats(at("2025-01-01 00:00"), at("2027-06-01 00:00"))
lengths = st.floats(0, 60 * 7 * 3600)


@pytest.mark.parametrize("calendar", [CHINA, BERLIN], ids=["china", "berlin"])
@given(a=instants, b=instants, c=instants, work_s=lengths)
def test_work_time_adds_up_and_has_an_inverse(
    calendar: WorkCalendar, a: float, b: float, c: float, work_s: float
) -> None:
    a, b, c = sorted((a, b, c))
    assert calendar.worked_s(a, b) + calendar.worked_s(b, c) == pytest.approx(calendar.worked_s(a, c), abs=1e-3)
    assert 0 <= calendar.worked_s(a, b) <= b - a + 1e-3
    end = calendar.after(a, work_s)
    assert end >= a
    assert calendar.worked_s(a, end) == pytest.approx(work_s, abs=1e-3)
    assert calendar.after(a, calendar.worked_s(a, b)) <= b + 1e-3
    assert calendar.opens_at(a) >= a
    assert calendar.worked_s(a, calendar.opens_at(a)) == pytest.approx(0, abs=1e-3)


@given(st.lists(st.tuples(instants, lengths), min_size=1, max_size=20))
def test_whole_columns_are_computed_alike(pairs: list[tuple[float, float]]) -> None:
    starts, work = (np.array(column) for column in zip(*pairs, strict=True))
    one_by_one = [CHINA.after(a, w) for a, w in pairs]
    assert np.allclose(CHINA.all_after(starts, work), one_by_one, atol=1e-3)


@given(days=st.integers(0, 8000))
def test_an_hour_is_an_hour_when_clocks_are_changed(days: int) -> None:
    """A Berlin day of office hours 0–4 and 8–24 has an hour less or more of work time when clocks change."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Europe/Berlin")
    date = dt.date(2010, 1, 1) + dt.timedelta(days=days)
    start, end = (dt.datetime(d.year, d.month, d.day, tzinfo=zone) for d in (date, date + dt.timedelta(days=1)))
    hours = (end.timestamp() - start.timestamp()) / 3600
    worked = BERLIN.worked_s(start.timestamp(), end.timestamp()) / 3600
    assert worked == pytest.approx(hours - 4 if date.weekday() < 5 else 0, abs=1e-6)


def test_a_case_is_due_after_working_days_and_its_pause_counts_work_time_only() -> None:
    state = city()
    fold(state, [reported("C-1", at("2026-11-23 15:00"))])
    assert due(state) == "11-26 15:00"
    fold(
        state,
        [step("suspended", "C-1", at("2026-11-24 16:30")), step("resumed", "C-1", at("2026-11-25 09:30"))],
        first_ms=int(at("2026-11-25 09:30") * 1000),
    )
    assert due(state) == "11-26 17:00"  # an hour of the afternoon and one of the morning


def test_a_late_step_inside_of_a_pause_moves_the_due_time_again() -> None:
    state = city("3 day")
    first = [reported("C-1", at("2026-11-23 15:00")), step("suspended", "C-1", at("2026-11-24 10:00"))]
    fold(
        state, [*first, step("resumed", "C-1", at("2026-11-24 14:00")), step("resumed", "C-1", at("2026-11-24 12:00"))]
    )
    assert due(state) == "11-26 17:00"


def test_promises_beat_the_calendar() -> None:
    state = city()
    fold(state, [reported("C-1", at("2026-11-23 15:00"), due="2026-11-24T00:00:00+08:00")])
    assert due(state) == "11-24 00:00"
    state.cases.move_all()
    assert due(state) == "11-24 00:00"


@pytest.mark.parametrize("after", ["5 work_day", "2 day", "4 work_hour"])
def test_changed_limits_count_at_the_next_start(after: str) -> None:
    raws = [
        reported("C-1", at("2026-11-23 15:00")),
        reported("C-2", at("2026-11-23 16:00"), due="2026-11-30T00:00:00+08:00"),
        reported("C-3", at("2026-11-21 16:00")),
        step("suspended", "C-3", at("2026-11-21 17:00")),
        step("resumed", "C-3", at("2026-11-23 11:00")),
    ]
    before, whole, restarted = city("3 work_day"), city(after), city(after)
    fold(before, raws)
    fold(whole, raws)
    copied(before, restarted)
    for case in ("C-1", "C-2", "C-3"):
        assert due(restarted, case) == due(whole, case)


def test_a_changed_calendar_counts_at_the_next_start() -> None:
    raws = [reported("C-1", at("2026-09-30 15:00"))]
    before, after = city(calendar=WorkCalendar("Asia/Shanghai")), city()
    fold(before, raws)
    copied(before, after)
    assert (due(before), due(after)) == ("10-05 15:00", "10-10 15:00")


def test_the_deadline_says_what_made_it() -> None:
    state = city()
    fold(
        state,
        [
            reported("C-1", at("2026-09-29 18:00")),
            step("filed", "C-1", at("2026-09-30 09:00")),
            step("suspended", "C-1", at("2026-09-30 10:00")),
            step("resumed", "C-1", at("2026-09-30 11:00")),
        ],
        first_ms=int(at("2026-09-30 11:00") * 1000),
    )
    found = one(Reading(state, at("2026-09-30 11:30")), "C-1")
    assert found is not None
    why: dict[str, Any] = found["deadline"]
    assert (why["unit"], why["limit"], why["office_hours"]) == ("work_day", 3, ["08:30-12:00", "14:00-17:30"])
    assert why["starts_at"].startswith("2026-09-30T00:30")
    assert [day["date"] for day in why["days_off"]] == [f"2026-10-0{n}" for n in range(1, 8)]
    assert why["pauses"][0]["moved_s"] == 3600
    steps = {entry["step"]: entry for entry in why["steps"]}
    assert steps["file"]["used_s"] == 1800
    assert steps["file"]["share"] == 0.5
    assert steps["close"]["done_at"] is None
    assert steps["close"]["used_s"] == 2 * 3600
    for words in ("3 work_day", "08:30-12:00", "2026-10-01 (National Day)", "pause of 1.0 h"):
        assert words in why["explanation"]
    assert found["due_at"] == why["due_at"]


@pytest.mark.parametrize("text", ["", "9-12", "08:30-12:00,11:00-13:00", "12:00-08:00", "08:70-12:00"])
def test_office_hours_that_make_no_sense(text: str) -> None:
    with pytest.raises(SettingsError):
        office_hours(text)


def test_the_settings_choose_the_calendar() -> None:
    plain = work_calendar(load_settings(calendar="weekdays", office_hours="09:00-17:00"))
    assert plain.hours() == ["09:00-17:00"]
    assert plain.works_on(dt.date(2026, 10, 1))
    assert not work_calendar(load_settings()).works_on(dt.date(2026, 10, 1))
