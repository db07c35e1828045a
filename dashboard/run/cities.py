"""The demo cities: what is set for each, so that it is seen as its own people would see it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.run.processes import ROOT
from dashboard.settings import Settings


@dataclass(frozen=True, slots=True)
class DemoCity:
    """One city of the simulator.

    Attributes:
        grids: how many it has unless somebody wishes otherwise.
        settings: what holds in it where nobody has set anything else.
    """

    grids: int
    settings: dict[str, Any]

    def adapted(self, settings: Settings) -> Settings:
        """Returns `settings` with what is set for this city, except for what somebody has set."""
        unset = {name: value for name, value in self.settings.items() if name not in settings.model_fields_set}
        return settings.model_copy(update=unset)


CITIES = {
    "yichang": DemoCity(1110, {}),
    "lake": DemoCity(
        50,
        {
            "rules": Path(ROOT / "dashboard" / "rules" / "lake.toml"),
            "timezone": "America/Chicago",
            "calendar": "US-IL",
            "office_hours": "08:30-17:00",
            "lang": "en",
        },
    ),
}
