"""Cases: lists and single ones, in memory or archived, and what is done to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import msgspec

from dashboard.desk.access import Actor
from dashboard.desk.appending import Appending
from dashboard.desk.archive import archive_filter
from dashboard.desk.areas import area_of
from dashboard.desk.files import Column, Kind, Table
from dashboard.domain.acting import cases as acting
from dashboard.domain.acting.deed import guard_of
from dashboard.domain.reading import cases as reading_cases
from dashboard.domain.reading.casefilter import CaseFilter, filter_of
from dashboard.domain.reading.caserows import CaseRow
from dashboard.domain.reading.cases import FrozenCases
from dashboard.domain.reading.cursors import checked, not_ours
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.areas import AreaTree
from dashboard.domain.rules.rules import Rules
from dashboard.errors import Unknown
from dashboard.feeds.archive.archive import Archive, Order
from dashboard.feeds.moments import Moments
from dashboard.feeds.traces import Traces
from dashboard.words import Words

_LONGEST_MICROSECONDS = 16
_KINDS: dict[str, Kind] = {  # of columns that hold no text
    "severity": "int",
    "reported_at": "instant",
    "due_at": "instant",
    "closed_at": "instant",
    "score": "int",
    "lat": "float",
    "lon": "float",
}


class Cases:
    """Reads cases; acts on them by appending reports to the log."""

    def __init__(self, moments: Moments, archive: Archive, traces: Traces, appending: Appending) -> None:
        self._moments, self._archive, self._traces, self._appending = moments, archive, traces, appending

    async def page(self, query: Mapping[str, str], archived: bool, limit: int, cursor: str | None) -> dict[str, Any]:
        """Returns one page of the cases that a query asks for, newest first.

        Raises:
            Unknown: there is no such area.
            InvalidReport: a filter or the cursor makes no sense.
            ArchiveUnavailable: the archive cannot be read.
        """
        reading, wanted = self._wanted(query)
        if archived:
            return await self._archived(reading, wanted, limit, cursor)
        return reading_cases.page(reading, wanted, limit, cursor)

    async def rows(
        self, query: Mapping[str, str], sort: str, descending: bool, start: int, stop: int
    ) -> tuple[list[dict[str, Any]], int]:
        """Returns the cases that a query asks for, from `start` to `stop`, and how many match in all.

        Raises:
            InvalidReport: a filter or the order makes no sense.
            ArchiveUnavailable: the archive cannot be read.
        """
        reading = self._moments.now()
        wanted = filter_of(reading, query)
        if query.get("archived") != "true":
            return reading_cases.rows(reading, wanted, sort, descending, start, stop)
        order = Order(sort, descending)
        found = await self._archive.search(archive_filter(reading, wanted), order, offset=start, limit=stop - start)
        return found.cases, found.total

    def check(self, query: Mapping[str, str]) -> None:
        """Raises InvalidReport for a query that makes no sense, also for the archive where that is asked."""
        reading = self._moments.now()
        wanted = filter_of(reading, query)
        if query.get("archived") == "true":
            archive_filter(reading, wanted)

    async def one(self, case: str) -> dict[str, Any]:
        """Returns a case with what its steps said; raises Unknown when it is neither in memory nor archived."""
        found = await self.found(case)
        if found is None:
            reason = f"no case {case[:80]}, neither in memory nor archived"
            raise Unknown("case", case, "id", reason)
        return found[0]

    async def found(self, case: str) -> tuple[dict[str, Any], bool] | None:
        """Returns a case with what its steps said, and whether it is from the archive; None when it is not known."""
        reading, archived = self._moments.now(), False
        found = reading_cases.one(reading, case)
        if found is None:
            found, archived = await self._archive.one(case, reading.state.deadlines, reading.now_s), True
        if found is None:
            return None
        await self._traces.fill(found["trace"])
        return found, archived

    def table(self, say: Words, query: Mapping[str, str], archived: bool) -> Table:
        """Returns all cases that a query asks for, newest first, in words that people read; raises as `page`."""
        reading, wanted = self._wanted(query)
        rows = partial(self._archive.rows, archive_filter(reading, wanted)) if archived else _frozen(reading, wanted)
        tree, rules = reading.state.tree, reading.state.rules
        columns = Column.headed(say, {key: _KINDS.get(key, "text") for key in _columns()}, "col-")
        return Table("cases", say("col-file-cases"), columns, lambda: worded(rows(), tree, rules, say))

    def actions(self, case: str) -> dict[str, Any]:
        """Returns what can be done to a case now and why not, and the version that an action names; raises Unknown."""
        reading = self._moments.now()
        if case not in reading.state.cases.rows:
            raise Unknown("case", case)
        why_not = acting.possible(reading, case)
        actions = [
            {"action": name, "possible": why_not[name] is None, "reason": why_not[name], "needs": action.needs}
            for name, action in acting.ACTIONS.items()
        ]
        return {"case": case, "version": acting.version_of(reading, case), "actions": actions}

    async def act(self, actor: Actor, case: str, given: Mapping[str, Any]) -> str:
        """Does what somebody asks for to a case; returns the stream id of the report.

        Raises:
            Unknown, Refused, InvalidReport: it is not done, and why.
        """
        deed = acting.act(self._moments.now(), case, given)
        return await self._appending.append(actor, deed, guard_of(deed))

    def _wanted(self, query: Mapping[str, str]) -> tuple[Reading, CaseFilter]:
        """Returns a reading and the filter of a query; raises Unknown for an area that does not exist."""
        reading = self._moments.now()
        if query.get("area"):
            area_of(reading.state.tree, query["area"])
        return reading, filter_of(reading, query)

    async def _archived(self, reading: Reading, wanted: CaseFilter, limit: int, cursor: str | None) -> dict[str, Any]:
        """Returns one page of the archive; the cursor is the last row's report time (microseconds) and id."""
        after = None if cursor is None else _after(cursor)
        found = await self._archive.search(archive_filter(reading, wanted), limit=limit, after=after)
        following = None if found.last is None else f"{found.last[0]}_{found.last[1]}"
        return {"cases": found.cases, "total": found.total, "next": following}


def _after(cursor: str) -> tuple[int, str]:
    at, _, case = checked(cursor).partition("_")
    if not (at.isascii() and at.isdigit()) or len(at) > _LONGEST_MICROSECONDS:
        raise not_ours()
    return int(at), case


def _frozen(reading: Reading, wanted: CaseFilter) -> Callable[[], Iterable[CaseRow]]:
    """Returns what gives the rows of a reading in any thread; they are found and copied now."""
    return FrozenCases(reading, wanted).rows


def _columns() -> list[str]:
    """Returns the columns of a file: those of a case, and behind the code of its area the names that it has."""
    columns = list(CaseRow.__struct_fields__)
    columns.insert(columns.index("area") + 1, "area_name")
    return columns


def worded(rows: Iterable[CaseRow], tree: AreaTree, rules: Rules, say: Words) -> Iterator[dict[str, Any]]:
    """Yields rows with names instead of ids; an id that is not known any more stays what it is."""
    categories = {c.id: c.label.name_en if say.lang == "en" else c.label.name for c in rules.categories}
    places: dict[str, str] = {}
    for row in rows:
        if row.area not in places:
            places[row.area] = _place(tree, row.area, say)
        yield {
            **msgspec.structs.asdict(row),
            "category": categories.get(row.category, row.category),
            "area_name": places[row.area],
            "state": say(f"col-state-{row.state}"),
            "level": say(f"col-level-{row.level}"),
            "overdue": say("col-yes" if row.overdue else "col-no"),
            "suspended": say("col-yes" if row.suspended else "col-no"),
            "channel": say(f"channel-{row.channel}"),
        }


def _place(tree: AreaTree, code: str, say: Words) -> str:
    """Returns the names of an area and of those above it, the city left out."""
    if code not in tree.by_code:
        return ""
    path = [*tree.path(code)[1:], tree.by_code[code]]
    return " / ".join((area.name_en if say.lang == "en" else None) or area.name for area in path)
