"""The door through which people act: the one place where their deeds get into the log.

    rules make a deed ─► may they? ─► would it count? ─► guard ─► before ─► the log ─► audit

Everything that acting means for all subjects alike stands here and nowhere else: that the actor may, that of two who
act on the same version of a thing one is first, what has to be stored before the log says that it happened, and who
is written down as having done it. The keeper has a door of its own, since it appends under its lease.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence

from dashboard.desk.access import Actor, demand
from dashboard.domain.acting.deed import Deed
from dashboard.errors import Overtaken
from dashboard.feeds.intake import Intake
from dashboard.feeds.streams import CONNECTION_ERRORS

log = logging.getLogger(__name__)

GUARD_S = 120  # so long two deeds on the same version of a thing exclude each other; by then the fold knows better

Before = Callable[[Actor, Deed], Awaitable[Deed]]
Audit = Callable[[Actor, Deed, str], None]


def written_down(actor: Actor, deed: Deed, stream_id: str) -> None:
    """The audit while there are no accounts: one line of the server's own log for each deed."""
    log.info("%s: %s in %s, %s at %s", actor.name, deed.key, deed.area, deed.type, stream_id)


class Appending:
    """Appends deeds of people.

    What has to be written before the log comes in as `before`: each is given the deed and returns the one to append,
    such as the same with a reference in place of a person who is in a register by then. One that raises ends the
    deed with nothing appended. `audit` is told of each deed that is in the log.
    """

    def __init__(self, intake: Intake, before: Sequence[Before] = (), audit: Audit = written_down) -> None:
        self._intake, self._before, self._audit = intake, tuple(before), audit

    async def append(self, actor: Actor, deed: Deed, guard: str) -> str:
        """Appends a deed; returns its stream id.

        Whatever goes wrong frees the guard: the deed's key names what it acts on, so doing it again counts once.

        Args:
            actor: whose deed it is.
            deed: what they do.
            guard: name under which others who saw the same exclude each other (see `guard_of`).

        Raises:
            NotAllowed: the actor may not.
            InvalidReport: the report would never count; nothing was claimed.
            Overtaken: somebody else has the guard.
            RedisUnavailable: Redis does not answer; nothing is promised.
            RedisRefuses: it takes no writes.
        """
        await self._intake.check(deed.raw)
        done = await self.append_all(actor, [(deed, guard)])
        if not done:
            raise Overtaken(f"somebody else has just acted on {guard.rpartition('/')[0]}")
        return done[0]

    async def append_all(self, actor: Actor, deeds: Sequence[tuple[Deed, str]]) -> list[str]:
        """Appends, of deeds with their guards, those whose guards are free; returns their stream ids.

        Raises:
            NotAllowed: the actor may not.
            InvalidReport: one of them would never count; nothing was appended.
            RedisUnavailable: Redis does not answer; nothing is promised.
            RedisRefuses: it takes no writes.
        """
        demand(actor, "acting")
        claimed: list[str] = []
        try:
            mine: list[Deed] = []
            for deed, guard in deeds:
                if await self._intake.claim(guard, GUARD_S):
                    claimed.append(guard)
                    mine.append(await self._prepared(actor, deed))
            ids = await self._intake.take([deed.raw for deed in mine], len(mine) > 1) if mine else []
        except BaseException:
            with contextlib.suppress(*CONNECTION_ERRORS):
                await self._intake.free(claimed)
            raise
        for deed, stream_id in zip(mine, ids, strict=True):
            self._audit(actor, deed, stream_id)
        return ids

    async def _prepared(self, actor: Actor, deed: Deed) -> Deed:
        for write in self._before:
            deed = await write(actor, deed)
        return deed
