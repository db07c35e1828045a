"""On time, late, twice or spoiled: what can happen to a report on its way."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.domain.reports import decode, type_of
from dashboard.domain.rules.areas import AreaRecord, build_tree
from dashboard.errors import InvalidReport
from simulator.life.events import Writer
from simulator.life.post import Post, spoiled
from simulator.life.run import Run
from simulator.life.scenarios import Scenario
from simulator.life.workers import Silences
from simulator.place.places import Places
from tests.simulator.conftest import NOW


def test_a_report_is_spoiled_in_ways_that_no_reader_takes() -> None:
    raw = Writer("Asia/Shanghai", 1).report("worker.shift-ended", "420502001001001", "/h/1", 1.8e9, {"battery": 0.5})
    assert decode(raw)
    for way in (0, 1, 2, 4, 5, 6):
        with pytest.raises(InvalidReport):
            decode(spoiled(raw, way))
    assert decode(spoiled(raw, 3)).subject == "9420502001001001"  # an area that nobody knows


@pytest.fixture
def post() -> Post:
    run = Run(7, NOW, scenario=Scenario(malformed=0.0, duplicates=0.0, late=0.0, silent_share=0.0))
    grid = [AreaRecord("c", "city", "C"), AreaRecord("g", "grid", "G", parent="c")]
    return Post(Writer(run.timezone, run.number), Silences(Places(build_tree(grid)), run), run)


def test_reports_arrive_in_order_of_arrival_and_each_once(post: Post) -> None:
    rng = np.random.default_rng(1)
    sent = [post.send(rng, "worker.shift-ended", "g", "/h/g", NOW + at, {}) for at in (30.0, 10.0, 20.0)]
    arrived = []
    while (arrival := post.take(NOW + 60)) is not None:
        arrived.append(arrival[0])
    assert arrived == sorted(sent)
    assert len(post) == 0


def test_a_story_that_is_dropped_is_not_told_but_its_sequel_is(post: Post) -> None:
    rng = np.random.default_rng(1)
    post.send(rng, "case.filed", "g", "/desk", NOW, {"case": "C-1"}, "C-1")
    post.send(rng, "case.filed", "g", "/desk", NOW, {"case": "C-2"}, "C-2")
    post.drop("C-1")
    post.send(rng, "case.closed", "g", "/desk", NOW, {"case": "C-1"}, "C-1")
    arrived = []
    while (arrival := post.take(NOW + 60)) is not None:
        report = decode(arrival[2])
        arrived.append((report.data.case, type_of(report)))
    assert sorted(arrived) == [("C-1", "case.closed"), ("C-2", "case.filed")]


def test_what_the_keeper_of_the_past_did_bears_the_id_that_every_keeper_gives(post: Post) -> None:
    post.keep("task.opened", "g", "task/t.1", NOW, {"task": "t.1"})
    arrival = post.take(NOW)
    assert arrival is not None
    assert b'"id":"task/t.1","source":"/keeper"' in arrival[2]
