"""The desk has every subject, and nobody at it holds the state or all parts of the server."""

from __future__ import annotations

import dataclasses

from dashboard.desk.desk import Desk
from dashboard.domain.state.city import CityState
from dashboard.feeds.follower import Replica
from dashboard.feeds.running import Running
from tests.support.desks import Office


async def test_no_subject_holds_the_state_or_the_whole_server(office: Office) -> None:
    held = [getattr(office.desk, each.name) for each in dataclasses.fields(Desk)]
    for subject in (one for one in held if type(one).__module__.startswith("dashboard.desk")):
        kept = [getattr(subject, name) for name in getattr(subject, "__dict__", {})]
        assert not [one for one in kept if isinstance(one, CityState | Replica | Running)], type(subject)


async def test_pages_are_given_the_same_readings(office: Office) -> None:
    assert office.desk.source.now_s() == office.clock.at == office.running.moments.now().now_s
