"""Loops wait for what passes, end the process for a bug, and end whether they like it or not."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Callable, Iterator

import pytest
import redis.exceptions

from dashboard.feeds import loops as module
from dashboard.feeds.loops import Loops, passes


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(module, "_ASK_AGAIN_S", 0.005)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EMFILE, "Too many open files"),
        OSError(errno.ENOSPC, "No space left on device"),
        MemoryError(),
        TimeoutError(),
        RuntimeError("can't start new thread"),
        redis.exceptions.ResponseError("OOM command not allowed"),
        BaseExceptionGroup("tasks", [OSError(), ExceptionGroup("inner", [MemoryError()])]),
    ],
)
def test_a_shortage_passes(error: BaseException) -> None:
    assert passes(error)


@pytest.mark.parametrize(
    "error",
    [KeyError("x"), RuntimeError("no"), NotImplementedError(), ExceptionGroup("mixed", [OSError(), KeyError()])],
)
def test_a_bug_does_not_pass(error: BaseException) -> None:
    assert not passes(error)


def failing(errors: Iterator[Exception], done: asyncio.Event) -> Callable[[], object]:
    """Returns a loop that raises one error after the other, and then runs."""

    async def run() -> None:
        for error in errors:
            raise error
        done.set()
        await asyncio.Event().wait()

    return run


async def test_a_loop_waits_tries_again_and_says_so_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STEADY_S", 0.05)
    loops, done = Loops(), asyncio.Event()
    shortages = iter([OSError(errno.EMFILE, "Too many open files")] * 3 + [MemoryError()])
    with caplog.at_level(logging.ERROR):
        loops.start("archive", failing(shortages, done))  # type: ignore[arg-type]
        await asyncio.wait_for(done.wait(), 5)
    assert loops.waiting == {"archive": "MemoryError:"}
    assert [r.getMessage() for r in caplog.records] == [
        "the archive waits and tries again: OSError: [Errno 24] Too many open files",
        "the archive waits and tries again: MemoryError:",
    ]
    await asyncio.sleep(0.2)
    assert not loops.waiting, "it has run for a while"
    await loops.end(within_s=1)


async def test_a_bug_ends_the_process_with_its_traceback(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    exited = asyncio.Event()
    monkeypatch.setattr(module, "_exit", exited.set)
    loops = Loops()
    with caplog.at_level(logging.CRITICAL):
        loops.start("keeper", failing(iter([KeyError("case")]), exited))  # type: ignore[arg-type]
        await asyncio.wait_for(exited.wait(), 5)
    assert [record.exc_info is not None for record in caplog.records] == [True]
    assert "keeper" in caplog.text


async def test_a_loop_that_swallows_its_cancellation_ends_all_the_same() -> None:
    """As a read does that times out in the very moment in which it is cancelled."""
    loops, swallowed = Loops(), []

    async def stubborn() -> None:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if len(swallowed) == 2:
                    raise
                swallowed.append(1)

    loops.start("keeper", stubborn)
    loops.start("archive", asyncio.Event().wait)  # type: ignore[arg-type]
    await asyncio.sleep(0)
    await asyncio.wait_for(loops.end(["keeper"], within_s=5), 5)
    assert len(swallowed) == 2
    assert [name for name, task in loops._tasks.items() if not task.done()] == ["archive"]
    await loops.end(within_s=1)


async def test_a_loop_that_never_ends_is_left_behind_and_named(caplog: pytest.LogCaptureFixture) -> None:
    loops, let_go = Loops(), False

    async def hung() -> None:
        while not let_go:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                continue

    loops.start("keeper", hung)
    await asyncio.sleep(0)
    await asyncio.wait_for(loops.end(within_s=0.02), 5)
    assert "did not end within 0.02 s: keeper" in caplog.text
    let_go = True
    await loops.end(within_s=1)
