"""The log: what clients cause is one line, once a second; what we say ourselves is written as it is."""

from __future__ import annotations

import logging
import sys

import pytest

from dashboard.run.logs import Quiet, in_one_line


def record(name: str, message: str, *arguments: object, failed: bool = False) -> logging.LogRecord:
    try:
        if failed:
            raise ValueError("odd\nbody")
    except ValueError:
        return logging.LogRecord(name, logging.ERROR, __file__, 1, message, arguments, sys.exc_info())
    return logging.LogRecord(name, logging.ERROR, __file__, 1, message, arguments, None)


def test_a_traceback_that_a_client_caused_is_one_line() -> None:
    found = record("uvicorn.error", "Exception in ASGI application\n", failed=True)
    assert Quiet(lambda: 0.0).filter(found)
    text = logging.Formatter("%(message)s").format(found)
    assert text.startswith("Exception in ASGI application: ValueError: odd body (test_logs.py:")
    assert "\n" not in text


def test_clients_write_a_line_a_second_and_the_rest_is_counted() -> None:
    now = [0.0]
    quiet, written = Quiet(lambda: now[0]), []
    for _ in range(1000):
        now[0] += 0.01
        found = record("uvicorn.error", "Invalid HTTP request received.")
        if quiet.filter(found):
            written.append(found.getMessage())
    assert len(written) <= 10 + 3
    assert sum("lines left out" in line for line in written) >= 9


@pytest.mark.parametrize("name", ["dashboard.feeds.loops", "dashboard.app", "redis", "dashboard.run.serve"])
def test_what_we_say_ourselves_is_left_as_it_is(name: str) -> None:
    quiet = Quiet(lambda: 0.0)
    for _ in range(10):
        found = record(name, "a\nb %s", "c", failed=True)
        assert quiet.filter(found)
        assert (found.getMessage(), found.exc_info is not None) == ("a\nb c", True)


def test_an_error_without_a_place_is_told_too() -> None:
    assert in_one_line(KeyError("x")) == "KeyError: 'x'"
