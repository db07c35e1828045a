"""Metrics as Prometheus text: read from the running parts at the moment of asking."""

from __future__ import annotations

import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from dashboard.feeds.running import Running


class _Parts(Collector):
    def __init__(self, running: Running) -> None:
        self._running = running

    def collect(self) -> Iterator[Metric]:
        """Yields all metrics."""
        running, state = self._running, self._running.replica.state
        hub, saved_at = running.publisher.hub, running.snapshots.saved_at
        counters = {
            "gridwall_reports": ("Reports folded, each counted once", state.reports),
            "gridwall_duplicates": ("Reports that had been counted before", state.duplicates),
            "gridwall_differing_duplicates": ("Duplicates whose content differs", state.differing),
            "gridwall_dead_letters": ("Entries that do not count", state.dead_letters),
            "gridwall_frames": ("Frames published", hub.frames),
            "gridwall_dropped_frames": ("Frames dropped for screens that lag", hub.dropped),
            "gridwall_keeper_rounds": ("Rounds that this server has kept", running.keeper.rounds),
            "gridwall_keeper_escalations": ("Cases that this server has escalated", running.keeper.escalated),
            "gridwall_keeper_tasks": ("Follow-up tasks that this server has opened", running.keeper.opened),
            "gridwall_fold_seconds": ("Seconds spent folding", running.follower.fold_s),
        }
        gauges = {
            "gridwall_held_reports": ("Early reports that wait for their case", state.early.count),
            "gridwall_behind": ("Entries of the log not folded yet", running.follower.behind),
            "gridwall_log_age_seconds": ("Seconds since Redis was last heard from", running.follower.age_s),
            "gridwall_frame_seconds": ("Seconds that the last tick took", running.publisher.frame_s),
            "gridwall_screens": ("Connected screens", len(hub.screens)),
            "gridwall_topics": ("Topics that are watched", len(running.publisher.topics)),
            "gridwall_cases": ("Cases in memory", len(state.cases)),
            "gridwall_archived_cases": ("Cases in the archive", running.archive.files.rows),
            "gridwall_archive_queue": ("Cases that left the memory and wait for the archive", running.archive.waiting),
            "gridwall_keeper": ("1 while this server holds the keeper's lease", int(running.keeper.token is not None)),
            "gridwall_keeper_round_seconds": ("Seconds that the keeper's last round took", running.keeper.round_s),
            "gridwall_keeper_delay_seconds": (
                "From the end of a level's time to the escalation",
                running.keeper.delay_s,
            ),
            "gridwall_watermark_seconds": ("Latest event time folded, epoch seconds", state.watermark),
        }
        if saved_at is not None:
            gauges["gridwall_snapshot_age_seconds"] = ("Age of the last snapshot", time.time() - saved_at)
        for name, (text, value) in counters.items():
            yield CounterMetricFamily(name, text, value=value)
        for name, (text, value) in gauges.items():
            yield GaugeMetricFamily(name, text, value=value)
        yield from _wall_metrics(running)


def _wall_metrics(running: Running) -> Iterator[Metric]:
    """Yields what the walls report about themselves."""
    healths = [screen.health for screen in running.publisher.hub.screens if screen.health is not None]
    yield GaugeMetricFamily("gridwall_walls", "Screens that report their health", value=len(healths))
    resyncs = sum(health.resyncs for health in healths)
    yield GaugeMetricFamily("gridwall_wall_resyncs", "Resyncs of the connected walls", value=resyncs)
    reconnects = sum(health.reconnects for health in healths)
    yield GaugeMetricFamily("gridwall_wall_reconnects", "Reconnects of the connected walls", value=reconnects)


def render(running: Running) -> tuple[bytes, int, None, str]:
    """Returns the arguments of a response: body, status, headers, media type."""
    registry = CollectorRegistry()
    registry.register(_Parts(running))
    return generate_latest(registry), 200, None, CONTENT_TYPE_LATEST
