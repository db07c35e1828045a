"""Reports behind a number over HTTP, as JSON and as a file."""

from __future__ import annotations

from tests.support.desks import Office
from tests.support.making import GRIDS, event, reported

BIRTH = event("population.birth", {"sex": "f", "occurred_on": "2026-11-22"})


async def test_a_number_opens_into_its_reports(office: Office) -> None:
    office.write(BIRTH, reported("C-1"))
    async with office.http() as http:
        page = (await http.get("/api/v1/reports?counter=births&day=today")).json()
        today = (await http.get(f"/api/v1/areas/{GRIDS[0]}/reports")).json()
        refused = await http.get("/api/v1/areas/420502/reports")
    assert [one["type"] for one in page["reports"]] == ["population.birth"]
    assert [one["type"] for one in today["reports"]] == ["case.reported", "population.birth"]
    assert (refused.status_code, refused.json()["error"]) == (422, "not-a-grid")


async def test_the_file_has_the_same_reports(office: Office) -> None:
    office.write(BIRTH, reported("C-1"))
    async with office.http() as http:
        answer = await http.get("/api/v1/reports.csv?counter=births&day=today&lang=en")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert len(answer.text.strip().splitlines()) == 2
