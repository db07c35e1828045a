"""The page of one case: where it stands, why it is due when it is due, step by step what happened, what can be done."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.domain.rules.levels import LADDER
from dashboard.layouts.formats import Formats
from dashboard.layouts.map import area_map
from dashboard.layouts.page import breadcrumb, full_name, page
from dashboard.layouts.parts import again, panel
from dashboard.layouts.view import PageView
from dashboard.words import Words

Case = dict[str, Any]


def case_page(say: Words, view: PageView, case: Case, now_s: float) -> Component:
    """Returns the page; its middle is written again when the case changes, and while time passes."""
    area = view.tree.by_code.get(case["area"])
    body = again(*case_body(say, view, case, now_s), look="case-body")
    head = [breadcrumb(say, view, area, to_self=True)] if area else []
    columns = [body, html.Div([_acting(say), *_map(say, view, case)], className="case-side")]
    data: dict[str, Any] = {"case": case["id"], "departments": _departments(say, view)}
    if area:
        data["area"] = {"code": area.code, "level": area.level, "parent": area.parent, "start": area.start}
        data["map_url"] = view.map_of(area)
        data["place"] = [case["lat"], case["lon"], case["overdue"]]
    return page(
        say,
        view,
        "case",
        say("case-title", id=case["id"]),
        html.Div(head, className="page-head"),
        html.Div(columns, className="case-columns", **{"data-case": case["id"]}),
        **data,
    )


def _departments(say: Words, view: PageView) -> list[list[str]]:
    return [[key, say.named({"name": d.name, "name_en": d.name_en})] for key, d in view.rules.departments.items()]


def _map(say: Words, view: PageView, case: Case) -> list[Component]:
    area = view.tree.by_code.get(case["area"])
    return [area_map(say, view, view.bounds(area))] if area else []


def _acting(say: Words) -> Component:
    """Returns the place of the actions; assets/pages/case/case.js fills it with those that are possible now."""
    return panel(say("act"), None, html.Div(id=ids.ACTIONS, className="actions"), name="act", moves="ask")


def case_body(say: Words, view: PageView, case: Case, now_s: float) -> list[Component]:
    """Returns everything about a case that can change."""
    formats = Formats(say, view.timezone)
    return [
        _summary(say, view, formats, case, now_s),
        _deadline(say, view, formats, case),
        _steps(say, view, formats, case),
        _trace(say, view, formats, case),
    ]


def _summary(say: Words, view: PageView, formats: Formats, case: Case, now_s: float) -> Component:
    category = view.categories.get(case["category"])
    facts = [
        (say("head-state"), _state(say, case)),
        (say("head-category"), say.named(category) if category else case["category"]),
        (say("head-severity"), say(f"severity-{case['severity']}")),
        (say("head-reported_at"), formats.instant(case["reported_at"])),
        (say("head-due_at"), html.B(formats.instant(case["due_at"]), className="late" if case["overdue"] else "")),
        (say("head-left"), formats.left(case, now_s)),
    ]
    if case["score"]:
        facts.append((say("case.rated"), say("score", score=case["score"])))
    items = [part for name, value in facts for part in (html.Dt(name), html.Dd(value))]
    archived = [html.P(say("archived-note"), className="note")] if case.get("archived") else []
    content = [*archived, html.Dl(items, className="facts"), _ladder(say, view, case)]
    return panel(say("case-now"), None, *content, name="case-now", moves=None)


def _state(say: Words, case: Case) -> Component:
    text = say(f"state-{case['state']}") + (f" · {say('suspended')}" if case.get("suspended") else "")
    return html.B(text, **{"data-kpi": "case-state", "data-value": case["state"]})


def _ladder(say: Words, view: PageView, case: Case) -> Component:
    """Returns the levels from the grid to the city that its grid has above it, with the one that has the case."""
    area, at = view.tree.by_code.get(case["area"]), LADDER.index(case["level"])
    levels = view.tree.levels_of(area) if area else tuple(reversed(view.tree.levels))
    steps = [
        html.Li(
            say(f"level-name-{level}"),
            className="here" if level == case["level"] else "passed" if LADDER.index(level) < at else "",
            **{"data-level": level, **({"aria-current": "step"} if level == case["level"] else {})},
        )
        for level in levels
    ]
    return html.Ol(steps, className="ladder", **{"aria-label": say("head-level")})


def _deadline(say: Words, view: PageView, formats: Formats, case: Case) -> Component:
    """Returns why the case is due when it is due, in sentences, each with what made it."""
    why = case["deadline"]
    lines: list[Any] = []
    if why.get("promised") or why["limit"] is None:
        lines.append(say("why-promised", time=formats.instant(case["due_at"])))
    else:
        category = view.categories.get(case["category"])
        lines.append(
            say(
                "why-row",
                limit=say(f"unit-{why['unit']}", n=f"{why['limit']:g}"),
                category=say.named(category) if category else case["category"],
                severity=say(f"severity-{case['severity']}"),
            )
        )
        lines += _work_lines(say, formats, why)
    lines += [_pause(say, formats, pause) for pause in why["pauses"]]
    lines.append(say("why-due", time=formats.instant(case["due_at"])))
    items = [html.Li(line) for line in lines]
    return panel(say("why"), html.Span(why["rule"]), html.Ol(items, className="why"), name="why", moves=None)


def _work_lines(say: Words, formats: Formats, why: dict[str, Any]) -> list[str]:
    """Returns what office hours and the calendar did to a limit in work time."""
    if not why.get("office_hours"):
        return []
    lines = [
        say("why-office", hours="、".join(why["office_hours"]) if say.lang != "en" else ", ".join(why["office_hours"]))
    ]
    if why.get("starts_at"):
        lines.append(say("why-starts", time=formats.instant(why["starts_at"])))
    days_off = [f"{day['date']} {say.named(day)}" for day in why.get("days_off", [])]
    if days_off:
        lines.append(say("why-off", days=" · ".join(days_off)))
    if why.get("weekends"):
        lines.append(say("why-weekends", count=why["weekends"]))
    worked = [day["date"] for day in why.get("makeup_workdays", [])]
    if worked:
        lines.append(say("why-worked", days=" · ".join(worked)))
    if why.get("calendar_known_until"):
        lines.append(say("why-unknown", date=why["calendar_known_until"]))
    return lines


def _pause(say: Words, formats: Formats, pause: dict[str, Any]) -> str:
    if pause["to"] is None:
        return say("why-paused-now", start=formats.instant(pause["from"]))
    moved = pause.get("moved_s")
    if moved is None:
        moved = formats.seconds(pause["to"]) - formats.seconds(pause["from"])
    return say(
        "why-paused",
        start=formats.instant(pause["from"]),
        end=formats.instant(pause["to"]),
        length=formats.length(moved),
    )


def _used(say: Words, formats: Formats, step: dict[str, Any]) -> str:
    """Returns how long a step took, in the unit of its limit when that is work time: a working day has no 24 hours."""
    if not step["unit"].startswith("work_"):
        return formats.length(step["used_s"])
    used = step["used_s"] / step["limit_s"] * step["limit"]
    return say(f"unit-{step['unit']}", n=f"{used:.1f}".removesuffix(".0"))


def _steps(say: Words, view: PageView, formats: Formats, case: Case) -> Component:
    """Returns the time used against the limit of each step that has one."""
    rows = [
        html.Tr(
            [
                html.Th(say(f"step-{step['step']}"), scope="row"),
                html.Td(say(f"unit-{step['unit']}", n=f"{step['limit']:g}")),
                html.Td(_used(say, formats, step)),
                html.Td(_bar(step["share"], formats), className="bar-cell"),
                html.Td(formats.instant(step["done_at"]) if step["done_at"] else say("not-yet")),
            ]
        )
        for step in case["deadline"].get("steps", [])
    ]
    head = html.Thead(html.Tr([html.Th(say(f"head-{key}"), scope="col") for key in _STEP_HEADS]))
    table = html.Table([head, html.Tbody(rows)], className="table-plain")
    return panel(say("steps"), None, html.Div(table, className="scroll-x", tabIndex=0), name="steps", moves=None)


_STEP_HEADS = ("step", "limit", "used", "share", "done")


def _bar(share: float, formats: Formats) -> Component:
    """Returns the share of a limit that is used, as a bar and as a number; beyond it also by its look."""
    late = share > 1
    return html.Div(
        [html.Meter(value=f"{min(share, 1):.3f}", min="0", max="1"), html.Span(formats.share(share))],
        className="meter late" if late else "meter",
    )


def _trace(say: Words, view: PageView, formats: Formats, case: Case) -> Component:
    """Returns what happened, step by step."""
    items = [
        html.Li(
            [
                html.Time(formats.instant(step["time"], seconds=True)),
                html.B(say(step["type"])),
                html.Span(_said(say, view, step)),
            ],
            **{"data-stream-id": step["stream_id"]},
        )
        for step in case["trace"]
    ]
    return panel(say("trace"), None, html.Ol(items, className="trace"), name="trace", moves=None)


def _said(say: Words, view: PageView, step: dict[str, Any]) -> str:
    """Returns who did a step, to whom or what, and what was noted."""
    parts = [_worded(say, view, step.get("by") or "")]
    if step.get("to"):
        parts.append("→ " + _worded(say, view, step["to"]))
    if step.get("to_level"):
        parts.append("→ " + say(f"level-name-{step['to_level']}"))
    if step.get("into"):
        parts.append("→ " + step["into"])
    if step.get("score"):
        parts.append(say("score", score=step["score"]))
    parts.append(_worded(say, view, step.get("note") or ""))
    return " · ".join(part for part in parts if part)


def _worded(say: Words, view: PageView, text: str) -> str:
    """Returns what a report said, in the language of the page where it is a code that the city knows."""
    department, area = view.rules.departments.get(text), view.tree.by_code.get(text)
    if department is not None:
        return say.named({"name": department.name, "name_en": department.name_en})
    if area is not None:
        return full_name(say, view, area)
    return say.known(f"said-{text}", say.known(f"level-name-{text}", text))
