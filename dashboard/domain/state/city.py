"""The state of the city: every fact that is known, as the fold of the log has left it.

The same entries in the same order give the same state, wherever and whenever they are
folded. Ages, deadlines and silence are not in it; they are computed when read, from stored
facts and a clock that is passed in. It changes by the door alone (door.py); whoever reads
it reads the parts.
"""

from __future__ import annotations

from collections import defaultdict, deque

from dashboard.domain.rules.areas import AreaTree
from dashboard.domain.rules.calendar import WorkCalendar, weekdays
from dashboard.domain.rules.days import CityDays
from dashboard.domain.rules.owners import Owners
from dashboard.domain.rules.rules import Rules
from dashboard.domain.rules.succession import Succession
from dashboard.domain.state.arrivals import Arrivals
from dashboard.domain.state.cases import CaseTable
from dashboard.domain.state.deadlines import Deadlines
from dashboard.domain.state.early import HOLD_BYTES, EarlyReports
from dashboard.domain.state.ended import EndedCases
from dashboard.domain.state.homes import Homes
from dashboard.domain.state.horizon import DAY_S, LEAP_S, Horizon
from dashboard.domain.state.journal import Journal, Recent
from dashboard.domain.state.later import Later
from dashboard.domain.state.orders import Orders
from dashboard.domain.state.people import DayCounters, People
from dashboard.domain.state.rungs import Rungs
from dashboard.domain.state.seen import SeenReports
from dashboard.domain.state.services import Services
from dashboard.domain.state.tasks import Tasks
from dashboard.domain.state.texts import Texts
from dashboard.domain.state.workers import Workers

NEWEST_REPORTS = 8
OPENED = "task.opened"  # follows from a report that is among the newest itself, several from one


class CityState:
    """Everything known about the city.

    Attributes:
        categories: position of each category in the rules, by its id.
        owners: whose each case is.
        succession: who takes over from retired areas.
        positions: by shard, the id of the last entry folded.
        entries: by shard, how many entries were folded.
        watermark: the latest event time folded (epoch seconds); one of a wrong clock, far ahead, is none.
        later: what may lie ahead of a clock, noted beside the parts that have it.
        reports, duplicates, differing, dead_letters: counts; reports + duplicates + dead letters = entries.
        ended: cases that left the memory and are not in the archive yet; whoever writes it takes them out.
        newest: the last reports as (epoch seconds, type, grid index, case or None), oldest first; without positions,
            and without tasks that were opened, which follow from others.
        next_turns: by shard, the entry id from which on time of arrival has work to do (turns.py).
        faults: entries to pass over, since a handler raised at them: shard and id.
        skipped: those of them that are certainly not in this state.
        next_case_day: the watermark (epoch seconds) from which on cases that ended long ago leave.
    """

    def __init__(
        self,
        tree: AreaTree,
        rules: Rules,
        timezone: str = "Asia/Shanghai",
        *,
        keep_days: int = 400,
        case_days: int = 92,
        hold_s: float = 3600.0,
        hold_bytes: int = HOLD_BYTES,
        horizon: Horizon | None = None,
        calendar: WorkCalendar | None = None,
    ) -> None:
        self.tree, self.rules, self.days = tree, rules, CityDays(timezone)
        self.categories, self.owners = rules.category_index(), Owners(tree, rules)
        self.deadlines = Deadlines(rules, calendar or weekdays(timezone))
        self.rungs = Rungs(self.deadlines, tree.standing)
        self.succession = Succession(tree, self.days)
        self.case_days, self.hold_s = case_days, hold_s
        self.horizon = horizon or Horizon()
        self.positions: dict[int, bytes] = {}
        self.entries: dict[int, int] = defaultdict(int)
        self.watermark = 0.0
        self.reports = self.duplicates = self.differing = self.dead_letters = 0
        self.newest: deque[tuple[float, str, int, str | None]] = deque(maxlen=NEWEST_REPORTS)
        self.next_turns: dict[int, bytes] = {}
        self.faults: frozenset[tuple[int, bytes]] = frozenset()
        self.skipped: set[tuple[int, bytes]] = set()
        self.arrivals = Arrivals(self.horizon)
        self.next_case_day = 0.0
        self.seen = SeenReports()
        self.people = People(tree)
        self.homes = Homes(tree)
        self.counters = DayCounters(len(tree.grids), keep_days)
        self.later = Later(self.horizon)
        self.journal = Journal()
        if self.horizon.from_s is not None:  # readings may lie long before the newest report
            self.journal = Journal(int(LEAP_S // DAY_S), self.days.day(self.horizon.from_s))
        self.recent = Recent(len(tree.grids))
        self.cases = CaseTable(self.deadlines)
        self.ended: list[EndedCases] = []
        self.early = EarlyReports(hold_bytes)
        self.workers = Workers(len(tree.grids))
        self.orders = Orders()
        self.tasks = Tasks()
        self.services = Services(self.deadlines)
        self.texts = Texts(len(tree.grids))

    def lies_in(self, row: int, at_s: float) -> int:
        """Returns the grid in which a row's case lies at an instant (epoch seconds): its own, or who took over."""
        grid, way = self.cases.grid_of(row), self.cases.way_of(row)
        return self.succession.stage(way, at_s) if way else grid

    def count(
        self, counter: int, day: int, grid: int, amount: int, shard: int, ms: int, seq: int, at: float = 0.0
    ) -> None:
        """Counts a report (−1: takes it back) for a day and a grid, and writes down where it lies in the log.

        `at` is when it happened: what lies ahead of a clock is not counted yet when read.
        """
        self.counters.add(counter, day, grid, amount)
        self.journal.note(counter, day, grid, amount, shard, ms, seq)
        if at > self.later.quick:
            self.later.count(counter, at, day, grid, amount, shard, ms, seq)
