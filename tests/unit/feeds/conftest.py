"""Where the system has a server for the log of its own, all that asks one is tried on that one, too."""

from __future__ import annotations

import pytest

from tests.support.running import log_servers


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs what needs a Redis once for each server at hand; the one that we carry comes first."""
    servers = log_servers()
    if "redis_server" in metafunc.fixturenames and len(servers) > 1:
        metafunc.parametrize("redis_server", servers.values(), ids=servers, indirect=True, scope="session")
