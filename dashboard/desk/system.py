"""The system's own condition: read once from the running parts, told as metrics, as readiness, and as a page."""

from __future__ import annotations

import time
from typing import Any, Protocol

import msgspec

from dashboard.feeds.archive.archive import Archive
from dashboard.feeds.deadletters import ALL, Alike, DeadLetters, Found, Wanted
from dashboard.feeds.follower import Follower, ShardAt
from dashboard.feeds.keeper import Keeper
from dashboard.feeds.live.publisher import Publisher
from dashboard.feeds.live.screens import Health
from dashboard.feeds.loops import Loops
from dashboard.feeds.moments import Counts, Moments
from dashboard.feeds.snapshots.snapshots import Snapshots
from dashboard.feeds.store import Store, Stored
from dashboard.feeds.strangers import Strangers
from dashboard.feeds.watch import KEEPS_ALL, Notice, Watch


class Log(msgspec.Struct, frozen=True):
    """How the log is followed.

    Attributes:
        reason: why the state has not caught up with it, None when it has.
        behind: entries that are not folded yet.
        age_s: since every shard was last heard from.
        fold_s: spent folding since the start.
        unwritable: why nothing can be written to it, None when it can.
        skew_s: how far our clock is ahead of that of Redis.
        policy: eviction policy of Redis, None where it is not known.
        notices: what is wrong with it, as screens say it.
        faults: entries that are passed over, since the code has a mistake that they have met.
        strays: entries in streams of another number of shards, which nobody reads.
        strangers: open tasks of departments and areas that there are not.
        replaced: why the log is another one than before, while that is news.
    """

    reason: str | None
    behind: int
    age_s: float
    fold_s: float
    unwritable: str | None = None
    skew_s: float = 0.0
    policy: str | None = None
    notices: list[Notice] = []
    faults: int = 0
    strays: int = 0
    strangers: int = 0
    replaced: str | None = None
    shards: list[ShardAt] = []

    @property
    def evicts(self) -> bool:
        """Whether Redis may throw entries away."""
        return self.policy not in (None, KEEPS_ALL)


class Screens(msgspec.Struct, frozen=True):
    """Who watches; `frame_s` is how long the last tick took, `walls` what walls report about themselves."""

    connected: int
    topics: int
    frames: int
    dropped: int
    frame_s: float
    walls: list[Health]
    refused: int


class Archived(msgspec.Struct, frozen=True):
    """Cases in the archive, and those that wait for it; `error` is why they wait."""

    cases: int
    waiting: int
    error: str | None
    waiting_bytes: int = 0


class Keeping(msgspec.Struct, frozen=True):
    """The keeper of this server; `status` is as `/readyz` shows it, `delay_s` how late its last escalation was."""

    status: dict[str, Any]
    holds: bool
    failing: bool
    rounds: int
    round_s: float
    escalated: int
    opened: int
    delay_s: float


class Snapshot(msgspec.Struct, frozen=True):
    """The last snapshot of this process; `age_s` is None before the first, `unsaved` what was folded since."""

    age_s: float | None
    every_s: float
    unsaved: int


class Sockets(Protocol):
    """Who may open a socket, and who was sent away; the API has it."""

    refused: int


class Condition(msgspec.Struct, frozen=True):
    """Everything that can be said of a server at a moment.

    Attributes:
        store: what Redis says of itself, None while it does not answer.
        loops: why a loop of the server waits, by its name.
    """

    version: str
    log: Log
    counts: Counts
    screens: Screens
    archive: Archived
    keeper: Keeping
    snapshot: Snapshot
    store: Stored | None
    loops: dict[str, str]

    @property
    def ready(self) -> bool:
        """Whether the state has caught up with the log, and what is reported can be stored."""
        return self.reason is None

    @property
    def reason(self) -> str | None:
        """Why it is not ready, None when it is."""
        return self.log.reason or self.log.unwritable


class System:
    """Reads the condition of one server, and its dead letters.

    Attributes:
        sockets: who was sent away; None until there is a door for sockets.
    """

    def __init__(
        self,
        version: str,
        moments: Moments,
        follower: Follower,
        publisher: Publisher,
        archive: Archive,
        keeper: Keeper,
        snapshots: Snapshots,
        dead_letters: DeadLetters,
        watch: Watch,
        store: Store,
        loops: Loops,
        strangers: Strangers,
    ) -> None:
        self.version = version
        self._moments, self._follower, self._publisher = moments, follower, publisher
        self._archive, self._keeper, self._snapshots = archive, keeper, snapshots
        self._dead_letters, self._watch, self._store, self._loops = dead_letters, watch, store, loops
        self.sockets: Sockets | None = None
        self._strangers = strangers

    def condition(self) -> Condition:
        """Returns how the server is now."""
        return Condition(
            version=self.version,
            log=self._log(),
            counts=self._moments.counts(),
            screens=self._screens(),
            archive=Archived(
                self._archive.files.rows, self._archive.waiting, self._archive.error, self._archive.waiting_bytes
            ),
            keeper=self._keeping(),
            snapshot=self._snapshot(),
            store=self._store.stored,
            loops=dict(self._loops.waiting),
        )

    async def dead_letters(self, limit: int, wanted: Wanted = ALL) -> tuple[Found, int]:
        """Returns the newest dead letters that are wanted, and how many there are in all; raises RedisUnavailable."""
        return await self._dead_letters.newest(limit, wanted), self._moments.counts().dead_letters

    async def dead_letters_alike(self) -> tuple[list[Alike], int]:
        """Returns the newest dead letters by reason and source, and how many these are; raises RedisUnavailable."""
        return await self._dead_letters.alike()

    def _snapshot(self) -> Snapshot:
        snapshots, saved_at = self._snapshots, self._snapshots.saved_at
        age_s = None if saved_at is None else time.time() - saved_at
        return Snapshot(age_s, snapshots.every_s, snapshots.unsaved)

    def _log(self) -> Log:
        follower, watch = self._follower, self._watch
        return Log(
            reason=follower.ready,
            behind=follower.behind,
            age_s=follower.age_s,
            fold_s=follower.fold_s,
            faults=follower.fault_count,
            strays=watch.strays,
            strangers=self._strangers.count,
            replaced=follower.replaced,
            unwritable=watch.unwritable,
            skew_s=watch.skew_s,
            policy=watch.policy,
            notices=watch.notices,
            shards=follower.shards(),
        )

    def _screens(self) -> Screens:
        hub = self._publisher.hub
        walls = [screen.health for screen in hub.screens if screen.health is not None]
        topics = len(self._publisher.topics)
        refused = 0 if self.sockets is None else self.sockets.refused
        return Screens(len(hub.screens), topics, hub.frames, hub.dropped, self._publisher.frame_s, walls, refused)

    def _keeping(self) -> Keeping:
        keeper = self._keeper
        return Keeping(
            status=keeper.status(),
            holds=keeper.token is not None,
            failing=keeper.on and keeper.error is not None,
            rounds=keeper.rounds,
            round_s=keeper.round_s,
            escalated=keeper.escalated,
            opened=keeper.opened,
            delay_s=keeper.delay_s,
        )
