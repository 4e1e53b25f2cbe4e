"""Search over the measures of the real catalogue."""

import time

import pytest

from domain.search import Index
from domain.search_reading import stem
from tests.evaluation.books import index, real_catalogue

FINDS = [
    ("高企", "hi-tech-enterprise"),
    ("专精特心", "srdi-sme"),
    ("贷款贴息", "loan-interest-subsidy"),
    ("intrest subsidy", "loan-interest-subsidy"),
    ("我们想买新设备，银行贷款能不能少付点利息", "loan-interest-subsidy"),
    ("想拿一块地建厂", "project-land-supply"),
    ("小孩读书问题", "school-places"),
    ("overseas patent dispute", "overseas-ip-dispute-center"),
]


@pytest.mark.parametrize(("text", "measure"), FINDS)
def test_the_first_hit(text: str, measure: str) -> None:
    assert index().search(text)[0][0] == measure


@pytest.mark.parametrize(
    "text",
    ["办公室装修有补贴吗", "今天天气怎么样", "养猪补贴", "你好", "", "？？", "asdfgh", "marriage"],
)
def test_silence_when_nothing_fits(text: str) -> None:
    assert index().search(text) == []


def test_every_measure_is_found_by_its_name_and_short_name() -> None:
    for measure in real_catalogue().measures:
        for words in (measure.name, measure.short):
            for text in (words.zh, words.en):
                found = [key for key, _ in index().search(text, limit=5)]
                assert measure.id in found, text


def test_scores_fall_and_the_limit_holds() -> None:
    found = index().search("融资", limit=3)
    scores = [score for _, score in found]

    assert len(found) <= 3
    assert scores == sorted(scores, reverse=True)


def test_an_empty_catalogue_finds_nothing() -> None:
    assert Index.build([]).search("高企") == []


def test_stems_meet() -> None:
    assert stem("subsidies") == stem("subsidy")
    assert stem("loans") == stem("loan")


def test_search_is_fast_enough_for_every_message() -> None:
    searched = index()
    texts = ["想申请高新技术企业认定", "interest subsidy for an equipment loan"] * 20
    started = time.perf_counter()

    for text in texts:
        searched.search(text)

    assert (time.perf_counter() - started) / len(texts) < 0.01
