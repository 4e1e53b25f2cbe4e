"""The catalogue on disk: in order as it is, and every kind of fault found at its line."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from domain.facts import Kind
from services.catalogue import CatalogueError, check, load
from tests.companies import DIRECTORY, SIX, real_catalogue

LOAN = "measures/loan-interest-subsidy.yaml"
SRDI = "measures/srdi-sme.yaml"
REPORT = "measures/annual-report-merge.yaml"
SRDI = "measures/srdi-sme.yaml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The published catalogue, free to be spoilt."""
    directory = tmp_path / "catalogue"
    shutil.copytree(DIRECTORY, directory)
    for path in directory.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return directory


def spoil(directory: Path, name: str, good: str, bad: str) -> int:
    """Replace a text in one file; gives the line (from 1) where it stands."""
    path = directory / name
    text = path.read_text(encoding="utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), encoding="utf-8")
    return text[: text.index(good)].count("\n") + 1


def test_the_published_catalogue_is_in_order() -> None:
    assert check(DIRECTORY) == []


def test_it_holds_every_measure_of_the_report() -> None:
    catalogue = real_catalogue()

    assert len(catalogue.measures) == 75
    assert {measure.id for measure in catalogue.measures} >= set(SIX)
    assert Counter(measure.criteria_status.value for measure in catalogue.measures) == {
        "official": 7,
        "partial": 15,
        "none": 53,
    }


def test_it_knows_every_name_of_the_vocabulary() -> None:
    facts = real_catalogue().facts

    for key in ("employees", "revenue", "certifications", "size_class", "rnd_ratio_3y", "asks_as"):
        assert key in facts
    assert facts["revenue"].per_year
    assert facts["size_class"].derived
    assert not facts["innovation_score"].asked


@pytest.mark.parametrize(
    ("name", "good", "bad", "said"),
    [
        (LOAN, "  - 加大贷款贴息、风险补偿", "  - 发放贷款贴息、风险补偿", "报告里没有这句话"),
        (LOAN, "department: finance", "department: treasury", "没有部门“treasury”"),
        (LOAN, "needs: [financing]", "needs: [money]", "没有需求“money”"),
        (LOAN, "short: {zh: 贷款贴息,", "short: {zh: 融资担保,", "简称“融资担保”重复"),
        (LOAN, "short: {zh: 贷款贴息,", "short: {zh: 企业贷款利息财政补贴项目,", "简称太长"),
        (LOAN, "exclusive_with: []", "exclusive_with: [nothing]", "没有措施“nothing”"),
        (LOAN, "status: active", "status: retired", "停用的措施要写停用日期"),
        (LOAN, "- id: b-ownership", "- id: a-size", "条件编号“a-size”重复"),
        (LOAN, "fact: loan_purpose", "fact: loan_mood", "没有资料“loan_mood”"),
        (LOAN, "values: [民营]", "values: [私企]", "“ownership”没有“私企”"),
        (LOAN, "fact: via_startup_guarantee", "fact: loan_amount", "不能这样比较"),
        (SRDI, "    of: revenue", "    of: age", "不能这样比较"),
        (LOAN, "summary:", "sumary:", "不认识这一项"),
        (LOAN, "kind: routes", "kind: roads", "没有这种条件"),
        (SRDI, "stated: rnd_ratio", "stated: main_business_ratio", "不是“rnd”占“revenue”的比例"),
        (REPORT, 'op: "<"', 'op: "~"', "不是可选的词"),
        (REPORT, "checked_on: 2026-11-23", "checked_on: 2026-02-30", "不是日期"),
        (REPORT, "id: annual-report-merge", "id: annual-report", "文件名要与编号相同"),
        (REPORT, 'closes: "06-30"', 'closes: "06-31"', "window"),
        (
            REPORT,
            "source: S-AR, article: 第八条",
            "source: S-NOWHERE, article: 第八条",
            "S-NOWHERE",
        ),
        ("facts.yaml", "- key: age", "- key: ages", "不是能算出的资料"),
        ("facts.yaml", "kind: choice\n", "kind: choosing\n", "不是可选的词"),
        ("sources.yaml", "status: seen", "status: heard", "不是可选的词"),
        ("departments.yaml", "- key: finance", "- key: money", "没有部门“finance”"),
        ("bundles.yaml", "department: talent_office", "department: talents", "没有部门“talents”"),
        ("sayings.yaml", "- money: revenue\n", "- money: income\n", "没有“income”这项资料"),
        ("sayings.yaml", "value: 民营,", "value: 私企,", "“ownership”没有“私企”"),
        ("replies.yaml", "{day}前给您", "{days}前给您", "“days”填不了"),
        ("replies.yaml", "我是经办人{officer}，", "我是经办人，", "中英文要填的不一样"),
        ("replies.yaml", "departments: [tax]", "departments: [taxes]", "没有部门“taxes”"),
        ("replies.yaml", "- key: call", "- key: checking", "编号“checking”重复"),
        ("replies.yaml", "use: answer", "use: question", "只有答复（answer）才写"),
        ("replies.yaml", "zh: 正在核实,", "zh: 您反映的事项正在核实中,", "名称太长"),
        ("notices.yaml", "to: [claimers]", "to: [everybody]", "不是可选的词"),
        ("notices.yaml", "after: {hours: 4}, to", "after: {hours: 4, days: 1}, to", "只写一个"),
        ("notices.yaml", "interim, to", "contact, to", "与前面的一级重复"),
        ("notices.yaml", 'from: "21:00"', "from: 21:00", "时刻要加引号"),
    ],
)
def test_a_fault_is_found(copy: Path, name: str, good: str, bad: str, said: str) -> None:
    spoil(copy, name, good, bad)

    assert any(said in fault.text.zh for fault in check(copy)), [str(one) for one in check(copy)]


def test_a_fault_names_file_and_line(copy: Path) -> None:
    line = spoil(copy, LOAN, "department: finance", "department: treasury")

    assert [(fault.file, fault.line) for fault in check(copy)] == [(LOAN, line)]


def test_a_fault_in_the_ladder_names_its_rung(copy: Path) -> None:
    line = spoil(copy, "notices.yaml", "interim, to: [handler]", "interim, to: [handlers]")

    assert {(fault.file, fault.line) for fault in check(copy)} == {("notices.yaml", line)}


def test_a_fault_deep_in_the_criteria_names_its_line(copy: Path) -> None:
    line = spoil(copy, LOAN, "values: [民营]", "values: [私企]")

    (fault,) = check(copy)
    criterion = line - 3

    assert (fault.file, fault.line) == (LOAN, criterion)


def test_a_comma_that_splits_a_text_is_found_at_its_line(copy: Path) -> None:
    line = spoil(copy, REPORT, "en: Merged annual report}", "en: Merged, annual report}")

    assert [(fault.file, fault.line) for fault in check(copy)] == [(REPORT, line)]


def test_broken_yaml_is_a_fault_with_a_line_not_a_crash(copy: Path) -> None:
    line = spoil(copy, REPORT, "scope: direct", "scope: [direct")

    (fault,) = check(copy)

    assert fault.file == REPORT
    assert fault.line >= line


def test_a_file_that_is_not_there_is_named(copy: Path) -> None:
    (copy / "facts.yaml").unlink()

    assert "facts.yaml" in [fault.file for fault in check(copy)]
    with pytest.raises(CatalogueError, match=r"facts\.yaml"):
        load(copy)


def test_a_malformed_measure_stops_loading_with_every_fault(copy: Path) -> None:
    spoil(copy, LOAN, "instrument: interest-subsidy\n", "")
    spoil(copy, REPORT, "scope: direct", "scope: far")

    with pytest.raises(CatalogueError) as refused:
        load(copy)

    assert {fault.file for fault in refused.value.faults} == {LOAN, REPORT}


def test_what_a_company_declares_becomes_a_fact(copy: Path) -> None:
    declared = """  - id: promise
    kind: declared
    key: will_stay_five_years
    text: {zh: 承诺五年不迁出, en: Will stay five years}
    question: {zh: 企业承诺五年不迁出吗？, en: Will the company stay for five years?}
    cite: {source: S-REPORT}
"""
    path = copy / REPORT
    path.write_text(path.read_text(encoding="utf-8") + declared, encoding="utf-8")

    spec = load(copy).facts["will_stay_five_years"]

    assert check(copy) == []
    assert spec.question is not None
    assert spec.question.of("zh") == "企业承诺五年不迁出吗？"


JUDGED = """  - id: judged
    kind: officer
    key: {key}
    text: {{zh: {words}, en: Judged}}
    cite: {{source: S-REPORT}}
"""
DECLARED = """  - id: declared
    kind: declared
    key: {key}
    text: {{zh: {words}, en: Judged}}
    question: {{zh: 是吗？, en: Is it so?}}
    cite: {{source: S-REPORT}}
"""


def _add(path: Path, criterion: str, key: str, words: str = "由人判断") -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text + criterion.format(key=key, words=words), encoding="utf-8")


def test_what_an_officer_judges_becomes_a_fact_nobody_is_asked(copy: Path) -> None:
    _add(copy / REPORT, JUDGED, "site_is_sound")

    spec = load(copy).facts["site_is_sound"]

    assert check(copy) == []
    assert (spec.kind, spec.asked, spec.officers_only) == (Kind.FLAG, False, True)


@pytest.mark.parametrize(
    ("criterion", "key", "said"),
    [
        (DECLARED, "employees", "“employees”已是另一种资料"),
        (DECLARED, "market_position_leading", "“market_position_leading”已是另一种资料"),
        (JUDGED, "abnormal_list", "“abnormal_list”已是另一种资料"),
        (JUDGED, "innovation_score", "“innovation_score”已是另一种资料"),
        (JUDGED, "service_entry", "“service_entry”在别的条件里说的是"),
        (DECLARED, "service_entry", "“service_entry”已是另一种资料"),
    ],
)
def test_a_key_that_means_something_else_is_a_fault(
    copy: Path, criterion: str, key: str, said: str
) -> None:
    _add(copy / REPORT, criterion, key)

    found = [fault.text.zh for fault in check(copy)]

    assert any(said in text for text in found), found


def test_a_key_may_be_a_fact_of_the_dictionary_that_fits(copy: Path) -> None:
    _add(copy / REPORT, DECLARED, "has_trademark")
    _add(copy / REPORT, JUDGED, "market_position_leading")

    assert check(copy) == []
    assert load(copy).facts["has_trademark"].group == "technology"


def test_a_measure_that_changes_takes_its_old_keys_along(copy: Path) -> None:
    before = load(copy)
    _add(copy / REPORT, JUDGED, "site_is_sound")
    changed = load(copy).measure("annual-report-merge")
    original = before.measure("annual-report-merge")
    assert changed is not None
    assert original is not None

    after = before.with_measures([changed])

    assert "site_is_sound" in after.facts
    assert "site_is_sound" not in after.with_measures([original]).facts
    assert [one.id for one in after.measures] == [one.id for one in before.measures]
