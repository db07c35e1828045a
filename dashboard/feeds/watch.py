"""The watch: what a server asks its Redis once a second beside the reports, and says when an answer is bad.

Does it take writes, does its clock agree with ours, may it throw entries away? Nobody waits for an answer here; the
intake and the keeper ask for themselves before they write. What is wrong is a `Notice`: screens show it, `/readyz` and
the metrics have it, and the server's own log gets one line when it begins and one when it ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any

import msgspec
import redis.exceptions

from dashboard.domain.state.horizon import TOLERATED_SKEW_S
from dashboard.errors import OtherShards
from dashboard.feeds.keys import SHARDS, all_stream_names, stream_names, write_probe
from dashboard.feeds.streams import CONNECTION_ERRORS, agree, connect

log = logging.getLogger(__name__)

LOOK_S = 1.0
POLICY_S = 60.0  # so often is it asked whether Redis may evict: somebody sets that, it does not happen
SAID_SKEW_S = 2.0  # a difference of clocks that is worth a word
SAID_OTHER_S = 900.0  # so long do screens say that the log is another one
KEEPS_ALL = "noeviction"
_TIMEOUT_S = 2.0
STRAYS_S = 5.0
SAID = {  # each notice, as the log of the server has it
    "log-replaced": "the log is another one than the one that was folded: %s",
    "writes-refused": "reports cannot be stored, Redis refuses writes: %s",
    "clock-wrong": "nothing is written: this server's clock is %s s off the clock of Redis",
    "clock-skew": "this server's clock is %s s off the clock of Redis",
    "other-shards": "nobody reads the streams of another number of shards (GRIDWALL_SHARDS is one for all): %s",
    "eviction": "Redis may throw reports away: its maxmemory-policy is %s and has to be noeviction",
}


class Notice(msgspec.Struct, frozen=True):
    """What is wrong with the log, beside the numbers.

    Attributes:
        name: which sentence says it, `notice-<name>` in the catalogues.
        since: instant of the city's clock at which it was noticed (epoch ms).
        detail: words of Redis, or a figure.
        grave: reports are not stored because of it; otherwise it is a warning.
    """

    name: str
    since: int
    detail: str
    grave: bool


class Watch:
    """Asks one Redis, for as long as a server runs.

    Attributes:
        refusal: why Redis refuses writes, in its own words; None while it takes them.
        skew_s: how far our clock is ahead of Redis' (negative: behind), seconds.
        policy: its eviction policy, None where it is not known.
        strays: entries in streams of another number of shards, which nobody reads.
    """

    def __init__(self, url: str, shards: int, now: Callable[[], float]) -> None:
        self._client = connect(url, timeout_s=_TIMEOUT_S)
        self._probes = [write_probe(shard, shards) for shard in range(shards)]
        self._now = now
        self._policy_at = self._other_at = self._strays_at = float("-inf")
        self._others = [name for name in all_stream_names() if name not in stream_names(shards)]
        self._shards, self.strays = shards, 0
        self._notices: dict[str, Notice] = {}
        self.refusal: str | None = None
        self.skew_s = 0.0
        self.policy: str | None = None

    @property
    def notices(self) -> list[Notice]:
        """What is wrong now, what is grave first."""
        return sorted(self._notices.values(), key=lambda notice: (not notice.grave, notice.since))

    @property
    def unwritable(self) -> str | None:
        """Returns why nothing can be written now, None when it can."""
        if self.refusal is not None:
            return f"Redis refuses writes: {self.refusal}"
        return too_far(self.skew_s)

    async def run(self) -> None:
        """Looks once a second until cancelled; a Redis that does not answer is for the follower to say."""
        while True:
            with contextlib.suppress(*CONNECTION_ERRORS):
                await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Asks once, and notes what has changed."""
        if time.monotonic() - self._other_at > SAID_OTHER_S:
            self._note("log-replaced", None, grave=False)
        self._note_refusal(await self._refusal())
        _, self.skew_s = await clocks(self._client)
        self._note_skew()
        if time.monotonic() - self._strays_at >= STRAYS_S:
            self._strays_at = time.monotonic()
            await self._note_strays()
        if time.monotonic() - self._policy_at >= POLICY_S:
            self.policy = (await self._client.info("memory")).get("maxmemory_policy")
            self._policy_at = time.monotonic()
            self._note("eviction", self.policy if self.policy not in (None, KEEPS_ALL) else None, grave=False)

    async def _note_strays(self) -> None:
        """Looks for entries of those who write, or wrote, with another number of shards."""
        async with self._client.pipeline(transaction=False) as pipe:
            for name in self._others:
                pipe.xlen(name)
            lengths = await pipe.execute(raise_on_error=False)
        found = {name: n for name, n in zip(self._others, lengths, strict=True) if isinstance(n, int) and n}
        self.strays = sum(found.values())
        said = ", ".join(f"{name} ({count:,})" for name, count in list(found.items())[:4])
        if await self._client.get(SHARDS) not in (None, b"%d" % self._shards):
            try:
                await agree(self._client, self._shards)
            except OtherShards as error:
                said = said or str(error)
        self._note("other-shards", said or None, grave=False)

    def note_other(self, why: str) -> None:
        """Notes that the log is another one than the one that was folded; screens say so for a while."""
        self._other_at = time.monotonic()
        self._note("log-replaced", why, grave=False)

    async def close(self) -> None:
        """Closes the connection."""
        await self._client.aclose()

    async def _refusal(self) -> str | None:
        """Returns why Redis would refuse an entry: it is asked to add one to streams that are not there.

        That writes nothing, and is refused for the same reasons: full memory, a full disk, a read-only replica.
        """
        async with self._client.pipeline(transaction=False) as pipe:
            for probe in self._probes:
                pipe.xadd(probe, {b"event": b""}, nomkstream=True)
            answers = await pipe.execute(raise_on_error=False)
        failed = [answer for answer in answers if isinstance(answer, redis.exceptions.RedisError)]
        return str(failed[0]) if failed else None

    def _note_refusal(self, refusal: str | None) -> None:
        self.refusal = refusal
        self._note("writes-refused", refusal, grave=True)

    def _note_skew(self) -> None:
        said = f"{self.skew_s:+.1f}" if abs(self.skew_s) >= SAID_SKEW_S else None
        wrong = too_far(self.skew_s) is not None
        self._note("clock-wrong", said if wrong else None, grave=True)
        self._note("clock-skew", None if wrong else said, grave=False)

    def _note(self, name: str, detail: str | None, *, grave: bool) -> None:
        """Notes that something is so, or (None) is not so any more; it is logged when it begins and when it ends."""
        known = self._notices.get(name)
        if detail is None:
            if self._notices.pop(name, None) is not None:
                log.warning("over: %s", name)
            return
        since = int(self._now() * 1000) if known is None else known.since
        self._notices[name] = Notice(name, since, detail, grave)
        if known is None:
            log.log(logging.ERROR if grave else logging.WARNING, SAID[name], detail)


async def clocks(client: Any) -> tuple[float, float]:
    """Returns the time of Redis (epoch seconds), and how far our clock is ahead of it.

    How long the answer took counts as no difference.
    """
    asked_at = time.time()
    seconds, micros = await client.time()
    theirs_s = seconds + micros / 1e6
    return theirs_s, skew(theirs_s, asked_at, time.time())


def skew(theirs_s: float, asked_at: float, answered_at: float) -> float:
    """Returns how far a clock that showed two instants is ahead of one that showed `theirs_s` in between."""
    if asked_at > theirs_s:
        return asked_at - theirs_s
    return min(0.0, answered_at - theirs_s)


def too_far(skew_s: float) -> str | None:
    """Returns in words why nothing is written under such a difference of clocks, None when it is tolerated."""
    if abs(skew_s) <= TOLERATED_SKEW_S:
        return None
    return f"this server's clock is {skew_s:+.0f} s off the clock of Redis (at most {TOLERATED_SKEW_S:.0f} s)"
