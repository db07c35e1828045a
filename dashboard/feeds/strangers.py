"""What the state still holds for departments and areas that the rules and the areas file do not have any more.

It is in no inbox that anybody opens by itself, so it is named in the log once it is known, and counted. What a log says
of areas and categories that are gone is a dead letter, with that reason.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

from dashboard.feeds.follower import Follower, Replica

log = logging.getLogger(__name__)

LOOK_S = 10.0
_OPEN = ("opened", "taken")


class Strangers:
    """Looks through the open tasks once the log was read, and every ten seconds from then on.

    Attributes:
        departments: open tasks by department that the rules do not have.
        areas: open tasks by area that there is not.
    """

    def __init__(self, replica: Replica, follower: Follower) -> None:
        self._replica, self._follower = replica, follower
        self.departments: Counter[str] = Counter()
        self.areas: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """How many open tasks lie with a department or in an area that there is not."""
        return self.departments.total() + self.areas.total()

    async def run(self) -> None:
        """Looks until cancelled."""
        while True:
            if self._follower.ready is None:
                self.look()
            await asyncio.sleep(LOOK_S if self._follower.ready is None else 0.2)

    def look(self) -> None:
        """Counts, and names what was not there the last time."""
        state = self._replica.state
        known = state.rules.departments
        departments: Counter[str] = Counter()
        areas: Counter[str] = Counter()
        for department, tasks in state.tasks.by_department.items():
            for task in tasks.values():
                if task.state not in _OPEN or department is None:
                    continue
                if department not in known:
                    departments[department] += 1
                elif task.area is not None and task.area not in state.tree.by_code:
                    areas[task.area] += 1
        self._name("departments that the rules do not have", departments, self.departments)
        self._name("areas that there are not", areas, self.areas)
        self.departments, self.areas = departments, areas

    def _name(self, what: str, now: Counter[str], before: Counter[str]) -> None:
        if now.keys() - before.keys():
            named = ", ".join(f"{name} ({count:,})" for name, count in now.most_common(10))
            log.warning("open tasks of %s: %s", what, named)
