"""Below a path: the same addresses inside, whether a proxy takes the path off or not; scripts have one way out."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.errors import SettingsError
from dashboard.web.root import Rooted, below, free
from tests.support.making import ROOT as REPOSITORY

ROOT = "/city/grid"
# What a browser asks for or goes to, written without `at`, `go` or `make` (assets/core/root.js, dom.js).
PAST_THE_ROOT = (
    r"\bfetch\((?!at\(|url\))",
    r"\blocation\.(?:assign|replace)\((?!at\(|address\)|link\.href\))",
    r"(?<!\bat)(?<!dataset)\.(?:href|src) = (?!at\(|file\.pathname)",
    r"setAttribute\('(?:href|src)', (?!at\()",
    r"State\([^\n]*, '/",
    r"createElement\('a', \{ href: (?!at\()",
)


async def _told(request: Request) -> Response:
    return Response(f"{request.scope['path']} {request.scope['raw_path'].decode()}")


async def _leads(request: Request) -> Response:
    return RedirectResponse(request.query_params["to"], 303)


def _client(root: str = ROOT) -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/leads", _leads), Route("/{rest:path}", _told)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=Rooted(app, root)), base_url="http://x")


@pytest.mark.parametrize(
    ("asked", "inside"),
    [
        ("/city/grid", "/ /"),
        ("/city/grid/", "/ /"),
        ("/city/grid/cases/a%2Fb", "/cases/a/b /cases/a%2Fb"),
        ("/cases", "/cases /cases"),
        ("/city/gridlock", "/city/gridlock /city/gridlock"),
    ],
)
async def test_an_address_is_the_same_with_the_path_and_without(asked: str, inside: str) -> None:
    async with _client() as http:
        assert (await http.get(asked)).text == inside


@pytest.mark.parametrize(
    ("to", "leads"),
    [("/sign-in", "/city/grid/sign-in"), ("https://other.example/a", "https://other.example/a"), ("?a=b", "?a=b")],
)
async def test_a_redirect_leads_below_the_path(to: str, leads: str) -> None:
    async with _client() as http:
        assert (await http.get("/leads", params={"to": to})).headers["location"] == leads
    async with _client("") as http:
        assert (await http.get("/leads", params={"to": to})).headers["location"] == to


async def test_sockets_lose_the_path_too() -> None:
    seen: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["path"])

    async def nothing(*_: Any) -> Any: ...

    await Rooted(app, ROOT)({"type": "websocket", "path": "/city/grid/live", "raw_path": None}, nothing, nothing)
    await Rooted(app, ROOT)({"type": "lifespan", "path": "/city/grid/live"}, nothing, nothing)
    assert seen == ["/live", "/city/grid/live"]


def test_nothing_is_taken_off_but_whole_names() -> None:
    assert below("/a", "/ab/c") == "/ab/c"
    assert below("/a", "/a/a/c") == "/a/c"


def test_scripts_ask_and_go_by_one_way_only() -> None:
    found = []
    for path in sorted((REPOSITORY / "assets").rglob("*.js")):
        if path.name not in ("root.js", "begin.js"):
            text = path.read_text("utf-8")
            found += [f"{path.name}: {hit[0]}" for pattern in PAST_THE_ROOT for hit in re.finditer(pattern, text)]
    assert found == []


@pytest.mark.parametrize("root", ["/cases", "/area/x", "/docs"])
def test_a_path_that_our_own_addresses_begin_with_is_refused(root: str) -> None:
    with pytest.raises(SettingsError, match="take another name"):
        free(root, FastAPI())
    assert free("/gridwall", FastAPI()) == "/gridwall"
    assert free("", FastAPI()) == ""
