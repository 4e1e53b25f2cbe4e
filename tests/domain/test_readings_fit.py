"""Whatever understanding reads is a profile file that the dictionary accepts."""

from datetime import date

import pytest

from domain.profile_files import parse_profile
from domain.understanding import understand
from tests.evaluation.books import real_catalogue, word_books
from tests.evaluation.figures import load

SENTENCES = [case["text"] for split in load("sentences.yaml").values() for case in split]


@pytest.mark.parametrize("text", SENTENCES)
def test_facts_read_are_facts_of_the_dictionary(text: str) -> None:
    read = understand(text, date(2026, 11, 23), word_books())

    profile = parse_profile(read.facts, real_catalogue().facts)

    assert set(profile.values) == set(read.facts)


@pytest.mark.parametrize("text", SENTENCES)
def test_needs_are_needs_of_the_catalogue(text: str) -> None:
    read = understand(text, date(2026, 11, 23), word_books())

    assert set(read.needs) <= real_catalogue().need_keys
