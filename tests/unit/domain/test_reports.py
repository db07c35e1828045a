"""What arrives: good reports are decoded, all else is refused with a field and a reason, never with a crash."""

from __future__ import annotations

import base64
import json
import tarfile

import pytest

from dashboard.domain.reports import TYPES, decode, decode_all
from dashboard.errors import InvalidReport
from tests.support.making import GRIDS, NOON, ROOT, event, fold, state

NAUGHTY = ROOT.parent / "shared/data/naughty"
needs_naughty = pytest.mark.skipif(not NAUGHTY.exists(), reason="shared data is not beside the project")


@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        ("population.death", {"sex": "m", "age": -1, "occurred_on": "2026-11-22"}, "data.age"),
        ("population.death", {"sex": "m", "occurred_on": "2026-11-22"}, "data.age"),
        ("population.birth", {"sex": "x", "occurred_on": "2026-11-22"}, "data.sex"),
        ("population.birth", {"sex": "m", "occurred_on": "1900-01-01"}, "data.occurred_on"),
        ("population.birth", {"sex": "m", "occurred_on": "2100-01-01"}, "data.occurred_on"),
        ("case.reported", {"case": "C", "category": "nonsense", "severity": 1}, "data.category"),
        ("case.reported", {"case": "C", "category": "dispute", "severity": 9}, "data.severity"),
        ("case.reported", {"case": "C", "category": "dispute", "severity": 1, "lat": 99.0}, "data.lat"),
        (
            "case.reported",
            {"case": "C", "category": "dispute", "severity": 1, "due": "9999-12-31T23:59:59-23:59"},
            "data.due",
        ),
        (
            "case.reported",
            {"case": "C", "category": "dispute", "severity": 1, "due": "0001-01-01T00:00:00+23:59"},
            "data.due",
        ),
        ("case.urged", {"case": "C", "reply_due": "2100-01-01T00:00:00Z"}, "data.reply_due"),
        ("case.merged", {"case": "C", "into": "C"}, "data.into"),
        ("task.opened", {"task": "T", "due": "1999-12-31T23:59:59Z"}, "data.due"),
        ("order.issued", {"order": "O", "to": [GRIDS[0]], "due": "9999-01-01T00:00:00Z"}, "data.due"),
        ("case.rated", {"case": "C", "score": 6}, "data.score"),
        ("worker.position", {"lat": 30.0, "lon": "east"}, "data.lon"),
        ("order.issued", {"order": "O", "to": ["nowhere"]}, "data.to"),
        ("no.such-type", {}, "type"),
    ],
)
def test_impossible_values_become_dead_letters_that_name_the_field(kind, data, field):
    city = state()
    (change,) = fold(city, [event(kind, data)])
    assert change.outcome == "dead"
    assert change.dead[0].field == field
    assert change.dead[0].reason
    assert (city.reports, city.dead_letters) == (0, 1)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"subject": "999"}, "subject"),
        ({"subject": "420502"}, "subject"),
        ({"time": "1900-01-01T00:00:00Z"}, "time"),
        ({"time": "2100-01-01T00:00:00Z"}, "time"),
        ({"time": "2026-11-22T12:00:00"}, "time"),
        ({"specversion": "0.3"}, "specversion"),
        ({"id": ""}, "id"),
    ],
)
def test_an_envelope_that_cannot_be_is_a_dead_letter(more, field):
    city = state()
    raw = json.loads(event("worker.position", {"lat": 30.0, "lon": 111.0}))
    (change,) = fold(city, [json.dumps({**raw, **more}).encode()])
    assert change.dead[0].field == field


def test_a_time_far_from_its_arrival_is_a_dead_letter_in_real_time():
    from dashboard.domain.state.horizon import Horizon

    city = state(horizon=Horizon())
    move = {"sex": "m", "age": 3, "floating": False}
    outcomes = [
        change.outcome
        for change in fold(
            city,
            [
                event("population.move-in", move, at=NOON - 500 * 86400),
                event("population.move-in", move, at=NOON + 3 * 86400),
                event("population.move-in", move, at=NOON - 300 * 86400),
            ],
        )
    ]
    assert outcomes == ["dead", "dead", "applied"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"type":"case.reported","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"type":"worker.position","data":{"lat":NaN,"lon":1}}',
        b"\xff\xfe\x00",
        b'{"type": 7}',
        b"null",
        b"x" * 10_000_000,
    ],
    ids=range(9),
)
def test_garbage_is_refused(raw):
    with pytest.raises(InvalidReport):
        decode(raw)


@needs_naughty
def test_every_text_of_the_json_test_suite_is_a_dead_letter_and_the_good_report_behind_it_counts():
    city = state()
    good = event("worker.position", {"lat": 30.0, "lon": 111.0})
    with tarfile.open(NAUGHTY / "JSONTestSuite_test_parsing_transform.tar.gz") as archive:
        raws = [archive.extractfile(m).read() for m in archive.getmembers() if m.isfile()]
    assert len(raws) > 300
    fold(city, [*raws, good])
    assert (city.reports, city.dead_letters) == (1, len(raws))


@needs_naughty
def test_naughty_strings_in_every_text_field_are_taken_or_refused_but_never_break_the_fold():
    strings = [
        base64.b64decode(s).decode("utf-8", "replace") for s in json.loads((NAUGHTY / "blns.base64.json").read_text())
    ]
    city = state()
    raws = [
        event("case.reported", {"case": s, "category": "dispute", "severity": 1}, id=f"n{i}")
        for i, s in enumerate(strings)
    ]
    raws += [event("worker.position", {"lat": 1.0, "lon": 1.0}, id=s or "-") for s in strings]
    raws += [event("worker.position", {"lat": 1.0, "lon": 1.0}, subject=s) for s in strings]
    raws += [(NAUGHTY / "ruby_hash_not_json_scf_sample.txt").read_bytes()]
    changes = fold(city, raws)
    assert city.reports + city.duplicates + city.dead_letters == len(changes) == len(raws)


def test_all_types_of_the_domain_are_known():
    assert len(TYPES) == 40


def test_unknown_attributes_are_ignored():
    assert (
        decode(event("worker.position", {"lat": 30.0, "lon": 111.0, "new": 1}, traceparent="00-1")).subject == GRIDS[0]
    )


def _at(text: str) -> bytes:
    return event("worker.position", {"lat": 30.0, "lon": 111.0}, time=text)


@pytest.mark.parametrize(
    "text",
    ["2016-12-31T23:59:60Z", "2016-12-31t23:59:60.75z", "2017-01-01T07:59:60+08:00", "2027-06-30T18:29:60-05:30"],
)
def test_a_leap_second_is_the_last_of_its_day(text: str) -> None:
    leap, before = decode(_at(text)), decode(_at(text.replace(":60", ":59")))
    assert (leap, leap.time) == (before, before.time)
    assert decode_all([_at(text), b"x"]) == [before, None], "the fold takes what intake takes"


@pytest.mark.parametrize(
    "text",
    [
        "2016-12-31T23:58:60Z",
        "2016-12-30T23:59:60Z",
        "2017-01-01T06:59:60+08:00",
        "2016-12-31T23:59:61Z",
        "9999-12-31T23:59:60Z",
    ],
)
def test_a_second_60_anywhere_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidReport) as refused:
        decode(_at(text))
    assert refused.value.field == "time"
