"""When people work: opening hours of the levels, in local time."""

from __future__ import annotations

from datetime import date

HOUR = 3600.0
DAY = 86400.0
Hours = tuple[tuple[float, float], ...]  # opening and closing hour of Monday to Sunday; equal = closed

ROUND_THE_CLOCK: Hours = ((0.0, 24.0),) * 7
# The community is open through midday and an hour longer in the evening; at weekends by appointment.
COMMUNITY: Hours = ((8.0, 18.5),) * 5 + ((9.0, 17.0), (9.0, 14.0))
STREET: Hours = ((8.0, 18.0),) * 5 + ((9.0, 13.0), (9.0, 9.0))
DISTRICT: Hours = ((8.5, 17.5),) * 5 + ((9.0, 9.0),) * 2
_EPOCH_WEEKDAY = date(1970, 1, 1).weekday()


def after(at: float, work_hours: float, hours: Hours, offset_s: float) -> float:
    """Returns the instant (epoch seconds) by which `work_hours` of opening time have passed since `at`.

    Args:
        at: epoch seconds.
        work_hours: zero or more.
        hours: when work goes on.
        offset_s: of the local time, east of UTC.
    """
    if hours is ROUND_THE_CLOCK:
        return at + work_hours * HOUR
    day, second = divmod(at + offset_s, DAY)
    now, left = second / HOUR, work_hours
    while True:
        opens, closes = hours[int(day + _EPOCH_WEEKDAY) % 7]
        begins = max(now, opens)
        if begins + left <= closes and begins < closes:
            return day * DAY + (begins + left) * HOUR - offset_s
        left -= max(0.0, closes - begins)
        day, now = day + 1, 0.0


def between(start: float, end: float, hours: Hours, offset_s: float) -> float:
    """Returns how many hours of opening time lie between two instants."""
    if hours is ROUND_THE_CLOCK:
        return max(0.0, end - start) / HOUR
    total = 0.0
    day = (start + offset_s) // DAY
    while day * DAY - offset_s < end:
        opens, closes = hours[int(day + _EPOCH_WEEKDAY) % 7]
        midnight = day * DAY - offset_s
        total += max(0.0, min(end, midnight + closes * HOUR) - max(start, midnight + opens * HOUR)) / HOUR
        day += 1
    return total
