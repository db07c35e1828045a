"""A case looks the same wherever it is shown, byte for byte."""

from __future__ import annotations

import msgspec

from dashboard.domain.reading.caserows import NEEDED, CaseRow, as_listed, row_of
from dashboard.domain.rules.lifecycle import State
from tests.support.making import GRIDS, NOON, rules


def cell(**more: object) -> dict[str, object]:
    """Returns the values that a row is made of: a case that was reported at noon and has no place and no score."""
    plain = dict.fromkeys(NEEDED, 0) | {"severity": 2, "reported_at": NOON, "due_at": NOON + 3600.5, "closed_at": NOON}
    return plain | {"lat": float("nan"), "lon": float("nan"), "overdue": False} | more


def made(**more: object) -> CaseRow:
    return row_of(GRIDS, rules().categories, "C-1", cell(**more))


def test_what_nobody_knows_is_none() -> None:
    row = made()
    assert (row.closed_at, row.score, row.lat, row.lon, row.suspended) == (None, None, None, None, False)


def test_every_end_is_an_end() -> None:
    ended = [made(state=int(kind)).closed_at for kind in State]
    assert ended == [NOON if kind > State.HANDLED else None for kind in State]


def test_row_on_the_wire_is_what_it_has_always_been() -> None:
    more = {"paused_since": NOON, "score": 4, "lat": 30.5, "lon": 111.25, "overdue": True, "channel": 2}
    row = made(grid=3, severity=1, state=5, level=2, **more)
    assert msgspec.json.encode(as_listed(row)) == (
        b'{"id":"C-1","category":"dispute","severity":1,"area":"420503001001001","state":"closed","level":"street",'
        b'"reported_at":"2026-11-22T04:00:00.000Z","due_at":"2026-11-22T05:00:00.500Z",'
        b'"closed_at":"2026-11-22T04:00:00.000Z","overdue":true,"suspended":true,"score":4,"lat":30.5,"lon":111.25,"channel":"department"}'
    )
