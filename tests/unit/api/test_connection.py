"""What a proxy does wrong is told from what arrives: to the page in the answer, to the operator in one line."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from dashboard.api.connection import MOST_ATTEMPTS, Attempts, Cause, Seen, causes_of, doors
from dashboard.api.problems import add_problems
from dashboard.run.logs import Quiet
from dashboard.words import LANGUAGES, Words
from tests.support.making import ROOT

HOST, PAGE = "backend:8050", "wall.city.example"
LINES = {
    "no-upgrade": "proxy_set_header Upgrade $http_upgrade;",
    "wrong-host": "proxy_set_header Host $http_host;",
    "held-back": "proxy_buffering off;",
    "cut": "proxy_read_timeout 1h;",
    "no-prefix": "GRIDWALL_ROOT_PATH=/grid",
}


@pytest.mark.parametrize(
    ("seen", "causes"),
    [
        (Seen("plain", PAGE, PAGE), ["no-upgrade"]),
        (Seen("plain", HOST, PAGE), ["no-upgrade", "wrong-host"]),
        (Seen(None, PAGE, PAGE), ["no-upgrade"]),
        (Seen(None, HOST, PAGE), ["wrong-host"]),
        (Seen("other-origin", PAGE, PAGE), ["wrong-host"]),
        (Seen("other-origin", HOST, PAGE), ["wrong-host"]),
        (Seen("accepted", HOST, PAGE), ["held-back"]),
        (Seen(None, PAGE, PAGE, opened=True), ["held-back"]),
        (Seen("full", PAGE, PAGE), ["full"]),
        (Seen("accepted", PAGE, PAGE, lived_s=60), ["cut"]),
        (Seen(None, "Wall.City.example:443", PAGE), ["no-upgrade"]),
    ],
)
def test_what_arrives_tells_what_is_wrong(seen: Seen, causes: list[Cause]) -> None:
    assert causes_of(seen) == causes


def test_each_cause_is_said_with_the_line_that_mends_it_in_the_log_and_in_both_languages(caplog: Any) -> None:
    attempts = Attempts()
    for cause, line in LINES.items():
        attempts.warn(cause, host=HOST, page=PAGE, lived=60, below="/grid")  # type: ignore[arg-type]
        assert line in caplog.records[-1].getMessage()
        for lang in LANGUAGES:
            said = Words(lang)("proxy-" + cause, host=HOST, page=PAGE, seconds=60, path="/grid")
            assert line in said


def test_a_line_is_written_once_in_ten_minutes_for_each_cause(caplog: Any) -> None:
    now = [1000.0]
    attempts = Attempts(lambda: now[0])
    for cause, at in (("held-back", 1000.0), ("held-back", 1599.0), ("no-upgrade", 1599.0), ("held-back", 1600.0)):
        now[0] = at
        attempts.warn(cause)  # type: ignore[arg-type]
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert ["holds back" in line for line in said] == [True, False, True]


def test_old_attempts_are_forgotten_and_those_without_a_name_never_kept() -> None:
    attempts = Attempts()
    attempts.note({"query_string": b""}, "plain")
    for number in range(MOST_ATTEMPTS + 1):
        attempts.note({"query_string": b"try=a%d" % number}, "accepted")
    assert [attempts.outcome(name) for name in ("", "a0", "a1")] == [None, None, "accepted"]


def client(attempts: Attempts, root: str = "") -> httpx.AsyncClient:
    app = FastAPI()
    add_problems(app)
    app.include_router(doors(attempts, root))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=f"http://{HOST}")


async def test_a_socket_that_arrives_as_a_plain_request_is_answered_426_and_remembered(caplog: Any) -> None:
    async with client(Attempts()) as http:
        answer = await http.get("/live?try=abc")
        assert (answer.status_code, answer.json()["error"]) == (426, "no-upgrade")
        assert answer.headers["upgrade"] == "websocket"
        assert caplog.records == []  # somebody typed the address
        await http.get("/live?try=abc", headers={"sec-websocket-key": "eA=="})
        assert LINES["no-upgrade"] in caplog.text
        told = (await http.get("/api/v1/connection", params={"try": "abc", "page": HOST})).json()
    assert told == {"causes": ["no-upgrade"], "host": HOST, "root_path": ""}


@pytest.mark.parametrize(
    ("root", "path", "causes"),
    [
        ("", "/api/v1/connection?below=/grid", ["no-prefix"]),
        ("/other", "/api/v1/connection?below=/grid", ["no-prefix"]),
        ("/grid", "/api/v1/connection?below=/grid", []),
        ("", "/api/v1/connection?below=", []),
        ("", "/city/grid/api/v1/connection?below=/city/grid", ["no-prefix"]),
    ],
)
async def test_a_page_finds_the_server_below_a_path(root: str, path: str, causes: list[str]) -> None:
    async with client(Attempts(), root) as http:
        assert (await http.get(path)).json()["causes"] == causes


@pytest.mark.parametrize("path", ["/api/v1/connection?below=/a%0Aline", "/a%0Aline/api/v1/connection"])
async def test_nobody_writes_lines_of_their_own_into_the_log(path: str, caplog: Any) -> None:
    async with client(Attempts()) as http:
        assert (await http.get(path)).status_code in (404, 422)
        await http.get("/api/v1/connection", params={"try": "x", "page": "a\nline"})
    assert all("\n" not in record.getMessage() for record in caplog.records)
    assert len(caplog.records) == 1


def test_the_example_of_nginx_has_every_line_that_is_said() -> None:
    conf = (ROOT / "docs/nginx.conf").read_text("utf-8")
    assert [line for cause, line in LINES.items() if cause != "no-prefix" and line not in conf] == []


def test_the_line_is_not_thinned_out_with_what_clients_cause(caplog: Any) -> None:
    Attempts().warn("held-back")
    quiet = Quiet(lambda: 0.0)
    assert [quiet.filter(record) for record in caplog.records * 9] == [True] * 9
