"""Who is it, and may they: only who sits at the machine, under one of its own names, from one of its own pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.desk.access import Actor, Asked, actor_of, actor_who_may, demand, demand_own_page, may_act, same_origin
from dashboard.errors import NotAllowed


def asked(**given: str | bool | None) -> Asked:
    usual: dict[str, str | bool | None] = {"client": "127.0.0.1", "hostname": "localhost", "host": "localhost:8050"}
    return Asked(**(usual | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "given",
    [{}, {"client": "::1", "hostname": "::1"}, {"client": "127.8.9.1", "hostname": "127.0.0.1"}],
)
def test_who_sits_at_the_machine_may_act(given: dict[str, str]) -> None:
    actor = actor_of(asked(**given))
    assert may_act(actor)
    demand(actor, "acting")


@pytest.mark.parametrize(
    "given",
    [
        {"client": "10.0.0.7"},
        {"client": "not an address"},
        {"client": None},
        {"hostname": "evil.example"},
        {"hostname": None},
        {"forwarded": True},
    ],
)
def test_nobody_else_may(given: dict[str, str | bool | None]) -> None:
    actor = actor_of(asked(**given))
    assert not may_act(actor)
    with pytest.raises(NotAllowed, match="digging is allowed on the server's own machine only") as caught:
        demand(actor, "digging")
    assert caught.value.error == "loopback-only"


def test_a_page_of_another_host_cannot_act_through_a_browser() -> None:
    for origin in (None, "http://localhost:8050", "https://localhost:8050"):
        demand_own_page(asked(origin=origin))
    for origin in ("http://elsewhere.example", "http://localhost", "null"):
        with pytest.raises(NotAllowed) as caught:
            demand_own_page(asked(origin=origin))
        assert caught.value.error == "foreign-origin"


def test_the_audit_can_tell_strangers_apart() -> None:
    assert actor_of(asked(client="10.0.0.7")) == Actor("somebody at 10.0.0.7", False)


def test_who_may_is_told_at_once_and_another_sites_page_is_refused() -> None:
    here = Asked(client="127.0.0.1", hostname="localhost", host="localhost:8050", origin="http://localhost:8050")
    assert actor_who_may(here, "acting").local
    for other in (replace(here, client="10.0.0.9"), replace(here, origin="http://evil.example")):
        with pytest.raises(NotAllowed):
            actor_who_may(other, "acting")


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("http://a:8050", "a:8050", True),
        ("https://city.example", "City.example:443", True),
        ("http://city.example:80", "city.example", True),
        ("https://city.example", "city.example:80", False),
        ("https://city.example:8443", "city.example", False),
        ("http://elsewhere.example", "a:8050", False),
        ("null", "a:8050", False),
        ("http://a", None, False),
    ],
)
def test_a_page_is_ours_when_its_host_is_the_one_that_was_asked(origin: str, host: str | None, ours: bool) -> None:
    assert same_origin(origin, host) is ours
