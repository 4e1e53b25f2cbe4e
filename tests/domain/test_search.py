"""Search over the measures of the real catalogue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.search import Index
from domain.search_words import SearchBook
from domain.tokens import stem
from tests.evaluation.books import index, real_catalogue

FINDS = [
    ("高企", "hi-tech-enterprise"),
    ("贷款贴息", "loan-interest-subsidy"),
    ("我们想买新设备，银行贷款能不能少付点利息", "loan-interest-subsidy"),
    ("想拿一块地建厂", "project-land-supply"),
    ("小孩读书问题", "school-places"),
    ("overseas patent dispute", "overseas-ip-dispute-center"),
]
MISTYPED = [
    ("贷款帖息", "loan-interest-subsidy"),
    ("高薪技术企业", "hi-tech-enterprise"),
    ("专精特心", "srdi-sme"),
    ("专特精新", "srdi-sme"),
    ("貸款貼息", "loan-interest-subsidy"),
    ("gaoqi", "hi-tech-enterprise"),
    ("zhuan jing te xin", "srdi-sme"),
    ("intrest subsidy", "loan-interest-subsidy"),
    ("anual report", "annual-report-merge"),
]
RAMBLING = [
    ("你好，我们是下沙一家做汽车零部件的小厂，五十多个人，去年营收三千来万，想添两台加工中心，"
     "跟银行谈了八百万贷款，就是利息有点高", "loan-interest-subsidy"),
    ("今天天气真好，顺便问一下高企怎么认定", "hi-tech-enterprise"),
    ("我们是养猪的，想申请贷款贴息", "loan-interest-subsidy"),
]  # fmt: skip
NOTHING = [
    "办公室装修有补贴吗",
    "今天天气怎么样",
    "养猪补贴",
    "高企员工食堂怎么走",
    "年报怎么看股票",
    "孵小鸡要多少天",
    "上海落户积分要多少分才能买房",
    "滨江区的人才补贴",
    "码头夜景",
    "公司租车补贴",
    "你好",
    "",
    "？？",
    "asdfgh",
    "marriage",
]


@pytest.mark.parametrize(("text", "measure"), FINDS)
def test_the_first_hit(text: str, measure: str) -> None:
    assert index().search(text)[0][0] == measure


@pytest.mark.parametrize(("text", "measure"), MISTYPED)
def test_typing_errors_are_forgiven(text: str, measure: str) -> None:
    assert index().search(text)[0][0] == measure


@pytest.mark.parametrize(("text", "measure"), RAMBLING)
def test_one_wish_in_a_long_story_is_enough(text: str, measure: str) -> None:
    assert index().search(text)[0][0] == measure


@pytest.mark.parametrize("text", NOTHING)
def test_silence_when_nothing_fits(text: str) -> None:
    assert index().search(text) == []


def test_money_in_general_leads_to_the_desk_that_explains_policies() -> None:
    for text in ("有什么补贴", "我们是做模具的，有什么能申请的补贴", "any subsidies for us?"):
        assert index().search(text)[0][0] == "one-stop-policy-service", text


def test_another_place_is_no_obstacle_for_somebody_who_moves_here() -> None:
    assert index().search("总部在萧山，想迁到钱塘投资建厂")[0][0] == "investment-153-plan"


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


@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered(text: str) -> None:
    assert len(index().search(text, limit=2)) <= 2


def test_an_empty_catalogue_finds_nothing() -> None:
    assert Index.build([]).search("高企") == []


def test_a_catalogue_without_search_words_still_searches() -> None:
    bare = Index.build(real_catalogue().active, SearchBook())

    assert bare.search("贷款贴息")[0][0] == "loan-interest-subsidy"


def test_stems_meet() -> None:
    assert stem("subsidies") == stem("subsidy")
    assert stem("loans") == stem("loan")
