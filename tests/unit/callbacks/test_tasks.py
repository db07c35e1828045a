"""Departments: all of them, or the one that the address names."""

from __future__ import annotations

import pytest

from dashboard.callbacks.asked import Asked
from dashboard.callbacks.tasks import departments, inbox
from dashboard.errors import Unknown
from dashboard.words import Words
from tests.support.pages import Memory, attributes, data_of, view


def _asked(rest: str = "") -> Asked:
    return Asked(Words("en"), view(), Memory(), rest=rest)


async def test_all_departments_of_the_rules_are_there() -> None:
    assert attributes(await departments(_asked()), "data-department") == list(view().rules.departments)


async def test_an_inbox_is_of_the_department_in_the_address() -> None:
    assert data_of(await inbox(_asked("health")))["department"] == "health"
    with pytest.raises(Unknown):
        await inbox(_asked("odd"))
