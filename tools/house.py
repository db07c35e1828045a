"""Draws the house from the code: who imports whom, floor by floor, and what each file holds, in docs/architecture.md.

    python tools/house.py            prints the drawings, and counts of every folder
    python tools/house.py --write    puts them into the document, too (`make map`)

A room is a file or a folder, seen from the folder around it; an arrow goes from a room to one that it imports, also
for types only; a room stands one floor above the highest room that it enters. Scripts count by their ES imports.
What files hold is what the `__init__` of their folder says of them.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import groupby
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
DOCUMENT = ROOT / "docs" / "architecture.md"
MARKS = "<!-- {} by make map: begin -->", "<!-- {} by make map: end -->"
DRAWN, LISTED = "drawn", "listed"
PACKAGES = ("dashboard", "simulator")
_IMPORT = re.compile(r"""^(?:import|export)\b[^'"]*?(?:\bfrom\s*)?['"](\.[^'"]+)['"]""", re.MULTILINE)

Place = tuple[str, ...]  # ("dashboard", "api", "cases")
Imports = dict[Place, frozenset[Place]]


@dataclass(frozen=True)
class Drawing:
    """The rooms of one folder: which rooms each of them enters."""

    name: str
    enters: Mapping[str, frozenset[str]]

    @cached_property
    def circle(self) -> list[str]:
        """Returns rooms that enter each other in a circle, the first one last again; none if there is no circle."""
        try:
            TopologicalSorter(self.enters).prepare()
        except CycleError as error:
            return list(reversed(error.args[1]))
        return []

    @cached_property
    def floors(self) -> dict[str, int]:
        """Returns the floor of each room, 1 on the ground; in a folder without circles."""
        floors: dict[str, int] = {}
        for room in TopologicalSorter(self.enters).static_order():
            floors[room] = 1 + max((floors[below] for below in self.enters[room]), default=0)
        return floors

    @property
    def arrow_count(self) -> int:
        return sum(len(below) for below in self.enters.values())

    def __str__(self) -> str:
        if self.circle:
            return f"{self.name}: a circle, {' → '.join(self.circle)}\n"
        return self._head() + "".join(self._lines())

    def _head(self) -> str:
        counts = len(self.enters), max(self.floors.values(), default=0), self.arrow_count
        return f"{self.name}: rooms {counts[0]}, floors {counts[1]}, arrows {counts[2]}, circles 0\n"

    def _lines(self) -> Iterator[str]:
        width = max(len(room) for room in self.enters)
        from_the_roof = sorted(self.floors, key=lambda room: (-self.floors[room], room))
        for floor, rooms in groupby(from_the_roof, key=lambda room: self.floors[room]):
            for first, room in enumerate(rooms):
                below = " ".join(sorted(self.enters[room], key=lambda other: (-self.floors[other], other)))
                yield (
                    f"{floor if not first else '':>3} │ {room:<{width}} {'→ ' + below if below else ''}".rstrip() + "\n"
                )


def python_imports() -> Imports:
    """Returns what each module of both packages imports."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    return {
        tuple(name.split(".")): frozenset(tuple(other.split(".")) for other in imported)
        for name in graph.modules
        if (imported := graph.find_modules_directly_imported_by(name)) is not None
    }


def script_imports(assets: Path = ROOT / "assets") -> Imports:
    """Returns what each script imports, by ES modules."""
    return {_place(path, assets): frozenset(_imported(path, assets)) for path in sorted(assets.rglob("*.js"))}


def _imported(path: Path, assets: Path) -> Iterator[Place]:
    for address in _IMPORT.findall(path.read_text("utf-8")):
        yield _place((path.parent / address).resolve(), assets)


def _place(path: Path, assets: Path) -> Place:
    return ("assets", *path.relative_to(assets).with_suffix("").parts)


def draw(imports: Imports, *folder: str, beside: Iterable[str] = ()) -> Drawing:
    """Draws a folder; with the folders `beside` it as one room each."""
    enters: dict[str, set[str]] = {}
    for place, others in imports.items():
        room = _room(place, folder, beside)
        if room is not None:
            rooms = {_room(other, folder, beside) for other in others} - {None, room}
            enters.setdefault(room, set()).update(below for below in rooms if below is not None)
    for below in set().union(*enters.values()):
        enters.setdefault(below, set())
    return Drawing("/".join(folder), {room: frozenset(below) for room, below in enters.items()})


def _room(place: Place, folder: Place, beside: Iterable[str]) -> str | None:
    if place[: len(folder)] == folder and len(place) > len(folder):
        return place[len(folder)]
    return place[0] if place[0] in beside else None


def folders(imports: Imports) -> list[Place]:
    """Returns every folder of the code, the upper ones first."""
    return sorted({place[:depth] for place in imports for depth in range(1, len(place))}, key=lambda f: (len(f), f))


def house() -> list[Drawing]:
    """Returns the drawings of the document: the house as a whole, and each folder that holds folders."""
    imports = python_imports() | script_imports()
    holding = {folder[:-1] for folder in folders(imports) if len(folder) > 1}
    from_the_house = sorted(holding, key=lambda folder: (folder[0] != "dashboard", folder))
    beside = {("dashboard",): ["simulator"]}
    return [draw(imports, *folder, beside=beside.get(folder, [])) for folder in from_the_house]


def listed(packages: Iterable[str] = PACKAGES, root: Path = ROOT) -> str:
    """Returns what the `__init__` of each folder says: one line for the folder, one for each file."""
    inits = sorted(path for package in packages for path in (root / package).rglob("__init__.py"))
    return "\n".join(_of_folder(path, root) for path in inits)


def _of_folder(init: Path, root: Path) -> str:
    said, _, files = (ast.get_docstring(ast.parse(init.read_text("utf-8"))) or "").partition("Where is …?\n")
    lines = [line.strip().partition(": ") for line in files.splitlines() if ": " in line]
    folder = init.parent.relative_to(root).as_posix()
    return f"**`{folder}/`** {said.partition(chr(10))[0]}\n\n" + "".join(f"- `{n}` {text}\n" for n, _, text in lines)


def scripts_listed(assets: Path = ROOT / "assets") -> str:
    """Returns for each folder of scripts the first sentence of each of them."""
    folders = sorted({path.parent for path in assets.rglob("*.js")})
    return "\n".join(
        f"**`{folder.relative_to(assets.parent).as_posix()}/`**\n\n"
        + "".join(f"- `{path.name}` {_first_sentence(path)}\n" for path in sorted(folder.glob("*.js")))
        for folder in folders
    )


def _first_sentence(script: Path) -> str:
    comment = re.match(r"/\*\*(.*?)(?:\.\s|\*/)", script.read_text("utf-8"), re.DOTALL)
    words = comment.group(1).replace("\n *", " ").split() if comment else []
    return " ".join(words).removesuffix(".")


def put(text: str, name: str, content: str) -> str:
    """Returns a text with the content between its marks of that name."""
    begin, end = (mark.format(name) for mark in MARKS)
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{content}{end}{after}"


def document(text: str, drawings: Iterable[Drawing], files: str) -> str:
    """Returns the text of the document with these drawings, and what files hold, in it."""
    drawn = "```\n" + "\n".join(str(drawing) for drawing in drawings) + "```\n"
    return put(put(text, DRAWN, drawn), LISTED, files)


def main(arguments: list[str]) -> None:
    """Writes the document if that is wished; prints the drawings, then the counts of every folder."""
    drawings = house()
    if "--write" in arguments:
        files = f"{listed()}\n{scripts_listed()}"
        DOCUMENT.write_text(document(DOCUMENT.read_text("utf-8"), drawings, files), "utf-8")
    print("\n".join(str(drawing) for drawing in drawings))
    imports = python_imports() | script_imports()
    for folder in folders(imports):
        print(str(draw(imports, *folder)).partition("\n")[0])


if __name__ == "__main__":
    main(sys.argv[1:])
