"""CloudEvents as SDKs send them: modes, charsets and codings are taken where the standards say so, or told by name."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import pytest

from dashboard.api.cloudevents import BATCH, SINGLE
from dashboard.web.requests import WholeRequests
from tests.support.desks import Office
from tests.support.making import reported
from tests.support.traffic import log_of

JSON = "application/json"
MOST = 1 << 20


def _binary(raw: bytes, **changed: str | None) -> tuple[dict[str, str], bytes]:
    """Returns headers and body of an event in binary mode."""
    event = json.loads(raw)
    data = json.dumps(event.pop("data")).encode()
    headers = {"content-type": JSON} | {f"ce-{name}": value for name, value in event.items()}
    headers |= {name.replace("_", "-"): value for name, value in changed.items() if value is not None}
    return {name: value for name, value in headers.items() if changed.get(name.replace("-", "_"), "") is not None}, data


async def _posted(office: Office, body: bytes, headers: Any, query: str = "") -> httpx.Response:
    async with office.http() as http:
        whole = WholeRequests(http._transport.app, MOST)  # type: ignore[attr-defined]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(whole), base_url="http://a") as client:
            return await client.post(f"/api/v1/reports{query}", content=body, headers=headers)


async def test_binary_mode_counts_like_the_structured_one(office: Office) -> None:
    headers, data = _binary(reported("C-1"), ce_traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01", ce_sequence="7")
    answer = await _posted(office, data, headers)
    assert (answer.status_code, len(answer.json()["stream_ids"])) == (202, 1)
    [raw] = log_of(office.log)
    sent = json.loads(raw)
    assert (sent.pop("traceparent")[:3], sent.pop("sequence")) == ("00-", "7")
    assert sent == json.loads(reported("C-1"))


async def test_values_of_headers_are_percent_decoded(office: Office) -> None:
    headers, data = _binary(reported("C-1"), ce_source="/%E6%A1%8C%20%22a%25b", ce_id="Euro %E2%82%AC")
    assert (await _posted(office, data, headers)).status_code == 202
    sent = json.loads(log_of(office.log)[0])
    assert (sent["source"], sent["id"]) == ('/桌 "a%b', "Euro €")


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"ce_specversion": "0.3"}, 422, "ce-specversion"),
        ({"ce_time": "yesterday"}, 422, "ce-time"),
        ({"ce_time": None}, 422, "ce-time"),
        ({"ce_id": None}, 422, "ce-id"),
        ({"ce_subject": "nowhere"}, 422, "ce-subject"),
        ({"ce_source": "%ff"}, 422, "ce-source"),
        ({"ce_data": "{}"}, 422, "ce-data"),
        ({"ce_odd_name": "x"}, 422, "ce-odd-name"),
        ({"content_type": "text/xml"}, 415, "content-type"),
        ({"content_type": None}, 415, "content-type"),
        ({"content_type": "application/cloudevents+avro"}, 415, "content-type"),
        ({"content_type": "application/json; charset=gb18030"}, 415, "content-type"),
        ({"ce_specversion": None}, 415, "content-type"),
    ],
)
async def test_what_is_wrong_is_said_with_the_headers_name(
    changed: dict[str, str | None], status: int, field: str, office: Office
) -> None:
    headers, data = _binary(reported("C-1"), **changed)
    answer = await _posted(office, data, headers)
    assert (answer.status_code, answer.json()["field"]) == (status, field), answer.text
    assert log_of(office.log) == []


@pytest.mark.parametrize(
    ("data", "status", "field"), [(b"", 422, "data"), (b"{", 400, "data"), (b"{}", 422, "data.case")]
)
async def test_the_data_of_binary_mode_is_checked(data: bytes, status: int, field: str, office: Office) -> None:
    answer = await _posted(office, data, _binary(reported("C-1"))[0])
    assert (answer.status_code, answer.json()["field"]) == (status, field)


async def test_a_header_that_is_there_twice_is_told(office: Office) -> None:
    headers, data = _binary(reported("C-1"))
    answer = await _posted(office, data, [*headers.items(), ("ce-id", "other")])
    assert (answer.status_code, answer.json()["field"]) == (422, "ce-id")


@pytest.mark.parametrize(
    ("body", "more"),
    [
        (b"\xef\xbb\xbf" + reported("C-1"), {}),
        (gzip.compress(reported("C-1")), {"content-encoding": "gzip"}),
        (gzip.compress(reported("C-1")[:9]) + gzip.compress(reported("C-1")[9:]), {"content-encoding": "X-GZip"}),
        (gzip.compress(b"\xef\xbb\xbf" + reported("C-1")), {"content-encoding": "gzip"}),
        (reported("C-1"), {"content-type": SINGLE + '; Charset="UTF-8"'}),
        (reported("C-1"), {"traceparent": "00-nonsense", "ce-id": "not looked at"}),
    ],
    ids=["BOM", "gzip", "members", "gzip and BOM", "charset", "traceparent"],
)
async def test_what_the_standards_allow_is_taken(body: bytes, more: dict[str, str], office: Office) -> None:
    answer = await _posted(office, body, {"content-type": SINGLE} | more)
    assert answer.status_code == 202, answer.text
    assert log_of(office.log) in ([reported("C-1")], [body])


@pytest.mark.parametrize(
    ("body", "more", "status", "field"),
    [
        (reported("C-1").decode().encode("utf-16"), {}, 415, "content-type"),
        (reported("C-1"), {"content-type": SINGLE + "; charset=latin1"}, 415, "content-type"),
        (reported("C-1"), {"content-encoding": "gzip"}, 400, "content-encoding"),
        (gzip.compress(reported("C-1"))[:-9], {"content-encoding": "gzip"}, 400, "content-encoding"),
        (gzip.compress(b"") * 101, {"content-encoding": "gzip"}, 400, "content-encoding"),
        (gzip.compress(b" " * (MOST + 1)), {"content-encoding": "gzip"}, 413, "body"),
        (reported("C-1"), {"content-encoding": "br"}, 415, "content-encoding"),
        (reported("C-1"), {"content-encoding": "gzip, gzip"}, 415, "content-encoding"),
    ],
    ids=["UTF-16", "latin1", "no gzip", "cut off", "members", "bomb", "br", "twice"],
)
async def test_what_is_not_taken_is_told_by_the_header(
    body: bytes, more: dict[str, str], status: int, field: str, office: Office
) -> None:
    answer = await _posted(office, body, {"content-type": SINGLE} | more)
    assert (answer.status_code, answer.json()["field"]) == (status, field), answer.text
    assert log_of(office.log) == []


async def test_an_empty_batch_is_taken(office: Office) -> None:
    answer = await _posted(office, b"[]", {"content-type": BATCH})
    assert (answer.status_code, answer.json()) == (202, {"stream_ids": []})
    answer = await _posted(office, b"[]", {"content-type": BATCH}, "?partial=true")
    assert (answer.status_code, answer.json()) == (207, {"results": []})
