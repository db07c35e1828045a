"""What is dear is made once for all who ask, from a copy taken on the loop, and made again when it is old."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from dashboard.desk.kept import Kept


class Work:
    """A value by key that tells how often it was frozen and made, and by which thread."""

    def __init__(self, *, for_s: float = 5.0, most: int = 8) -> None:
        self.now_s = 100.0
        self.frozen: list[str] = []
        self.made: list[str] = []
        self.threads: dict[str, int] = {}
        self.hold = threading.Event()
        self.hold.set()
        self.kept: Kept[str, str, str] = Kept(
            self.freeze, self.compute, for_s=for_s, most=most, clock=lambda: self.now_s
        )

    def freeze(self, key: str) -> str:
        self.threads["freeze"] = threading.get_ident()
        self.frozen.append(key)
        return f"{key} of {len(self.frozen)}"

    def compute(self, frozen: str) -> str:
        self.threads["compute"] = threading.get_ident()
        assert self.hold.wait(10)
        self.made.append(frozen)
        return frozen.upper()


async def test_a_value_is_frozen_on_the_loop_and_made_in_a_thread() -> None:
    work = Work()
    assert await work.kept.get("a") == "A OF 1"
    assert work.threads["freeze"] == threading.get_ident() != work.threads["compute"]


async def test_a_value_is_made_once_while_it_is_young() -> None:
    work = Work(for_s=5.0)
    first = await work.kept.get("a")
    work.now_s += 4.9
    assert await work.kept.get("a") is first
    work.now_s += 0.1
    assert await work.kept.get("a") == "A OF 2"


async def test_many_who_ask_at_once_get_the_same_value() -> None:
    work = Work()
    work.hold.clear()
    asked = [asyncio.create_task(work.kept.get("a")) for _ in range(20)]
    await until(lambda: "compute" in work.threads)
    work.hold.set()
    assert set(await asyncio.gather(*asked)) == {"A OF 1"}
    assert work.made == ["a of 1"]


async def test_who_asks_for_what_is_there_does_not_wait_for_what_is_made() -> None:
    work = Work()
    await work.kept.get("a")
    work.hold.clear()
    slow = asyncio.create_task(work.kept.get("b"))
    await until(lambda: len(work.frozen) == 2)
    assert await work.kept.get("a") == "A OF 1"
    assert not slow.done()
    work.hold.set()
    assert await slow == "B OF 2"


async def test_only_so_many_are_kept_and_the_oldest_goes_first() -> None:
    work = Work(most=2)
    for key in ("a", "b", "c", "b", "c", "a"):
        await work.kept.get(key)
    assert work.frozen == ["a", "b", "c", "a"]


async def test_an_error_reaches_who_asked_and_the_next_one_is_served() -> None:
    def freeze(key: str) -> str:
        if key == "odd":
            raise ValueError(key)
        return key

    kept = Kept(freeze, str.upper, for_s=5.0)
    with pytest.raises(ValueError, match="odd"):
        await kept.get("odd")
    assert await kept.get("a") == "A"


async def until(condition: Callable[[], bool]) -> None:
    """Lets the loop go on until something has happened in a thread."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - a thread cannot set an event of the loop
            await asyncio.sleep(0.001)
