"""The message catalogue: every word on screen, by language, from assets/locales."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

LANGUAGES = ("zh-CN", "en")


def assets_folder() -> Path:
    """Returns the folder of the browser's files: beside the packages in a checkout, inside of one in a wheel."""
    here = Path(__file__).resolve().parent
    inside = here / "assets"
    return inside if inside.is_dir() else here.parent / "assets"


@functools.cache
def catalogue(lang: str) -> dict[str, str]:
    """Returns all messages of one language by key."""
    path = assets_folder() / "locales" / f"{lang}.json"
    messages: dict[str, str] = json.loads(path.read_text("utf-8"))
    return messages


class Words:
    """Says messages in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang if lang in LANGUAGES else LANGUAGES[0]
        self.messages = catalogue(self.lang)

    def __call__(self, key: str, **values: Any) -> str:
        """Returns one message with its {names} replaced."""
        return self.messages[key].format(**values) if values else self.messages[key]

    def named(self, thing: dict[str, str]) -> str:
        """Returns a name in this language."""
        return thing["name_en"] if self.lang == "en" else thing["name"]
