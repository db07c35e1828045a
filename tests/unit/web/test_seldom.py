"""What a client brings about fills no log."""

from __future__ import annotations

from dashboard.web.seldom import Seldom


def test_one_line_a_second_and_the_others_are_counted() -> None:
    at = [0.0]
    seldom = Seldom(lambda: at[0])
    assert (seldom.allows(), seldom.more()) == (True, "")
    assert [seldom.allows() for _ in range(3)] == [False] * 3
    at[0] = 1.0
    assert (seldom.allows(), seldom.more()) == (True, " (3 more like it since the last line)")
    at[0] = 2.5
    assert (seldom.allows(), seldom.more()) == (True, "")
