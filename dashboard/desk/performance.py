"""Appraisal: tables by worker, area or department, and the signs that need a look, both with what stands behind."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from dashboard.desk.areas import area_of
from dashboard.desk.files import Column, Table
from dashboard.desk.kept import Kept
from dashboard.domain.reading import appraisal, signs
from dashboard.domain.reading.cursors import following, offset_of
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.reading.places import Handset
from dashboard.domain.rules.appraisal import LESS_IS_BETTER, TASKS_ON_TIME
from dashboard.domain.rules.areas import Area
from dashboard.domain.rules.indicators import COUNTER_RATES, dashed
from dashboard.domain.state.city import CityState
from dashboard.errors import InvalidReport
from dashboard.feeds.moments import Moments
from dashboard.words import Words

_COUNTS_FOR_S = 5.0
_SIGNS_FOR_S = 20.0
JOURNAL_ONLY = "order_receipt_rate"  # its reports can be listed as long as the journal keeps them


class AppraisalWanted(msgspec.Struct, frozen=True):
    """Which table is wanted, of what lies in `area` (a code), over `days` up to today (None: those of the rules)."""

    kind: str = "worker"
    days: int | None = None
    area: str = "city"
    sort: str = "score"
    descending: bool = True


class Appraised(msgspec.Struct, frozen=True):
    """A table: its rows in order, and what they were counted from."""

    reading: Reading
    kind: appraisal.Kind
    area: Area
    counts: appraisal.Counts
    rows: list[appraisal.Row]


class Performance:
    """Reads appraisals; counts of a window and signs are kept for some seconds for all who look."""

    def __init__(self, moments: Moments) -> None:
        self._moments = moments
        self._counts = Kept(self._window, appraisal.count, for_s=_COUNTS_FOR_S)
        self._signs: Kept[None, tuple[CityState, signs.Own], signs.Signs]
        self._signs = Kept(self._own, lambda own: signs.signs(*own), for_s=_SIGNS_FOR_S)

    async def page(self, wanted: AppraisalWanted, limit: int, cursor: str | None) -> dict[str, Any]:
        """Returns one page of a table, with what it is about.

        Raises:
            Unknown: there is no such area.
            InvalidReport: there is no such kind, window or order, or the cursor makes no sense.
        """
        start, found = offset_of(cursor), await self._table(wanted)
        state = found.reading.state
        return {
            **_head(found),
            "sort": wanted.sort,
            "descending": wanted.descending,
            "rows": [appraisal.line_of(state, found.kind, row) for row in found.rows[start : start + limit]],
            "total": len(found.rows),
            "ranked": sum(row.rank is not None for row in found.rows),
            "next": following(start, limit, len(found.rows)),
        }

    async def signs_of(self, code: str) -> dict[str, Any]:
        """Returns the workers of an area whose own reports show signs, with the cases behind each; raises Unknown."""
        reading = self._moments.now()
        state, within = reading.state, area_of(reading.state.tree, code)
        all_ = reading.workers_in(within)
        found = await self._signs.get(None)
        workers = [_linked(worker) for worker in signs.signs_of_workers(state, found, within)]
        for worker in workers:
            worker |= appraisal.names_of(state, "worker", worker["area"])
        return {
            "at": instant(found.now_s),
            "rules": state.rules.appraisal.signs,
            "workers": workers,
            "all": all_,
            "flagged": sum(worker["flagged"] for worker in workers),
            "handset_suspect": sum(worker["handset_suspect"] for worker in workers),
        }

    async def table(self, say: Words, wanted: AppraisalWanted) -> Table:
        """Returns a whole table, in its order, with both counts of each rate; raises as `page`."""
        found = await self._table(wanted)
        state, kind = found.reading.state, found.kind
        rows = [_row(say, appraisal.line_of(state, kind, row)) for row in found.rows]
        names = appraisal.indicators_of(kind, appraisal.missing_in(state))
        return Table("performance", say("file-performance"), _columns(say, kind, names), lambda: rows)

    async def signs_table(self, say: Words, code: str) -> Table:
        """Returns the signs of an area that are out, one a line, with what they counted; raises Unknown."""
        columns = [
            Column("area", say("file-area")),
            Column("name", say("file-name")),
            Column("flagged", say("signs-look")),
            Column("sign", say("signs-sign")),
            *(Column(key, say(f"signs-{key}"), "int") for key in ("found", "of", "cases")),
            Column("expected", say("signs-expected"), "float"),
        ]
        rows = []
        for worker in (await self.signs_of(code))["workers"]:
            flagged = say("yes" if worker["flagged"] else "no")
            same = {"area": worker["area"], "name": _name(say, worker), "flagged": flagged}
            rows += [{**sign, **same, "sign": say(f"sign-{dashed(sign['id'])}")} for sign in worker["signs"]]
            if worker["handset_suspect"]:
                rows.append({**same, **_handset_line(say, worker["handset"])})
        return Table("signs", say("file-signs"), columns, lambda: rows)

    async def _table(self, wanted: AppraisalWanted) -> Appraised:
        reading = self._moments.now()
        state, area = reading.state, area_of(reading.state.tree, wanted.area)
        kind = _kind(state, wanted.kind)
        appraisal.check_sort(state, kind, wanted.sort)
        days = appraisal.check_days(state, state.rules.window_days if wanted.days is None else wanted.days)
        counts = await self._counts.get(days)
        rows = appraisal.rows(state, counts, kind, area)
        rows = appraisal.ordered(state.rules.appraisal, rows, wanted.sort, wanted.descending)
        return Appraised(reading, kind, area, counts, rows)

    def _window(self, days: int) -> appraisal.Frozen:
        reading = self._moments.now()
        return appraisal.freeze(reading.state, reading.now_s, days)

    def _own(self, _: None) -> tuple[CityState, signs.Own]:
        reading = self._moments.now()
        return reading.state, signs.own_cases(reading.state, reading.now_s)


def _kind(state: CityState, name: str) -> appraisal.Kind:
    known = appraisal.kinds_of(state.tree)
    found = next((kind for kind in known if kind == name), None)
    if found is None:
        raise InvalidReport("kind", f"{name[:40]!r} is not one of {', '.join(known)}")
    return found


def _head(found: Appraised) -> dict[str, Any]:
    """Returns what a table is about: window, indicators with weights, targets and links, and what it takes to count."""
    state, counts, kind, area = found.reading.state, found.counts, found.kind, found.area
    rules, today = state.rules.appraisal, state.days.day(counts.now_s)
    kept = today - state.journal.first_day() + 1
    return {
        "kind": kind,
        "area": area.code,
        "at": instant(counts.now_s),
        "days": counts.days,
        "from": state.days.date(today - counts.days + 1).isoformat(),
        "to": state.days.date(today).isoformat(),
        "most_days": state.case_days,
        "listed_days": kept,
        "least": rules.least,
        "least_weight": rules.least_weight,
        "indicators": [
            {
                "id": name,
                "weight": rules.weights[name],
                "less_is_better": name in LESS_IS_BETTER,
                "target": state.rules.targets.get(name),
                "links": links(kind, name, counts.days, area.code, kept),
            }
            for name in appraisal.indicators_of(kind, appraisal.missing_in(state))
        ],
    }


def links(kind: appraisal.Kind, name: str, days: int, area: str, kept_days: int) -> dict[str, str] | None:
    """Returns the addresses of what both counts of a cell count (`{id}` is the row's), or None where no list has them.

    Args:
        kind: of the table.
        name: of the indicator.
        days: length of the window.
        area: that the table is limited to.
        kept_days: so many days back the journal of counters can tell reports.
    """
    if name == TASKS_ON_TIME:
        return {"numerator": "/departments/{id}", "denominator": "/departments/{id}"}
    area = quote(area, safe="")
    place = f"department={{id}}&area={area}" if kind == "department" else "area={id}"
    if name in COUNTER_RATES:
        if name == JOURNAL_ONLY and days > kept_days:
            return None
        part, whole = COUNTER_RATES[name]
        return {
            "numerator": f"/reports?counter={part}&day={days}d&{place}",
            "denominator": f"/reports?counter={whole}&day={days}d&{place}",
        }
    cases = f"/cases?indicator={dashed(name)}&days={days}&{place}"
    return {"numerator": f"{cases}&part=numerator", "denominator": cases}


def _linked(worker: dict[str, Any]) -> dict[str, Any]:
    """Returns a worker with the address of the cases behind each sign."""
    for sign in worker["signs"]:
        sign["link"] = f"/cases?sign={dashed(sign['id'])}&area={quote(worker['area'], safe='')}"
    return worker


def _handset_line(say: Words, told: Handset) -> dict[str, Any]:
    """Returns a handset that needs a look as a line among the signs: how many of its places are odd."""
    odd = told.nowhere + told.rounded + told.repeated
    return {"sign": say("handset-look"), "found": odd, "of": told.of, "cases": odd, "expected": None}


def _columns(say: Words, kind: appraisal.Kind, names: tuple[str, ...]) -> list[Column]:
    columns = [
        Column("id", say(f"file-{'department' if kind == 'department' else 'area'}")),
        Column("name", say("file-name")),
        Column("rank", say("appraisal-rank"), "int"),
        Column("score", say("appraisal-score"), "float"),
    ]
    for name in names:
        title = say(dashed(name))
        columns += [
            Column(f"{name}.numerator", f"{title} {say('appraisal-numerator')}", "int"),
            Column(f"{name}.denominator", f"{title} {say('appraisal-denominator')}", "int"),
            Column(f"{name}.rate", f"{title} {say('appraisal-rate')}", "float"),
        ]
    return columns


def _name(say: Words, names: dict[str, Any]) -> str:
    """Returns the name of a row, with the area above it where there is one."""
    return " ".join(say.named(part) for part in (names["above"], names) if part)


def _row(say: Words, row: dict[str, Any]) -> dict[str, Any]:
    cells = {f"{name}.{key}": cell[key] for name, cell in row["cells"].items() for key in cell}
    return {"id": row["id"], "name": _name(say, row), "rank": row["rank"], "score": row["score"], **cells}
