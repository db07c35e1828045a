"""Through the door of handsets: in batches, repeated where it was not confirmed, and nothing spoils its neighbours."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.out.fleet import HandsetSink


class _Intake(http.server.BaseHTTPRequestHandler):
    """Takes batches, refuses any request that contains NaN or is no JSON, and fails now and then."""

    protocol_version = "HTTP/1.1"
    taken: list[Any] = []  # noqa: RUF012
    calls = 0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        _Intake.calls += 1
        status = 503 if _Intake.calls == 2 else 202
        try:
            content = json.loads(body, parse_constant=lambda _: 1 / 0)
        except (ValueError, ZeroDivisionError):
            status = 422
        if status == 202:
            _Intake.taken += content if isinstance(content, list) else [content]
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def intake() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Intake)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _Intake.taken, _Intake.calls = [], 0
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_handsets_post_in_batches_and_spoiled_reports_spoil_nothing(intake: str) -> None:
    sink = HandsetSink(intake, sleep=lambda _: None)
    good = [("g", json.dumps({"n": n}).encode()) for n in range(450)]
    sink.send([*good[:100], ("g", b'{"n": '), *good[100:300], ("g", b'{"n": NaN}'), *good[300:]])
    assert sorted(report["n"] for report in _Intake.taken) == list(range(450))
    assert sink.refused >= 2
