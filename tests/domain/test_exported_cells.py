"""What people wrote stays text in a workbook, whatever it begins with and however long it is."""

from io import BytesIO

import openpyxl
import pytest
import xlsxwriter

from domain.exported_cells import LONGEST, TEXT_ONLY, text_cell


@pytest.mark.parametrize("constant_memory", [True, False])
def test_a_cell_is_never_a_formula_nor_a_link_and_keeps_its_text(constant_memory: bool) -> None:
    written = [
        *("=1+1", "{=SUM(A1:A2)}", "+1", "-1", "@SUM(1)", "\t=1", "=cmd|' /C calc'!A0", "  x "),
        *("http://example.com", "internal:Sheet1!A1", "mailto:a@b.c", "<b>&", "007"),
        *("a\ufffe\x00b\ud800", "一\r\n二\r三", "长" * 40_000),
    ]
    target = BytesIO()
    with xlsxwriter.Workbook(target, {**TEXT_ONLY, "constant_memory": constant_memory}) as book:
        book.add_worksheet("any").write_row(0, 0, map(text_cell, written))

    row = next(iter(openpyxl.load_workbook(target).worksheets[0].iter_rows()))
    assert {(cell.data_type, cell.hyperlink) for cell in row} == {("s", None)}
    assert [cell.value for cell in row[:-3]] == written[:-3]
    assert [cell.value for cell in row[-3:-1]] == ["ab", "一\n二\n三"]
    assert len(str(row[-1].value)) == LONGEST
