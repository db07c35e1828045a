"""The state of the city and the one door to it: `CityState.apply`.

The state is a fold of the log: the same entries in the same order give the same state,
wherever and whenever they are folded. Ages, deadlines and silence are not in it; they
are computed when read, from stored facts and a clock that is passed in.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from xxhash import xxh3_64_intdigest

from dashboard.domain.reports import REPORT_CLASSES, Report, decode, decode_all, epoch_in, event_of
from dashboard.domain.rules.areas import AreaTree
from dashboard.domain.rules.calendar import WorkCalendar, weekdays
from dashboard.domain.rules.days import CityDays
from dashboard.domain.rules.rules import Rules
from dashboard.domain.state import snapshot
from dashboard.domain.state.casereports import HELD, CaseReports
from dashboard.domain.state.cases import CaseTable
from dashboard.domain.state.changes import DAY_S, Changes, DeadLetter, Horizon
from dashboard.domain.state.deadlines import Deadlines
from dashboard.domain.state.early import EarlyReports
from dashboard.domain.state.ended import EndedCases
from dashboard.domain.state.fieldreports import FieldReports
from dashboard.domain.state.homes import Homes
from dashboard.domain.state.journal import Journal, Recent
from dashboard.domain.state.orders import Orders
from dashboard.domain.state.people import DayCounters, People
from dashboard.domain.state.rungs import Rungs
from dashboard.domain.state.seen import DAY_MS, LAST_KEY, NEW, SeenReports, key_of
from dashboard.domain.state.services import Services
from dashboard.domain.state.tasks import Tasks
from dashboard.domain.state.texts import Texts
from dashboard.domain.state.workers import Workers
from dashboard.errors import InvalidReport

YEAR_2000_S = 946_684_800.0
YEAR_2100_S = 4_102_444_800.0
NEWEST_REPORTS = 8


class CityState:
    """Everything known about the city.

    Attributes:
        positions: by shard, the id of the last entry folded.
        entries: by shard, how many entries were folded.
        watermark: the latest event time folded (epoch seconds).
        reports, duplicates, differing, dead_letters: counts; reports + duplicates + dead letters = entries.
        ended: cases that left the memory and are not in the archive yet; whoever writes it takes them out.
        newest: the last reports (positions left out) as (epoch seconds, type, grid index, case or None), oldest first.
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
        horizon: Horizon | None = None,
        calendar: WorkCalendar | None = None,
    ) -> None:
        self.tree, self.rules, self.days = tree, rules, CityDays(timezone)
        self.deadlines = Deadlines(rules, calendar or weekdays(timezone))
        self.rungs = Rungs(self.deadlines)
        self.case_days, self.hold_s = case_days, hold_s
        self.horizon = horizon or Horizon()
        self.positions: dict[int, bytes] = {}
        self.entries: dict[int, int] = defaultdict(int)
        self.watermark = 0.0
        self.reports = self.duplicates = self.differing = self.dead_letters = 0
        self.newest: deque[tuple[float, str, int, str | None]] = deque(maxlen=NEWEST_REPORTS)
        self.seen = SeenReports()
        self.people = People(tree)
        self.homes = Homes(tree)
        self.counters = DayCounters(len(tree.grids), keep_days)
        self.journal = Journal()
        self.recent = Recent(len(tree.grids))
        self.cases = CaseTable(self.deadlines)
        self.ended: list[EndedCases] = []
        self.early = EarlyReports()
        self.workers = Workers(len(tree.grids))
        self.orders = Orders()
        self.tasks = Tasks()
        self.services = Services(self.deadlines)
        self.texts = Texts(len(tree.grids))
        self._next_case_day = 0.0
        self._next_turn = b""
        self._earliest, self._latest = YEAR_2000_S, YEAR_2100_S
        self._epoch = epoch_in(timezone)
        self._grid_of = tree.grid_index.get
        self._touched = [Changes("applied", grid) for grid in (*range(len(tree.grids)), -1)]  # by grid; -1 is the last
        self._bind()
        self._handlers = self._bind_handlers()

    def _bind(self) -> None:
        """Takes what every report needs, so that it is not looked up each time."""
        self._heard, self._recent = self.workers.heard, self.recent.by_grid

    def _bind_handlers(self) -> dict[type[Report], tuple[bool, Callable[..., str | None], str]]:
        """Returns for each type whether its subject must be a grid, the method that applies it, and its name."""
        field, cases = FieldReports(self), CaseReports(self)
        special: dict[str, tuple[bool, Callable[..., str | None]]] = {
            **field.handlers,
            "case.reported": (True, cases.reported),
        }
        self._check_occurred, self._categories = field.occurred, cases.categories
        handlers = {}
        for name, cls in REPORT_CLASSES.items():
            fallback = cases.step if name.startswith("case.") else field.counted_only
            needs_grid, handler = special.get(name, (False, fallback))
            handlers[cls] = (needs_grid, handler, _POSITION if name == _POSITION else name)
        return handlers

    # ------------------------------------------------------------------ the one door

    def apply_raw(self, raw: bytes | None, position: bytes, shard: int = 0) -> Changes:
        """Folds one entry of the log: decodes it and applies it; never raises for what an entry holds."""
        try:
            if raw is None:
                raise InvalidReport("", "the entry has no field `event`")
            report = decode(raw)
        except InvalidReport as error:
            return self._refuse(error, position, shard)
        return self.apply(report, position, shard, xxh3_64_intdigest(raw) & 0xFFFF)

    def apply(self, report: Any, position: bytes, shard: int = 0, mark: int = 0) -> Changes:
        """Folds one report into the state, and says what it changed.

        Args:
            report: as `reports.decode` gives it.
            position: id of its entry in the stream of its shard.
            shard: which stream it came from.
            mark: 16 bits of a hash of its bytes, to notice a duplicate whose content differs.
        """
        given_up: tuple[DeadLetter, ...] = ()
        if position >= self._next_turn:
            given_up = self._turn(position)
        at = (report.time - self._epoch).total_seconds()
        grid = self._grid_of(report.subject, -1)
        needs_grid, handler, name = self._handlers[type(report)]
        if grid < 0 or not self._earliest <= at < self._latest:
            problem = self._problem(report, at, grid, needs_grid)
            if problem is not None:
                return self._refuse(problem, position, shard, given_up)
        key = key_of(report)
        first = self.seen.add(key, mark)
        if first >= 0:
            return self._duplicate(first != mark, position, shard, given_up)
        try:
            case = handler(report, at, grid, position, shard)
        except InvalidReport as error:
            self.seen.undo(key)
            return self._refuse(error, position, shard, given_up)
        self._folded(position, shard)
        self.reports += 1
        if at > self.watermark:
            self._advance(at)
        if grid >= 0:
            self._heard(grid, at)
            if name is not _POSITION:
                self._recent[grid].append((shard, position))
        if case is HELD:
            return Changes("held", grid, report.data.case, None, given_up)
        if name is not _POSITION:
            self.newest.append((at, name, grid, case))
        if case is None and not given_up:
            return self._touched[grid]
        return Changes("applied", grid, case, None, given_up)

    def fold(self, entries: list[Any], shard: int, touched: set[int]) -> list[tuple[DeadLetter, bytes | None]]:
        """Does what `apply_raw` does one by one, but sooner: no `Changes` are made, and hashes are looked up at once.

        Args:
            entries: as they lie in the stream, [id, [name, value]], in the order of their ids.
            shard: which stream they come from.
            touched: takes the indexes of grids with a new report.

        Returns:
            The dead letters, each with its bytes, or None for an earlier entry that was given up now.
        """
        dead: list[tuple[DeadLetter, bytes | None]] = []
        raws: list[Any] = [event_of(fields) for _, fields in entries]
        reports = decode_all(raws)
        keys = [key_of(report) if report is not None else LAST_KEY for report in reports]
        seen, version, known = self.seen, self.seen.version, self.seen.find(keys)
        handlers, grid_of, new, heard, recent = self._handlers, self._grid_of, seen.new, self._heard, self._recent
        epoch, taken, duplicates = self._epoch, 0, 0
        index = 0
        try:
            for index, (report, key, raw) in enumerate(zip(reports, keys, raws, strict=True)):
                position = entries[index][0]
                if report is not None and position < self._next_turn:
                    at = (report.time - epoch).total_seconds()
                    grid = grid_of(report.subject, -1)
                    if grid >= 0 and self._earliest <= at < self._latest:
                        mark = xxh3_64_intdigest(raw) & 0xFFFF
                        first = known[index]
                        if first < 0:
                            first = new.get(key, NEW)
                        if first >= 0:
                            duplicates += 1
                            self.differing += first != mark
                            continue
                        new[key] = mark
                        _, handler, name = handlers[type(report)]
                        try:
                            case = handler(report, at, grid, position, shard)
                        except InvalidReport as error:
                            del new[key]
                            dead += ((letter, raw) for letter in self._refuse(error, position, shard).dead)
                            continue
                        taken += 1
                        touched.add(grid)
                        heard(grid, at)
                        if at > self.watermark:
                            self._advance(at)
                        if name is not _POSITION:
                            recent[grid].append((shard, position))
                            if case is not HELD:
                                self.newest.append((at, name, grid, case))
                        continue
                changes = self.apply_raw(raw, position, shard)
                if changes.grid >= 0:
                    touched.add(changes.grid)
                dead += ((letter, raw if letter.position == position else None) for letter in changes.dead)
                if seen.version != version:
                    version, known = seen.version, seen.find(keys)
            index = len(entries)
        finally:  # also when a programming error ends it: positions and counts belong together
            self.reports += taken
            self.duplicates += duplicates
            self.entries[shard] += taken + duplicates
            if index:
                self.positions[shard] = entries[index - 1][0]
        seen.pour_when_due()
        return dead

    def count(self, code: int, day: int, grid: int, position: bytes, shard: int) -> None:
        """Counts a report once for a day and a grid, and writes down where it lies in the log."""
        self.counters.add(code, day, grid)
        ms, _, seq = position.partition(b"-")
        self.journal.note(code, day, grid, 1, shard, int(ms), int(seq or 0))

    def check(self, report: Any, arrival_s: float) -> None:
        """Raises InvalidReport when a report that arrives now would become a dead letter at once."""
        at = report.time.timestamp()
        low, high = YEAR_2000_S, YEAR_2100_S
        if self.horizon.behind_s is not None and self.horizon.ahead_s is not None:
            low, high = arrival_s - self.horizon.behind_s, arrival_s + self.horizon.ahead_s
        if not low <= at < high:
            raise InvalidReport("time", _TIME_RANGE)
        grid = self.tree.grid_index.get(report.subject, -1)
        if problem := self._subject_problem(report, grid, self._handlers[type(report)][0]):
            raise problem
        category = getattr(report.data, "category", None)
        if category is not None and category not in self._categories:
            raise InvalidReport("data.category", f"unknown category {category[:40]!r}")
        if hasattr(report.data, "occurred_on"):
            self._check_occurred(report.data.occurred_on, at)

    def _problem(self, report: Report, at: float, grid: int, needs_grid: bool) -> InvalidReport | None:
        """Returns why a report cannot count, judged by its envelope alone."""
        if not self._earliest <= at < self._latest:
            return InvalidReport("time", _TIME_RANGE)
        return self._subject_problem(report, grid, needs_grid)

    def _subject_problem(self, report: Report, grid: int, needs_grid: bool) -> InvalidReport | None:
        """Returns what is wrong with the area of a report, or None."""
        if grid < 0 and report.subject not in self.tree.by_code:
            return InvalidReport("subject", f"unknown area {report.subject[:40]!r}")
        if grid < 0 and needs_grid:
            return InvalidReport("subject", f"{report.subject} is not a grid")
        return None

    def _duplicate(self, differs: bool, position: bytes, shard: int, given_up: tuple[DeadLetter, ...]) -> Changes:
        self.duplicates += 1
        self.differing += differs
        self._folded(position, shard)
        return Changes("differing-duplicate" if differs else "duplicate", dead=given_up)

    def _refuse(
        self, error: InvalidReport, position: bytes, shard: int, given_up: tuple[DeadLetter, ...] = ()
    ) -> Changes:
        """Counts an entry as a dead letter."""
        self.dead_letters += 1
        self._folded(position, shard)
        letter = DeadLetter(shard, position, error.field, error.reason)
        return Changes("dead", dead=(*given_up, letter))

    def _folded(self, position: bytes, shard: int) -> None:
        self.positions[shard] = position
        self.entries[shard] += 1

    def _turn(self, position: bytes) -> tuple[DeadLetter, ...]:
        """Does what depends on the time of arrival only: rarely, never per report."""
        arrival_ms = int(position.split(b"-")[0])
        self.seen.roll(arrival_ms)
        if self.horizon.behind_s is not None and self.horizon.ahead_s is not None:
            self._earliest = max(YEAR_2000_S, arrival_ms / 1000 - self.horizon.behind_s)
            self._latest = min(YEAR_2100_S, arrival_ms / 1000 + self.horizon.ahead_s)
        letters = []
        for early in self.early.expired(arrival_ms):
            self.reports -= 1
            self.dead_letters += 1
            letters.append(DeadLetter(early.step.shard, early.position, "data.case", early.reason))
        self.plan_turn(arrival_ms)
        return tuple(letters)

    def plan_turn(self, arrival_ms: int) -> None:
        """Sets the next entry id at which `_turn` has work: a minute on, a new day, or an early report's end."""
        due = min((arrival_ms // DAY_MS + 1) * DAY_MS, arrival_ms + 60_000)
        expiry = self.early.next_expiry_ms()
        if expiry is not None:
            due = min(due, max(expiry, arrival_ms + 1))
        self._next_turn = str(due).encode()

    def _advance(self, at: float) -> None:
        """Moves the watermark on."""
        self.watermark = at
        if at >= self._next_case_day:
            self._forget_cases(at)

    def _forget_cases(self, at: float) -> None:
        """Lets cases that ended long ago leave for the archive; once for each day of the watermark.

        The line is drawn at the start of a day, so that it depends on the day alone and not
        on which report happened to be its first.
        """
        today = at // DAY_S
        self._next_case_day = (today + 1) * DAY_S
        ended = self.cases.forget_before((today - self.case_days) * DAY_S)
        if len(ended):
            self.ended.append(ended)

    # ------------------------------------------------------------------ snapshots (domain/dumping.py)

    def dump(self) -> dict[str, Any]:
        """Returns a frozen copy of the whole state; the caller encodes it, off the event loop."""
        return snapshot.dump(self)

    def load(self, dumped: dict[str, Any]) -> None:
        """Takes over a dumped state; the areas and categories must be the ones it was made with."""
        snapshot.load(self, dumped)
        self._bind()


_TIME_RANGE = "too far from the time of arrival, or outside 2000 to 2099"
_POSITION = "worker.position"  # tells where somebody is, not what happened: it would crowd out the latest reports
