"""A route of any id takes slashes and line breaks, and its last word only as it is written out."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from fastapi import APIRouter
from starlette.routing import Match

from dashboard.api.anyid import AnyId

ROUTER = APIRouter(route_class=AnyId)


@ROUTER.get("/cases/{case:anyid}/actions")
async def actions(case: str) -> str:
    return case


@ROUTER.get("/cases/{case:anyid}")
async def one(case: str) -> str:
    return case


@pytest.mark.parametrize(
    ("raw", "name", "case"),
    [
        ("/cases/a", "one", "a"),
        ("/cases/a/b", "one", "a/b"),
        ("/cases/a/actions", "actions", "a"),
        ("/cases/a%2Factions", "one", "a/actions"),
        ("/cases/a%2Factions/actions", "actions", "a/actions"),
        ("/cases/%2Fa%2F", "one", "/a/"),
        ("/cases/a%0A", "one", "a\n"),
        ("/cases/%0A%2Factions/actions", "actions", "\n/actions"),
    ],
)
def test_an_id_is_taken_as_its_address_has_it(raw: str, name: str, case: str) -> None:
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": unquote(raw), "raw_path": raw.encode()}
    found = [
        (route, child) for route in ROUTER.routes for match, child in [route.matches(scope)] if match is Match.FULL
    ]
    assert (found[0][0].name, found[0][1]["path_params"]["case"]) == (name, case)  # type: ignore[attr-defined]
