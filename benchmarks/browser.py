"""The browser: how fresh the wall is, how busy its main thread is, how long it takes to start."""

from __future__ import annotations

import statistics
import time
from typing import Any

import redis
from playwright.sync_api import sync_playwright

from benchmarks.rig import Rig, Row, append, live_mix, percentile, pump
from tests.support.running import CHROMIUM_FLAGS, find_chromium

LIVE = 'body[data-live="live"][data-map="ready"]'
_WATCH = """() => {
  const element = document.querySelector('[data-kpi=reports]');
  window.seen = [];
  new MutationObserver(() => window.seen.push([Date.now(), +element.dataset.value]))
    .observe(element, {attributes: true, attributeFilter: ['data-value']});
  window.long = [];
  const watcher = new PerformanceObserver(list => list.getEntries().forEach(e => window.long.push(e.duration)));
  watcher.observe({entryTypes: ['longtask']});
}"""


# Records the deltas that a wall is sent, takes its socket away, and plays them again and again with fitting numbers.
_RECORD = """() => {
  const socket = gridwall.live.state.socket;
  window.recorded = [];
  window.take = socket.onmessage;
  socket.onmessage = event => { window.recorded.push(event.data); window.take(event); };
}"""
_REPLAY = """async count => {
  const seqs = {};
  gridwall.live.state.socket.onmessage = null;
  const frames = window.recorded.map(JSON.parse);
  for (const frame of frames) if (frame.seq !== undefined) seqs[frame.topic] = frame.seq;
  const deltas = frames.filter(frame => frame.type === 'delta');
  window.seqs = window.seqs || seqs;
  for (let n = 0; n < count; n++) {
    const frame = {...deltas[n % deltas.length]};
    frame.prev = window.seqs[frame.topic]; frame.seq = ++window.seqs[frame.topic];
    window.take({data: JSON.stringify(frame)});
    if (n % 10 === 9) await new Promise(requestAnimationFrame);
  }
  return gridwall.live.state.resyncs;
}"""


def measure(rig: Rig) -> list[Row]:
    """Measures start, freshness at 50/s and 2,000/s, main thread and heap with one real browser."""
    seconds = 8 if rig.quick else 15
    with rig.redis() as redis_server:
        append(redis_server.url, rig.reports(35))
        mix = live_mix(rig)
        with rig.server(redis_server.url) as server, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
            rows = [_start(chromium, server.url, 2 if rig.quick else 5)]
            page = chromium.new_page(viewport={"width": 1920, "height": 1080})
            page.goto(server.url)
            page.wait_for_selector(LIVE)
            page.wait_for_timeout(2000)
            page.evaluate(_WATCH)
            rows.append(_freshness(page, server.url, redis_server.url, mix, 50, seconds))
            rows.append(_main_thread(page, redis_server.url, mix, seconds))
            rows.append(_heap(page, redis_server.url, mix, 4000 if rig.quick else 20_000))
            rows.append(_freshness(page, server.url, redis_server.url, mix, 2000, seconds))
            chromium.close()
    return rows


def _start(chromium: Any, url: str, times: int) -> Row:
    """Returns how long a cold page takes until all grids are drawn and numbers are shown, and what it loads."""
    took, sizes = [], []
    for _ in range(times):
        context = chromium.new_context(viewport={"width": 1920, "height": 1080})
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        size = [0]
        session.on(
            "Network.loadingFinished",
            lambda event, size=size: size.__setitem__(0, size[0] + event["encodedDataLength"]),
        )
        started = time.perf_counter()
        page.goto(url, wait_until="commit")
        page.wait_for_selector(LIVE, state="attached")
        page.wait_for_selector('[data-kpi="reports"]:not([data-value=""])', state="attached")
        took.append(time.perf_counter() - started)
        page.wait_for_timeout(300)
        sizes.append(size[0] / 1e6)
        context.close()
    median, size_mb = statistics.median(took), statistics.median(sizes)
    measured = f"{median:.2f} s (min {min(took):.2f}), {size_mb:.2f} MB"
    figures = {"s": took, "mb": size_mb}
    met = median <= 1.0 and size_mb <= 1.5
    return Row("start: all grids drawn and first numbers, cold cache", "≤ 1.0 s, ≤ 1.5 MB", measured, met, figures)


def _freshness(page: Any, url: str, redis_url: str, mix: list[bytes], rate: float, seconds: float) -> Row:
    """Returns the time from XADD (its stream id) to the changed text, for every report.

    The text shows how many reports were counted; the n-th entry of the stream is on screen
    with the first text that counts at least as many as there were before it.
    """
    client = redis.Redis.from_url(redis_url)
    page.evaluate("window.seen.length = 0")
    before_entries = client.xlen("reports")
    before_shown = int(page.get_attribute('[data-kpi="reports"]', "data-value"))
    with pump(redis_url, mix, rate):
        page.wait_for_timeout(seconds * 1000)
    page.wait_for_timeout(1500)
    seen = page.evaluate("window.seen")
    count = client.xlen("reports") - before_entries
    entries = client.xrevrange("reports", count=count)[::-1]
    delays, position = [], 0
    for number, (stream_id, _) in enumerate(entries, 1):
        while position < len(seen) and seen[position][1] < before_shown + number:
            position += 1
        if position == len(seen):
            break
        delays.append(seen[position][0] - int(stream_id.split(b"-")[0]))
    missing = len(entries) - len(delays)
    client.close()
    p50, p99 = percentile(delays, 0.5), percentile(delays, 0.99)
    half = len(delays) // 2
    drift = statistics.median(delays[half:]) - statistics.median(delays[:half])
    measured = (
        f"p50 {p50:.0f} ms, p99 {p99:.0f} ms ({len(delays):,} reports, {missing} never shown, drift {drift:+.0f} ms)"
    )
    figures = {"p50_ms": p50, "p99_ms": p99, "reports": len(delays), "never_shown": missing, "drift_ms": drift}
    if rate < 500:
        return Row(
            "freshness at 50 reports/s: XADD → text changed",
            "p50 ≤ 80 ms, p99 ≤ 200 ms",
            measured,
            p50 <= 80 and p99 <= 200 and not missing,
            figures,
        )
    met = p99 <= 300 and drift < 50 and not missing
    return Row(f"freshness at {rate:,.0f} reports/s", "p99 ≤ 300 ms, no growing lag", measured, met, figures)


def _main_thread(page: Any, redis_url: str, mix: list[bytes], seconds: float) -> Row:
    """Returns how busy the main thread is at 50 reports/s, its longest task, and how the heap grows."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def metrics() -> dict[str, float]:
        return {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}

    with pump(redis_url, mix, 50):
        page.wait_for_timeout(1000)
        page.evaluate("window.long.length = 0")
        session.send("HeapProfiler.collectGarbage")
        before, frames = metrics(), page.evaluate("gridwall.live.state.frames")
        page.wait_for_timeout(seconds * 1000)
        after = metrics()
        session.send("HeapProfiler.collectGarbage")
        heap = (metrics()["JSHeapUsedSize"] - before["JSHeapUsedSize"]) / 1e6
        frames = page.evaluate("gridwall.live.state.frames") - frames
    busy = (after["TaskDuration"] - before["TaskDuration"]) / (after["Timestamp"] - before["Timestamp"])
    longest = max(page.evaluate("window.long") or [0])
    measured = f"{busy * 100:.1f} % busy, longest task {longest:.0f} ms, heap {heap:+.2f} MB over {frames:,} frames"
    figures = {"busy": busy, "longest_ms": longest, "heap_mb": heap, "frames": frames}
    met = busy <= 0.06 and longest <= 100
    return Row(
        "browser at 50 reports/s (10 frames/s)",
        "main thread ≤ 6 %, no task > 100 ms, flat heap",
        measured,
        met,
        figures,
    )


def _heap(page: Any, redis_url: str, mix: list[bytes], frames: int) -> Row:
    """Returns how the heap grows over many frames: real ones, recorded and played again ten to a drawn frame."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def heap_mb() -> float:
        session.send("HeapProfiler.collectGarbage")
        found = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
        return float(found["JSHeapUsedSize"]) / 1e6

    page.evaluate(_RECORD)
    with pump(redis_url, mix, 50):
        page.wait_for_timeout(6000)
    resyncs = page.evaluate(_REPLAY, frames // 20)  # what is made once is made now
    before = heap_mb()
    page.evaluate(_REPLAY, frames)
    after = heap_mb()
    resyncs = page.evaluate("gridwall.live.state.resyncs") - resyncs
    page.reload()
    page.wait_for_selector(LIVE)
    page.wait_for_timeout(1000)
    page.evaluate(_WATCH)
    measured = f"{before:.2f} → {after:.2f} MB over {frames:,} frames ({resyncs} refused)"
    figures = {"before_mb": before, "after_mb": after, "frames": frames, "refused": resyncs}
    return Row("heap of a wall", "flat over 20,000 frames", measured, after - before < 0.5 and not resyncs, figures)
