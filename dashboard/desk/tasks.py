"""What departments do with follow-up tasks on a running server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.desk.access import Actor
from dashboard.desk.appending import Appending
from dashboard.domain.acting import tasks as acting
from dashboard.domain.acting.deed import guard_of
from dashboard.domain.reading.moment import Reading


class TaskDesk:
    """Acts on tasks by appending reports to the log."""

    def __init__(self, reading: Callable[[], Reading], appending: Appending) -> None:
        self._reading, self._appending = reading, appending

    async def act(self, actor: Actor, task: str, given: Mapping[str, Any]) -> str:
        """Does what somebody asks for to a task; returns the stream id of the report.

        Raises:
            Unknown, Refused, InvalidReport: it is not done, and why.
        """
        deed = acting.act(self._reading(), task, given)
        return await self._appending.append(actor, deed, guard_of(deed))
