"""The desk: everything that can be asked of a running server, and done there, by subject.

What is asked stands here and below; how it is asked (HTTP in `api`, pages in `callbacks`) stands above and holds
nothing but this. Whoever is at the desk sees readings, never the state that goes on moving.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.desk.appending import Appending
from dashboard.desk.areas import Areas
from dashboard.desk.cases import Cases
from dashboard.desk.files import Files
from dashboard.desk.performance import Performance
from dashboard.desk.reports import Reports
from dashboard.desk.services import Services
from dashboard.desk.source import DeskSource
from dashboard.desk.supervision import Supervision
from dashboard.desk.system import System
from dashboard.desk.tasks import Tasks
from dashboard.desk.urging import Urgings
from dashboard.desk.workers import Workers
from dashboard.feeds.intake import Intake
from dashboard.feeds.running import Running
from dashboard.words import NOT_NAMED, Levels


@dataclass(frozen=True, slots=True)
class Desk:
    """One server's desk.

    Attributes:
        intake: takes reports as they come in, at most `max_body_bytes` at once.
        source: what pages are given.
    """

    areas: Areas
    cases: Cases
    tasks: Tasks
    services: Services
    reports: Reports
    workers: Workers
    supervision: Supervision
    urgings: Urgings
    performance: Performance
    system: System
    files: Files
    intake: Intake
    max_body_bytes: int
    source: DeskSource


def open_desk(running: Running, levels: Levels = NOT_NAMED) -> Desk:
    """Returns the desk of a server; each subject gets the parts that it needs, and nobody keeps the whole.

    Args:
        running: its parts.
        levels: what the city calls its levels, for the words in files.
    """
    moments, traces, settings = running.moments, running.traces, running.settings
    appending = Appending(running.intake)
    cases, tasks = Cases(moments, running.archive, traces, appending), Tasks(moments, appending)
    services, reports, workers = Services(moments), Reports(moments, traces), Workers(moments)
    return Desk(
        areas=Areas(moments, lambda: running.follower.behind),
        cases=cases,
        tasks=tasks,
        services=services,
        reports=reports,
        workers=workers,
        supervision=Supervision(moments),
        urgings=Urgings(moments, traces, appending),
        performance=Performance(moments),
        system=System(
            running.version, moments, running.follower, running.publisher, running.archive, running.keeper,
            running.snapshots, running.dead_letters, running.watch, running.store, running.loops, running.strangers,
        ),
        files=Files(settings.timezone, settings.lang, moments.now_s, levels),
        intake=running.intake,
        max_body_bytes=settings.max_body_bytes,
        source=DeskSource(moments, traces, cases, reports, workers, services, tasks),
    )  # fmt: skip
