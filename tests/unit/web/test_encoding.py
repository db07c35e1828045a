"""Content codings are negotiated as RFC 9110 says (12.5.3), and bodies in pieces are the same bodies."""

from __future__ import annotations

import gzip

import brotli
import pytest

from dashboard.web.encoding import Nothing, compressed, compressor, ungzipped, wanted


@pytest.mark.parametrize(
    ("accepted", "coding", "must"),
    [
        (None, "", False),
        ("", "", False),
        ("br", "br", False),
        ("gzip, deflate, br", "br", False),
        ("gzip, deflate", "gzip", False),
        ("x-gzip", "gzip", False),
        ("GZIP", "gzip", False),
        ("gzip;q=0", "", False),
        ("br;q=0, gzip", "gzip", False),
        ("br;q=0.2, gzip;q=0.8", "gzip", False),
        ("br;q=0.5, identity;q=0.8", "", False),
        ("identity;q=0.5, gzip;q=0.5", "gzip", False),
        ("*", "br", False),
        ("*;q=0.1, gzip", "gzip", False),
        ("br;q=0, *", "gzip", False),
        ("identity;q=0, gzip", "gzip", True),
        ("identity;q=0, *", "br", True),
        ("*;q=0, gzip", "gzip", True),
        ("*;q=0, identity", "", False),
        ("embroidery", "", False),
        ("br;q=nonsense, gzip", "gzip", False),
        ("br;q=2, gzip;q=0.001", "gzip", False),
        ("br ; q=1.000 , gzip;q=0.999", "br", False),
    ],
)
def test_the_best_coding_that_the_client_takes(accepted: str | None, coding: str, must: bool) -> None:
    assert wanted(accepted) == (coding, must)


@pytest.mark.parametrize("accepted", ["identity;q=0", "*;q=0", "identity;q=0, deflate", "br;q=0, gzip;q=0, *;q=0"])
def test_a_client_that_takes_nothing_is_told(accepted: str) -> None:
    with pytest.raises(Nothing):
        wanted(accepted)


@pytest.mark.parametrize(("coding", "decompress"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_pieces_give_the_same_body(coding: str, decompress: object) -> None:
    pieces = [bytes([number]) * 5000 for number in range(50)]
    made = compressor(coding, 4)
    body = b"".join(map(made.process, pieces)) + made.finish()
    assert decompress(body) == b"".join(pieces)  # type: ignore[operator]
    assert decompress(compressed(b"".join(pieces), coding, 9)) == b"".join(pieces)  # type: ignore[operator]


def test_gzip_that_is_sent_is_unpacked_up_to_a_limit() -> None:
    assert ungzipped(gzip.compress(b"abc") + gzip.compress(b"d"), 4) == b"abcd"
    with pytest.raises(OverflowError):
        ungzipped(gzip.compress(b"abcd") + gzip.compress(b"e"), 4)


@pytest.mark.parametrize(
    "body",
    [
        b"x",
        gzip.compress(b"abc", mtime=0)[:-1],
        gzip.compress(b"abc", mtime=0) + b"x",
        gzip.compress(b"", mtime=0) * 101,
    ],
)
def test_what_is_no_gzip_is_told(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        ungzipped(body, 1000)
