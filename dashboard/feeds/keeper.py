"""The keeper: appends what follows from the state and the time: escalations, and follow-up tasks.

Of all servers the one that holds the lease keeps. It acts only on a state that has caught up with
the log as it was when the lease was taken, and what it appends has a deterministic id: an
escalation or a task exists once, whoever was killed when.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.clock import Clock
from dashboard.domain.acting.deed import Deed
from dashboard.domain.acting.keeper import counts, escalation, follow_ups
from dashboard.domain.reports import decode, event_of, ms_seq, type_of
from dashboard.domain.rules.lifecycle import LAST_OPEN
from dashboard.domain.state.city import CityState
from dashboard.domain.state.rungs import Rungs
from dashboard.errors import InvalidReport
from dashboard.feeds.follower import BATCH, Follower, Replica
from dashboard.feeds.keys import stream_names
from dashboard.feeds.lease import Lease
from dashboard.feeds.streams import CONNECTION_ERRORS, connect, shard_of

log = logging.getLogger(__name__)

ROUND_S = 0.5
_MOST_PER_ROUND = 1000  # escalations; the rest follows in the next round
_FIRST_LOOK_BACK_MS = 86_400_000  # a log that never had a keeper: reports that arrived within a day open tasks
_KEPT_KEYS = 20_000


class Keeper:
    """One server's keeper, which waits for the lease or keeps.

    Attributes:
        rounds: rounds kept by this process.
        round_s: seconds that the last round took.
        escalated, opened: what this process has appended.
        delay_s: seconds of the city's clock between the end of a level's time and the last escalation.
        read_ms: arrival of the last entry that was looked at for follow-ups (epoch ms), by shard.
    """

    def __init__(
        self,
        url: str,
        shards: int,
        replica: Replica,
        follower: Follower,
        clock: Clock,
        *,
        on: bool = True,
        grace_s: float = 10.0,
    ) -> None:
        self.on, self._grace_s = on, grace_s
        self._replica, self._follower, self._clock = replica, follower, clock
        self._streams = stream_names(shards)
        self._client = connect(url)
        self._lease = Lease(self._client, shards)
        self._barrier: list[bytes] = []
        self._cursors: list[bytes] = []
        self._escalations = Escalations(replica.state, grace_s)
        self._appended: dict[str, None] = {}
        self.rounds = self.escalated = self.opened = 0
        self.round_s = self.delay_s = 0.0
        self.read_ms = [0] * shards
        self.error: str | None = None

    @property
    def token(self) -> int | None:
        """The fencing token while this process keeps, else None."""
        return self._lease.token

    def status(self) -> dict[str, Any]:
        """Returns its state as /readyz shows it: off, waiting for another server's lease, or keeping."""
        state = "off" if not self.on else "waiting" if self.token is None else "keeping"
        return {
            "state": state,
            "token": self.token,
            "rounds": self.rounds,
            "round_ms": round(self.round_s * 1000, 2),
            "escalated": self.escalated,
            "opened": self.opened,
            "error": self.error,
        }

    async def run(self) -> None:
        """Waits for the lease and keeps, until cancelled."""
        while self.on:
            try:
                await self._round()
                self.error = None
            except CONNECTION_ERRORS as error:
                # Whether the last append arrived is not known: take the lease anew and look at the log first.
                self.error = f"no answer from Redis: {type(error).__name__}"
                self._lease.forget()
            await asyncio.sleep(ROUND_S)

    def retire(self) -> None:
        """Decides nothing any more; what is appended under a lease that was let go is refused by Redis."""
        self.on = False

    async def close(self) -> None:
        """Gives the lease back, so that the next one need not wait for its end, and closes the connection."""
        with contextlib.suppress(*CONNECTION_ERRORS):  # then it ends by itself
            await self._lease.release()
        await self._client.aclose()

    async def _round(self) -> None:
        if self._lease.token is None and not await self._begin():
            return
        started = time.perf_counter()
        if not await self._lease.prolong() or not self._caught_up():
            return
        await self._escalate()
        for shard in range(len(self._streams)):
            await self._follow_up(shard)
        self.rounds += 1
        self.round_s = time.perf_counter() - started

    async def _begin(self) -> bool:
        """Takes the lease; what was appended before has to be folded before we act."""
        if not await self._lease.take():
            return False
        self._barrier, self._cursors = [], []
        self._appended.clear()  # whether the last ones arrived is not known: what did is folded before we act
        earliest = b"%d-0" % (int(time.time() * 1000) - _FIRST_LOOK_BACK_MS)
        for shard, stream in enumerate(self._streams):
            newest = await self._client.xrevrange(stream, count=1)
            self._barrier.append(newest[0][0] if newest else b"0-0")
            self._cursors.append(await self._lease.cursor(shard) or earliest)
        self._escalations = Escalations(self._replica.state, self._grace_s)
        log.info("this server is the keeper now (token %s)", self._lease.token)
        return True

    def _caught_up(self) -> bool:
        positions = self._replica.state.positions
        folded = all(
            ms_seq(positions.get(shard, b"0-0")) >= ms_seq(barrier) for shard, barrier in enumerate(self._barrier)
        )
        return folded and self._follower.ready is None

    async def _escalate(self) -> None:
        now_s, state = self._clock.now(), self._replica.state
        if self._escalations.state is not state:  # the log was replaced by another one
            self._escalations = Escalations(state, self._grace_s)
        due = self._escalations.due(now_s, time.monotonic())
        if due and await self._append([deed for deed, _ in due]):
            self.escalated += len(due)
            self.delay_s = max(now_s - ended_at for _, ended_at in due)

    async def _follow_up(self, shard: int) -> None:
        """Opens the tasks that the reports behind our cursor ask for, as far as they are folded."""
        while True:
            cursor, folded = self._cursors[shard], self._replica.state.positions.get(shard, b"0-0")
            reply = await self._client.xread({self._streams[shard]: cursor}, count=BATCH)
            entries = [entry for entry in (reply[0][1] if reply else []) if ms_seq(entry[0]) <= ms_seq(folded)]
            if not entries:
                return
            deeds = self._tasks_of(shard, entries)
            if not await self._append(deeds, shard, entries[-1][0]):
                return
            self.opened += len(deeds)
            self._cursors[shard] = entries[-1][0]
            self.read_ms[shard] = ms_seq(entries[-1][0])[0]
            if len(entries) < BATCH:
                return
            await asyncio.sleep(0)

    def _tasks_of(self, shard: int, entries: list[Any]) -> list[Deed]:
        """Returns the tasks to open for entries of the log, each once."""
        state, now_s, deeds = self._replica.state, self._clock.now(), []
        causes = {rule.on for rule in state.rules.follow_ups} | {"task.declined"}
        for position, fields in entries:
            report = _report_of(fields)
            if report is not None and type_of(report) in causes and counts(state, report, shard, position):
                fresh = [deed for deed in follow_ups(state, report, now_s) if deed.key not in self._appended]
                self._appended.update((deed.key, None) for deed in fresh)
                deeds += fresh
        while len(self._appended) > _KEPT_KEYS:
            del self._appended[next(iter(self._appended))]
        return deeds

    async def _append(self, deeds: list[Deed], shard: int = 0, cursor: bytes | None = None) -> bool:
        """Appends to the log under our token; returns False when the lease is lost."""
        if not self.on:
            return False
        raws: dict[int, list[bytes]] = {}
        for deed in deeds:
            raws.setdefault(shard_of(deed.area, len(self._streams)), []).append(deed.raw)
        own = raws.pop(shard, [])
        others = [await self._lease.append(other, given) for other, given in raws.items()]
        # The cursor moves last: whoever takes over in between finds what is in the log already, and adds the rest.
        if all(others) and (not (own or cursor) or await self._lease.append(shard, own, cursor)):
            return True
        log.warning("the keeper's lease went to another server; what was not appended is left to it")
        return False


class Escalations:
    """Which cases go up now.

    A case that was seen before its level's time was over goes up at once. One that is late when it is
    first seen may only have come in late, with its further steps on the way: it waits `grace_s` after its
    last step. What was given out once is not given out again: it is on its way to the log.
    """

    def __init__(self, state: CityState, grace_s: float) -> None:
        self.state, self._grace_s = state, grace_s
        self._rungs = Rungs(state.deadlines)
        self._sent: dict[str, int] = {}
        self._in_time: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._late_since: npt.NDArray[np.float64] = np.zeros(0)
        self._late_last: npt.NDArray[np.float64] = np.zeros(0)

    def due(self, now_s: float, monotonic_s: float) -> list[tuple[Deed, float]]:
        """Returns the escalations to append now, with the instants at which they were due (epoch seconds)."""
        cases = self.state.cases
        rows = self._rungs.broken(cases, now_s)
        ready = rows[self._ready(rows, monotonic_s)]
        self._sent = {case: to for case, to in self._sent.items() if case in cases.rows and self._level(case) < to}
        found = []
        for row in ready.tolist():
            if cases.ids[row] not in self._sent:
                found.append((escalation(self.state, row, now_s), self._rungs.ends(cases, row)))
                self._sent[cases.ids[row]] = int(cases.columns["level"][row]) + 1
                if len(found) == _MOST_PER_ROUND:
                    break
        return found

    def _level(self, case: str) -> int:
        cases = self.state.cases
        return int(cases.columns["level"][cases.rows[case]])

    def _ready(self, rows: npt.NDArray[np.int64], monotonic_s: float) -> npt.NDArray[np.bool_]:
        """Returns which of the rows were in time when last seen, or have waited for long enough."""
        columns = self.state.cases.columns
        capacity = len(columns["state"])
        if len(self._in_time) < capacity:
            more = capacity - len(self._in_time)
            self._in_time = np.concatenate([self._in_time, np.zeros(more, np.bool_)])
            self._late_since = np.concatenate([self._late_since, np.zeros(more)])
            self._late_last = np.concatenate([self._late_last, np.zeros(more)])
        last_at = columns["last_at"][rows]
        fresh = (self._late_since[rows] == 0.0) | (self._late_last[rows] != last_at)
        since = np.where(fresh, monotonic_s, self._late_since[rows])
        prompt = self._in_time[rows]
        # What was in time when its time ended stays prompt until it has been lifted.
        self._in_time = (columns["state"] <= LAST_OPEN) & (columns["due_at"] > 0.0)
        self._in_time[rows] = prompt
        self._late_since = np.zeros(capacity)
        self._late_since[rows], self._late_last[rows] = since, last_at
        ready: npt.NDArray[np.bool_] = prompt | (monotonic_s - since >= self._grace_s)
        return ready


def _report_of(fields: list[bytes]) -> Any:
    """Returns the report in an entry of the log, or None when it is no report."""
    try:
        raw = event_of(fields)
        return decode(raw) if raw is not None else None
    except InvalidReport:
        return None
