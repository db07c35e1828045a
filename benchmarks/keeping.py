"""The keeper: a round over 100,000 open cases, how soon an escalation comes, and tasks at 2,000 reports a second."""

from __future__ import annotations

import statistics
import time
from typing import Any

import httpx
import msgspec
import numpy as np
import redis

from benchmarks.ageing import CASES, crowded
from benchmarks.rig import Rig, Row, append, live_mix, percentile, pump, save
from dashboard.domain.acting.keeper import SOURCE
from dashboard.domain.state.city import CityState
from tests.support.running import ServerProcess, wait_until

DUE_CASES = 200  # that become due while it is watched
RATE = 2000
SOURCE_MARK = f'"source":"{SOURCE}"'.encode()


def measure(rig: Rig) -> list[Row]:
    """Watches the keeper of a real server, first over many open cases, then under traffic."""
    seconds = 8 if rig.quick else 20
    with rig.redis() as redis_server:
        append(redis_server.url, [])
        first_due = time.time() + 15.0
        save(redis_server.url, rig, ahead(rig, first_due, seconds))
        with rig.server(redis_server.url) as server:
            wait_until(lambda: _keeper(server)["state"] == "keeping", 20, "a keeper")
            rows = [_rounds(server, first_due), _escalations(redis_server.url, first_due, seconds)]
    mix = [raw for raw in live_mix(rig) if SOURCE_MARK not in raw]  # what its simulated keeper did
    births = [raw for raw in mix if b'"type":"population.birth"' in raw]
    with rig.redis() as redis_server, rig.server(redis_server.url) as server:
        wait_until(lambda: _keeper(server)["state"] == "keeping", 20, "a keeper")
        for name, raws in (("of all kinds", mix), ("that are all births", births)):
            rows.append(_tasks(redis_server.url, name, raws, seconds))
    return rows


def ahead(rig: Rig, first_due: float, seconds: float) -> CityState:
    """Returns a state of 100,000 open cases in time, a few of which become due one after the other."""
    state = crowded(rig, time.time())
    due_at = state.cases.columns["due_at"]
    due_at[:CASES] = first_due + 86_400.0 + np.arange(CASES)
    due_at[:DUE_CASES] = first_due + np.arange(DUE_CASES) * seconds / DUE_CASES
    state.cases.columns["promised"][:CASES] = True  # else a start computes them anew
    state.watermark = time.time()
    return state


def _keeper(server: ServerProcess) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{server.url}/readyz", timeout=5, trust_env=False).json()["keeper"]
    return found


def _rounds(server: ServerProcess, until: float) -> Row:
    """Returns how long rounds take in which nothing is due, as the server tells it."""
    wait_until(lambda: _keeper(server)["rounds"] > 1, 20, "the first rounds")
    took: dict[int, float] = {}
    while time.time() < until:
        told = _keeper(server)
        took[told["rounds"]] = told["round_ms"]
        time.sleep(0.1)
    median, longest = statistics.median(took.values()), max(took.values())
    what = f"keeper's round over {CASES:,} open cases"
    measured = f"median {median:.1f} ms, longest {longest:.1f} ms of {len(took)}"
    return Row(what, "≤ 50 ms", measured, median <= 50, {"ms": list(took.values())})


def _escalations(url: str, first_due: float, seconds: float) -> Row:
    """Returns how long after the limit each escalation arrived in the log."""
    with redis.Redis.from_url(url) as client:
        wait_until(lambda: client.xlen("reports") >= DUE_CASES, seconds + 30, "all escalations")
        found = {}
        for entry, fields in client.xrange("reports"):
            case = msgspec.json.decode(fields[b"event"])["data"]["case"]
            found[case] = int(entry.split(b"-")[0]) / 1000
    times = sorted(found.values())
    late = [at - (first_due + n * seconds / DUE_CASES) for n, at in enumerate(times)]
    measured = f"p50 {statistics.median(late):.2f} s, longest {max(late):.2f} s of {len(late)}"
    met = max(late) <= 2.0 and len(late) == DUE_CASES
    return Row("escalation: from the limit to the log", "≤ 2 s", measured, met, {"s": late})


def _tasks(url: str, name: str, raws: list[bytes], seconds: float) -> Row:
    """Returns how long after its cause each task arrived in the log, and whether that grows."""
    with redis.Redis.from_url(url) as client:
        before = client.xinfo_stream("reports")["last-generated-id"] if client.exists("reports") else b"0-0"
        with pump(url, raws, RATE) as pumped:
            time.sleep(seconds)
        time.sleep(3.0)
        causes: dict[str, int] = {}
        delays = []
        for entry, fields in client.xrange("reports", min=b"(" + before):
            report, ms = msgspec.json.decode(fields[b"event"]), int(entry.split(b"-")[0])
            if report["source"] != SOURCE:
                causes[report["id"]] = ms
            elif report["type"] == "task.opened":
                delays.append(ms - causes[report["data"]["cause"]])
    half = len(delays) // 2
    drift = statistics.median(delays[half:]) - statistics.median(delays[:half])
    p50, p99 = percentile(delays, 0.5), percentile(delays, 0.99)
    measured = (
        f"{len(delays):,} tasks of {pumped.sent:,} reports ({pumped.sent / seconds:,.0f}/s): "
        f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, drift {drift:+.0f} ms"
    )
    figures = {"p50_ms": p50, "p99_ms": p99, "drift_ms": drift, "tasks": len(delays), "per_s": pumped.sent / seconds}
    met = drift < 200 and pumped.sent >= RATE * seconds * 0.95
    return Row(f"follow-up tasks at {RATE:,} reports/s {name}", "no growing lag", measured, met, figures)
