"""Two versions of the server behind one address, as during an upgrade: no screen stays blank."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ServerFactory
from tests.support.running import ROOT, ServerProcess


class RoundRobin:
    """A proxy that hands each new connection to the next of some ports, and that can leave some out.

    Attributes:
        ports: where to, in turn; may be replaced at any time.
    """

    def __init__(self, ports: list[int]) -> None:
        self.ports, self._turn = ports, itertools.count()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self.ports[next(self._turn) % len(self.ports)]))
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pipe, args=(one, other), daemon=True).start()

    @staticmethod
    def _pipe(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Ends all connections, as a server does that goes."""
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def close(self) -> None:
        """Takes no more."""
        self._listener.close()
        self.cut()


@pytest.fixture
def old_code(tmp_path: Path) -> Path:
    """The same code with other scripts and styles, and so with other names of its bundles."""
    folder = tmp_path / "old"
    for name in ("dashboard", "assets"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder / "assets").rglob("*"):
        if path.suffix in (".css", ".js"):
            path.write_text(path.read_text("utf-8") + "\n/* as it was before */\n", "utf-8")
    return folder


@pytest.fixture
def both(server: ServerFactory, old_code: Path) -> Iterator[tuple[ServerProcess, ServerProcess, RoundRobin]]:
    new = server(ready=False)
    old = server(PYTHONPATH=str(old_code), PYTHONSAFEPATH="1")
    new.wait_ready()
    proxy = RoundRobin([old.port, new.port])
    yield old, new, proxy
    proxy.close()


def test_no_screen_stays_blank(both: tuple[ServerProcess, ServerProcess, RoundRobin], page: Any) -> None:
    old, new, proxy = both
    assert old.get("/healthz")["version"] != new.get("/healthz")["version"], "both are the same"
    page.goto(proxy.url + "/")
    page.wait_for_selector("body[data-live=live]", timeout=60_000)
    page.goto(proxy.url + "/area/city")
    proxy.ports = [new.port]
    old.stop()
    proxy.cut()
    page.wait_for_selector("body[data-live=live]", timeout=60_000)
    page.wait_for_selector("[data-kpi]", timeout=10_000)
    page.reload()
    page.wait_for_selector("body[data-live=live]", timeout=30_000)
    assert page.evaluate("document.body.dataset.version") == new.get("/healthz")["version"]
