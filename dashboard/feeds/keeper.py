"""The keeper: appends what follows from the state and the time: escalations, and follow-up tasks.

Of all servers the one that holds the lease keeps. It acts only on a state that has caught up with
the log as it was when the lease was taken, and what it appends has a deterministic id: an
escalation or a task exists once, whoever was killed when. It looks whether what it appended was taken, and does it
again if not; while its clock is far off that of Redis it does nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dashboard.clock import Clock
from dashboard.domain.acting.deed import Deed
from dashboard.domain.acting.keeper import counts, escalation, follow_ups, next_level, taken
from dashboard.domain.reading.ahead import table_at
from dashboard.domain.reports import decode, event_of, ms_seq, type_of
from dashboard.domain.rules.lifecycle import LAST_OPEN
from dashboard.domain.state.cases import CaseTable
from dashboard.domain.state.city import CityState
from dashboard.domain.state.rungs import Rungs
from dashboard.errors import InvalidReport, OtherShards
from dashboard.feeds.follower import BATCH, Follower, Replica
from dashboard.feeds.keys import stream_names
from dashboard.feeds.lease import Lease
from dashboard.feeds.streams import CONNECTION_ERRORS, agree, connect, is_beyond, shard_of, told
from dashboard.feeds.watch import clocks, too_far

log = logging.getLogger(__name__)

ROUND_S = 0.5
_MOST_PER_ROUND = 1000  # escalations; the rest follows in the next round
_FIRST_LOOK_BACK_MS = 86_400_000  # a log that never had a keeper: reports that arrived within a day open tasks
_KEPT_KEYS = 20_000
_LAST_SEQ = 2**64 - 1  # of the ids of one millisecond
FIRST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 600.0  # before something is done again that was not taken; it doubles


class Unseen(NamedTuple):
    """What was appended, when (monotonic clock), and how long to wait from then before it is done again."""

    deed: Deed
    sent_s: float
    pause_s: float


class Keeper:
    """One server's keeper, which waits for the lease or keeps.

    Attributes:
        rounds: rounds kept by this process.
        round_s: seconds that the last round took.
        escalated, opened: what this process has appended.
        redone: what it had to do again, since it was not taken.
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
        self._seen_state = replica.state
        self._cursors: list[bytes] = []
        self._escalations = Escalations(replica.state, grace_s)
        self._appended: dict[str, tuple[int, Any]] = {}  # task by its deed's key: shard and entry that asked for it
        self._unseen: dict[str, Unseen] = {}
        self._marks: list[bytes] = []  # newest ids as of `_marked_s`; when they are folded, so is what was sent before
        self._marked_s = 0.0
        self.rounds = self.escalated = self.opened = self.redone = 0
        self.round_s = self.delay_s = 0.0
        self.read_ms = [0] * shards
        self.error: str | None = None

    @property
    def token(self) -> int | None:
        """The fencing token while this process keeps, else None."""
        return self._lease.token

    def status(self) -> dict[str, Any]:
        """Returns its state as /readyz shows it: off, failing, waiting for another server's lease, or keeping."""
        state = "failing" if self.error else "waiting" if self.token is None else "keeping"
        state = state if self.on else "off"
        return {
            "state": state,
            "token": self.token,
            "rounds": self.rounds,
            "round_ms": round(self.round_s * 1000, 2),
            "escalated": self.escalated,
            "opened": self.opened,
            "redone": self.redone,
            "error": self.error,
        }

    async def run(self) -> None:
        """Waits for the lease and keeps, until cancelled."""
        while self.on:
            try:
                self._say(await self._round())
            except CONNECTION_ERRORS as error:
                # Whether the last append arrived is not known: take the lease anew and look at the log first.
                self._say(told(error))
                self._lease.forget()
            await asyncio.sleep(ROUND_S)

    def _say(self, error: str | None) -> None:
        """Notes why nothing may be kept (None: it may); the log of the server gets a line when that begins or ends."""
        if (error is None) != (self.error is None):
            log.warning("the keeper keeps again" if error is None else f"the keeper cannot keep: {error}")
        self.error = error

    def retire(self) -> None:
        """Decides nothing any more; what is appended under a lease that was let go is refused by Redis."""
        self.on = False

    async def close(self) -> None:
        """Gives the lease back, so that the next one need not wait for its end, and closes the connection."""
        with contextlib.suppress(*CONNECTION_ERRORS):  # then it ends by itself
            await self._lease.release()
        await self._client.aclose()

    async def _round(self) -> str | None:
        """Keeps once; returns why nothing may be kept, None when it may or it is another server's turn."""
        _, skew_s = await clocks(self._client)
        if (reason := too_far(skew_s) or await self._misplaced()) is not None:
            return reason
        if self._lease.token is None and not await self._begin():
            return await self._lease.endless() or (self.error if await self._lease.is_left_over() else None)
        started = time.perf_counter()
        await self._look_at_state()
        if not await self._lease.prolong() or not self._caught_up():
            return self.error  # what kept it from keeping is over when it has kept
        await self._redo()
        await self._escalate()
        for shard in range(len(self._streams)):
            await self._follow_up(shard)
        self.rounds += 1
        self.round_s = time.perf_counter() - started
        return None

    async def _misplaced(self) -> str | None:
        """Returns why this server must not keep: who reads other streams would keep those from it who read these."""
        try:
            if self._lease.token is None:
                await agree(self._client, len(self._streams))
        except OtherShards as error:
            return str(error)
        return None

    async def _begin(self) -> bool:
        """Takes the lease; what was appended before has to be folded before we act."""
        if not await self._lease.take():
            return False
        await self._look_back()
        log.info("this server is the keeper now (token %s)", self._lease.token)
        return True

    async def _look_at_state(self) -> None:
        if self._replica.state is not self._seen_state:  # the log was replaced by another one, or is folded anew
            await self._look_back()

    async def _look_back(self) -> None:
        """Learns what has to be folded before we act, and how far follow-ups were opened for.

        Who kept another log may have read further than this one goes.
        """
        self._barrier, self._cursors, self._seen_state = [], [], self._replica.state
        self._unseen.clear()
        self._marks.clear()
        self._appended.clear()  # whether the last ones arrived is not known: what did is folded before we act
        earliest = b"%d-0" % (int(time.time() * 1000) - _FIRST_LOOK_BACK_MS)
        for shard, stream in enumerate(self._streams):
            newest = await self._client.xrevrange(stream, count=1)
            self._barrier.append(newest[0][0] if newest else b"0-0")
            cursor = await self._lease.cursor(shard) or earliest
            self._cursors.append(earliest if is_beyond(cursor, self._barrier[-1]) else cursor)
        self._escalations = Escalations(self._replica.state, self._grace_s)

    def _caught_up(self) -> bool:
        positions = self._replica.state.positions
        folded = all(
            ms_seq(positions.get(shard, b"0-0")) >= ms_seq(barrier) for shard, barrier in enumerate(self._barrier)
        )
        return folded and self._follower.ready is None

    async def _escalate(self) -> None:
        now_s = self._clock.now()
        due = self._escalations.due(now_s, time.monotonic())
        if due and await self._append([deed for deed, _ in due]):
            self._look_for([deed for deed, _ in due])
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
            if not await self._append(deeds, shard, self._confirmed(shard, entries[-1][0], deeds)):
                return
            self._look_for(deeds)
            self.opened += len(deeds)
            self._cursors[shard] = entries[-1][0]
            self.read_ms[shard] = ms_seq(entries[-1][0])[0]
            if len(entries) < BATCH:
                return
            await asyncio.sleep(0)

    def _confirmed(self, shard: int, last: bytes, deeds: list[Deed]) -> bytes:
        """Returns up to where a shard needs no look by who keeps next: until what was appended is seen to be taken.

        At most a day back, so that what is never taken does not hold it for ever.
        """
        waiting = {*self._unseen, *(deed.key for deed in deeds)} & self._appended.keys()
        causes = [ms_seq(self._appended[key][1][0]) for key in waiting if self._appended[key][0] == shard]
        if not causes:
            return last
        ms, seq = min(causes)
        before = (ms, seq - 1) if seq else (ms - 1, _LAST_SEQ)
        ms, seq = max(before, (int(time.time() * 1000) - _FIRST_LOOK_BACK_MS, 0))
        return min(b"%d-%d" % (ms, seq), last, key=ms_seq)

    def _tasks_of(self, shard: int, entries: list[Any]) -> list[Deed]:
        """Returns the tasks to open for entries of the log, each once."""
        state, now_s, deeds = self._replica.state, self._clock.now(), []
        causes = {rule.on for rule in state.rules.follow_ups} | {"task.declined"}
        for position, fields in entries:
            report = _report_of(fields)
            if report is not None and type_of(report) in causes and counts(state, report, shard, position):
                fresh = [deed for deed in follow_ups(state, report, now_s) if deed.key not in self._appended]
                self._appended.update((deed.key, (shard, (position, fields))) for deed in fresh)
                deeds += fresh
        while len(self._appended) > _KEPT_KEYS:
            del self._appended[next(iter(self._appended))]
        return deeds

    def _look_for(self, deeds: list[Deed]) -> None:
        """Notes what was appended, until it is seen in the state."""
        now_s = time.monotonic()
        for deed in deeds:
            before = self._unseen.get(deed.key)
            pause_s = FIRST_PAUSE_S if before is None else min(2 * before.pause_s, LONGEST_PAUSE_S)
            self._unseen[deed.key] = Unseen(deed, now_s, pause_s)

    async def _redo(self) -> None:
        """Does again what was appended and not taken, as under a clock that was wrong.

        That is known only of what was sent before the newest ids were asked for, and when those are folded.
        """
        positions = self._replica.state.positions
        if self._marks and all(
            ms_seq(positions.get(shard, b"0-0")) >= ms_seq(mark) for shard, mark in enumerate(self._marks)
        ):
            self._marks = []
            await self._do_again(self._missing())
        if self._unseen and not self._marks:
            self._marked_s = time.monotonic()
            newest = [await self._client.xrevrange(stream, count=1) for stream in self._streams]
            self._marks = [entries[0][0] if entries else b"0-0" for entries in newest]

    def _missing(self) -> list[Deed]:
        """Returns what was not taken and is to be done again now; forgets what was."""
        state, now_s = self._replica.state, time.monotonic()
        known = {key: unseen for key, unseen in self._unseen.items() if unseen.sent_s < self._marked_s}
        for key, unseen in known.items():
            if taken(state, unseen.deed):
                del self._unseen[key]
        return [
            unseen.deed
            for key, unseen in known.items()
            if key in self._unseen and now_s - unseen.sent_s >= unseen.pause_s
        ]

    async def _do_again(self, missing: list[Deed]) -> None:
        """Decides anew what was not taken: by what the city is now, and by the time that it is now."""
        for deed in missing:
            self.redone += 1
            log.warning("%s was appended and not taken; it is done again", deed.key)
            if deed.type == "case.escalated":
                self._escalations.forget(deed.data["case"])
                continue
            cause = self._appended.pop(deed.key, None)
            deeds = [] if cause is None else self._tasks_of(cause[0], [cause[1]])
            if deeds and await self._append(deeds, cause[0] if cause else 0):
                self._look_for(deeds)
            elif not deeds:
                del self._unseen[deed.key]

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
        self._rungs = Rungs(state.deadlines, state.tree.standing)
        self._sent: dict[str, int] = {}
        self._in_time: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._late_since: npt.NDArray[np.float64] = np.zeros(0)
        self._late_last: npt.NDArray[np.float64] = np.zeros(0)

    def due(self, now_s: float, monotonic_s: float) -> list[tuple[Deed, float]]:
        """Returns the escalations to append now, with the instants at which they were due (epoch seconds)."""
        cases = table_at(self.state.cases, now_s)  # a closing that lies ahead stops no case on its way up
        rows = self._rungs.broken(cases, now_s)
        ready = rows[self._ready(cases, rows, monotonic_s)]
        self._sent = {case: to for case, to in self._sent.items() if case in cases.rows and self._level(case) < to}
        found = []
        for row in ready.tolist():
            if cases.ids[row] not in self._sent:
                found.append((escalation(self.state, row, now_s, cases), self._rungs.ends(cases, row)))
                self._sent[cases.ids[row]] = next_level(self.state, row, cases)
                if len(found) == _MOST_PER_ROUND:
                    break
        return found

    def forget(self, case: str) -> None:
        """Lets a case be given out again, since its escalation did not count."""
        self._sent.pop(case, None)

    def _level(self, case: str) -> int:
        cases = self.state.cases
        return int(cases.columns["level"][cases.rows[case]])

    def _ready(self, cases: CaseTable, rows: npt.NDArray[np.int64], monotonic_s: float) -> npt.NDArray[np.bool_]:
        """Returns which of the rows were in time when last seen, or have waited for long enough."""
        columns = cases.columns
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
