"""The loops of a server: they run until the end; what passes is waited for, a bug ends the process.

A shortage (no descriptor, no memory, no thread, no disk, no Redis) is over sooner or later, and a server that has
ended because of it is of no use to anybody: the loop waits, says why, and begins anew. Everything else is a bug,
and a server that half works tells no truth.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Iterable

import redis.exceptions

log = logging.getLogger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0
STEADY_S = 10.0  # a loop that ran for so long has got over what stopped it
_ASK_AGAIN_S = 0.1
_CRASH_S = 20  # for so long may the end of a process take that has a bug
_PASSING = (OSError, MemoryError, redis.exceptions.RedisError)

Run = Callable[[], Awaitable[None]]


def passes(error: BaseException) -> bool:
    """Says whether an error is a shortage that may be over when one tries again."""
    if isinstance(error, BaseExceptionGroup):
        return all(passes(inner) for inner in error.exceptions)
    if isinstance(error, RuntimeError):
        return "start new thread" in str(error)  # Python has no class of its own for it
    return isinstance(error, _PASSING) and not isinstance(error, NotImplementedError)


class Loops:
    """Loops by name, each a task.

    Attributes:
        waiting: why a loop does not run at the moment, by its name.
    """

    def __init__(self) -> None:
        self.waiting: dict[str, str] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, run: Run) -> None:
        """Starts a loop."""
        task = asyncio.create_task(self._keep(name, run), name=name)
        task.add_done_callback(_crash_loudly)
        self._tasks[name] = task

    async def end(self, names: Iterable[str] | None = None, *, within_s: float) -> None:
        """Ends loops (None: all of them); one that has not ended after `within_s` is left behind, and named.

        A task can outlive its cancellation (a read that times out in the same moment swallows it), so it is asked
        again and again.
        """
        wanted = {self._tasks[name] for name in (self._tasks if names is None else names)}
        until = time.monotonic() + within_s
        while wanted := {task for task in wanted if not task.done()}:
            if time.monotonic() > until:
                log.error("did not end within %g s: %s", within_s, ", ".join(sorted(t.get_name() for t in wanted)))
                return
            for task in wanted:
                task.cancel()
            await asyncio.wait(wanted, timeout=_ASK_AGAIN_S)

    async def _keep(self, name: str, run: Run) -> None:
        """Runs a loop, again and again if need be."""
        pause_s = FIRST_PAUSE_S
        while True:
            began = time.monotonic()
            steady = asyncio.get_running_loop().call_later(STEADY_S, self.waiting.pop, name, None)
            try:
                await run()
                return
            except Exception as error:
                if not passes(error):
                    raise
                self._say(name, error)
            finally:
                steady.cancel()
            pause_s = FIRST_PAUSE_S if time.monotonic() - began >= STEADY_S else pause_s
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _say(self, name: str, error: Exception) -> None:
        """Notes why a loop waits; one line for each reason, however often it is tried."""
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        if self.waiting.get(name) != reason:
            log.error("the %s waits and tries again: %s", name, reason)
        self.waiting[name] = reason


def _crash_loudly(task: asyncio.Task[None]) -> None:
    """Ends the process when one of its loops has a bug."""
    if not task.cancelled() and task.exception() is not None:
        log.critical("the %s ended by itself", task.get_name(), exc_info=task.exception())
        asyncio.get_running_loop().call_soon(_exit)


def _exit() -> None:
    signal.alarm(_CRASH_S)  # the system ends us when even the end hangs
    raise SystemExit(70)
