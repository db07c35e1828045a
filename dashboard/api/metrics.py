"""The condition of the system as Prometheus text."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from dashboard.desk.system import Condition

MEDIA_TYPE = CONTENT_TYPE_LATEST
Values = dict[str, tuple[str, float]]


class _Metrics(Collector):
    def __init__(self, condition: Condition) -> None:
        self._condition = condition

    def collect(self) -> Iterator[Metric]:
        """Yields all metrics."""
        for name, (text, value) in _counters(self._condition).items():
            yield CounterMetricFamily(name, text, value=value)
        for name, (text, value) in _gauges(self._condition).items():
            yield GaugeMetricFamily(name, text, value=value)


def _counters(condition: Condition) -> Values:
    counts, screens, keeper = condition.counts, condition.screens, condition.keeper
    return {
        "gridwall_reports": ("Reports folded, each counted once", counts.reports),
        "gridwall_duplicates": ("Reports that had been counted before", counts.duplicates),
        "gridwall_differing_duplicates": ("Duplicates whose content differs", counts.differing),
        "gridwall_dead_letters": ("Entries that do not count", counts.dead_letters),
        "gridwall_frames": ("Frames published", screens.frames),
        "gridwall_refused_sockets": ("Sockets sent away, at the door or later", screens.refused),
        "gridwall_dropped_frames": ("Frames dropped for screens that lag", screens.dropped),
        "gridwall_keeper_rounds": ("Rounds that this server has kept", keeper.rounds),
        "gridwall_keeper_escalations": ("Cases that this server has escalated", keeper.escalated),
        "gridwall_keeper_tasks": ("Follow-up tasks that this server has opened", keeper.opened),
        "gridwall_fold_seconds": ("Seconds spent folding", condition.log.fold_s),
    }


def _gauges(condition: Condition) -> Values:
    log, counts, screens = condition.log, condition.counts, condition.screens
    keeper, walls = condition.keeper, condition.screens.walls
    gauges: Values = {
        "gridwall_held_reports": ("Early reports that wait for their case", counts.held),
        "gridwall_faults": ("Entries passed over, since the code has a mistake that they have met", log.faults),
        "gridwall_stray_entries": ("Entries in streams of another number of shards", log.strays),
        "gridwall_stranger_tasks": ("Open tasks of departments and areas that there are not", log.strangers),
        "gridwall_log_replaced": ("1 while it is news that the log is another one", int(log.replaced is not None)),
        "gridwall_behind": ("Entries of the log not folded yet", log.behind),
        "gridwall_log_age_seconds": ("Seconds since Redis was last heard from", log.age_s),
        "gridwall_writable": ("1 while reports can be stored", int(log.unwritable is None)),
        "gridwall_clock_skew_seconds": ("How far this server's clock is ahead of that of Redis", log.skew_s),
        "gridwall_log_evicts": ("1 while Redis may throw entries away", int(log.evicts)),
        "gridwall_frame_seconds": ("Seconds that the last tick took", screens.frame_s),
        "gridwall_screens": ("Connected screens", screens.connected),
        "gridwall_topics": ("Topics that are watched", screens.topics),
        "gridwall_cases": ("Cases in memory", counts.cases),
        "gridwall_archived_cases": ("Cases in the archive", condition.archive.cases),
        "gridwall_archive_queue": ("Cases that left the memory and wait for the archive", condition.archive.waiting),
        "gridwall_archive_queue_bytes": ("Memory that these cases take, about", condition.archive.waiting_bytes),
        "gridwall_keeper": ("1 while this server holds the keeper's lease", int(keeper.holds)),
        "gridwall_keeper_failing": ("1 while this server cannot keep, whatever is the reason", int(keeper.failing)),
        "gridwall_keeper_round_seconds": ("Seconds that the keeper's last round took", keeper.round_s),
        "gridwall_keeper_delay_seconds": ("From the end of a level's time to the escalation", keeper.delay_s),
        "gridwall_watermark_seconds": ("Latest event time that does not lie ahead, epoch seconds", counts.watermark),
        "gridwall_ahead": ("Reports and steps of cases that lie ahead of the clock, not counted yet", counts.ahead),
        "gridwall_walls": ("Screens that report their health", len(walls)),
        "gridwall_wall_resyncs": ("Resyncs of the connected walls", sum(wall.resyncs for wall in walls)),
        "gridwall_wall_reconnects": ("Reconnects of the connected walls", sum(wall.reconnects for wall in walls)),
    }
    return gauges | _of_store(condition)


def _of_store(condition: Condition) -> Values:
    """Returns what is known at times only: of the last snapshot, and what Redis says of itself."""
    gauges: Values = {"gridwall_waiting_loops": ("Loops that wait for a shortage to pass", len(condition.loops))}
    if condition.snapshot.age_s is not None:
        gauges["gridwall_snapshot_age_seconds"] = ("Age of the last snapshot", condition.snapshot.age_s)
    if (store := condition.store) is not None:
        gauges["gridwall_redis_memory_bytes"] = ("Memory that Redis uses", store.memory_bytes)
        gauges["gridwall_redis_memory_limit_bytes"] = ("Memory that it may use, 0 = any", store.memory_limit_bytes or 0)
        gauges["gridwall_redis_disk_failing"] = (
            "1 when its last write to the disk failed",
            int(store.failing is not None),
        )
    return gauges


def exposition(condition: Condition) -> bytes:
    """Returns all metrics of a condition as text."""
    registry = CollectorRegistry()
    registry.register(_Metrics(condition))
    return generate_latest(registry)
