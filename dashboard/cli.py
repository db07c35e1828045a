"""The command line: `gridwall demo | serve | simulate | city | import-areas`.

Exit codes: 0 done, 1 failed with one clear line on stderr, 2 wrong usage. Long work shows
progress on a terminal and stays quiet in a pipe.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer
from rich.console import Console

from dashboard.errors import GridwallError
from dashboard.run.processes import python_environment
from dashboard.settings import Settings, describe, load_settings

app = typer.Typer(
    help="Gridwall: a real-time command centre for cities that are managed grid by grid.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_progress = Console(stderr=True, highlight=False)

Port = Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 = any free one.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on (default 127.0.0.1).")]
Areas = Annotated[Path | None, typer.Option(help="Areas file (GeoJSON); none = the demo city.")]
Seed = Annotated[int, typer.Option(help="Same seed, same city and same reports.")]
Grids = Annotated[int | None, typer.Option(min=1, max=100_000, help="Number of grids; none = as many as it has.")]
City = Annotated[Literal["yichang", "lake"], typer.Option("--city", help="Which city.")]
Speed = Annotated[float, typer.Option(min=0.01, max=3600, help="City seconds per second.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Log what happens, too.")]


def tell(line: str) -> None:
    """Shows progress to a person at a terminal; says nothing in a pipe."""
    if _progress.is_terminal:
        _progress.print(line, style="dim", markup=False)


def say(line: str) -> None:
    """Writes a result to standard output, at once."""
    print(line, flush=True)


@app.command()
def demo(
    speed: Speed = 60.0,
    seed: Seed = 7,
    city: City = "yichang",
    grids: Grids = None,
    port: Port = None,
    host: Host = None,
    history: Annotated[int, typer.Option(min=0, max=365, help="Days of past to begin with.")] = 30,
) -> None:
    """Start a whole simulated city: Redis, server and traffic. Ctrl-C ends all of it."""
    from dashboard.run.cities import CITIES
    from dashboard.run.demo import DemoOptions, run_demo

    options = DemoOptions(speed, seed, grids or CITIES[city].grids, history, city)
    run_demo(load_settings(host=host, port=port), options, tell, say)


@app.command(epilog="\b\nSettings (environment, .env or gridwall.toml):\n" + describe())
def serve(areas: Areas = None, host: Host = None, port: Port = None, verbose: Verbose = False) -> None:
    """Start a server."""
    from dashboard.run import serve as serving

    serving.serve(load_settings(areas=areas, host=host, port=port), say, verbose=verbose)


@app.command()
def simulate(
    speed: Annotated[float | None, typer.Option(min=0.01, max=3600, help="City seconds per second.")] = None,
    rate: Annotated[float | None, typer.Option(min=0.001, help="Reports per second; none = as the city lives.")] = None,
    seed: Seed = 7,
    scenario: Annotated[str | None, typer.Option(help="What happens in the city.")] = None,
    via: Annotated[Literal["redis", "handsets"], typer.Option(help="The way that reports take.")] = "redis",
    duration: Annotated[str | None, typer.Option("--for", help="How long, such as 90s, 15m or 2h.")] = None,
    areas: Areas = None,
) -> None:
    """Send simulated traffic into a running system."""
    from dashboard.run.serve import address, demo_city

    settings = load_settings(areas=areas, clock_speed=speed)
    if via == "handsets":
        arguments = ["--url", address(settings.host, settings.port).rstrip("/")]
    else:
        arguments = ["--redis-url", running_redis(settings), "--shards", str(settings.shards)]
    arguments += ["--areas", str(settings.areas or demo_city(settings.data_dir)), "--timezone", settings.timezone]
    arguments += ["--speed", repr(settings.clock_speed), "--seed", str(seed), "--via", via]
    arguments += _given("--rate", rate) + _given("--scenario", scenario) + _given("--for", duration)
    arguments += _given("--anchor", settings.clock_anchor)
    arguments += _given("--start", settings.clock.isoformat() if settings.clock else None)
    become_simulator(["simulate", *arguments])


@app.command()
def city(
    name: City = "yichang",
    grids: Grids = None,
    seed: Seed = 7,
    out: Annotated[Path | None, typer.Option(help="File to write; none = standard output.")] = None,
) -> None:
    """Write a demo city as an areas file."""
    become_simulator(["city", "--city", name, *_given("--grids", grids), "--seed", str(seed), *_given("--out", out)])


@app.command("import-areas")
def import_areas(
    file: Annotated[Path, typer.Argument(help="Areas file (GeoJSON, may be gzipped).")],
    against: Annotated[Path | None, typer.Option(help="The areas file of now: say what would change.")] = None,
) -> None:
    """Check an areas file and say in words what is wrong with it."""
    from dashboard.atlas.comparing import changes
    from dashboard.atlas.file import check_areas, notes_on, read_areas

    problems = check_areas(file, load_settings().timezone)
    for problem in problems:
        say(problem)
    if problems:
        raise GridwallError(f"{file}: {len(problems)} problem{'s' if len(problems) > 1 else ''}")
    city = read_areas(file)
    for line in [*notes_on(file), *city.unused]:
        say(line)
    for line in changes(read_areas(against), city) if against is not None else ():
        say(line)
    tree, found = city.tree, "nothing else wrong" if city.unused else "nothing wrong"
    people, homes = int(tree.ages.sum()), int(tree.dwellings.sum())
    counted = f"{len(tree.grids):,} grids, {len(tree.by_code):,} areas, {people:,} people, {homes:,} dwellings"
    say(f"{tree.root.name}: {counted}, {found}")


def running_redis(settings: Settings) -> str:
    """Returns the Redis to write to: the one in the settings, else that of a server running on this machine."""
    from dashboard.run.redis import url_file

    if settings.redis_url is not None:
        return settings.redis_url
    for folder in (settings.data_dir, settings.data_dir / "demo"):
        if url_file(folder).exists():
            return url_file(folder).read_text("utf-8").strip()
    raise GridwallError(f"nothing runs in {settings.data_dir}: start `gridwall serve` or set GRIDWALL_REDIS_URL")


def become_simulator(arguments: Sequence[str]) -> NoReturn:
    """Replaces this process by the simulator, so that signals and exit codes are its own."""
    os.execve(sys.executable, [sys.executable, "-m", "simulator", *arguments], python_environment())


def _given(option: str, value: Any) -> list[str]:
    return [] if value is None else [option, str(value)]


def main() -> None:
    """Runs the command line; an error raised on purpose becomes one line and exit code 1."""
    try:
        app(prog_name="gridwall")
    except GridwallError as error:
        print(f"gridwall: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except OSError as error:  # a file or folder that cannot be used
        print(f"gridwall: {error.filename or 'the system'}: {error.strerror or error}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
