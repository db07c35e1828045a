"""Workers over HTTP, as JSON and as a file."""

from __future__ import annotations

from tests.support.desks import Office
from tests.support.making import GRIDS, event


async def test_workers_by_state(office: Office) -> None:
    office.write(event("worker.shift-started", {}, grid=GRIDS[1]))
    async with office.http() as http:
        found = (await http.get("/api/v1/workers?state=on-shift")).json()
        refused = [(await http.get(f"/api/v1/workers?{query}")).status_code for query in ("state=odd", "area=odd")]
    assert ([one["area"] for one in found["workers"]], found["total"]) == ([GRIDS[1]], 1)
    assert refused == [422, 404]


async def test_the_file_has_a_line_for_each(office: Office) -> None:
    async with office.http() as http:
        answer = await http.get("/api/v1/workers.csv?lang=en")
    assert len(answer.text.strip().splitlines()) == 1 + len(GRIDS)
