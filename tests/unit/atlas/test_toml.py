"""A TOML file is read whoever saved it, or the line that is wrong is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.atlas.toml import tables_of
from dashboard.errors import UnreadableFile


def read(content: bytes, tmp_path: Path) -> dict[str, object]:
    path = tmp_path / "rules.toml"
    path.write_bytes(content)
    return tables_of(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_what_an_editor_saves_is_read(encoding: str, tmp_path: Path) -> None:
    assert read('[网格]\r\nname = "网格员服务队"\r\n'.replace("[网格]", "[grid]").encode(encoding), tmp_path) == {
        "grid": {"name": "网格员服务队"}
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'a = 1\nname = "x\nb = 2\n', 'line 2, `name = "x`'),
        (b"a = 1\nb 2\nc = 3\n", "line 2, `b 2`"),
        (b"a = 1\na = 2\nc = 3\n", "line 2"),
        (b"a =", "at its end"),
        (b"a = " + b"[" * 5000, "nested"),
        (b"\xff\xfe\xff", "UTF-8"),
    ],
)
def test_the_line_that_is_wrong_is_shown(content: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(content, tmp_path)
    assert said in refused.value.reason
    assert refused.value.reason.isprintable()
