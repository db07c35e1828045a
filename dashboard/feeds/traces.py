"""What the steps of a case said: read from the log by the stream ids that the state remembers."""

from __future__ import annotations

from typing import Any

import msgspec

from dashboard.feeds.streams import CONNECTION_ERRORS, connect, stream_names

_WORDS = ("by", "note", "reason", "to", "to_level", "into", "score", "reply_due", "category", "severity")


class Traces:
    """Reads single entries of the log."""

    def __init__(self, url: str, shards: int) -> None:
        self._client = connect(url)
        self._streams = stream_names(shards)

    async def fill(self, steps: list[dict[str, Any]]) -> None:
        """Adds to each step who did it and what was noted; leaves None where the log does not answer."""
        async with self._client.pipeline(transaction=False) as pipe:
            for step in steps:
                pipe.xrange(self._streams[step.pop("shard")], step["stream_id"], step["stream_id"])
            try:
                found = await pipe.execute()
            except CONNECTION_ERRORS:
                return
        for step, entries in zip(steps, found, strict=True):
            if entries:
                step.update(_said(entries[0][1].get(b"event", b"{}")))

    async def close(self) -> None:
        """Closes the connection."""
        await self._client.aclose()


def _said(raw: bytes) -> dict[str, Any]:
    """Returns the words of a report's data; `note` falls back to the reason."""
    data = msgspec.json.decode(raw).get("data", {})
    said = {name: data[name] for name in _WORDS if name in data}
    said.setdefault("note", data.get("reason"))
    return {**said, "by": data.get("by")}
