"""The content security policy of all answers."""

from __future__ import annotations

from collections.abc import Iterable


def policy(hashes: Iterable[str]) -> str:
    """Returns it: everything from here, inline scripts only those with these hashes (what Dash writes)."""
    scripts = " ".join(hashes)
    return (
        f"default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob: https: http:; connect-src 'self' ws: wss:; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    )
