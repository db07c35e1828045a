"""Dead letters: each entry of the log at most once, with its reason and its raw bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import redis

from dashboard.domain.state.refusals import DeadLetter
from dashboard.feeds.deadletters import KEPT_RAW_BYTES, DeadLetters, Wanted
from dashboard.feeds.keys import DEAD_LETTERS


@pytest.fixture
async def letters(redis_url: str) -> AsyncIterator[DeadLetters]:
    writer = DeadLetters(redis_url, 1)
    yield writer
    await writer.close()


def _letter(position: bytes, reason: str = "is negative") -> DeadLetter:
    return DeadLetter(0, position, "data.age", reason)


async def test_a_letter_is_kept_with_reason_and_raw_bytes(letters: DeadLetters) -> None:
    letters.add(_letter(b"5-0"), b"\xff{")
    await letters.flush()
    [found] = (await letters.newest(10)).letters
    assert (found.stream_id, found.shard, found.field, found.reason) == ("5-0", 0, "data.age", "is negative")
    assert (found.raw, found.size_bytes) == ("\ufffd{", 2)


async def test_two_servers_write_the_same_letter_once(redis_url: str, redis_client: redis.Redis) -> None:
    servers = [DeadLetters(redis_url, 1) for _ in range(2)]
    for server in servers:
        for position in (b"5-0", b"5-1"):
            server.add(_letter(position), b"x")
        await server.flush()
        await server.close()
    assert redis_client.xlen(DEAD_LETTERS) == 2


async def test_the_newest_come_first_and_no_more_than_asked_for(letters: DeadLetters) -> None:
    for number in range(5):
        letters.add(_letter(b"%d-0" % number), b"x")
    await letters.flush()
    assert [letter.stream_id for letter in (await letters.newest(2)).letters] == ["4-0", "3-0"]


async def test_what_was_not_at_hand_is_read_from_the_log(letters: DeadLetters, redis_client: redis.Redis) -> None:
    redis_client.xadd("reports", {"event": b"early"}, id="5-0")
    redis_client.xadd("reports", {"other": b"x"}, id="6-0")
    for position in (b"5-0", b"6-0", b"7-0"):
        letters.add(_letter(position), None)
    await letters.flush()
    assert [letter.raw for letter in (await letters.newest(3)).letters] == ["", '{"other":"x"}', "early"]


async def test_a_huge_report_is_cut_and_its_size_is_told(letters: DeadLetters) -> None:
    letters.add(_letter(b"5-0"), b"x" * (KEPT_RAW_BYTES + 5))
    await letters.flush()
    [found] = (await letters.newest(1)).letters
    assert (len(found.raw), found.size_bytes) == (KEPT_RAW_BYTES, KEPT_RAW_BYTES + 5)


def _sent_by(source: str) -> bytes:
    return f'{{"source": "{source}"}}'.encode()


async def test_letters_are_found_by_reason_and_source_and_one_goes_on_where_one_was(letters: DeadLetters) -> None:
    for number in range(6):
        letters.add(_letter(b"%d-0" % number, "odd" if number % 2 else "even"), _sent_by("a" if number < 3 else "b"))
    await letters.flush()
    first = await letters.newest(2, Wanted(reason="odd"))
    assert ([one.stream_id for one in first.letters], first.next is None) == (["5-0", "3-0"], False)
    rest = await letters.newest(2, Wanted(reason="odd", before=first.next))
    assert ([one.stream_id for one in rest.letters], rest.next) == (["1-0"], None)
    assert [one.stream_id for one in (await letters.newest(9, Wanted("even", "a"))).letters] == ["2-0", "0-0"]


async def test_letters_are_counted_by_reason_and_source(letters: DeadLetters) -> None:
    for number, raw in enumerate((_sent_by("a"), _sent_by("a"), b"junk", b"[" * 5000, b'{"source": 7}')):
        letters.add(_letter(b"%d-0" % number), raw)
    await letters.flush()
    alike, looked_at = await letters.alike()
    assert {(one.source, one.count) for one in alike} == {("", 3), ("a", 2)}
    assert looked_at == 5
