"""Thirty days of a city: valid reports, believable numbers, indicators that follow from how cases behave."""

from __future__ import annotations

import itertools

import pandas as pd

from dashboard.domain.reports import decode, type_of
from dashboard.errors import InvalidReport
from tests.simulator.conftest import History

DAY = 86400.0


# ---------------------------------------------------------------------- reports


def test_every_report_is_what_the_domain_knows_but_for_a_rare_malformed_one(history: History) -> None:
    bad = 0
    for _, code, raw in history.arrivals:
        try:
            report = decode(raw)
        except InvalidReport:
            bad += 1
        else:
            assert report.subject.endswith(code)
            assert type_of(report)
    assert 1 <= bad <= 25
    assert len(history.arrivals) < 400_000


def test_arrivals_are_in_order_and_never_before_what_they_tell(history: History) -> None:
    arrivals = [at for at, _, _ in history.arrivals]
    assert arrivals == sorted(arrivals)
    assert history.start_at <= arrivals[0]
    assert arrivals[-1] <= history.now
    table = history.table
    late = table["arrival_at"] - table["at"].map(lambda at: at.timestamp())
    assert late.min() >= 0
    assert (late < 60).mean() > 0.97
    assert late.max() < 14 * 3600
    assert (late > 1800).sum() > 100  # some handsets were out of reach for hours


def test_ids_are_unique_per_source_and_only_resent_reports_repeat(history: History) -> None:
    seen: dict[tuple[str, str], bytes] = {}
    repeated = 0
    for _, _, raw in history.arrivals:
        try:
            report = decode(raw)
        except InvalidReport:
            continue
        if report.subject.startswith("9"):
            continue  # spoiled: an area that does not exist
        key = (report.source, report.id)
        if key in seen:
            repeated += 1
            assert seen[key] == raw
        seen[key] = raw
        assert len(report.id) == 26 or report.source == "/keeper"
    assert 50 < repeated < 600


def test_history_is_made_in_seconds(history: History) -> None:
    assert history.seconds < 20  # ordinarily five; a busy machine may take longer


# ---------------------------------------------------------------------- sameness


def test_cases_open_at_the_end_of_the_history_go_on_living(history: History, cases: pd.DataFrame) -> None:
    still_open = set(cases.index[cases["closed_at"].isna() & ~cases["ended"]])
    following = itertools.takewhile(lambda a: a[0] < history.now + DAY, history.simulation.events(history.now + DAY))
    reports = [decode(raw) for _, _, raw in following if b'"case.closed"' in raw and b'"x-' not in raw]
    closed = {report.data.case for report in reports}
    assert len(still_open & closed) > 100


# ---------------------------------------------------------------------- people


# ---------------------------------------------------------------------- scenarios


# ---------------------------------------------------------------------- other cities
