"""Many lines that say the same are one with their number; different ones stay as they are."""

from __future__ import annotations

from dashboard.atlas.folding import folded


def test_equal_lines_become_one_with_their_number() -> None:
    lines = [f"feature {number} (g{number}): level is not given" for number in range(1, 41)]
    assert folded(lines) == [
        "feature 1 (g1): level is not given (and 39 more the same: features 2, 3, 4, 5, 6, 7, 8, 9 …)"
    ]


def test_of_one_kind_five_are_said() -> None:
    lines = [f"feature {number} (g{number}): code is the number {number}" for number in range(1, 21)]
    said = folded(lines)
    assert said[:4] == lines[:4]
    assert said[4] == lines[4] + " (and 15 more of this kind: features 6, 7, 8, 9, 10, 11, 12, 13 …)"
    assert len(said) == 5


def test_different_lines_stay_in_their_order() -> None:
    lines = ["there is no grid", "feature 2 (x): level is not given", "feature 3 (y): code is not given"]
    assert folded(lines) == lines
    assert folded([]) == []


def test_no_line_changes_the_terminal() -> None:
    assert folded(["code a\x1b[2J\nb\u202e"]) == ["code a\\x1b[2J\\nb\\u202e"]
