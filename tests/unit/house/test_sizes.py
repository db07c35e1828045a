"""How large functions are, how much they decide, and how wide lines may be."""

from __future__ import annotations

import ast
import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from radon.complexity import cc_visit
from radon.visitors import Function

from tests.support.tree import ROOT

MEDIAN, P90, LONGEST = 7, 18, 50
# To be split, by whom: desk, desk.
LONG = {
    "dashboard/api/cases.py:desk_routes",
    "dashboard/api/tasks.py:task_routes",
}
# What radon ranks C: 11 to 20 ways through a function, and D: more. At the end at most eight may be C and none D.
DECIDES_MUCH = 10
DECIDE_MUCH = {
    # layouts
    "dashboard/layouts/services.py:_list",
    "dashboard/layouts/services.py:_counts",
    "dashboard/layouts/services.py:_told",
    "dashboard/layouts/cases.py:_select",
    # desk
    # state
    "dashboard/domain/state/door.py:Door._fold",  # the inner loop: a call for each report costs more than it clears
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A function: `where` it stands, and the lines of its body without its docstring, functions in it included."""

    where: str
    lines: int


@cache
def modules() -> tuple[Path, ...]:
    return tuple(path for top in ("dashboard", "simulator") for path in sorted((ROOT / top).rglob("*.py")))


@cache
def functions() -> tuple[Measured, ...]:
    return tuple(Measured(f"{path.relative_to(ROOT)}:{name}", n) for path in modules() for name, n in _sizes(path))


def _sizes(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[ast.get_docstring(node, clean=False) is not None :]
            yield node.name, (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@cache
def deciding() -> dict[str, int]:
    """Returns the complexity of each function and method, by `path:name`."""
    return {
        f"{path.relative_to(ROOT)}:{block.fullname}": block.complexity
        for path in modules()
        for block in cc_visit(path.read_text("utf-8"))
        if isinstance(block, Function)
    }


def test_functions_are_short() -> None:
    sizes = sorted(function.lines for function in functions())
    assert statistics.median(sizes) <= MEDIAN
    assert sizes[math.ceil(len(sizes) * 0.9) - 1] <= P90


def test_no_function_is_long() -> None:
    too_long = {function.where: function.lines for function in functions() if function.lines > LONGEST}
    assert {where: n for where, n in too_long.items() if where not in LONG} == {}, "too long: split it"


def test_few_functions_decide_much() -> None:
    found = {where: ways for where, ways in deciding().items() if ways > DECIDES_MUCH}
    assert {where: n for where, n in found.items() if where not in DECIDE_MUCH} == {}, "too many ways: split it"
