"""The text of a file that a city hands in, whoever saved it: gzipped or not, UTF-8, UTF-16 or GB18030.

What cannot be read is said in words for who made the file: what it is instead, and how to get what is wanted.
"""

from __future__ import annotations

import io
import zlib
from gzip import BadGzipFile, GzipFile
from pathlib import Path

from dashboard.errors import UnreadableFile

_MOST_BYTES = 1 << 30  # unpacked; 20,000 grids take a hundredth of it
_GZIP = b"\x1f\x8b"
_KINDS = (  # how files of other programs begin
    (b"PK\x03\x04", "a zip archive (a zipped shapefile, KMZ or XLSX): unpack it first"),
    (b"\x00\x00\x27\x0a", "a shapefile"),
    (b"SQLite format 3\x00", "a GeoPackage"),
    (b"fgb", "a FlatGeobuf file"),
    (b"PAR1", "a Parquet file"),
    (b"BZh", "packed with bzip2: unpack it, or pack it with gzip"),
    (b"\xfd7zXZ", "packed with xz: unpack it, or pack it with gzip"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd: unpack it, or pack it with gzip"),
    (b"7z\xbc\xaf", "packed with 7-Zip: unpack it, or pack it with gzip"),
    (b"%PDF", "a PDF"),
    (b"<", "XML (KML, GML or a web page)"),
)
_BY_MARK = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_FIRST_HANZI, _LAST_HANZI = 0xB0, 0xD7  # lead bytes of the 3,755 that are used most
_MOSTLY = 0.7  # of the characters of a Chinese text, at least
SAVE_AS_UTF8 = "save it as UTF-8 (Notepad: Save as, Encoding; QGIS: Export, Encoding)"


def text_of(path: Path) -> tuple[str, str]:
    """Returns the text of a file and the encoding that it was read by.

    Raises:
        UnreadableFile: there is none, it is damaged, of another kind, or in another encoding.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(str(path), error.strerror or str(error)) from None
    raw = _unpacked(path.name, raw) if raw.startswith(_GZIP) else raw
    for start, kind in _KINDS:
        if raw.startswith(start):
            raise UnreadableFile(path.name, f"is {kind}")
    return _decoded(path.name, raw)


def _unpacked(name: str, raw: bytes) -> bytes:
    try:
        unpacked = GzipFile(fileobj=io.BytesIO(raw)).read(_MOST_BYTES + 1)
    except (BadGzipFile, EOFError, zlib.error):
        reason = "is a gzip file that was damaged or cut off on its way: copy it again, or pack the original again"
        raise UnreadableFile(name, reason) from None
    if len(unpacked) > _MOST_BYTES:
        raise UnreadableFile(name, f"is larger than {_MOST_BYTES >> 30} GiB when it is unpacked")
    return unpacked


def _decoded(name: str, raw: bytes) -> tuple[str, str]:
    encoding = _marked(raw)
    try:
        return raw.decode(encoding), encoding
    except UnicodeDecodeError as error:
        if encoding == "utf-8" and is_chinese(raw):
            return raw.decode("gb18030"), "GB18030"
        raise UnreadableFile(name, _other(raw, error.start)) from None


def _marked(raw: bytes) -> str:
    """Returns the encoding that the first bytes tell, by itself UTF-8."""
    marked = next((found for mark, found in _BY_MARK if raw.startswith(mark)), "utf-8")
    if marked == "utf-8" and b"\x00" in raw[:4]:
        return "utf-16-be" if raw.startswith(b"\x00") else "utf-16-le"
    return marked


def _other(raw: bytes, at: int) -> str:
    """Returns in words that bytes are in another encoding, with the place where that shows."""
    shown = "".join(chr(byte) if 31 < byte < 127 else "?" for byte in raw[max(0, at - 12) : at + 8])
    line = raw.count(b"\n", 0, at) + 1
    return f"is in an encoding other than UTF-8 and GB18030 (line {line}, near {shown!r}): {SAVE_AS_UTF8}"


def is_chinese(raw: bytes) -> bool:
    """Says whether bytes are a Chinese text in GB18030, which as such takes nearly any bytes."""
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    characters = [character.encode("gb18030") for character in set(text) if ord(character) > 0x7F]
    common = sum(_FIRST_HANZI <= character[0] <= _LAST_HANZI for character in characters)
    paired = sum(len(character) == 2 and character[1] >= 0xA1 for character in characters)
    return bool(characters) and min(common, paired) >= _MOSTLY * len(characters)
