"""Files of earlier versions lack columns: their cases are found all the same, and say what is not known of them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dashboard.domain.state.city import CityState
from dashboard.feeds.archive.archive import Archive, ArchiveFilter
from dashboard.feeds.archive.files import LATER, PATTERN, SCHEMA
from dashboard.feeds.follower import Replica
from tests.support.making import DAY, NOON, event, fold, reported, state, step

OLD = NOON - 100 * DAY
FIRST, SECOND = OLD, OLD + 40 * DAY  # in different months


def ended(first: float, *ways: str) -> CityState:
    """Returns a city that has just forgotten one closed case for each beginning of a source."""
    city, data = state(case_days=31), {"category": "dispute", "severity": 2}
    for number, way in enumerate(ways):
        case, at = f"C-{int(first)}-{number}", first + number * 60
        raw = event("case.reported", {"case": case, **data}, at=at, source=f"/{way}/x")
        fold(city, [raw, step("closed", case, at + 30)], first_ms=int(NOON * 1000) + number * 10_000)
    fold(city, [reported("C-new", first + 60 * DAY)], first_ms=int(NOON * 1000) + 100_000)
    return city


def make_older(folder: Path) -> None:
    """Writes the files of a folder anew, as versions did that did not know the columns of LATER."""
    for path in folder.glob(PATTERN):
        with duckdb.connect() as connection:
            connection.execute(
                f"CREATE TABLE rows AS SELECT * EXCLUDE ({', '.join(LATER)}) FROM read_parquet('{path}')"
            )
            path.unlink()
            connection.execute(f"COPY rows TO '{path}' (FORMAT parquet)")


async def channels(archive: Archive, **columns: str) -> list[str]:
    """Returns the channels of the cases that match, the newest report first, asked in each of the three ways."""
    wanted = ArchiveFilter(columns=columns)
    found = [case["channel"] for case in (await archive.search(wanted)).cases]
    assert [row.channel for row in archive.rows(wanted)] == found
    return found


@pytest.fixture
def replica() -> Replica:
    replica = Replica(lambda: state(case_days=31))
    replica.state = ended(FIRST, "handsets", "departments")
    return replica


async def test_case_keeps_its_channel_in_the_archive(replica: Replica, tmp_path: Path) -> None:
    archive = Archive(tmp_path, replica)
    assert await archive.drain() == 2
    assert await channels(archive) == ["department", "handset"]
    assert await channels(archive, channel="handset") == ["handset"]
    found = await archive.one(f"C-{int(FIRST)}-0", replica.state.deadlines, NOON)
    assert found is not None
    assert found["channel"] == "handset"
    await archive.close()


async def test_cases_of_older_files_say_that_their_channel_is_unknown(replica: Replica, tmp_path: Path) -> None:
    archive = Archive(tmp_path, replica)
    await archive.drain()
    make_older(tmp_path)
    archive.files.look()
    assert archive.files.rows == 2
    assert await channels(archive) == ["unknown", "unknown"]
    assert await channels(archive, channel="handset") == []
    found = await archive.one(f"C-{int(FIRST)}-0", replica.state.deadlines, NOON)
    assert found is not None
    assert found["channel"] == "unknown"
    await archive.close()


async def test_older_files_beside_new_ones_are_searched_added_to_and_merged(replica: Replica, tmp_path: Path) -> None:
    archive = Archive(tmp_path, replica)
    await archive.drain()
    make_older(tmp_path)
    archive.files.look()
    replica.state.ended += ended(FIRST, "handsets", "departments").ended  # again: adds nothing
    replica.state.ended += ended(FIRST + DAY, "desk").ended
    replica.state.ended += ended(SECOND, "hotline").ended
    assert await archive.drain() == 2
    both = ["other", "desk", "unknown", "unknown"]
    assert await channels(archive) == both
    assert await channels(archive, channel="unknown") == ["unknown", "unknown"]
    assert archive.files.merge() == 2
    assert await channels(archive) == both, "a merged file knows what its sources meant"
    assert archive.files.source(archive.files.live or ())[0] == "read_parquet($whole)", "and needs nothing put in"
    await archive.close()


async def test_snapshot_of_an_earlier_version_is_archived_as_well(replica: Replica, tmp_path: Path) -> None:
    for batch in replica.state.ended:
        del batch.columns["channel"]
    archive = Archive(tmp_path, replica)
    assert await archive.drain() == 2
    assert await channels(archive) == ["unknown", "unknown"]
    await archive.close()


def test_what_older_files_lack_are_columns_of_ours() -> None:
    assert set(LATER) < set(SCHEMA)
