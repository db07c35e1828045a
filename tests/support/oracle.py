"""An independent recomputation of a city's numbers with pandas, from the raw log alone.

Shares no code with the product: it reads JSON with the standard library and counts with
group-bys. It expects a log without impossible steps (such as the simulator's), though
with duplicates, late reports and garbage.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pandas as pd

ZONE = "Asia/Shanghai"
LIMIT_H = {
    "dispute": (48, 120, 240),
    "public-security": (12, 72, 168),
    "emergency": (4, 12, 24),
    "urban-management": (24, 72, 168),
    "food-safety": (24, 72, 240),
    "labour": (72, 168, 360),
    "civil-affairs": (48, 120, 240),
    "family-planning": (48, 120, 240),
}
LEVELS = {"grid": 0, "community": 1, "street": 2, "district": 3, "city": 4}
BUCKETS_H = [-1e9, 4, 24, 72, 168, 360, 1e9]


def frame(raws: Iterable[bytes]) -> tuple[pd.DataFrame, dict[str, int]]:
    """Returns the reports that count, one a row, and the counts of the log."""
    rows, dead = [], 0
    for order, raw in enumerate(raws):
        try:
            event = json.loads(raw)
            rows.append({**event.pop("data"), **event, "order": order})
        except (ValueError, KeyError, TypeError, AttributeError):
            dead += 1
    table = pd.DataFrame(rows)
    known = len(table)
    table = table.drop_duplicates(["source", "id"], keep="first") if known else table
    return table, {"reports": len(table), "duplicates": known - len(table), "dead_letters": dead}


def numbers(raws: Iterable[bytes], now_s: float, start: int) -> dict[str, Any]:
    """Returns what the city's API should say at `now_s`, given the population at the start."""
    table, log = frame(raws)
    table["at"] = pd.to_datetime(table["time"], utc=True)
    now = pd.Timestamp(now_s, unit="s", tz="UTC")
    today = now.tz_convert(ZONE).normalize().tz_localize(None)
    local_day = table["at"].dt.tz_convert(ZONE).dt.normalize().dt.tz_localize(None)
    occurred = pd.to_datetime(table["occurred_on"]) if "occurred_on" in table else local_day
    day = occurred.fillna(local_day)

    def on(kind: str, ago: int) -> int:
        return int(((table["type"] == kind) & (day == today - pd.Timedelta(days=ago))).sum())

    count = table["type"].value_counts()
    population = start + sum(
        sign * int(count.get(f"population.{name}", 0))
        for name, sign in (("birth", 1), ("move-in", 1), ("death", -1), ("move-out", -1))
    )
    return {
        "log": log,
        "population": population,
        "newborns": {"today": on("population.birth", 0), "yesterday": on("population.birth", 1)},
        "deaths": {"today": on("population.death", 0), "yesterday": on("population.death", 1)},
        "move_ins": {"today": on("population.move-in", 0), "yesterday": on("population.move-in", 1)},
        "move_outs": {"today": on("population.move-out", 0), "yesterday": on("population.move-out", 1)},
        "on_shift": _on_shift(table),
        **_cases(table, now, today),
    }


def _on_shift(table: pd.DataFrame) -> int:
    shifts = table[table["type"].isin(["worker.shift-started", "worker.shift-ended"])]
    last = shifts.sort_values(["at", "order"]).groupby("subject")["type"].last()
    return int((last == "worker.shift-started").sum())


def _cases(table: pd.DataFrame, now: pd.Timestamp, today: pd.Timestamp) -> dict[str, Any]:
    """Returns open and overdue cases, the heatmap and the rates."""
    steps = table[table["type"].str.startswith("case.")].copy()
    steps["first"] = steps["type"] != "case.reported"
    steps = steps.sort_values(["case", "first", "at", "order"])
    cases = steps[steps["type"] == "case.reported"].set_index("case")[["category", "severity", "at"]]
    cases = cases.rename(columns={"at": "reported"})
    ends = (
        steps[steps["type"].isin(["case.closed", "case.reopened"])].groupby("case").agg({"type": "last", "at": "last"})
    )
    is_closed = ends["type"] == "case.closed" if len(ends) else pd.Series(dtype=bool)
    cases["closed"] = ends["at"].where(is_closed).reindex(cases.index)
    if "to_level" not in steps:
        steps["to_level"] = None
    escalated = steps[steps["type"] == "case.escalated"].groupby("case")["to_level"].last()
    cases["level"] = escalated.map(LEVELS).reindex(cases.index).fillna(0)
    hours = [LIMIT_H[c][int(s) - 1] for c, s in zip(cases["category"], cases["severity"], strict=True)]
    paused, since = _pauses(steps, cases.index)
    cases["due"] = cases["reported"] + pd.to_timedelta(hours, unit="h") + paused
    gone = steps[steps["type"].isin(["case.rejected", "case.merged", "case.cancelled"])].groupby("case")["at"].last()
    cases["gone"] = gone.reindex(cases.index).notna()
    is_open = cases["closed"].isna() & ~cases["gone"]
    clock = since.where(since.notna(), now)
    overdue = is_open & (clock > cases["due"])
    first = (today - pd.Timedelta(days=29)).tz_localize(ZONE).tz_convert("UTC")
    closed_in = (cases["closed"] >= first) & (cases["closed"] <= now)
    due_in = (cases["due"] >= first) & (cases["due"] <= now) & ~cases["gone"]
    due_closed = due_in & ~is_open
    disputes = cases["category"] == "dispute"
    window = steps[steps["at"] >= first]
    kinds = window["type"].value_counts()
    at_once = window[window["type"] == "case.reported"].get("self_handled", pd.Series(dtype=object)).eq(True).sum()
    scores = window.loc[window["type"] == "case.rated", "score"] if "score" in window else pd.Series(dtype=float)
    age_h = (now - cases["reported"]).dt.total_seconds() / 3600
    bucket = pd.cut(age_h, BUCKETS_H, labels=False, right=False)

    def heat(mask: pd.Series) -> dict[str, list[int]]:
        cross = pd.crosstab(cases["category"][mask], bucket[mask])
        return {c: [int(cross.get(b, {}).get(c, 0)) for b in range(6)] for c in LIMIT_H}

    return {
        "open": int(is_open.sum()),
        "overdue": int(overdue.sum()),
        "heat": heat(is_open),
        "heat_overdue": heat(overdue),
        "rates": {
            "community_resolution_rate": (int((closed_in & (cases["level"] <= 1)).sum()), int(closed_in.sum())),
            "dispute_resolution_rate": (int((due_closed & disputes).sum()), int((due_in & disputes).sum())),
            "closing_rate": (int(due_closed.sum()), int(due_in.sum())),
            "on_time_closing_rate": (int((due_closed & (cases["closed"] <= cases["due"])).sum()), int(due_in.sum())),
            "rework_rate": (int(kinds.get("case.returned", 0)), int(kinds.get("case.handled", 0) + at_once)),
            "satisfaction_rate": (int((scores >= 4).sum()), len(scores)),
        },
    }


def _pauses(steps: pd.DataFrame, index: pd.Index) -> tuple[pd.Series, pd.Series]:
    """Returns the time that each case was suspended in all, and since when it is suspended now (NaT: it is not)."""
    stops = steps[steps["type"].isin(["case.suspended", "case.resumed", "case.closed"])].copy()
    stops["before"] = stops.groupby("case")["type"].shift()
    stops["since"] = stops.groupby("case")["at"].shift()
    ended = stops[(stops["before"] == "case.suspended") & (stops["type"] != "case.suspended")]
    total = (ended["at"] - ended["since"]).groupby(ended["case"]).sum().reindex(index).fillna(pd.Timedelta(0))
    last = stops.groupby("case").agg({"type": "last", "at": "last"}).reindex(index)
    since = pd.to_datetime(last["at"].where(last["type"] == "case.suspended"), utc=True)
    return total, since
