"""Who is it, and may they: asked once, before anything is read or done.

Until people have accounts there is one actor who may act: whoever sits at the machine that the server runs on. An
account, its grants and the areas that they hold for will be another kind of actor here; nothing else asks who it is.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from dashboard.errors import NotAllowed

_OWN_NAMES = ("127.0.0.1", "localhost", "::1")
_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.

    Attributes:
        name: as the audit has it.
        local: they sit at the machine that the server runs on.
    """

    name: str
    local: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request tells about who sends it.

    Attributes:
        client: address of the other end, None when it has none.
        hostname: name by which it asked for us, without the port.
        host: the same with the port, as the header has it.
        origin: of the page that a browser sends it from, if it says so.
        forwarded: a proxy stands in between.
    """

    client: str | None
    hostname: str | None
    host: str | None
    origin: str | None = None
    forwarded: bool = False


def actor_of(asked: Asked) -> Actor:
    """Returns who sends a request; a proxy in between counts as somebody else.

    Who sits here must also have asked for this machine by one of its own names: a foreign name that resolves to it
    (DNS rebinding) would let another site's page act here.
    """
    local = not asked.forwarded and asked.hostname in _OWN_NAMES and _is_loopback(asked.client)
    return Actor("here" if local else f"somebody at {asked.client}", local)


def may_act(actor: Actor) -> bool:
    """Says whether somebody may act at all, so that pages offer it or do not."""
    return actor.local


def demand(actor: Actor, doing: str) -> None:
    """Raises NotAllowed for somebody who may not act; `doing` says in words what they want (`acting on cases`)."""
    if not may_act(actor):
        raise NotAllowed("loopback-only", f"{doing} is allowed on the server's own machine only")


def demand_own_page(asked: Asked) -> None:
    """Raises NotAllowed for what another site's page lets a browser send."""
    if asked.origin is not None and not same_origin(asked.origin, asked.host):
        reason = "the request comes from a page of another host; a proxy has to pass on the Host that was asked for"
        raise NotAllowed("foreign-origin", reason)


def actor_who_may(asked: Asked, doing: str) -> Actor:
    """Returns who sends a request, if they may do what they want; raises NotAllowed, also for another site's page."""
    actor = actor_of(asked)
    demand(actor, doing)
    demand_own_page(asked)
    return actor


def _is_loopback(address: str | None) -> bool:
    try:
        return address is not None and ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def same_origin(origin: str, host: str | None) -> bool:
    """Says whether a browser's page (`Origin`, RFC 6454) was loaded from the host that its request names."""
    scheme, _, page = origin.partition("://")
    return host is not None and same_host(page, host, scheme)


def same_host(one: str, other: str, scheme: str = "") -> bool:
    """Says whether two hosts are one: the port that a scheme has anyway (any, if none is given) may be left out."""
    ends = [port for name, port in _PORTS.items() if scheme in (name, "")]
    bare = [next((host.removesuffix(end) for end in ends if host.endswith(end)), host) for host in (one, other)]
    return bare[0].lower() == bare[1].lower()
