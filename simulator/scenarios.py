"""Scenarios: changes of the ordinary rates, so that walls and tests can see unusual days."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scenario:
    """Factors on ordinary life.

    Attributes:
        cases: factor per category (all categories under "*").
        people: factor on births, deaths and moves.
        positions: factor on how often handsets send their position.
        silent_share: share of the workers whose handset is dead for hours each day.
        malformed: share of reports that arrive broken.
        duplicates: share of reports that are sent twice.
        late: share of reports that arrive hours late.
    """

    cases: dict[str, float] = field(default_factory=dict)
    people: float = 1.0
    positions: float = 1.0
    silent_share: float = 0.008
    malformed: float = 0.00002
    duplicates: float = 0.0008
    late: float = 0.004

    def case_factor(self, category: str) -> float:
        """Returns the factor on reports of one category."""
        return self.cases.get(category, self.cases.get("*", 1.0))


SCENARIOS = {
    "ordinary": Scenario(),
    "storm": Scenario(cases={"emergency": 12.0, "urban-management": 4.0, "*": 1.3}),
    "silence": Scenario(silent_share=0.25),
    "rush": Scenario(cases={"*": 3.0}, people=3.0, positions=3.0),
    "garbage": Scenario(malformed=0.05, duplicates=0.05, late=0.05),
}
