"""Workers at the desk: by grid code, in the state that is asked for."""

from __future__ import annotations

import pytest

from dashboard.errors import InvalidReport, Unknown
from dashboard.words import Words
from tests.support.desks import Office
from tests.support.making import GRIDS, event


async def test_workers_are_those_of_the_area_in_the_state(office: Office) -> None:
    office.write(event("worker.shift-started", {"battery": 0.5}, grid=GRIDS[0]))
    office.clock.at += 6 * 3600
    workers = office.desk.workers
    assert [one["area"] for one in workers.listed("city", None)] == list(GRIDS)
    assert [one["area"] for one in workers.listed("city", "silent")] == [GRIDS[0]]
    assert workers.listed("420503", "silent") == []
    with pytest.raises(InvalidReport):
        workers.listed("city", "odd")
    with pytest.raises(Unknown):
        workers.listed("odd", None)


async def test_they_can_be_taken_along_in_words(office: Office) -> None:
    office.write(event("worker.shift-started", {"battery": 0.5}, grid=GRIDS[0]))
    first = next(iter(office.desk.workers.table(Words("en"), "city", None).rows()))
    assert (first["area"], first["on-shift"], first["battery"]) == (GRIDS[0], Words("en")("yes"), 0.5)
