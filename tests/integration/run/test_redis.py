"""A data folder of the version before, whose log was kept by an embedded Redis 6.2, is taken over as it is.

tests/golden/redis-6.2 was written by that version with `gridwall serve`: 229 reports of the small city, half of them
before the file was rewritten (a binary head) and half after (commands), and its last snapshot.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from dashboard.run.programs import Written, written
from dashboard.run.redis import url_file
from tests.support.making import ROOT
from tests.support.running import ServerProcess

REPORTS, PEOPLE, OPEN = 229, 21_628, 8


@pytest.fixture
def upgraded(tmp_path: Path, small_city: Path) -> Iterator[ServerProcess]:
    """This version on that folder."""
    shutil.copy(ROOT / "tests/golden/redis-6.2/appendonly.aof", tmp_path)
    assert written(tmp_path) == Written("redis", 9, in_folder=False)
    process = ServerProcess(tmp_path, {"GRIDWALL_AREAS": str(small_city), "GRIDWALL_KEEPER": "false"})
    yield process.start()
    process.stop()


def _known(server: ServerProcess) -> tuple[int, int, int, int]:
    city = server.get("/api/v1/areas/4205")
    log = city["log"]
    return log["reports"], log["dead_letters"], city["people"]["population"], city["cases"]["open"]


def test_nothing_of_an_embedded_redis_62_is_lost(upgraded: ServerProcess, tmp_path: Path) -> None:
    assert _known(upgraded) == (REPORTS, 0, PEOPLE, OPEN)
    with redis.Redis.from_url(url_file(tmp_path).read_text().strip()) as client:
        assert client.xlen("reports") == REPORTS
        last = client.xrevrange("reports", count=1)[0][1]
        client.xadd("reports", last)
    upgraded.restart()
    log = upgraded.get("/api/v1/areas/4205")["log"]
    assert (log["reports"], log["duplicates"]) == (REPORTS, 1), "what came after the upgrade was kept, too"
    assert _known(upgraded) == (REPORTS, 0, PEOPLE, OPEN)
    assert not (tmp_path / "appendonly.aof").exists()
