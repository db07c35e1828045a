"""Fixtures for tests of connections."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.serving import Served, small_server


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """A small server, without a process of its own."""
    async with small_server() as served:
        yield served
