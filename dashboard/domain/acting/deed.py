"""A deed: one thing that may be done now, as the report that it becomes.

Whoever acts, a person at a desk or the keeper, appends a report to the log, which every server folds like any
other. Rules make a deed or refuse with a reason; nothing is done until the deed has been appended.
"""

from __future__ import annotations

from typing import Any

import msgspec

from dashboard.domain.reading.moment import instant

STEP_S = 0.001  # so much later than the step before is a step that would come earlier by our clock


class Deed(msgspec.Struct, frozen=True):
    """What its report says.

    Attributes:
        key: what it does, the same for everybody who would do it: the report's id, so that it counts once.
        source: who does it, as the log names them (`/desk`, `/keeper`, `/departments/<id>`).
        type: of the report.
        area: code of an area at any level of the tree, which decides the stream.
        at_s: when it is done (epoch seconds).
        data: what the type asks for.
    """

    key: str
    source: str
    type: str
    area: str
    at_s: float
    data: dict[str, Any]

    @property
    def raw(self) -> bytes:
        """The report as bytes, a CloudEvent in structured JSON mode: the only place that gives one its shape."""
        event = {
            "specversion": "1.0",
            "id": self.key,
            "source": self.source,
            "type": self.type,
            "subject": self.area,
            "time": instant(self.at_s),
            "data": self.data,
        }
        return msgspec.json.encode(event)


def just_after(last_at_s: float, now_s: float) -> float:
    """Returns when something is done that follows a step: now, or just after it where a clock runs ahead of ours."""
    return max(now_s, last_at_s + STEP_S)


def guard_of(deed: Deed) -> str:
    """Returns the name under which all deeds exclude each other that saw the same version of a case or a task.

    The key of what a person does is `<action>/<case or task>/<version>`; whatever the action, one of them is first.
    """
    return deed.key.partition("/")[2]
