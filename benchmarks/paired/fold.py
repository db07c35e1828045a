"""Folds entries from memory in lots of 500, as the follower does: CPU seconds of the quickest of three times.

    fold.py AREAS ENTRIES

It runs in this checkout and in older ones, so it looks for what has moved in both places.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

LOT = 500
TIMES = 3


def main(areas: str, entries: str) -> None:
    """Prints the figures."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # one core, the same for all runs
    log = read(Path(entries))
    lots = [log[first : first + LOT] for first in range(0, len(log), LOT)]
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)  # as the follower sets it
    print(json.dumps({"cpu_s": min(folding(Path(areas), lots) for _ in range(TIMES))}))


def read(path: Path) -> list[Any]:
    """Returns entries as they lie in a stream, [id, [name, value]]."""
    lines = (line.partition(b" ") for line in path.read_bytes().splitlines())
    return [[position, [b"event", raw]] for position, _, raw in lines]


def folding(areas: Path, lots: list[list[Any]]) -> float:
    """Returns the CPU seconds of folding all lots into an empty city."""
    fold, touched = door(areas), set[int]()
    started = time.process_time()
    for lot in lots:
        fold(lot, 0, touched)
    return time.process_time() - started


def door(areas: Path) -> Any:
    """Returns the fold of an empty city, here or in an older version."""
    tree = found("dashboard.atlas.file", "dashboard.feeds.areafile").read_areas(areas).tree
    parse_rules = found("dashboard.domain.rules.rules", "dashboard.domain.rules").parse_rules
    rules = parse_rules(tomllib.loads(Path("dashboard/rules/default.toml").read_text("utf-8")))
    city = found("dashboard.domain.state.city", "dashboard.domain.city").CityState(tree, rules)
    return city.fold if hasattr(city, "fold") else found("dashboard.domain.state.door").Door(city).fold


def found(*names: str) -> Any:
    """Returns the first of some modules that is there."""
    for name in names:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError:
            continue
    raise SystemExit(f"none of {', '.join(names)} in this checkout")


if __name__ == "__main__":
    main(*sys.argv[1:])
