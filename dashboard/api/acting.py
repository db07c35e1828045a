"""HTTP of acting: who sends the request and whether they may, and what they gave."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import Request

from dashboard.api.problems import Problem
from dashboard.desk import access
from dashboard.desk.access import Actor, Asked

_MOST_BYTES = 16_384


def may_act(request: Request) -> bool:
    """Says whether whoever asks may act, so that a page offers it or does not."""
    return access.may_act(access.actor_of(_asked(request)))


def actor_who_may(request: Request, doing: str) -> Actor:
    """Returns who asks; raises NotAllowed, also when another site's page made their browser ask."""
    return access.actor_who_may(_asked(request), doing)


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


def _asked(request: Request) -> Asked:
    headers = request.headers
    return Asked(
        client=None if request.client is None else request.client.host,
        hostname=request.url.hostname,
        host=headers.get("host"),
        origin=headers.get("origin"),
        forwarded="x-forwarded-for" in headers or "forwarded" in headers,
    )
