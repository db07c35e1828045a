"""Health, readiness, metrics and dead letters: the same condition, in the form that each of them has."""

from __future__ import annotations

from tests.support.desks import Office
from tests.support.making import reported


async def test_alive_is_not_yet_ready(office: Office) -> None:
    async with office.http() as http:
        alive, ready = await http.get("/healthz"), await http.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"alive": True, "version": "1"})
    assert (ready.status_code, ready.json()["ready"]) == (503, False)
    assert ready.json()["reason"] == "not connected yet"


async def test_metrics_are_prometheus_text(office: Office) -> None:
    office.write(reported("C-1"))
    async with office.http() as http:
        answer = await http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "gridwall_reports_total 1.0" in answer.text


async def test_dead_letters_are_limited(office: Office) -> None:
    async with office.http() as http:
        assert (await http.get("/api/v1/dead-letters")).json() == {"dead_letters": [], "total": 0}
        refused = await http.get("/api/v1/dead-letters?limit=9999")
    assert (refused.status_code, refused.json()["field"]) == (422, "limit")
