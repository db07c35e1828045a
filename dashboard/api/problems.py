"""Answers: a body as JSON, and what is said when it cannot be given, always as `{error, field, reason}`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from dashboard.errors import (
    ArchiveUnavailable,
    InvalidReport,
    NotAllowed,
    RedisRefuses,
    RedisUnavailable,
    Refused,
    TooManyRows,
    Unknown,
)

Limit = Annotated[int, Query(ge=1, le=1000)]
_UNREADABLE = ("not-json", "malformed")  # these kinds could not even be read


class Problem(Exception):
    """An answer that is not the one asked for."""

    def __init__(self, status: int, error: str, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.status, self.error, self.reason, self.field = status, error, reason, field


def answer(body: Any, status: int = 200) -> Response:
    """Returns a body as JSON."""
    return Response(msgspec.json.encode(body), status, media_type="application/json")


def add_problems(app: FastAPI) -> None:
    """Adds the answers to what cannot be answered: one for each kind of error that anything below may raise."""
    for kind, made in _ANSWERS.items():
        app.exception_handler(kind)(_handler(made))


def _handler(made: Callable[[Any], Response]) -> Callable[[Request, Any], Awaitable[Response]]:
    async def handle(_: Request, error: Any) -> Response:
        return made(error)

    return handle


def problem(status: int, error: str, field: str | None, reason: str) -> JSONResponse:
    """Returns the answer that says what is wrong."""
    return JSONResponse({"error": error, "field": field or None, "reason": reason}, status)


def _http(error: HTTPException) -> Response:
    kind = "-".join(str(error.detail).lower().split())  # such as method-not-allowed
    body = {"error": kind, "field": None, "reason": str(error.detail)}
    return JSONResponse(body, error.status_code, headers=error.headers)


def _unfit(error: RequestValidationError) -> Response:
    first = error.errors()[0]
    return problem(422, "invalid", str(first["loc"][-1]) if first["loc"] else None, first["msg"])


def status_of(error: InvalidReport) -> int:
    """Returns the status of a report that is not taken."""
    return 400 if error.kind in _UNREADABLE else 422


def _invalid(error: InvalidReport) -> Response:
    return problem(status_of(error), error.kind, error.field, error.reason)


_ANSWERS: dict[type[Exception], Callable[[Any], Response]] = {
    Problem: lambda error: problem(error.status, error.error, error.field, error.reason),
    HTTPException: _http,
    RequestValidationError: _unfit,
    InvalidReport: _invalid,
    Unknown: lambda error: problem(404, f"unknown-{error.what}", error.field, error.reason),
    NotAllowed: lambda error: problem(403, error.error, error.field, error.reason),
    Refused: lambda error: problem(409, error.error, error.field, error.reason),
    TooManyRows: lambda error: problem(413, "too-many-rows", None, str(error)),
    RedisUnavailable: lambda _: problem(503, "no-redis", None, "Redis does not answer; try again"),
    RedisRefuses: lambda error: problem(503, error.error, None, error.reason),
    ArchiveUnavailable: lambda error: problem(503, "no-archive", None, error.reason),
}
