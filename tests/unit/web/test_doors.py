"""Dash's doors take what its renderer sends, and nothing else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from dash.exceptions import PreventUpdate
from fastapi import FastAPI
from fastapi.responses import Response

from dashboard.web.doors import add_component_files, check, checked, stamps_of
from dashboard.web.requests import Refused, refused_answer

SPEC = {"inputs": [{"id": "tick", "property": "data-tick"}], "state": [{"id": "page", "property": "lang"}]}
CALLBACKS = {"case.children": SPEC, "..a.x...b.y..": {"inputs": [], "state": []}}
GOOD = {
    "output": "case.children",
    "outputs": {"id": "case", "property": "children"},
    "inputs": [{"id": "tick", "property": "data-tick", "value": 3}],
    "state": [{"id": "page", "property": "lang", "value": "en"}],
    "changedPropIds": ["tick.data-tick"],
}
SEVERAL = {"output": "..a.x...b.y..", "outputs": [{"id": "a", "property": "x"}, {"id": "b", "property": "y"}]}


@pytest.mark.parametrize("body", [GOOD, SEVERAL, {**SEVERAL, "inputs": [], "state": []}])
def test_what_the_renderer_sends_is_taken(body: dict[str, Any]) -> None:
    check(CALLBACKS, body)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"output": 7}, "output"), ({"output": "other.children"}, "output"),
        ({"output": ["case.children"]}, "output"),
        ({"inputs": 7}, "inputs"), ({"inputs": []}, "inputs"), ({"inputs": [7]}, "inputs"),
        ({"inputs": None}, "inputs"), ({"inputs": [[]]}, "inputs"),
        ({"inputs": [{"id": {"type": "x"}, "property": "data-tick"}]}, "inputs"),
        ({"inputs": [{"id": "tick", "property": "other"}]}, "inputs"),
        ({"state": "x"}, "state"), ({"state": []}, "state"),
        ({"outputs": []}, "outputs"), ({"outputs": 7}, "outputs"),
        ({"outputs": {"id": "x", "property": "y"}}, "outputs"),
        ({"changedPropIds": 7}, "changedPropIds"), ({"changedPropIds": [{}]}, "changedPropIds"),
    ],
)  # fmt: skip
def test_odd_bodies_are_refused_with_their_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        check(CALLBACKS, {**GOOD, **change})
    assert refused.value.field == field
    assert 400 <= refused.value.status < 500


@pytest.mark.parametrize("body", [None, [], "x", 7, True])
def test_what_is_no_object_is_refused(body: Any) -> None:
    with pytest.raises(Refused, match="JSON object"):
        check(CALLBACKS, body)


@pytest.mark.parametrize(("error", "status"), [(PreventUpdate(), 204), (TypeError("x"), 422), (KeyError("y"), 422)])
async def test_values_that_no_callback_takes_are_told(error: Exception, status: int) -> None:
    async def dispatch(_: Any) -> Response:
        raise error

    route = checked(SimpleNamespace(callback_map=CALLBACKS), dispatch)  # type: ignore[arg-type]
    request: Any = SimpleNamespace(state=SimpleNamespace(json_body=GOOD))
    if status == 204:
        assert (await route(request)).status_code == 204
    else:
        with pytest.raises(Refused) as refused:
            await route(request)
        assert refused.value.status == status


async def test_values_that_no_callback_takes_are_one_line_a_second_and_no_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def dispatch(_: Any) -> Response:
        return {}["line\n" * 100]

    route = checked(SimpleNamespace(callback_map=CALLBACKS), dispatch)  # type: ignore[arg-type]
    request: Any = SimpleNamespace(state=SimpleNamespace(json_body=GOOD))
    for _ in range(50):
        with pytest.raises(Refused):
            await route(request)
    [line] = caplog.records
    assert "KeyError in test_doors.py, line" in line.getMessage()
    assert (line.exc_info, "\n" in line.getMessage(), len(line.getMessage()) < 400) == (None, False, True)


async def test_component_files_are_there_under_the_names_that_documents_use() -> None:
    server = FastAPI()
    server.add_exception_handler(Refused, refused_answer)
    dash: Any = SimpleNamespace(registered_paths={"dash": {"favicon.ico", "html/a.min.js"}})
    add_component_files(server, dash, ["/_dash-component-suites/dash/favicon.v4_4m17.ico", "/bundle/x.v9m9.js"])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://a") as client:
        good = await client.get("/_dash-component-suites/dash/favicon.v4_4m17.ico")
        assert (good.status_code, len(good.content) > 100) == (200, True)
        assert "immutable" in good.headers["cache-control"]
        bare = await client.get("/_dash-component-suites/dash/favicon.ico")
        assert (bare.content, bare.headers["cache-control"]) == (good.content, "no-cache")
        for path in ("dash/favicon.v4_4m18.ico", "dash/version.v4_4m17.py", "dash/version.py", "os/x.v4_4m17.py",
                     "dash/", ""):  # fmt: skip
            answer = await client.get("/_dash-component-suites/" + path)
            assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store"), path
            assert set(answer.json()) == {"error", "field", "reason"}
        assert (await client.get("/_dash-layout")).status_code == 404


def test_stamps_are_those_of_packages() -> None:
    files = ["/_dash-component-suites/dash/deps/react@18.v4_4_1m17.3.1.min.js", "/bundle/core.v1m1.js"]
    assert stamps_of(files) == {"dash": {"v4_4_1m17"}}
