"""The message catalogue: every word on screen, by language and page, from assets/locales/<language>/<page>.json.

A message is a text with {places}, or, where a count meets a noun, one text for each form that the language has:
`{"one": "{count} case", "other": "{count} cases"}`. Which form it is, the language's own rules say (CLDR), from the
number that is given as `count`; the browser says the same messages (assets/core/words.js), by `Intl.PluralRules`.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from babel import Locale
from babel.numbers import format_decimal

LANGUAGES = ("zh-CN", "en")
SHARED = "core"  # the file of what more than one page says

Message = str | dict[str, str]


def assets_folder() -> Path:
    """Returns the folder of the browser's files: beside the packages in a checkout, inside of one in a wheel."""
    here = Path(__file__).resolve().parent
    inside = here / "assets"
    return inside if inside.is_dir() else here.parent / "assets"


@functools.cache
def catalogue(lang: str) -> dict[str, dict[str, Message]]:
    """Returns the messages of one language: by page, and there by key."""
    paths = sorted((assets_folder() / "locales" / lang).glob("*.json"))
    return {path.stem: json.loads(path.read_text("utf-8")) for path in paths}


def messages_of(lang: str, *pages: str) -> dict[str, Message]:
    """Returns the messages that some pages need, with what all of them share; without `pages`, those of all."""
    found = catalogue(lang)
    return {key: text for page in ({SHARED, *pages} if pages else found) for key, text in found.get(page, {}).items()}


class Words:
    """Says messages in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang if lang in LANGUAGES else LANGUAGES[0]
        self._messages, self._locale = _spoken(self.lang)

    def __call__(self, key: str, **values: Any) -> str:
        """Returns one message with its {places} filled; whole numbers are grouped as the language does it.

        Raises:
            KeyError: for a key that the catalogue does not have, or a place that is not given.
        """
        text = self._form(self._messages[key], values.get("count"))
        return text.format(**{name: self._written(value) for name, value in values.items()}) if values else text

    def known(self, key: str, otherwise: str) -> str:
        """Returns the message of a key that may come from outside, and something else when there is none."""
        return self(key) if key in self._messages else otherwise

    def around(self, key: str, count: int | None, **values: Any) -> tuple[str, str]:
        """Returns what a message says before and after its count, which stands in an element of its own."""
        text = self._form(self._messages[key], count)
        before, after = text.split("{count}")
        return before.format(**values), after.format(**values)

    def number(self, value: float) -> str:
        """Returns a number with grouped digits."""
        if isinstance(value, int) and -1000 < value < 1000:
            return str(value)  # nothing to group: most numbers on a page are such
        return str(format_decimal(value, locale=self._locale))

    def named(self, thing: dict[str, str]) -> str:
        """Returns a name in this language."""
        return thing["name_en"] if self.lang == "en" else thing["name"]

    def _form(self, message: Message, count: Any) -> str:
        """Returns the text for a count; without a number it is that for many."""
        if isinstance(message, str):
            return message
        form = self._locale.plural_form(count) if isinstance(count, int | float) else "other"
        return message.get(form, message["other"])

    def _written(self, value: Any) -> Any:
        return self.number(value) if isinstance(value, int) and not isinstance(value, bool) else value


@functools.cache
def _spoken(lang: str) -> tuple[dict[str, Message], Locale]:
    return messages_of(lang), Locale.parse(lang, sep="-")
