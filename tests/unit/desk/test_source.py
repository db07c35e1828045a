"""What pages are given keeps what `callbacks.source` promises, by names and by parameters."""

from __future__ import annotations

import inspect

import pytest

from dashboard.callbacks.source import Source
from dashboard.desk.source import DeskSource
from dashboard.errors import InvalidReport
from tests.support.desks import Office
from tests.support.making import reported


def _promises(one: type) -> dict[str, list[str]]:
    methods = inspect.getmembers(one, inspect.isfunction)
    return {name: list(inspect.signature(method).parameters) for name, method in methods if not name.startswith("_")}


def test_every_promise_is_kept() -> None:
    assert _promises(Source).items() <= _promises(DeskSource).items()


async def test_a_case_of_the_memory_is_not_called_archived(office: Office) -> None:
    office.write(reported("C-1"))
    found = await office.desk.source.case("C-1")
    assert found is not None
    assert (found["id"], found["archived"]) == ("C-1", False)
    assert await office.desk.source.case("odd") is None


@pytest.mark.parametrize("query", [{"state": "odd"}, {"archived": "true", "due_soon": "true"}])
async def test_a_query_that_makes_no_sense_is_refused_before_anybody_looks(
    office: Office, query: dict[str, str]
) -> None:
    office.desk.source.check_cases({"state": "open", "archived": "true"})
    with pytest.raises(InvalidReport):
        office.desk.source.check_cases(query)
