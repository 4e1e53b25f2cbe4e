"""Whatever understanding reads is a profile file that the dictionary accepts."""

from datetime import date

from domain.profile_files import parse_profile
from domain.understanding import Understanding, understand
from tests.evaluation.books import real_catalogue, word_books
from tests.evaluation.figures import TUNE, cases_of

TODAY = date(2026, 11, 23)


def readings() -> dict[str, Understanding]:
    texts = [case["text"] for case in cases_of("sentences", TUNE)]
    return {text: understand(text, TODAY, word_books()) for text in texts}


def test_facts_read_are_facts_of_the_dictionary() -> None:
    for text, read in readings().items():
        profile = parse_profile(read.facts, real_catalogue().facts)

        assert set(profile.values) == set(read.facts), text


def test_needs_are_needs_of_the_catalogue() -> None:
    for text, read in readings().items():
        assert set(read.needs) <= real_catalogue().need_keys, text
