"""A real server archives what its window leaves behind, finds it again, and loses none of it in a crash."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import redis

from tests.conftest import ServerFactory
from tests.support.making import DAY, reported, step
from tests.support.running import ServerProcess, wait_until

SETTINGS = {"GRIDWALL_CASE_DAYS": "31", "GRIDWALL_SNAPSHOT_S": "1"}
OLD_CASES = 30


def past(grids: list[str], now: float) -> Iterator[bytes]:
    """Yields cases that ended 40 days ago, and one that is open since then."""
    for n in range(OLD_CASES):
        at, grid = now - 50 * DAY + n * 60, grids[n % 4]
        yield reported(f"C-old-{n}", at, ("dispute", "labour")[n % 2], grid=grid, lat=30.7, lon=111.3)
        yield step("filed", f"C-old-{n}", at + 10, by="desk", note="seen")
        yield step("closed", f"C-old-{n}", now - (40 if n else 50) * DAY + 3600, by="desk")
    yield reported("C-open", now - 50 * DAY, grid=grids[0])


def write(client: redis.Redis, raws: Iterator[bytes]) -> None:
    for raw in raws:
        client.xadd("reports", {"event": raw})


def metric(running: ServerProcess, name: str) -> float:
    text = httpx.get(running.url + "/metrics", trust_env=False).text
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(name + " "))


def ids(running: ServerProcess, **filters: str | int | None) -> list[str]:
    """Returns the ids of all cases of a list, page by page."""
    found: list[str] = []
    cursor = None
    while True:
        page = running.get("/api/v1/cases", limit=7, **filters, **({"cursor": cursor} if cursor else {}))
        found += [case["id"] for case in page["cases"]]
        cursor = page["next"]
        if cursor is None:
            assert len(found) == page["total"]
            return found


def test_cases_older_than_the_window_are_found_in_the_archive(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    now = time.time()
    running = server(**SETTINGS)
    write(redis_client, past(small_grids, now))
    wait_until(lambda: running.get("/api/v1/areas/city")["log"]["reports"] == 3 * OLD_CASES + 1, what="the fold")
    before = running.get("/api/v1/cases/C-old-7")
    assert running.get("/api/v1/cases", archived="true") == {"cases": [], "total": 0, "next": None}
    redis_client.xadd("reports", {"event": reported("C-new", now, grid=small_grids[0])})
    wait_until(lambda: metric(running, "gridwall_archived_cases") == OLD_CASES, what="the archive")
    assert metric(running, "gridwall_archive_queue") == 0
    assert metric(running, "gridwall_cases") == 2
    assert ids(running) == ["C-new", "C-open"]
    assert ids(running, archived="true") == [f"C-old-{n}" for n in reversed(range(OLD_CASES))]
    labour = [f"C-old-{n}" for n in reversed(range(OLD_CASES)) if n % 2]
    assert ids(running, archived="true", category="labour") == labour
    first = [f"C-old-{n}" for n in reversed(range(OLD_CASES)) if n % 4 == 0]
    assert ids(running, archived="true", area=small_grids[0]) == first
    assert ids(running, archived="true", overdue="false") == ["C-old-0"]
    after = running.get("/api/v1/cases/C-old-7")
    assert after["overdue"]  # closed late
    assert {**after, "overdue": False} == before
    assert [s["by"] for s in after["trace"]] == [None, "desk", "desk"]


@pytest.mark.parametrize("query", ["cursor=x", "cursor=1e9_a", "state=odd", "category=odd", "area=odd"])
def test_bad_filters_are_refused(empty: ServerProcess, query: str) -> None:
    answer = httpx.get(f"{empty.url}/api/v1/cases?archived=true&{query}", trust_env=False)
    assert answer.status_code in (404, 422)
    assert set(answer.json()) == {"error", "field", "reason"}


def test_kill_between_forgetting_and_writing_loses_nothing(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str], tmp_path: Path
) -> None:
    """The disk takes nothing, the server is killed after a snapshot: the next one writes what waited, once."""
    folder = tmp_path / "archive"
    folder.write_text("in the way of the folder")
    now = time.time()
    running = server(**SETTINGS, GRIDWALL_ARCHIVE_DIR=str(folder))
    write(redis_client, past(small_grids, now))
    redis_client.xadd("reports", {"event": reported("C-new", now, grid=small_grids[0])})
    wait_until(lambda: metric(running, "gridwall_archive_queue") == OLD_CASES, what="the queue")
    assert httpx.get(running.url + "/api/v1/cases?archived=true", trust_env=False).status_code == 503
    assert running.get("/api/v1/cases/C-old-7")["state"] == "closed", "what waits is found"
    redis_client.xadd("reports", {"event": reported("C-newer", now, grid=small_grids[0])})
    wait_until(lambda: redis_client.exists("gridwall:{snapshot}") == 1, what="a snapshot")
    wait_until(lambda: metric(running, "gridwall_snapshot_age_seconds") < 1, what="a fresh snapshot")
    running.kill()
    folder.unlink()
    running.start()
    wait_until(lambda: metric(running, "gridwall_archived_cases") == OLD_CASES, what="the archive")
    assert "state restored from a snapshot" in running.log
    # Without any snapshot the whole log is folded again, and nothing is added a second time.
    running.kill()
    redis_client.delete("gridwall:{snapshot}")
    running.start()
    wait_until(lambda: metric(running, "gridwall_archive_queue") == 0, what="the queue")
    assert metric(running, "gridwall_archived_cases") == OLD_CASES
    assert len(set(ids(running, archived="true"))) == OLD_CASES


def test_garbage_in_the_folder_stops_nothing(server: ServerFactory, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "ended-2026-01-01-garbage.parquet").write_bytes(b"PAR1 and nothing else")
    running = server(GRIDWALL_ARCHIVE_DIR=str(folder))
    assert running.get("/api/v1/cases", archived="true")["total"] == 0
    wait_until(lambda: "ended-2026-01-01-garbage.parquet cannot be read" in running.log, what="the log line")
