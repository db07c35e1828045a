"""The end of a process: asked for by any of four signals, once or often, in order if it can, in time whatever happens.

A thread watches from the start on: when the process has not ended `within_s` after it was asked to, it cleans up what
others would stumble over and ends it. Nothing that hangs (a loop, a thread, a Redis that is silent) can hold it up.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
ENDED_BY_FORCE = 70
_ALWAYS = (
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGQUIT,
)  # shells have some ignored in the background; `nohup` means it


class Ending:
    """How this process ends.

    Attributes:
        instead: what the first signal does instead of raising KeyboardInterrupt, if something.
    """

    def __init__(self, within_s: float) -> None:
        self._within_s = within_s
        self._asked, self._left = threading.Event(), threading.Event()
        self._at_last: list[Callable[[], None]] = []
        self.instead: Callable[[], None] | None = None
        threading.Thread(target=self._watch, name="ending", daemon=True).start()

    @property
    def asked(self) -> bool:
        """Whether a signal has come."""
        return self._asked.is_set()

    def at_last(self, clean: Callable[[], None]) -> None:
        """Adds what has to be cleaned up even when the end hangs; it must not wait for anything."""
        self._at_last.append(clean)

    def on_signal(self, _: int, __: FrameType | None) -> None:
        """Begins the end; every further signal finds it begun."""
        if self._asked.is_set():
            return
        self._asked.set()
        if self.instead is None:
            raise KeyboardInterrupt
        self.instead()

    def leave(self) -> None:
        """Lets the thread go when nobody has asked for the end (a command that is over, a test)."""
        self._left.set()
        if not self.asked:
            self._asked.set()

    def _watch(self) -> None:
        self._asked.wait()
        if self._left.wait(self._within_s):
            return
        for clean in self._at_last:
            with contextlib.suppress(Exception):
                clean()
        print(
            f"gridwall: did not end in order within {self._within_s:g} s: ended by force", file=sys.stderr, flush=True
        )
        os._exit(ENDED_BY_FORCE)


@contextlib.contextmanager
def asked_to_end(within_s: float) -> Iterator[Ending]:
    """Lets the four signals end what runs inside, once: what is cleaned up after the context is not interrupted again.

    Once a signal has come, the process has `within_s` from then on, cleaning up included.
    """
    ending = Ending(within_s)
    for number in SIGNALS:
        if number in _ALWAYS or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, ending.on_signal)
    try:
        yield ending
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        if not ending.asked:
            ending.leave()
