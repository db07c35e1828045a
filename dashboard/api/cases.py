"""HTTP of the desk under /api/v1: reports behind a number, workers, and actions on cases."""

from __future__ import annotations

import ipaddress
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.api.areas import Problem, answer, area_of, no_redis
from dashboard.desk.cases import Desk, Impossible, Overtaken
from dashboard.domain.reading.workers import worker_list
from dashboard.errors import RedisUnavailable
from dashboard.feeds.running import Running
from dashboard.feeds.streams import CONNECTION_ERRORS

_MOST_BYTES = 16_384


_OWN_NAMES = ("127.0.0.1", "localhost", "::1")


def desk_routes(running: Running, desk: Desk) -> APIRouter:
    """Returns the routes."""
    router = APIRouter(tags=["desk"])

    @router.get("/reports")
    async def reports(request: Request) -> Response:
        """Reports that a counter counted (`counter`, `day`, `area`, `limit`, `cursor`), or the newest of the log."""
        try:
            return answer(await desk.reports(dict(request.query_params)))
        except RedisUnavailable:
            raise no_redis() from None

    @router.get("/areas/{code}/reports")
    async def reports_today(code: str) -> Response:
        """Today's newest reports of one grid, newest first."""
        area = area_of(running, code)
        if area.level != "grid":
            raise Problem(422, "not-a-grid", f"{code[:40]} is not a grid", "code")
        try:
            return answer({"reports": await desk.reports_today(area)})
        except CONNECTION_ERRORS:
            raise no_redis() from None

    @router.get("/workers")
    async def workers(area: str = "city", state: str | None = None) -> Response:
        """Workers by grid code, in a state: on-shift, silent or off-shift."""
        found = worker_list(desk.reading(), area_of(running, area), state)
        return answer({"workers": found, "total": len(found)})

    @router.get("/cases/{case:path}/actions")
    async def actions(case: str, request: Request) -> Response:
        """What can be done to a case now, why not, and whether this client may."""
        found = desk.actions(case)
        if found is None:
            raise _unknown(case)
        return answer({**found, "allowed": is_loopback(request)})

    @router.post("/cases/{case:path}/actions", status_code=202)
    async def act(case: str, request: Request) -> Response:
        """Acts on a case (`action`, `version`, and the fields it needs); 409 when somebody was faster."""
        if not is_loopback(request):
            raise Problem(403, "loopback-only", "acting on cases is allowed on the server's own machine only")
        same_origin(request)
        given = await given_texts(request)
        try:
            return answer({"stream_id": await desk.act(case, given)}, 202)
        except KeyError:
            raise _unknown(case) from None
        except Overtaken as error:
            raise Problem(409, "overtaken", str(error), "version") from None
        except Impossible as error:
            raise Problem(409, "impossible", str(error), "action") from None
        except CONNECTION_ERRORS:
            raise no_redis() from None

    return router


def _unknown(case: str) -> Problem:
    return Problem(404, "unknown-case", f"no case {case[:80]} that can be acted on", "id")


async def given_texts(request: Request) -> dict[str, Any]:
    """Returns the JSON object of texts in a body; raises Problem for anything else."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "unsupported-media-type", "send application/json", "content-type")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise Problem(413, "too-large", f"a body holds at most {_MOST_BYTES} bytes", "body")
    try:
        given = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise Problem(400, "not-json", f"not a JSON object: {error}") from None
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    if len(texts) < len(given):
        odd = next(name for name in given if name not in texts)
        raise Problem(422, "invalid", "every field of an action is text", odd)
    return texts


def is_loopback(request: Request) -> bool:
    """Says whether the client is on this machine; a proxy in between counts as somebody else.

    It must also have asked for this machine by one of its own names: a foreign name that resolves to it
    (DNS rebinding) would let another site's page act here.
    """
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    if request.url.hostname not in _OWN_NAMES:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def same_origin(request: Request) -> None:
    """Refuses what another site's page lets a browser send."""
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise Problem(403, "foreign-origin", "the request comes from a page of another host")
