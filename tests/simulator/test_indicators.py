"""Indicators after thirty days, recomputed with pandas from the raw reports: they follow from how cases behave."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.simulator.conftest import DAYS, History


def _share(part: pd.Series, whole: pd.Series) -> float:
    return float((part & whole).sum() / whole.sum())


def test_communities_close_about_85_percent(cases: pd.DataFrame) -> None:
    closed = cases["closed_at"].notna()
    assert 0.83 < _share(cases["level"] <= 1, closed) < 0.885


def test_about_98_percent_of_the_disputes_that_are_due_are_closed(cases: pd.DataFrame, history: History) -> None:
    due = (cases["category"] == "dispute") & ~cases["ended"] & (cases["due"] <= history.now)
    assert due.sum() > 500
    assert 0.965 < _share(cases["closed_at"].notna(), due) < 0.995


def test_about_nine_of_ten_are_closed_on_time(cases: pd.DataFrame, history: History) -> None:
    due = ~cases["ended"] & (cases["due"] <= history.now)
    assert 0.88 < _share(cases["closed_at"] <= cases["due"], due) < 0.945


def test_nearly_93_percent_of_the_ratings_are_good(history: History) -> None:
    scores = np.array([data["score"] for data in history.table[history.table["type"] == "case.rated"]["data"]])
    assert len(scores) > 3_000
    assert 0.91 < (scores >= 4).mean() < 0.95


def test_who_waits_longer_gives_worse_ratings(history: History, cases: pd.DataFrame) -> None:
    rated = history.table[history.table["type"] == "case.rated"]["data"]
    scores = pd.Series({data["case"]: data["score"] for data in rated})
    known = cases.loc[scores.index]
    late = (known["closed_at"] > known["due"]).to_numpy()
    assert scores[~late].mean() > scores[late].mean() + 0.3


def test_a_few_hundred_cases_are_open_and_a_few_dozen_overdue(cases: pd.DataFrame, history: History) -> None:
    still_open = cases["closed_at"].isna() & ~cases["ended"]
    overdue = still_open & (cases["due"] < history.now)
    assert 420 < still_open.sum() < 700
    assert 8 <= overdue.sum() <= 60
    per_day = len(cases) / DAYS
    assert 340 < per_day < 400


def test_traffic_follows_the_hours_of_the_day_and_the_days_of_the_week(history: History) -> None:
    reported = history.table[history.table["type"] == "case.reported"]["at"].dt.tz_convert("Asia/Shanghai")
    by_hour = reported.dt.hour.value_counts()
    assert by_hour.loc[[9, 10]].sum() > 6 * by_hour.loc[[2, 3]].sum()
    by_weekday = reported.dt.day_of_week.value_counts()
    assert by_weekday.loc[[1, 2, 3]].mean() > 1.1 * by_weekday.loc[[5, 6]].mean()


def test_populous_grids_report_more(history: History) -> None:
    places = history.simulation.places
    reported = history.table[history.table["type"] == "case.reported"]["subject"].value_counts()
    counts = np.array([reported.get(code, 0) for code in places.codes])
    order = np.argsort(places.weights)
    assert counts[order[-200:]].sum() > 1.4 * counts[order[:200]].sum()
