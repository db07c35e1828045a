"""Errors are a tree that its module draws, and carry fields beside their words."""

from __future__ import annotations

import inspect
import re

from dashboard import errors
from dashboard.errors import AreasError, GridwallError, InvalidReport, RedisUnavailable, RulesError, SettingsError


def test_the_drawing_shows_every_error_below_its_root() -> None:
    drawn = re.findall(r"^[│ ]*[├└]── (\w+)", errors.__doc__ or "", re.MULTILINE)
    written = [name for name, one in inspect.getmembers(errors, inspect.isclass) if one.__module__ == errors.__name__]
    assert sorted([*drawn, "GridwallError"]) == sorted(written)
    assert all(issubclass(getattr(errors, name), GridwallError) for name in written)


def test_the_drawing_hangs_each_error_where_it_belongs() -> None:
    for indent, name in re.findall(r"^([│ ]*)[├└]── (\w+)", errors.__doc__ or "", re.MULTILINE):
        assert (getattr(errors, name).__bases__ == (GridwallError,)) == (indent == ""), name


def test_words_name_what_is_wrong_and_fields_say_it_to_programs() -> None:
    assert str(SettingsError("GRIDWALL_PORT", "is no port")) == "GRIDWALL_PORT: is no port"
    assert str(RulesError("limits.file", "is empty")) == "rules, limits.file: is empty"
    assert str(RedisUnavailable("redis://h:1", "refused")) == "Redis at redis://h:1 does not answer: refused"
    report = InvalidReport("data.age", "is negative")
    assert (str(report), report.field, report.reason) == ("data.age: is negative", "data.age", "is negative")
    assert str(InvalidReport("", "not JSON")) == "not JSON"


def test_many_problems_of_an_areas_file_are_one_line_and_kept_as_a_list() -> None:
    assert str(AreasError(["one"])) == "areas: one"
    many = AreasError(("one", "two", "three"))
    assert (str(many), many.problems) == ("areas: one (and 2 more)", ["one", "two", "three"])
    assert str(AreasError([])) == "areas: unusable"
