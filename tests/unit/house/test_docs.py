"""The documentation says what is so."""

from __future__ import annotations

import re

from dashboard.settings import PREFIX, Settings
from tests.support.making import ROOT


def test_operations_lists_every_setting_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `GRIDWALL_(\w+)` \| (\S+) \|", (ROOT / "docs/operations.md").read_text("utf-8"), re.M))
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    assert {name.lower(): value for name, value in rows.items()} == {
        name: "none" if default is None else str(default) for name, default in defaults.items()
    }
    assert PREFIX == "GRIDWALL_"


def test_contributing_names_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = set(re.findall(r"`make (\w+)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8")))
    assert named <= targets
