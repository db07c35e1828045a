"""The content security policy of all answers."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit


def policy(hashes: Iterable[str], tile_url: str | None = None) -> str:
    """Returns it: everything from here, inline scripts only those with these hashes (what Dash writes).

    No foreign host is named, so that nothing that a text might become could tell one anything; but that of the
    map's background, for pictures alone, when the settings have one.
    """
    scripts = " ".join(hashes)
    pictures = " ".join(["'self' data: blob:", *_host_of(tile_url)])
    return (
        f"default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
        f"img-src {pictures}; connect-src 'self'; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    )


def _host_of(tile_url: str | None) -> list[str]:
    """Returns the source of tiles as a policy names it (`{s}` is one of several hosts); none for tiles from here."""
    parts = urlsplit(tile_url or "")
    if not parts.netloc:
        return []
    host = tile_host(parts.netloc)
    return [f"{parts.scheme}://{host}" if parts.scheme else host]


def tile_host(netloc: str) -> str:
    """Returns the host of a tile template as a policy can say it: a star only ever stands for whole first labels.

    `{s}.tiles.example` is `*.tiles.example`, and so is `tile-{s}.tiles.example`, which has no narrower form.
    """
    head, place, tail = netloc.rpartition("{s}")
    return "*" + tail[tail.index(".") :] if place else head + tail
