"""The word books of the real catalogue, loaded once."""

from __future__ import annotations

from functools import cache

from domain.catalogue import Catalogue
from domain.drafts import books_of
from domain.industries import IndustryBook
from domain.search import Index
from domain.triage import TriageBook
from domain.word_books import WordBooks
from services.catalogue import load
from tests.evaluation.figures import CATALOGUE


@cache
def real_catalogue() -> Catalogue:
    """The catalogue this repository ships."""
    return load(CATALOGUE)


def industry_book() -> IndustryBook:
    """The industries; the shipped catalogue has them."""
    book = real_catalogue().industries
    assert book is not None
    return book


@cache
def word_books() -> WordBooks:
    """Industries and needs."""
    return books_of(real_catalogue())


def triage_book() -> TriageBook:
    """Categories, danger and urgency words."""
    book = real_catalogue().triage
    assert book is not None
    return book


def index() -> Index:
    """The search index over all measures."""
    return real_catalogue().index
