"""Modules joined into one script: each once and in order, the same values as plain modules give, circles refused."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dashboard.errors import ModuleError
from dashboard.web.modules import Modules

PLAIN = {
    "core/a.js": """/** Counts. */
export const start = 3;
export function twice(value) {
  return value * 2;
}
export async function later(value) {
  return twice(value);
}
""",
    "core/b.js": """import {start, twice as doubled} from './a.js';

export class Sum {
  constructor() {
    this.value = doubled(start);
  }
}
""",
    "pages/c.js": """import * as a from '../core/a.js';
import {Sum} from '../core/b.js';

globalThis.shown = [new Sum().value, a.twice(a.start), "import {x} from './y.js';"];
""",
}


def folder_of(files: dict[str, str], folder: Path) -> Modules:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return Modules(folder)


def test_each_module_comes_once_and_after_what_it_imports(tmp_path: Path) -> None:
    modules = folder_of(PLAIN, tmp_path)
    assert modules.order(["pages/c.js"]) == ["core/a.js", "core/b.js", "pages/c.js"]
    assert modules.order(["core/b.js", "pages/c.js"]) == ["core/a.js", "core/b.js", "pages/c.js"]
    joined = modules.joined(modules.order(["pages/c.js"]))
    assert re.findall(r"^const (\$\w+) = ", joined, re.MULTILINE) == ["$core_a", "$core_b", "$pages_c"]


def test_exports_are_functions_constants_and_classes(tmp_path: Path) -> None:
    modules = folder_of(PLAIN, tmp_path)
    assert modules.exports("core/a.js") == ["start", "twice", "later"]
    assert modules.exports("core/b.js") == ["Sum"]


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node here; browsers run the joined script in other tests")
def test_joined_they_give_what_plain_modules_give(tmp_path: Path) -> None:
    modules = folder_of(PLAIN, tmp_path)
    say = "\nconsole.log(JSON.stringify(globalThis.shown));\n"
    (tmp_path / "joined.cjs").write_text(modules.joined(modules.order(["pages/c.js"])) + say, "utf-8")
    (tmp_path / "plain.mjs").write_text(f"import './pages/c.js';{say}", "utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    one, other = (
        subprocess.run(["node", str(tmp_path / name)], capture_output=True, text=True, check=True).stdout
        for name in ("joined.cjs", "plain.mjs")
    )
    assert one == other == """[6,6,"import {x} from './y.js';"]\n"""


def test_a_circle_is_refused_with_the_way_it_goes(tmp_path: Path) -> None:
    circle = {
        "a.js": "import {b} from './b.js';\nexport const a = 1;\n",
        "b.js": "import {c} from './c.js';\nexport const b = 1;\n",
        "c.js": "import {a} from './a.js';\nexport const c = 1;\n",
    }
    with pytest.raises(ModuleError, match=r"assets/a\.js: .* circle: a\.js -> b\.js -> c\.js -> a\.js"):
        folder_of(circle, tmp_path).order(["a.js"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import {none} from './core/a.js';\n", r"core/a\.js exports no none"),
        ("import {x} from './core/nowhere.js';\n", "is imported and does not exist"),
        ("export let changes = 1;\n", "'export let changes = 1;' is no import or export"),
        ("export default function () {}\n", "is no import or export"),
        ("import a from './core/a.js';\n", "is no import or export"),
    ],
)
def test_what_cannot_be_joined_is_refused_in_words(text: str, reason: str, tmp_path: Path) -> None:
    modules = folder_of(PLAIN | {"bad.js": text}, tmp_path)
    with pytest.raises(ModuleError, match=reason):
        modules.joined(modules.order(["bad.js"]))
