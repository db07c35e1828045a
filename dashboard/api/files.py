"""Other tables to take along, as CSV or XLSX: children of an area, reports behind a number, workers, tasks."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response

from dashboard.api.areas import area_of, no_redis
from dashboard.api.casefiles import FILE_TYPES, Format, disposition
from dashboard.desk.cases import MOST_REPORTS, Desk
from dashboard.desk.files import Column, Kind, csv_bytes, xlsx_bytes
from dashboard.domain.reading import tasks as tasklist
from dashboard.domain.reading.indicators import rate
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.panels import CHILD_COLUMNS, child_row
from dashboard.domain.reading.workers import worker_list
from dashboard.domain.rules.tasks import duty_of
from dashboard.domain.state.tasks import Task
from dashboard.errors import RedisUnavailable
from dashboard.feeds.running import Running
from dashboard.words import Words

Rows = list[dict[str, Any]]
_CHILDREN: dict[str, Kind] = {
    "area": "text",
    "name": "text",
    "population": "int",
    "newborns": "int",
    "net": "int",
    "open": "int",
    "overdue": "int",
    "community": "float",
    "on-time": "float",
    "satisfied": "float",
    "on-shift": "int",
    "silent": "int",
    "workers": "int",
}
_REPORTS: dict[str, Kind] = {
    "time": "instant",
    "type": "text",
    "area": "text",
    "case": "text",
    "said": "text",
    "stream_id": "text",
}
_WORKERS: dict[str, Kind] = {
    "area": "text",
    "on-shift": "text",
    "silent": "text",
    "last_report": "instant",
    "battery": "float",
}
_TASKS: dict[str, Kind] = {
    "task": "text",
    "what": "text",
    "department": "text",
    "area": "text",
    "state": "text",
    "opened_at": "instant",
    "due_at": "instant",
    "late": "text",
    "by": "text",
    "reason": "text",
    "case": "text",
}


def add_desk_tables(app: FastAPI, running: Running, desk: Desk) -> None:
    """Adds the routes of all tables in both forms."""
    for kind in FILE_TYPES:
        _add_children(app, running, desk, kind)
        _add_reports(app, running, desk, kind)
        _add_workers(app, running, desk, kind)
        _add_tasks(app, running, desk, kind)


def _add_children(app: FastAPI, running: Running, desk: Desk, kind: Format) -> None:
    @app.get(f"/api/v1/areas/{{code}}/children.{kind}", tags=["areas"], name=f"children.{kind}")
    async def children(code: str, lang: str | None = None) -> Response:
        """The areas directly below one, with the numbers of its page's table."""
        say, area, reading = Words(lang or running.settings.lang), area_of(running, code), desk.reading()
        rows = []
        for child in reading.state.tree.children(area.code):
            row = dict(zip(CHILD_COLUMNS, child_row(reading, child), strict=True))
            name = say.named({"name": child.name, "name_en": child.name_en or child.name})
            rates = {key: rate(row[key], row[f"{key}-of"]) for key in ("community", "on-time", "satisfied")}
            rows.append({**row, **rates, "area": child.code, "name": name})
        return await _file(running, say, kind, "areas", _CHILDREN, rows)


def _add_reports(app: FastAPI, running: Running, desk: Desk, kind: Format) -> None:
    @app.get(f"/api/v1/reports.{kind}", tags=["desk"], name=f"reports.{kind}")
    async def reports(request: Request) -> Response:
        """The reports that a counter counted (or the newest ones), at most 10,000."""
        query = dict(request.query_params)
        say = Words(query.get("lang") or running.settings.lang)
        try:
            found = await desk.reports({**query, "limit": str(MOST_REPORTS)})
        except RedisUnavailable:
            raise no_redis() from None
        rows = [_report(say, report) for report in found["reports"]]
        return await _file(running, say, kind, "reports", _REPORTS, rows)


def _add_workers(app: FastAPI, running: Running, desk: Desk, kind: Format) -> None:
    @app.get(f"/api/v1/workers.{kind}", tags=["desk"], name=f"workers.{kind}")
    async def workers(area: str = "city", state: str | None = None, lang: str | None = None) -> Response:
        """Workers by grid code, in a state."""
        say = Words(lang or running.settings.lang)
        rows: Rows = []
        for worker in worker_list(desk.reading(), area_of(running, area), state):
            on_shift, silent = (say("yes" if worker[name] else "no") for name in ("on_shift", "silent"))
            rows.append({**worker, "on-shift": on_shift, "silent": silent})
        return await _file(running, say, kind, "workers", _WORKERS, rows)


def _add_tasks(app: FastAPI, running: Running, desk: Desk, kind: Format) -> None:
    @app.get(f"/api/v1/tasks.{kind}", tags=["departments"], name=f"tasks.{kind}")
    async def tasks(
        department: str | None = None,
        area: str | None = None,
        state: str | None = None,
        overdue: bool | None = None,
        week: bool = False,
        lang: str | None = None,
    ) -> Response:
        """All follow-up tasks that match the filters of the list, in its order."""
        say, reading = Words(lang or running.settings.lang), desk.reading()
        within = None if area is None else area_of(running, area)
        found = [copy.copy(task) for task in tasklist.matching(reading, department, within, state, overdue, week)]
        rows = await asyncio.to_thread(lambda: [_task(say, reading, task) for task in found])
        return await _file(running, say, kind, "tasks", _TASKS, rows)


def _task(say: Words, reading: Reading, task: Task) -> dict[str, Any]:
    """Returns a task as one row, in words."""
    rules, late = reading.state.rules, tasklist.is_overdue(reading, task)
    duty, department = duty_of(rules.follow_ups, task.id), rules.departments.get(task.department or "")
    named = [
        None if label is None else say.named({"name": label.name, "name_en": label.name_en})
        for label in (duty, department)
    ]
    return {
        "task": task.id,
        "what": named[0],
        "department": named[1] or task.department,
        "area": task.area,
        "state": say(f"tasks-{task.state}"),
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "late": say("yes" if late else "no"),
        "by": task.by,
        "reason": task.reason,
        "case": task.case,
    }


def _report(say: Words, report: dict[str, Any]) -> dict[str, Any]:
    """Returns a report as one row; what it says is written out as name and value."""
    data = report["data"]
    said = "; ".join(f"{name} {value}" for name, value in data.items() if name != "case" and value is not None)
    kind = say.known(report["type"], report["type"])
    return {**report, "type": kind, "area": report["subject"], "case": data.get("case"), "said": said}


async def _file(
    running: Running, say: Words, kind: Format, name: str, columns: dict[str, Kind], rows: Rows
) -> Response:
    """Returns a table as a file; its columns are headed by the words for their keys."""
    headed = [Column(key, say(f"file-{key.replace('_', '-')}"), form) for key, form in columns.items()]
    return await table_file(running, say, kind, name, headed, rows)


async def table_file(
    running: Running, say: Words, kind: Format, name: str, headed: list[Column], rows: Rows
) -> Response:
    """Returns a table as a file, its columns already headed; made in a thread."""
    if kind == "csv":
        body = await asyncio.to_thread(csv_bytes, headed, rows, running.settings.timezone)
    else:
        body = await asyncio.to_thread(xlsx_bytes, headed, rows, running.settings.timezone, say(f"file-{name}"))
    headers = {
        "Content-Disposition": disposition(running, name, say(f"file-{name}"), kind),
        "Cache-Control": "no-store",
    }
    return Response(body, 200, headers, FILE_TYPES[kind])
