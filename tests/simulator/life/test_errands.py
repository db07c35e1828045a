"""Orders are read and done, residents are served."""

from __future__ import annotations

import numpy as np

from tests.simulator.conftest import DAYS, History


def test_most_orders_are_read_within_five_minutes(history: History) -> None:
    table = history.table
    seconds = table["at"].map(lambda at: at.timestamp())
    issued = {
        data["order"]: at for data, at in zip(table["data"], seconds, strict=True) if "to" in data and "order" in data
    }
    sent = sum(len(data["to"]) for data in table[table["type"] == "order.issued"]["data"])
    read = table[table["type"] == "order.read"]
    in_time = sum(at - issued[data["order"]] <= 300 for data, at in zip(read["data"], seconds[read.index], strict=True))
    assert 1_200 < len(issued) < 2_400
    assert 0.8 < in_time / sent < 0.95


def test_services_number_about_five_hundred_a_day_and_some_are_off_hours(history: History) -> None:
    asked = history.table[history.table["type"] == "service.requested"]
    assert 450 < len(asked) / DAYS < 550
    assert 0.1 < np.mean([data["off_hours"] for data in asked["data"]]) < 0.6
