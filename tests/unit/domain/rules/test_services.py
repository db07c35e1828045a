"""Kinds of services: named so that addresses can hold them, each with a department and a limit."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.domain.rules.limits import Limit
from dashboard.domain.rules.services import ServiceKind, parse_services
from dashboard.errors import RulesError
from tests.support.making import rules

CARD = {"name": "老年卡", "name_en": "Senior card", "department": "civil", "limit": "5 work_day"}


def _parsed(table: Any) -> dict[str, ServiceKind]:
    return parse_services({"services": table}, {"civil": None})


def test_kinds_keep_their_order_and_say_whose_they_are() -> None:
    kinds = _parsed({"senior-card": CARD, "b": {**CARD, "name_en": "B"}})
    assert list(kinds) == ["senior-card", "b"]
    assert kinds["senior-card"] == ServiceKind("senior-card", "老年卡", "Senior card", "civil", Limit(5.0, "work_day"))


def test_without_an_english_name_the_id_stands_in() -> None:
    assert _parsed({"card": {key: CARD[key] for key in ("name", "department", "limit")}})["card"].name_en == "card"


def test_no_table_is_no_service_and_the_default_rules_have_some() -> None:
    assert parse_services({}, {}) == {}
    assert rules().services


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ([], "services"),
        ({"Senior Card": CARD}, "services.Senior Card"),
        ({"card": {**CARD, "name": ""}}, "services.card.name"),
        ({"card": "x"}, "services.card.name"),
        ({"card": {**CARD, "department": "none"}}, "services.card.department"),
        ({"card": {**CARD, "limit": "soon"}}, "services.card.limit"),
    ],
)
def test_what_cannot_be_used_is_named(table: Any, where: str) -> None:
    with pytest.raises(RulesError) as refused:
        _parsed(table)
    assert refused.value.where == where
