"""File descriptors: as many as the system lets us have, and some of them never given to clients."""

from __future__ import annotations

import contextlib
import resource

_ENOUGH = 65_536
_KEPT_AT_LEAST, _KEPT_AT_MOST = 64, 512


def raise_limit() -> int:
    """Raises the soft limit of this process to the hard one; returns how many descriptors it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wished = _ENOUGH if hard == resource.RLIM_INFINITY else min(hard, _ENOUGH)
    if soft != resource.RLIM_INFINITY and soft < wished:
        with contextlib.suppress(ValueError, OSError):  # macOS allows fewer than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (wished, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _ENOUGH if soft == resource.RLIM_INFINITY else soft


def for_clients(limit: int) -> int:
    """Returns how many connections may be served: the rest is for Redis, files, threads and what comes next."""
    kept = min(_KEPT_AT_MOST, max(_KEPT_AT_LEAST, limit // 4))
    return max(1, limit - kept)
