"""One city and one history of 30 days, shared by all tests of the simulator."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest

from simulator.life.city import Arrival, Simulation
from simulator.life.run import Run
from simulator.place.city import build_city
from tests.support.oracle import LEVELS, LIMIT_H

DAYS = 30
NOW = dt.datetime.fromisoformat("2026-11-25T10:30:00+08:00").timestamp()  # a Wednesday
SEED = 7


@dataclass(frozen=True)
class History:
    """What 30 days look like.

    Attributes:
        simulation: goes on from the end of the history.
        arrivals: everything that arrived, in order.
        events: the parsed reports that are JSON, in order of arrival, duplicates included.
        table: one row for each report counted once, with its type, grid, time and data.
        seconds: how long it took to make it.
    """

    simulation: Simulation
    arrivals: list[Arrival]
    events: list[dict[str, Any]]
    table: pd.DataFrame
    start_at: float
    now: float
    seconds: float


@pytest.fixture(scope="session")
def city() -> dict[str, Any]:
    return build_city()


@pytest.fixture(scope="session")
def history(city: dict[str, Any]) -> History:
    start_at = NOW - DAYS * 86400
    simulation = Simulation(city, Run(SEED, start_at, positions_from=NOW - 86400))
    began = time.perf_counter()
    arrivals = list(simulation.events(NOW))
    seconds = time.perf_counter() - began
    events = list(_parsed(arrivals))
    return History(simulation, arrivals, events, _table(events), start_at, NOW, seconds)


def _parsed(arrivals: list[Arrival]) -> Iterator[dict[str, Any]]:
    decoder = msgspec.json.Decoder(dict[str, Any])
    for arrival_at, _, raw in arrivals:
        try:
            event = decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        event["arrival_at"] = arrival_at
        yield event


def _table(events: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame.from_records(events)
    table = table[table["type"].astype(str).str.match(r"(?!x-)[a-z]+\.") & table["specversion"].notna()]
    table = table.drop_duplicates(["source", "id"])
    table["at"] = pd.to_datetime(table["time"], errors="coerce", utc=True)
    return table[table["at"].notna()].reset_index(drop=True)


@pytest.fixture(scope="session")
def cases(history: History) -> pd.DataFrame:
    """One row per case, computed from the raw reports alone; instants in epoch seconds."""
    return _cases(history)


def _cases(history: History) -> pd.DataFrame:
    """Returns one row per case, computed from the raw reports alone; instants in epoch seconds."""
    rows: dict[str, dict[str, Any]] = {}
    steps = history.table[history.table["type"].str.startswith("case.")].sort_values(["at"], kind="stable")
    since: dict[str, float] = {}
    for kind, at, data in zip(steps["type"], steps["at"].map(lambda t: t.timestamp()), steps["data"], strict=True):
        case = data["case"]
        if kind == "case.reported":
            due = at + 3600 * LIMIT_H[data["category"]][data["severity"] - 1]
            rows[case] = {"category": data["category"], "reported_at": at, "due": due, "level": 0}
            rows[case] |= {"closed_at": np.nan, "ended": False, "self_handled": data.get("self_handled", False)}
            continue
        row = rows[case]
        if kind == "case.escalated":
            row["level"] = LEVELS[data["to_level"]]
        elif kind == "case.suspended":
            since[case] = at
        elif kind == "case.resumed":
            row["due"] += at - since.pop(case)
        elif kind == "case.closed":
            row["closed_at"] = at
        elif kind == "case.reopened":
            row["closed_at"] = np.nan
        elif kind in ("case.rejected", "case.merged", "case.cancelled"):
            row["ended"] = True
    return pd.DataFrame.from_dict(rows, orient="index")
