"""The page of a case: where it stands, why it is due, what happened; also of a case whose rules are gone."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard import ids
from dashboard.domain.reading import cases
from dashboard.layouts.case import case_body, case_page
from dashboard.layouts.formats import Formats
from dashboard.words import Words
from tests.support.making import DAY, NOON, fold, reported, state, step
from tests.support.pages import LANGUAGES, Memory, attributes, data_of, ids_of, sound, text_of, view


def _case(*raws: bytes) -> dict[str, Any]:
    city = state()
    fold(city, raws)
    found = cases.one(Memory(city).reading(), "C-1")
    assert found is not None
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("category", ["dispute", "labour"])
def test_a_case_has_its_page(category: str, lang: str) -> None:
    found = _case(
        reported("C-1", category=category),
        step("dispatched", "C-1", NOON + 60, to="governance"),
        step("suspended", "C-1", NOON + 120, reason="papers"),
        step("resumed", "C-1", NOON + 3720),
        step("escalated", "C-1", NOON + 3800, to_level="street", reason="overdue"),
    )
    made = case_page(Words(lang), view(), found, NOON + 3900)
    assert sound(made)
    assert {ids.AGAIN_BODY, ids.AGAIN_ASKED, ids.ACTIONS, ids.MAP} <= set(ids_of(made))
    assert attributes(made, "data-stream-id") == [one["stream_id"] for one in found["trace"]]
    assert [part for part in attributes(made, "aria-current") if part == "step"] == ["step"]
    assert data_of(made)["case"] == "C-1"


def test_what_is_left_is_said_from_both_sides_of_the_due_time() -> None:
    found, say = _case(reported("C-1")), Words("en")
    formats = Formats(say, "Asia/Shanghai")
    due = formats.seconds(found["due_at"])
    assert "1 h" in formats.left(found, due - 3600) or "60" in formats.left(found, due - 3600)
    late = formats.left({**found, "overdue": True}, due + DAY)
    assert late.startswith("▲ ")
    ended = _case(reported("C-1"), step("closed", "C-1", NOON + 60))
    assert "2026-11-22 12:01" in formats.left(ended, NOON + DAY)


def test_a_case_that_nothing_knows_any_more_is_still_shown() -> None:
    found = {**_case(reported("C-1")), "area": "gone", "category": "gone", "archived": True}
    made = case_page(Words("en"), view(), found, NOON)
    assert sound(made)
    assert "gone" in text_of(made)
    assert ids.MAP not in ids_of(made)


def test_the_body_is_the_same_when_it_is_made_anew() -> None:
    found = _case(reported("C-1"))
    bodies = [str(case_body(Words("en"), view(), found, NOON)) for _ in range(2)]
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(("lang", "said"), [("en", "1.5"), ("zh-CN", "1.5")])
def test_work_time_is_told_in_the_unit_of_its_limit(lang: str, said: str) -> None:
    """A working day has seven hours here: one and a half of them are neither 10 h 30 min nor a part of 24 hours."""
    found = _case(reported("C-1"))
    step = {"step": "handle", "limit": 2, "unit": "work_day", "limit_s": 50_400.0, "due_at": found["due_at"]}
    step |= {"done_at": None, "used_s": 37_800.0, "share": 0.75}
    found["deadline"]["steps"] = [step, {**step, "unit": "day", "limit": 1, "limit_s": 86_400.0, "used_s": 7200.0}]
    words = Words(lang)
    text = text_of(case_page(words, view(), found, NOON))
    assert words("unit-work_day", n=said) in text
    assert Formats(words, "Asia/Shanghai").length(7200.0) in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_deadline_past_what_the_calendar_knows_says_so(lang: str) -> None:
    found = _case(reported("C-1"))
    found["deadline"] |= {"office_hours": ["08:30-12:00"], "calendar_known_until": "2026-12-31"}
    assert "2026-12-31" in text_of(case_page(Words(lang), view(), found, NOON))
