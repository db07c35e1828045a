"""What a snapshot holds: every part of the state, and the positions up to which it was folded."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any

from dashboard.domain.state.cases import CaseTable
from dashboard.domain.state.city import OPENED, CityState
from dashboard.domain.state.early import EarlyReports
from dashboard.domain.state.ended import EndedCases
from dashboard.domain.state.journal import Journal, Recent
from dashboard.domain.state.orders import Orders
from dashboard.domain.state.people import DayCounters
from dashboard.domain.state.seen import SeenReports
from dashboard.domain.state.services import Services
from dashboard.domain.state.tasks import Tasks
from dashboard.domain.state.texts import Texts
from dashboard.domain.state.workers import Workers


def dump(state: CityState) -> dict[str, Any]:
    """Returns a frozen copy of all parts of a state, by name."""
    return {
        "grids": list(state.tree.grids),
        "categories": [category.id for category in state.rules.categories],
        "timezone": state.days.timezone,
        "positions": dict(state.positions),
        "entries": dict(state.entries),
        "watermark": state.watermark,
        "log": [state.reports, state.duplicates, state.differing, state.dead_letters],
        "newest": list(state.newest),
        "next_case_day": state.next_case_day,
        "next_turns": dict(state.next_turns),
        "leads": dict(state.arrivals.leads),
        "skipped": sorted(state.skipped),
        "people": state.people.dump(),
        "homes": state.homes.dump(),
        "counters": state.counters.dump(),
        "journal": state.journal.dump(),
        "later": state.later.dump(),
        "recent": state.recent.dump(),
        "cases": state.cases.dump(),
        "ended": [ended.dump() for ended in state.ended],
        "early": state.early.dump(),
        "workers": state.workers.dump(),
        "orders": state.orders.dump(),
        "tasks": state.tasks.dump(),
        "services": state.services.dump(),
        "texts": state.texts.dump(),
        "seen": state.seen.dump(),
    }


def load(state: CityState, dumped: dict[str, Any]) -> None:
    """Puts the parts of a dump into a state of the same areas, categories and rules."""
    grid_count = len(state.tree.grids)
    state.positions = {int(shard): bytes(position) for shard, position in dumped["positions"].items()}
    state.entries = defaultdict(int, {int(shard): count for shard, count in dumped["entries"].items()})
    state.watermark = dumped["watermark"]
    state.reports, state.duplicates, state.differing, state.dead_letters = dumped["log"]
    newest = ((a, t, g, c) for a, t, g, c in dumped["newest"] if t != OPENED)  # the version before kept them, too
    state.newest = deque(newest, maxlen=state.newest.maxlen)
    state.next_case_day = dumped["next_case_day"]
    # Earlier versions had one turn for all shards; without one, the next entry is one.
    state.next_turns = {int(shard): bytes(turn) for shard, turn in dumped.get("next_turns", {}).items()}
    state.arrivals.leads = {int(shard): (base, to) for shard, (base, to) in dumped.get("leads", {}).items()}
    state.skipped = {(shard, bytes(position)) for shard, position in dumped.get("skipped", [])}
    state.people.load(dumped["people"])
    state.homes.load(dumped["homes"])
    state.counters = DayCounters.load(dumped["counters"], grid_count)
    state.journal = Journal.load(dumped["journal"], state.journal.kept_more)
    state.later.load(dumped.get("later", {}))
    state.recent = Recent.load(dumped["recent"])
    state.cases = CaseTable.load(dumped["cases"], state.deadlines)
    columns = state.cases.columns
    columns["way"][:] = state.succession.ways(columns["grid"], columns["lat"], columns["lon"])
    state.ended = [EndedCases.load(ended) for ended in dumped["ended"]]
    state.early = EarlyReports.load(dumped["early"], state.early.most_bytes)
    state.workers = Workers.load(dumped["workers"], grid_count)
    state.orders = Orders.load(dumped["orders"])
    state.tasks = Tasks.load(dumped["tasks"])
    state.services = Services.load(dumped["services"], state.deadlines)
    state.texts = Texts.load(dumped["texts"])
    state.seen = SeenReports.load(dumped["seen"])
