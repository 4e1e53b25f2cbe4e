"""Typed answers to open questions, read on 2026-11-23."""

from datetime import date

import pytest

from domain.answers import Answer, DontKnow, read_answer
from domain.facts import DateSpan, Held, PerYear, Span
from tests.evaluation.books import real_catalogue, word_books

TODAY = date(2026, 11, 23)


def answer(key: str, text: str) -> Answer | None:
    return read_answer(real_catalogue().facts[key], text, TODAY, word_books())


ANSWERS: list[tuple[str, str, Answer | None]] = [
    ("employees", "120", Span(120, 120)),
    ("employees", "一百二十来人", Span(112, 134)),
    ("employees", "80到100", Span(80, 100)),
    ("employees", "不到20人", Span(None, 19)),
    ("employees", "没有", Span(0, 0)),
    ("employees", "不清楚", DontKnow()),
    ("employees", "你好", None),
    ("employees", "去年年底大概是120个人左右吧", Span(112, 134)),
    ("employees", "we have 120 employees at the moment", Span(120, 120)),
    ("employees", "30人以上的公司能申请补贴吗", None),
    ("guarantee_amount", "我们园区停电三天了，没人管", None),
    ("guarantee_amount", "等了三天", None),
    ("guarantee_amount", "打了5次电话都没人接", None),
    ("guarantee_amount", "30人", None),
    ("guarantee_amount", "500万", Span(500, 500)),
    ("guarantee_amount", "大概需要担保500万元左右", Span(470, 560)),
    ("guarantee_months", "3天", None),
    ("niche_years", "5年", Span(5, 5)),
    ("invention_patents", "12个", Span(12, 12)),
    ("established_on", "三天前就停电了一直没人管", None),
    ("loan_purpose", "换设备的贷款批不下来，没人管", None),
    ("revenue", "3000", PerYear.of({2025: Span(3000, 3000)})),
    ("revenue", "1.2亿", PerYear.of({2025: Span(12000, 12000)})),
    ("revenue", "前年2800万", PerYear.of({2024: Span(2800, 2800)})),
    ("rnd_domestic_ratio", "60%", Span(0.6, 0.6)),
    ("rnd_domestic_ratio", "60", Span(0.6, 0.6)),
    ("rnd_domestic_ratio", "0.6", Span(0.6, 0.6)),
    ("rnd_domestic_ratio", "不到六成", Span(None, 0.5999)),
    ("rnd_domestic_ratio", "全部", Span(1, 1)),
    ("guarantee_months", "两年", Span(24, 24)),
    ("expected_market_value", "10亿", Span(10, 10)),
    ("core_ip_owned", "有", True),
    ("core_ip_owned", "没有", False),
    ("core_ip_owned", "not sure", DontKnow()),
    ("ownership", "民营企业", "民营"),
    ("ownership", "国企", "国有"),
    ("ownership", "private", "民营"),
    ("loan_purpose", "换设备", "设备更新"),
    ("street", "下沙街道", "下沙"),
    ("industry", "芯片封装", "39"),
    ("industry", "65", "65"),
    ("established_on", "15年", DateSpan(date(2015, 1, 1), date(2015, 12, 31))),
    ("established_on", "2015-03", DateSpan(date(2015, 3, 1), date(2015, 3, 31))),
    ("established_on", "三年前", DateSpan(date(2023, 1, 1), date(2023, 12, 31))),
    ("established_on", "2030年", None),
    ("certifications", "有高企，没有小巨人", Held((("高新技术企业", None),), ("专精特新小巨人",))),
]


@pytest.mark.parametrize(("key", "text", "value"), ANSWERS)
def test_answers(key: str, text: str, value: Answer | None) -> None:
    assert answer(key, text) == value


def test_every_choice_takes_the_words_of_its_own_buttons() -> None:
    for spec in real_catalogue().facts:
        for option in spec.options:
            if spec.asked and spec.kind == "choice":
                assert answer(spec.key, option.zh) == option.value
                assert answer(spec.key, option.en) == option.value
