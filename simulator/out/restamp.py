"""A report moved to another moment: for traffic at a fixed rate, which no clock of a city could produce.

Ordinary traffic of a city is a few reports a minute. A load test takes the same lives in the same
order, faster than any clock; so each report gets the time at which it is sent.
"""

from __future__ import annotations

import datetime as dt
import re

_TIME = re.compile(rb'"time":"[^"]{19}([^"]*)"')
_DATE = re.compile(rb'"occurred_on":"[^"]*"')
_OFFSET = re.compile(rb"([+-])(\d\d):(\d\d)$")


def restamp(raw: bytes, at: float) -> bytes:
    """Returns the report with its time set to `at` (epoch seconds, to the microsecond) in its own offset.

    A birth or a death is moved to the same day. What is no report comes back as it is.
    """
    found = _TIME.search(raw)
    if found is None:
        return raw
    moment = dt.datetime.fromtimestamp(at, _zone(found.group(1)))
    raw = (
        raw[: found.start()]
        + b'"time":"'
        + moment.isoformat(timespec="microseconds").encode()
        + b'"'
        + raw[found.end() :]
    )
    if b'"occurred_on"' not in raw:
        return raw
    return _DATE.sub(b'"occurred_on":"' + moment.date().isoformat().encode() + b'"', raw)


def _zone(offset: bytes) -> dt.timezone:
    found = _OFFSET.search(offset)
    if found is None:
        return dt.UTC
    length = dt.timedelta(hours=int(found.group(2)), minutes=int(found.group(3)))
    return dt.timezone(length if found.group(1) == b"+" else -length)
