"""Why a case is due when it is due: facts for a page, and one English sentence for the API."""

from __future__ import annotations

from typing import Any

from dashboard.domain.reading.moment import instant
from dashboard.domain.rules import lifecycle
from dashboard.domain.rules.calendar import SpecialDay
from dashboard.domain.rules.limits import CALENDAR_UNIT_S, Limit
from dashboard.domain.state.deadlines import Deadlines


def explained(
    deadlines: Deadlines,
    category: int,
    severity: int,
    promised_at: float | None,
    steps: list[lifecycle.Step],
    now_s: float,
) -> dict[str, Any]:
    """Returns the deadline of a case with all that made it; `steps` in the order in which they happened."""
    kind, reported_at, pauses = deadlines.rules.categories[category], steps[0].at, lifecycle.pauses(steps)
    limit = None if promised_at is not None else kind.limits["close"][severity - 1]
    due_at = deadlines.due(category, severity, reported_at, promised_at, pauses)
    base = promised_at if promised_at is not None else deadlines.base(category, severity, reported_at)
    told: dict[str, Any] = {
        "rule": "promised" if limit is None else f"limits/{kind.id}/severity-{severity}/close",
        "promised": limit is None,
        "unit": limit.unit if limit else None,
        "limit": limit.amount if limit else None,
        "base_due_at": instant(base),
        "due_at": instant(due_at),
        "pauses": [_pause(deadlines, limit, start, end) for start, end in pauses],
        "steps": [
            {
                "step": use.step,
                "limit": use.limit.amount,
                "unit": use.limit.unit,
                "limit_s": use.limit_s,
                "due_at": instant(use.due_at),
                "done_at": None if use.done_at is None else instant(use.done_at),
                "used_s": round(use.used_s, 3),
                "share": round(use.used_s / use.limit_s, 4),
            }
            for use in deadlines.steps(kind, severity, steps, pauses, now_s)
        ],
    }
    if limit is not None and limit.unit not in CALENDAR_UNIT_S:
        told |= _calendar(deadlines, reported_at, due_at)
    return told | {"explanation": _sentence(told)}


def _pause(deadlines: Deadlines, limit: Limit | None, start: float, end: float | None) -> dict[str, Any]:
    moved = None if end is None else round(deadlines.moved_s(limit, start, end), 3)
    return {"from": instant(start), "to": None if end is None else instant(end), "moved_s": moved}


def _calendar(deadlines: Deadlines, reported_at: float, due_at: float) -> dict[str, Any]:
    """Returns what office hours and the calendar did between the report and the due instant."""
    calendar = deadlines.calendar
    span = calendar.span(reported_at, due_at)
    return {
        "office_hours": calendar.hours(),
        "starts_at": instant(calendar.opens_at(reported_at)),
        "days_off": [_day(day) for day in span.off],
        "makeup_workdays": [_day(day) for day in span.worked],
        "weekends": span.weekends,
        "calendar_known_until": span.known_until.isoformat() if span.known_until else None,
    }


def _day(day: SpecialDay) -> dict[str, str]:
    return {"date": day.date.isoformat(), "name": day.label.name, "name_en": day.label.name_en}


def _sentence(told: dict[str, Any]) -> str:
    if told["promised"]:
        parts = ["Due at the instant that the source promised, which beats the limits table"]
    else:
        parts = [f"Due {told['limit']:g} {told['unit']} after the report (row {told['rule']})"]
    if told.get("office_hours"):
        parts.append(f"counted in office hours ({', '.join(told['office_hours'])}) from {told['starts_at']} on")
        if told["days_off"]:
            parts.append("not on " + ", ".join(f"{day['date']} ({day['name_en']})" for day in told["days_off"]))
        if told["weekends"]:
            parts.append(f"not on {told['weekends']} weekend days")
        if told["makeup_workdays"]:
            parts.append("though on " + ", ".join(day["date"] for day in told["makeup_workdays"]))
        if told["calendar_known_until"]:
            parts.append(f"the calendar after {told['calendar_known_until']} is not published yet")
    for pause in told["pauses"]:
        if pause["to"] is None:
            parts.append(f"the clock stands still since {pause['from']}")
        else:
            parts.append(f"moved by a pause of {pause['moved_s'] / 3600:.1f} h")
    return "; ".join(parts) + "."
