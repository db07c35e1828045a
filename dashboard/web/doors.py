"""The doors that Dash needs: one for callbacks, one for the files of its packages. Its others do not exist here.

What comes in at either is checked before Dash sees it: by itself it answers whatever it does not expect with 500.
"""

from __future__ import annotations

import logging
import mimetypes
import pathlib
import pkgutil
import re
import traceback
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from dash import Dash
from dash.exceptions import PreventUpdate
from fastapi import FastAPI, Request
from fastapi.responses import Response

from dashboard.web.answers import FOREVER
from dashboard.web.requests import Refused, unknown
from dashboard.web.seldom import Seldom

log = logging.getLogger(__name__)

FILES = "/_dash-component-suites/"
_STAMPED = re.compile(r"^(?P<before>[^.]*)\.(?P<stamp>v[\w-]+m[0-9a-fA-F]+)\.(?P<after>.+)$")
_ODD_VALUES = (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError)

Dispatch = Callable[[Request], Awaitable[Response]]


def checked(dash: Dash, dispatch: Dispatch) -> Dispatch:
    """Returns Dash's own route of callbacks behind a check of what it is sent.

    Values that a callback cannot take are the client's fault as often as ours, so they are a refusal and a line.
    """
    seldom = Seldom()

    async def callback(request: Request) -> Response:
        check(dash.callback_map, getattr(request.state, "json_body", None))
        try:
            return await dispatch(request)
        except PreventUpdate:
            return Response(status_code=204)
        except _ODD_VALUES as error:
            if seldom.allows():
                log.warning("a callback ended with %s%s", _place_of(error), seldom.more())
            raise Refused(
                422, "invalid", f"no callback takes these values ({type(error).__name__})", "inputs"
            ) from error

    return callback


def _place_of(error: Exception) -> str:
    """Returns an error in one short line, with the line of the code that raised it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    said = " ".join(str(error).split())[:200]
    return f"{type(error).__name__} in {pathlib.Path(last.filename).name}, line {last.lineno}: {said}"


def check(callbacks: dict[str, Any], body: Any) -> None:
    """Raises Refused unless a body asks for a callback that there is, with the inputs that it has."""
    if not isinstance(body, dict):
        raise Refused(400, "not-json", "send a JSON object as application/json")
    known = callbacks.get(body["output"]) if isinstance(body.get("output"), str) else None
    if known is None:
        raise Refused(404, "unknown-callback", "there is no callback with this output", "output")
    outputs = body.get("outputs")
    given = {
        "inputs": (body.get("inputs", []), known["inputs"]),
        "state": (body.get("state", []), known["state"]),
        "outputs": (outputs if isinstance(outputs, list) else [outputs], _parts(body["output"])),
    }
    for name, (parts, expected) in given.items():
        if _named(parts) != _named(expected):
            raise Refused(422, "invalid", f"the callback has another {name}", name)
    if not _are_texts(body.get("changedPropIds", [])):
        raise Refused(422, "invalid", "is a list of texts", "changedPropIds")


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _named(parts: Any) -> list[tuple[Any, Any]] | None:
    """Returns (id, property) of each part, or None for what is no list of parts."""
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        return None
    named = [(part.get("id"), part.get("property")) for part in parts]
    return named if all(isinstance(text, str) for pair in named for text in pair) else None


def _parts(output: str) -> list[dict[str, str]]:
    """Returns the parts of the name under which Dash keeps a callback: `id.property`, or `..a.b...c.d..`."""
    names = output[2:-2].split("...") if output.startswith("..") else [output]
    pairs = [name.partition("@")[0].rpartition(".") for name in names]
    return [{"id": before, "property": after} for before, _, after in pairs]


def add_component_files(server: FastAPI, dash: Dash, named: Iterable[str]) -> None:
    """Adds the files of Dash's packages, under the stamps that our own documents name; nothing else is kept for ever.

    Packages ask for further parts of themselves by the bare name (charts: `async-graph.js`, `plotly.min.js`).
    """
    stamps = stamps_of(named)

    @server.get(FILES + "{package}/{path:path}", include_in_schema=False)
    async def component_file(package: str, path: str) -> Response:
        found = _file(dash, stamps, package, path)
        if found is None:
            raise Refused(404, "unknown-address", f"no {FILES}{package[:40]}/{path[:80]}")
        kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
        kept = FOREVER if found != path else "no-cache"  # a bare name says nothing of what it gives
        return Response(pkgutil.get_data(package, found), 200, {"cache-control": kept}, kind)

    server.add_api_route("/_dash-{rest:path}", unknown, methods=["GET"], include_in_schema=False)


def stamps_of(named: Iterable[str]) -> dict[str, set[str]]:
    """Returns the stamps (version and time of change) under which files of each package are named."""
    found: dict[str, set[str]] = {}
    for address in named:
        package, _, path = address.removeprefix(FILES).partition("/")
        stamped = _STAMPED.match(path.rpartition("/")[2])
        if address.startswith(FILES) and stamped:
            found.setdefault(package, set()).add(stamped["stamp"])
    return found


def _file(dash: Dash, stamps: dict[str, set[str]], package: str, path: str) -> str | None:
    """Returns where a file lies in its package, or None where there is none, or its stamp is not ours."""
    folder, slash, name = path.rpartition("/")
    stamped = _STAMPED.match(name)
    if stamped is not None and stamped["stamp"] not in stamps.get(package, ()):
        return None
    plain = path if stamped is None else f"{folder}{slash}{stamped['before']}.{stamped['after']}"
    return plain if plain in dash.registered_paths.get(package, ()) else None
