"""Files made to exhaust whoever reads them: refused with a line, in little time and memory."""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from time import process_time
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from services.calendar_reading import read_calendar_file
from services.measure_files import read_measures
from services.office import Office

YEAR = b"source: x\nchecked_on: 2026-01-01\nprovisional: false\nworkdays: []\n"
BOMBS = {
    "aliases": b"a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]\n",
    "depth": b"[" * 60_000,
    "many keys": b"".join(b"k%d: 1\n" % number for number in range(6_000)),
    "one key": b"a: 1\n" * 12_000,
    "python": b"!!python/object/apply:os.system ['x']",
    "no moment": b"a: !!timestamp x",
    "no flag": b"a: !!bool x",
    "no number": b"a: !!int ''\nb: !!float ''",
    "many digits": b"year: " + b"9" * 60_000,
    "sixties": b"year: 1" + b":1" * 30_000 + b".0",
    "all of history": YEAR + b"year: 1\nholidays: [{name: x, from: 0001-01-01, to: 9999-12-31}]\n",
    "documents": b"---\na: 1\n" * 5_000,
    "another coding": "年: 1".encode("utf-16"),
    "zero": b"a: \x00",
    "nothing": b"",
    "far too long a word": b"x" * 60_000,
}
READERS: dict[str, Callable[[bytes, Office], object]] = {
    "measures": lambda content, office: read_measures([("f.yaml", content)], office.catalogue)[1],
    "calendar": lambda content, _: read_calendar_file(content, "f.yaml")[1],
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_file_made_to_exhaust_its_reader_is_refused_with_a_short_line(
    bomb: str, reader: str, office: Office
) -> None:
    start = process_time()

    faults = READERS[reader](BOMBS[bomb], office)

    assert isinstance(faults, list)
    assert faults
    assert max(len(str(fault)) for fault in faults) < 1_000
    assert process_time() - start < 3


_ROWS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_TEXTS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_LAUGHS = b"".join(b'<!ENTITY %c "%s">' % (98 + one, b"&%c;" % (97 + one) * 10) for one in range(9))
_SHEET, _SHARED = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def _much(begin: bytes, part: bytes, times: int) -> Iterator[bytes]:
    yield begin
    for _ in range(times):
        yield part


def _entity(doctype: bytes, name: bytes) -> bytes:
    return b"<!DOCTYPE sst [" + doctype + b"]>" + _TEXTS + b"<si><t>&" + name + b";</t></si></sst>"


_CELLS = b'<c t="inlineStr"><is><t>x</t></is></c>' * 100_000
_FAR = b'<row r="2"><c r="ZZZZZ9"><v>1</v></c></row></sheetData></worksheet>'
WORKBOOKS: dict[str, tuple[str, Callable[[], Iterator[bytes]]]] = {
    "texts.xlsx": (_SHARED, lambda: _much(_TEXTS, b"<si><t>name</t></si>" * 50_000, 68)),
    "wide.xlsx": (_SHEET, lambda: _much(_ROWS + b'<row r="1">', _CELLS, 10)),
    "laughs.xlsx": (_SHARED, lambda: iter([_entity(b'<!ENTITY a "aaaaaaaaaa">' + _LAUGHS, b"j")])),
    "outside.xlsx": (
        _SHARED,
        lambda: iter([_entity(b'<!ENTITY a SYSTEM "file:///etc/passwd">', b"a")]),
    ),
    "torn.xlsx": (_SHEET, lambda: iter([_ROWS + b'<row r="1"><c r="A1"'])),
    "far.xlsx": (_SHEET, lambda: iter([_ROWS + _FAR])),
}
_MEMORY = 700 << 20
_CHILD = """
import sys
from pathlib import Path
from services.catalogue import load
from services.company_workbooks import CompanyWorkbook, NotAWorkbook
facts = load(Path("catalogue")).facts
for path in sys.argv[1:]:
    try:
        with CompanyWorkbook(Path(path), facts) as book:
            print(Path(path).name, "read", sum(one.rows for one in book.slices(50)))
    except NotAWorkbook as error:
        print(Path(path).name, "refused", error)
"""


def _write(path: Path, changed: str, content: Iterator[bytes]) -> None:
    """A workbook of ours with one part of it replaced."""
    sound = BytesIO()
    with xlsxwriter.Workbook(sound, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, ["name", "uscc"])
    with ZipFile(sound) as parts, ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as made:
        for name in parts.namelist():
            if name != changed:
                made.writestr(name, parts.read(name))
        with made.open(changed, "w", force_zip64=True) as target:
            for part in content:
                target.write(part)
        made.writestr("../../outside.txt", "a path that leads out of the folder")


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))


def test_a_workbook_made_to_exhaust_its_reader_is_refused_in_little_memory(tmp_path: Path) -> None:
    """In a process that may take 700 MB and a minute of the processor, all of them."""
    paths = []
    for name, (changed, content) in WORKBOOKS.items():
        paths.append(tmp_path / name)
        _write(paths[-1], changed, content())

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _CHILD, *map(str, paths)],
        capture_output=True, text=True, check=False, preexec_fn=_bound,
    )  # fmt: skip

    assert done.stderr == ""
    said = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert {name: words.split()[0] for name, words in said.items()} == dict.fromkeys(
        WORKBOOKS, "refused"
    )
    assert not (tmp_path.parent.parent / "outside.txt").exists()
