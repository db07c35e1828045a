"""Numbers, dates and lengths of time in the language of a page and the time zone of the city."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import format_percent

from dashboard.words import Words

DASH = "–"


class Formats:
    """Writes values as one page shows them; None is a dash."""

    def __init__(self, say: Words, timezone: str) -> None:
        self._say = say
        self._locale = Locale.parse(say.lang, sep="-")
        self._zone = ZoneInfo(timezone)

    def number(self, value: float | None) -> str:
        """Returns a number with grouped digits."""
        return DASH if value is None else self._say.number(value)

    def share(self, value: float | None) -> str:
        """Returns a share (0–1) as a percentage with one decimal."""
        return DASH if value is None else format_percent(value, "0.0%", locale=self._locale)

    def instant(self, value: str | float | None, seconds: bool = False) -> str:
        """Returns an instant (RFC 3339 or epoch seconds) as date and time of the city, the same in all languages."""
        local = self._local(value)
        if local is None:
            return DASH
        return local.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")

    def length(self, seconds: float) -> str:
        """Returns a length of time in its two largest units."""
        minutes = max(0, int(seconds // 60))
        if minutes < 60:
            return self._say("minutes", n=minutes)
        if minutes < 1440:
            return self._say("hours", h=minutes // 60, m=minutes % 60)
        return self._say("days", d=minutes // 1440, h=minutes % 1440 // 60)

    def left(self, case: Mapping[str, Any], now_s: float) -> str:
        """Returns how long a case still has, how long it is overdue, or when it ended."""
        if case["closed_at"]:
            return self._say("ended-at", time=self.instant(case["closed_at"]))
        time = self.length(abs(self.seconds(case["due_at"]) - now_s))
        return f"▲ {self._say('overdue-by', time=time)}" if case["overdue"] else self._say("due-in", time=time)

    @staticmethod
    def seconds(value: str) -> float:
        """Returns an instant (RFC 3339) as epoch seconds."""
        return dt.datetime.fromisoformat(value).timestamp()

    def _local(self, value: str | float | None) -> dt.datetime | None:
        if value is None:
            return None
        if isinstance(value, str):
            return dt.datetime.fromisoformat(value).astimezone(self._zone)
        return dt.datetime.fromtimestamp(value, self._zone)
