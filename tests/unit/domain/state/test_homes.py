"""Dwellings and components: what the areas file gave stays counted, and an older count changes nothing."""

from __future__ import annotations

import msgspec

from dashboard.domain.state.homes import Homes
from tests.support.making import tree


def test_dwellings_of_the_areas_file_are_of_no_known_kind() -> None:
    assert Homes(tree()).shown(0, 4)["dwellings"] == {"owned": 0, "rented": 0, "public": 0, "other": 0, "untold": 160}


def test_a_removed_dwelling_was_of_its_kind_or_of_none_that_is_known() -> None:
    homes = Homes(tree())
    homes.add(0, "owned", 1)
    homes.add(0, "owned", -1)
    homes.add(0, "owned", -1)
    homes.add(1, "rented", 1)
    shown = homes.shown(0, 2)["dwellings"]
    assert (shown["owned"], shown["rented"], shown["untold"]) == (0, 1, 79)


def test_the_last_count_of_a_class_stands_whatever_comes_late() -> None:
    homes = Homes(tree())
    homes.count(0, "road", 7, 200.0)
    homes.count(0, "road", 5, 100.0)
    homes.count(1, "road", 3, 50.0)
    assert homes.shown(0, 2)["components"] == {
        "utility": None, "road": 10, "sanitation": None, "green": None, "other": None
    }  # fmt: skip


def test_a_loaded_copy_goes_on_counting_on_its_own() -> None:
    homes, again = Homes(tree()), Homes(tree())
    homes.add(0, "owned", 2)
    homes.count(0, "road", 7, 200.0)
    again.load(msgspec.msgpack.decode(msgspec.msgpack.encode(homes.dump())))
    again.add(0, "owned", 1)
    again.count(0, "road", 1, 100.0)
    assert again.shown(0, 1)["dwellings"]["owned"] == 3
    assert again.shown(0, 1)["components"]["road"] == 7
    assert homes.shown(0, 1)["dwellings"]["owned"] == 2
