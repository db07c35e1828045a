"""The application: every subject of the API is one line of one list, and no address is taken twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dashboard.app import ROUTERS, create_app
from dashboard.errors import SettingsError
from dashboard.settings import Settings
from tests.support.desks import Office
from tests.support.making import ROOT


def test_every_file_with_routes_is_in_the_list_once() -> None:
    files = {path.stem for path in (ROOT / "dashboard/api").glob("*.py") if "\ndef routes(" in path.read_text("utf-8")}
    assert sorted(routes.__module__.rpartition(".")[2] for routes in ROUTERS) == sorted(files)


def _routes(router: Any) -> Iterator[Any]:
    """Yields the routes of a router, and of those that it includes."""
    for route in router.routes:
        yield from [route] if hasattr(route, "methods") else _routes(route.original_router)


async def test_no_address_is_taken_twice(office: Office) -> None:
    found: list[Any] = [route for routes in ROUTERS for route in _routes(routes(office.desk))]
    taken = [(route.path, method) for route in found for method in route.methods]
    assert len(taken) == len(set(taken)) > 40


@pytest.mark.parametrize(
    "path", ["cases", "cases?archived=true", "tasks", "services", "performance", "reports?counter=move_ins"]
)
async def test_a_cursor_of_5000_digits_is_malformed_on_every_list(office: Office, path: str) -> None:
    async with office.http() as http:
        answer = await http.get(f"/api/v1/{path}{'&' if '?' in path else '?'}cursor={'9' * 5000}")
    assert (answer.status_code, answer.json()["error"], answer.json()["field"]) == (400, "malformed", "cursor")


def test_without_redis_and_areas_there_is_no_application() -> None:
    with pytest.raises(SettingsError, match="GRIDWALL_REDIS_URL"):
        create_app(Settings(_env_file=None))  # type: ignore[call-arg]
