"""Rude clients against a real server with few descriptors: it lives, says why, keeps its memory and its log."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from dashboard.run.descriptors import for_clients
from dashboard.run.processes import ROOT, free_port
from tests.support.running import clean_environment, wait_until

DESCRIPTORS = 200
GET = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"


class Poor:
    """`gridwall serve` that may have so many descriptors, and not verbose."""

    def __init__(self, folder: Path, areas: Path, redis_url: str) -> None:
        self.port, self.log = free_port(), folder / "poor.log"
        self.url = f"http://127.0.0.1:{self.port}"
        given = {"GRIDWALL_AREAS": str(areas), "GRIDWALL_REDIS_URL": redis_url, "GRIDWALL_KEEPER": "true"}
        environment = clean_environment() | given | {"GRIDWALL_PORT": str(self.port), "GRIDWALL_DATA_DIR": str(folder)}
        command = ["sh", "-c", f'ulimit -n {DESCRIPTORS}; exec "$@"', "sh", sys.executable, "-m", "dashboard", "serve"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)

    def is_ready(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(self.url + "/readyz", trust_env=False, timeout=5).status_code == 200
        return False

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 5)


@pytest.fixture
def poor(tmp_path: Path, small_city: Path, redis_url: str) -> Iterator[Poor]:
    server = Poor(tmp_path, small_city, redis_url)
    try:
        wait_until(server.is_ready, 60, "the start")
        yield server
    finally:
        server.process.terminate()
        server.process.wait(20)


def test_a_crowd_that_takes_all_descriptors_ends_nothing(poor: Poor) -> None:
    """Twice: while the crowd holds on, and with a log that has to be reached anew."""
    with contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(poor.connect()) for _ in range(260)]
        last = crowd[for_clients(DESCRIPTORS) + 3]
        last.sendall(GET)
        answer = last.recv(10_000)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"] == "too-many-connections"
        time.sleep(1.5)  # a few rounds of every loop
        assert poor.process.poll() is None
        assert psutil.Process(poor.process.pid).num_fds() < DESCRIPTORS
        crowd[0].sendall(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
        assert crowd[0].recv(100).startswith(b"HTTP/1.1 200")
    wait_until(poor.is_ready, 20, "being served again")
    assert poor.log.read_text().count("\n") <= 5


def test_what_nobody_reads_takes_no_memory_and_what_is_odd_takes_no_log(poor: Poor) -> None:
    process = psutil.Process(poor.process.pid)
    httpx.get(poor.url + "/", trust_env=False)
    before = process.memory_info().rss
    began = time.monotonic()
    with poor.connect() as greedy:
        greedy.settimeout(1.0)
        with contextlib.suppress(TimeoutError):
            while True:
                greedy.sendall(GET * 10_000)
        assert process.memory_info().rss - before < 40e6
    for _ in range(300):
        with poor.connect() as odd:
            odd.sendall(b"POST /_dash-update-component HTTP/1.1\r\nhost: a\r\ncontent-length: 50\r\n\r\n{")
        with poor.connect() as odd:
            odd.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
    body = {"output": "x.y", "inputs": 7}
    assert httpx.post(poor.url + "/_dash-update-component", json=body, trust_env=False).status_code == 404
    text = poor.log.read_text()
    assert "Traceback" not in text
    assert text.count("\n") <= 5 + (time.monotonic() - began)
