"""What pages load: no other page's script, from addresses that change with their content; rooms have one-way doors."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from dashboard.errors import ModuleError
from dashboard.web.bundles import kinds, make_bundles
from dashboard.web.modules import Modules, variable
from dashboard.web.sheets import Sheets
from dashboard.web.sources import Sources
from dashboard.words import assets_folder

ASSETS = assets_folder()
MODULES = Modules(ASSETS)
SHEETS = Sheets(ASSETS)
STARTS = kinds(MODULES, SHEETS)
SCRIPTS = MODULES.names()
FIRST = ("dash/begin.js", "dash/markup.js")
ROOMS = ("dash", "core", "map", "pages")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ASSETS, tmp_path / "assets"))


def test_each_kind_of_page_has_a_script_or_is_plain() -> None:
    bundles = make_bundles()
    assert {"wall", "areas", "case", "cases", "inbox", "departments", "supervision", "performance"} <= set(STARTS)
    assert bundles.of("wall")[1].script.address.startswith("/bundle/wall.")
    assert STARTS["services"] == ("pages/services/services.js", [])
    assert "pages/services/services.css" in SHEETS.of(["pages/services/services.js"])
    assert STARTS[""] == ("core/plain.js", [])
    assert bundles.of("message") == (bundles.core, bundles.pages[""])


def test_a_page_brings_its_own_words_and_those_that_all_share() -> None:
    words = {kind: bundles["zh-CN"].body for kind, bundles in make_bundles().words.items()}
    assert '"just-now"' in words["wall"]
    assert '"live"' in words[""]
    assert '"appraisal-how"' not in words[""] + words["wall"]
    assert words["inbox"] == words["departments"]


def test_a_page_loads_what_it_imports_and_nothing_of_another_page() -> None:
    bundles = make_bundles()
    for kind, (script, own) in STARTS.items():
        needed = MODULES.order((*FIRST, script))
        loaded = "".join(page.script.body for page in bundles.of(kind))
        names = re.findall(r"^const (\$\w+) = \(function", loaded, re.MULTILINE)
        assert sorted(names) == sorted(map(variable, needed)), kind
        sheets = SHEETS.order((*SHEETS.of(needed), *own))
        folders = {name.split("/")[1] for name in (*needed, *sheets) if name.startswith("pages/")}
        assert len(folders) <= 1, kind
        assert all(SHEETS.joined([name]) in "".join(p.sheet.body for p in bundles.of(kind)) for name in sheets)


def test_every_sheet_is_on_some_page() -> None:
    worn = {name for script, own in STARTS.values() for name in (*SHEETS.of(MODULES.order([script])), *own)}
    everywhere = {"core/base.css", "theme.css", "core/frame.css", "core/places.css"}
    assert set(SHEETS.order(worn)) | everywhere == set(SHEETS.names())


def test_what_elements_start_from_comes_before_all_that_says_how_they_look() -> None:
    sheet = make_bundles().core.sheet.body
    assert sheet.startswith(SHEETS.joined(["core/base.css", "theme.css"]))
    assert "box-sizing: border-box" in sheet
    assert len(sheet) < 60_000, "no framework's sheet comes along"


@pytest.mark.parametrize("files", [MODULES, SHEETS], ids=["scripts", "sheets"])
def test_rooms_have_one_way_doors(files: Sources) -> None:
    """core < map < pages/*, and pages never import each other."""
    for name in files.names():
        room = ROOMS.index(name.split("/")[0]) if "/" in name else 0
        for needed in files.imports(name):
            assert ROOMS.index(needed.split("/")[0]) <= room, f"{name} imports {needed}"
            if needed.startswith("pages/"):
                assert needed.split("/")[1] == name.split("/")[1], f"{name} imports {needed}"


def test_every_module_is_on_some_page_and_nothing_is_exported_for_nobody() -> None:
    reached = set(MODULES.order((*FIRST, *(script for script, _ in STARTS.values()))))
    assert reached == set(SCRIPTS)
    texts = {name: (ASSETS / name).read_text("utf-8") for name in SCRIPTS}
    unused = []
    for name in SCRIPTS:
        users = [other for other in SCRIPTS if name in MODULES.imports(other)]
        unused += [
            f"{name}: {export}"
            for export in MODULES.exports(name)
            if not any(_uses(texts[user], Path(name).name, export) for user in users)
        ]
    assert unused == []


def _uses(text: str, file: str, export: str) -> bool:
    """Says whether a module imports a name from a file, or uses it by the name that the whole file has there."""
    for names in re.findall(rf"^import (\{{[^}}]*\}}|\* as \w+) from '[^']*\b{re.escape(file)}';", text, re.MULTILINE):
        if names.startswith("*"):
            if re.search(rf"(?<![\w.]){names.removeprefix('* as ')}\.{export}\b", text):
                return True
        elif re.search(rf"\b{export}\b", names):
            return True
    return False


def test_addresses_change_with_their_content_and_only_then(copied: Path) -> None:
    before = {bundle.address for bundle in make_bundles(copied).all()}
    assert before == {bundle.address for bundle in make_bundles().all()}
    gauges = copied / "pages/wall/gauges.js"
    gauges.write_text(gauges.read_text("utf-8").replace("SWEEP = 240", "SWEEP = 250"), "utf-8")
    (copied / "pages/case/case.css").write_text(".case-body { gap: 0; }\n", "utf-8")
    after = {bundle.address for bundle in make_bundles(copied).all()}
    changed = sorted(re.sub(r"\.\w+\.", ".", address) for address in before - after)
    assert changed == ["/bundle/case.css", "/bundle/wall.js"]
    assert len(after) == len(before)


def test_a_circle_stops_the_start(copied: Path) -> None:
    dom = copied / "core/dom.js"
    dom.write_text("import {say} from './words.js';\n" + dom.read_text("utf-8"), "utf-8")
    words = copied / "core/words.js"
    words.write_text("import {byId} from './dom.js';\n" + words.read_text("utf-8"), "utf-8")
    with pytest.raises(ModuleError, match="circle"):
        make_bundles(copied)
