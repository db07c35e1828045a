"""Where a list goes on, and other whole numbers in addresses: read with one measure, so that none can be too long."""

from __future__ import annotations

from dashboard.errors import InvalidReport

LONGEST_CURSOR = 1000  # characters: an id of a task holds the names of two reports
_MOST_DIGITS = 9  # no list and no window is longer; Python itself refuses to read 4,300


def checked(cursor: str) -> str:
    """Returns a cursor that a list may have given; raises InvalidReport (malformed) for one that is too long to be."""
    if len(cursor) > LONGEST_CURSOR:
        raise InvalidReport("cursor", f"is longer than {LONGEST_CURSOR} characters", "malformed")
    return cursor


def not_ours() -> InvalidReport:
    """Returns the error for a cursor that no list gave."""
    return InvalidReport("cursor", "is not one that this list gave")


def offset_of(cursor: str | None) -> int:
    """Returns where a list that counts its lines goes on; raises InvalidReport for a cursor that it did not give."""
    if cursor is None:
        return 0
    if not _is_count(checked(cursor)):
        raise not_ours()
    return int(cursor)


def following(start: int, limit: int, total: int) -> str | None:
    """Returns the cursor of the next page of such a list, or None behind its end."""
    return str(start + limit) if start + limit < total else None


def whole(text: str, field: str) -> int:
    """Returns a whole number; raises InvalidReport for anything else."""
    if not _is_count(text):
        raise InvalidReport(field, "is a whole number")
    return int(text)


def _is_count(text: str) -> bool:
    return len(text) <= _MOST_DIGITS and text.isascii() and text.isdecimal()
