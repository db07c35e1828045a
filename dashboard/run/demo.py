"""The whole city at once: a private Redis, a server and the simulator, each a process, all ending together.

The city's clock starts at half past nine of today, when the day is in full swing (at the
speed of real time: now), with a past already written before it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO
from zoneinfo import ZoneInfo

from dashboard.errors import GridwallError
from dashboard.run.cities import CITIES
from dashboard.run.ending import asked_to_end
from dashboard.run.processes import Child, free_port, python_environment
from dashboard.run.redis import EmbeddedRedis
from dashboard.run.serve import address, demo_city, listen
from dashboard.settings import PREFIX, Settings

_MORNING = dt.time(9, 30)
_LOOK_S = 0.2
_PATIENCE_S = 14.0  # longer than a server takes by itself, whatever hangs
_MOST_BEHIND = 500  # live traffic is never wholly read
_RESTARTS = 5
_END_S = 30.0  # simulator, server and Redis, one after the other


class DemoEnded(GridwallError):
    """A process of the demo ended by itself."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the demo is like.

    Attributes:
        speed: city seconds per second.
        history_days: days of past that are written before the live traffic.
        city: name of the city (dashboard.run.cities).
    """

    speed: float
    seed: int
    grids: int
    history_days: int
    city: str


def run_demo(settings: Settings, options: DemoOptions, tell: Callable[[str], None], say: Callable[[str], None]) -> None:
    """Runs the demo until it is asked to end (SIGINT, SIGTERM); `tell` gets progress, `say` the address.

    Raises:
        DemoEnded: a process that it started ended by itself.
    """
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack, asked_to_end(_END_S) as ending:
        demo = _Demo(CITIES[options.city].adapted(_with_free_port(settings)), options, stack)
        ending.at_last(demo.forget)
        tell(f"Making a city of {options.grids:,} grids …")
        demo.prepare()
        tell(f"Writing the reports of the last {options.history_days} days …")
        demo.start()
        demo.wait()
        say(f"Gridwall: {address(demo.settings.host, demo.settings.port)}")
        tell(f"The clock of the city runs {options.speed:g} times as fast as ours. Ctrl-C ends everything.")
        demo.watch()


def _with_free_port(settings: Settings) -> Settings:
    """Returns settings with a port that can be used; raises SettingsError when the wished one cannot."""
    with listen(settings.host, settings.port):
        pass
    return settings if settings.port else settings.model_copy(update={"port": free_port(settings.host)})


class _Demo:
    """The processes of one demo.

    Attributes:
        settings: as given, with a port.
    """

    def __init__(self, settings: Settings, options: DemoOptions, stack: contextlib.ExitStack) -> None:
        self.settings, self.options, self._stack = settings, options, stack
        self._archive = settings.data_dir / "demo" / "archive"
        self._written = threading.Event()
        if not options.history_days:
            self._written.set()

        self._redis = EmbeddedRedis(settings.data_dir / "demo", fsync="no", fresh=True)

    def forget(self) -> None:
        """Removes what would tell others of a Redis that is gone; for an end by force."""
        self._redis.forget()

    def prepare(self) -> None:
        """Makes the city and starts its Redis, empty."""
        self._areas = demo_city(
            self.settings.data_dir, self.options.grids, self.options.seed, self.options.city
        ).resolve()
        self._stack.callback(self._redis.stop)
        self._redis.start()
        shutil.rmtree(self._archive, ignore_errors=True)  # it belongs to the log of another run
        self._anchor = time.time()
        self._start = _city_start(self.settings, self.options.speed, self._anchor)

    def start(self) -> None:
        """Starts server and simulator."""
        self._server = Child(
            [sys.executable, "-m", "dashboard", "serve"],
            environment=python_environment() | self._environment(),
            stdout=subprocess.DEVNULL,
        )
        self._stack.callback(self._server.end, _PATIENCE_S)
        self._simulate(self.options.seed, self.options.history_days)
        self._stack.callback(lambda: self._simulator.end(_PATIENCE_S))

    def wait(self) -> None:
        """Waits until the past is written and the server has read it."""
        while not (self._written.is_set() and self._is_ready()):
            self._check_server()
            if self._simulator.code is not None:
                raise DemoEnded(f"the simulator ended (code {self._simulator.code}) before the past was written")
            time.sleep(_LOOK_S)

    def watch(self) -> None:
        """Watches the processes: without the server the demo ends, the simulator is started again."""
        restarts = 0
        while True:
            time.sleep(_LOOK_S)
            self._check_server()
            if self._simulator.code is None:
                continue
            restarts += 1
            if restarts > _RESTARTS:
                raise DemoEnded(f"the simulator ended (code {self._simulator.code}) for the {restarts}th time")
            print(f"gridwall: the simulator ended (code {self._simulator.code}); starting it again", file=sys.stderr)
            self._restart(restarts)

    def _restart(self, restarts: int) -> None:
        """Goes on with new traffic from the city's present moment; another seed gives it ids of its own."""
        now = time.time()
        passed_s = (now - self._anchor) * self.options.speed
        self._start, self._anchor = self._start + dt.timedelta(seconds=passed_s), now
        self._simulate(self.options.seed + 1000 * restarts, 0)

    def _check_server(self) -> None:
        if self._server.code is not None:
            raise DemoEnded(f"the server ended (code {self._server.code})")

    def _environment(self) -> dict[str, str]:
        settings = self.settings
        return {
            "GRIDWALL_REDIS_URL": self._redis.url,
            "GRIDWALL_SHARDS": "1",
            "GRIDWALL_AREAS": str(self._areas),
            "GRIDWALL_ARCHIVE_DIR": str(self._archive.resolve()),
            "GRIDWALL_HOST": settings.host,
            "GRIDWALL_PORT": str(settings.port),
            "GRIDWALL_CLOCK": self._start.isoformat(),
            **_written(settings, CITIES[self.options.city].settings),
            "GRIDWALL_CLOCK_SPEED": repr(self.options.speed),
            "GRIDWALL_CLOCK_ANCHOR": repr(self._anchor),
        }

    def _simulate(self, seed: int, history_days: int) -> None:
        arguments = ["--city", self.options.city, "--redis-url", self._redis.url, "--shards", "1"]
        arguments += ["--areas", str(self._areas)]
        arguments += [
            "--speed",
            repr(self.options.speed),
            "--seed",
            str(seed),
            "--history",
            str(history_days),
        ]
        arguments += ["--start", self._start.isoformat(), "--anchor", repr(self._anchor)]
        command = [
            sys.executable,
            "-m",
            "simulator",
            "simulate",
            *arguments,
            "--timezone",
            self.settings.timezone,
        ]
        self._simulator = Child(command, environment=python_environment(), stdout=subprocess.PIPE)
        output = self._simulator.process.stdout
        assert output is not None
        threading.Thread(target=self._listen, args=(output,), daemon=True).start()

    def _listen(self, output: IO[bytes]) -> None:
        """Reads what the simulator says; a line that begins with "history" tells that the past is written."""
        with output:
            for line in output:
                if line.startswith(b"history"):
                    self._written.set()

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(self.settings.host, self.settings.port, timeout=2.0)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            return bool(answer.status == 200 and json.loads(answer.read())["behind"] < _MOST_BEHIND)
        except (OSError, http.client.HTTPException, ValueError):
            return False
        finally:
            connection.close()


def _city_start(settings: Settings, speed: float, now: float) -> dt.datetime:
    """Returns the instant at which the city's clock starts."""
    if settings.clock is not None:
        return settings.clock
    here = dt.datetime.fromtimestamp(round(now), ZoneInfo(settings.timezone))
    return here if speed == 1.0 else dt.datetime.combine(here.date(), _MORNING, here.tzinfo)


def _written(settings: Settings, names: Iterable[str]) -> dict[str, str]:
    """Returns settings as a server reads them from its environment."""
    return {f"{PREFIX}{name.upper()}": str(getattr(settings, name)) for name in names}
