"""Single cells of arrays, for the fold: one report touches a few cells, never a whole column."""

from __future__ import annotations

from typing import Any


def cells(column: Any) -> Any:
    """Returns a view of the cells of a one-dimensional array, several times faster to index than the array."""
    return memoryview(column)
