"""`python -m benchmarks [--quick] [NAME …]`: runs measurements, prints the table, keeps it as JSON.

`python -m benchmarks pairs --against PATH` compares this checkout with an older one instead.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.pairs import MEASURES, PAIRS, compare
from benchmarks.rig import Row, make_rig

NAMES = (
    "fold",
    "ageing",
    "archive",
    "screens",
    "browser",
    "restart",
    "drilldown",
    "appraisal",
    "keeping",
    "rude",
    "large",
)
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Runs what was asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, "pairs", []], help="only these")
    parser.add_argument("--quick", action="store_true", help="a short look, figures are rough")
    parser.add_argument("--against", type=Path, help="pairs: an older checkout")
    parser.add_argument("--what", action="append", default=[], choices=[*MEASURES], help="pairs: only this")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="pairs: how many")
    given = parser.parse_args()
    if ("pairs" in given.names) != (given.against is not None):
        parser.error("pairs needs --against PATH, and nothing else takes it")
    console = Console()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="gridwall-bench-") as folder:
        rig = make_rig(Path(folder), given.quick)
        for name in given.names or NAMES:
            console.print(f"measuring {name} …", style="dim")
            if name == "pairs":
                measured = compare(rig, given.against, given.what, given.pairs)
            else:
                measured = importlib.import_module(f"benchmarks.{name}").measure(rig)
            console.print(_table(measured))
            rows += measured
            if not given.quick and not given.names:
                _keep(rows)


def _table(rows: list[Row]) -> Table:
    table = Table(title=f"Gridwall, {machine()}")
    for heading in ("what", "to reach", "measured", ""):
        table.add_column(heading)
    for row in rows:
        table.add_row(row.what, row.target, row.measured, {True: "met", False: "MISSED", None: ""}[row.met])
    return table


def _keep(rows: list[Row]) -> None:
    """Writes the run to benchmarks/results."""
    RESULTS.mkdir(exist_ok=True)
    run: dict[str, Any] = {"machine": machine(), "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    run["rows"] = [
        {"what": r.what, "to_reach": r.target, "measured": r.measured, "met": r.met, "figures": r.figures} for r in rows
    ]
    path = RESULTS / (time.strftime("%Y-%m-%d") + ".json")
    path.write_text(json.dumps(run, indent=1, ensure_ascii=False, default=float) + "\n", "utf-8")


def machine() -> str:
    """Returns the size of this machine in words."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores (shared), {memory:.0f} GiB, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
