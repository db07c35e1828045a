"""Files beside documents: kept for ever where the address names the content, and 404 where nothing is."""

from __future__ import annotations

from functools import cache

import httpx
import pytest
from fastapi import FastAPI

from dashboard.atlas.file import CityMap, read_areas
from dashboard.web.bundles import make_bundles
from dashboard.web.files import add_files, map_address, version_of
from dashboard.web.requests import add_refusals
from simulator.place.city import build_city


@cache
def _city(seed: int = 1) -> CityMap:
    return read_areas(build_city(24, seed))


async def _got(*paths: str) -> list[httpx.Response]:
    app = FastAPI(openapi_url=None, docs_url=None)
    add_refusals(app)
    add_files(app, _city(), make_bundles())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as http:
        return [await http.get(path) for path in paths]


async def test_the_map_and_each_bundle_are_kept_for_ever() -> None:
    bundles = make_bundles().all()
    district = _city().tree.at_level("district")[0].code
    area = map_address(_city()).removesuffix(".json") + f"/{district}.json"
    answers = await _got(map_address(_city()), area, *(bundle.address for bundle in bundles))
    assert {answer.status_code for answer in answers} == {200}
    assert all("immutable" in answer.headers["cache-control"] for answer in answers)


@pytest.mark.parametrize("path", ["/geo/0123456789ab.json", "/bundle/odd.js", "/api/v1/odd", "/assets/odd.js"])
async def test_what_is_not_there_is_never_kept(path: str) -> None:
    [answer] = await _got(path)
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


async def test_robots_are_kept_out() -> None:
    [answer] = await _got("/robots.txt")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == "User-agent: *\nDisallow: /\n"


def test_another_city_is_another_version() -> None:
    assert version_of(_city()) == version_of(_city()) != version_of(_city(2))
    assert map_address(_city()) != map_address(_city(2))
