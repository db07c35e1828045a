"""Tables arrive in spreadsheets as they were, and nothing in them is ever run."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tracemalloc
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.desk import files
from dashboard.desk.files import Column, Format, Table, csv_chunks, write_xlsx, written
from dashboard.errors import TooManyRows

ZONE = "Asia/Shanghai"
COLUMNS = (
    Column("id", "案件编号"),
    Column("n", "Severity", "int"),
    Column("lat", "Latitude", "float"),
    Column("at", "上报时间", "instant"),
)
ROWS: list[dict[str, Any]] = [
    {"id": "C-1", "n": 1, "lat": 30.7021, "at": "2026-11-23T01:15:00.000Z"},
    {"id": '矛盾, "纠纷"\r\n第二行', "n": None, "lat": None, "at": None},
    {"id": "C-3", "n": 3, "lat": -30.5, "at": 1_795_320_000.0},
]


def file_of(kind: Format, columns: Sequence[Column], rows: list[dict[str, Any]]) -> bytes:
    with written(Table("cases", "案件", list(columns), lambda: rows), kind, ZONE) as file:
        return file.read()


def read_csv(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def read_xlsx(raw: bytes) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).active
    return list(sheet.iter_rows(values_only=True))


def test_csv_comes_back_as_it_was() -> None:
    raw = file_of("csv", COLUMNS, ROWS)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == 5  # four records, and one inside of quotes
    assert read_csv(raw) == [
        ["案件编号", "Severity", "Latitude", "上报时间"],
        ["C-1", "1", "30.7021", "2026-11-23 09:15:00+08:00"],
        ['矛盾, "纠纷"\r\n第二行', "", "", ""],
        ["C-3", "3", "-30.5", "2026-11-22 12:00:00+08:00"],
    ]


def test_xlsx_has_real_numbers_and_dates_in_local_time() -> None:
    raw = file_of("xlsx", COLUMNS, ROWS)
    assert read_xlsx(raw) == [
        ("案件编号", "Severity", "Latitude", "上报时间 (Asia/Shanghai)"),
        ("C-1", 1, 30.7021, dt.datetime(2026, 11, 23, 9, 15)),
        ('矛盾, "纠纷"\n第二行', None, None, None),
        ("C-3", 3, -30.5, dt.datetime(2026, 11, 22, 12, 0)),
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:D4")
    assert sheet["D2"].is_date
    assert sheet.column_dimensions["D"].width > 18


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        '=HYPERLINK("http://x")',
        "=cmd|' /C calc'!A0",
        "\nx",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        " =1",
    ],
)
def test_text_never_becomes_a_formula(text: str) -> None:
    rows = [{"id": text, "n": 1, "lat": -1.5, "at": None}]
    assert read_csv(file_of("csv", COLUMNS, rows))[1][0] == "'" + text
    sheet = openpyxl.load_workbook(io.BytesIO(file_of("xlsx", COLUMNS, rows))).active
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value == text.replace("\r", "\n")
    assert sheet["A2"].hyperlink is None
    assert read_csv(file_of("csv", COLUMNS, rows))[1][2] == "-1.5"  # a number is no text


def test_heading_never_becomes_a_formula() -> None:
    columns = [Column("x", "=1+1")]
    assert read_csv(file_of("csv", columns, [])) == [["'=1+1"]]
    assert openpyxl.load_workbook(io.BytesIO(file_of("xlsx", columns, []))).active["A1"].data_type == "s"


def test_link_stays_text() -> None:
    rows = [{"id": "http://example.org/a"}]
    sheet = openpyxl.load_workbook(io.BytesIO(file_of("xlsx", COLUMNS, rows))).active
    assert (sheet["A2"].value, sheet["A2"].hyperlink) == ("http://example.org/a", None)


def test_empty_table_has_its_headings() -> None:
    assert read_csv(file_of("csv", COLUMNS, [])) == [[column.heading for column in COLUMNS]]
    assert read_xlsx(file_of("xlsx", COLUMNS, [])) == [("案件编号", "Severity", "Latitude", "上报时间 (Asia/Shanghai)")]
    assert read_csv(file_of("csv", [], [])) in ([], [[]])
    assert file_of("xlsx", [], [])


@given(st.text(max_size=60))
def test_any_text_survives(text: str) -> None:
    rows = [{"id": text}]
    shown = read_csv(file_of("csv", COLUMNS, rows))[1][0]
    assert shown.encode("utf-8", "replace").removeprefix(b"'") == text.encode("utf-8", "replace").removeprefix(b"'")
    read_xlsx(file_of("xlsx", COLUMNS, rows))  # opens, whatever it was


def test_number_that_is_none_leaves_the_cell_empty() -> None:
    rows = [{"lat": float("nan")}]
    assert read_csv(file_of("csv", COLUMNS, rows))[1] == [""] * 4
    assert read_xlsx(file_of("xlsx", COLUMNS, rows))[1:] in ([], [(None,) * 4])


def test_long_text_is_cut_where_a_cell_ends() -> None:
    assert len(read_xlsx(file_of("xlsx", COLUMNS, [{"id": "长" * 40_000}]))[1][0]) == 32_767


def test_rows_flow_through_in_pieces() -> None:
    rows = ({"id": f"C-{n}", "n": n} for n in range(2500))
    pieces = list(csv_chunks(COLUMNS, rows, ZONE))
    assert len(pieces) == 3
    assert len(read_csv(b"".join(pieces))) == 2501


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_XLSX_ROWS", 2)
    assert write_xlsx(io.BytesIO(), COLUMNS, ROWS[:2], ZONE) == 2
    with pytest.raises(TooManyRows, match="at most 2"):
        write_xlsx(io.BytesIO(), COLUMNS, ROWS, ZONE)


def test_excel_keeps_texts_with_digits_whole_where_a_csv_is_for_it() -> None:
    kept = ["420502001001002003", "0012", "1-2", "MAR1", "1E5", "TRUE", 'a"1']
    left = ["西陵区", "'=1+1", "two\nlines 1", "1" * 300]
    rows = [{"id": text.removeprefix("'"), "n": 7, "lat": 1.5, "at": None} for text in [*kept, *left]]
    with written(Table("cases", "案件", list(COLUMNS), lambda: rows), "csv", ZONE, "excel") as file:
        found = read_csv(file.read())[1:]
    assert [row[0] for row in found[: len(kept)]] == [f'="{text.replace(chr(34), chr(34) * 2)}"' for text in kept]
    assert [row[0] for row in found[len(kept) :]] == left
    assert {tuple(row[1:]) for row in found} == {("7", "1.5", "")}


def test_a_csv_is_never_in_memory_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_IN_MEMORY_BYTES", 1 << 16)
    rows = ({"id": "x" * 1000} for _ in range(10_000))
    tracemalloc.start()
    with written(Table("cases", "案件", list(COLUMNS), lambda: rows), "csv", ZONE) as file:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert file.seek(0, 2) > 10_000_000
    assert peak < 9_000_000


def test_large_tables_wait_on_disk_and_not_in_memory() -> None:
    rows = ({"id": "x" * 1000} for _ in range(5000))
    with written(Table("cases", "案件", list(COLUMNS), lambda: rows), "csv", ZONE) as file:
        assert file._rolled  # type: ignore[attr-defined]
        assert len(file.read()) > 5_000_000
