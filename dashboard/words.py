"""The message catalogue: every word on screen, by language and page, from assets/locales/<language>/<page>.json.

A message is a text with {places}, or, where a count meets a noun, one text for each form that the language has:
`{"one": "{count} case", "other": "{count} cases"}`. Which form it is, the language's own rules say (CLDR), from the
number that is given as `count`; the browser says the same messages (assets/core/words.js), by `Intl.PluralRules`.

Where a message is about a level of the city's tree it says ‹grid› or ‹grids›, ‹Community› or ‹Communities› at its
beginning: what that is called, the city decides (rules file, `[levels]`), and by itself the message `level-name-grid`
or `level-names-grid`. ‹part› is the level of the city's largest parts. It is settled before anybody says the message,
so that scripts know nothing of it.
"""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from babel import Locale
from babel.numbers import format_decimal

LANGUAGES = ("zh-CN", "en")
_HAN, _DIGITS = re.compile("[\u3400-\u9fff]"), re.compile(r"(\d+)")
_ISOLATING = re.compile("[\u2066-\u2069]")
_TURNING = re.compile(  # what makes a text run from the right: marks, and letters of such scripts
    "[\u061c\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]"
)
_LEVEL = re.compile("‹([A-Za-z]+)›")
_WORDS = {  # as messages write them
    "grid": "grids",
    "community": "communities",
    "street": "streets",
    "district": "districts",
    "city": "cities",
    "part": "parts",
}
SHARED = "core"  # the file of what more than one page says

Message = str | dict[str, str]


def language_of(*asked: str | None) -> str | None:
    """Returns the language of the first tag that names one of ours by its primary part, as `en-GB` and `ZH_hk` do.

    Pages, files and the API all ask here, so that one address never means two languages.
    """
    ours = {lang.partition("-")[0]: lang for lang in LANGUAGES}
    primary = (re.split("[-_]", tag.strip(), maxsplit=1)[0].lower() for tag in asked if tag)
    return next((ours[part] for part in primary if part in ours), None)


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


class LevelName(Protocol):
    """What a city calls one of its levels."""

    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def plural_en(self) -> str: ...


class Levels(NamedTuple):
    """What a city calls its levels.

    Attributes:
        named: (level, name, English name, English plural) of those that it has named.
        part: the level of its largest parts.
    """

    named: tuple[tuple[str, str, str, str], ...] = ()
    part: str = "district"


NOT_NAMED = Levels()


def levels_of(names: Mapping[Any, LevelName], part: str | None) -> Levels:
    """Returns the names that the rules of a city have for levels, and the level of its largest parts (None: grids)."""
    named = ((str(level), each.name, each.name_en, each.plural_en) for level, each in sorted(names.items()))
    return Levels(tuple(named), part or "grid")


def messages_of(lang: str, *pages: str, levels: Levels = NOT_NAMED) -> dict[str, Message]:
    """Returns the messages that some pages need, with what all of them share; without `pages`, those of all."""
    found, called = catalogue(lang), _called(lang, levels)
    wanted = {key: text for page in ({SHARED, *pages} if pages else found) for key, text in found.get(page, {}).items()}
    return {key: _settled(message, called) for key, message in (wanted | _own(wanted, lang, levels)).items()}


def _own(messages: Mapping[str, Message], lang: str, levels: Levels) -> dict[str, Message]:
    """Returns those of some messages that are nothing but the name of a level, as the city has named it."""
    own = {}
    for level, name, name_en, plural_en in levels.named:
        own[f"level-name-{level}"], own[f"level-names-{level}"] = (name_en, plural_en) if lang == "en" else (name, name)
    return {key: text for key, text in own.items() if key in messages}


def _called(lang: str, levels: Levels) -> dict[str, str]:
    """Returns what stands for the place of a level in messages, by the word in it."""
    shared = catalogue(lang)[SHARED]
    shared = shared | _own(shared, lang, levels)
    called: dict[str, str] = {}
    for word, plural in _WORDS.items():
        level = levels.part if word == "part" else word
        one, many = (str(shared[f"level-{form}-{level}"]) for form in ("name", "names"))
        called |= {word: one, plural: many, word.capitalize(): _begun(one), plural.capitalize(): _begun(many)}
    return called


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _settled(message: Message, called: Mapping[str, str]) -> Message:
    if isinstance(message, dict):
        return {form: str(_settled(text, called)) for form, text in message.items()}
    return _LEVEL.sub(lambda found: called[found[1]], message)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Returns the key by which names are sorted: numbers by their value, Chinese by its pinyin, capitals like others.

    "Ward 2" comes before "Ward 10", and 点军区 before 猇亭区.
    """
    spelled = _pinyin()(text) if _HAN.search(text) else text
    parts = (part for part in _DIGITS.split(spelled.casefold()) if part)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


@functools.cache
def _pinyin() -> Callable[[str], str]:
    """Returns what spells Chinese, loaded when the first such name is sorted.

    Signs are read one by one: the package's dictionary of phrases would cost each server 45 MB.
    """
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import lazy_pinyin

    return lambda text: " ".join(lazy_pinyin(text))


def isolated(text: str) -> str:
    """Returns a name as it can stand in a sentence: one that is written from the right turns nothing round but itself.

    Between U+2068 and U+2069 its own direction holds; marks of that kind inside of it would end that too soon.
    """
    return f"\u2068{_ISOLATING.sub('', text)}\u2069" if _TURNING.search(text) else text


class Words:
    """Says messages in one language, with the names that a city has for its levels."""

    def __init__(self, lang: str, levels: Levels = NOT_NAMED) -> None:
        self.lang = language_of(lang) or LANGUAGES[0]
        self._messages, self._locale = _spoken(self.lang, levels)

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
        written = {name: self._written(value) for name, value in values.items()}
        return before.format(**written), after.format(**written)

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
        if isinstance(value, str):
            return isolated(value)
        return self.number(value) if isinstance(value, int) and not isinstance(value, bool) else value


@functools.cache
def _spoken(lang: str, levels: Levels) -> tuple[dict[str, Message], Locale]:
    return messages_of(lang, levels=levels), Locale.parse(lang, sep="-")
