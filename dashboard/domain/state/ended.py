"""Cases that have left the memory, on their way to the archive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.rules.lifecycle import STEP


class EndedCases(msgspec.Struct, frozen=True):
    """Cases that one day's turn took out of the table; a frozen copy, so any thread may read it.

    Attributes:
        before_s: they had all ended before this instant (epoch seconds), the start of a day in UTC.
        ids: [cases]
        traces: packed steps of each case in order of arrival [cases].
        columns: arrays [cases] by name, as in the table of cases.
    """

    before_s: float
    ids: list[str]
    traces: list[bytes]
    columns: dict[str, npt.NDArray[Any]]

    def __len__(self) -> int:
        return len(self.ids)

    def steps(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any]]:
        """Returns all steps one after the other: the index of each one's case, and a record array (see STEPS)."""
        return unpacked(self.traces)

    def dump(self) -> dict[str, Any]:
        """Returns everything as plain values."""
        columns = {name: (column.dtype.str, column.tobytes()) for name, column in self.columns.items()}
        return {"before_s": self.before_s, "ids": self.ids, "traces": self.traces, "columns": columns}

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> EndedCases:
        """Returns what `dump` described."""
        given: Mapping[str, tuple[str, bytes]] = dumped["columns"]
        columns = {name: np.frombuffer(raw, dtype=dtype) for name, (dtype, raw) in given.items()}
        return cls(float(dumped["before_s"]), list(dumped["ids"]), [bytes(t) for t in dumped["traces"]], columns)


# One packed step as a record: the same bytes as `lifecycle.STEP`.
STEPS = np.dtype([("code", "u1"), ("arg", "u1"), ("shard", "u1"), ("at", "<f8"), ("ms", "<u8"), ("seq", "<u8")])


def unpacked(traces: list[bytes]) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any]]:
    """Returns all steps one after the other: the index of each one's trace, and a record array (see STEPS)."""
    counts = np.fromiter(map(len, traces), np.int64, len(traces)) // STEP.size
    return np.repeat(np.arange(len(traces)), counts), np.frombuffer(b"".join(traces), dtype=STEPS)
