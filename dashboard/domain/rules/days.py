"""Days of the city: which day an instant belongs to in the city's own time zone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

_EPOCH = dt.date(1970, 1, 1).toordinal()
_SLOT_S = 900  # every UTC offset in use is a multiple of 15 minutes, so no slot spans a midnight
_REMEMBERED_SLOTS = 50_000


class CityDays:
    """Cuts time into days of one time zone; a day is an int, days since 1970-01-01 on the local calendar."""

    def __init__(self, timezone: str) -> None:
        self.timezone = timezone
        self._zone = ZoneInfo(timezone)
        self._slots: dict[float, int] = {}

    def day(self, at_s: float) -> int:
        """Returns the local day of an instant (epoch seconds, UTC)."""
        slot = at_s // _SLOT_S
        day = self._slots.get(slot)
        if day is None:
            if len(self._slots) > _REMEMBERED_SLOTS:
                self._slots.clear()
            local = dt.datetime.fromtimestamp(slot * _SLOT_S, self._zone)
            day = self._slots[slot] = local.toordinal() - _EPOCH
        return day

    def start(self, day: int) -> float:
        """Returns the instant (epoch seconds, UTC) at which the local day begins."""
        date = self.date(day)
        return dt.datetime(date.year, date.month, date.day, tzinfo=self._zone).timestamp()

    @staticmethod
    def date(day: int) -> dt.date:
        """Returns the calendar date of a day number."""
        return dt.date.fromordinal(day + _EPOCH)

    @staticmethod
    def number(date: dt.date) -> int:
        """Returns the day number of a calendar date."""
        return date.toordinal() - _EPOCH
