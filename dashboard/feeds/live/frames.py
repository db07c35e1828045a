"""Frames: what a topic shows, as snapshots and deltas that can be applied to each other.

A body is a tree of objects with values as leaves. A delta is a merge patch: objects
merge key by key, everything else (arrays too) replaces. Nothing is ever deleted, null is
a value. Deltas applied to a snapshot give the next snapshot.
"""

from __future__ import annotations

from typing import Any

import msgspec

Body = dict[str, Any]
_encode = msgspec.json.encode


def diff(old: Body, new: Body) -> Body:
    """Returns what has to be merged into `old` to give `new`; empty when nothing changed."""
    delta: Body = {}
    for key, value in new.items():
        known = old.get(key, _MISSING)
        if known is value or known == value:
            continue
        if isinstance(value, dict) and isinstance(known, dict):
            inner = diff(known, value)
            if inner:
                delta[key] = inner
        else:
            delta[key] = value
    return delta


def merge(body: Body, delta: Body) -> Body:
    """Returns `body` with `delta` merged into it; neither is changed."""
    merged = dict(body)
    for key, value in delta.items():
        known = merged.get(key)
        merged[key] = merge(known, value) if isinstance(value, dict) and isinstance(known, dict) else value
    return merged


class Moment(msgspec.Struct, frozen=True):
    """When a frame was made and up to when it knows: integer ms since the epoch, UTC, of the city's clock."""

    at: int
    watermark: int


class TopicFrames:
    """The sequence of frames of one topic; each is encoded once.

    Attributes:
        topic: its name.
        epoch: changes whenever the sequence starts anew, so that no client can mix two of them up.
        seq: number of the last frame.
        body: what the last frame showed.
    """

    def __init__(self, topic: str, epoch: str) -> None:
        self.topic, self.epoch = topic, epoch
        self.seq = 0
        self.body: Body = {}

    def delta(self, body: Body, moment: Moment, transient: Body | None = None) -> str | None:
        """Returns the frame that leads to `body`, or None when nothing changed.

        Args:
            body: what the topic shows now, whole or only the sections that may have changed.
            moment: when that is.
            transient: keys that belong to this frame only (such as pulses) and to no snapshot.
        """
        change = diff(self.body, body)
        if not change:
            return None
        self.body = merge(self.body, change)
        self.seq += 1
        return self._frame("delta", {"prev": self.seq - 1}, moment, {**change, **(transient or {})})

    def snapshot(self, moment: Moment) -> str:
        """Returns the frame that shows everything as of the last delta."""
        return self._frame("snapshot", {}, moment, self.body)

    def _frame(self, kind: str, more: Body, moment: Moment, body: Body) -> str:
        frame = {"type": kind, "topic": self.topic, "epoch": self.epoch, "seq": self.seq, **more}
        return _encode({**frame, "at": moment.at, "watermark": moment.watermark, "body": body}).decode()


_MISSING = object()
