"""Addresses of what may be called anything: slashes, line breaks, and words that are parts of other addresses."""

from __future__ import annotations

from typing import Any

from fastapi.routing import APIRoute
from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import Match
from starlette.types import Scope


class _Anything(Convertor[str]):
    """Any text; that of `{…:path}` ends at a line break."""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("anyid", _Anything())


class AnyId(APIRoute):
    """A route whose `{…:anyid}` takes any id, and whose last word counts only as it is written out in an address.

    In `/cases/a%2Factions` that word belongs to the id, in `/cases/a/actions` it does not; decoded, both are the same.
    """

    def __init__(self, path: str, *given: Any, **named: Any) -> None:
        super().__init__(path, *given, **named)
        self._last = path.rpartition("}")[2].encode()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Says whether an address is one of this route."""
        if not scope.get("raw_path", b"").endswith(self._last):
            return Match.NONE, {}
        return super().matches(scope)
