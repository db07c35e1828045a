"""Pairs: this checkout against an older one, run in turn on the same machine, so that only the ratio counts.

    make bench ARGS="pairs --against ../gridwall-before"
    make bench ARGS="pairs --against ../gridwall-before --what fold --pairs 31"

A shared machine is a third quicker in one minute than in the next; two runs one after the other share
most of that. So each pair runs both versions, in alternating order, each in a process of its own that is
given the same input; the median of the pairs' ratios counts, and their quartiles say how far to trust it.

To compare something else, put a program into `benchmarks/paired/` and a line into `MEASURES`. The program
is started in either checkout, finds its `dashboard` there, and prints one line of JSON: figures by name, of
which less is better. It imports nothing else of `benchmarks`, which the older checkout may have otherwise.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rig import Rig, Row
from dashboard.run.programs import find_server
from tests.support.running import find_chromium

HERE = Path(__file__).parent
TOLERATED = 0.03
PAIRS = 15
_LONGEST_RUN_S = 300


@dataclass(frozen=True, slots=True)
class Measure:
    """What is compared: a program in `benchmarks/paired/`, and what both versions are given as its arguments."""

    program: str
    prepare: Callable[[Rig], list[str]]


@dataclass(frozen=True, slots=True)
class Compared:
    """Ratios new / old of one figure: the median, and the quartiles around it."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        median, low, high = (f"{(ratio - 1) * 100:+.1f} %" for ratio in (self.median, self.low, self.high))
        return f"{median} ({low} to {high})"


def folded(rig: Rig) -> list[str]:
    """Writes an areas file and about 200,000 entries of the log; returns their paths."""
    entries = rig.folder / "entries"
    with entries.open("wb") as file:
        for number, (at, raw) in enumerate(rig.arrivals(4 if rig.quick else 13, 2)):
            file.write(b"%d-%d %s\n" % (int(at * 1000), number, raw))
    return [str(rig.areas), str(entries)]


def shown(rig: Rig) -> list[str]:
    """Writes an areas file and a shorter log; returns their paths, the redis-server and the browser to use."""
    entries = rig.folder / "shown"
    with entries.open("wb") as file:
        for number, (at, raw) in enumerate(rig.arrivals(3, 2)):
            file.write(b"%d-%d %s\n" % (int(at * 1000), number, raw))
    return [str(rig.areas), str(entries), find_server(), find_chromium()]


MEASURES = {
    "fold": Measure("fold.py", folded),
    "screens": Measure("screens.py", shown),
}


def compare(rig: Rig, against: Path, what: list[str], pairs: int) -> list[Row]:
    """Returns a row for each figure of each measure."""
    rows = []
    for name in what or MEASURES:
        measure = MEASURES[name]
        given = measure.prepare(rig)
        found = [_pair(measure.program, given, against, number) for number in range(pairs)]
        for figure in found[0][0]:
            ratios = [new[figure] / old[figure] for old, new in found]
            rows.append(_row(name, figure, found, compared(ratios)))
    return rows


def compared(ratios: list[float]) -> Compared:
    """Returns the middle of some ratios, and between which two the middle half lies."""
    low, median, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return Compared(median, low, high)


def _pair(program: str, given: list[str], against: Path, number: int) -> tuple[dict[str, float], dict[str, float]]:
    """Returns the figures of the older and of this checkout; every other pair runs this one first."""
    checkouts = [against, HERE.parent]
    order = (0, 1) if number % 2 == 0 else (1, 0)
    figures = {index: _run(program, given, checkouts[index]) for index in order}
    return figures[0], figures[1]


def _run(program: str, given: list[str], checkout: Path) -> dict[str, float]:
    """Runs a program with the modules of a checkout; returns what it prints."""
    command = [sys.executable, "-P", str(HERE / "paired" / program), *given]
    environment = os.environ | {"PYTHONPATH": str(checkout.resolve()), "PYTHONHASHSEED": "0"}
    ended = subprocess.run(
        command, cwd=checkout, env=environment, capture_output=True, text=True, check=False, timeout=_LONGEST_RUN_S
    )
    if ended.returncode:
        raise SystemExit(f"{program} failed in {checkout}:\n{ended.stderr}")
    figures: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return figures


def _row(name: str, figure: str, found: list[tuple[dict[str, float], dict[str, float]]], ratio: Compared) -> Row:
    before, now = (statistics.median(pair[place][figure] for pair in found) for place in (0, 1))
    measured = f"{ratio}; {before:.3f} before, {now:.3f} now"
    figures = {"pairs": found, "median": ratio.median, "quartiles": [ratio.low, ratio.high]}
    what = f"{name}: {figure}, this checkout against the older one, {len(found)} pairs"
    return Row(what, f"≤ +{TOLERATED:.0%}", measured, ratio.median <= 1 + TOLERATED, figures)
