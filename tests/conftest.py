"""Fixtures for all tests: a real Redis, a real server, a real browser.

Everything is synchronous, so that a browser test reads like what a person does. Tests of
coroutines (`async def`) work everywhere but in modules that use `browser` or `page`:
Playwright's synchronous interface keeps an event loop running in the thread.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from dashboard.feeds.embedded import EmbeddedRedis
from simulator.city import build_city, city_bytes
from tests.running import CHROMIUM_FLAGS, ServerProcess, find_chromium

ServerFactory = Callable[..., ServerProcess]


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """One private Redis for all tests; not for tests that stop it (they take `own_redis`)."""
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"), fsync="no")
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
