"""Takes in what callbacks register on an application, so that a test may call it without a server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Registered:
    """An application that only remembers.

    Attributes:
        functions: what runs on the server, by its name.
        scripts: what runs in the browser, as (namespace, function).
    """

    def __init__(self) -> None:
        self.functions: dict[str, Callable[..., Any]] = {}
        self.scripts: list[tuple[str, str]] = []

    def callback(self, *_: Any, **__: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def take(function: Callable[..., Any]) -> Callable[..., Any]:
            self.functions[function.__name__] = function
            return function

        return take

    def clientside_callback(self, function: Any, *_: Any, **__: Any) -> None:
        self.scripts.append((function.namespace, function.function_name))
