"""Words: both languages say everything that the code asks for, in the right forms, and nothing else."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale

from dashboard.domain.rules.levels import LevelName
from dashboard.domain.rules.lifecycle import LEVEL_NAMES
from dashboard.words import (
    LANGUAGES,
    SHARED,
    Message,
    Words,
    assets_folder,
    catalogue,
    isolated,
    language_of,
    levels_of,
    messages_of,
    natural,
)
from tests.support.builtwords import PATTERNS, built
from tests.support.making import ROOT

SAYING = {"say", "words", "known", "around", "counted"}  # functions that take the key of a message
JS_SAYING = re.compile(r"\b(?:say|words)\(\s*'(?P<head>[\w.-]+)'(?P<plus>\s*\+)?")
NAMES = {"channel-open311"}  # called the same in all languages
JS_TEXT = re.compile(r"'([\w.-]+)'|`([\w.-]+)`")


# ---------------------------------------------------------------------- what a message says


def test_a_count_chooses_the_form_by_the_rules_of_the_language() -> None:
    english, chinese = Words("en"), Words("zh-CN")
    assert english("grids", count=1) == "1 grid"
    assert english("grids", count=0) == "0 grids"
    assert english("grids", count=11_100) == "11,100 grids"
    assert chinese("grids", count=1) == "1 个网格"


def test_a_message_is_said_around_the_element_of_its_count() -> None:
    say = Words("en")
    assert say.around("cases-of-rate", 1, name="Closed") == ("", " case · Closed")
    assert say.around("cases-found", None) == ("", " cases")


def test_an_unknown_key_from_outside_has_another_text_and_ours_is_an_error() -> None:
    say = Words("en")
    assert say.known("sign-no-such", "no such") == "no such"
    assert say.known("sign-burst", "") != ""
    with pytest.raises(KeyError):
        say("no-such-key")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("en",), "en"), (("en-GB",), "en"), (("EN_us",), "en"), (("zh",), "zh-CN"), (("zh-Hant-HK",), "zh-CN"),
        (("xx", "en-AU"), "en"), (("english",), None), (("",), None), ((None,), None), (("-en",), None),
    ],
)  # fmt: skip
def test_a_language_is_known_by_its_primary_tag(asked: tuple[str | None, ...], found: str | None) -> None:
    assert language_of(*asked) == found


def test_an_unknown_language_is_the_first_one() -> None:
    assert Words("xx").lang == LANGUAGES[0]


def test_words_of_a_page_are_its_own_and_what_all_share() -> None:
    wall = messages_of("en", "wall")
    assert {"attention", "live"} <= set(wall)
    assert "appraisal-how" not in wall
    assert set(messages_of("en")) == {key for page in catalogue("en").values() for key in page}


# ---------------------------------------------------------------------- the catalogues


def _places(message: Message) -> set[str]:
    texts = [message] if isinstance(message, str) else list(message.values())
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_pages_keys_and_places() -> None:
    first, *others = LANGUAGES
    for other in others:
        assert set(catalogue(first)) == set(catalogue(other))
        for page, messages in catalogue(first).items():
            places = {key: _places(message) for key, message in messages.items()}
            assert places == {key: _places(message) for key, message in catalogue(other)[page].items()}, page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_key_stands_in_one_page_only(lang: str) -> None:
    assert sum(map(len, catalogue(lang).values())) == len(messages_of(lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_message_with_forms_has_those_of_its_language(lang: str) -> None:
    """A language with one form writes texts; each of several forms must be there, and all agree about `count`."""
    rules = Locale.parse(lang, sep="-").plural_form
    wanted = set(rules.tags) | {"other"}
    forms = {key: m for key, m in messages_of(lang).items() if isinstance(m, dict)}
    assert {key for key, message in forms.items() if set(message) != wanted or wanted == {"other"}} == set()
    assert {key for key, message in forms.items() if "count" not in _places(message)} == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_files_have_one_key_a_line(lang: str) -> None:
    for path in (assets_folder() / "locales" / lang).glob("*.json"):
        text = path.read_text("utf-8")
        lines = [f" {json.dumps(k)}: {json.dumps(m, ensure_ascii=False)}" for k, m in json.loads(text).items()]
        assert text == "{\n" + ",\n".join(lines) + "\n}\n", path.name


def test_every_message_is_translated() -> None:
    """Chinese is written in Chinese, English without it; only signs and places may be the same in both."""
    letters, han = re.compile(r"[A-Za-z]"), re.compile(r"[\u3400-\u9fff]")
    chinese, english = ({k: re.sub(r"\{\w+\}", "", str(m)) for k, m in messages_of(x).items()} for x in ("zh-CN", "en"))
    assert {key for key, text in chinese.items() if letters.search(text) and not han.search(text)} == NAMES
    assert {key for key, text in english.items() if han.search(text)} == set()


# ---------------------------------------------------------------------- what the code says


@cache
def _python() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text("utf-8"))) for path in sorted((ROOT / "dashboard").rglob("*.py"))]


@cache
def _scripts() -> dict[Path, str]:
    return {path: path.read_text("utf-8") for path in sorted((ROOT / "assets").rglob("*.js"))}


def _said_in_python() -> Iterator[tuple[str, str]]:
    """Yields (key or pattern, where) of what calls of the saying functions name; the domain says nothing."""
    for path, tree in _python():
        if "domain" in path.parts:
            continue
        for node in ast.walk(tree):
            name = getattr(getattr(node, "func", None), "id", getattr(getattr(node, "func", None), "attr", ""))
            if isinstance(node, ast.Call) and name in SAYING:
                keys = (_key(argument) for argument in node.args)
                yield from (
                    (key, f"{path.name}:{node.lineno}") for key in list(keys)[: 2 if name == "counted" else 1] if key
                )


def _key(argument: ast.expr) -> str | None:
    """Returns a key that is written out, or the pattern of one that is built; None for a variable."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value if re.fullmatch(r"[\w.-]+", argument.value) else None
    if not isinstance(argument, ast.JoinedStr):
        return None
    pattern = "".join(part.value if isinstance(part, ast.Constant) else "*" for part in argument.values)
    return pattern if re.fullmatch(r"[\w.-]*\*[\w.-]*", pattern) and pattern != "*" else None


def _said_in_scripts() -> Iterator[tuple[str, str]]:
    for path, text in _scripts().items():
        for found in JS_SAYING.finditer(text):
            yield found["head"] + ("*" if found["plus"] else ""), path.name


def _texts() -> set[str]:
    """Returns all short texts in the code: tables of keys are said through variables."""
    python = {
        node.value
        for _, tree in _python()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return python | {one or other for text in _scripts().values() for one, other in JS_TEXT.findall(text)}


def test_every_key_that_is_said_is_there() -> None:
    messages = messages_of("en")
    said = [*_said_in_python(), *_said_in_scripts()]
    assert len(said) > 400
    missing = {(key, where) for key, where in said if "*" not in key and key not in messages}
    assert missing == set()
    assert built() - set(messages) == set()


def test_every_built_key_has_its_pattern_listed() -> None:
    heads = {pattern.partition("*")[0] for pattern in PATTERNS}
    unlisted = {(key, where) for key, where in _said_in_python() if "*" in key and key not in PATTERNS}
    unlisted |= {(k, where) for k, where in _said_in_scripts() if "*" in k and k.removesuffix("*") not in heads}
    assert unlisted == set()


def test_no_key_is_unused() -> None:
    assert set(messages_of("en")) - _texts() - built() == set()


def test_pieces_are_used_by_the_code() -> None:
    """A pattern that no code builds any more stands here in vain."""
    heads = {pattern.partition("*")[0] for pattern in PATTERNS} - {""}
    sources = [*_scripts().values(), *(path.read_text("utf-8") for path, _ in _python())]
    assert {head for head in heads if not any(re.search(rf"['\"`]{head}(\{{|['\"`])", s) for s in sources)} == set()


def test_a_script_says_what_its_page_has() -> None:
    """A page loads the words that all share and those of its folder; so much may its scripts say."""
    own, astray = catalogue("en"), set()
    for path, text in _scripts().items():
        parts = path.relative_to(assets_folder()).parts
        page = parts[1] if parts[0] == "pages" else SHARED
        known = set(own[SHARED]) | set(own.get(page, {}))
        heads = {pattern.partition("*")[0]: pattern for pattern in PATTERNS}
        for found in JS_SAYING.finditer(text):
            pattern = heads.get(found["head"], "") if found["plus"] else found["head"]
            possible = re.compile(re.escape(pattern).replace(r"\*", ".+"))
            if not any(possible.fullmatch(key) for key in known):
                astray.add((path.name, pattern))
    assert astray == set()


# ---------------------------------------------------------------------- what a city calls its levels


WARDS = levels_of({"grid": LevelName("选区", "Ward", "Wards")}, None)
ELSEWHERE = {  # of other languages' words for levels in sentences; what is a name stays: the handset is called so
    "zh-CN": re.compile(r"网格|街道|社区(?!e通)"),
    "en": re.compile(r"\b(grid|street|district|communit(y|ies))s?\b", re.IGNORECASE),
}


def test_every_message_says_the_citys_own_word_for_a_level() -> None:
    english, chinese = Words("en", WARDS), Words("zh-CN", WARDS)
    assert [english("grids", count=count) for count in (1, 50)] == ["1 Ward", "50 Wards"]
    assert chinese("grids", count=50) == "50 个选区"
    assert english("level-name-grid") == english("col-level-grid") == "Ward"
    assert english("title", city="Lakeport") == "Lakeport Ward command centre"
    assert english("col-area") == "Ward code"
    assert english("heat-district") == "by Ward"
    assert Words("en")("heat-district") == "by district"
    assert Words("en", levels_of({}, "street"))("keys-d") == "show the next street"


def test_a_name_begins_with_a_capital_where_a_message_does() -> None:
    say = Words("en", levels_of({"street": LevelName("镇", "town", "towns")}, "street"))
    assert (say("children-street"), say("level-2")) == ("Towns", "now with the town")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_message_writes_the_name_of_a_level_out(lang: str) -> None:
    """All levels are renamed: no usual word may be left, but in keys that only name a level that is not."""
    all_ = {level: LevelName(f"级{n}", f"Tier{n}", f"Tiers{n}") for n, level in enumerate(LEVEL_NAMES)}
    left = {
        key: text
        for key, text in messages_of(lang, levels=levels_of(all_, "district")).items()
        if ELSEWHERE[lang].search(str(text)) or re.search(r"‹\w", str(text))
    }
    assert left == {}


# ---------------------------------------------------------------------- the order of names


@pytest.mark.parametrize(
    "names",
    [
        ["Ward 2", "ward 10", "Ward 100"],
        ["点军区", "伍家岗区", "西陵区", "猇亭区", "夷陵区"],
        ["第2选区", "第10选区"],
        ["2", "10", "A1", "a2", "A10"],
        ["", "1", "a"],
    ],
    ids=str,
)
def test_names_stand_where_people_look_for_them(names: list[str]) -> None:
    turned = list(reversed(names))
    assert sorted(turned, key=natural) == names


# ---------------------------------------------------------------------- names that are written from the right


@pytest.mark.parametrize("name", ["a\u202eb", "\u2067b", "b\u2069\u2069", "שכונה 5"])
def test_a_name_that_runs_from_the_right_is_isolated_in_a_sentence(name: str) -> None:
    alone = isolated(name)
    assert (alone[0], alone[-1], len(re.findall("[\u2066-\u2069]", alone))) == ("\u2068", "\u2069", 2)
    assert isolated(alone) == alone
    assert alone in Words("en")("no-area-note", name=name)


@pytest.mark.parametrize("name", ["Xiling", "西陵区 1", "<b>'\"&", ""])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert isolated(name) == name
