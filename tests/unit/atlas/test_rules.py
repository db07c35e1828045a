"""The rules of a city: the default ones, or those of a file; what cannot be read is one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.atlas.rules import DEFAULT_RULES, idle, read_rules
from dashboard.errors import RulesError
from tests.support.making import tree, two_levels


def test_without_a_file_the_default_rules_hold(tmp_path: Path) -> None:
    copy = tmp_path / "rules.toml"
    copy.write_bytes(DEFAULT_RULES.read_bytes())
    assert read_rules(None) == read_rules(copy)
    assert read_rules(None).categories


@pytest.mark.parametrize("content", [b"\xff", b"a =", b"categories = 3", None])
def test_what_cannot_be_read_is_told(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RulesError):
        read_rules(path)


def test_rules_of_levels_that_are_not_there_are_told() -> None:
    told = idle(read_rules(None), two_levels())
    assert [line.split(":")[0] for line in told] == ["escalation.community", "escalation.street", "escalation.district"]
    assert idle(read_rules(None), tree()) == []
