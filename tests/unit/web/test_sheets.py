"""Style sheets joined into one: beside their scripts, after what they import, each once."""

from __future__ import annotations

from pathlib import Path

from dashboard.web.sheets import Sheets

FILES = {
    "core/table.css": "/* Tables. */\ntd { padding: 0; }\n",
    "core/form.css": "label { margin: 0; }\n",
    "pages/a/one.css": "/* One. */\n"
    "@import '../../core/table.css';\n@import '../../core/form.css';\n\n.one { gap: 0; }\n",
    "pages/a/two.css": "@import '../../core/table.css';\n\n.two { gap: 0; }\n",
}


def sheets_in(folder: Path) -> Sheets:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return Sheets(folder)


def test_a_style_lies_beside_its_script(tmp_path: Path) -> None:
    assert sheets_in(tmp_path).of(["core/dom.js", "core/table.js", "pages/a/two.js"]) == [
        "core/table.css",
        "pages/a/two.css",
    ]


def test_each_comes_once_and_after_what_it_imports(tmp_path: Path) -> None:
    sheets = sheets_in(tmp_path)
    names = sheets.order(["pages/a/one.css", "pages/a/two.css"])
    assert names == ["core/table.css", "core/form.css", "pages/a/one.css", "pages/a/two.css"]
    joined = sheets.joined(names)
    assert "@import" not in joined
    assert joined.endswith("/* One. */\n.one { gap: 0; }\n\n.two { gap: 0; }\n")
