"""Urging: which open cases are the most overdue, which were urged and have not replied, and the deed that urges."""

from __future__ import annotations

from typing import Any

import numpy as np

from dashboard.domain.acting.cases import ACTIONS, REPLY_WITHIN_S, deed
from dashboard.domain.acting.deed import Deed
from dashboard.domain.reading import cases
from dashboard.domain.reading.moment import Reading, instant, place_of
from dashboard.domain.reading.traces import Urging
from dashboard.domain.rules import lifecycle

BY_SUPERVISION = "supervision"  # who urges when nobody is named


def most_overdue(reading: Reading, count: int) -> list[int]:
    """Returns indexes of the open cases that are overdue by the longest, a standing clock taken as it stands."""
    late = np.flatnonzero(reading.cases.overdue)
    columns = reading.cases.columns
    paused_since, due_at = columns["paused_since"][late], columns["due_at"][late]
    by = np.where(paused_since > 0, paused_since, reading.now_s) - due_at
    found: list[int] = late[np.argsort(-by, kind="stable")[:count]].tolist()
    return found


def line(reading: Reading, index: int, urging: Urging | None, reply_due: float | None) -> dict[str, Any]:
    """Returns one line: the case, whose it is, and since when a reply is waited for.

    Args:
        reading: the state at a moment.
        index: of the case into the columns of the reading.
        urging: its last urging when there was no reply since.
        reply_due: by when it asked for one (epoch seconds).
    """
    owners, here = reading.state.owners, slice(index, index + 1)
    [theirs] = owners.of(reading.cases.columns["grid"][here], reading.cases.columns["category"][here]).tolist()
    due = None if reply_due is None else instant(reply_due)
    return {
        **cases.summary(reading, index),
        "place": place_of(reading.state.tree, reading.state.tree.grids[int(reading.cases.columns["grid"][index])]),
        "department": owners.names[theirs],
        "urged_at": None if urging is None else instant(urging.at),
        "reply_due": due,
        "reply_late": reply_due is not None and reply_due < reading.now_s,
        "may_urge": not left_in_peace(reading, index),
    }


def left_in_peace(reading: Reading, index: int) -> bool:
    """Says whether a case was urged just now: nothing has happened to it since, and there still is time for a reply."""
    trace = lifecycle.unpack(reading.state.cases.traces[int(reading.cases.rows[index])])
    last = trace[-1]
    return last.code == lifecycle.URGED and reading.now_s - last.at < REPLY_WITHIN_S


def urge(reading: Reading, index: int, by: str) -> Deed:
    """Returns the deed that urges a case, with a reply due in a day."""
    return deed(reading, reading.case_id(index), ACTIONS["urge"], {"by": by or BY_SUPERVISION})
