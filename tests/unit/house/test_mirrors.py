"""Each module has a test of its name, in the folder of the same name: who looks for the proof knows where it is."""

from __future__ import annotations

from functools import cache
from pathlib import Path, PurePosixPath

import pytest

from tests.support.tree import ROOT

KINDS = ("unit", "property", "integration", "browser")
LEAST = 0.9
# What needs no test of its name, and why. Paths without `dashboard/`.
WITHOUT: dict[str, str] = {
    "ids.py": "constants only; every browser test finds elements by them",
    "domain/state/casevalidity.py": "a part of domain/state/validity, tested with the whole",
    "callbacks/source.py": "a promise without code; what keeps it has its tests",
    "feeds/running.py": "all parts from the first to the last; tests/integration/run/test_ending.py ends them",
    "web/dash.py": "Dash as it is; tests/integration/web/test_document.py looks at what comes out of it",
    "domain/cells.py": "one line that every test of the state goes through",
}


@cache
def modules() -> tuple[str, ...]:
    """Returns the paths of all modules, those of `dashboard` without its name."""
    found = (path.relative_to(ROOT) for top in ("dashboard", "simulator") for path in (ROOT / top).rglob("*.py"))
    return tuple(
        sorted(
            path.as_posix().removeprefix("dashboard/") for path in found if path.stem not in ("__init__", "__main__")
        )
    )


def places(module: str) -> list[Path]:
    """Returns where the test of a module may stand; a page's test in the browser stands in the folder of the page."""
    path = PurePosixPath(module)
    name = f"test_{path.name}"
    if path.parts[0] == "simulator":
        return [ROOT / "tests" / path.with_name(name)]
    found = [ROOT / "tests" / kind / path.with_name(name) for kind in KINDS]
    if path.parts[0] == "layouts":
        page = path.parts[1] if len(path.parts) == 3 else path.stem
        found.append(ROOT / "tests/browser" / page / name)
    return found


def has_test(module: str) -> bool:
    return any(place.exists() for place in places(module))


@pytest.mark.parametrize("module", modules())
def test_module_has_a_test_of_its_name(module: str) -> None:
    if module not in WITHOUT:
        where = " or ".join(str(place.relative_to(ROOT)) for place in places(module))
        assert has_test(module), f"{module} has no test of its name; write {where}"


def test_few_need_no_test_and_they_are_still_there() -> None:
    assert set(WITHOUT) <= set(modules())
    assert sum(map(has_test, modules())) >= LEAST * len(modules())
    assert [module for module in WITHOUT if has_test(module)] == []
