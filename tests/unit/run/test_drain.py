"""Who reads nothing is told from who reads slowly."""

from __future__ import annotations

from dashboard.run.drain import Drain


def test_who_reads_slowly_is_not_dropped() -> None:
    drain, now = Drain(), 1000.0
    for waiting in range(1_000_000, 0, -10_000):
        assert not drain.stuck(waiting, now)
        now += 20
    for _ in range(5):  # always full again, since it is taken as fast as it is made
        assert not drain.stuck(80_000, now)
        drain.taken()
        now += 20
    assert not drain.stuck(80_000, now)
    assert drain.stuck(79_000, now + 31), "a byte now and then is not reading"
