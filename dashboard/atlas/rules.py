"""The rules of a city as a TOML file, and the default ones that come with Gridwall."""

from __future__ import annotations

from pathlib import Path

from dashboard.atlas.toml import tables_of
from dashboard.domain.rules.areas import AreaTree
from dashboard.domain.rules.rules import Rules, parse_rules
from dashboard.errors import RulesError, UnreadableFile

DEFAULT_RULES = Path(__file__).parent.parent / "rules" / "default.toml"


def read_rules(path: Path | None) -> Rules:
    """Returns the rules in a file, or the default ones; raises RulesError."""
    try:
        return parse_rules(tables_of(path or DEFAULT_RULES))
    except UnreadableFile as error:
        raise RulesError(str(path), error.reason) from None


def idle(rules: Rules, tree: AreaTree) -> list[str]:
    """Returns in words what the rules say of levels and areas that the city does not have: it is never asked for."""
    named = [f"escalation.{level}" for level in rules.escalates if level not in tree.levels]
    named += [f"levels.{level}" for level in rules.levels if level not in tree.levels]
    lines = [f"{where}: the areas file has no such level, so this is never used" for where in named]
    for each in rules.categories:
        unknown = [code for code in each.departments if code not in tree.by_code]
        lines += [f"categories.{each.id}.departments.{code}: the areas file has no such area" for code in unknown]
    return lines
