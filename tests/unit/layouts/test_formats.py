"""Values are written in the language of the page and the time zone of the city; nothing known is a dash."""

from __future__ import annotations

import pytest

from dashboard.layouts.formats import DASH, Formats
from dashboard.words import Words

EN, ZH = (Formats(Words(lang), "Asia/Shanghai") for lang in ("en", "zh-CN"))


def test_what_is_not_known_is_a_dash() -> None:
    assert [EN.number(None), EN.share(None), EN.instant(None)] == [DASH] * 3


def test_numbers_and_shares_are_grouped() -> None:
    assert (EN.number(1234567), ZH.number(12), EN.share(0.98765)) == ("1,234,567", "12", "98.8%")


def test_instants_are_the_citys_and_the_same_in_every_language() -> None:
    for formats in (EN, ZH):
        assert formats.instant("2026-11-22T04:00:09Z") == "2026-11-22 12:00"
        assert formats.instant("2026-11-22T04:00:09Z", seconds=True) == "2026-11-22 12:00:09"
        assert formats.instant(EN.seconds("2026-11-22T12:00:00+08:00")) == "2026-11-22 12:00"


@pytest.mark.parametrize(
    ("seconds", "units"), [(-5, ["0"]), (59 * 60, ["59"]), (90 * 60, ["1", "30"]), (90_000, ["1", "1"])]
)
def test_a_length_has_its_two_largest_units(seconds: float, units: list[str]) -> None:
    for formats in (EN, ZH):
        digits = "".join(letter if letter.isdigit() else " " for letter in formats.length(seconds)).split()
        assert digits == units
