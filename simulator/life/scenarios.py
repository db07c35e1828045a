"""Scenarios: changes of the ordinary rates, so that walls and tests can see unusual days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scenario:
    """Factors on ordinary life, and shares of mess.

    Attributes:
        cases: factor per category ("*" = all others).
        local_cases: further factor per category in the streets that are hit.
        streets_hit: share of the streets that are hit.
        people: factor on births, deaths, moves and services.
        positions: factor on how often handsets send their position.
        silent_share: share of the handsets that are dead for hours on a day.
        silent_district: all handsets of one district fall silent.
        malformed: malformed reports per good one, sent besides it.
        duplicates: share of reports that are sent twice.
        late: share of the handsets' reports that arrive hours late.
        inventing: so many workers invent reports (see `simulator.inventions`).
        busy: so many honest workers have five times as many cases as usual.
        whole_past: it holds for the past that is written first, too.
    """

    cases: Mapping[str, float] = field(default_factory=dict)
    local_cases: Mapping[str, float] = field(default_factory=dict)
    streets_hit: float = 0.0
    people: float = 1.0
    positions: float = 1.0
    silent_share: float = 0.012
    silent_district: bool = False
    malformed: float = 0.00002
    duplicates: float = 0.0008
    late: float = 0.004
    inventing: int = 0
    busy: int = 0
    whole_past: bool = False

    def case_factor(self, category: str) -> float:
        """Returns the factor on cases of one category in the whole city."""
        return self.cases.get(category, self.cases.get("*", 1.0))


ORDINARY = Scenario()
SCENARIOS: dict[str, Scenario] = {
    "ordinary": ORDINARY,
    "storm": Scenario(
        cases={"emergency": 2.0, "urban-management": 1.5},
        local_cases={"emergency": 60.0, "urban-management": 8.0, "public-security": 3.0},
        streets_hit=0.12,
    ),
    "silence": Scenario(silent_share=0.02, silent_district=True),
    "rush": Scenario(cases={"*": 4.0}, people=4.0, positions=3.0),
    "invented": Scenario(inventing=4, busy=4, whole_past=True),
    "garbage": Scenario(malformed=0.05, duplicates=0.05, late=0.03),
}
