"""Texts made to keep the reader busy: reading one costs about what reading an ordinary one does."""

from datetime import date
from time import process_time

import pytest

from domain.lexicon import MOST_NUMBERS, plain
from domain.triage import in_danger, triage
from domain.understanding import understand
from tests.evaluation.books import triage_book, word_books

TODAY = date(2026, 11, 23)
LONGEST = 4096
ORDINARY = "去年营收3000万，研发投入200万；我们80来人，想贷款换设备。"
TIMES = 12
"""An ordinary text of the same length takes a tenth of a second; hostile ones took a hundred times
as long."""


def seconds(text: str) -> float:
    """Of the processor, so that neighbours do not count."""
    start = process_time()
    understand(text, TODAY, word_books())
    triage(text, triage_book(), TODAY)
    return process_time() - start


def long(seed: str) -> str:
    return (seed * LONGEST)[:LONGEST]


@pytest.mark.parametrize(
    "seed", ["9", "1-", "1,", "80来人", "2025年", "去年", "13800001001", "ﷺ1", "上午十点", "万"]
)
def test_a_text_made_of_one_thing_is_read_about_as_fast_as_an_ordinary_one(seed: str) -> None:
    ordinary = min(seconds(long(ORDINARY)) for _ in range(2))

    assert seconds(long(seed)) < TIMES * ordinary


def test_what_stands_before_the_hundredth_number_is_read() -> None:
    told = understand("我们80来人，" + "1-" * 2000, TODAY, word_books())

    assert told.facts["employees"] == [75, 89]


def test_danger_is_heard_behind_any_number_of_numbers() -> None:
    assert in_danger(plain("1、" * MOST_NUMBERS * 5 + "车间着火了，有人被困"), triage_book())
