"""Where a case came from, by the source of the report that opened it."""

from __future__ import annotations

from typing import Literal, get_args

Channel = Literal["unknown", "handset", "department", "desk", "open311", "other"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)  # the table of cases keeps the index: new ones go to the end
UNKNOWN = CHANNELS.index("unknown")  # cases from before it was kept; 0, as in a column that nothing was written to
HANDSETS = "/handsets/"  # how the source of what a worker sends begins
DESK = "/desk"  # the command centre's own pages
_OTHER = CHANNELS.index("other")
_BEGINNINGS = (
    (HANDSETS, CHANNELS.index("handset")),
    ("/departments/", CHANNELS.index("department")),
    (f"{DESK}/", CHANNELS.index("desk")),
    ("/open311", CHANNELS.index("open311")),
)


def channel_of(source: str) -> int:
    """Returns the index in CHANNELS of where a report with this source came from."""
    for beginning, code in _BEGINNINGS:
        if source.startswith(beginning):
            return code
    return CHANNELS.index("desk") if source == DESK else _OTHER
