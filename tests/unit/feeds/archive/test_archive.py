"""The archive holds every case that left the memory exactly once, whatever happens, and finds it again."""

from __future__ import annotations

import logging
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard.domain.reading.cases import one
from dashboard.domain.reading.moment import Reading
from dashboard.domain.state.city import CityState
from dashboard.errors import ArchiveUnavailable, InvalidReport
from dashboard.feeds.archive.archive import Archive, ArchiveFilter, Order
from dashboard.feeds.archive.files import PATTERN, SCHEMA
from dashboard.feeds.follower import Replica
from tests.support.making import DAY, GRIDS, NOON, fold, reported, state, step

OLD = NOON - 100 * DAY


def story(cases: int = 8, first: float = OLD) -> list[bytes]:
    """Returns the reports of cases of all kinds that end within some days, each reported one minute later."""
    raws = []
    for n in range(cases):
        at, case = first + 60 * n, f"C-{int(first)}-{n}"
        category = ("dispute", "labour")[n % 2]
        where = {"lat": 30.7, "lon": 111.3} if n % 2 else {}
        raws.append(reported(case, at, category, n % 3 + 1, grid=GRIDS[n % 4], **where))
        raws.append(step("filed", case, at + 10, by="desk"))
        raws.append(step("suspended", case, at + 20))
        raws.append(step("resumed", case, at + 50))
        raws.append(step("escalated", case, at + 60, to_level="street", reason="hard"))
        late = 30 * DAY if n == 5 else 100
        raws.append(step("merged", case, at + 70, into="C-0") if n == 3 else step("closed", case, at + 60 + late))
        if n not in (3, 5):
            raws.append(step("rated", case, at + 200, score=4))
    return raws


def past_window(raws: list[bytes], at: float = NOON) -> CityState:
    """Returns a city that has folded reports and then one of `at`, which makes the old ones leave."""
    city = state(case_days=31)
    fold(city, [*raws, reported("C-new", at)])
    return city


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    replica = Replica(lambda: state(case_days=31))
    replica.state = past_window(story())
    archive = Archive(tmp_path / "archive", replica)
    await archive.drain()
    yield archive
    await archive.close()


def names(archive: Archive) -> list[str]:
    return sorted(path.name for path in archive.files.folder.glob(PATTERN))


async def test_queue_is_empty_once_everything_is_written(archive: Archive) -> None:
    assert (archive.waiting, archive.files.rows, archive.error) == (0, 8, None)
    assert len(names(archive)) == 1


async def test_case_reads_as_it_did_in_memory(archive: Archive) -> None:
    city = state(case_days=31)
    fold(city, story())
    for case in list(city.cases.rows):
        before = one(Reading(city, OLD + 40 * DAY), case)
        after = await archive.one(case, city.deadlines, OLD + 40 * DAY)
        assert before is not None
        assert after is not None
        assert after.pop("overdue") == (case == f"C-{int(OLD)}-5")  # closed after it was due
        assert not before.pop("overdue")  # in memory only open cases are overdue
        assert after == before
    assert await archive.one("C-none", city.deadlines, OLD) is None


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [7, 6, 5, 4, 3, 2, 1, 0]),
        ({"grids": GRIDS[:2]}, [5, 4, 1, 0]),
        ({"grids": ()}, []),
        ({"columns": {"category": "labour"}}, [7, 5, 3, 1]),
        ({"columns": {"category": ("labour", "dispute"), "severity": 3}}, [5, 2]),
        ({"columns": {"category": "x' OR 1=1 --"}}, []),
        ({"columns": {"severity": 3}}, [5, 2]),
        ({"columns": {"state": "merged"}}, [3]),
        ({"columns": {"state": "open"}}, []),
        ({"columns": {"level": "street"}}, [7, 6, 5, 4, 3, 2, 1, 0]),
        ({"columns": {"level": "grid"}}, []),
        ({"columns": {"overdue": True}}, [5]),
        ({"columns": {"overdue": False, "category": "labour"}}, [7, 3, 1]),
        ({"text": "c-"}, [7, 6, 5, 4, 3, 2, 1, 0]),
        ({"text": "-6"}, [6]),
        ({"text": "%"}, []),
    ],
)
async def test_search_finds_what_matches_newest_report_first(
    archive: Archive, wanted: dict[str, Any], numbers: list[int]
) -> None:
    found = await archive.search(ArchiveFilter(**wanted))
    assert [int(case["id"].rpartition("-")[2]) for case in found.cases] == numbers
    assert found.total == len(numbers)
    assert [row.id for row in archive.rows(ArchiveFilter(**wanted))] == [case["id"] for case in found.cases]


async def test_pages_by_offset_and_by_key_give_every_case_once(archive: Archive) -> None:
    whole = [case["id"] for case in (await archive.search(ArchiveFilter())).cases]
    by_offset = [(await archive.search(ArchiveFilter(), offset=n, limit=3)).cases for n in (0, 3, 6)]
    assert [case["id"] for page in by_offset for case in page] == whole
    by_key, after = [], None
    while True:
        found = await archive.search(ArchiveFilter(), limit=3, after=after)
        assert found.total == 8
        by_key += [case["id"] for case in found.cases]
        after = found.last
        if after is None:
            break
    assert by_key == whole


async def test_search_sorts_by_columns_it_knows_only(archive: Archive) -> None:
    found = await archive.search(ArchiveFilter(), Order("closed_at", descending=True), limit=2)
    assert found.cases[0]["id"].endswith("-5")
    scores = [case["score"] for case in (await archive.search(ArchiveFilter(), Order("score"))).cases]
    assert scores == [4] * 6 + [None] * 2
    with pytest.raises(InvalidReport):
        await archive.search(ArchiveFilter(), Order("1; DROP TABLE x"))
    with pytest.raises(KeyError):
        await archive.search(ArchiveFilter(columns={"1=1 OR state": "closed"}))


async def test_folding_the_same_days_again_adds_nothing(archive: Archive, tmp_path: Path) -> None:
    before = names(archive)
    replica = Replica(lambda: state(case_days=31))
    replica.state = past_window(story())
    again = Archive(tmp_path / "archive", replica)
    assert await again.drain() == 0
    assert (again.waiting, again.files.rows, names(again)) == (0, 8, before)
    # Another interleaving of shards draws the line elsewhere: only what is new is added.
    replica.state = past_window([*story(), *story(2, OLD + DAY)], NOON + DAY)
    assert await again.drain() == 2
    assert again.files.rows == 10
    await again.close()


async def test_months_that_are_over_are_merged_into_one_file(tmp_path: Path) -> None:
    replica = Replica(lambda: state(case_days=31))
    archive = Archive(tmp_path, replica)
    for day in range(60):
        replica.state.ended += past_window(story(2, OLD + day * DAY), OLD + (day + 60) * DAY).ended
    assert await archive.drain() == 120
    sources = names(archive)
    assert len(sources) == 60
    whole = [row.id for row in archive.rows(ArchiveFilter())]
    kept = tmp_path / "kept"
    shutil.copytree(tmp_path, kept, ignore=lambda *_: ["kept"])
    archive.files.merge()
    months = {name[6:13] for name in sources}
    assert len(names(archive)) == len(months) - 1 + sum(name[6:13] == max(months) for name in sources)
    assert [row.id for row in archive.rows(ArchiveFilter())] == whole
    # Killed before the merged files' sources were deleted: they do not count a second time.
    for path in kept.glob(PATTERN):
        shutil.copy(path, tmp_path / path.name)
    (tmp_path / ".ended-2026-01-x.parquet.partial").write_bytes(b"PAR1")
    archive.files.look()
    assert archive.files.rows == 120
    assert [row.id for row in archive.rows(ArchiveFilter())] == whole
    archive.files.merge()
    assert len(names(archive)) < len(sources)
    assert not [path for path in names(archive) if path.endswith(".partial")]
    await archive.close()


async def test_files_that_cannot_be_read_are_left_out_and_told(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    folder = archive.files.folder
    good = folder / names(archive)[0]
    whole = good.read_bytes()
    (folder / "ended-2026-01-01-half.parquet").write_bytes(whole[: len(whole) // 2])
    (folder / "ended-2026-01-02-empty.parquet").write_bytes(b"")
    duckdb.sql("SELECT 1 AS other").write_parquet(str(folder / "ended-2026-01-03-other.parquet"))
    (folder / "notes.txt").write_text("hello")
    broken = bytearray(whole)
    broken[4 : len(whole) // 3] = b"\xff" * (len(whole) // 3 - 4)
    (folder / "ended-2026-01-04-broken.parquet").write_bytes(broken)
    with caplog.at_level(logging.WARNING):
        archive.files.look()
        found = await archive.search(ArchiveFilter())
    assert len(found.cases) == found.total == 8
    told = [record.getMessage() for record in caplog.records]
    for word in ("half", "empty", "other", "broken"):
        assert sum(word in line for line in told) == 1, told


async def test_odd_ids_and_instants_are_archived_like_any_other(tmp_path: Path) -> None:
    """One case that could not be written would hold up all others."""
    odd = ["', '); DROP TABLE x; --", "%_\\", "a\x00b", "\u202e案件\U0001f600", "\ufeff", "NULL", " ", "x" * 128]
    replica = Replica(lambda: state(case_days=31))
    raws = [reported(case, OLD, due="2099-12-31T23:59:59Z") for case in odd]
    raws += [step("rejected", case, OLD + 60, reason="odd") for case in odd]
    replica.state = past_window(raws)
    taken = sorted(replica.state.ended[0].ids)
    assert len(taken) >= 5
    archive = Archive(tmp_path, replica)
    assert await archive.drain() == len(taken)
    assert sorted(case["id"] for case in (await archive.search(ArchiveFilter())).cases) == taken
    for case in taken:
        found = await archive.one(case, replica.state.deadlines, 0.0)
        assert found is not None
        assert found["due_at"] == "2099-12-31T23:59:59.000Z"
        assert (await archive.search(ArchiveFilter(text=case))).total >= 1
    await archive.close()


async def test_full_disk_keeps_cases_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replica = Replica(lambda: state(case_days=31))
    replica.state = past_window(story())
    archive = Archive(tmp_path / "archive", replica)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("dashboard.feeds.archive.files._sync", full)
        assert await archive.drain() == 0
        assert archive.waiting == 8
        assert "No space left" in str(archive.error)
        assert list(archive.files.folder.glob("*ended*")) == []
    assert await archive.drain() == 8
    assert (archive.waiting, archive.error) == (0, None)
    await archive.close()


async def test_folder_that_cannot_be_made_is_told_not_hidden(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    replica = Replica(lambda: state(case_days=31))
    replica.state = past_window(story())
    archive = Archive(tmp_path / "file", replica)
    assert await archive.drain() == 0
    assert archive.waiting == 8
    with pytest.raises(ArchiveUnavailable):
        await archive.search(ArchiveFilter())
    await archive.close()


async def test_file_merged_away_during_a_search_is_looked_for_again(archive: Archive) -> None:
    folder, name = archive.files.folder, names(archive)[0]
    (folder / name).rename(folder / "ended-2026-01-merged.parquet")
    assert (await archive.search(ArchiveFilter())).total == 8


async def test_analyst_reads_the_files_without_us(archive: Archive) -> None:
    with duckdb.connect() as connection:
        table = f"read_parquet('{archive.files.folder}/{PATTERN}')"
        described = connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
        assert {row[0]: row[1] for row in described} == {name: kind for name, (kind, _) in SCHEMA.items()}
        columns = "area, paused_s, epoch(closed_at), trace[1].type, trace[-1].type, trace[-1].argument"
        query = f"SELECT {columns} FROM {table} WHERE id = 'C-{int(OLD)}-0'"
        told = (GRIDS[0], 30.0, OLD + 160, "case.reported", "case.rated", 4)
        assert connection.execute(query).fetchall() == [told]
