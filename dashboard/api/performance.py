"""HTTP of the appraisal under /api/v1: tables by worker, area or department, signs that need a look, both as files."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from dashboard.api.areas import answer, area_of
from dashboard.api.casefiles import FILE_TYPES, Format
from dashboard.api.files import table_file
from dashboard.desk.files import Column
from dashboard.domain.reading import appraisal, signs
from dashboard.domain.reading.moment import instant
from dashboard.domain.rules.appraisal import LESS_IS_BETTER, TASKS_ON_TIME
from dashboard.domain.rules.areas import Area
from dashboard.domain.rules.indicators import COUNTER_RATES
from dashboard.errors import InvalidReport
from dashboard.feeds.running import Running
from dashboard.words import Words

COUNTS_LAST_S = 5.0
SIGNS_LAST_S = 20.0
_KEPT_WINDOWS = 8
JOURNAL_ONLY = "order_receipt_rate"  # its reports can be listed as long as the journal keeps them


class PerformanceQuery(BaseModel):
    """Which table is wanted."""

    kind: str = Field("worker", description=", ".join(appraisal.KINDS))
    days: int | None = Field(None, description="city days up to today; that of the indicators if missing")
    area: str = Field("city", description="only what lies in this area")
    sort: str = Field("score", description="score or one of the indicators")
    descending: bool = True
    lang: str | None = Field(None, description="language of the headings of a file")


class PerformancePage(PerformanceQuery):
    """One page of it."""

    limit: int = Field(50, ge=1, le=2000)
    cursor: str | None = Field(None, description="`next` of the page before")


class Appraised:
    """Counts of windows and signs: frozen on the event loop, computed in a thread, kept for a few seconds."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._turn, self._signs_turn = asyncio.Lock(), asyncio.Lock()
        self._counts: dict[int, tuple[float, appraisal.Counts]] = {}
        self._signs: tuple[float, signs.Signs] | None = None

    async def counts(self, days: int) -> appraisal.Counts:
        """Returns the counts of a window that are at most COUNTS_LAST_S old."""
        async with self._turn:
            made_at, counted = self._counts.get(days, (-COUNTS_LAST_S, None))
            if counted is None or time.monotonic() - made_at >= COUNTS_LAST_S:
                frozen = appraisal.freeze(self._running.replica.state, self._running.clock.now(), days)
                counted = await asyncio.to_thread(appraisal.count, frozen)
                self._counts.pop(days, None)
                self._counts[days] = (time.monotonic(), counted)
                while len(self._counts) > _KEPT_WINDOWS:
                    del self._counts[next(iter(self._counts))]
            return counted

    async def signs(self) -> signs.Signs:
        """Returns the signs of all workers that are at most SIGNS_LAST_S old."""
        async with self._signs_turn:
            if self._signs is None or time.monotonic() - self._signs[0] >= SIGNS_LAST_S:
                state = self._running.replica.state
                own = signs.own_cases(state, self._running.clock.now())
                found = await asyncio.to_thread(signs.signs, state, own)
                self._signs = (time.monotonic(), found)
            return self._signs[1]


def performance_routes(running: Running) -> APIRouter:
    """Returns the routes."""
    router, appraised = APIRouter(tags=["performance"]), Appraised(running)

    @router.get("/performance")
    async def performance(asked: Annotated[PerformancePage, Query()]) -> Response:
        """The indicators of workers, communities, streets, districts or departments, with scores; never by volume."""
        kind, area, counts, rows = await _table(running, appraised, asked)
        start = _offset(asked.cursor, len(rows))
        shown, more = rows[start : start + asked.limit], start + asked.limit < len(rows)
        state = running.replica.state
        body = {
            **_head(running, kind, area, counts),
            "sort": asked.sort,
            "descending": asked.descending,
            "rows": [appraisal.line_of(state, kind, row) for row in shown],
            "total": len(rows),
            "ranked": sum(row.rank is not None for row in rows),
            "next": str(start + asked.limit) if more else None,
        }
        return answer(body)

    @router.get("/performance/signs")
    async def signs_of(area: str = "city") -> Response:
        """Workers whose own reports show signs that need a look, with the counts and the cases behind each."""
        within, found = area_of(running, area), await appraised.signs()
        state = running.replica.state
        workers = [_linked(worker) for worker in signs.signs_of_workers(state, found, within)]
        for worker in workers:
            worker |= appraisal.names_of(state, "worker", worker["area"])
        body = {
            "at": instant(found.now_s),
            "rules": state.rules.appraisal.signs,
            "workers": workers,
            "all": within.stop - within.start,
            "flagged": sum(worker["flagged"] for worker in workers),
        }
        return answer(body)

    for form in FILE_TYPES:
        _add_files(router, running, appraised, form)
    return router


async def _table(
    running: Running, appraised: Appraised, asked: PerformanceQuery
) -> tuple[appraisal.Kind, Area, appraisal.Counts, list[appraisal.Row]]:
    """Returns kind, area, counts and ordered rows that a query asks for; raises InvalidReport or Problem."""
    state, area = running.replica.state, area_of(running, asked.area)
    if asked.kind not in appraisal.KINDS:
        raise InvalidReport("kind", f"{asked.kind[:40]!r} is not one of {', '.join(appraisal.KINDS)}")
    kind: appraisal.Kind = asked.kind
    appraisal.check_sort(kind, asked.sort)
    days = appraisal.check_days(state, state.rules.window_days if asked.days is None else asked.days)
    counts = await appraised.counts(days)
    rows = appraisal.rows(state, counts, kind, area)
    return kind, area, counts, appraisal.ordered(state.rules.appraisal, rows, asked.sort, asked.descending)


def _head(running: Running, kind: appraisal.Kind, area: Area, counts: appraisal.Counts) -> dict[str, Any]:
    """Returns what a table is about: window, indicators with weights, targets and links, and what it takes to count."""
    state = running.replica.state
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
            for name in appraisal.indicators_of(kind)
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
    place = f"department={{id}}&area={area}" if kind == "department" else "area={id}"
    if name in COUNTER_RATES:
        if name == JOURNAL_ONLY and days > kept_days:
            return None
        part, whole = COUNTER_RATES[name]
        return {
            "numerator": f"/reports?counter={part}&day={days}d&{place}",
            "denominator": f"/reports?counter={whole}&day={days}d&{place}",
        }
    cases = f"/cases?indicator={name.replace('_', '-')}&days={days}&{place}"
    return {"numerator": f"{cases}&part=numerator", "denominator": cases}


def _linked(worker: dict[str, Any]) -> dict[str, Any]:
    """Returns a worker with the address of the cases behind each sign."""
    for sign in worker["signs"]:
        sign["link"] = f"/cases?sign={sign['id'].replace('_', '-')}&area={worker['area']}"
    return worker


def _offset(cursor: str | None, count: int) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal()):
        raise InvalidReport("cursor", "is not one that this list gave")
    return min(int(cursor), count)


def _add_files(router: APIRouter, running: Running, appraised: Appraised, form: Format) -> None:
    @router.get(f"/performance.{form}", name=f"performance.{form}")
    async def table(asked: Annotated[PerformanceQuery, Query()]) -> Response:
        """The whole table, in its order, with both counts of each rate."""
        say = Words(asked.lang or running.settings.lang)
        kind, _, _, rows = await _table(running, appraised, asked)
        columns = [
            Column("id", say(f"file-{'department' if kind == 'department' else 'area'}")),
            Column("name", say("file-name")),
            Column("rank", say("appraisal-rank"), "int"),
            Column("score", say("appraisal-score"), "float"),
        ]
        for name in appraisal.indicators_of(kind):
            title = say(name.replace("_", "-"))
            columns += [
                Column(f"{name}.numerator", f"{title} {say('appraisal-numerator')}", "int"),
                Column(f"{name}.denominator", f"{title} {say('appraisal-denominator')}", "int"),
                Column(f"{name}.rate", f"{title} {say('appraisal-rate')}", "float"),
            ]
        lines = [_line(say, appraisal.line_of(running.replica.state, kind, row)) for row in rows]
        return await table_file(running, say, form, "performance", columns, lines)

    @router.get(f"/performance/signs.{form}", name=f"signs.{form}")
    async def signs_of(area: str = "city", lang: str | None = None) -> Response:
        """The signs that are out, one a line, with what they counted."""
        say, state = Words(lang or running.settings.lang), running.replica.state
        within, found = area_of(running, area), await appraised.signs()
        columns = [
            Column("area", say("file-area")),
            Column("name", say("file-name")),
            Column("flagged", say("signs-look")),
            Column("sign", say("signs-sign")),
            *(Column(key, say(f"signs-{key}"), "int") for key in ("found", "of", "cases")),
            Column("expected", say("signs-expected"), "float"),
        ]
        lines = []
        for worker in signs.signs_of_workers(state, found, within):
            names = appraisal.names_of(state, "worker", worker["area"])
            same = {"area": worker["area"], "name": _name(say, names), "flagged": say(_yes(worker["flagged"]))}
            lines += [{**sign, **same, "sign": say(f"sign-{sign['id'].replace('_', '-')}")} for sign in worker["signs"]]
        return await table_file(running, say, form, "signs", columns, lines)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _name(say: Words, names: dict[str, Any]) -> str:
    """Returns the name of a row, with the area above it where there is one."""
    return " ".join(say.named(part) for part in (names["above"], names) if part)


def _line(say: Words, row: dict[str, Any]) -> dict[str, Any]:
    cells = {f"{name}.{key}": cell[key] for name, cell in row["cells"].items() for key in cell}
    return {"id": row["id"], "name": _name(say, row), "rank": row["rank"], "score": row["score"], **cells}
