"""Numbers and cursors in addresses are read with one measure: what is too long is malformed, what is odd not ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboard.domain.reading import cases, tasks
from dashboard.domain.reading.casefilter import filter_of
from dashboard.domain.reading.cursors import LONGEST_CURSOR, checked, following, offset_of, whole
from dashboard.domain.reading.moment import Reading
from dashboard.errors import InvalidReport
from tests.support.making import NOON, fold, reported, state

DIGITS = "9" * 5000  # Python refuses to read more than 4,300


def reading() -> Reading:
    city = state()
    fold(city, [reported("C-1")])
    return Reading(city, NOON)


@pytest.mark.parametrize(
    "goes_on",
    [offset_of, lambda cursor: cases.page(reading(), {}, 10, cursor), lambda c: tasks.behind([], "open", c)],
)
@pytest.mark.parametrize("cursor", [DIGITS, f"{DIGITS}_{DIGITS}", f"0~0~{DIGITS}", "x" * (LONGEST_CURSOR + 1)])
def test_a_cursor_that_is_too_long_is_malformed_on_every_list(goes_on: Callable[[str], object], cursor: str) -> None:
    with pytest.raises(InvalidReport, match="longer") as raised:
        goes_on(cursor)
    assert (raised.value.field, raised.value.kind) == ("cursor", "malformed")


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "１", "9" * 10])
def test_a_cursor_that_no_list_gave_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidReport, match="cursor") as raised:
        offset_of(cursor)
    assert raised.value.kind == "invalid"


def test_pages_follow_each_other_up_to_the_end() -> None:
    assert offset_of(None) == 0
    assert following(0, 50, 51) == "50"
    assert offset_of("50") == 50
    assert following(50, 50, 51) is following(0, 50, 50) is None
    assert checked("x" * LONGEST_CURSOR) == "x" * LONGEST_CURSOR


@pytest.mark.parametrize("name", ["severity", "days"])
def test_a_number_of_a_filter_is_one_of_few_digits(name: str) -> None:
    here = reading()
    with pytest.raises(InvalidReport, match=f"{name}: is a whole number"):
        filter_of(here, {name: DIGITS})
    assert whole("0030", name) == 30
