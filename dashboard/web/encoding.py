"""Content codings: which one a client wants (RFC 9110, 12.5.3), and bodies compressed in pieces."""

from __future__ import annotations

import re
import zlib
from typing import Protocol

import brotli

CODINGS = ("br", "gzip")  # best first
_ELEMENT = re.compile(r"^\s*(?P<coding>[\w*-]+)\s*(?:;\s*q\s*=\s*(?P<weight>0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$")
TAKEN = (b"identity", b"gzip", b"x-gzip")  # of bodies that are sent to us
_GZIP_WINDOW = 31  # 15 bits, with gzip's head and foot
_MOST_MEMBERS = 100  # of one gzip body: each costs a copy of those behind it


class Nothing(Exception):
    """The client takes none of the codings that we have, and not the body as it is."""


def wanted(accepted: str | None) -> tuple[str, bool]:
    """Returns the coding to use ("" = none) and whether it has to be used even where it does not pay.

    Raises:
        Nothing: neither a coding nor the body as it is will do.
    """
    qualities = _qualities(accepted)
    rest = qualities.get("*")
    plain = qualities.get("identity", 0.0 if rest == 0.0 else None)  # None: allowed, though nobody asked for it
    weights = {coding: qualities.get(coding, rest or 0.0) for coding in CODINGS}
    best = max(CODINGS, key=lambda coding: weights[coding])
    if weights[best] > 0.0 and weights[best] >= (plain or 0.0):
        return best, plain == 0.0
    if plain == 0.0:
        raise Nothing
    return "", False


def _qualities(accepted: str | None) -> dict[str, float]:
    """Returns the weight of each coding that a header names; what makes no sense is left out."""
    elements = (_ELEMENT.match(element) for element in (accepted or "").lower().split(","))
    return {one["coding"].removeprefix("x-"): float(one["weight"] or 1) for one in elements if one is not None}


class Compressor(Protocol):
    """Compresses a body piece by piece."""

    def process(self, piece: bytes) -> bytes:
        """Returns what is ready of the body so far."""
        ...

    def finish(self) -> bytes:
        """Returns the rest."""
        ...


class _Gzip:
    def __init__(self, quality: int) -> None:
        self._made = zlib.compressobj(quality, zlib.DEFLATED, _GZIP_WINDOW)

    def process(self, piece: bytes) -> bytes:
        return self._made.compress(piece)

    def finish(self) -> bytes:
        return self._made.flush()


def compressor(coding: str, quality: int) -> Compressor:
    """Returns a compressor for one body; both libraries let other threads run meanwhile."""
    if coding == "gzip":
        return _Gzip(quality)
    made: Compressor = brotli.Compressor(quality=quality)
    return made


def compressed(body: bytes, coding: str, quality: int) -> bytes:
    """Returns a body compressed as a whole."""
    made = compressor(coding, quality)
    return made.process(body) + made.finish()


def ungzipped(body: bytes, most_bytes: int) -> bytes:
    """Returns what a gzip body (RFC 1952: one or more members) holds.

    Raises:
        OverflowError: it holds more than `most_bytes`; no more than that was made of it.
        ValueError: it is no gzip, or not all of it.
    """
    plain = bytearray()
    for _ in range(_MOST_MEMBERS):
        member = zlib.decompressobj(wbits=_GZIP_WINDOW)
        try:
            plain += member.decompress(body, most_bytes + 1 - len(plain))
        except zlib.error as error:
            raise ValueError(str(error)) from None
        if len(plain) > most_bytes:
            raise OverflowError
        if not member.eof:
            raise ValueError("it ends in the middle")
        body = member.unused_data
        if not body:
            return bytes(plain)
    raise ValueError(f"it has more than {_MOST_MEMBERS} members")
