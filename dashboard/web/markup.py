"""Parts of a page that Dash never changes, as plain markup.

For each component Dash's renderer keeps a React component that listens to every change of its store, though
what is written into most of a page comes from our own scripts. So a part without anything that Dash changes
becomes one component (assets/dash/markup.js), whatever is in it: a page of 200 components starts with about twenty.
"""

from __future__ import annotations

import html as markup
from collections.abc import Mapping, Set
from typing import Any

from dash.development.base_component import Component

_HTML = "dash_html_components"
_ATTRIBUTES = {"className": "class", "htmlFor": "for"}
_NO_ATTRIBUTES = ("children", "n_clicks", "key")
_VOID = ("br", "hr", "img", "input")
_ELEMENTS = {"mapel": "map", "objectel": "object"}


def lightened(part: Any, alive: Set[str]) -> Any:
    """Returns the layout of a page in the renderer's form.

    Args:
        part: a component, a text, or a list of them.
        alive: ids of components that callbacks name.
    """
    if isinstance(part, list | tuple):
        return [lightened(child, alive) for child in part]
    if not isinstance(part, Component):
        return part
    if is_static(part, alive):
        return _element(part)
    made = part.to_plotly_json()
    props = made["props"]
    if props.get("children") is not None:
        props = {**props, "children": lightened(props["children"], alive)}
    return {**made, "props": props}


def is_static(part: Any, alive: Set[str]) -> bool:
    """Says whether a part consists of elements and texts only, none of which a callback names."""
    if not isinstance(part, Component):
        return True
    if part._namespace != _HTML or getattr(part, "id", None) in alive or hasattr(part, "style"):
        return False
    return all(is_static(child, alive) for child in _children(part))


def as_html(part: Any) -> str:
    """Returns the markup of a static part."""
    if part is None:
        return ""
    if not isinstance(part, Component):
        return markup.escape(str(part))
    tag = _tag(part)
    attributes = "".join(f' {_name(name)}="{_value(value)}"' for name, value in _attributes(part).items())
    inside = "".join(as_html(child) for child in _children(part))
    return f"<{tag}{attributes}>" if tag in _VOID else f"<{tag}{attributes}>{inside}</{tag}>"


def _element(part: Component) -> dict[str, Any]:
    """Returns a static part as one component."""
    inside = "".join(as_html(child) for child in _children(part))
    props = {"tag": _tag(part), "attributes": _attributes(part), "html": inside}
    return {"namespace": "gridwall_components", "type": "Markup", "props": props}


def _tag(part: Component) -> str:
    name: str = part._type.lower()
    return _ELEMENTS.get(name, name)


def _attributes(part: Component) -> dict[str, Any]:
    """Returns the attributes of an element by React's names, in one order in all processes."""
    props: Mapping[str, Any] = part.to_plotly_json()["props"]
    empty = (name for name, value in props.items() if value is None or value is False)  # not 0, which equals False
    without = {*_NO_ATTRIBUTES, *empty}
    return {name: value for name, value in sorted(props.items()) if name not in without}


def _name(name: str) -> str:
    return _ATTRIBUTES.get(name, name.lower())


def _value(value: Any) -> str:
    return "" if value is True else markup.escape(str(value))


def _children(part: Component) -> list[Any]:
    children = getattr(part, "children", None)
    if children is None:
        return []
    return list(children) if isinstance(children, list | tuple) else [children]
