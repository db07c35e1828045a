"""Services handed in at the community: lists of requests, and their counts by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from dashboard.desk.areas import area_of
from dashboard.desk.files import Column, Kind, Table
from dashboard.domain.reading import services as servicelist
from dashboard.domain.reading.cursors import following, offset_of, whole
from dashboard.domain.reading.moment import instant
from dashboard.domain.rules.areas import Area
from dashboard.domain.rules.rules import Rules
from dashboard.errors import InvalidReport
from dashboard.feeds.moments import Moments
from dashboard.words import Words

MOST_FILED = 100_000
_COLUMNS: dict[str, Kind] = {
    "request": "text",
    "kind": "text",
    "department": "text",
    "area": "text",
    "state": "text",
    "requested_at": "instant",
    "due_at": "instant",
    "completed_at": "instant",
    "late": "text",
    "hours": "float",
    "off_hours": "text",
    "score": "int",
}
Query = Mapping[str, str]


class Services:
    """Reads requests of residents."""

    def __init__(self, moments: Moments) -> None:
        self._moments = moments

    def page(self, code: str, query: Query, limit: int, cursor: str | None) -> dict[str, Any]:
        """Returns one page of an area's requests: open ones by due time, others newest first.

        Raises:
            Unknown: there is no such area.
            InvalidReport: a filter or the cursor makes no sense.
        """
        reading, start = self._moments.now(), offset_of(cursor)
        area = area_of(reading.state.tree, code)
        shown, total = servicelist.listed(reading, area, servicelist.filter_of(query), start, start + limit)
        return {"services": shown, "total": total, "next": following(start, limit, total)}

    def summary(self, code: str, days: int | None) -> dict[str, Any]:
        """Returns counts of an area over a window of days (None: that of the indicators); raises as `page`."""
        reading = self._moments.now()
        area, window = area_of(reading.state.tree, code), servicelist.window_of(reading, days)
        return {"at": instant(reading.now_s), **servicelist.summary(reading, area, window)}

    def shown(
        self, area: Area, query: Query, limit: int
    ) -> tuple[dict[str, Any], tuple[list[dict[str, Any]], int], int]:
        """Returns what a page shows of one reading: the summary, the requests with their total, where they begin.

        Raises:
            InvalidReport: `days`, `cursor` or a filter of the query makes no sense.
        """
        reading, start, days = self._moments.now(), offset_of(query.get("cursor")), query.get("days")
        window = servicelist.window_of(reading, None if days is None else whole(days, "days"))
        found = servicelist.listed(reading, area, servicelist.filter_of(query), start, start + limit)
        return servicelist.summary(reading, area, window), found, start

    def kinds(self) -> list[Any]:
        """Returns the services of the rules, with the department that each belongs to and its limit."""
        return [msgspec.to_builtins(kind) for kind in self._moments.now().state.rules.services.values()]

    def table(self, say: Words, code: str, query: Query) -> Table:
        """Returns the whole list, in its order; raises as `page`, and InvalidReport beyond MOST_FILED lines."""
        reading = self._moments.now()
        rules, area = reading.state.rules, area_of(reading.state.tree, code)
        shown, total = servicelist.listed(reading, area, servicelist.filter_of(query), 0, MOST_FILED)
        if total > MOST_FILED:
            raise InvalidReport("requested", f"{total} requests are more than {MOST_FILED}; ask for fewer days")
        columns = Column.headed(say, _COLUMNS)
        return Table("services", say("file-services"), columns, lambda: (_row(say, rules, one) for one in shown))


def _row(say: Words, rules: Rules, one: dict[str, Any]) -> dict[str, Any]:
    known, department = rules.services.get(one["kind"]), rules.departments.get(one["department"] or "")
    return {
        **one,
        "kind": say.named({"name": known.name, "name_en": known.name_en}) if known else one["kind"],
        "department": say.named({"name": department.name, "name_en": department.name_en}) if department else None,
        "state": say(f"service-{one['state']}"),
        "late": say("yes" if one["late"] else "no"),
        "off_hours": say("yes" if one["off_hours"] else "no"),
    }
