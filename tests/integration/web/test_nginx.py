"""The example for nginx (docs/nginx.conf) works as it stands: started where there is an nginx."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from dashboard.run.processes import free_port
from tests.support.making import ROOT
from tests.support.running import ServerProcess, wait_until

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx is installed here")


@pytest.fixture(params=["", "/gridwall"], ids=["root", "path"])
def proxied(request: pytest.FixtureRequest, lively: ServerProcess, tmp_path: Path) -> Iterator[str]:
    """nginx with the example, whose ports, files and path are changed and nothing else; its address."""
    port, path, server = free_port(), request.param, lively
    if path:
        server = ServerProcess(tmp_path, lively.settings | {"GRIDWALL_ROOT_PATH": path}).start()
    conf = (ROOT / "docs/nginx.conf").read_text("utf-8")
    changes = {
        "127.0.0.1:8050": f"127.0.0.1:{server.port}",
        "listen 8080": f"listen 127.0.0.1:{port}",
        "/run/gridwall-nginx.pid": f"{tmp_path}/nginx.pid",
        "/var/log/nginx/gridwall-error.log": f"{tmp_path}/error.log",
        "location / {": f"location {path}/ {{",
    }
    for old, new in changes.items():
        assert conf.count(old) == 1, old
        conf = conf.replace(old, new)
    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
        conf = conf.replace("http {", f"http {{\n    {kind}_temp_path {tmp_path}/{kind};", 1)
    (tmp_path / "nginx.conf").write_text(conf)
    command = [str(NGINX), "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-g", "daemon off;"]
    nginx = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: nginx.poll() is None and answers(f"http://127.0.0.1:{port}{path}/healthz"), 10, "nginx")
        yield f"http://127.0.0.1:{port}{path}"
    finally:
        nginx.terminate()
        nginx.wait(10)
        if server is not lively:
            server.stop()


def answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False, timeout=2.0).status_code == 200
    except httpx.HTTPError:
        return False


def test_pages_files_and_sockets_come_through_the_example(proxied: str) -> None:
    origin = "/".join(proxied.split("/")[:3])
    page = httpx.get(proxied + "/?lang=en", trust_env=False)
    assert page.status_code == 200
    script = page.text.partition('<script src="')[2].partition('"')[0]
    assert httpx.get(origin + script, trust_env=False).headers["cache-control"].endswith("immutable")
    table = httpx.get(proxied + "/api/v1/cases.csv?state=open", trust_env=False, timeout=10.0)
    assert (table.status_code, table.text.count("\n") > 5) == (200, True)
    with connect(proxied.replace("http", "ws") + "/live?try=nginx", origin=origin, proxy=None, max_size=None) as socket:  # type: ignore[arg-type]
        assert json.loads(socket.recv(5))["type"] == "hello"
        socket.send(json.dumps({"type": "subscribe", "topics": ["city"]}))
        kinds = {json.loads(socket.recv(5))["type"] for _ in range(3)}
    assert "snapshot" in kinds
