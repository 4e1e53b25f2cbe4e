"""Cutting texts to Telegram's length: properties of any text, and cases that were wrong once."""

from html import escape

from hypothesis import given
from hypothesis import strategies as st

from domain.paragraphs import bare_text, split_html, visible_length
from domain.screens import Html

_SIGNS = st.sampled_from(
    ["a", "政", "策", " ", "\n", "\n\n", "😀", "👨\u200d👩\u200d👧", "👍🏽", "é", "&", "<", "A&B>"]
)
_TAGS = ("b", "i", 'a href="https://example.com/?a=1&amp;b=2"', "blockquote expandable")


def _wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def wrap(tag: str, texts: list[str]) -> str:
        return f"<{tag}>{''.join(texts)}</{tag.split(maxsplit=1)[0]}>"

    return st.builds(wrap, st.sampled_from(_TAGS), st.lists(inner, max_size=6))


_PIECES = st.recursive(_SIGNS.map(lambda sign: escape(sign, quote=False)), _wrapped, max_leaves=30)
_HTML = st.lists(_PIECES, min_size=1, max_size=60).map(lambda parts: Html("".join(parts)))
_LIMIT = st.integers(min_value=12, max_value=60)


def _squeezed(text: str) -> str:
    return "".join(text.split())


@given(_HTML, _LIMIT)
def test_fault_19_nothing_is_lost_and_the_order_stays(text: Html, limit: int) -> None:
    read = "".join(bare_text(part) for part in split_html(text, limit))

    assert _squeezed(read) == _squeezed(bare_text(text))


@given(_HTML, _LIMIT)
def test_fault_19_every_part_fits_in_utf16_units(text: Html, limit: int) -> None:
    parts = split_html(text, limit)

    for part in parts:
        assert visible_length(part) == len(bare_text(part).encode("utf-16-le")) // 2
        assert visible_length(part) <= limit


@given(_HTML, _LIMIT)
def test_every_part_is_balanced_and_says_something(text: Html, limit: int) -> None:
    parts = split_html(text, limit)

    for part in parts:
        for name in ("b", "i", "a", "blockquote"):
            assert part.count(f"<{name}>") + part.count(f"<{name} ") == part.count(f"</{name}>")
        assert bare_text(part).strip() or parts == (text,)


@given(_HTML, _LIMIT)
def test_fault_19_no_sign_is_cut(text: Html, limit: int) -> None:
    parts = split_html(text, limit)

    for part in parts[1:]:
        first = bare_text(part)[:1]
        assert first not in {"\u200d", "\ufe0f", "\U0001f3fd", "\u0301"}
    for part in parts[:-1]:
        assert not bare_text(part).endswith("\u200d")


def test_a_lone_line_end_is_a_place_to_cut() -> None:
    first, second = split_html(Html("政策一\n政策二"), 5)

    assert (first, second) == ("政策一", "政策二")


def test_a_paragraph_is_preferred_to_a_line() -> None:
    assert split_html(Html("甲甲甲甲甲甲\n\n乙\n丙丙丙"), 10)[0] == "甲甲甲甲甲甲"


def test_a_sign_longer_than_the_limit_does_not_hang() -> None:
    parts = split_html(Html("<b>e" + "\u0301" * 40 + "</b>"), 12)

    assert "".join(bare_text(part) for part in parts) == "e" + "\u0301" * 40


def test_line_ends_alone_make_no_message() -> None:
    parts = split_html(Html("甲" + "\n" * 50 + "乙"), 12)

    assert [part.strip() for part in parts] == ["甲", "乙"]
