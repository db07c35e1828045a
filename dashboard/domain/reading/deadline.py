"""Why a case is due when it is due: facts for a page, and one English sentence for the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.domain.reading.moment import instant
from dashboard.domain.rules import lifecycle
from dashboard.domain.rules.calendar import SpecialDay
from dashboard.domain.rules.limits import CALENDAR_UNIT_S, Limit
from dashboard.domain.rules.rules import Category
from dashboard.domain.state.deadlines import Deadlines, StepUse


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
    facts: dict[str, Any] = {
        **_row(kind, severity, limit),
        "base_due_at": instant(base),
        "due_at": instant(due_at),
        "pauses": [_pause(deadlines, limit, start, end) for start, end in pauses],
        "steps": [_used(use) for use in deadlines.steps(kind, severity, steps, pauses, now_s)],
    }
    if limit is not None and limit.unit not in CALENDAR_UNIT_S:
        facts |= _calendar(deadlines, reported_at, due_at)
    return facts | {"explanation": _sentence(facts)}


def _row(kind: Category, severity: int, limit: Limit | None) -> dict[str, Any]:
    """Returns which row of the limits table it was; without a limit the source has promised an instant."""
    return {
        "rule": "promised" if limit is None else f"limits/{kind.id}/severity-{severity}/close",
        "promised": limit is None,
        "unit": limit.unit if limit else None,
        "limit": limit.amount if limit else None,
    }


def _used(use: StepUse) -> dict[str, Any]:
    """Returns how much of its own limit a step has used."""
    return {
        "step": use.step,
        "limit": use.limit.amount,
        "unit": use.limit.unit,
        "limit_s": use.limit_s,
        "due_at": instant(use.due_at),
        "done_at": None if use.done_at is None else instant(use.done_at),
        "used_s": round(use.used_s, 3),
        "share": round(use.used_s / use.limit_s, 4),
    }


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


def _sentence(facts: dict[str, Any]) -> str:
    """Returns the facts in English."""
    if facts["promised"]:
        start = "Due at the instant that the source promised, which beats the limits table"
    else:
        start = f"Due {facts['limit']:g} {facts['unit']} after the report (row {facts['rule']})"
    return "; ".join([start, *_calendar_words(facts), *map(_pause_words, facts["pauses"])]) + "."


def _calendar_words(facts: dict[str, Any]) -> Iterator[str]:
    """Yields what office hours and the calendar did; nothing for a limit that runs round the clock."""
    if not facts.get("office_hours"):
        return
    yield f"counted in office hours ({', '.join(facts['office_hours'])}) from {facts['starts_at']} on"
    if facts["days_off"]:
        yield "not on " + ", ".join(f"{day['date']} ({day['name_en']})" for day in facts["days_off"])
    if facts["weekends"]:
        yield f"not on {facts['weekends']} weekend days"
    if facts["makeup_workdays"]:
        yield "though on " + ", ".join(day["date"] for day in facts["makeup_workdays"])
    if facts["calendar_known_until"]:
        yield f"the calendar is known until {facts['calendar_known_until']}, behind it only what the law fixes"


def _pause_words(pause: dict[str, Any]) -> str:
    if pause["to"] is None:
        return f"the clock stands still since {pause['from']}"
    return f"moved by a pause of {pause['moved_s'] / 3600:.1f} h"
