"""What workers write: the same text is seen as the same, and only the newest are kept."""

from __future__ import annotations

import msgspec

from dashboard.domain.state.texts import KEPT_TEXTS, Texts


def test_letter_case_and_white_space_make_no_difference() -> None:
    texts = Texts(2)
    for text in ("Cleared  up", " cleared up\n", "cleared upp"):
        texts.note(1, text, "C-1")
    first, second, third = (text for text, _ in texts.by_grid[1])
    assert first == second != third
    assert 0 <= first < 1 << 63, "fits into a signed number of a snapshot"
    assert not texts.by_grid[0]


def test_only_the_newest_of_a_grid_are_kept() -> None:
    texts = Texts(1)
    for number in range(KEPT_TEXTS + 2):
        texts.note(0, "x", f"C-{number}")
    assert [case for _, case in texts.by_grid[0]] == [f"C-{number}" for number in range(2, KEPT_TEXTS + 2)]


def test_a_loaded_copy_goes_on() -> None:
    texts = Texts(1)
    texts.note(0, "x", "C-1")
    again = Texts.load(msgspec.msgpack.decode(msgspec.msgpack.encode(texts.dump())))
    again.note(0, "x", "C-2")
    assert len({text for text, _ in again.by_grid[0]}) == 1
    assert [case for _, case in again.by_grid[0]] == ["C-1", "C-2"]
