"""Addresses of what may be called anything: slashes, line breaks, and words that are parts of other addresses."""

from __future__ import annotations

import re
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope


class AnyId(APIRoute):
    """A route whose `{…:path}` takes any id, and whose last word counts only as it is written out in an address.

    In `/cases/a%2Factions` that word belongs to the id, in `/cases/a/actions` it does not; decoded, both are the same.
    """

    def __init__(self, path: str, *given: Any, **named: Any) -> None:
        super().__init__(path, *given, **named)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)
        self._last = path.rpartition("}")[2].encode()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Says whether an address is one of this route."""
        if not scope.get("raw_path", b"").endswith(self._last):
            return Match.NONE, {}
        return super().matches(scope)
