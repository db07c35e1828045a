"""Fixtures for all tests: a real Redis, a real server, a real browser.

Everything is synchronous, so that a browser test reads like what a person does. Tests of
coroutines (`async def`) work everywhere but in modules that use `browser` or `page`:
Playwright's synchronous interface keeps an event loop running in the thread.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import redis

from dashboard.clock import CityClock
from dashboard.run.redis import EmbeddedRedis
from simulator.place.city import build_city, city_bytes
from tests.support.desks import Office
from tests.support.desks import office as open_office
from tests.support.running import CHROMIUM_FLAGS, ServerProcess, find_chromium
from tests.support.traffic import past, write
from tests.support.validating import check_all, watch

hypothesis.settings.register_profile("gridwall", deadline=None)  # a busy machine is no counterexample
hypothesis.settings.load_profile("gridwall")
watch()

ServerFactory = Callable[..., ServerProcess]
AFTERNOON = 1_794_987_000.0  # Wednesday 2026-11-18 15:30 in Shanghai: everybody is at work, nothing ends a day
_SPOKEN_BYTES = 16  # of a parameter, in the name of a test
Arrival = tuple[float, str, bytes]  # epoch seconds, grid, report
Month = list[Arrival]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps tests that share something dear in one process, when several run them (`make test`).

    A file is a group, since it shares servers and a browser; so are the tests of the simulator that look at one
    history. The longest files stand first in the order of folders, so that no process ends long before the others.
    """
    for item in items:
        shares_history = "history" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("history" if shares_history else item.nodeid.partition("::")[0]))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Calls longer bytes by the name of their argument: gzip puts the time into them, and no name may change."""
    return argname if isinstance(val, bytes) and len(val) > _SPOKEN_BYTES else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Runs a test, then checks the states that it (or its fixtures) folded into."""
    result = yield
    check_all()
    return result


@pytest.fixture(scope="session")
def redis_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """One private Redis for all tests; not for tests that stop it (they take `own_redis`).

    Its parameter is another program than the one that we carry (tests/unit/feeds/conftest.py).
    """
    program = getattr(request, "param", None)
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"), fsync="no", program=program)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: EmbeddedRedis) -> str:
    """Address of a Redis that is empty."""
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    return redis_server.url


@pytest.fixture
def redis_client(redis_url: str) -> Iterator[redis.Redis]:
    """A client of an empty Redis."""
    with redis.Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
async def office(redis_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """A desk over an empty Redis, without a server; `office.write(…)` puts reports into log and state."""
    async with open_office(redis_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """A Redis for this test alone, which it may stop, kill and start again on the same address."""
    server = EmbeddedRedis(tmp_path / "redis", fsync="no")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Areas file of a city of 24 grids."""
    path = tmp_path_factory.mktemp("city") / "small.json"
    path.write_bytes(city_bytes(build_city(grids=24)))
    return path


@pytest.fixture(scope="session")
def small_grids(small_city: Path) -> list[str]:
    """Codes of the grids of the small city, in order."""
    features = json.loads(small_city.read_bytes())["features"]
    return sorted(f["properties"]["code"] for f in features if f["properties"]["level"] == "grid")


@pytest.fixture(scope="session")
def city_clock() -> CityClock:
    """The clock of the lively cities: an ordinary afternoon, whenever the tests are run."""
    return CityClock(AFTERNOON)


@pytest.fixture(scope="session")
def month(small_city: Path) -> Month:
    """33 days of the small city up to that afternoon."""
    return list(past(small_city, 33, AFTERNOON))


@pytest.fixture(scope="session")
def lively(
    month: Month, city_clock: CityClock, small_city: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A server whose city has 33 days behind it, for all tests that only look (see `log_behind`)."""
    with city_with(month, city_clock, small_city, tmp_path_factory.mktemp("lively")) as running:
        yield running


@pytest.fixture(scope="session")
def empty(city_clock: CityClock, small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server whose city has sent nothing yet; nobody may append to its log."""
    with city_with([], city_clock, small_city, tmp_path_factory.mktemp("empty")) as running:
        yield running


@contextlib.contextmanager
def city_with(
    arrivals: Iterable[Arrival], clock: CityClock, areas: Path, folder: Path, **more: str
) -> Iterator[ServerProcess]:
    """Runs a server on a Redis of its own with that past, which shows the time of the clock; `more` are settings."""
    log = EmbeddedRedis(folder / "redis", fsync="no")
    log.start()
    with redis.Redis.from_url(log.url) as client:
        write(client, iter(arrivals))
    environment = {"GRIDWALL_REDIS_URL": log.url, "GRIDWALL_AREAS": str(areas), "GRIDWALL_KEEPER": "false"}
    process = ServerProcess(folder, environment | shows(clock) | more)
    try:
        yield process.start()
    finally:
        process.stop()
        log.stop()


@pytest.fixture
def own_lively(server: ServerFactory, redis_client: redis.Redis, city_clock: CityClock, month: Month) -> ServerProcess:
    """The same for one test alone, which may change it through `redis_client` or the server."""
    write(redis_client, iter(month))
    return server(**shows(city_clock))


def shows(clock: CityClock) -> dict[str, str]:
    """Returns the settings of a server that shows the time of a clock."""
    start = dt.datetime.fromtimestamp(clock.start_at, dt.UTC).isoformat()
    return {"GRIDWALL_CLOCK": start, "GRIDWALL_CLOCK_ANCHOR": f"{clock.anchor:.6f}"}


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path, small_city: Path) -> Iterator[ServerFactory]:
    """Starts servers: `server()` on the shared Redis and the small city, `server(GRIDWALL_LANG="en")` with settings.

    `server(ready=False)` does not wait for it. Their keeper is off unless GRIDWALL_KEEPER="true" is given.
    They are ended after the test.
    """
    started: list[ServerProcess] = []

    def start(*, ready: bool = True, **environment: str) -> ServerProcess:
        if "GRIDWALL_REDIS_URL" not in environment:
            environment["GRIDWALL_REDIS_URL"] = request.getfixturevalue("redis_url")
        environment.setdefault("GRIDWALL_AREAS", str(small_city))
        environment.setdefault("GRIDWALL_KEEPER", "false")  # so that a test's log holds what the test wrote
        process = ServerProcess(tmp_path, environment)
        started.append(process)
        return process.start(ready=ready)

    yield start
    for process in started:
        process.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium of the system (Playwright, synchronous). Without one, tests fail in CI and are skipped elsewhere."""
    path = find_chromium()
    if path is None:
        reason = "no Chromium found: install chromium or set GRIDWALL_CHROMIUM"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of 1920 × 1080 in a profile of its own.

    `page.foreign` lists requests to other hosts than 127.0.0.1, `page.errors` what the console said.
    The pages' policy forbids eval, so wait with selectors (`body[data-live=live]`), not with `wait_for_function`.
    """
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.errors, page.foreign = [], []
    page.on("console", lambda message: message.type == "error" and page.errors.append(message.text))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("request", lambda asked: _is_foreign(asked.url) and page.foreign.append(asked.url))
    yield page
    context.close()


def _is_foreign(url: str) -> bool:
    return url.startswith(("http:", "https:", "ws:", "wss:")) and "//127.0.0.1:" not in url
