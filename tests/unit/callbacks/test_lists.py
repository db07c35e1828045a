"""The lists that numbers open into take their area and their state from the address."""

from __future__ import annotations

import pytest

from dashboard.callbacks.asked import Asked
from dashboard.callbacks.lists import reports, workers
from dashboard.errors import InvalidReport, RedisUnavailable
from dashboard.words import Words
from tests.support.making import GRIDS, NOON, event, fold, state
from tests.support.pages import Memory, attributes, data_of, view


def _asked(source: Memory, **query: str) -> Asked:
    return Asked(Words("en"), view(), source, query=query)


async def test_workers_are_those_of_the_area_and_the_state() -> None:
    city = state()
    fold(city, [event("worker.shift-started", {}, at=NOON, grid=grid) for grid in (GRIDS[0], GRIDS[3])])
    made = await workers(_asked(Memory(city), area="420503", state="on-shift"))
    links = [href for href in attributes(made, "href") if href in {f"/area/{grid}" for grid in GRIDS}]
    assert links == [f"/area/{GRIDS[3]}"]


async def test_a_state_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(InvalidReport):
        await workers(_asked(Memory(), state="odd"))


async def test_reports_need_the_log() -> None:
    found = {"reports": [], "total": 0, "from": None, "next": None}
    assert data_of(await reports(_asked(Memory(log=found), counter="births")))["kind"] == "list"
    with pytest.raises(RedisUnavailable):
        await reports(_asked(Memory(), counter="births"))
