"""The ear of the simulation: what others append to the log that those who are simulated must answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import redis

from dashboard.domain.reports import FIELD, decode
from dashboard.errors import InvalidReport

_MOST = 1000
# The keeper, a desk, and actions on tasks, whose ids begin with the action.
_TELLING = (b'"source":"/keeper"', b'"source":"/desk"', b'"id":"take/', b'"id":"done/', b'"id":"decline/')


class Ear:
    """Reads the streams behind what is in them now."""

    def __init__(self, url: str, streams: Sequence[str]) -> None:
        self._redis: Any = redis.Redis.from_url(url, socket_timeout=5.0, socket_connect_timeout=2.0)
        self._positions: dict[str, Any] = {}
        for stream in streams:
            newest: Any = self._redis.xrevrange(stream, count=1)
            self._positions[stream] = newest[0][0] if newest else b"0-0"

    def heard(self) -> list[dict[str, Any]]:
        """Returns the reports of others since the last call; none while Redis is away."""
        try:
            reply = self._redis.xread(self._positions, count=_MOST)
        except redis.RedisError:
            return []
        found = []
        for stream, entries in reply:
            self._positions[stream.decode()] = entries[-1][0]
            for _, fields in entries:
                raw = fields.get(FIELD, b"")
                if any(mark in raw for mark in _TELLING) and _is_report(raw):
                    found.append(msgspec.json.decode(raw))
        return found


def _is_report(raw: bytes) -> bool:
    try:
        decode(raw)
    except InvalidReport:
        return False
    return True
