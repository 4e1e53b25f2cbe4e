"""Workbooks of companies: the template to fill in, and reading one row by row.

Rows come in slices, so that a workbook of 100,000 companies needs no more memory than a small one.
"""

import warnings
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile, ZipInfo

import openpyxl
import xlsxwriter
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from domain.cells import LIST_MARK, BadColumn, Column, columns_of, read_cell, read_column
from domain.exported_cells import TEXT_ONLY
from domain.facts import BadFact, FactDictionary, FactValue, Kind, PerYear, Profile
from domain.uscc import read_uscc

LARGEST = 1 << 30
"""Bytes that a workbook may take when it is unpacked: ten times what 100,000 companies need."""

LARGEST_BESIDE, LONGEST_ROW = 64 << 20, 8 << 20
"""Bytes of all but the sheets (shared texts above all), and of one row: far more than the need."""

_SHEETS, _ROW = "xl/worksheets/", b"<row"
_BROKEN = (
    InvalidFileException,
    BadZipFile,
    OSError,
    LookupError,
    ValueError,
    ParseError,
    zlib.error,
)

IDENTITY = ("name", "uscc")
"""Columns that say which company it is; they are kept with the company, not as facts."""


class NotAWorkbook(Exception):
    """The file cannot be read as XLSX, or its first row does not name facts."""


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that could not be used; rows and columns as the workbook names them."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """One company as its row says."""

    row: int
    name: str
    uscc: str
    profile: Profile


@dataclass
class Slice:
    """Some rows of a workbook: the good ones, the bad cells of the others, how far one is."""

    good: list[CompanyRow] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)
    rows: int = 0


class CompanyWorkbook:
    """An open workbook of companies. Raises NotAWorkbook when opening fails."""

    def __init__(self, path: Path, dictionary: FactDictionary) -> None:
        _check_size(path)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # styles that openpyxl does not know
                self._book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except _BROKEN as error:
            raise NotAWorkbook(f"{path} cannot be read as a workbook (.xlsx): {error}") from error
        sheet = self._book.worksheets[0] if self._book.worksheets else None
        self.total: int | None = sheet.max_row - 1 if sheet is not None and sheet.max_row else None
        self._rows = _rows(path, sheet) if sheet is not None else iter(())
        self._columns = _columns(next(self._rows, ()), dictionary)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._book.close()

    def slices(self, size: int) -> Iterator[Slice]:
        """The rows, so many at a time; empty rows are passed over."""
        part = Slice()
        for number, cells in enumerate(self._rows, start=2):
            row, faults = _read_row(number, cells, self._columns)
            part.bad += faults
            part.good += [row] if row is not None and not faults else []
            part.rows += 1
            if part.rows == size:
                yield part
                part = Slice()
        if part.rows:
            yield part


def _rows(path: Path, sheet: Any) -> Iterator[Sequence[Any]]:
    """Row by row; a sheet that breaks off says so in one line."""
    try:
        yield from sheet.iter_rows(values_only=True)
    except _BROKEN as error:
        raise NotAWorkbook(f"{path} breaks off within its rows: {error}") from error


def _check_size(path: Path) -> None:
    """Sheets are read row by row, everything else at once, so each has a bound of its own."""
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > LARGEST:
                raise NotAWorkbook(
                    f"{path} unpacks to {unpacked >> 20} MB, more than {LARGEST >> 20}: split it"
                )
            sheets = [one for one in entries if one.filename.startswith(_SHEETS)]
            beside = unpacked - sum(one.file_size for one in sheets)
            if beside > LARGEST_BESIDE or any(_has_endless_row(archive, one) for one in sheets):
                raise NotAWorkbook(f"{path} holds more text or columns than companies need")
    except _BROKEN as error:
        raise NotAWorkbook(f"{path} cannot be read as a workbook (.xlsx): {error}") from error


def _has_endless_row(archive: ZipFile, sheet: ZipInfo) -> bool:
    """Whether one row alone would fill the memory."""
    length, tail = 0, b""
    with archive.open(sheet) as content:
        while part := content.read(1 << 20):
            seen = tail + part
            last = seen.rfind(_ROW)
            length = len(seen) - last if last >= 0 else length + len(part)
            if length > LONGEST_ROW:
                return True
            tail = part[1 - len(_ROW) :]
    return False


def _columns(header: Sequence[Any], dictionary: FactDictionary) -> list[Column | None]:
    """What each column holds; None for one without a name."""
    found: list[Column | None] = []
    for place, cell in enumerate(header, start=1):
        name = "" if cell is None else str(cell).strip()
        try:
            column = read_column(name, dictionary) if name else None
        except BadColumn as error:
            raise _bad_header(place, f"{error}; `import template` writes the names") from None
        if column is not None and column in found:
            raise _bad_header(place, f"{name!r} stands twice")
        found.append(column)
    if not any(found):
        raise NotAWorkbook("the first row names no facts; `import template` writes one that does")
    return found


def _bad_header(place: int, text: str) -> NotAWorkbook:
    return NotAWorkbook(f"column {get_column_letter(place)}: {text}")


def _read_row(
    number: int, cells: Sequence[Any], columns: Sequence[Column | None]
) -> tuple[CompanyRow | None, list[BadCell]]:
    values: dict[str, FactValue] = {}
    faults: list[BadCell] = []
    for place, (cell, column) in enumerate(zip(cells, columns, strict=False), start=1):
        if column is None or cell is None:
            continue
        try:
            value = read_cell(column, cell)
        except (BadFact, ValueError, OverflowError) as error:
            faults.append(BadCell(number, get_column_letter(place), str(error)))
            continue
        if value is None:
            continue
        if column.spec.key == "uscc" and read_uscc(str(value)) is None:
            text = f"uscc: not a company code of 18 characters: {value!r}"
            faults.append(BadCell(number, get_column_letter(place), text))
            continue
        _put(values, column, value)
    return (_company(number, values) if values else None), faults


def _put(values: dict[str, FactValue], column: Column, value: FactValue) -> None:
    key, known = column.spec.key, values.get(column.spec.key)
    if isinstance(known, PerYear) and isinstance(value, PerYear):
        value = PerYear.of(dict(known.years) | dict(value.years))
    values[key] = value


def _company(number: int, values: Mapping[str, FactValue]) -> CompanyRow:
    name, code = (str(values.get(key, "")) for key in IDENTITY)
    facts = {key: value for key, value in values.items() if key not in IDENTITY}
    return CompanyRow(number, name, code, Profile(facts))


def write_template(path: Path, dictionary: FactDictionary, years: Iterable[int]) -> int:
    """An empty workbook with a column per fact, and a second sheet that explains them.

    Returns how many columns it has. Cells are text, so that a range such as 10-20 stays one.
    """
    columns = columns_of(dictionary, years)
    with xlsxwriter.Workbook(str(path), TEXT_ONLY) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        sheet = book.add_worksheet("companies")
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(columns) - 1, 16, text)
        sheet.write_row(0, 0, [column.name for column in columns], bold)
        for place, column in enumerate(columns):
            _offer(sheet, place, column)
        _explain(book.add_worksheet("columns"), columns, bold)
    return len(columns)


def _offer(sheet: Any, place: int, column: Column) -> None:
    """A list to choose from, where a cell takes one of a few words."""
    spec = column.spec
    words = [option.value for option in spec.options] if spec.kind is Kind.CHOICE else []
    words = ["是", "否"] if spec.kind is Kind.FLAG else words
    if words:
        rule = {"validate": "list", "source": words, "error_type": "warning"}
        sheet.data_validation(1, place, 100_000, place, rule)


_EXPLAINED = ("column", "中文", "English", "unit", "how to write it")


def _explain(sheet: Any, columns: Sequence[Column], bold: Any) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(_EXPLAINED) - 1, 30)
    sheet.write_row(0, 0, _EXPLAINED, bold)
    for place, column in enumerate(columns, start=1):
        spec = column.spec
        unit = f"{spec.unit.zh} / {spec.unit.en}" if spec.unit else ""
        sheet.write_row(
            place, 0, [column.name, spec.label.zh, spec.label.en, unit, _how_to_write(column)]
        )


def _how_to_write(column: Column) -> str:
    spec = column.spec
    match spec.kind:
        case Kind.NUMBER:
            return "12 · 20-49 · 2000- · -49"
        case Kind.RATIO:
            return "5.7% · 0.057 · 5%-8%"
        case Kind.FLAG:
            return "是 · 否"
        case Kind.DATE:
            return "2015-03-01 · 2015-03 · 2015"
        case Kind.CHOICE:
            return " · ".join(option.value for option in spec.options)
        case Kind.CHOICES:
            items = LIST_MARK.join(option.value for option in spec.options)
            return f"{items} · {spec.options[0].value}@2027-12-01 · 无"
        case _:
            return spec.sample
