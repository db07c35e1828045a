"""Files are read whoever saved them; what cannot be read is said in words, without a codec's or a packer's own."""

from __future__ import annotations

import contextlib
import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.atlas.text import is_chinese, text_of
from dashboard.errors import UnreadableFile

CHINESE = '{"name": "宜昌市西陵区学院街道", "name_en": "Yichang"}'
PACKED = gzip.compress(CHINESE.encode())


def read(content: bytes, tmp_path: Path) -> tuple[str, str]:
    path = tmp_path / "areas.geojson"
    path.write_bytes(content)
    return text_of(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_text_is_the_same_however_it_was_saved(encoding: str, packed: bool, tmp_path: Path) -> None:
    raw = CHINESE.encode(encoding)
    text, found = read(gzip.compress(raw) if packed else raw, tmp_path)
    assert text == CHINESE
    assert (found == "GB18030") is (encoding == "gb18030")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PACKED[:-12], "damaged or cut off"),
        (PACKED[:14] + b"\xff\xff\xff" + PACKED[17:], "damaged or cut off"),
        (b"\x1f\x8bnot gzip", "damaged or cut off"),
        (b"PK\x03\x04abc", "zip archive"),
        (b"\x00\x00\x27\x0a\x00", "shapefile"),
        (b"SQLite format 3\x00", "GeoPackage"),
        (b"<?xml version='1.0'?>", "KML"),
        ('{\n"name": "Zürich Écublens"}'.encode("latin-1"), "(line 2, near"),
        ('{"name": "Приволжский район"}'.encode("cp1251"), "save it as UTF-8"),
        (b"\xff\xfe\x00", "save it as UTF-8"),
    ],
)
def test_what_cannot_be_read_is_said(content: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(content, tmp_path)
    assert said in refused.value.reason
    assert "codec" not in refused.value.reason
    assert refused.value.reason.isprintable()


def test_a_file_that_is_not_there_is_said_in_the_words_of_the_system(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(UnreadableFile, match=str(path)):
            text_of(path)


def test_other_encodings_are_not_taken_for_chinese() -> None:
    assert is_chinese("宜昌市 Yichang 三峡坝区".encode("gb18030"))
    for text, encoding in (("Zürich", "latin-1"), ("район города", "cp1251"), ("臺北市信義區", "big5")):
        assert not is_chinese(text.encode(encoding))


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes_are_a_text_or_words(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    for raw in (content, b"\x1f\x8b" + content, PACKED[:20] + content):
        path.write_bytes(raw)
        with contextlib.suppress(UnreadableFile):
            assert isinstance(text_of(path)[0], str)
