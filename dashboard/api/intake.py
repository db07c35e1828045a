"""HTTP of the intake: `POST /api/v1/reports` takes CloudEvents, one or a batch."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.api.problems import Problem, answer
from dashboard.desk.desk import Desk
from dashboard.feeds.intake import split_batch

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


def routes(desk: Desk) -> APIRouter:
    """Returns the routes."""
    router = APIRouter(prefix="/api/v1", tags=["intake"])

    @router.post("/reports", status_code=202)
    async def reports(request: Request) -> Response:
        """Takes one CloudEvent or a batch; 202 with the stream ids once Redis has them."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in (SINGLE, BATCH):
            raise Problem(415, "unsupported-media-type", f"send {SINGLE} or {BATCH}", "content-type")
        body = await _body(request, desk.max_body_bytes)
        raws = split_batch(body) if kind == BATCH else [body]
        return answer({"stream_ids": await desk.intake.take(raws, kind == BATCH)}, 202)

    return router


async def _body(request: Request, most_bytes: int) -> bytes:
    """Returns the body; raises Problem 413 as soon as it is known to be too large."""
    too_large = Problem(413, "too-large", f"a body holds at most {most_bytes} bytes", "body")
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > most_bytes:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise too_large
    return bytes(body)
