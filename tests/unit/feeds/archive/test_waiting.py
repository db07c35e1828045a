"""Cases on their way into the archive: at each moment each is found in one of both lists, also with a full disk."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from dashboard.domain.reading.cases import one
from dashboard.domain.reading.moment import Reading
from dashboard.domain.state.city import CityState
from dashboard.feeds.archive.archive import Archive, ArchiveFilter, Order
from dashboard.feeds.archive.waiting import Waiting
from dashboard.feeds.follower import Replica
from tests.support.making import DAY, NOON, fold, reported, state, step
from tests.unit.feeds.archive.test_archive import OLD, past_window, story

MANY = 24_000


def archive_of(city: CityState, folder: Path) -> Archive:
    replica = Replica(lambda: state(case_days=31))
    replica.state = city
    return Archive(folder, replica)


def full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


async def everything(archive: Archive, **filter_: Any) -> list[str]:
    return [case["id"] for case in (await archive.search(ArchiveFilter(**filter_), limit=100)).cases]


async def test_what_waits_reads_as_it_will_from_a_file(tmp_path: Path) -> None:
    archive = archive_of(past_window(story()), tmp_path / "archive")
    deadlines, cases = state().deadlines, [f"C-{int(OLD)}-{n}" for n in range(8)]
    orders = [Order("closed_at", False), Order("category"), Order("due_at")]
    asked = [ArchiveFilter(), ArchiveFilter(columns={"overdue": True}), ArchiveFilter(text="-3")]
    before = [await archive.one(case, deadlines, NOON) for case in cases]
    found = [await archive.search(each, order, limit=3, offset=1) for each in asked for order in orders]
    rows = list(archive.rows(ArchiveFilter()))
    assert None not in before
    assert archive.files.rows == 0
    assert await archive.drain() == 8
    assert [await archive.one(case, deadlines, NOON) for case in cases] == before
    assert [await archive.search(each, order, limit=3, offset=1) for each in asked for order in orders] == found
    assert list(archive.rows(ArchiveFilter())) == rows
    assert len(rows) == 8
    await archive.close()


async def test_what_waits_and_what_lies_in_files_is_one_list_in_which_each_stands_once(tmp_path: Path) -> None:
    archive = archive_of(past_window(story()), tmp_path)
    batch = archive._replica.state.ended[0]
    await archive.drain()
    more = past_window(story(first=OLD - 60 * DAY))
    archive._replica.state.ended += [batch, *more.ended, *more.ended]
    assert archive.waiting == 24
    listed = await everything(archive)
    assert len(listed) == len(set(listed)) == 16
    assert (await archive.search(ArchiveFilter())).total == 16
    assert len(list(archive.rows(ArchiveFilter()))) == 16
    await archive.close()


async def test_with_a_full_disk_they_stay_findable_and_the_memory_they_take_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    archive = archive_of(past_window(story()), tmp_path / "archive")
    monkeypatch.setattr("dashboard.feeds.archive.files.Path.mkdir", full)  # not even the folder can be made
    assert await archive.drain() == 0
    assert (archive.waiting, len(await everything(archive))) == (8, 8)
    assert (await archive.one(f"C-{int(OLD)}-0", state().deadlines, NOON)) is not None
    assert 8 * 200 < archive.waiting_bytes < 8 * 2000
    assert "8 cases wait for it in 0.0 MB of memory, and are found there" in caplog.text
    await archive.close()


async def test_a_case_of_an_unknown_id_does_not_wait() -> None:
    city = past_window(story())
    assert Waiting.of(city).one("C-none", city.deadlines, NOON) is None
    assert not Waiting.of(state())


async def test_24000_at_once_are_found_at_each_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From before they leave the memory until they lie in a file, while the file is being written, too."""
    city, raws = state(case_days=31), []
    for n in range(MANY):
        raws += [reported(f"C-{n}", OLD + n, "labour", 3), step("closed", f"C-{n}", OLD + n + 60)]
    fold(city, raws)
    archive = archive_of(city, tmp_path / "archive")
    last = f"C-{MANY - 1}"
    assert one(Reading(city, NOON), last) is not None
    fold(city, [reported("C-new", NOON)])
    assert one(Reading(city, NOON), last) is None
    assert archive.waiting == MANY

    async def found() -> int:
        assert await archive.one(last, city.deadlines, NOON) is not None
        return (await archive.search(ArchiveFilter(), limit=1)).total

    writing, may_end = threading.Event(), threading.Event()

    def slowly(path: Path) -> None:
        writing.set()
        assert may_end.wait(60)

    monkeypatch.setattr("dashboard.feeds.archive.files._sync", slowly)
    draining = asyncio.create_task(archive.drain())
    assert await asyncio.to_thread(writing.wait, 60)
    assert await found() == MANY
    may_end.set()
    while not draining.done():
        assert await found() == MANY
    assert draining.result() == MANY
    assert (archive.waiting, await found()) == (0, MANY)
    await archive.close()
