"""What supervision asks a running server about urging: who is late, who has not replied, and urging them."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import numpy as np

from dashboard.desk.access import Actor
from dashboard.desk.appending import Appending
from dashboard.domain.acting import urging
from dashboard.domain.acting.cases import REPLY_WITHIN_S
from dashboard.domain.acting.deed import guard_of
from dashboard.domain.reading import traces
from dashboard.domain.reading.casefilter import filter_of
from dashboard.domain.reading.cases import matching
from dashboard.domain.reading.moment import Reading
from dashboard.errors import InvalidReport
from dashboard.feeds.moments import Moments
from dashboard.feeds.traces import Traces

MOST_AT_ONCE = 500
_READ_AT_ONCE = 500
Place = tuple[int, str]


class Urgings:
    """Reads by when replies are due from the log, once each, since the state keeps the instant of a step only."""

    def __init__(self, moments: Moments, traces: Traces, appending: Appending) -> None:
        self._moments, self._traces, self._appending = moments, traces, appending
        self._due: dict[Place, float | None] = {}

    async def overview(self, limit: int) -> dict[str, Any]:
        """Returns the most overdue cases, and those that were urged and have not replied, late replies first.

        Raises:
            RedisUnavailable: Redis does not answer.
        """
        reading = self._moments.now()
        waiting = await asyncio.to_thread(traces.last_urgings, *traces.open_traces(reading))
        await self._read([each.place for each in waiting])
        due = {each.index: self._due_of(each) for each in waiting}
        waiting.sort(key=lambda each: due[each.index])
        of_case = {each.index: each for each in waiting}
        late = urging.most_overdue(reading, limit)
        return {
            "overdue": [urging.line(reading, index, of_case.get(index), due.get(index)) for index in late],
            "overdue_total": int(np.count_nonzero(reading.cases.overdue)),
            "waiting": [urging.line(reading, each.index, each, due[each.index]) for each in waiting[:limit]],
            "waiting_total": len(waiting),
            "waiting_late": sum(at < reading.now_s for at in due.values()),
        }

    def _due_of(self, each: traces.Urging) -> float:
        said = self._due.get(each.place)
        return each.at + REPLY_WITHIN_S if said is None else said

    async def _read(self, places: list[Place]) -> None:
        """Looks up what is not known yet, and forgets what nobody waits for any more."""
        self._due = {place: self._due[place] for place in places if place in self._due}
        unknown = [place for place in places if place not in self._due]
        for start in range(0, len(unknown), _READ_AT_ONCE):
            some = unknown[start : start + _READ_AT_ONCE]
            reports = await self._traces.read(some)
            self._due.update((place, _reply_due(report)) for place, report in zip(some, reports, strict=True))

    async def urge(self, actor: Actor, given: dict[str, Any]) -> dict[str, int]:
        """Appends one report per case that matches a filter (as in `/cases`), or for one `case`.

        Returns how many were urged, and how many were left in peace because they had just been urged.

        Raises:
            InvalidReport: the filter makes no sense, or there is no such open case.
            NotAllowed: the actor may not.
            RedisUnavailable: Redis does not answer.
        """
        reading, by, case = self._moments.now(), str(given.pop("note", ""))[:400], given.pop("case", None)
        found = self._matching(reading, given) if case is None else [_index_of(reading, case)]
        deeds = [urging.urge(reading, index, by) for index in found if not urging.left_in_peace(reading, index)]
        urged = len(await self._appending.append_all(actor, [(deed, guard_of(deed)) for deed in deeds]))
        return {"urged": urged, "skipped": len(found) - urged}

    @staticmethod
    def _matching(reading: Reading, given: dict[str, Any]) -> list[int]:
        """Returns the open cases of a filter, the first to be due first."""
        wanted = filter_of(reading, {**given, "state": "open"})
        found: list[int] = matching(reading, wanted, "due_at", descending=False)[:MOST_AT_ONCE].tolist()
        return found


def _index_of(reading: Reading, case: str) -> int:
    """Returns the index of an open case; raises InvalidReport when there is none."""
    index = reading.index_of(case)
    if index is None or not reading.cases.open[index]:
        raise InvalidReport("case", f"there is no open case {case[:80]}")
    return index


def _reply_due(report: dict[str, Any] | None) -> float | None:
    said = None if report is None else report["data"].get("reply_due")
    return None if said is None else dt.datetime.fromisoformat(said).timestamp()
