"""Tables to take along: columns and rows become a CSV or an XLSX file.

Nothing here knows where rows come from; they are read one after the other, so that a
hundred thousand of them need little memory. All of it blocks: call it in a thread.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from dashboard.errors import TooManyRows

Kind = Literal["text", "int", "float", "instant"]
MOST_XLSX_ROWS = 1_048_575  # a sheet of Excel holds one more, which is the heading
_LONGEST_CELL = 32_767  # characters, again Excel
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"  # without it, Excel takes UTF-8 for the code page of the machine
_CHUNK_ROWS = 1000
_WIDTHS: dict[Kind, int] = {"text": 16, "int": 10, "float": 12, "instant": 20}
_EXCEL_EPOCH = 25_569  # 1970-01-01 in days of Excel
_SLOT_S = 900  # every UTC offset in use changes at a multiple of 15 minutes
_INSTANT_FORMAT = "yyyy-mm-dd hh:mm:ss"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # characters that no XML may hold


class Column(msgspec.Struct, frozen=True):
    """One column: the key of its values in each row, its heading, and what they are.

    Values of the kind `instant` are RFC 3339 texts, epoch seconds, or aware datetimes; None leaves a cell empty.
    """

    key: str
    heading: str
    kind: Kind = "text"


def csv_chunks(columns: Sequence[Column], rows: Iterable[dict[str, Any]], timezone: str) -> Iterator[bytes]:
    """Yields a CSV file (RFC 4180, UTF-8 with a byte order mark) piece by piece; instants in local time with offset.

    A text that a spreadsheet would run as a formula gets an apostrophe in front of it.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(_BOM)
    writer.writerow([_harmless(column.heading) for column in columns])
    for number, row in enumerate(rows, 1):
        writer.writerow([_csv_cell(row.get(column.key), column.kind, timezone) for column in columns])
        if number % _CHUNK_ROWS == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def csv_bytes(columns: Sequence[Column], rows: Iterable[dict[str, Any]], timezone: str) -> bytes:
    """Returns a whole CSV file; see `csv_chunks`."""
    return b"".join(csv_chunks(columns, rows, timezone))


def xlsx_bytes(
    columns: Sequence[Column], rows: Iterable[dict[str, Any]], timezone: str, sheet: str = "Gridwall"
) -> bytes:
    """Returns a whole XLSX file; see `write_xlsx`."""
    file = io.BytesIO()
    write_xlsx(file, columns, rows, timezone, sheet)
    return file.getvalue()


def write_xlsx(
    file: IO[bytes], columns: Sequence[Column], rows: Iterable[dict[str, Any]], timezone: str, sheet: str = "Gridwall"
) -> int:
    """Writes an XLSX file with real dates (local time) and returns its number of rows; no text becomes a formula.

    Raises:
        TooManyRows: more than MOST_XLSX_ROWS.
    """
    import xlsxwriter  # most servers never need it

    # Rows are written through to a temporary file: a cell can be set only while its row is the last one.
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        page = book.add_worksheet(sheet)
        instant = book.add_format({"num_format": _INSTANT_FORMAT})
        _head(page, columns, book.add_format({"bold": True, "bottom": 1}), instant)
        count = 0
        for count, row in enumerate(rows, 1):
            if count > MOST_XLSX_ROWS:
                raise TooManyRows(MOST_XLSX_ROWS)
            for place, column in enumerate(columns):
                _write_cell(page, count, place, row.get(column.key), column.kind, timezone, instant)
        if columns:
            page.autofilter(0, 0, count, len(columns) - 1)
    return count


def _head(page: Any, columns: Sequence[Column], bold: Any, instant: Any) -> None:
    """Writes the headings, which stay in sight, and sets the widths."""
    page.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        width = max(_WIDTHS[column.kind], _shown_width(column.heading) + 4)  # room for the button of the filter
        page.set_column(place, place, width, instant if column.kind == "instant" else None)
        page.write_string(0, place, _clean(column.heading), bold)


def _write_cell(page: Any, row: int, place: int, value: Any, kind: Kind, timezone: str, instant: Any) -> None:
    if value is None:
        return
    if kind == "instant":
        at = _local(value, timezone)
        days = (at.timestamp() + at.utcoffset().total_seconds()) / 86_400.0  # type: ignore[union-attr]
        page.write_number(row, place, days + _EXCEL_EPOCH, instant)
    elif kind == "text":
        page.write_string(row, place, _clean(str(value)))
    elif math.isfinite(value):
        page.write_number(row, place, value)


def _csv_cell(value: Any, kind: Kind, timezone: str) -> Any:
    if value is None or (kind == "float" and not math.isfinite(value)):
        return ""
    if kind == "instant":
        return _local(value, timezone).isoformat(sep=" ", timespec="seconds")
    return _harmless(str(value)) if kind == "text" else value


def _harmless(text: str) -> str:
    """Returns a text that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def _clean(text: str) -> str:
    """Returns a text that a cell can hold; there, a line ends with a line feed."""
    return _NOT_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))[:_LONGEST_CELL]


def _local(value: str | float | dt.datetime, timezone: str) -> dt.datetime:
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    at_s = value.timestamp() if isinstance(value, dt.datetime) else value
    return dt.datetime.fromtimestamp(at_s, _offset(timezone, int(at_s // _SLOT_S)))


@functools.lru_cache(maxsize=10_000)
def _offset(timezone: str, slot: int) -> dt.timezone:
    """Returns the offset from UTC in a quarter of an hour; looking it up for each cell would take twice as long."""
    offset = dt.datetime.fromtimestamp(slot * _SLOT_S, ZoneInfo(timezone)).utcoffset()
    return dt.timezone(offset or dt.timedelta())


def _shown_width(text: str) -> int:
    """Returns how many columns of a fixed font a text takes; Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _emptied(buffer: io.StringIO) -> bytes:
    written = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return written
