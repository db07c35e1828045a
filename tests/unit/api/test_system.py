"""Health, readiness, metrics and dead letters: the same condition, in the form that each of them has."""

from __future__ import annotations

from types import SimpleNamespace

from dashboard.api.cloudevents import SINGLE
from dashboard.domain.state.refusals import DeadLetter
from dashboard.feeds.keys import DEAD_LETTERS
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
        assert (await http.get("/api/v1/dead-letters")).json() == {"dead_letters": [], "total": 0, "next": None}
        refused = await http.get("/api/v1/dead-letters?limit=9999")
    assert (refused.status_code, refused.json()["field"]) == (422, "limit")


async def test_the_whole_condition_is_one_answer_of_the_same_readings(office: Office) -> None:
    office.write(reported("C-1"), b"junk")
    office.desk.system.sockets = SimpleNamespace(refused=3)
    office.running.loops.waiting["archive"] = "OSError: no space"
    office.running.dead_letters.add(DeadLetter(0, b"5-0", "", "not JSON"), b"junk")
    await office.running.dead_letters.flush()
    async with office.http() as http:
        body, ready = (await http.get("/api/v1/system")).json(), (await http.get("/readyz")).json()
        metrics = (await http.get("/metrics")).text
    values = {value["id"]: value for value in body["values"]}
    assert (values["dead-letters"]["value"], values["dead-letters"]["state"], values["refused"]["value"]) == (
        1,
        "watch",
        3,
    )
    assert (body["ready"], body["state"], body["loops"]) == (False, "broken", {"archive": "OSError: no space"})
    assert (ready["loops"], ready["refused_sockets"]) == (body["loops"], 3)
    assert "gridwall_refused_sockets_total 3.0" in metrics
    assert "gridwall_waiting_loops 1.0" in metrics
    assert [(one["stream"], one["folded"]) for one in body["shards"]] == [("reports", 2)]
    assert body["dead_letters"]["alike"] == [{"field": "", "reason": "not JSON", "source": "", "count": 1}]


async def test_dead_letters_of_a_reason_are_asked_for_and_a_cursor_is_a_place(office: Office) -> None:
    async with office.http() as http:
        found = await http.get("/api/v1/dead-letters", params={"reason": "not JSON", "source": "x", "cursor": "5-0"})
        refused = await http.get("/api/v1/dead-letters?cursor=odd")
    assert (found.status_code, refused.status_code, refused.json()["field"]) == (200, 422, "cursor")


async def test_what_redis_answers_is_told_as_what_it_is_at_every_door(office: Office) -> None:
    """Keys of another type: it answers, so nothing may say that it does not, and nothing is a fault of ours."""
    office.write(reported("C-1"))
    office.log.delete("reports")
    office.log.set("reports", "a text")
    office.log.set(DEAD_LETTERS, "a text")
    one = {"content": reported("C-2"), "headers": {"content-type": SINGLE}}
    async with office.http() as http:
        answers = [
            await http.post("/api/v1/reports", **one),
            await http.get("/api/v1/reports"),
            await http.get("/api/v1/dead-letters"),
        ]
        whole = await http.get("/api/v1/system")
    assert [answer.status_code for answer in answers] == [503] * len(answers), [answer.text for answer in answers]
    for answer in answers:
        assert (answer.json()["error"], "WRONGTYPE" in answer.json()["reason"]) == ("redis-refuses", True)
    assert (whole.status_code, whole.json()["dead_letters"]) == (200, None)


async def test_entries_of_another_program_among_dead_letters_are_passed_over(office: Office) -> None:
    office.log.xadd(DEAD_LETTERS, {"hello": "x"}, id="4-0")
    office.log.xadd(DEAD_LETTERS, {"stream_id": "5-0", "shard": "x", "field": "", "reason": "", "raw": "", "size": "1"})
    office.running.dead_letters.add(DeadLetter(0, b"5-0", "", "not JSON"), b"junk")
    await office.running.dead_letters.flush()
    async with office.http() as http:
        found = (await http.get("/api/v1/dead-letters?limit=1")).json()
    assert [letter["raw"] for letter in found["dead_letters"]] == ["junk"]
