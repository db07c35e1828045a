"""Each city that can be played does what every city can do."""

from __future__ import annotations

import pytest

from simulator.cities import CITIES
from simulator.life.living import Living
from simulator.life.run import Run


@pytest.mark.parametrize("name", CITIES)
def test_each_city_lives(name: str) -> None:
    life = CITIES[name].live(CITIES[name].build(3, 1), Run(1, 1_790_000_000.0))
    assert isinstance(life, Living)
