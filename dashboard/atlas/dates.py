"""What an areas file says about time: until when an area stands, who takes over, when residents were counted."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from dashboard.errors import AreasError

WHEN = ("until", "into")
AS_OF = "as_of"
_MIDNIGHT = ("", "00:00:00", "00:00:00Z", "00:00:00.000", "00:00:00.000Z")


def when_of(given: dict[str, Any]) -> dict[str, Any]:
    """Returns `until` and `into` of a feature as a record has them; raises AreasError for what they cannot be."""
    found: dict[str, Any] = {}
    if "until" in given:
        found["until"] = date_of("until", given["until"])
    if "into" in given:
        found["into"] = _codes(given["into"])
    if found.get("into") and "until" not in found:
        raise AreasError(["into is given without until; wanted is also the date from which on they take over"])
    return found


def date_of(name: str, value: Any) -> dt.date:
    """Returns a date, also one that a map tool wrote with the time of midnight or with slashes."""
    try:
        day, _, time = str(value).strip().replace("T", " ").partition(" ")
        if not isinstance(value, str) or time not in _MIDNIGHT:
            raise ValueError(value)
        return dt.date.fromisoformat(day.replace("/", "-"))
    except ValueError:
        shown = json.dumps(value)[:60]
        raise AreasError([f"{name} is {shown}; wanted is a date such as 2026-11-20"]) from None


def _codes(value: Any) -> tuple[str, ...]:
    """Returns codes given as a list, as the JSON text of one, or as a text with commas between them."""
    listed = value
    if isinstance(value, str):
        text = value.strip()
        try:
            listed = json.loads(text) if text.startswith("[") else [part.strip() for part in text.split(",")]
        except (ValueError, RecursionError):
            listed = None
    if not isinstance(listed, list) or not all(isinstance(code, str) and code for code in listed):
        shown = json.dumps(value)[:60]
        raise AreasError([f'into is {shown}; wanted is a list of codes such as ["A-1", "A-2"]'])
    return tuple(dict.fromkeys(listed))
