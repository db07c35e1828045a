"""The whole application: the only place where everything meets."""

from __future__ import annotations

import contextlib
import hashlib
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp
from swagger_ui_bundle import swagger_ui_path

from dashboard.api.areas import add_api
from dashboard.api.casefiles import add_case_tables
from dashboard.api.cases import desk_routes
from dashboard.api.files import add_desk_tables
from dashboard.api.live import Live
from dashboard.api.performance import performance_routes
from dashboard.api.services import service_routes
from dashboard.api.supervision import supervision_routes
from dashboard.api.tasks import task_routes
from dashboard.atlas.calendar import work_calendar
from dashboard.atlas.file import CityMap, read_areas
from dashboard.atlas.maps import AreaMaps
from dashboard.clock import Clock
from dashboard.desk.appending import Appending
from dashboard.desk.cases import Desk
from dashboard.desk.tasks import TaskDesk
from dashboard.domain.rules.calendar import WorkCalendar
from dashboard.domain.rules.rules import Rules, parse_rules
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from dashboard.errors import RulesError, SettingsError
from dashboard.feeds.archive.archive import Archive
from dashboard.feeds.deadletters import DeadLetters
from dashboard.feeds.follower import Follower, Replica
from dashboard.feeds.intake import Intake
from dashboard.feeds.keeper import Keeper
from dashboard.feeds.live.publisher import Publisher
from dashboard.feeds.live.screens import Hub
from dashboard.feeds.running import Running, run_all
from dashboard.feeds.snapshots import Snapshots
from dashboard.feeds.traces import Traces
from dashboard.layouts.view import PageView, view_of
from dashboard.settings import Settings, clock_from
from dashboard.web.answers import StaticFilesOnce, warmed
from dashboard.web.bundles import Bundle, Bundles, make_bundles
from dashboard.web.dash import ASSETS, build_dash

DEFAULT_RULES = Path(__file__).parent / "rules" / "default.toml"


def create_app(settings: Settings, clock: Clock | None = None) -> ASGIApp:
    """Returns the ASGI application; nothing is connected before its lifespan starts.

    Raises:
        SettingsError, AreasError, RulesError: a setting or a file cannot be used.
    """
    if settings.redis_url is None or settings.areas is None:
        raise SettingsError("GRIDWALL_REDIS_URL", "the application needs a Redis and an areas file")
    city, rules = read_areas(settings.areas), read_rules(settings.rules)
    running = assemble(settings, clock or clock_from(settings), city, rules)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with run_all(running), warmed(files, [*documents.files, f"/geo/{city.digest}.json"]):
            yield

    server = FastAPI(
        title="Gridwall", version="1", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json"
    )
    server.openapi_version = "3.0.3"  # the newest that the carried Swagger UI can show
    server.router.routes.append(WebSocketRoute("/live", Live(running.publisher, running.version)))
    appending = Appending(running.intake)
    desk = Desk(running, appending)
    # Before the API, whose route of a case takes whatever follows: an id may hold slashes.
    server.include_router(desk_routes(running, desk), prefix="/api/v1")
    add_api(server, running)
    server.include_router(task_routes(running, TaskDesk(desk.reading, appending)), prefix="/api/v1")
    server.include_router(supervision_routes(running, desk, appending), prefix="/api/v1")
    server.include_router(performance_routes(running), prefix="/api/v1")
    server.include_router(service_routes(running), prefix="/api/v1")
    add_case_tables(server, running)
    add_desk_tables(server, running, desk)
    bundles = make_bundles()
    _add_documents(server, city, bundles)
    view: PageView = view_of(settings, rules, city, running.version)
    dash, documents = build_dash(server, view, desk, bundles)
    files = StaticFilesOnce(server, _policy(dash.csp_hashes()))
    return files


def read_rules(path: Path | None) -> Rules:
    """Returns the rules in a TOML file, or the default ones; raises RulesError."""
    try:
        return parse_rules(tomllib.loads((path or DEFAULT_RULES).read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulesError(str(path), str(error)) from None


def make_state(settings: Settings, city: CityMap, rules: Rules, calendar: WorkCalendar | None = None) -> CityState:
    """Returns an empty state; with a shifted clock, arrivals and event times do not compare."""
    shifted = settings.clock is not None or settings.clock_speed != 1.0
    return CityState(
        city.tree,
        rules,
        settings.timezone,
        keep_days=settings.keep_days,
        case_days=settings.case_days,
        hold_s=settings.hold_s,
        horizon=Horizon(None, None) if shifted else Horizon(),
        calendar=calendar,
    )


def assemble(settings: Settings, clock: Clock, city: CityMap, rules: Rules) -> Running:
    """Returns the parts of a server, connected to each other."""
    url, shards = settings.redis_url or "", settings.shards
    calendar = work_calendar(settings)
    replica = Replica(lambda: make_state(settings, city, rules, calendar))
    dead_letters = DeadLetters(url, shards)
    follower = Follower(url, shards, replica, dead_letters.add)
    return Running(
        settings=settings,
        clock=clock,
        city=city,
        version=version_of(city),
        replica=replica,
        follower=follower,
        snapshots=Snapshots(url, replica, city.digest, shards, settings.snapshot_s),
        dead_letters=dead_letters,
        intake=Intake(url, shards, replica, clock.now),
        traces=Traces(url, shards),
        publisher=Publisher(replica, follower, Hub(), clock.now),
        archive=Archive(settings.archive_dir or settings.data_dir / "archive", replica),
        keeper=Keeper(url, shards, replica, follower, clock, on=settings.keeper, grace_s=settings.keeper_grace_s),
    )


def version_of(city: CityMap) -> str:
    """Returns a hash of what a page is built from; a wall whose page has another one loads itself anew."""
    digest = hashlib.sha256(city.digest.encode())
    for path in sorted(ASSETS.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _add_documents(server: FastAPI, city: CityMap, bundles: Bundles) -> None:
    """Adds the map, the bundles, the API's own page, and 404 for other addresses under /api."""

    @server.get(f"/geo/{city.digest}.json", include_in_schema=False)
    async def geo() -> Response:
        return Response(city.document, media_type="application/json")

    maps = AreaMaps(city)

    @server.get(f"/geo/{city.digest}/{{code}}.json", include_in_schema=False)
    async def geo_area(code: str) -> Response:
        document = await maps.document(code)
        if document is None:
            return JSONResponse({"error": "unknown-area", "field": "code", "reason": f"no area {code[:40]}"}, 404)
        return Response(document, media_type="application/json")

    for bundle in bundles.all():
        server.add_api_route(bundle.address, _answer(bundle), include_in_schema=False)

    @server.get("/api/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(_DOCS)

    @server.get("/api/docs.js", include_in_schema=False)
    async def docs_script() -> Response:
        return Response(_DOCS_JS, media_type="text/javascript")

    server.mount("/swagger", StaticFiles(directory=swagger_ui_path), name="swagger")

    @server.get("/api/{rest:path}", include_in_schema=False)
    async def unknown(rest: str) -> JSONResponse:
        return JSONResponse({"error": "unknown-address", "field": None, "reason": f"no /api/{rest[:80]}"}, 404)


def _answer(bundle: Bundle) -> Callable[[], Awaitable[Response]]:
    async def answer() -> Response:
        return Response(bundle.body, media_type=bundle.media_type)

    return answer


def _policy(hashes: list[str]) -> str:
    """Returns the content security policy: everything from here, inline scripts only those that Dash writes."""
    scripts = " ".join(hashes)
    return (
        f"default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob: https: http:; connect-src 'self' ws: wss:; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    )


_DOCS = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Gridwall API</title>
<link rel="stylesheet" href="/swagger/swagger-ui.css"></head><body><div id="api"></div>
<script src="/swagger/swagger-ui-bundle.js"></script><script src="/api/docs.js"></script></body></html>"""
_DOCS_JS = 'SwaggerUIBundle({url: "/api/openapi.json", dom_id: "#api", validatorUrl: null});'
