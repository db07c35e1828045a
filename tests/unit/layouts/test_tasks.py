"""Inboxes: every count opens the tasks that it counts, of each department that the rules name."""

from __future__ import annotations

import pytest

from dashboard import ids
from dashboard.domain.reading.tasks import inboxes
from dashboard.layouts.tasks import COUNTS, department_name, department_page, departments_page, tasks_of
from dashboard.words import Words
from tests.support.pages import LANGUAGES, Memory, attributes, data_of, ids_of, sound, view

DEPARTMENT = next(iter(view().rules.departments))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_inboxes_stand_in_one_table(lang: str) -> None:
    made = departments_page(Words(lang), view(), inboxes(Memory().reading()))
    assert sound(made)
    assert attributes(made, "data-department") == list(view().rules.departments)
    assert attributes(made, "data-href")[: len(COUNTS)] == [tasks_of(DEPARTMENT, key) for key in COUNTS]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_inbox_has_its_counts_filters_and_files(lang: str) -> None:
    made = department_page(Words(lang), view(), DEPARTMENT)
    assert sound(made)
    assert attributes(made, "data-inbox") == list(COUNTS)
    assert attributes(made, "data-export") == ["xlsx", "csv"]
    assert {ids.TASKS, ids.TASK_FILTERS, ids.TASKS_NONE} <= set(ids_of(made))
    assert data_of(made)["department"] == DEPARTMENT
    assert list(data_of(made)["departments"]) == list(view().rules.departments)


def test_a_department_that_the_rules_do_not_know_is_said_to_be_gone() -> None:
    assert department_name(Words("en"), view(), "old") == "old (no longer in the rules)"
