"""Files that browsers load beside documents: the map, the bundles, the API's own page, and 404 where no page can be."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles
from swagger_ui_bundle import swagger_ui_path

from dashboard.atlas.file import CityMap
from dashboard.atlas.maps import AreaMaps
from dashboard.web.answers import FOREVER
from dashboard.web.bundles import Bundle, Bundles
from dashboard.web.requests import unknown
from dashboard.words import assets_folder

_NO_PAGES = ("/api/", "/bundle/", "/geo/", "/_reload", "/_favicon", "/assets/")  # what is not there is 404
_ROBOTS = "User-agent: *\nDisallow: /\n"  # a city's cases are nothing for a search engine
_DOCS = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Gridwall API</title>
<link rel="stylesheet" href="../swagger/swagger-ui.css"></head><body><div id="api"></div>
<script src="../swagger/swagger-ui-bundle.js"></script><script src="docs.js"></script></body></html>"""
_DOCS_JS = 'SwaggerUIBundle({url: "openapi.json", dom_id: "#api", validatorUrl: null});'


def add_files(server: FastAPI, city: CityMap, bundles: Bundles) -> None:
    """Adds all of them."""
    server.include_router(_map_routes(city), include_in_schema=False)
    server.include_router(_manual_routes(), include_in_schema=False)
    server.mount("/swagger", StaticFiles(directory=swagger_ui_path), name="swagger")
    for bundle in bundles.all():
        server.add_api_route(bundle.address, _answer(bundle), include_in_schema=False)
    for prefix in _NO_PAGES:
        server.add_api_route(prefix + "{rest:path}", unknown, methods=["GET"], include_in_schema=False)


def map_address(city: CityMap) -> str:
    """Returns the address of the map's document, which names its content."""
    return f"/geo/{city.digest}.json"


def version_of(city: CityMap) -> str:
    """Returns a hash of what a page is built from; a wall whose page has another one loads itself anew."""
    digest = hashlib.sha256(city.digest.encode())
    for path in sorted(assets_folder().rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _map_routes(city: CityMap) -> APIRouter:
    router, maps = APIRouter(), AreaMaps(city)

    @router.get(map_address(city))
    async def geo() -> Response:
        return Response(city.document, 200, {"cache-control": FOREVER}, "application/json")

    @router.get(f"/geo/{city.digest}/{{code}}.json")
    async def geo_area(code: str) -> Response:
        document = await maps.document(code)
        if document is None:
            return JSONResponse({"error": "unknown-area", "field": "code", "reason": f"no area {code[:40]}"}, 404)
        return Response(document, 200, {"cache-control": FOREVER}, "application/json")

    return router


def _manual_routes() -> APIRouter:
    router = APIRouter()

    @router.get("/robots.txt")
    async def robots() -> Response:
        return Response(_ROBOTS, media_type="text/plain")

    @router.get("/api/docs")
    async def docs() -> HTMLResponse:
        return HTMLResponse(_DOCS)

    @router.get("/api/docs.js")
    async def docs_script() -> Response:
        return Response(_DOCS_JS, media_type="text/javascript")

    return router


def _answer(bundle: Bundle) -> Callable[[], Awaitable[Response]]:
    async def answer() -> Response:
        return Response(bundle.body, 200, {"cache-control": FOREVER}, bundle.media_type)

    return answer
