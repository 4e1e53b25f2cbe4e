"""Screens of policies: line one is the result, few rows, nothing too long, ids that fit."""

import re
from datetime import date
from itertools import product

import pytest

from domain.answer_choices import choices
from domain.facts import Kind, Profile
from domain.matches import Match, Place, match
from domain.measures import CriteriaStatus, Measure
from domain.paragraphs import visible_length
from domain.profile_files import parse_profile
from domain.screens import Screen
from services.office import Office
from views import companies, matching, measures
from views.matching import Asked
from views.measures import CardQuestion, CardState
from views.translations import Translator, translator

TODAY = date(2026, 11, 23)
FIRM = {
    "industry": "39",
    "employees": [75, 89],
    "established_on": ["2015-01-01", "2015-12-31"],
    "revenue": {"2025": 3000},
    "loan_purpose": "设备更新",
}
MOST_CHARACTERS, MOST_FOLDED, MOST_ROWS, MOST_BYTES = 900, 1800, 6, 64
FOLD = re.compile(r"<blockquote expandable>.*?</blockquote>", re.DOTALL)


def firm(office: Office, **more: object) -> Match:
    profile = parse_profile({**FIRM, **more}, office.catalogue.facts)
    return match(office.catalogue, profile, TODAY, needs=["financing"])


def fits_a_phone(screen: Screen) -> bool:
    data = [button.data or "" for row in screen.keyboard for button in row]
    labels = [button.text for row in screen.keyboard for button in row]
    return (
        len(screen.keyboard) <= MOST_ROWS
        and visible_length(FOLD.sub("", screen.text)) <= MOST_CHARACTERS
        and visible_length(screen.text) <= MOST_FOLDED
        and all(len(one.encode()) <= MOST_BYTES for one in data)
        and all(labels)
    )


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_card_fits_a_phone(office: Office, locale: str) -> None:
    t, state = translator(locale), CardState(bot_username="qihang_bot", can_mark=True)

    for known in (firm(office), match(office.catalogue, Profile(), TODAY)):
        for measure in office.catalogue.active:
            card = measures.card(t, measure, known, state, calendar=office.calendar)
            assert fits_a_phone(card), (measure.id, visible_length(card.text), card.keyboard)


def test_every_answer_on_every_card_fits_a_button(office: Office) -> None:
    facts = [spec for spec in office.catalogue.facts if spec.asked]

    for measure, spec in product(office.catalogue.active, facts):
        year = 2025 if spec.per_year else None
        for press in (
            measures.AnswerOnCard(measure.id, spec.key, year, -1),
            measures.AskOnCard(measure.id, spec.key, year),
        ):
            assert len(press.pack().encode()) <= MOST_BYTES


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_question_fits_a_phone(office: Office, locale: str) -> None:
    catalogue = office.catalogue

    for spec in catalogue.facts:
        if spec.asked:
            offered = choices(spec, TODAY, catalogue.industries)
            year = 2025 if spec.per_year else None
            screen = matching.question(translator(locale), Asked(spec, year, offered, settles=2))
            assert fits_a_phone(screen), spec.key
            assert offered or spec.kind in {Kind.CHOICES, Kind.TEXT}


def test_the_counts_of_the_list_add_up(office: Office) -> None:
    known = firm(office)

    screen = matching.policies(zh(), known, 0, calendar=office.calendar)

    assert f"{len(office.catalogue.active)} 项：" in screen.text
    assert sum(known.counts.values()) == len(office.catalogue.active)
    assert fits_a_phone(screen)


def test_the_need_comes_first_and_the_rest_is_folded(office: Office) -> None:
    screen = matching.policies(zh(), firm(office), 0, calendar=office.calendar)

    lines = screen.text.splitlines()
    assert "初步符合" in lines[0]
    assert any("（您的需求）" in line for line in lines[:4])
    assert "<blockquote expandable>" in screen.text
    assert sum("需工作人员确认，可一次问清" in line for line in lines) == 1


def test_every_page_shows_other_measures(office: Office) -> None:
    known = firm(office)
    named = [entry for group in known.groups for entry in group.named]
    pages = -(-len(named) // matching.PAGE)

    shown = [
        matching.policies(zh(), known, page, calendar=office.calendar) for page in range(pages)
    ]

    keys = [
        button.data
        for screen in shown
        for row in screen.keyboard
        for button in row
        if (button.data or "").startswith("em:")
    ]
    assert len(keys) == len(set(keys)) == len(named)


def test_a_filter_names_what_it_shows(office: Office) -> None:
    chosen = matching.ShowList(0, None, Place.OFFICER_CHECK)

    screen = matching.filtered(zh(), firm(office), chosen, calendar=office.calendar)

    assert screen.text.startswith("<b>需确认：")
    assert fits_a_phone(screen)


def test_an_eligible_card_says_so_with_days_left(office: Office) -> None:
    text = card_of(office, "loan-interest-subsidy").text

    assert text.splitlines()[0] == "<b>贷款贴息：初步符合（预判） · C 设备更新贷款</b>"
    assert "12月31日（周四）止，剩 28 个工作日" in text
    assert "由企业服务专班转办" in text
    assert "2023年报告：“" in text


def test_the_fold_says_each_label_once_and_numbers_the_steps(office: Office) -> None:
    text = card_of(office, "loan-interest-subsidy").text

    for label in ("<b>依据</b>", "<b>怎么办</b>", "<b>其他好处</b>", "<b>另注</b>"):
        assert text.count(label) == 1
    assert "<b>怎么办</b>\n1 先问贷款银行" in text
    assert "\n3 先选好一条路线" in text


def test_answers_in_three_rows_leave_room_for_the_way_back(office: Office) -> None:
    spec = office.catalogue.facts["guarantee_amount"]
    asked = CardQuestion(spec, None, choices(spec, TODAY, office.catalogue.industries))
    state = CardState(question=asked, bot_username="qihang_bot", can_mark=True, can_watch=True)
    measure = measure_of(office, "financing-guarantee")

    screen = measures.card(zh(), measure, firm(office), state, calendar=office.calendar)

    assert fits_a_phone(screen)
    assert [button.text for button in screen.keyboard[-1]][-1] == "菜单"


def test_articles_read_as_each_language_writes_them(office: Office) -> None:
    measure, known = measure_of(office, "hi-tech-enterprise"), firm(office)

    assert "第十一条（五）（转载件）" in measures.why(zh(), measure, known, 0).text
    english = measures.why(translator("en"), measure, known, 0).text
    assert "High-Tech Enterprises art. 11 (5) (copy)" in english
    assert "（" not in english


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_filter_fits_a_phone_on_every_page(office: Office, locale: str) -> None:
    pages = [matching.filters(translator(locale), firm(office), page) for page in (None, 0, 1)]

    assert all(fits_a_phone(page) and all(page.keyboard) for page in pages)
    needs = [b for page in pages[1:] for row in page.keyboard for b in row if "ml:" in str(b.data)]
    assert len(needs) == len(office.catalogue.needs.needs)


def test_english_counts_agree_with_their_number(office: Office) -> None:
    screen = matching.policies(translator("en"), firm(office), 0, calendar=office.calendar)

    assert screen.text.startswith("<b>1 looks eligible, 5 need answers</b>")


def test_a_near_miss_says_how_far_and_never_only_no(office: Office) -> None:
    years = {"rnd": {"2023": 110, "2024": 120, "2025": 140}}
    years["revenue"] = {"2023": 2600, "2024": 2800, "2025": 3000}
    known = firm(office, **years)

    text = measures.card(
        zh(), measure_of(office, "hi-tech-enterprise"), known, CardState(), calendar=office.calendar
    ).text

    assert "目前还差一步" in text.splitlines()[0]
    assert "0.6 个百分点" in text
    assert "✗ 未达到" in text
    assert "不符合" not in text


def test_where_nothing_is_published_nothing_is_guessed(office: Office) -> None:
    screen = card_of(office, "innovation-finance-loan")

    assert "不作猜测" in screen.text
    assert screen.keyboard[0][0].text == "替我问"


def test_unpublished_measures_are_most_of_the_catalogue(office: Office) -> None:
    unpublished = [
        one for one in office.catalogue.active if one.criteria_status is CriteriaStatus.NONE
    ]

    for measure in unpublished:
        assert "需工作人员确认" in card_of(office, measure.id).text


def test_only_official_pages_are_linked(office: Office) -> None:
    known = firm(office)

    for measure in office.catalogue.active:
        for page in range(4):
            text = measures.why(zh(), measure, known, page).text
            links = [part.split('"')[0] for part in text.split('href="')[1:]]
            assert all(".gov.cn" in link for link in links), (measure.id, links)


def test_the_answers_of_the_open_question_stand_first(office: Office) -> None:
    spec = office.catalogue.facts["rnd_domestic_ratio"]
    asked = CardQuestion(spec, None, choices(spec, TODAY, office.catalogue.industries))

    screen = measures.card(
        zh(),
        measure_of(office, "hi-tech-enterprise"),
        firm(office),
        CardState(question=asked),
        calendar=office.calendar,
    )

    assert [button.text for button in screen.keyboard[0]][:2] == ["60% 及以上", "不到 60%"]
    assert fits_a_phone(screen)


def test_the_fact_check_has_a_line_per_fact(office: Office) -> None:
    known = firm(office)
    draft = companies.Draft(
        said=known.profile, changed=frozenset({"employees"}), office=office.name
    )

    screen = companies.check(zh(), known, draft)

    assert "员工人数：<b>75–89 人</b>" in screen.text
    assert "营业收入：2025 年 3000 万元" in screen.text
    assert "由此可知：小型企业" in screen.text
    assert screen.keyboard[0][0].text == "同意保存，看结果"
    assert fits_a_phone(screen)


def test_words_of_people_are_escaped(office: Office) -> None:
    sheet = companies.Sheet("<A&B>", None, code_checked=False)

    screen = companies.profile(zh(), match(office.catalogue, Profile(), TODAY), sheet, 0)

    assert "&lt;A&amp;B&gt;" in screen.text


def zh() -> Translator:
    return translator("zh")


def measure_of(office: Office, measure_id: str) -> Measure:
    found = office.catalogue.measure(measure_id)
    assert found is not None
    return found


def card_of(office: Office, measure_id: str) -> Screen:
    state = CardState(bot_username="qihang_bot")
    return measures.card(
        zh(), measure_of(office, measure_id), firm(office), state, calendar=office.calendar
    )
