"""An editor's screens fit a telephone in both languages, whatever changed, wherever it stands."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from domain.differences import Change, Kind, differences
from domain.measures import Measure
from domain.paragraphs import visible_length
from domain.publication_sheets import (
    ChangeLine,
    EntrySheet,
    FaultLine,
    OpenLine,
    PublicationSheet,
    VersionLine,
)
from domain.publications import Impact, MeasureImpact, PublicationState, Sample, Step
from domain.screens import Screen
from domain.verdicts import Outcome
from domain.words import Words
from services.office import Office
from tests.companies import real_catalogue
from tests.views.test_tickets import WIDTHS
from views import differences as difference_views
from views import editors, publications
from views.translations import LANGUAGES, Translator, translator

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LONG = Words(
    zh="近两年每年研发费用占营业收入都不低于规定的比例" * 3, en="R&D at least so much " * 6
)
SAMPLE = Sample(
    industry="39",
    sizes=("小型", "微型"),
    before=Outcome.ELIGIBLE,
    after=Outcome.INELIGIBLE,
    deciding=(LONG, LONG, LONG),
)


def _body(measure_id: str) -> dict[str, Any]:
    measure = real_catalogue().measure(measure_id)
    assert measure is not None
    return measure.model_dump(mode="json", by_alias=True)


def _changed(measure_id: str) -> ChangeLine:
    """Everything about it differs."""
    body = _body(measure_id)
    before = Measure.model_validate(body)
    for name in ("name", "short", "summary", "for_whom"):
        body[name] = LONG.model_dump()
    body["checked_on"], body["department"] = "2026-12-01", "talent_office"
    body["criteria_status"] = "partial"
    for criterion in body["criteria"]:
        if isinstance(criterion.get("value"), float):
            criterion["value"] += 1
    impact = MeasureImpact(
        id=measure_id,
        change=Change.CHANGED,
        gain=120,
        lose=3000,
        undetermined=40000,
        affected=43120,
        samples=(SAMPLE,) * 3,
    )
    return ChangeLine(before, Measure.model_validate(body), impact)


def _sheet(*measure_ids: str, **more: Any) -> PublicationSheet:
    changes = tuple(_changed(measure_id) for measure_id in measure_ids)
    return replace(
        PublicationSheet(
            id=2**62,
            number=1234,
            state=PublicationState.PROPOSED,
            file_name="innovation-contest-talent-night.yaml",
            reason="按 2026 年新办法上调研发占比" * 3,
            author="编辑甲",
            created_at=AT,
            examined_at=AT,
            impact=Impact(
                companies=100_000,
                pending=12,
                decides=True,
                measures=tuple(one.impact for one in changes),
            ),
            changes=changes,
            faults=(),
            steps=(),
            may_confirm=2,
            decided_by="编辑乙",
            decided_at=AT,
            note="请写明依据" * 10,
            undone_by="编辑乙",
            undone_at=AT,
        ),
        **more,
    )


SHEETS = (
    _sheet("srdi-sme"),
    _sheet(
        "srdi-sme",
        "hi-tech-enterprise",
        "loan-interest-subsidy",
        "financing-guarantee",
        "annual-report-merge",
    ),
    _sheet(),
)
FAULTS = tuple(FaultLine(line, LONG) for line in range(1000, 1020))


def screens(t: Translator, office: Office) -> Iterator[Screen]:
    known, zone = office.catalogue, office.zone
    for sheet, state in product(SHEETS, PublicationState):
        steps = (Step.PUBLISH, Step.DROP) if state is PublicationState.PROPOSED else (Step.UNDO,)
        if state is PublicationState.WAITING:
            steps = (Step.CONFIRM, Step.SEND_BACK)
        yield publications.card(t, replace(sheet, state=state, steps=steps), known, zone)
        yield publications.decided(t, replace(sheet, state=PublicationState.SENT_BACK))
        yield publications.all_differences(t, sheet, known, 0)
        yield publications.confirm_undoing(t, sheet)
    yield publications.card(
        t, replace(SHEETS[2], state=PublicationState.FAULTY, faults=FAULTS), known, zone
    )
    for step in (Step.PUBLISH, Step.ASK_SECOND, Step.SEND_BACK):
        yield publications.ask_words(t, SHEETS[0], step)
    for page, waiting in product((0, 5, 99), (0, 7)):
        yield editors.catalogue(t, known.measures, page, waiting=waiting)
    yield editors.found(t, "贷款", known.measures[:4])
    yield editors.found(t, "天气", [])
    version = VersionLine(12, AT, "编辑甲", "按 2026 年新办法上调" * 10, 2**62)
    entry = EntrySheet(known.measures[0], (version,) * 20)
    yield editors.entry(t, entry, zone)
    yield editors.versions(t, entry, zone)
    yield editors.versions(t, EntrySheet(known.measures[0], ()), zone)
    yield editors.file(t, known.measures[0], b"id: x")
    yield editors.not_a_measure_file(t, "x.docx")
    waits = OpenLine(2**62, 1234, PublicationState.WAITING, "一个很长很长很长的名字")
    yield editors.open_ones(t, [waits] * 9)
    yield editors.open_ones(t, [])


@pytest.mark.parametrize("locale", LANGUAGES)
def test_screens_fit_a_telephone(locale: str, office: Office) -> None:
    most = {"zh": 900, "en": 1800}[locale]
    for screen in screens(translator(locale), office):
        assert visible_length(screen.text) <= most, screen.text
        assert "editors." not in screen.text
        assert "{" not in screen.text
        assert 1 <= len(screen.keyboard) <= 6, screen.text
        assert "菜单" in screen.keyboard[-1][-1].text or "Menu" in screen.keyboard[-1][-1].text
        for row in screen.keyboard:
            for button in row:
                assert len(button.text) <= WIDTHS[locale][len(row)], (button.text, len(row))


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_part_of_a_measure_has_a_name(locale: str) -> None:
    t = translator(locale)
    named = set(Measure.model_fields) - {
        *("id", "status", "criteria_status", "criteria", "parameters", "benefits", "window")
    }

    assert [name for name in named if not t.has(f"editors.field.{name}")] == []


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_kind_of_difference_has_words(locale: str) -> None:
    t = translator(locale)

    for kind in Kind:
        assert t.has(f"editors.difference.{kind}"), kind


CITE = {"source": "S-SRDI26"}
CRITERIA = (
    {
        "id": "share",
        "kind": "ratio",
        "fact": "rnd",
        "of": "revenue",
        "over": "each_of_2",
        "op": ">=",
        "value": 0.03,
        "text": {"zh": "研发占比", "en": "R&D share"},
        "cite": CITE,
    },
    {
        "id": "amount",
        "kind": "compare",
        "fact": "rnd",
        "over": "each_of_2",
        "op": ">=",
        "value": 100,
        "text": {"zh": "研发投入", "en": "R&D amount"},
        "cite": CITE,
    },
    {
        "id": "title",
        "kind": "holds",
        "fact": "certifications",
        "any": ["科技型中小企业", "创新型中小企业"],
        "text": {"zh": "已有资质", "en": "A title"},
        "cite": CITE,
    },
    {
        "id": "size",
        "kind": "one_of",
        "fact": "size_class",
        "values": ["中型", "小型", "微型"],
        "text": {"zh": "中小企业", "en": "An SME"},
        "cite": CITE,
    },
)


@pytest.mark.parametrize(
    ("criterion", "edit", "zh", "en"),
    [
        (
            "share",
            {"value": 0.06},
            "研发占比：不低于 3% → 不低于 6%",
            "R&D share: at least 3% → at least 6%",
        ),
        (
            "amount",
            {"over": "each_of_3"},
            "研发投入：近两年每年研发费用不低于 100 万元 → 近三年每年研发费用不低于 100 万元",
            "R&D amount: R&D spending in each of two years at least CNY 1 million"
            " → R&D spending in each of three years at least CNY 1 million",
        ),
        (
            "title",
            {"any": ["科技型中小企业", "高新技术企业"]},
            "已有资质：加上 高新技术企业；去掉 创新型中小企业",
            "A title: adds High-tech enterprise; drops Innovative SME",
        ),
        (
            "size",
            {"values": ["小型", "微型"]},
            "中小企业：去掉 中型",
            "An SME: drops Medium",
        ),
    ],
)
def test_a_change_reads_as_an_editor_would_say_it(
    criterion: str, edit: dict[str, Any], zh: str, en: str
) -> None:
    body = {**_body("srdi-sme"), "criteria": deepcopy(CRITERIA)}
    before = Measure.model_validate(body)
    next(one for one in body["criteria"] if one["id"] == criterion).update(edit)
    (found,) = differences(before, Measure.model_validate(body))

    assert difference_views.plain_line(translator("zh"), found, real_catalogue()) == zh
    assert difference_views.plain_line(translator("en"), found, real_catalogue()) == en


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["贴息", "利息", "补贴"], "常用说法：加上 补贴；去掉 贷款"),
        (["利息", "贷款", "贴息"], "常用说法：只调整了先后次序"),
    ],
)
def test_of_a_list_of_words_is_said_what_came_and_went(words: list[str], said: str) -> None:
    before = Measure.model_validate({**_body("srdi-sme"), "words": ["贴息", "利息", "贷款"]})
    after = before.model_copy(update={"words": tuple(words)})
    (found,) = differences(before, after)

    assert difference_views.plain_line(translator("zh"), found, real_catalogue()) == said
