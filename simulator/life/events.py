"""Reports as bytes: CloudEvents in structured JSON mode, written the same way every time."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [a + b for a in _BASE32 for b in _BASE32]
_MIX = 0x9E3779B97F4A7C15
_encode = msgspec.json.encode


class Writer:
    """Writes reports with ids that are unique; another `run` makes others.

    Attributes:
        count: reports written so far.
        last_id: id of the report written last.
    """

    def __init__(self, timezone: str, run: int) -> None:
        self._zone = ZoneInfo(timezone)
        self._hours: dict[int, tuple[int, str, str]] = {}
        self._salt = run & 0xFFFFF
        self.count = 0
        self.last_id = ""

    def report(
        self, kind: str, subject: str, source: str, at: float, data: dict[str, Any], known_as: str | None = None
    ) -> bytes:
        """Returns one report; `at` is epoch seconds of event time, written in whole seconds.

        Its id is `known_as`, or else a new one.
        """
        self.count += known_as is None
        self.last_id = known_as or self._id(int(at * 1000))
        head = (
            f'{{"specversion":"1.0","id":"{self.last_id}","source":"{source}","type":"{kind}",'
            f'"subject":"{subject}","time":"{self.time(at)}","data":'
        )
        return head.encode() + _encode(data) + b"}"

    def _id(self, ms: int) -> str:
        """Returns 26 characters in the form of a ULID: the instant, the run, and a running number, well mixed."""
        low = (self.count * _MIX) & 0xFFFFFFFFFF  # an odd factor: no two numbers below 2**40 collide
        pairs, salt = _PAIRS, self._salt
        return (
            pairs[ms >> 40 & 1023] + pairs[ms >> 30 & 1023] + pairs[ms >> 20 & 1023] + pairs[ms >> 10 & 1023]
            + pairs[ms & 1023] + pairs[salt >> 10] + pairs[salt & 1023] + pairs[self.count >> 30 & 1023]
            + pairs[self.count >> 20 & 1023] + pairs[low >> 30] + pairs[low >> 20 & 1023] + pairs[low >> 10 & 1023]
            + pairs[low & 1023]
        )  # fmt: skip

    def time(self, at: float) -> str:
        """Returns an instant as RFC 3339 with the city's offset, whole seconds."""
        start, day_hour, offset = self._hour(at)
        minute, second = divmod(int(at) - start, 60)
        return f"{day_hour}:{minute:02d}:{second:02d}{offset}"

    def date(self, at: float) -> str:
        """Returns the local date of an instant."""
        return self._hour(at)[1][:10]

    def _hour(self, at: float) -> tuple[int, str, str]:
        """Returns start, text up to the hour, and offset of the local hour that an instant lies in.

        Kept by quarters of an hour, since there are time zones whose hours begin at one.
        """
        quarter = int(at) // 900
        found = self._hours.get(quarter)
        if found is None:
            if len(self._hours) > 20_000:
                self._hours.clear()
            local = dt.datetime.fromtimestamp(quarter * 900, self._zone)
            text = local.isoformat()
            found = self._hours[quarter] = (quarter * 900 - local.minute * 60, text[:13], text[19:])
        return found
