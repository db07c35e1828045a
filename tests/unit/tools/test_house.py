"""The drawing of the house is what the code says, and the house keeps its measure: few rooms, few floors, no circle."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tools.house import (
    DOCUMENT,
    DRAWN,
    MARKS,
    Drawing,
    Imports,
    document,
    draw,
    folders,
    house,
    listed,
    put,
    python_imports,
    script_imports,
    scripts_listed,
)

ROOMS, FLOORS, ARROWS = 22, 10, 70


@cache
def imports() -> Imports:
    return python_imports() | script_imports()


def test_document_shows_what_the_code_says() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert text == document(text, house(), listed() + "\n" + scripts_listed()), (
        "the imports have changed: run `make map` and look at what it draws"
    )


def test_house_keeps_its_measure() -> None:
    whole = draw(imports(), "dashboard", beside=["simulator"])
    assert whole.circle == []
    assert len(whole.enters) <= ROOMS
    assert max(whole.floors.values()) <= FLOORS
    assert whole.arrow_count <= ARROWS


def test_no_folder_has_a_circle() -> None:
    drawings = [draw(imports(), *folder) for folder in folders(imports())]
    assert {one.name: one.circle for one in drawings if one.circle} == {}


def test_a_room_stands_above_all_that_it_enters() -> None:
    shop = Drawing("shop", {"door": frozenset({"till", "shelf"}), "till": frozenset({"shelf"}), "shelf": frozenset()})
    assert shop.floors == {"shelf": 1, "till": 2, "door": 3}
    assert str(shop).splitlines() == [
        "shop: rooms 3, floors 3, arrows 3, circles 0",
        "  3 │ door  → till shelf",
        "  2 │ till  → shelf",
        "  1 │ shelf",
    ]


def test_a_circle_is_told_by_its_rooms() -> None:
    shop = Drawing("shop", {"till": frozenset({"shelf"}), "shelf": frozenset({"till"})})
    assert sorted(set(shop.circle)) == ["shelf", "till"]
    assert "a circle" in str(shop)


def test_what_a_folder_holds_counts_as_the_folder() -> None:
    deep: Imports = {
        ("shop", "till", "coins"): frozenset({("shop", "shelf"), ("shop", "till", "notes")}),
        ("shop", "till", "notes"): frozenset(),
        ("street", "cart"): frozenset({("shop", "till", "coins")}),
    }
    assert draw(deep, "shop").enters == {"till": {"shelf"}, "shelf": set()}
    assert draw(deep, "shop", beside=["street"]).enters["street"] == {"till"}
    assert draw(deep, "shop", "till").enters == {"coins": {"notes"}, "notes": set()}


def test_scripts_count_by_their_imports(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core/words.js").write_text("export const say = 1;\n")
    (tmp_path / "start.js").write_text('import {\n  say,\n} from "./core/words.js";\nimport "./core/words.js";\n')
    assert script_imports(tmp_path) == {
        ("assets", "core", "words"): frozenset(),
        ("assets", "start"): frozenset({("assets", "core", "words")}),
    }


def test_only_what_stands_between_the_marks_is_written_anew() -> None:
    begin, end = (mark.format(DRAWN) for mark in MARKS)
    text = f"before\n{begin}\nold\n{end}\nafter\n"
    assert put(text, DRAWN, "new\n") == f"before\n{begin}\nnew\n{end}\nafter\n"
    assert put(put(text, DRAWN, "new\n"), DRAWN, "new\n") == put(text, DRAWN, "new\n")


def test_folders_are_listed_with_what_they_say_of_their_files(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/__init__.py").write_text(
        '"""A shop.\n\nMore.\n\nWhere is …?\n    till: what is paid: all of it\n"""\n'
    )
    assert listed(["shop"], tmp_path) == "**`shop/`** A shop.\n\n- `till` what is paid: all of it\n"


def test_scripts_are_listed_with_their_first_sentence(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir(parents=True)
    (tmp_path / "core/a.js").write_text("/** The clock: it ticks. And more. */\n")
    (tmp_path / "core/b.js").write_text("/**\n * Words and\n * numbers.\n */\n")
    listed_here = f"**`{tmp_path.name}/core/`**\n\n- `a.js` The clock: it ticks\n- `b.js` Words and numbers\n"
    assert scripts_listed(tmp_path) == listed_here
