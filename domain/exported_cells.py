"""Cells of exported workbooks: whatever people wrote stays text, in any program that opens them."""

import re
from typing import Any

#: For XlsxWriter: a cell that starts with = or {= is no formula, an address no link.
TEXT_ONLY = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
#: Excel keeps so many signs in a cell; of a longer text XlsxWriter would leave out all.
LONGEST = 32_767
_CUT = "…"
#: What XML cannot hold.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def text_cell(value: Any) -> Any:
    """Text as a cell can hold it; numbers and what is empty as they are."""
    if not isinstance(value, str):
        return value
    text = _UNWRITABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= LONGEST else text[: LONGEST - len(_CUT)] + _CUT
