"""Reports as bytes: CloudEvents in structured JSON mode, written the same way every time."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_encode = msgspec.json.encode


class Writer:
    """Writes reports with ids that are unique per source and the same for the same seed."""

    def __init__(self, timezone: str, seed: int) -> None:
        self._zone = ZoneInfo(timezone)
        self._prefix: dict[int, tuple[int, str, str]] = {}
        self._seed = seed % 10_000
        self.count = 0

    def report(self, kind: str, grid: str, at: float, data: dict[str, Any], source: str | None = None) -> bytes:
        """Returns one report; `at` is epoch seconds of event time, the source is the grid's handset by default."""
        self.count += 1
        origin = source or "/handsets/" + grid
        head = (
            f'{{"specversion":"1.0","id":"{self._id(at)}","source":"{origin}","type":"{kind}",'
            f'"subject":"{grid}","time":"{self.time(at)}","data":'
        )
        return head.encode() + _encode(data) + b"}"

    def _id(self, at: float) -> str:
        """Returns 26 characters in the form of a ULID: the time, then the seed and a running number."""
        ms, text = int(at * 1000), ""
        for _ in range(10):
            ms, digit = divmod(ms, 32)
            text = _BASE32[digit] + text
        return f"{text}{self._seed:04d}{self.count:012d}"

    def time(self, at: float) -> str:
        """Returns an instant as RFC 3339 with the city's offset, whole seconds."""
        hour = int(at) // 3600
        found = self._prefix.get(hour)
        if found is None:
            if len(self._prefix) > 5000:
                self._prefix.clear()
            local = dt.datetime.fromtimestamp(hour * 3600, self._zone).isoformat()
            found = self._prefix[hour] = (hour * 3600, local[:13], local[19:])
        start, day_hour, offset = found
        minute, second = divmod(int(at) - start, 60)
        return f"{day_hour}:{minute:02d}:{second:02d}{offset}"

    def date(self, at: float) -> str:
        """Returns the local date of an instant."""
        self.time(at)
        return self._prefix[int(at) // 3600][1][:10]
