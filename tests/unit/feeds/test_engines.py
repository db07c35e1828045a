"""What holds the log is named by its own name, and by when its makers stop mending it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import redis

from dashboard.feeds.engines import Engine, engine_of
from dashboard.run.programs import programs
from tests.support.running import log_servers


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            {"redis_version": "7.2.4", "server_name": "valkey", "valkey_version": "9.1.2"},
            Engine("Valkey", "9.1.2", dt.date(2029, 5, 19)),
        ),
        ({"redis_version": "7.0.15"}, Engine("Redis", "7.0.15", dt.date(2024, 7, 29))),
        ({"redis_version": "7.2.13"}, Engine("Redis", "7.2.13", None)),  # nothing is announced
        ({"redis_version": "255.255.255"}, Engine("Redis", "255.255.255", None)),
        ({"redis_version": "unstable"}, Engine("Redis", "unstable", None)),
    ],
)
def test_an_answer_tells_the_program(told: dict[str, Any], expected: Engine) -> None:
    assert engine_of(told) == expected


def test_the_one_that_we_carry_is_known() -> None:
    """Whoever takes a newer one along writes down until when it is mended."""
    ours = next(programs())
    major, minor = ours.version
    assert ours.kind == "valkey"
    assert engine_of({"valkey_version": f"{major}.{minor}.0"}).until is not None


def test_a_server_says_which_one_it_is(redis_client: redis.Redis) -> None:
    told = str(engine_of(redis_client.info("server"))).lower().replace(" ", "-")  # type: ignore[arg-type]
    assert any(told.startswith(name) for name in log_servers())
