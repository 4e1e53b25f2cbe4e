"""The table of docs/reliability.md: `python -m tests.faults write`, or `check` that it is true."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/reliability.md"
TESTS = ROOT / "tests"
BEGIN, END = "<!-- faults -->\n", "<!-- /faults -->\n"
HEAD = "| row | fault | what happens | tests |\n|---|---|---|---|\n"
_TEST = re.compile(r"^(?:async )?def test_fault_(\d\d)_", re.MULTILINE)


def tests_by_row() -> dict[int, dict[str, int]]:
    """For each row, how many tests of that name each file under tests/ holds."""
    found: dict[int, dict[str, int]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        name = path.relative_to(TESTS).as_posix()
        for number in _TEST.findall(path.read_text(encoding="utf-8")):
            row = found.setdefault(int(number), {})
            row[name] = row.get(name, 0) + 1
    return found


def table() -> str:
    """The rows with their tests; raises ValueError for a row without a test, or a stray test."""
    rows = yaml.safe_load((TESTS / "faults/rows.yaml").read_text(encoding="utf-8"))
    found = tests_by_row()
    numbers = {row["id"] for row in rows}
    if untested := sorted(numbers - found.keys()):
        raise ValueError(f"no test_fault_… for row {untested}")
    if unlisted := sorted(found.keys() - numbers):
        raise ValueError(f"not in tests/faults/rows.yaml: {unlisted}")
    return HEAD + "".join(_line(row, found[row["id"]]) for row in rows)


def _line(row: dict[str, object], tests: dict[str, int]) -> str:
    return f"| {row['id']} | {row['fault']} | {row['happens']} | {', '.join(_links(tests))} |\n"


def _links(tests: dict[str, int]) -> Iterator[str]:
    for name, count in tests.items():
        times = f" ×{count}" if count > 1 else ""
        yield f"[{name.removesuffix('.py')}](../tests/{name}){times}"


def page(old: str) -> str:
    """The page with the table as it should be; what stands around it is kept."""
    before, _, rest = old.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + table() + END + after


def main() -> None:
    """Write the table, or stop with one line when it is not true."""
    old = PAGE.read_text(encoding="utf-8")
    try:
        new = page(old)
    except ValueError as error:
        sys.exit(str(error))
    if sys.argv[1:] == ["write"]:
        PAGE.write_text(new, encoding="utf-8")
    elif new != old:
        sys.exit("docs/reliability.md: run `python -m tests.faults write`")
    sys.stdout.write("every row of the faults has its tests\n")


main()
