"""Cards read aloud: line one is the result, a gentle no, sources said as sure as they are."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from domain.answer_choices import choices
from domain.matches import Match, match
from domain.measures import CriteriaStatus, Measure, Scope
from domain.screens import Screen
from models.matching import MarkKind
from services.office import Office
from tests.companies import TODAY, leaf, small_catalogue, trial
from tests.views.firms import (
    CHIP,
    FIRMS,
    THREE_YEARS,
    above_fold,
    faults,
    firm,
    known,
    measure_of,
    zh,
)
from views import cards, measures
from views.card_states import CardQuestion, CardState
from views.translations import translator


def card_of(
    office: Office, match: Match, measure_id: str, locale: str = "zh", **state: Any
) -> Screen:
    """The card as a member of the company sees it, with the question it may answer."""
    verdict = match.verdict(measure_id)
    gaps = verdict.way.missing if verdict is not None and not match.is_empty else ()
    asked = None
    if gaps:
        spec = office.catalogue.facts[gaps[0].key]
        offered = choices(spec, TODAY, office.catalogue.industries)
        asked = CardQuestion(spec, max(gaps[0].years, default=None), offered)
    shown = CardState(question=asked, bot_username="qihang_bot", can_mark=True)
    return cards.card(
        translator(locale),
        measure_of(office, measure_id),
        match,
        replace(shown, **state),
        calendar=office.calendar,
    )


def chip_card(office: Office, measure_id: str, **state: Any) -> Screen:
    return card_of(office, firm("chip packager"), measure_id, **state)


@pytest.mark.parametrize(("name", "locale"), [*product(FIRMS, ("zh", "en"))])
def test_every_card_fits_a_phone(office: Office, name: str, locale: str) -> None:
    for measure in office.catalogue.active:
        card = card_of(office, firm(name), measure.id, locale)
        assert faults(card, locale) == [], (measure.id, card.text)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_no_card_says_a_line_twice(office: Office, locale: str) -> None:
    for name, measure in product(FIRMS, office.catalogue.active):
        lines = card_of(office, firm(name), measure.id, locale).text.splitlines()
        assert len(lines) == len(set(lines)), (name, measure.id)


def test_every_answer_on_every_card_fits_a_button(office: Office) -> None:
    facts = [spec for spec in office.catalogue.facts if spec.asked]

    for measure, spec in product(office.catalogue.active, facts):
        year = 2025 if spec.per_year else None
        for press in (
            measures.AnswerOnCard(measure.id, spec.key, year, -1),
            measures.AskOnCard(measure.id, spec.key, year),
        ):
            assert len(press.pack().encode()) <= 64


def test_an_eligible_card_says_what_one_gets_and_until_when(office: Office) -> None:
    lines = above_fold(chip_card(office, "loan-interest-subsidy"))

    assert lines[0] == "<b>贷款贴息：初步符合（预判） · C 设备更新贷款</b>"
    assert "贴息 1.5 个百分点，最长 2 年。12月31日（周四）止，剩 28 个工作日。" in lines[2]
    assert lines[3] == "不重复享受：同一笔贷款只能享受一项中央贴息。"
    assert "✓ 满足：用途为更新设备" in lines[4]


def test_the_route_that_fits_says_its_own_benefit(office: Office) -> None:
    facts = {**CHIP, "loan_purpose": "厂房", "loan_granted_on": "2026-03-01"}
    private = known(**facts, ownership="民营", loan_sector_listed=True)

    lines = above_fold(card_of(office, private, "loan-interest-subsidy"))

    assert "B 中小微企业贷款" in lines[0]
    assert "好处：B 中小微企业" in lines[2]


def test_the_fold_tells_steps_by_whom_papers_and_sources(office: Office) -> None:
    text = chip_card(office, "loan-interest-subsidy").text

    assert "<b>怎么办</b>\n1 先问贷款银行" in text
    assert "\n4 点“请工作人员确认”，由企业服务专班转给负责部门，有答复会告诉您。" in text
    assert "材料：未见公开清单，由工作人员告知。" in text
    assert "<b>依据</b>（2026-11-23 核对）\n关于优化实施设备更新贷款财政贴息政策的通知" in text
    assert "财金〔2026〕2号），转载件" in text
    assert "以上是预判，以主管部门审核为准。" in text


def test_papers_are_listed_where_a_source_names_them(office: Office) -> None:
    measure = trial(leaf("flag", fact="core_ip_owned", **{"is": True}))
    listed = measure.model_copy(
        update={"documents": measure.how.model_copy(update={"zh": ("营业执照", "审计报告")})}
    )

    card = trial_card(office, listed)

    assert "材料：营业执照；审计报告" in card.text


def trial_card(office: Office, *offered: Measure, held: tuple[str, ...] = ()) -> Screen:
    """The card of the first of some made-up measures, for a company that owns its IP."""
    catalogue = small_catalogue(*offered)
    company = match(catalogue, known(core_ip_owned=True).profile, TODAY, held=held, saved=True)
    return cards.card(zh(), offered[0], company, CardState(), calendar=office.calendar)


def test_what_cannot_be_had_together_is_said_on_the_card(office: Office) -> None:
    owns = leaf("flag", fact="core_ip_owned", **{"is": True})
    one = trial(owns, name={"zh": "甲补贴", "en": "Grant one"}, exclusive_with=["other"])
    other = trial(owns, id="other", name={"zh": "乙补贴", "en": "Grant two"})

    for offered, held in (((one, other), ()), ((other, one), ()), ((one, other), ("other",))):
        assert "与“" in trial_card(office, *offered, held=held).text
        assert "不能同时享受" in trial_card(office, *offered, held=held).text


def test_a_near_miss_says_how_far_when_it_changes_and_leaves_ways_on(office: Office) -> None:
    card = card_of(office, firm("just short"), "hi-tech-enterprise")

    lines = above_fold(card)
    assert lines[0].startswith("<b>国家高新技术企业认定：目前还差一步</b>")
    assert "✗ 未达到：近三年研发费用" in lines[2]
    assert lines[3] == "差多少：近三年研发占比差 0.6 个百分点，约 50 万元。"
    assert lines[4] == (
        "什么时候会变：2026 年结账后改看 2024–2026 年；"
        "若今年收入与去年一样，今年研发费用满 180 万元即达到。"
    )
    assert "✓ 已满足 7 项" in lines[5]
    assert "不符合" not in card.text
    labels = [button.text for row in card.keyboard for button in row]
    assert labels[:5] == [
        "达到时提醒我",
        "资料有误，改一下",
        "问工作人员",
        "逐条看依据",
        "看现在能办的",
    ]


def test_one_step_is_only_said_when_nothing_else_is_open(office: Office) -> None:
    young = card_of(office, firm("three months old"), "hi-tech-enterprise")

    lines = above_fold(young)
    assert "目前有 1 项未达到" in lines[0]
    assert "（现为 3 个月）" in lines[2]
    assert lines[3] == "什么时候会变：2027年8月20日（周五）满 1 年。"


def test_seven_times_too_much_is_no_step(office: Office) -> None:
    much = trial(leaf("compare", fact="loan_amount", op="<=", value=400))
    company = match(small_catalogue(much), known(loan_amount=3000).profile, TODAY, saved=True)

    card = cards.card(zh(), much, company, CardState(), calendar=office.calendar)

    assert "暂不适用" in above_fold(card)[0]
    assert "不等于没有办法" in above_fold(card)[-1]


def test_a_route_with_open_conditions_is_not_said_to_fail_in_them(office: Office) -> None:
    card = card_of(office, firm("foreign logistics"), "financing-guarantee")

    (line,) = [one for one in above_fold(card) if "B 民间投资" in one]
    assert line == "✗ 另一路线 B 民间投资专项担保计划，未达到：单户担保金额不超过 2000 万元"


def test_of_several_ways_the_one_left_to_an_officer_is_named(office: Office) -> None:
    card = card_of(office, firm("foreign logistics"), "loan-interest-subsidy")

    assert "? 待工作人员：是否属于科技创新类贷款" in above_fold(card)


def test_a_duty_applies_or_not_and_nobody_qualifies_for_it(office: Office) -> None:
    report = "annual-report-merge"
    young = card_of(office, firm("three months old"), report)

    assert "适用于您（预判）" in above_fold(chip_card(office, report))[0]
    assert "现在还不适用" in above_fold(young)[0]
    assert "2027年1月1日（周五）起适用" in young.text


def test_where_nothing_is_published_nothing_is_guessed(office: Office) -> None:
    screen = chip_card(office, "innovation-finance-loan")

    assert "不作猜测。可以替您问：是否开放" in screen.text
    assert screen.keyboard[0][0].text == "替我问"
    assert "点“替我问”" in screen.text


def test_unpublished_measures_are_most_of_the_catalogue(office: Office) -> None:
    unpublished = [
        one for one in office.catalogue.active if one.criteria_status is CriteriaStatus.NONE
    ]

    assert len(unpublished) == 53
    for measure in unpublished:
        is_background = measure.scope is Scope.BACKGROUND
        words = "仅作背景，不用申报" if is_background else "需工作人员确认"
        assert words in above_fold(chip_card(office, measure.id))[0]


@pytest.mark.parametrize(
    ("measure_id", "words"),
    [
        ("hi-tech-enterprise", "国科发火〔2016〕32号），转载件"),
        ("annual-report-merge", "国务院令第654号），转载件"),
        ("incubator-makerspace", "杭科高〔2023〕118号），官网原文"),
        ("one-inspection", "杭政办函〔2025〕26号），只见引用，待工作人员确认"),
        ("ip-demonstration-enterprise", "浙市监知运〔2021〕16号），待工作人员确认"),
        ("postdoc-doubling", "安徽口径，待工作人员确认"),
        ("listing-support", "创业板股票上市规则（2024年修订），凭记忆，待工作人员确认"),
    ],
)
def test_each_source_is_said_as_sure_as_it_is(office: Office, measure_id: str, words: str) -> None:
    assert words in chip_card(office, measure_id).text


def test_numbers_of_documents_that_are_hardly_remembered_are_not_shown(office: Office) -> None:
    shown = (
        chip_card(office, "listing-support").text
        + measures.why(
            zh(), measure_of(office, "listing-support"), firm("biotech before listing"), 0
        ).text
    )

    assert "340号" not in shown
    assert "6号" not in shown


def test_a_title_the_company_holds_is_not_judged_again(office: Office) -> None:
    biotech = firm("biotech before listing")

    lines = above_fold(card_of(office, biotech, "hi-tech-enterprise"))

    assert lines[0] == "<b>国家高新技术企业认定：已享受</b>"
    assert lines[1] == "您说过已有“高新技术企业”，到2027年12月1日（周三）。"
    assert not any(line.startswith(("?", "✗")) for line in lines)


def test_a_mark_says_until_when(office: Office) -> None:
    held = chip_card(
        office, "financing-guarantee", mark=MarkKind.HELD, mark_until=date(2026, 12, 31)
    )

    assert above_fold(held)[:2] == [
        "<b>融资担保：已享受</b>",
        "您标为已享受，到12月31日（周四）。",
    ]
    assert "取消已享受" in [button.text for row in held.keyboard for button in row]


def test_facts_that_do_not_agree_are_named_on_the_card(office: Office) -> None:
    card = card_of(office, firm("contradictory"), "hi-tech-enterprise")

    assert "这两处对不上，请先核对：科技人员 50 人，员工人数 20 人" in card.text


def test_a_stranger_reads_the_conditions_and_is_asked_in(office: Office) -> None:
    card = card_of(office, firm("unknown"), "hi-tech-enterprise")

    assert card.keyboard[0][0].text == "看适不适合我"
    assert "<b>条件</b>\n· 注册成立满 1 年" in card.text
    assert "可能符合" not in card.text


def test_the_question_stands_before_the_other_conditions(office: Office) -> None:
    lines = above_fold(chip_card(office, "srdi-sme"))

    assert lines[3].startswith("? 待您答：<b>企业现在有哪些有效的资质？")
    assert lines[6] == "✓ 已满足 2 项，点开看；? 另有 8 项未明确"


def test_the_answers_of_the_open_question_stand_first(office: Office) -> None:
    spec = office.catalogue.facts["rnd_domestic_ratio"]
    asked = CardQuestion(spec, None, choices(spec, TODAY, office.catalogue.industries))

    screen = chip_card(office, "hi-tech-enterprise", question=asked)

    assert [button.text for button in screen.keyboard[0]][:2] == ["60% 及以上", "不到 60%"]


def test_when_all_is_answered_the_card_says_so(office: Office) -> None:
    rich = {"2023": 300, "2024": 300, "2025": 300}
    facts = {**FIRMS["just short"][0], **THREE_YEARS, "rnd": rich}

    card = card_of(office, known(**facts), "hi-tech-enterprise")

    assert "? 待专家评：创新能力评价得分高于 70 分" in card.text
    assert "您能答的都答完了，其余由专家或工作人员判断。" in card.text


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_notes_a_card_has_no_room_for_stand_under_the_reasons(
    office: Office, locale: str
) -> None:
    t, chip = translator(locale), firm("chip packager")

    for measure in office.catalogue.active:
        why = "\n".join(measures.why(t, measure, chip, page).text for page in range(4))
        for note in measure.notes:
            assert str(note.text.of(locale)).replace("&", "&amp;") in why
