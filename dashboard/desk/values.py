"""The values of a condition, each with its limit and whether it is within: what the page of the system shows.

A value without a limit is only told. `watch` is what somebody should look at soon, `broken` what loses reports or
shows old ones; what to do then is said by the page in words, by the value's id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from dashboard.desk.system import Condition
from dashboard.feeds.store import Persistence, Stored
from dashboard.feeds.watch import KEEPS_ALL

MOST_AGE_S = 3.0  # Redis was last heard from; it answers at least every 0.4 s
MOST_SKEW_S = 2.0  # our clock against that of Redis
MOST_BEHIND = 1000
MOST_MEMORY = 0.9  # of what Redis may use
MOST_ROUND_S = 0.5  # of the keeper, which makes one every half second
MOST_FRAME_S = 0.1
RECENT_S = 86_400.0  # a dead letter that is older has been looked at, or never will be
MOST_WAITING = 20_000  # cases on their way into the archive
SNAPSHOTS_LATE = 3  # as many times as a snapshot takes to come

State = Literal["ok", "watch", "broken", "unknown"]
Group = Literal["log", "counts", "keeper", "kept", "screens"]
Unit = Literal["count", "s", "bytes", "text"]


_SAFE: dict[Persistence, State] = {"aof": "ok", "rdb": "watch", "none": "broken", "unknown": "unknown"}


class Value(msgspec.Struct, frozen=True):
    """One value; `limit` is the most that is good, or for a text the only good one."""

    id: str
    group: Group
    unit: Unit
    value: float | str | None
    limit: float | str | None = None
    state: State = "ok"


def values_of(condition: Condition) -> list[Value]:
    """Returns all values, in the order of the page; which there are hangs on nothing."""
    return [
        *_of_log(condition),
        *_of_store(condition.store),
        *_of_counts(condition),
        *_of_keeper(condition),
        *_of_kept(condition),
        *_of_screens(condition),
    ]


def worst(values: list[Value], waiting: int) -> State:
    """Returns the state of the whole; a loop that waits is broken."""
    states = {value.state for value in values}
    return "broken" if waiting or "broken" in states else "watch" if "watch" in states else "ok"


def _upto(value: float, limit: float | None, over: State = "watch") -> State:
    return over if limit is not None and value > limit else "ok"


def _of_log(condition: Condition) -> Iterator[Value]:
    log = condition.log
    yield Value("log-ready", "log", "text", log.reason, None, "ok" if condition.ready else "broken")
    yield Value("log-writable", "log", "text", log.unwritable, None, "broken" if log.unwritable else "ok")
    yield Value("log-age", "log", "s", log.age_s, MOST_AGE_S, _upto(log.age_s, MOST_AGE_S, "broken"))
    yield Value("clock", "log", "s", abs(log.skew_s), MOST_SKEW_S, _upto(abs(log.skew_s), MOST_SKEW_S))
    yield Value("log-behind", "log", "count", log.behind, MOST_BEHIND, _upto(log.behind, MOST_BEHIND))
    yield Value("log-entries", "log", "count", sum(shard.length for shard in log.shards))


def _of_store(stored: Stored | None) -> Iterator[Value]:
    if stored is None:
        yield Value("memory", "log", "bytes", None, None, "unknown")
        names = ("engine", "support", "policy", "persistence", "disk")
        yield from (Value(name, "log", "text", None, None, "unknown") for name in names)
        return
    most = stored.memory_limit_bytes and int(stored.memory_limit_bytes * MOST_MEMORY)
    evicts: State = "ok" if stored.policy == KEEPS_ALL else "broken"
    yield Value("engine", "log", "text", str(stored.engine))
    yield _support(stored)
    yield Value("memory", "log", "bytes", stored.memory_bytes, most, _upto(stored.memory_bytes, most, "broken"))
    yield Value("policy", "log", "text", stored.policy, KEEPS_ALL, evicts)
    yield Value("persistence", "log", "text", stored.persistence, "aof", _SAFE[stored.persistence])
    yield Value("disk", "log", "text", stored.failing, None, "broken" if stored.failing else "ok")


def _support(stored: Stored) -> Value:
    """Returns until when the program is mended; after that somebody should look, also though everything works."""
    if stored.engine.until is None or stored.days_left is None:
        return Value("support", "log", "text", None, None, "unknown")
    ended: State = "watch" if stored.days_left < 0 else "ok"
    return Value("support", "log", "text", stored.engine.until.isoformat(), None, ended)


def _of_counts(condition: Condition) -> Iterator[Value]:
    counts = condition.counts
    yield Value("reports", "counts", "count", counts.reports)
    yield Value("duplicates", "counts", "count", counts.duplicates)
    yield Value("differing", "counts", "count", counts.differing, 0, _upto(counts.differing, 0))
    yield _dead_letters(condition)
    yield Value("faults", "counts", "count", condition.log.faults, 0, _upto(condition.log.faults, 0, "broken"))
    yield Value("strays", "counts", "count", condition.log.strays, 0, _upto(condition.log.strays, 0, "broken"))
    yield Value("strangers", "counts", "count", condition.log.strangers, 0, _upto(condition.log.strangers, 0))
    yield Value("held", "counts", "count", counts.held)
    yield Value("ahead", "counts", "count", counts.ahead, 0, _upto(counts.ahead, 0))
    yield Value("cases", "counts", "count", counts.cases)


def _dead_letters(condition: Condition) -> Value:
    """Returns how many there are; they stay for good, so it is new ones that somebody should look at."""
    count, stored = condition.counts.dead_letters, condition.store
    age_s = None if stored is None else stored.letter_age_s
    limit = None if age_s is not None and age_s >= RECENT_S else 0
    return Value("dead-letters", "counts", "count", count, limit, _upto(count, limit))


def _of_keeper(condition: Condition) -> Iterator[Value]:
    keeper = condition.keeper
    error, state = keeper.status["error"], keeper.status["state"]
    yield Value("keeper", "keeper", "text", state, None, "broken" if error else "watch" if state == "off" else "ok")
    yield Value("keeper-error", "keeper", "text", error, None, "broken" if error else "ok")
    yield Value("keeper-round", "keeper", "s", keeper.round_s, MOST_ROUND_S, _upto(keeper.round_s, MOST_ROUND_S))
    yield Value("keeper-escalated", "keeper", "count", keeper.escalated)
    yield Value("keeper-opened", "keeper", "count", keeper.opened)


def _of_kept(condition: Condition) -> Iterator[Value]:
    yield _snapshot(condition)
    archive = condition.archive
    yield Value("archived", "kept", "count", archive.cases)
    yield Value("archive-waiting", "kept", "count", archive.waiting, MOST_WAITING, _upto(archive.waiting, MOST_WAITING))
    yield Value("archive-error", "kept", "text", archive.error, None, "broken" if archive.error else "ok")


def _snapshot(condition: Condition) -> Value:
    """Returns the age of the last one; it may be old when nothing was folded since, or another server saves."""
    snapshot, stored = condition.snapshot, condition.store
    age_s, most_s = snapshot.age_s, snapshot.every_s * SNAPSHOTS_LATE
    elsewhere = stored is not None and stored.snapshot_lease
    late = age_s is not None and age_s > most_s and snapshot.unsaved > 0 and not elsewhere
    return Value("snapshot", "kept", "s", age_s, most_s, "watch" if late else "unknown" if age_s is None else "ok")


def _of_screens(condition: Condition) -> Iterator[Value]:
    screens = condition.screens
    yield Value("screens", "screens", "count", screens.connected)
    yield Value("walls", "screens", "count", len(screens.walls))
    yield Value("frame", "screens", "s", screens.frame_s, MOST_FRAME_S, _upto(screens.frame_s, MOST_FRAME_S))
    yield Value("dropped", "screens", "count", screens.dropped)
    yield Value("refused", "screens", "count", screens.refused, 0, _upto(screens.refused, 0))
