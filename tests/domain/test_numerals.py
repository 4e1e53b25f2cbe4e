"""Numbers as people write them."""

import pytest

from domain.chinese_numbers import chinese_number, english_number
from domain.lexicon import plain
from domain.numerals import find_quantities, read_quantity
from domain.quantities import Number, Range

PEOPLE: list[tuple[str, Number | Range]] = [
    ("一百二十号人", 120),
    ("一百二", 120),
    ("80来人", [75, 89]),
    ("８０来人", [75, 89]),
    ("大概80人", [75, 89]),
    ("80人左右", [75, 89]),
    ("about 80", [75, 89]),
    ("80 or so", [75, 89]),
    ("一百二十来人", [112, 134]),
    ("五六十人", [50, 60]),
    ("十七八个", [17, 18]),
    ("两三百人", [200, 300]),
    ("三五百人", [300, 500]),
    ("十来个人", [9, 11]),
    ("十几个人", [11, 19]),
    ("几十人", [20, 99]),
    ("四百多人", [400, 499]),
    ("近百人", [90, 100]),
    ("80到100", [80, 100]),
    ("80-100人", [80, 100]),
    ("between 80 and 100 people", [80, 100]),
    ("超过50人", [51, None]),
    ("over 50", [51, None]),
    ("50+", [50, None]),
    ("至少20人", [20, None]),
    ("at least 20", [20, None]),
    ("不到20人", [None, 19]),
    ("under 20", [None, 19]),
    ("100人以内", [None, 100]),
    ("up to 100", [None, 100]),
    ("1,200", 1200),
    ("百来号人", [94, 112]),
    ("大几十人", [50, 99]),
    ("小两百人", [160, 200]),
    ("三百出头", [300, 336]),
    ("30-odd people", [30, 39]),
    ("a few hundred people", [200, 999]),
    ("大概在50到60人", [50, 60]),
    ("壹佰贰拾人", 120),
    ("中小企业80人", 80),
    ("最近80人", 80),
    ("twenty", 20),
    ("twenty-five people", 25),
    ("a hundred and twenty", 120),
]

WAN: list[tuple[str, Number | Range]] = [
    ("3000万", 3000),
    ("三千万", 3000),
    ("1.2亿", 12000),
    ("一亿二千万", 12000),
    ("两个亿", 20000),
    ("2.5个亿", 25000),
    ("三千来万", [2820, 3360]),
    ("3000多万", [3000, 3999]),
    ("一个多亿", [10000, 19999]),
    ("小一千万", [800, 1000]),
    ("上千万", [1000, None]),
    ("几百万", [200, 999]),
    ("三到五千万", [3000, 5000]),
    ("3-5亿", [30000, 50000]),
    ("3000万到5000万", [3000, 5000]),
    ("千把万", [940, 1120]),
    ("大几千万", [5000, 9999]),
    ("2亿3千万", 23000),
    ("1200w", 1200),
    ("two to three million", [200, 300]),
    ("half a million", 50),
    ("过亿", [10001, None]),
    ("净利润-120万", -120),
    ("不到两千万", [None, 1999]),
    ("不超过400万", [None, 400]),
    ("30m", 3000),
    ("CNY 30 million", 3000),
    ("RMB 1.2bn", 120000),
]

SHARES: list[tuple[str, Number | Range]] = [
    ("60%", 0.6),
    ("六成", 0.6),
    ("六成五", 0.65),
    ("百分之六十", 0.6),
    ("百分之五点五", 0.055),
    ("三分之一", 0.333333),
    ("一半以上", [0.5, None]),
    ("两成多", [0.2, 0.2999]),
    ("two thirds", 0.666667),
    ("60 percent", 0.6),
    ("不到六成", [None, 0.5999]),
    ("八成以上", [0.8, None]),
]


def _value(text: str, per: float, step: float) -> Number | Range | None:
    quantity = read_quantity(plain(text))
    return quantity.value(per=per, step=step) if quantity else None


@pytest.mark.parametrize(("text", "value"), PEOPLE)
def test_counts(text: str, value: Number | Range) -> None:
    assert _value(text, 1, 1) == value


@pytest.mark.parametrize(("text", "value"), WAN)
def test_money_in_units_of_ten_thousand(text: str, value: Number | Range) -> None:
    assert _value(text, 10_000, 1) == value


@pytest.mark.parametrize(("text", "value"), SHARES)
def test_shares_of_one(text: str, value: Number | Range) -> None:
    assert _value(text, 1, 0.0001) == value


@pytest.mark.parametrize("text", ["", "没有", "成立", "a company", "分成"])
def test_texts_without_a_number(text: str) -> None:
    assert read_quantity(plain(text)) is None


def test_two_numbers_are_no_single_answer() -> None:
    assert read_quantity("80人，3000万") is None
    assert len(find_quantities("80人,3000万")) == 2


def test_what_is_no_number_is_refused() -> None:
    assert chinese_number("二三四") == 234
    assert chinese_number("两三") is None
    assert english_number("blue") is None
