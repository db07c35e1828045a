"""CloudEvents in HTTP requests (HTTP Protocol Binding 1.0.2): structured, in a batch, or binary, as the log keeps them.

Binary mode has the attributes in headers `ce-…` and the data as the body; from that one event of the structured JSON
mode is made, so that what lies in the log has one form.
"""

from __future__ import annotations

import re
import urllib.parse

import msgspec
from starlette.requests import Request

from dashboard.api.problems import Problem
from dashboard.errors import InvalidReport
from dashboard.feeds.intake import split_batch

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
_ANY = "application/cloudevents"
_PREFIX = "ce-"
_MARK = "ce-specversion"
_NAME = re.compile(r"[a-z0-9]{1,64}")  # CloudEvents 1.0.2, 3.1: names of attributes
_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")  # UTF-16, and UTF-32 of one order
_UTF_8 = ("utf-8", "utf8", "us-ascii")


class Sent(msgspec.Struct, frozen=True):
    """What a request holds.

    Attributes:
        raws: the reports.
        batch: they came as a batch, however many.
        binary: the attributes of the one came as headers.
    """

    raws: list[bytes]
    batch: bool = False
    binary: bool = False

    def named(self, error: InvalidReport) -> InvalidReport:
        """Returns what is wrong with the header's name instead of the attribute's, where headers were sent."""
        attribute = error.field.partition(".")[0]
        if not self.binary or attribute in ("", "data"):
            return error
        return InvalidReport(_PREFIX + error.field, error.reason, error.kind)


def sent(request: Request, body: bytes) -> Sent:
    """Returns the reports of a request.

    Raises:
        Problem: 415, its content type or charset is not taken.
        InvalidReport: it is no JSON, or a header is none of an event.
    """
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    binary = not kind.startswith(_ANY) and _MARK in request.headers
    if kind not in (SINGLE, BATCH) and not (binary and _is_json(kind)):
        data = "; the data of binary mode is application/json" if binary else f", or `{_MARK}` and further headers"
        raise Problem(415, "unsupported-media-type", f"send {SINGLE} or {BATCH}{data}", "content-type")
    body = _text(body, parameters)
    if binary:
        return Sent([_structured(request, body)], binary=True)
    return Sent(split_batch(body), batch=True) if kind == BATCH else Sent([body])


def _is_json(kind: str) -> bool:
    return kind in ("application/json", "text/json") or kind.endswith("+json")


def _text(body: bytes, parameters: str) -> bytes:
    """Returns a body as UTF-8 without a byte order mark (RFC 8259, 8.1); raises Problem for another charset."""
    named = re.search(r"(?:^|;)\s*charset\s*=\s*\"?([^\";\s]*)", parameters, re.IGNORECASE)
    charset = named[1].lower() if named else "utf-8"
    if charset not in _UTF_8 or body.startswith(_OTHER_BOMS):
        raise Problem(415, "unsupported-charset", "JSON is sent as UTF-8 (RFC 8259)", "content-type")
    return body.removeprefix(_BOM)


def _structured(request: Request, body: bytes) -> bytes:
    """Returns the event of a request in binary mode as one of structured JSON mode."""
    event: dict[str, str | msgspec.Raw] = {}
    for header, value in request.headers.items():
        name = header.removeprefix(_PREFIX)
        if name == header:
            continue
        if not _NAME.fullmatch(name) or name in ("data", "datacontenttype"):
            raise InvalidReport(header[:80], "is no attribute of an event")
        if name in event:
            raise InvalidReport(header, "is there twice")
        event[name] = _decoded(header, value)
    if body:
        event["data"] = msgspec.Raw(_checked(body))
    return msgspec.json.encode(event)


def _decoded(header: str, value: str) -> str:
    """Returns the value of a header, whose octets beyond plain ASCII are percent-encoded (3.1.3.2)."""
    try:
        return urllib.parse.unquote(value.encode("latin-1").decode(), errors="strict")
    except UnicodeDecodeError:
        raise InvalidReport(header, "is not UTF-8") from None


def _checked(data: bytes) -> bytes:
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidReport("data", f"not JSON: {error}", "not-json") from None
    return data
