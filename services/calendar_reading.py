"""Calendar files that somebody hands in: read with care, refused whole at the first fault."""

from __future__ import annotations

from domain.calendar_changes import CalendarPatch
from domain.calendar_files import DistrictDays, YearNotice
from domain.words import Words
from services.yaml_files import Fault, Part, parts_of, repeated_keys, trap_in

#: A year with all its holidays has 2 KB.
MOST_BYTES = 64 * 1024


def read_calendar_file(content: bytes, name: str) -> tuple[CalendarPatch | None, list[Fault]]:
    """What a file changes, or all that is wrong with it. A file that names a `year` is that
    year's notice; any other holds the district's own days (`days_off`, `workdays`) or `windows`."""
    try:
        text = content[: MOST_BYTES + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, [_fault(name, "不是 UTF-8 编码的文本，请另存为 UTF-8", "not a text in UTF-8")]
    if trap := trap_in(text, name):
        return None, [trap]
    parts, faults = parts_of(text, name)
    if not faults and (len(parts) != 1 or not isinstance(parts[0].value, dict)):
        faults = [_fault(name, "文件里要有一份日历", "one calendar is wanted in the file")]
    if faults:
        return None, faults
    return _patch_of(parts[0])


def _patch_of(part: Part) -> tuple[CalendarPatch | None, list[Fault]]:
    form: type[YearNotice] | type[DistrictDays] = (
        YearNotice if "year" in part.value else DistrictDays
    )
    read, faults = part.read(form)
    faults += repeated_keys(part)
    if read is None or faults:
        return None, faults
    patch = CalendarPatch.of_file(read)
    if patch.is_empty:
        return None, [_fault(part.file, "文件里没有任何改动", "the file changes nothing")]
    return patch, []


def _fault(file: str, zh: str, en: str) -> Fault:
    return Fault(file, 1, Words(zh=zh, en=en))
