"""Where a case came from is known by the source of its report, kept with the case, and unknown for older ones."""

from __future__ import annotations

import pytest

from dashboard.domain.rules.channel import CHANNELS, UNKNOWN, channel_of
from dashboard.domain.state import snapshot
from tests.support.making import GRIDS, NOON, event, fold, state


@pytest.mark.parametrize(
    ("source", "channel"),
    [
        (f"/handsets/{GRIDS[0]}", "handset"),
        ("/departments/health", "department"),
        ("/desk", "desk"),
        ("/desk/urging", "desk"),
        ("/desks/420502001001", "other"),
        ("/open311", "open311"),
        ("/open311/v2", "open311"),
        ("/hotline", "other"),
        ("/", "other"),
    ],
)
def test_source_names_the_channel(source: str, channel: str) -> None:
    assert CHANNELS[channel_of(source)] == channel


def test_case_keeps_its_channel_and_one_of_an_older_snapshot_has_none() -> None:
    data = {"category": "dispute", "severity": 2}
    city = state()
    ways = ("handsets", "odd")
    fold(city, [event("case.reported", {"case": f"C-{way}", **data}, source=f"/{way}/x") for way in ways])
    dumped = snapshot.dump(city)
    again, older = state(), state()
    snapshot.load(again, dumped)
    del dumped["cases"]["columns"]["channel"]
    snapshot.load(older, dumped)
    for case, channel in (("C-handsets", "handset"), ("C-odd", "other")):
        row = city.cases.rows[case]
        assert CHANNELS[again.cases.columns["channel"][row]] == channel
        assert older.cases.columns["channel"][row] == UNKNOWN
        assert again.cases.columns["reported_at"][row] == older.cases.columns["reported_at"][row] == NOON
