"""Cases between the memory and the files: while they wait, for as long as that takes, they are found like others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from dashboard.domain.reading.caserows import NEEDED, as_listed, row_of
from dashboard.domain.reading.cases import step_row
from dashboard.domain.reading.deadline import explained
from dashboard.domain.rules import lifecycle
from dashboard.domain.rules.channel import UNKNOWN
from dashboard.domain.rules.rules import Category
from dashboard.domain.state.city import CityState
from dashboard.domain.state.deadlines import Deadlines
from dashboard.domain.state.ended import EndedCases

_TEXT_BYTES = 56  # of Python itself, for each text
_SAMPLE = 100


class Waiting(msgspec.Struct, frozen=True):
    """What waits at one moment; frozen, so any thread may read it.

    It is taken before the files are looked at: what has left it by then lies in a file, so that each case is in one of
    both; what is in both is counted once, by (id, reported_at).

    Attributes:
        batches: the cases, as they left the table.
        grids: codes of the grids, in the order of the axis.
        categories: those of the rules, in their order.
    """

    batches: tuple[EndedCases, ...]
    grids: Sequence[str]
    categories: Sequence[Category]

    @classmethod
    def of(cls, state: CityState) -> Waiting:
        """Returns what waits in a state now."""
        return cls(tuple(state.ended), state.tree.grids, state.rules.categories)

    def __len__(self) -> int:
        return sum(map(len, self.batches))

    @property
    def bytes_used(self) -> int:
        """How much memory the cases take, about; as quick for a million of them as for a hundred."""
        return sum(map(_bytes_used, self.batches))

    def one(self, case: str, deadlines: Deadlines, now_s: float) -> dict[str, Any] | None:
        """Returns a case that waits as the archive gives it, with its steps and its deadline explained, or None."""
        for batch in reversed(self.batches):
            if case in batch.ids:
                return self._whole(batch, batch.ids.index(case), deadlines, now_s)
        return None

    def _whole(self, batch: EndedCases, index: int, deadlines: Deadlines, now_s: float) -> dict[str, Any]:
        cell = {name: batch.columns[name][index].item() for name in NEEDED if name in batch.columns}
        late = cell["state"] == lifecycle.State.CLOSED and cell["closed_at"] > cell["due_at"]
        cell = {"channel": UNKNOWN, **cell, "overdue": late, "paused_since": 0.0}
        row = row_of(self.grids, self.categories, batch.ids[index], cell)
        steps = lifecycle.in_order(lifecycle.unpack(batch.traces[index]))
        promised = float(batch.columns["base_due_at"][index]) if batch.columns["promised"][index] else None
        deadline = explained(deadlines, cell["category"], cell["severity"], promised, steps, now_s)
        return {**as_listed(row), "trace": [step_row(step) for step in steps], "deadline": deadline}


def _bytes_used(batch: EndedCases) -> int:
    """Returns what a batch takes: its columns, and its texts by the size of the first ones."""
    some = (*batch.ids[:_SAMPLE], *batch.traces[:_SAMPLE])
    text = sum(len(each) + _TEXT_BYTES for each in some) / max(1, len(some))
    return sum(column.nbytes for column in batch.columns.values()) + round(2 * text * len(batch))
