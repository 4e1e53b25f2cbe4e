"""Files that somebody hands in: taken as they are, or refused with every fault and its line."""

import pytest

from domain.measures import Measure
from services.measure_files import MOST_BYTES, body_of, read_measures, write_measure
from tests.companies import DIRECTORY, real_catalogue

REPORT = (DIRECTORY / "measures/annual-report-merge.yaml").read_text(encoding="utf-8")
LOAN = (DIRECTORY / "measures/loan-interest-subsidy.yaml").read_text(encoding="utf-8")
JUDGED = """  - id: judged
    kind: officer
    key: brand_new_judgement
    text: {zh: 由人判断, en: Judged}
    cite: {source: S-REPORT}
"""


def _read(text: str) -> tuple[tuple[Measure, ...], list[str]]:
    measures, faults = read_measures([("x.yaml", text.encode())], real_catalogue())
    return measures, [str(fault) for fault in faults]


def test_what_is_written_is_read_back_exactly() -> None:
    for measure in real_catalogue().measures:
        (again,), faults = _read(write_measure(measure))

        assert (again, faults) == (measure, [])
        assert body_of(again) == body_of(measure)


@pytest.mark.parametrize(
    "text",
    [
        f"{REPORT}\n---\n{LOAN}",
        "".join(
            f"- {line}" if n == 0 else f"  {line}" for n, line in enumerate(REPORT.splitlines(True))
        )
        + "\n"
        + "".join(
            f"- {line}" if n == 0 else f"  {line}" for n, line in enumerate(LOAN.splitlines(True))
        ),
        f"\ufeff---\n{REPORT}\n...\n---\n{LOAN}",
    ],
    ids=["documents", "list", "marked"],
)
def test_a_file_may_hold_several(text: str) -> None:
    measures, faults = _read(text)

    assert faults == []
    assert [one.id for one in measures] == ["annual-report-merge", "loan-interest-subsidy"]


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("department: market_regulation", "department: nobody", "没有部门“nobody”"),
        ("scope: direct", "scope: far", "不是可选的词"),
        ("scope: direct", "scope: direct\nscope: indirect", "“scope”写了两次"),
        ("scope: direct", "scope: [direct", "不是有效的 YAML"),
        ("checked_on: 2026-11-23", "checked_on: 2026-02-30", "不是日期"),
        ("short: {zh: 年报多报合一,", "short: {zh: 贷款贴息,", "简称“贷款贴息”重复"),
    ],
)
def test_a_fault_names_its_line(good: str, bad: str, said: str) -> None:
    line = REPORT[: REPORT.index(good)].count("\n") + 1

    measures, faults = _read(REPORT.replace(good, bad, 1))

    assert measures == ()
    assert any(said in fault for fault in faults), faults
    assert all(fault.startswith("x.yaml:") for fault in faults)
    assert min(abs(int(fault.split(":")[1]) - line) for fault in faults) <= 1


def test_one_fault_refuses_the_whole_file() -> None:
    measures, faults = _read(f"{LOAN}\n---\n{REPORT.replace('scope: direct', 'scope: far')}")

    assert measures == ()
    assert len(faults) == 1


def test_the_same_measure_twice_is_a_fault() -> None:
    measures, faults = _read(f"{LOAN}\n---\n{LOAN}")

    assert measures == ()
    assert any("出现了两次" in fault for fault in faults)


def test_measures_of_one_file_may_name_each_other() -> None:
    fresh = REPORT.replace("id: annual-report-merge", "id: new-measure")
    for name, other in (
        ("short: {zh: 年报多报合一,", "short: {zh: 全新措施,"),
        ("en: Annual report}", "en: Brand new}"),
    ):
        assert name in fresh
        fresh = fresh.replace(name, other)
    retired = LOAN.replace(
        "status: active", "status: retired\nretired_on: 2026-11-23\nsuccessor: new-measure"
    )

    measures, faults = _read(f"{retired}\n---\n{fresh}")

    assert faults == []
    assert measures[0].successor == "new-measure"


def test_a_measure_may_bring_a_fact_of_its_own() -> None:
    measures, faults = _read(REPORT + JUDGED)

    assert faults == []
    assert len(measures) == 1


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOMB.encode(), "不能用 & 和 *"),
        (b"[" * 200_000, "嵌套太深"),
        (b"{a: " * 20_000, "嵌套太深"),
        (b"a" * (MOST_BYTES + 1), "超过 256 KB"),
        ("名称：年报".encode("gbk"), "UTF-8"),
        (b"\x00\x01\x02", "YAML"),
        (b'id: "\\0"', "控制字符"),
        (b"", "没有措施"),
        (b"# only a comment\n", "没有措施"),
        (b"just words", "项"),
        (b"id: !!python/object/apply:os.system [ls]", "标记"),
        (REPORT.replace('op: "<"', 'op: "<"').encode() + b"targets: .nan\n", "写了两次"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,
)
def test_what_is_no_measure_or_made_to_harm_is_refused(content: bytes, said: str) -> None:
    measures, faults = read_measures([("x.yaml", content)], real_catalogue())

    assert measures == ()
    assert any(said in fault.text.zh for fault in faults), [str(one) for one in faults]


@pytest.mark.parametrize("number", [".nan", ".inf", "-.inf"])
def test_a_threshold_is_a_number(number: str) -> None:
    text = (DIRECTORY / "measures/srdi-sme.yaml").read_text(encoding="utf-8")

    measures, faults = _read(text.replace("value: 1500", f"value: {number}"))

    assert measures == ()
    assert len(faults) == 1


def test_faults_are_listed_up_to_a_number_that_helps() -> None:
    _, faults = _read("- {}\n" * 5000)

    assert 0 < len(faults) <= 20
