"""The catalogue's measures as people read them: true to the report, plain, and in two languages."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from pydantic import BaseModel

from domain.measures import CriteriaStatus, Measure, Scope, Source
from domain.words import WordLists, Words

CATALOGUE = Path(__file__).parents[2] / "catalogue"
FILES = sorted((CATALOGUE / "measures").glob("*.yaml"))

BACKGROUND = {
    "foreign-investment",
    "hi-tech-industry-investment",
    "invention-patents",
    "new-market-entities",
}
UNEXPLAINED = {
    "innovation-finance-loan",
    "investment-153-plan",
    "qiantang-science-city",
    "tech-retrofit",
    "three-tens-campaign",
    "xinghe-xingmang-plan",
}
NEEDS = {
    "financing", "talent", "certification", "rnd", "ip_brand", "listing", "land_space", "export",
    "cross_border", "logistics", "inspection", "annual_report", "digital", "living", "general",
}  # fmt: skip

HALF_WIDTH_IN_CHINESE = re.compile(r"[\u4e00-\u9fff”][,;:!?()]|[,;:!?()][\u4e00-\u9fff“]")
FULL_WIDTH_IN_ENGLISH = re.compile(r"[，。；：、！？（）]")
ADDRESS_OR_PHONE = re.compile(r"https?:|www\.|\d{3,4}-\d{7,}|\d{8,}")


def read(path: Path) -> Measure:
    return Measure.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


MEASURES = {path.stem: read(path) for path in FILES}
SOURCES = {
    key: Source.model_validate(row)
    for key, row in yaml.safe_load((CATALOGUE / "sources.yaml").read_text("utf-8"))[
        "sources"
    ].items()
}
DEPARTMENTS = yaml.safe_load((CATALOGUE / "departments.yaml").read_text("utf-8"))["departments"]

each_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES.keys())


def texts_of(part: object) -> Iterator[Words]:
    """Every bilingual text below `part`; a list of steps as one text."""
    match part:
        case Words():
            yield part
        case WordLists(zh=zh, en=en) if zh:
            yield Words(zh="\n".join(zh), en="\n".join(en))
        case BaseModel():
            for name in type(part).model_fields:
                yield from texts_of(getattr(part, name))
        case tuple():
            for item in part:
                yield from texts_of(item)
        case dict():
            for item in part.values():
                yield from texts_of(item)


def test_the_report_names_seventy_five_measures() -> None:
    assert len(MEASURES) == 75


def test_fifty_three_measures_have_no_published_criteria() -> None:
    statuses = Counter(measure.criteria_status for measure in MEASURES.values())

    assert statuses[CriteriaStatus.NONE] == 53


def test_the_four_mere_targets_are_background() -> None:
    background = {key for key, m in MEASURES.items() if m.scope is Scope.BACKGROUND}

    assert background == BACKGROUND


@each_measure
def test_the_file_is_named_after_the_measure(measure: Measure) -> None:
    assert MEASURES[measure.id] is measure


@each_measure
def test_every_quote_stands_in_the_report(measure: Measure) -> None:
    report = (CATALOGUE / "report-2023.txt").read_text("utf-8")

    assert [quote for quote in measure.quotes if quote not in report] == []


@each_measure
def test_every_target_is_a_number_of_the_report_of_2023(measure: Measure) -> None:
    quoted = "".join(measure.quotes)

    assert [t for t in measure.targets if f"{t.value:g}{t.unit}" not in quoted] == []
    assert {t.year for t in measure.targets} <= {2023}


@each_measure
def test_the_english_of_a_target_says_the_amount_itself(measure: Measure) -> None:
    """Units like 亿元 cannot be put behind an English number, so `what.en` is the whole phrase."""
    amount = re.compile(r"\d|\bone\b")

    assert [t.what.en for t in measure.targets if not amount.search(t.what.en)] == []


@each_measure
def test_texts_are_punctuated_as_their_language_is(measure: Measure) -> None:
    texts = list(texts_of(measure))

    assert [t.zh for t in texts if HALF_WIDTH_IN_CHINESE.search(t.zh)] == []
    assert [t.en for t in texts if FULL_WIDTH_IN_ENGLISH.search(t.en)] == []
    assert [t for t in texts if set("!！") & set(t.zh + t.en)] == []


@each_measure
def test_sentences_end_like_sentences(measure: Measure) -> None:
    sentences = [measure.summary]
    sentences += [note.text for note in measure.notes]
    sentences += [benefit.text for benefit in measure.benefits]

    assert [t for t in sentences if not (t.zh.endswith("。") and t.en.endswith("."))] == []


@each_measure
def test_both_languages_say_something(measure: Measure) -> None:
    texts = list(texts_of(measure))

    assert [t.zh for t in texts if not re.search(r"[\u4e00-\u9fffA-Z]", t.zh)] == []
    assert [t.en for t in texts if not re.search(r"[A-Za-z]{2}", t.en)] == []
    assert len(measure.how.zh) == len(measure.how.en) > 0
    assert measure.for_whom is not None


@each_measure
def test_an_office_is_polite_and_promises_nothing(measure: Measure) -> None:
    texts = list(texts_of(measure))

    assert [t.zh for t in texts if re.search("你|亲们|保证获|尽快|一定能", t.zh)] == []


@each_measure
def test_no_address_or_phone_is_written_into_a_text(measure: Measure) -> None:
    assert [t for t in texts_of(measure) if ADDRESS_OR_PHONE.search(t.zh + t.en)] == []


@pytest.mark.parametrize("key", sorted(UNEXPLAINED))
def test_a_name_nobody_explains_is_not_explained(key: str) -> None:
    summary = MEASURES[key].summary

    assert "未找到公开说明" in summary.zh
    assert "no public explanation was found" in summary.en


@each_measure
def test_the_short_name_fits_a_button(measure: Measure) -> None:
    assert len(measure.short.zh) <= 9
    assert len(measure.short.en) <= 18


def test_short_names_are_unique() -> None:
    for locale in ("zh", "en"):
        shorts = Counter(measure.short.of(locale) for measure in MEASURES.values())

        assert [short for short, times in shorts.items() if times > 1] == []


def test_summaries_are_each_their_own_sentence() -> None:
    for locale in ("zh", "en"):
        assert len({measure.summary.of(locale) for measure in MEASURES.values()}) == len(MEASURES)


@each_measure
def test_it_can_be_found_by_words_people_use(measure: Measure) -> None:
    words = [word.casefold() for word in measure.words]

    assert len(words) >= 8
    assert len(set(words)) == len(words)
    assert any(re.search(r"[\u4e00-\u9fff]", word) for word in words)
    assert any(re.fullmatch(r"[\x20-\x7e]+", word) for word in words)


def test_no_word_leads_everywhere() -> None:
    words = Counter(word.casefold() for m in MEASURES.values() for word in set(m.words))

    assert {word: times for word, times in words.items() if times > 4} == {}


@each_measure
def test_it_names_only_what_the_catalogue_knows(measure: Measure) -> None:
    assert measure.department in {row["key"] for row in DEPARTMENTS}
    assert {cite.source for cite in measure.citations()} <= SOURCES.keys()
    assert set(measure.needs) <= NEEDS
    assert measure.needs
    assert [code for code in measure.industries if not re.fullmatch(r"\d{2,4}", code)] == []


def test_companies_are_shown_official_links_only() -> None:
    links = [source.link for source in SOURCES.values() if source.link]
    hosts = [urlsplit(link).hostname or "" for link in links]

    assert [host for host in hosts if not host.endswith(".gov.cn")] == []


def test_only_the_duty_desk_is_confirmed() -> None:
    assert [row["key"] for row in DEPARTMENTS if row["confirmed"]] == ["duty"]
    assert [row["key"] for row in DEPARTMENTS if not row["note"]] == []


def test_department_names_fit_and_differ() -> None:
    assert len({row["key"] for row in DEPARTMENTS}) == len(DEPARTMENTS)
    for locale in ("zh", "en"):
        assert len({row["short"][locale] for row in DEPARTMENTS}) == len(DEPARTMENTS)
