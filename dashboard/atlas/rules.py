"""The rules of a city as a TOML file, and the default ones that come with Gridwall."""

from __future__ import annotations

import tomllib
from pathlib import Path

from dashboard.domain.rules.rules import Rules, parse_rules
from dashboard.errors import RulesError

DEFAULT_RULES = Path(__file__).parent.parent / "rules" / "default.toml"


def read_rules(path: Path | None) -> Rules:
    """Returns the rules in a file, or the default ones; raises RulesError."""
    try:
        return parse_rules(tomllib.loads((path or DEFAULT_RULES).read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulesError(str(path), str(error)) from None
