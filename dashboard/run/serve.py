"""One server process: its socket, its Redis if it brings one along, its map, and uvicorn around the application."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn

from dashboard.errors import GridwallError, SettingsError
from dashboard.run.processes import ROOT, asked_to_end, python_environment
from dashboard.run.redis import EmbeddedRedis
from dashboard.settings import Settings

DEMO_GRIDS = 1110
DEMO_SEED = 7
LARGEST_MESSAGE_BYTES = 65_536
SWITCH_S = 0.0005  # for so long may a thread (an export, an appraisal) keep the loop waiting; Python's 5 ms add up
_SHUTDOWN_S = 3
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class CityUnavailable(GridwallError):
    """The demo city could not be made."""


def serve(settings: Settings, say: Callable[[str], None], *, verbose: bool = False) -> None:
    """Serves until it is asked to end (SIGINT, SIGTERM); tells its address once it listens."""
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format=_FORMAT, stream=sys.stderr)
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack, asked_to_end():
        sock = stack.enter_context(listen(settings.host, settings.port))
        redis_url = stack.enter_context(_redis_for(settings))
        areas = settings.areas or demo_city(settings.data_dir)
        _run(settings.model_copy(update={"redis_url": redis_url, "areas": areas}), sock, say)


def _run(settings: Settings, sock: socket.socket, say: Callable[[str], None]) -> None:
    from dashboard.app import create_app  # heavy: not needed to fail early

    sys.setswitchinterval(SWITCH_S)
    config = uvicorn.Config(
        create_app(settings),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=LARGEST_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=_SHUTDOWN_S,
    )
    server = _Server(config, lambda: say(f"Gridwall: {address(settings.host, sock.getsockname()[1])}"))
    server.run(sockets=[sock])
    if not server.started:
        raise GridwallError("the server did not start; the reason is in its log above")


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it listens."""

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_start()


@contextlib.contextmanager
def _redis_for(settings: Settings) -> Iterator[str]:
    """Gives the address of the Redis in the settings, or of a private one that lives as long as the context."""
    if settings.redis_url is not None:
        yield settings.redis_url
        return
    private = EmbeddedRedis(settings.data_dir)
    try:
        yield private.start()
    finally:
        private.stop()


def listen(host: str, port: int) -> socket.socket:
    """Returns a socket that listens; from here on nobody else can take the port.

    Screens that connect while the server still starts wait in line, instead of being sent away.

    Raises:
        SettingsError: the port is taken or not allowed, or the host is not an address of this machine.
    """
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise SettingsError("GRIDWALL_HOST", f"{host!r} is not an address ({error.strerror or error})") from None
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(place)
        sock.listen(2048)
    except OSError as error:
        sock.close()
        raise _unusable(host, port, error) from None
    return sock


def _unusable(host: str, port: int, error: OSError) -> SettingsError:
    """Returns in words why `host` and `port` cannot be listened on."""
    if error.errno == errno.EADDRINUSE:
        return SettingsError("GRIDWALL_PORT", f"{port} on {host} is taken; choose another one with --port")
    if error.errno == errno.EADDRNOTAVAIL:
        return SettingsError("GRIDWALL_HOST", f"{host} is not an address of this machine")
    return SettingsError("GRIDWALL_PORT", f"{port} on {host} cannot be used: {error.strerror}")


def address(host: str, port: int) -> str:
    """Returns what to type into a browser."""
    shown = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, host)
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def demo_city(data_dir: Path, grids: int = DEMO_GRIDS, seed: int = DEMO_SEED) -> Path:
    """Returns the areas file of the demo city, made by the simulator unless it was made before."""
    path = data_dir / f"city-{grids}-{seed}-{_simulator_digest()}.json"
    if path.exists():
        return path
    data_dir.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        command = [sys.executable, "-m", "simulator", "city", "--grids", str(grids), "--seed", str(seed)]
        made = subprocess.run(
            [*command, "--out", str(part)], env=python_environment(), capture_output=True, check=False
        )
        if made.returncode != 0:
            last = made.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
            raise CityUnavailable(f"the demo city could not be made: {last[0]}")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _simulator_digest() -> str:
    """Returns a hash of the simulator's sources: another simulator makes another city."""
    digest = hashlib.sha256()
    for source in sorted((ROOT / "simulator").glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:8]
