"""The list read as a company would: most useful first, adding up, few lines, few rows."""

import re
from collections.abc import Iterator
from itertools import product

import pytest

from domain.answer_choices import choices
from domain.facts import Kind, Profile
from domain.matches import Match, Place, match
from domain.screens import Screen
from services.office import Office
from tests.companies import TODAY, leaf, small_catalogue, trial
from tests.views.firms import (
    CHIP,
    FIRMS,
    above_fold,
    faults,
    firm,
    known,
    measure_of,
    zh,
)
from views import companies, matching, measures
from views.matching import Asked
from views.translations import translator


def pages_of(office: Office, shown: Match, locale: str = "zh") -> Iterator[Screen]:
    """Every page of the list."""
    for page in range(20):
        screen = matching.policies(translator(locale), shown, page, calendar=office.calendar)
        yield screen
        if "更多" not in labels(screen) and "More" not in labels(screen):
            return


def labels(screen: Screen) -> list[str]:
    return [button.text for row in screen.keyboard for button in row]


def named(office: Office, shown: Match) -> list[str]:
    """The lines of the measures, page after page."""
    lines = [line for screen in pages_of(office, shown) for line in above_fold(screen)]
    return [line for line in lines if re.match(r"\d+ ", line)]


@pytest.mark.parametrize(("name", "locale"), [*product(FIRMS, ("zh", "en"))])
def test_every_page_of_every_list_fits_a_phone(office: Office, name: str, locale: str) -> None:
    for screen in pages_of(office, firm(name), locale):
        assert faults(screen, locale) == [], screen.text


@pytest.mark.parametrize("name", FIRMS)
def test_every_page_shows_other_measures_and_each_once(office: Office, name: str) -> None:
    shown = firm(name)

    numbers = [int(line.split()[0]) for line in named(office, shown)]

    expected = sum(len(group.named) for group in shown.groups)
    assert numbers == list(range(1, expected + 1))


@pytest.mark.parametrize("name", FIRMS)
def test_the_counts_add_up_to_the_whole_catalogue(office: Office, name: str) -> None:
    total = len(office.catalogue.active)

    for screen in pages_of(office, firm(name)):
        (fold,) = re.findall(r"<blockquote expandable>(\d+) 项：(.*?)。</blockquote>", screen.text)
        assert int(fold[0]) == total == 75
        assert sum(int(number) for number in re.findall(r"\d+", fold[1])) == total


def test_what_fits_comes_first_then_one_answer_then_more(office: Office) -> None:
    lines = named(office, firm("chip packager"))

    assert "初步符合 · 12月31日（周四）止，剩 28 个工作日" in lines[0]
    assert "融资担保：还差您 1 个答案" in lines[1]
    assert "可能符合" in lines[2]
    assert "年报" in lines[-1], "what is not open comes last"


def test_an_officers_matters_stand_before_what_is_not_met(office: Office) -> None:
    (page, *_) = pages_of(office, firm("just short"))

    lines = above_fold(page)
    officer = next(number for number, line in enumerate(lines) if "可一次问清" in line)
    short = next(number for number, line in enumerate(lines) if "目前还差一步" in line)
    open_ = next(number for number, line in enumerate(lines) if "可能符合" in line)
    assert open_ < officer < short
    assert "近三年研发占比差 0.6 个百分点，约 50 万元" in lines[short]


def test_a_need_that_was_named_comes_first_even_when_only_an_officer_can_say(
    office: Office,
) -> None:
    (page, *_) = pages_of(office, firm("three months old"))

    lines = above_fold(page)
    assert lines[1] == "<b>用地与场地</b>（您的需求）"
    assert "可一次问清" in lines[2]
    assert "一次问清“用地与场地”16 项" in labels(page)


def test_groups_nobody_named_come_by_their_most_useful_measure(office: Office) -> None:
    facts = {**CHIP, "established_on": "2010-01-01"}

    lines = named(office, known("land_space", **facts))

    assert "贷款贴息：初步符合" in lines[0]


def test_of_what_fits_the_nearest_end_comes_first(office: Office) -> None:
    owns = leaf("flag", fact="core_ip_owned", **{"is": True})
    until = {"kind": "dated", "from": None}
    later = trial(owns, id="later", needs=["rnd"], window={**until, "to": "2027-03-01"})
    sooner = trial(owns, id="sooner", needs=["rnd"], window={**until, "to": "2026-12-01"})
    profile = known(core_ip_owned=True).profile

    shown = match(small_catalogue(later, sooner), profile, TODAY)

    assert [entry.measure.id for entry in shown.entries] == ["sooner", "later"]


def test_of_two_that_exclude_each_other_each_is_marked(office: Office) -> None:
    owns = leaf("flag", fact="core_ip_owned", **{"is": True})
    one = trial(owns, needs=["rnd"], short={"zh": "甲补贴", "en": "One"}, exclusive_with=["other"])
    other = trial(owns, id="other", needs=["rnd"], short={"zh": "乙补贴", "en": "Other"})
    catalogue = small_catalogue(one, other)
    profile = known(core_ip_owned=True).profile

    shown = match(catalogue, profile, TODAY, needs=["rnd"], saved=True)

    lines = above_fold(matching.policies(zh(), shown, 0, calendar=office.calendar))
    assert sum("只能选一项" in line for line in lines) == 2


def test_nothing_is_said_to_be_none_of(office: Office) -> None:
    for name in FIRMS:
        for screen in pages_of(office, firm(name)):
            assert "0 项" not in above_fold(screen)[0].replace("10 项", "")


def test_facts_that_do_not_agree_are_named_above_the_list(office: Office) -> None:
    (page, *_) = pages_of(office, firm("contradictory"))

    assert above_fold(page)[1].startswith("这两处对不上，请先核对：科技人员 50 人，员工人数 20 人")


def test_a_title_that_is_held_counts_as_had(office: Office) -> None:
    shown = firm("biotech before listing")

    assert shown.counts[Place.HELD] == 1
    assert not any("高新技术企业认定" in line for line in named(office, shown))


def test_before_anything_is_known_nothing_is_judged(office: Office) -> None:
    (page, *_) = pages_of(office, firm("unknown"))

    assert "未作判断" in page.text
    assert "有公开条件 7，公开一部分 15，未见公开条件 53" in page.text
    assert "符合 ·" not in page.text
    assert "一步步选" in labels(page)


def too_much(screen: Screen) -> list[str]:
    """What is too much for a phone, buttons of answers aside: those are as wide as they must be."""
    return [fault for fault in faults(screen, "en") if fault in {"lines", "above", "rows", "data"}]


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_question_fits_a_phone(office: Office, locale: str) -> None:
    catalogue = office.catalogue

    for spec in catalogue.facts:
        if spec.asked:
            offered = choices(spec, TODAY, catalogue.industries)
            year = 2025 if spec.per_year else None
            screen = matching.question(translator(locale), Asked(spec, year, offered, settles=2))
            assert too_much(screen) == [], spec.key
            assert offered or spec.kind in {Kind.CHOICES, Kind.TEXT}


def test_a_filter_names_what_it_shows(office: Office) -> None:
    chosen = matching.ShowList(0, None, Place.OFFICER_CHECK)

    screen = matching.filtered(zh(), firm("chip packager"), chosen, calendar=office.calendar)

    assert screen.text.startswith("<b>需确认：")
    assert too_much(screen) == []


def test_articles_read_as_each_language_writes_them(office: Office) -> None:
    measure, chip = measure_of(office, "hi-tech-enterprise"), firm("chip packager")

    assert (
        "依据：国科发火〔2016〕32号第十一条（五），转载件"
        in measures.why(zh(), measure, chip, 0).text
    )
    english = measures.why(translator("en"), measure, chip, 0).text
    assert "High-Tech Enterprises art. 11 (5), copy" in english
    assert "（" not in english


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_filter_fits_a_phone_on_every_page(office: Office, locale: str) -> None:
    pages = [
        matching.filters(translator(locale), firm("chip packager"), page) for page in (None, 0, 1)
    ]

    assert all(not too_much(page) and all(page.keyboard) for page in pages)
    needs = [b for page in pages[1:] for row in page.keyboard for b in row if "ml:" in str(b.data)]
    assert len(needs) == len(office.catalogue.needs.needs)


def test_english_counts_agree_with_their_number(office: Office) -> None:
    screen = matching.policies(translator("en"), firm("chip packager"), 0, calendar=office.calendar)

    assert screen.text.startswith("<b>1 looks eligible, 5 need answers</b>")


def test_only_official_pages_are_linked(office: Office) -> None:
    chip = firm("chip packager")

    for measure in office.catalogue.active:
        for page in range(4):
            text = measures.why(zh(), measure, chip, page).text
            links = [part.split('"')[0] for part in text.split('href="')[1:]]
            assert all(".gov.cn" in link for link in links), (measure.id, links)


def test_the_fact_check_has_a_line_per_fact(office: Office) -> None:
    chip = firm("chip packager")
    draft = companies.Draft(said=chip.profile, changed=frozenset({"employees"}), office=office.name)

    screen = companies.check(zh(), chip, draft)

    assert "员工人数：<b>75–89 人</b>" in screen.text
    assert "营业收入：2025 年 3000 万元" in screen.text
    assert "由此可知：小型企业" in screen.text
    assert screen.keyboard[0][0].text == "同意保存，看结果"
    assert set(too_much(screen)) <= {"lines"}


def test_words_of_people_are_escaped(office: Office) -> None:
    sheet = companies.Sheet("<A&B>", None, code_checked=False)

    screen = companies.profile(zh(), match(office.catalogue, Profile(), TODAY), sheet, 0)

    assert "&lt;A&amp;B&gt;" in screen.text
