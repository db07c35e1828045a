"""What a proxy between a page and this server does wrong, told from what arrives here and what does not.

A page that gets no frames asks `/api/v1/connection` and names its last attempt at `/live`. What became of that here
is remembered for a while; together with the `Host` that arrives it tells which line of the proxy's configuration is
missing. The page says so in its words, the server's log in one line, at most once in ten minutes for each cause.
"""

from __future__ import annotations

import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.types import Scope

from dashboard.api.problems import Problem, answer
from dashboard.desk.access import same_host

log = logging.getLogger("dashboard.proxies")  # by its own name: run/logs.py thins out what `dashboard.api` says

Cause = Literal["no-upgrade", "wrong-host", "held-back", "cut", "full", "no-prefix"]
Outcome = Literal["accepted", "plain", "other-origin", "full"]
Place = Annotated[str, Query(max_length=300)]

MOST_ATTEMPTS = 2000  # some seconds of a whole city's screens that all come back at once
AGAIN_S = 600.0
_PATH = r"(/[A-Za-z0-9._~-]+)+"
_LINES: dict[Cause, str] = {
    "no-upgrade": "a proxy does not pass WebSockets on, so screens get no numbers; in nginx: proxy_http_version 1.1; "
    'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";',
    "wrong-host": "a proxy passes on Host {host!r} for pages at {page!r}, so they are taken for another site's and get "
    "no numbers; in nginx: proxy_set_header Host $http_host; (if {page!r} is not yours, another site has tried)",
    "held-back": "a proxy holds back what this server sends to screens; in nginx: proxy_buffering off;",
    "cut": "a proxy cuts the connections of screens after {lived} s; in nginx: proxy_read_timeout 1h; "
    "proxy_send_timeout 1h;",
    "full": "screens are sent away: this server has as many sockets as it can serve",
    "no-prefix": "a proxy passes this server on below {below!r}, which it does not know, so pages get none of their "
    "files; start it with GRIDWALL_ROOT_PATH={below}",
}


class Attempts:
    """What became of the last attempts of pages to open a socket, by the name that each gives to its own."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._outcomes: OrderedDict[str, Outcome] = OrderedDict()
        self._said_at: dict[Cause, float] = {}

    def note(self, scope: Scope, outcome: Outcome) -> None:
        """Remembers what became of an attempt; the oldest are forgotten."""
        name = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("try", [""])[0][:64]
        if name:
            self._outcomes[name] = outcome
            if len(self._outcomes) > MOST_ATTEMPTS:
                self._outcomes.popitem(last=False)

    def outcome(self, name: str) -> Outcome | None:
        """Returns what became of an attempt; None for one that never arrived, or arrived at another server."""
        return self._outcomes.get(name)

    def warn(self, cause: Cause, **found: object) -> None:
        """Writes the line of a cause into the log, unless it was written a short while ago."""
        if self._now() - self._said_at.get(cause, float("-inf")) >= AGAIN_S:
            self._said_at[cause] = self._now()
            log.warning("%s", _LINES[cause].format(**found))


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an attempt that brought a page no frames.

    Attributes:
        outcome: what became of it here.
        host: the `Host` that arrives.
        page: the host that the page was loaded from, as its browser names it.
        opened: whether the browser took it for open.
        lived_s: after how many seconds it was cut, though it had brought frames; 0 when it brought none.
    """

    outcome: Outcome | None
    host: str
    page: str
    opened: bool = False
    lived_s: float = 0.0


def causes_of(seen: Seen) -> list[Cause]:
    """Returns what is wrong between a page and this server, what has to be mended first first."""
    if seen.lived_s:
        return ["cut"]
    if seen.outcome == "full":
        return ["full"]
    if seen.opened or seen.outcome == "accepted":
        return ["held-back"]
    if not _has_other_host(seen):
        return ["no-upgrade"]
    return ["no-upgrade", "wrong-host"] if seen.outcome == "plain" else ["wrong-host"]


def _has_other_host(seen: Seen) -> bool:
    return seen.outcome == "other-origin" or (seen.page != "" and not same_host(seen.host, seen.page))


def doors(attempts: Attempts, root: str) -> APIRouter:
    """Returns the routes of attempts that arrive as plain requests, and of pages that ask why.

    Args:
        root: the path of a proxy that this server knows of.
    """
    router = APIRouter(tags=["system"])

    @router.get("/live", include_in_schema=False)
    async def plain(request: Request) -> Response:
        attempts.note(request.scope, "plain")
        if "sec-websocket-key" in request.headers:  # it began as a WebSocket
            attempts.warn("no-upgrade")
        reason = "this is a WebSocket, and what arrives is none: a proxy has to pass on Upgrade and Connection"
        body = {"error": "no-upgrade", "field": "upgrade", "reason": reason}
        return JSONResponse(body, 426, {"upgrade": "websocket", "connection": "Upgrade", "cache-control": "no-store"})

    @router.get("/api/v1/connection")
    async def connection(
        request: Request,
        attempt: Annotated[str, Query(alias="try", max_length=64)] = "",
        page: Place = "",
        opened: bool = False,
        lived_s: Annotated[float, Query(ge=0, le=1e6, allow_inf_nan=False)] = 0.0,
        below: Annotated[str, Query(max_length=200, pattern=f"^({_PATH})?$")] = "",
    ) -> Response:
        """Why a page at host `page` gets no frames: `causes`, what a proxy in front of this server does wrong.

        `try` names its attempt (`/live?try=…`), `opened` says whether its browser took that for open; `lived_s` after
        how many seconds one that brought frames was cut; `below` the path under which the page found this server.
        """
        host = request.headers.get("host", "")
        seen = Seen(attempts.outcome(attempt), host, page, opened, lived_s)
        found = causes_of(seen) if attempt or lived_s else []
        return told(["no-prefix"] if below not in ("", root) else found, seen, below)

    @router.get("/{above:path}/api/v1/connection", include_in_schema=False)
    async def astray(above: str, request: Request) -> Response:
        """A page that looks for this server below a path that a proxy has left in the address."""
        if not re.fullmatch(_PATH, "/" + above):
            raise Problem(404, "unknown-address", "no such address")
        return told(["no-prefix"], Seen(None, request.headers.get("host", ""), ""), "/" + above)

    def told(causes: list[Cause], seen: Seen, below: str) -> Response:
        for cause in causes:
            attempts.warn(cause, host=seen.host[:300], page=seen.page, lived=round(seen.lived_s), below=below)
        return answer({"causes": causes, "host": seen.host, "root_path": root})

    return router
