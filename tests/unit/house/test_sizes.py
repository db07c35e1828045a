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
# What radon ranks C: 11 to 20 ways through a function. Only these may, and none may be D.
DECIDES_MUCH, FAR_TOO_MUCH, MOST_WHO_DO = 10, 20, 8
DECIDE_MUCH = {
    "dashboard/domain/state/door.py:Door._fold": "the loop in which the time of the fold goes",
    "dashboard/layouts/services.py:_list": "a list with its filters, pages and files",
    "dashboard/layouts/services.py:_counts": "a cell that may have a share, a link and a warning",
    "dashboard/layouts/services.py:_told": "one line for each filter that may be set",
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
    assert too_long == {}, f"split what has more than {LONGEST} lines"


def test_few_functions_decide_much() -> None:
    found = {where: ways for where, ways in deciding().items() if ways > DECIDES_MUCH}
    assert {where: ways for where, ways in found.items() if where not in DECIDE_MUCH} == {}, "too many ways: split it"
    assert set(DECIDE_MUCH) <= set(found), "mended: take it out of the list"
    assert len(found) <= MOST_WHO_DO
    assert max(found.values()) <= FAR_TOO_MUCH
