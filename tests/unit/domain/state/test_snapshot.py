"""What a snapshot holds: every part, so that a city that was loaded goes on like the one that was saved."""

from __future__ import annotations

from dashboard.domain.state import snapshot
from dashboard.domain.state.city import CityState
from tests.support.making import DAY, GRIDS, NOON, copied, event, fold, packed, reported, state, step

TASK = {"task": "t", "department": "civil", "cause": "c", "by": "keeper"}
BEFORE = [
    reported("C-1", note="a light is out"),
    step("suspended", "C-1", NOON + 10.0, reason="papers"),
    step("closed", "C-9", NOON + 10.0),  # waits for its case
    event("population.birth", {"sex": "m", "occurred_on": "2026-11-20"}, grid=GRIDS[3]),
    event("dwelling.registered", {"kind": "owned"}),
    event("worker.shift-started", {"battery": 0.5}),
    event("order.issued", {"order": "o", "to": [GRIDS[0]]}, grid="4205"),
    event("task.opened", TASK, grid="420502"),
    b"junk",
]
AFTER = [
    reported("C-9"),
    step("resumed", "C-1", NOON + 3600.0),
    event("order.read", {"order": "o"}, at=NOON + 60.0),
    event("task.taken", {"task": "t", "by": "civil"}, at=NOON + 60.0),
    BEFORE[0],  # a duplicate, also after a restart
]


def test_what_was_loaded_goes_on_like_what_was_saved() -> None:
    city, later = state(), int((NOON + 3600) * 1000)
    fold(city, BEFORE)
    again = copied(city, state())
    assert packed(again) == packed(city)
    for one in (city, again):
        fold(one, AFTER, first_ms=later)
    assert packed(again) == packed(city)
    assert (again.duplicates, again.early.count, again.entries) == (1, 0, {0: len(BEFORE) + len(AFTER)})


def test_cases_on_their_way_to_the_archive_travel_along() -> None:
    city = state(case_days=1)
    fold(city, [reported("C-1"), step("closed", "C-1", NOON + 1.0), reported("C-2", at=NOON + 9 * DAY)])
    assert [ended.ids for ended in copied(city, state()).ended] == [["C-1"]]


def test_every_part_of_the_state_is_in_it() -> None:
    """A part that somebody adds and forgets here would be empty after each restart."""
    made_anew = {"tree", "rules", "days", "categories", "deadlines", "rungs", "case_days", "hold_s", "horizon"}
    made_anew |= {"owners", "succession", "faults"}  # of the rules; faults stand in Redis, beside the snapshot
    told_as = {"reports": "log", "duplicates": "log", "differing": "log", "dead_letters": "log", "arrivals": "leads"}
    parts = {name for name in vars(state()) if not name.startswith("_")} - made_anew
    assert {told_as.get(name, name) for name in parts} <= set(snapshot.dump(state()))


def test_a_dump_is_frozen() -> None:
    city: CityState = state()
    fold(city, BEFORE)
    before = packed(city)
    dumped = snapshot.dump(city)
    fold(city, AFTER, first_ms=int((NOON + 3600) * 1000))
    again = state()
    snapshot.load(again, dumped)
    assert packed(again) == before
