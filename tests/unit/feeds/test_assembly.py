"""The parts of a server: connected to each other by their settings, and nothing has happened yet."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dashboard.atlas.file import CityMap, read_areas
from dashboard.clock import ManualClock
from dashboard.domain.state.horizon import Horizon
from dashboard.feeds.assembly import assemble, make_state
from dashboard.settings import load_settings
from simulator.place.city import build_city
from tests.support.making import NOON, rules


@cache
def _city() -> CityMap:
    return read_areas(build_city(grids=24))


def test_the_state_is_what_the_settings_say() -> None:
    plain = make_state(load_settings(case_days=40, hold_s=60), _city(), rules())
    assert (plain.case_days, plain.hold_s, plain.horizon) == (40, 60, Horizon())
    for shifted, from_s in (
        ({"clock": "2026-11-22T12:00:00+08:00"}, NOON),
        ({"clock_speed": 60}, None),
        ({"clock_speed": 60, "clock_anchor": 7.0}, 7.0),
    ):
        assert make_state(load_settings(**shifted), _city(), rules()).horizon == Horizon(None, None, from_s)


async def test_all_parts_share_one_state_and_one_clock(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    settings = load_settings(data_dir=tmp_path, shards=3)
    running = assemble(settings, "redis://127.0.0.1:1", clock, _city(), rules(), "1")
    assert running.moments.now().state is running.replica.state
    assert running.moments.now().now_s == NOON
    assert running.follower.streams == ["reports:{0}", "reports:{1}", "reports:{2}"]
    assert running.follower.ready == "not connected yet"
    for part in (running.dead_letters, running.intake, running.traces, running.follower):
        await part.close()
