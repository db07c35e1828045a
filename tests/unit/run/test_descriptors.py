"""Descriptors: all that the system gives, and some that no client gets."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dashboard.run.descriptors import for_clients
from tests.support.running import clean_environment


@pytest.mark.parametrize(("soft", "hard", "wanted"), [(64, 256, 256), (256, 256, 256), (100, 4000, 4000)])
def test_the_soft_limit_becomes_the_hard_one(soft: int, hard: int, wanted: int) -> None:
    program = "from dashboard.run.descriptors import raise_limit; print(raise_limit())"
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))\n{program}"
    command = [sys.executable, "-c", limited]
    shown = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=True).stdout
    assert int(shown) == wanted


def test_some_are_kept_for_ourselves() -> None:
    assert [for_clients(limit) for limit in (200, 1024, 20_000, 65_536)] == [136, 768, 19_488, 65_024]
    assert for_clients(10) == 1
