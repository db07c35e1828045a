"""The condition of a server: what was counted, why it is not ready, and its dead letters."""

from __future__ import annotations

from dashboard.domain.state.refusals import DeadLetter
from tests.support.desks import Office
from tests.support.making import reported


async def test_a_condition_tells_what_was_counted_and_why_it_is_not_ready(office: Office) -> None:
    office.write(reported("C-1"), reported("C-1"), b"junk")
    condition = office.desk.system.condition()
    counts = condition.counts
    assert (counts.reports, counts.duplicates, counts.dead_letters, counts.cases) == (1, 1, 1, 1)
    assert (condition.ready, condition.log.reason) == (False, "not connected yet")
    assert (condition.screens.connected, condition.archive.waiting, condition.snapshot.age_s) == (0, 0, None)
    assert (condition.keeper.holds, condition.version) == (False, "1")


async def test_dead_letters_are_told_with_their_number(office: Office) -> None:
    office.write(b"junk")
    office.running.dead_letters.add(DeadLetter(0, b"5-0", "", "not JSON"), b"junk")
    await office.running.dead_letters.flush()
    found, total = await office.desk.system.dead_letters(10)
    assert ([letter.raw for letter in found.letters], total) == (["junk"], 1)
