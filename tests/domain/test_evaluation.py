"""The evaluation sets do not fall below what was reached when they were written."""

from tests.evaluation import problems, searches, sentences
from tests.evaluation.books import index, triage_book, word_books
from tests.evaluation.figures import Figure

LEAST = {"tune": 0.95, "held": 0.85}


def _check(figures: list[Figure], split: str) -> None:
    for figure in figures:
        assert figure.share >= LEAST[split], (figure.name, figure.wrong)


def test_searches() -> None:
    for split in LEAST:
        _check(searches.figures(index(), split), split)


def test_sentences() -> None:
    for split in LEAST:
        _check(sentences.figures(word_books(), split), split)


def test_problems() -> None:
    for split in LEAST:
        _check(problems.figures(triage_book(), split), split)
