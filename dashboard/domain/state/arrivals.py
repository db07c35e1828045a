"""Arrivals: what the ids of a shard's entries say of when they came, and which times of reports fit to that.

An id begins with the time at which Redis took the entry. That is the clock of Redis, or of another program that gave
the id itself; ids never go back, so one that lies far ahead draws all later ones of its stream with it. Hence an id
that jumps is not believed at once: what fits to the time before the jump goes on to count. Each shard is judged by its
own ids alone, so that it makes no difference how the shards were read beside each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.domain.reports import ms_seq
from dashboard.domain.state.horizon import YEAR_2000_S, YEAR_2100_S, Horizon

_USUAL_DIGITS = 13  # of milliseconds from 2001 to 2286: between those, ids compare as bytes


class Arrivals:
    """How the arrivals of each shard have moved on.

    Attributes:
        leads: by shard, the time (epoch ms) that still counts as an arrival, and the id (ms) that jumped away from it.
    """

    def __init__(self, horizon: Horizon) -> None:
        self._horizon = horizon
        self.leads: dict[int, tuple[int, int]] = {}

    def span(self, shard: int, ms: int) -> tuple[float, float]:
        """Returns the earliest time that counts for an entry, and the first one that does not (epoch seconds)."""
        behind_s, arrival_s = self._horizon.behind_s, ms / 1000
        if behind_s is None or arrival_s < YEAR_2000_S:  # an id before 2000 is a number, and no time
            return YEAR_2000_S, YEAR_2100_S
        earliest, latest = self._horizon.span(arrival_s)
        base_ms, jumped_ms = self.leads.get(shard, (0, -1))
        if 0 <= arrival_s - jumped_ms / 1000 <= behind_s and jumped_ms >= 0:
            earliest = max(YEAR_2000_S, min(earliest, base_ms / 1000 - behind_s))
        return earliest, latest

    def lots(self, positions: list[bytes], before: bytes | None) -> Iterator[tuple[int, int]]:
        """Yields where lots begin and end within which ids do not jump and compare as bytes; the first entry is one."""
        if not positions:
            return
        if before is not None and self._even(before, positions[0], positions[-1]):
            yield 0, len(positions)
            return
        start, last = 0, before
        for index, position in enumerate(positions):
            if last is None or not self._even(last, position, position):
                if start < index:
                    yield start, index
                start = index
                if last is None and len(positions) > 1:
                    yield 0, 1
                    start = 1
            last = position
        yield start, len(positions)

    def jump(self, shard: int, before: bytes | None, position: bytes) -> None:
        """Notes an id that lies further ahead of the one before than clocks may differ."""
        if before is None or self._horizon.ahead_s is None:
            return
        before_ms, ms = ms_seq(before)[0], ms_seq(position)[0]
        if before_ms / 1000 >= YEAR_2000_S and ms - before_ms > self._horizon.ahead_s * 1000:
            base_ms, jumped_ms = self.leads.get(shard, (before_ms, -1))
            held = jumped_ms >= 0 and before_ms - jumped_ms <= (self._horizon.behind_s or 0.0) * 1000
            self.leads[shard] = (base_ms if held else before_ms, ms)

    def begun(self, shard: int, position: bytes, report: Any) -> None:
        """Notes what the first entry of a shard says: when it is from long before its id, the id may be wrong."""
        ms = ms_seq(position)[0]
        at = YEAR_2000_S if report is None else report.time.timestamp()
        if self._horizon.behind_s is not None and at < ms / 1000 - self._horizon.behind_s:
            self.leads[shard] = (int(max(at, YEAR_2000_S) * 1000), ms)

    def _even(self, before: bytes, first: bytes, last: bytes) -> bool:
        """Says whether ids of usual length go on from one to the next without a jump."""
        widths = {position.find(b"-") for position in (before, first, last)}
        if widths != {_USUAL_DIGITS}:
            return False
        ahead_s = self._horizon.ahead_s
        return ahead_s is None or int(last[:_USUAL_DIGITS]) - int(before[:_USUAL_DIGITS]) <= ahead_s * 1000
