"""The parts of a server, made from its settings and connected to each other; nothing runs and nothing is asked yet."""

from __future__ import annotations

from dashboard.atlas.calendar import work_calendar
from dashboard.atlas.file import CityMap
from dashboard.clock import Clock
from dashboard.domain.rules.calendar import WorkCalendar
from dashboard.domain.rules.rules import Rules
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from dashboard.feeds.archive.archive import Archive
from dashboard.feeds.deadletters import DeadLetters
from dashboard.feeds.follower import Follower, Replica
from dashboard.feeds.intake import Intake
from dashboard.feeds.keeper import Keeper
from dashboard.feeds.live.publisher import Publisher
from dashboard.feeds.live.screens import Hub
from dashboard.feeds.moments import Moments
from dashboard.feeds.running import Running
from dashboard.feeds.snapshots.snapshots import Snapshots
from dashboard.feeds.store import Store
from dashboard.feeds.strangers import Strangers
from dashboard.feeds.traces import Traces
from dashboard.feeds.watch import Watch
from dashboard.settings import Settings


def _start_of(settings: Settings) -> float | None:
    """Returns the earliest instant that the city's clock shows (epoch seconds); None where no setting says it."""
    return settings.clock.timestamp() if settings.clock is not None else settings.clock_anchor


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
        hold_bytes=settings.hold_bytes // settings.shards,
        horizon=Horizon(None, None, _start_of(settings)) if shifted else Horizon(),
        calendar=calendar,
    )


def assemble(settings: Settings, url: str, clock: Clock, city: CityMap, rules: Rules, version: str) -> Running:
    """Returns the parts of a server that follows the Redis at `url`."""
    shards, calendar = settings.shards, work_calendar(settings)
    replica = Replica(lambda: make_state(settings, city, rules, calendar))
    moments = Moments(replica, clock.now)
    dead_letters = DeadLetters(url, shards)
    watch = Watch(url, shards, clock.now)
    follower = Follower(url, shards, replica, dead_letters.add)
    snapshots = Snapshots(url, replica, shards, settings.snapshot_s, watch.note_other)
    strangers = Strangers(replica, follower)
    follower.restore, follower.set_aside = snapshots.restore, snapshots.set_aside
    return Running(
        settings=settings,
        url=url,
        clock=clock,
        city=city,
        version=version,
        replica=replica,
        moments=moments,
        follower=follower,
        snapshots=snapshots,
        dead_letters=dead_letters,
        watch=watch,
        strangers=strangers,
        intake=Intake(url, shards, replica),
        traces=Traces(url, shards),
        store=Store(url),
        publisher=Publisher(replica, moments, follower, Hub(), lambda: watch.notices),
        archive=Archive(settings.archive_dir or settings.data_dir / "archive", replica),
        keeper=Keeper(url, shards, replica, follower, clock, on=settings.keeper, grace_s=settings.keeper_grace_s),
    )
