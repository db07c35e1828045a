"""The door in: `Door.fold` is the only way in which the city changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from xxhash import xxh3_64_intdigest

from dashboard.domain.reports import REPORT_CLASSES, Report, decode, decode_all, epoch_in, event_of, ms_seq
from dashboard.domain.state.casereports import HELD, CaseReports
from dashboard.domain.state.city import OPENED, CityState
from dashboard.domain.state.fieldreports import FieldReports
from dashboard.domain.state.refusals import DeadLetter, check_envelope
from dashboard.domain.state.retired import taken_over
from dashboard.domain.state.seen import LAST_KEY, NEW, key_of
from dashboard.domain.state.turns import advance, turn
from dashboard.errors import Fault, InvalidReport

Dead = list[tuple[DeadLetter, bytes | None]]
Handler = Callable[[Any, float, int, bytes, int], str | None]
_POSITION = "worker.position"  # tells where somebody is, not what happened: it would crowd out the latest reports
_TOLD_APART = {
    _POSITION: _POSITION,
    OPENED: OPENED,
}  # by what they are, which is quicker than by how they are written


class _Lot(NamedTuple):
    """Entries of one shard, decoded all at once; lists of the same length."""

    positions: list[bytes]
    raws: list[Any]
    reports: list[Any]  # None for what is no report
    keys: list[int]


class Door:
    """Folds entries of the log into the state of a city.

    Attributes:
        city: what is known so far.
    """

    def __init__(self, city: CityState) -> None:
        self.city = city
        self._handlers = _handlers(city)
        self._grid_of = city.succession.active.get  # grids that have an end are not in it: they get a closer look
        self._epoch = epoch_in(city.days.timezone)

    def fold(self, entries: list[Any], shard: int, touched: set[int]) -> Dead:
        """Folds entries into the state; never raises for what an entry holds.

        In lots of any size the result is the same. A few hundred at once are quickest: they are decoded
        and looked up among the reports that were seen before in one go.

        Args:
            entries: as they lie in the stream, [id, [name, value]], in the order of their ids.
            shard: which stream they come from.
            touched: takes the indexes of grids with a new report.

        Returns:
            The dead letters, each with its bytes, or None for an earlier entry that was given up now.

        Raises:
            Fault: the code has a mistake that this entry has met. The state is worth nothing any more.
        """
        city = self.city
        dead: Dead = []
        positions = [position for position, _ in entries]
        raws = [event_of(fields) for _, fields in entries]
        reports = decode_all(raws)
        if city.faults:
            known = city.faults
            reports = [None if (shard, p) in known else r for p, r in zip(positions, reports, strict=True)]
        keys = [key_of(report) if report is not None else LAST_KEY for report in reports]
        for start, stop in city.arrivals.lots(positions, city.positions.get(shard)):
            lot = _Lot(positions[start:stop], raws[start:stop], reports[start:stop], keys[start:stop])
            before = city.positions.get(shard)
            city.arrivals.jump(shard, before, lot.positions[0])
            self._fold(lot, shard, touched, dead)
            if before is None:
                city.arrivals.begun(shard, lot.positions[0], lot.reports[0])
        city.seen.pour_when_due()
        return dead

    def _fold(self, lot: _Lot, shard: int, touched: set[int], dead: Dead) -> None:
        """Does it report by report; this loop is where the time goes, so it looks up outside what it can."""
        city, epoch, handlers, turns = self.city, self._epoch, self._handlers, self.city.next_turns
        grid_of, heard, recent, newest = self._grid_of, city.workers.heard, city.recent.by_grid, city.newest
        seen, new, version, known = city.seen, city.seen.new, city.seen.version, city.seen.find(lot.keys)
        earliest, latest, line = self._span_of_all(lot.positions, shard)
        index = taken = duplicates = 0
        try:
            for index, (position, raw, report, key) in enumerate(zip(*lot, strict=True)):
                try:
                    if report is None:
                        raise self._no_report(shard, position, raw)
                    if position >= turns[shard]:
                        dead += ((letter, None) for letter in turn(city, position, shard))
                        if seen.version != version:
                            version, known = seen.version, seen.find(lot.keys)
                    at = (report.time - epoch).total_seconds()
                    grid = grid_of(report.subject, -1)
                    if grid < 0 or not earliest <= at < latest:
                        grid = self._looked_at(report, at, shard, position)
                    mark = xxh3_64_intdigest(raw) & 0xFFFF
                    if (first := known[index]) < 0:
                        first = new.get(key, NEW)
                    if first >= 0:
                        duplicates += 1
                        city.differing += first != mark
                        continue
                    handler, name = handlers[type(report)]
                    case = handler(report, at, grid, position, shard)
                except InvalidReport as error:
                    city.dead_letters += 1
                    dead.append((DeadLetter(shard, position, error.field, error.reason), raw))
                    continue
                new[key] = mark  # only now: what a handler refuses may come again
                taken += 1
                sent_at = at
                if at > line:
                    sent_at, line = self._perhaps_ahead(name, at, grid, position)
                elif at > city.watermark:
                    advance(city, at)
                if grid >= 0:
                    touched.add(grid)
                    heard(grid, sent_at)
                    if name is not _POSITION:
                        recent[grid].append((shard, position))
                if name is not _POSITION and name is not OPENED and case is not HELD:
                    newest.append((at, name, grid, case))
            index = len(lot.positions)
        except Exception as error:  # a bug, wherever: the log can be folded without this entry, by who reads it
            raise Fault(shard, position, error) from error
        finally:  # also then positions and counts belong together
            self._count(shard, lot.positions[:index], taken, duplicates)

    def _looked_at(self, report: Any, at: float, shard: int, position: bytes) -> int:
        """Returns the grid that a report is of, −1 for a larger area, after a closer look than most need.

        Raises:
            InvalidReport: it cannot count.
        """
        check_envelope(self.city, report, at, self.city.arrivals.span(shard, ms_seq(position)[0]))
        return taken_over(self.city, report, at)

    def _perhaps_ahead(self, name: str, at: float, grid: int, position: bytes) -> tuple[float, float]:
        """Notes a report that may lie ahead of a clock.

        Returns:
            When its grid was heard (0 if nobody can tell), and until when later entries certainly are not ahead.
        """
        city, horizon, arrival_ms = self.city, self.city.horizon, ms_seq(position)[0]
        line = city.later.quick = horizon.behind_every_clock(arrival_ms)  # ids grow: it holds for the rest as well
        if at <= line and not horizon.shifted:  # nearly always: it is only later than the first of its lot
            if at > city.watermark:
                advance(city, at)
            return at, line
        moves_on = horizon.moves_on(at, arrival_ms, city.watermark)
        if moves_on and at > city.watermark:
            advance(city, at)
        if not horizon.may_lie_ahead(at, arrival_ms):
            return at, line
        city.later.told(at, name.startswith("case."))
        if not horizon.shifted:
            return arrival_ms / 1000, line
        if not moves_on:
            return 0.0, line
        if grid >= 0:
            city.later.put("heard", at, grid, 0, (city.workers.last_at(grid), 0), arrival_ms)
        return at, line

    def _count(self, shard: int, folded: list[bytes], taken: int, duplicates: int) -> None:
        city = self.city
        city.reports += taken
        city.duplicates += duplicates
        if folded:
            city.entries[shard] += len(folded)
            city.positions[shard] = folded[-1]

    def _span_of_all(self, positions: list[bytes], shard: int) -> tuple[float, float, float]:
        """Returns times that count for each of these entries, and until when they certainly are not ahead.

        Ids that do not compare as bytes make each entry a turn.
        """
        first, last = ms_seq(positions[0])[0], ms_seq(positions[-1])[0]
        turns = self.city.next_turns
        if positions[0].find(b"-") != len(turns.setdefault(shard, b"")):
            turns[shard] = b""
        span = self.city.arrivals.span
        self.city.later.quick = self.city.horizon.behind_every_clock(first)
        return span(shard, last)[0], span(shard, first)[1], self.city.later.quick

    def _no_report(self, shard: int, position: bytes, raw: bytes | None) -> InvalidReport:
        """Returns why an entry is no report."""
        if (shard, position) in self.city.faults:
            return InvalidReport("", "fault")
        if raw is None:
            return InvalidReport("", "the entry has no field `event`")
        try:
            decode(raw)
        except InvalidReport as error:
            return error
        raise AssertionError("one report decodes and many do not")


def _handlers(city: CityState) -> dict[type[Report], tuple[Handler, str]]:
    """Returns for each type of report the method that applies it, and its name."""
    field, cases = FieldReports(city), CaseReports(city)
    special = {**field.handlers, **cases.handlers}
    return {
        cls: (special.get(name, field.counted_only), _TOLD_APART.get(name, name))
        for name, cls in REPORT_CLASSES.items()
    }
