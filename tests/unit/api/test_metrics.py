"""Every metric has its name, its text and its value; a snapshot's age is there once there is a snapshot."""

from __future__ import annotations

import msgspec
from prometheus_client.parser import text_string_to_metric_families

from dashboard.api.metrics import exposition
from dashboard.desk.system import Snapshot
from tests.support.desks import Office
from tests.support.making import reported


async def test_what_was_counted_is_told(office: Office) -> None:
    office.write(reported("C-1"), reported("C-1"), b"junk")
    families = {
        one.name: one for one in text_string_to_metric_families(exposition(office.desk.system.condition()).decode())
    }
    assert all(name.startswith("gridwall_") and one.documentation for name, one in families.items())
    values = {name: one.samples[0].value for name, one in families.items()}
    assert (values["gridwall_reports"], values["gridwall_duplicates"], values["gridwall_dead_letters"]) == (1, 1, 1)
    assert values["gridwall_cases"] == 1
    assert "gridwall_snapshot_age_seconds" not in values


async def test_a_snapshot_has_its_age(office: Office) -> None:
    condition = msgspec.structs.replace(office.desk.system.condition(), snapshot=Snapshot(7.5, 60.0, 0))
    assert b"gridwall_snapshot_age_seconds 7.5" in exposition(condition)
