"""HTTP of the intake: `POST /api/v1/reports` takes CloudEvents, one or a batch, whole or one by one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.api.cloudevents import BATCH, SINGLE, sent
from dashboard.api.problems import Problem, answer, status_of
from dashboard.desk.desk import Desk
from dashboard.errors import InvalidReport, RedisRefuses

_EVENT = {"schema": {"type": "object"}}
_TAKEN = {"requestBody": {"required": True, "content": {
    SINGLE: _EVENT, BATCH: {"schema": {"type": "array", "items": {"type": "object"}}}, "application/json": _EVENT,
}}}  # fmt: skip


def routes(desk: Desk) -> APIRouter:
    """Returns the routes."""
    router = APIRouter(prefix="/api/v1", tags=["intake"])

    @router.post("/reports", status_code=202, openapi_extra=_TAKEN)
    async def reports(request: Request, partial: bool = False) -> Response:
        """Takes one CloudEvent (structured, or binary with `ce-…` headers) or a batch; a gzipped body, too.

        A batch is taken as a whole or not at all: 202 with the stream ids once Redis has them, in their order; when
        one report will never count, 422 with its index in `field`, and nothing was taken. With `partial=true` each
        report is taken for itself: 207 with `{results: [{index, status, stream_id | error, field, reason}]}`, in the
        order of the batch, `status` being what the report would have been answered alone.
        """
        found = sent(request, await _body(request, desk.max_body_bytes))
        if partial:
            results = await desk.intake.take_each(found.raws)
            named = [found.named(one) if isinstance(one, InvalidReport) else one for one in results]
            return answer({"results": [_result(index, one) for index, one in enumerate(named)]}, 207)
        try:
            return answer({"stream_ids": await desk.intake.take(found.raws, found.batch)}, 202)
        except InvalidReport as error:
            raise found.named(error) from None

    return router


def _result(index: int, result: str | InvalidReport | RedisRefuses) -> dict[str, Any]:
    """Returns what became of one report."""
    if isinstance(result, str):
        return {"index": index, "status": 202, "stream_id": result}
    if isinstance(result, RedisRefuses):
        return {"index": index, "status": 503, "error": result.error, "field": None, "reason": result.reason}
    said = {"error": result.kind, "field": result.field or None, "reason": result.reason}
    return {"index": index, "status": status_of(result), **said}


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
