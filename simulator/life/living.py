"""What every city of the simulator can do, whoever lives in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable

from simulator.life.post import Arrival


@runtime_checkable
class Living(Protocol):
    """One life of a city: it reports, and answers what people do."""

    def events(self, until: float) -> Iterator[Arrival]:
        """Yields (arrival in epoch seconds, area code, report) in order of arrival, up to `until`."""
        ...

    def expected(self, until: float) -> int:
        """Returns about how many reports arrive up to `until`, for showing progress."""
        ...

    def hear(self, report: dict[str, Any]) -> None:
        """Takes notice of a report that somebody else sent."""
        ...
