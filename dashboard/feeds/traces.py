"""What the steps of a case said: read from the log by the stream ids that the state remembers."""

from __future__ import annotations

from typing import Any

import msgspec

from dashboard.domain.reports import decode, event_of, ms_seq
from dashboard.errors import InvalidReport
from dashboard.feeds.engines import Engine, engine_of
from dashboard.feeds.keys import stream_names
from dashboard.feeds.streams import CONNECTION_ERRORS, answering, connect

_WORDS = ("by", "note", "reason", "to", "to_level", "into", "score", "reply_due", "category", "severity")


class Traces:
    """Reads single entries of the log."""

    def __init__(self, url: str, shards: int) -> None:
        self._url, self._client = url, connect(url)
        self._streams = stream_names(shards)

    async def engine(self) -> Engine | None:
        """Returns the program that holds the log, None where it does not answer."""
        try:
            return engine_of(await self._client.info("server"))
        except CONNECTION_ERRORS:
            return None

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
                step.update(_said(_report(*entries[0])))

    async def read(self, places: list[tuple[int, str]]) -> list[dict[str, Any] | None]:
        """Returns the reports at (shard, stream id), each with its `stream_id`; None where the log has none any more.

        Raises:
            RedisUnavailable: Redis does not answer.
        """
        with answering(self._url):
            found = await self._entries_at(places)
        return [_report(*entries[0]) if entries else None for entries in found]

    async def _entries_at(self, places: list[tuple[int, str]]) -> list[Any]:
        async with self._client.pipeline(transaction=False) as pipe:
            for shard, stream_id in places:
                pipe.xrange(self._streams[shard], stream_id, stream_id)
            found: list[Any] = await pipe.execute()
            return found

    async def newest(self, count: int) -> list[dict[str, Any]]:
        """Returns the newest entries of all streams that are reports, newest first; raises RedisUnavailable."""
        with answering(self._url):
            found = [await self._client.xrevrange(stream, count=count) for stream in self._streams]
        entries = [entry for of_stream in found for entry in of_stream]
        entries.sort(key=lambda entry: ms_seq(entry[0]), reverse=True)
        reports = [_report(stream_id, fields) for stream_id, fields in entries[:count]]
        return [report for report in reports if report is not None]

    async def close(self) -> None:
        """Closes the connection."""
        await self._client.aclose()


def _report(stream_id: bytes, fields: list[bytes]) -> dict[str, Any] | None:
    """Returns an entry of the log as a report with its stream id, or None when the fold takes it for none."""
    raw = event_of(fields)
    try:
        decoded = decode(raw or b"")
    except InvalidReport:
        return None
    report = msgspec.json.decode(raw or b"")
    shown = {name: report.get(name) for name in ("type", "time", "subject", "source", "id", "data")}
    if ":60" in shown["time"]:  # a leap second, which no browser can read
        shown["time"] = decoded.time.isoformat()
    return {**shown, "stream_id": stream_id.decode()}


def _said(report: dict[str, Any] | None) -> dict[str, Any]:
    """Returns the words of a report's data; `note` falls back to the reason."""
    data = {} if report is None else report["data"]
    said = {name: data[name] for name in _WORDS if name in data}
    said.setdefault("note", data.get("reason"))
    return {**said, "by": data.get("by")}
