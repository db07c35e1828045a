"""Whatever a case is called, its page, its answer and what can be done to it are found under its own address."""

from __future__ import annotations

import time
from urllib.parse import quote

import httpx
import redis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import ServerFactory
from tests.support.making import reported
from tests.support.running import ServerProcess, wait_until

NAMES = [
    "a/actions",
    "actions",
    "/actions",
    "a/",
    "/a",
    "//",
    "x.csv",
    "a?b#c",
    "%2F",
    "a%2Fb",
    "...",
    " ",
    "\u202e",
    "\na\nb\n",
    "\0",
]
FOLDERS = (".", "..")  # what browsers and proxies take them for in an address


def test_a_case_is_found_whatever_it_is_called(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    running = server()
    known = set()

    @given(st.lists(st.text(min_size=1, max_size=20).filter(lambda name: name not in FOLDERS), min_size=8, max_size=12))
    @settings(max_examples=3, phases=[Phase.generate], database=None)
    def found(drawn: list[str]) -> None:
        names = {*drawn, *NAMES} - known
        for name in names:
            redis_client.xadd("reports", {"event": reported(name, time.time(), grid=small_grids[0])})
        known.update(names)
        wait_until(lambda: running.get("/api/v1/areas/city")["cases"]["open"] == len(known), what="the cases")
        with httpx.Client(base_url=running.url, trust_env=False, headers={"accept-encoding": "identity"}) as client:
            for name in names:
                _found(client, name)

    found()


def _found(client: httpx.Client, name: str) -> None:
    address = quote(name, safe="")
    assert client.get(f"/api/v1/cases/{address}").json().get("id") == name, repr(name)
    assert "actions" in client.get(f"/api/v1/cases/{address}/actions").json(), repr(name)
    assert client.get(f"/cases/{address}").status_code == 200, repr(name)


def test_a_case_that_no_address_can_hold_is_refused_in_words(server: ServerFactory, small_grids: list[str]) -> None:
    running = server()
    for name in FOLDERS:
        assert _posted(running, reported(name, time.time(), grid=small_grids[0])) == (422, "data.case")


def _posted(running: ServerProcess, raw: bytes) -> tuple[int, str]:
    answer = httpx.post(
        running.url + "/api/v1/reports",
        content=raw,
        headers={"content-type": "application/cloudevents+json"},
        trust_env=False,
    )
    return answer.status_code, answer.json()["field"]
