"""Acting over HTTP: who asks, from which page, and texts only in a body that says what it is."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.desks import Office
from tests.support.making import reported

PATH = "/api/v1/cases/C-1/actions"


async def _posted(office: Office, client: str = "127.0.0.1", **request: Any) -> httpx.Response:
    async with office.http(client) as http:
        return await http.post(PATH, **request)


async def test_who_sits_here_acts_and_others_see_that_they_may_not(office: Office) -> None:
    office.write(reported("C-1"))
    for client, allowed in (("127.0.0.1", True), ("10.0.0.7", False)):
        async with office.http(client) as http:
            assert (await http.get(PATH)).json()["allowed"] == allowed
    refused = await _posted(office, "10.0.0.7", json={"action": "file"})
    assert (refused.status_code, refused.json()["error"]) == (403, "loopback-only")


@pytest.mark.parametrize(
    "headers", [{"origin": "http://evil.example"}, {"x-forwarded-for": "1.2.3.4"}, {"host": "evil.example"}]
)
async def test_another_sites_page_and_a_proxy_do_not_act(headers: dict[str, str], office: Office) -> None:
    office.write(reported("C-1"))
    assert (await _posted(office, json={"action": "file"}, headers=headers)).status_code == 403


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"content": b"{}"}, 415),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ({"content": b"[]", "headers": {"content-type": "application/json"}}, 400),
        ({"json": {"action": 1}}, 422),
        ({"json": {"action": "x" * 20_000}}, 413),
    ],
    ids=str,
)
async def test_a_body_that_is_no_object_of_texts_is_refused(
    request_: dict[str, Any], status: int, office: Office
) -> None:
    office.write(reported("C-1"))
    assert (await _posted(office, **request_)).status_code == status
