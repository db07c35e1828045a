"""The ear hears what others did to those who are simulated, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import redis

from simulator.out.ear import Ear
from tests.simulator.conftest import NOW


def _time(at: float) -> str:
    return f"{np.datetime64(int(at), 's')}+00:00"


def test_the_ear_hears_keeper_and_desk_only_and_only_what_is_new(redis_url: str, redis_client: redis.Redis) -> None:
    def entry(source: str, kind: str, data: dict[str, Any]) -> dict[str, bytes]:
        body = {"specversion": "1.0", "id": f"{source}{kind}", "source": source, "type": kind, "subject": "4205"}
        return {"event": json.dumps({**body, "time": _time(NOW), "data": data}, separators=(",", ":")).encode()}

    redis_client.xadd("reports", entry("/keeper", "case.escalated", {"case": "old", "to_level": "city"}))
    ear = Ear(redis_url, ["reports"])
    assert ear.heard() == []
    redis_client.xadd("reports", entry("/keeper", "case.escalated", {"case": "C-1", "to_level": "city"}))
    redis_client.xadd("reports", entry("/desks/1", "case.filed", {"case": "C-2"}))
    redis_client.xadd("reports", {"event": b'{"source":"/desk" broken'})
    redis_client.xadd("reports", {"other": b"x"})
    redis_client.xadd("reports", entry("/desk", "case.urged", {"case": "C-3"}))
    assert [report["data"]["case"] for report in ear.heard()] == ["C-1", "C-3"]
    assert ear.heard() == []
