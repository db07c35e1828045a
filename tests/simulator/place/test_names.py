"""Invented names: as many as are asked for, none twice, each in both scripts."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.place import names


@pytest.mark.parametrize("count", [1, 26, 40, 700])
def test_streets_have_names_of_their_own(count: int) -> None:
    found = names.streets(count, np.random.default_rng(1))
    assert len({chinese for chinese, _ in found}) == len({english for _, english in found}) == count


@pytest.mark.parametrize("count", [1, 121, 2_000])
def test_communities_have_names_of_their_own(count: int) -> None:
    found = names.communities(count, np.random.default_rng(1))
    assert len({chinese for chinese, _ in found}) == len({english for _, english in found}) == count


def test_names_are_in_both_scripts() -> None:
    rng = np.random.default_rng(2)
    for chinese, english in [names.CITY, *names.DISTRICTS.values(), *names.streets(9, rng), *names.communities(9, rng)]:
        assert not chinese.isascii()
        assert english.isascii()


def test_grids_are_numbered() -> None:
    assert names.grid(1) != names.grid(2)
    assert "12" in names.grid(12)[1]
