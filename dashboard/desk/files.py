"""Tables to take along: columns and rows become a CSV or an XLSX file.

Nothing here knows where rows come from; they are read one after the other, so that a
hundred thousand of them need little memory. What blocks is called in a thread, by `Files`.
"""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import functools
import io
import math
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from dashboard.domain.rules.indicators import dashed
from dashboard.errors import TooManyRows
from dashboard.words import NOT_NAMED, Levels, Words, language_of

Kind = Literal["text", "int", "float", "instant"]
Format = Literal["csv", "xlsx"]
For = Literal["excel"]
Rows = Iterable[dict[str, Any]]
MOST_XLSX_ROWS = 1_048_575  # a sheet of Excel holds one more, which is the heading
_LONGEST_CELL = 32_767  # characters, again Excel
_FORMULA_STARTS = tuple("=+-@＝＋－＠﹦﹢﹣﹫\t\r\n")  # spreadsheets take full-width signs for the others
_LONGEST_IN_FORMULA = 255  # characters of a text inside of a formula, again Excel
_ANY_DIGIT = re.compile(r"\d")
_READ_AS_WORDS = ("true", "false")
_BOM = "\ufeff"  # without it, Excel takes UTF-8 for the code page of the machine
_CHUNK_ROWS = 1000
_IN_MEMORY_BYTES = 4 << 20
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

    @staticmethod
    def headed(say: Words, kinds: Mapping[str, Kind], prefix: str = "file-") -> list[Column]:
        """Returns a column for each key, headed by the word for it."""
        return [Column(key, say(f"{prefix}{dashed(key)}"), kind) for key, kind in kinds.items()]


class Table(msgspec.Struct, frozen=True):
    """A table to take along.

    Attributes:
        name: of the file for whoever takes ASCII only, and `title` in the language of the table.
        rows: gives the rows when the file is written, in a thread: it reads nothing that changes.
    """

    name: str
    title: str
    columns: list[Column]
    rows: Callable[[], Rows]


class TableFile(msgspec.Struct, frozen=True):
    """A written table, `body` at its start and to be closed by whoever reads it; `stamp` is the moment in its name."""

    table: Table
    kind: Format
    stamp: str
    body: IO[bytes]


class Files:
    """Writes tables into files by the city's time zone and clock, one at a time, since each keeps a core busy."""

    def __init__(self, timezone: str, lang: str, now_s: Callable[[], float], levels: Levels = NOT_NAMED) -> None:
        self._timezone, self._lang, self._now_s, self._levels = timezone, lang, now_s, levels
        self._turn = asyncio.Semaphore(1)

    def words(self, lang: str | None) -> Words:
        """Returns the words of a language, by itself that of the screens."""
        return Words(language_of(lang) or self._lang, self._levels)

    async def write(self, table: Table, kind: Format, whom: For | None = None) -> TableFile:
        """Returns a table as a file; raises TooManyRows."""
        async with self._turn:
            body = await asyncio.to_thread(written, table, kind, self._timezone, whom)
        stamp = dt.datetime.fromtimestamp(self._now_s(), ZoneInfo(self._timezone)).strftime("%Y%m%d-%H%M")
        return TableFile(table, kind, stamp, body)


def written(table: Table, kind: Format, timezone: str, whom: For | None = None) -> IO[bytes]:
    """Returns a finished table, to be read from its start: in memory if it is small, else in a temporary file."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 - closed when it is sent
    try:
        if kind == "csv":
            for chunk in csv_chunks(table.columns, table.rows(), timezone, whom):
                file.write(chunk)  # `writelines` would hold all of it in memory, and copy it to the disk at the end
        else:
            write_xlsx(file, table.columns, table.rows(), timezone, table.title)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def csv_chunks(columns: Sequence[Column], rows: Rows, timezone: str, whom: For | None = None) -> Iterator[bytes]:
    """Yields a CSV file (RFC 4180, UTF-8 with a byte order mark) piece by piece; instants in local time with offset.

    A text that a spreadsheet would run as a formula gets an apostrophe in front of it. For Excel, texts with digits are
    written as `="420502001"`: it would make a rounded number of a long code and a date of `1-2`.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(_BOM)
    writer.writerow([_harmless(column.heading) for column in columns])
    for number, row in enumerate(rows, 1):
        cells = (_csv_cell(row.get(column.key), column.kind, timezone) for column in columns)
        writer.writerow(cells if whom is None else map(_kept_whole, columns, cells))
        if number % _CHUNK_ROWS == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def write_xlsx(file: IO[bytes], columns: Sequence[Column], rows: Rows, timezone: str, sheet: str = "Gridwall") -> int:
    """Writes an XLSX file with real dates (local time) and returns its number of rows; no text becomes a formula.

    Raises:
        TooManyRows: more than MOST_XLSX_ROWS.
    """
    import xlsxwriter  # most servers never need it

    # Rows are written through to a temporary file: a cell can be set only while its row is the last one.
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        page = book.add_worksheet(sheet)
        instant = book.add_format({"num_format": _INSTANT_FORMAT})
        _head(page, columns, timezone, book.add_format({"bold": True, "bottom": 1}), instant)
        count = 0
        for count, row in enumerate(rows, 1):
            if count > MOST_XLSX_ROWS:
                raise TooManyRows(MOST_XLSX_ROWS)
            for place, column in enumerate(columns):
                _write_cell(page, count, place, row.get(column.key), column.kind, timezone, instant)
        if columns:
            page.autofilter(0, 0, count, len(columns) - 1)
    return count


def _head(page: Any, columns: Sequence[Column], timezone: str, bold: Any, instant: Any) -> None:
    """Writes the headings, which stay in sight, and sets the widths; dates of Excel know no zone: it stands there."""
    page.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        heading = f"{column.heading} ({timezone})" if column.kind == "instant" else column.heading
        width = max(_WIDTHS[column.kind], _shown_width(heading) + 4)  # room for the button of the filter
        page.set_column(place, place, width, instant if column.kind == "instant" else None)
        page.write_string(0, place, _clean(heading), bold)


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


def _kept_whole(column: Column, cell: Any) -> Any:
    """Returns a cell of a text in the form that Excel leaves as it is."""
    if column.kind != "text" or not isinstance(cell, str) or len(cell) > _LONGEST_IN_FORMULA or "\n" in cell:
        return cell
    if cell.startswith("'") or not (_ANY_DIGIT.search(cell) or cell.strip().lower() in _READ_AS_WORDS):
        return cell
    return '="' + cell.replace('"', '""') + '"'


def _harmless(text: str) -> str:
    """Returns a text that no spreadsheet takes for a formula, also one that cuts off blanks first."""
    return "'" + text if text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS) else text


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
