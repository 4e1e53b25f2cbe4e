"""A word that may be a slip of several others is always read as the same one of them."""

from hypothesis import given
from hypothesis import strategies as st

from domain.lexicon import Lexicon
from domain.search_words import Kind
from domain.typos import Speller

SAID = "subsydy"
#: One letter changed, added or lost: whatever of these is a word of the subject is as near.
CHANGED = ["subsidy", "subsudy", "subsady", "subsody", "subsyde", "subsydo"]
LONGER = ["subsyddy", "subsydys", "subsyday"]
SHORTER = ["subsyd", "subydy", "sbsydy"]


@given(
    *(
        st.lists(st.sampled_from(words), unique=True, min_size=least)
        for words, least in ((CHANGED, 1), (LONGER, 0), (SHORTER, 0))
    )
)
def test_of_words_as_near_the_first_of_the_alphabet_is_meant(
    changed: list[str], longer: list[str], shorter: list[str]
) -> None:
    words = Lexicon([(word, Kind.CONTENT) for word in (*shorter, *longer, *changed)])

    assert Speller(words, ()).corrected(SAID) == min(changed)


@given(st.lists(st.sampled_from(LONGER), unique=True, min_size=1))
def test_among_longer_words_too(longer: list[str]) -> None:
    words = Lexicon([(word, Kind.CONTENT) for word in longer])

    assert Speller(words, ()).corrected(SAID) == min(longer)
