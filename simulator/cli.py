"""`python -m simulator …`: the demo city as a file, and its traffic."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import signal
import sys
import time
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dashboard.clock import CityClock
from dashboard.errors import AreasError, GridwallError
from simulator.cities import CITIES
from simulator.life.city import DAY
from simulator.life.living import Living
from simulator.life.run import Run
from simulator.life.scenarios import SCENARIOS, Scenario
from simulator.out.ear import Ear
from simulator.out.feed import Feed, RedisSink
from simulator.out.fleet import HandsetSink
from simulator.out.lease import SeizedLease
from simulator.place.city import city_bytes

app = typer.Typer(add_completion=False, no_args_is_help=True, help="A simulated city of grids.")
CityName: TypeAlias = Literal["yichang", "lake"]
Via: TypeAlias = Literal["redis", "handsets"]
_SEED = 7
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|d)?")
_UNIT_S = {None: 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def duration_s(text: str) -> float:
    """Returns seconds of a duration such as 90, 90s, 15m, 2h, 1d; raises typer.BadParameter for anything else."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(f"{text!r} is not a duration such as 90s, 15m or 2h")
    return float(found.group(1)) * _UNIT_S[found.group(2)]


def instant_s(text: str) -> float:
    """Returns epoch seconds of an RFC 3339 instant; raises typer.BadParameter without an offset."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not an instant such as 2026-01-31T08:00:00+08:00") from None
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{text!r} needs an offset, such as +08:00")
    return moment.timestamp()


def load_city(path: Path | None, name: str = "yichang") -> dict[str, Any]:
    """Returns the areas file at `path`, or the demo city of a name; raises AreasError when it cannot be read."""
    if path is None:
        return CITIES[name].build(CITIES[name].grids, _SEED)
    try:
        raw = path.read_bytes()
        city = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    except (OSError, ValueError, EOFError) as error:
        raise AreasError([f"{path}: {error}"]) from None
    if not isinstance(city, dict) or not isinstance(city.get("features"), list):
        raise AreasError([f"{path} is not a GeoJSON FeatureCollection"])
    return city


@app.command("city")
def city_command(
    city: Annotated[CityName, typer.Option(help="which city")] = "yichang",
    grids: Annotated[int | None, typer.Option(min=1, max=100_000, help="number of grids; none = its own")] = None,
    seed: Annotated[int, typer.Option(help="another seed makes another city")] = _SEED,
    out: Annotated[Path | None, typer.Option(help="file to write; none = standard output")] = None,
) -> None:
    """Write a demo city as an areas file."""
    made = CITIES[city]
    data = city_bytes(made.build(grids or made.grids, seed))
    if out is None:
        sys.stdout.buffer.write(data + b"\n")
        return
    try:
        out.write_bytes(data)
    except OSError as error:
        raise GridwallError(f"{out} cannot be written: {error.strerror}") from None


@app.command("simulate")
def simulate_command(
    redis_url: Annotated[str, typer.Option(help="Redis to append to")] = "redis://127.0.0.1:6379/0",
    shards: Annotated[int, typer.Option(min=1, max=255, help="number of streams")] = 1,
    areas: Annotated[Path | None, typer.Option(help="areas file; none = the demo city")] = None,
    timezone: Annotated[str, typer.Option(help="time zone of the city")] = "Asia/Shanghai",
    speed: Annotated[float, typer.Option(min=0.001, max=3600, help="city seconds per second")] = 1.0,
    rate: Annotated[float | None, typer.Option(min=0.001, help="reports per second; none = as the city lives")] = None,
    seed: Annotated[int, typer.Option(help="the same seed, the same reports")] = 7,
    scenario: Annotated[str, typer.Option(help=" | ".join(SCENARIOS))] = "ordinary",
    via: Annotated[Via, typer.Option(help="way of the reports")] = "redis",
    url: Annotated[str, typer.Option(help="server that takes reports, for --via handsets")] = "http://127.0.0.1:8050",
    city: Annotated[CityName, typer.Option(help="which city")] = "yichang",
    duration: Annotated[str | None, typer.Option("--for", help="real time to run, such as 90s, 15m, 2h")] = None,
    history: Annotated[float, typer.Option(min=0, max=400, help="days of past to write first")] = 0.0,
    start: Annotated[
        str | None, typer.Option(help="instant (RFC 3339) that the city's clock showed at --anchor")
    ] = None,
    anchor: Annotated[float | None, typer.Option(help="real time (epoch s) of --start; none = now")] = None,
) -> None:
    """Send the traffic of a city, beginning with a past if wished."""
    if scenario not in SCENARIOS:
        raise typer.BadParameter(f"{scenario} is not one of {', '.join(SCENARIOS)}", param_hint="--scenario")
    ends = None if duration is None else duration_s(duration)
    clock = city_clock(speed, start, anchor)
    run = run_of(clock, seed, timezone, SCENARIOS[scenario], history)
    simulation = CITIES[city].live(load_city(areas, city), run)
    log = RedisSink(redis_url, shards)
    if via == "redis" or history:
        log.check()
    if history:
        print(f"history: {write_past(simulation, log, clock.start_at)} reports", flush=True)
    listens = rate is None and (via == "redis" or history > 0)  # at a fixed rate nobody waits for answers
    ear = Ear(redis_url, log.names) if listens else None
    follow(Feed(simulation, log if via == "redis" else reachable(url), clock, ear=ear), ends, rate)


def city_clock(speed: float, start: str | None, anchor: float | None) -> CityClock:
    """Returns the city's clock: it showed `start` (now, if None) at `anchor` (epoch seconds; now, if None)."""
    now = time.time() if anchor is None else anchor
    return CityClock(now if start is None else instant_s(start), speed, now)


def run_of(clock: CityClock, seed: int, timezone: str, scenario: Scenario, history: float) -> Run:
    """Returns the run that goes live now, after so many days of history; then a real keeper takes over."""
    live_from = clock.start_at if history else clock.now()
    return Run(
        seed,
        live_from - history * DAY,
        timezone,
        scenario,
        scenario_from=None if scenario.whole_past else live_from,
        positions_from=live_from - DAY,
        keeper_until=live_from,
    )


def reachable(url: str) -> HandsetSink:
    """Returns the server's door for handsets; raises GridwallError when nobody is there."""
    handsets = HandsetSink(url)
    handsets.check()
    return handsets


def follow(feed: Feed, ends: float | None, rate: float | None) -> None:
    """Sends live traffic until a signal comes or so many real seconds are over."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: feed.stop())
    feed.run(ends, rate)


def write_past(simulation: Living, sink: RedisSink, until: float) -> int:
    """Appends everything that arrives up to `until` (epoch seconds); returns how many entries.

    Until it is done no keeper acts: what the keeper of that time did is part of the past.
    """
    keep_ids = sink.newest_ms() == 0 and until <= time.time()
    expected, total = simulation.expected(until), 0
    columns = (TextColumn("writing the past"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("past", total=expected)
        lease = SeizedLease(sink.redis, len(sink.names))
        for total in sink.send_past(simulation.events(until), keep_ids):
            lease.prolong()
            progress.update(task, completed=total)
        lease.hand_over()
    return total


def main() -> None:
    """Runs the command line; errors raised on purpose become one line and exit code 1."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _leave)
    try:
        app()
    except GridwallError as error:
        print(f"gridwall: {error}", file=sys.stderr)
        raise SystemExit(1) from None


def _leave(*_: object) -> None:
    """Ends at once while there is no loop that could end by itself: what was sent is whole, the rest unsent."""
    raise SystemExit(0)


if __name__ == "__main__":
    main()
