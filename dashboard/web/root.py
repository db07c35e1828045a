"""The path under which a proxy passes this server on (`GRIDWALL_ROOT_PATH`), and the server's own addresses below it.

Inside, addresses are the same everywhere: the prefix is taken off what comes in, whether or not the proxy has taken
it off before, and is put before what goes out here (redirects), in documents (document.py), in pages
(layouts/rooted.py) and in scripts (assets/core/root.js).
"""

from __future__ import annotations

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.callbacks.routing import PAGES
from dashboard.errors import SettingsError


class Rooted:
    """The application below a path; with or without it, an address is the same one."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        self.app, self._root = app, root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request or a socket."""
        if scope["type"] not in ("http", "websocket") or not self._root:
            await self.app(scope, receive, send)
            return

        async def out(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [self._header(*header) for header in message.get("headers", ())]}
            await send(message)

        await self.app(self._inside(scope), receive, out)

    def _inside(self, scope: Scope) -> Scope:
        raw: bytes | None = scope.get("raw_path")
        path = below(self._root, scope["path"])
        return {**scope, "path": path, "raw_path": None if raw is None else below(self._root, raw.decode()).encode()}

    def _header(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        """Returns a header of an answer; one that leads to an address of ours leads below the path."""
        ours = name.lower() == b"location" and value.startswith(b"/") and not value.startswith(b"//")
        return (name, self._root.encode() + value) if ours else (name, value)


def below(root: str, path: str) -> str:
    """Returns an address without the path that stands before it; `/` for the path itself."""
    if path == root:
        return "/"
    return path[len(root) :] if path.startswith(root + "/") else path


def free(root: str, server: FastAPI) -> str:
    """Returns the path of a proxy.

    Raises:
        SettingsError: an address of our own begins like it, so that nobody could tell whether it was taken off.
    """
    taken = {_first(path) for path in (*PAGES, *(getattr(route, "path", "") for route in server.routes))}
    if root and _first(root) in taken:
        raise SettingsError("GRIDWALL_ROOT_PATH", f"{root} begins like an address of Gridwall's own; take another name")
    return root


def _first(path: str) -> str:
    return path.lstrip("/").partition("/")[0]
