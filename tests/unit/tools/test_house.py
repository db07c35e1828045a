"""The drawing of the house is what the code says, and the house keeps its measure: few rooms, few floors, no circle."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tools.house import (
    BEGIN,
    DOCUMENT,
    END,
    Drawing,
    Imports,
    document,
    draw,
    folders,
    house,
    python_imports,
    script_imports,
)

ROOMS, FLOORS, ARROWS = 22, 10, 70


@cache
def imports() -> Imports:
    return python_imports() | script_imports()


def test_document_shows_what_the_code_says() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert text == document(text, house()), "the imports have changed: run `make map` and look at what it draws"


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


def test_only_what_stands_between_the_marks_is_drawn_anew() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    drawn = document(text, [Drawing("shop", {"shelf": frozenset()})])
    assert drawn.startswith(f"before\n{BEGIN}\n```\nshop: ")
    assert drawn.endswith(f"\n```\n{END}\nafter\n")
    assert document(drawn, [Drawing("shop", {"shelf": frozenset()})]) == drawn
