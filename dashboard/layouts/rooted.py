"""Addresses on pages below the path of a proxy (`GRIDWALL_ROOT_PATH`).

Layouts write addresses as they are inside of the server (`/cases`); here, and nowhere else, each gets the path before
it. What scripts write goes through assets/core/root.js in the same way.
"""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

_ADDRESSES = ("href", "src", "action")


def rooted(part: Any, root: str) -> Any:
    """Returns a component, or a list of them, whose addresses (also of all parts of it) stand below a path."""
    if not root:
        return part
    for each in part if isinstance(part, list | tuple) else (part,):
        if isinstance(each, Component):
            _root(each, root)
            for inner in each._traverse():
                _root(inner, root)
    return part


def _root(part: Any, root: str) -> None:
    for name in _ADDRESSES:
        value = getattr(part, name, None)
        if isinstance(value, str):
            setattr(part, name, at(root, value))


def at(root: str, address: str) -> str:
    """Returns an address of this server below a path; others (`https://…`, `#part`, `?query`) as they are."""
    return root + address if address.startswith("/") and not address.startswith("//") else address
