"""One server process: its socket, its Redis if it brings one along, its map, and uvicorn around the application."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.errors import GridwallError, SettingsError
from dashboard.run import logs
from dashboard.run.connections import HttpConnection, look_at
from dashboard.run.descriptors import for_clients, raise_limit
from dashboard.run.ending import Ending, asked_to_end
from dashboard.run.processes import ROOT, python_environment
from dashboard.run.redis import EmbeddedRedis
from dashboard.run.sockets import SocketConnection
from dashboard.settings import Settings

DEMO_CITY = "yichang"
DEMO_GRIDS = 1110
DEMO_SEED = 7
LARGEST_MESSAGE_BYTES = 65_536
SWITCH_S = 0.0005  # for so long may a thread (an export, an appraisal) keep the loop waiting; Python's 5 ms add up
_GRACE_S = 2  # for requests that are being answered
END_S = 13.0  # for the whole end, before it is ended by force; systemd's TimeoutStopSec has to be longer
_LOOK_S = 0.1
_TICKS = 10  # of uvicorn, a tenth of a second each


class CityUnavailable(GridwallError):
    """The demo city could not be made."""


def serve(settings: Settings, say: Callable[[str], None], *, verbose: bool = False) -> None:
    """Serves until it is asked to end (SIGINT, SIGTERM); tells its address once it listens."""
    logs.begin(verbose=verbose)
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack, asked_to_end(END_S) as ending:
        sock = stack.enter_context(listen(settings.host, settings.port))
        redis_url = stack.enter_context(_redis_for(settings, ending))
        areas = settings.areas or demo_city(settings.data_dir)
        _run(settings.model_copy(update={"redis_url": redis_url, "areas": areas}), sock, say, ending)


def _run(settings: Settings, sock: socket.socket, say: Callable[[str], None], ending: Ending) -> None:
    from dashboard.app import create_app  # heavy: not needed to fail early

    sys.setswitchinterval(SWITCH_S)
    connection = type("Connection", (HttpConnection,), {"most": for_clients(raise_limit())})
    application = _Application(create_app(settings))
    config = uvicorn.Config(
        application,
        loop="uvloop",
        http=connection,
        ws=SocketConnection,
        ws_max_size=LARGEST_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = _Server(config, lambda: say(f"Gridwall: {address(settings.host, sock.getsockname()[1])}"))
    ending.instead = server.ask
    try:
        server.run(sockets=[sock])
    except SystemExit:
        if application.refusal is None:
            raise
        raise application.refusal from None
    if not (server.started or ending.asked):
        raise GridwallError("the server did not start; the reason is in its log above")


class _Application:
    """The application, whose start may be refused for a reason that people can do something about.

    Attributes:
        refusal: the reason; uvicorn would write where in the code it was raised.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.refusal: GridwallError | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on but the words about a start that is refused."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        failed: list[Any] = []

        async def without_failure(message: Any) -> None:
            if message["type"] == "lifespan.startup.failed":
                failed.append(message)
            else:
                await send(message)

        try:
            await self._app(scope, receive, without_failure)
        except GridwallError as error:
            self.refusal = error
            await send({"type": "lifespan.startup.failed", "message": ""})
        except BaseException:
            for message in failed:
                await send(message)
            raise


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it listens, and leaves signals to us.

    By itself uvicorn leaves out the end of the application when it is asked twice.
    """

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    def ask(self) -> None:
        """Asks for the end."""
        self.should_exit = True

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Captures none: `asked_to_end` has them, from before the start until the last file is cleaned up."""
        return contextlib.nullcontext()

    async def on_tick(self, counter: int) -> bool:
        """Looks at all connections once a second."""
        if counter % _TICKS == 0:
            look_at(self.server_state.connections, time.monotonic())
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, unless it is asked to end before that."""
        asyncio.get_running_loop().set_exception_handler(_say_in_one_line)
        starting = asyncio.ensure_future(super().startup(sockets))
        while not starting.done() and not self.should_exit:
            await asyncio.wait({starting}, timeout=_LOOK_S)
        if not starting.done():
            starting.cancel()
            return
        await starting
        if self.started:
            self._on_start()


def _say_in_one_line(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Logs what nobody has handled: mostly a client that was gone at an odd moment."""
    logging.getLogger("asyncio").error(context["message"], exc_info=context.get("exception"))


@contextlib.contextmanager
def _redis_for(settings: Settings, ending: Ending) -> Iterator[str]:
    """Gives the address of the Redis in the settings, or of a private one that lives as long as the context."""
    if settings.redis_url is not None:
        yield settings.redis_url
        return
    private = EmbeddedRedis(settings.data_dir)
    ending.at_last(private.forget)
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


def demo_city(data_dir: Path, grids: int = DEMO_GRIDS, seed: int = DEMO_SEED, city: str = DEMO_CITY) -> Path:
    """Returns the areas file of a demo city, made by the simulator unless it was made before."""
    path = data_dir / f"{city}-{grids}-{seed}-{_simulator_digest()}.json"
    if path.exists():
        return path
    data_dir.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        command = [
            sys.executable,
            "-m",
            "simulator",
            "city",
            "--city",
            city,
            "--grids",
            str(grids),
            "--seed",
            str(seed),
        ]
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
    for source in sorted((ROOT / "simulator").rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:8]
