"""A socket pays for what it asks; who asks for too much is sent away or waits, and nobody else does."""

from __future__ import annotations

import time

import pytest

from dashboard.api import admission as module
from dashboard.api.admission import Admission, Bucket, Budget, TooMuch


class Now:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def budget(now: Now) -> Budget:
    return Budget(Bucket(module.OPENING_SHARE, module.OPENING_AT_ONCE_S, now), now)


def test_a_bucket_fills_up_to_its_brim() -> None:
    now = Now()
    bucket = Bucket(2.0, 10.0, now)
    assert bucket.spend(10.0) == 0.0
    now.at += 3
    assert bucket.spend(0.0) == 6.0
    now.at += 100
    assert bucket.spend(14.0) == -4.0
    assert bucket.owed_s() == 2.0


def test_a_screen_that_behaves_is_never_sent_away() -> None:
    now = Now()
    own = budget(now)
    for _ in range(60):  # a page that starts, and somebody in a hurry
        own.take_message()
    for _ in range(1000):
        now.at += 0.11
        own.take_message()


def test_too_many_messages_are_refused_with_a_reason() -> None:
    own = budget(Now())
    for _ in range(60):
        own.take_message()
    with pytest.raises(TooMuch, match="too many messages"):
        own.take_message()


def test_who_asks_for_much_work_waits_until_it_is_paid_for(monkeypatch: pytest.MonkeyPatch) -> None:
    now, spent = Now(), iter([0.0, 0.25, 10.0, 10.05])
    own, other = budget(now), budget(now)
    monkeypatch.setattr(time, "perf_counter", lambda: next(spent))
    with own.working():
        pass
    assert own.pause_s() == pytest.approx(0.05 / module.WORK_SHARE)
    assert other.pause_s() == 0.0
    now.at += 2.5
    assert own.pause_s() == 0.0
    with own.working():
        pass
    assert own.pause_s() == pytest.approx(0.05 / module.WORK_SHARE)


def test_topics_that_nobody_watched_are_opened_from_one_purse(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a client gains nothing by leaving and coming again."""
    now, spent = Now(), iter([0.0, 2.3])
    admission = Admission(now=now)
    monkeypatch.setattr(time, "perf_counter", lambda: next(spent))
    with admission.entered() as first:
        assert first is not None
        with first.working(opening=True):
            pass
    with admission.entered() as second:
        assert second is not None
        assert second.pause_s() == pytest.approx(0.3 / module.OPENING_SHARE)


def test_there_are_only_so_many_sockets_and_their_places_come_back() -> None:
    admission = Admission(most=1)
    with admission.entered() as first, admission.entered() as second:
        assert (first is None, second is None) == (False, True)
    with pytest.raises(TooMuch), admission.entered():
        raise TooMuch("x")
    with admission.entered() as again:
        assert again is not None
    assert admission.refused == 2
