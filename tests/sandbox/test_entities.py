"""The HTML style: what it means, what is refused, and that offsets are UTF-16."""

from contextlib import suppress
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.entities import parse_html, utf16_length, with_found
from sandbox.errors import Rejected

_LETTERS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1
)
_TAGS = {
    "b": "bold",
    "i": "italic",
    "u": "underline",
    "s": "strikethrough",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
}


@pytest.mark.parametrize(
    ("source", "text", "entity"),
    [
        ("<b>粗</b>", "粗", {"type": "bold", "offset": 0, "length": 1}),
        ("😀<i>x</i>", "😀x", {"type": "italic", "offset": 2, "length": 1}),
        ("<strong>x</strong>", "x", {"type": "bold", "offset": 0, "length": 1}),
        ("<em>x</em>", "x", {"type": "italic", "offset": 0, "length": 1}),
        ("<ins>x</ins>", "x", {"type": "underline", "offset": 0, "length": 1}),
        ("<del>x</del>", "x", {"type": "strikethrough", "offset": 0, "length": 1}),
        ('<span class="tg-spoiler">x</span>', "x", {"type": "spoiler", "offset": 0, "length": 1}),
        ("<code>a&lt;b</code>", "a<b", {"type": "code", "offset": 0, "length": 3}),
        (
            "<pre><code class='language-python'>x</code></pre>",
            "x",
            {"type": "pre", "language": "python", "offset": 0, "length": 1},
        ),
        (
            '<a href="https://a.cn/?x=1&amp;y=2">去</a>',
            "去",
            {"type": "text_link", "url": "https://a.cn/?x=1&y=2", "offset": 0, "length": 1},
        ),
        (
            "<blockquote expandable>x</blockquote>",
            "x",
            {"type": "expandable_blockquote", "offset": 0, "length": 1},
        ),
        (
            '<tg-emoji emoji-id="536">👍</tg-emoji>',
            "👍",
            {"type": "custom_emoji", "custom_emoji_id": "536", "offset": 0, "length": 2},
        ),
        ("  <b> x</b>  ", "x", {"type": "bold", "offset": 0, "length": 1}),
    ],
)
def test_style(source: str, text: str, entity: dict[str, object]) -> None:
    assert parse_html(source) == (text, [entity])


@pytest.mark.parametrize(
    ("source", "text"),
    [("&#39;&#x4F01;&quot;", "'企\""), ("a & b &nbsp; c", "a & b &nbsp; c"), ("a > b", "a > b")],
)
def test_references(source: str, text: str) -> None:
    assert parse_html(source) == (text, [])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<A&B>", 'Unsupported start tag "a&b" at byte offset 0'),
        ("企<p>x</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b>x</i>",
            'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
        ),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_refused_style(source: str, words: str) -> None:
    with pytest.raises(Rejected) as refusal:
        parse_html(source)

    assert refusal.value.description == f"Bad Request: can't parse entities: {words}"


@given(st.text(st.characters(codec="utf-8")))
def test_escaped_text_comes_back_whole(text: str) -> None:
    assert parse_html(escape(text)) == (text.strip(), [])


@given(st.lists(st.tuples(st.sampled_from(sorted(_TAGS)), _LETTERS), min_size=1, max_size=6))
def test_offsets_cover_exactly_what_was_marked(parts: list[tuple[str, str]]) -> None:
    source = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in parts)

    text, entities = parse_html(source)

    units = text.encode("utf-16-le")
    marked = [
        units[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")
        for entity in entities
    ]
    assert marked == [words for _, words in parts]
    assert [entity["type"] for entity in entities] == [_TAGS[tag] for tag, _ in parts]


@given(st.lists(st.sampled_from(["<b>", "</b>", "<i>", "</i>", "<", ">", "&", "a", "企", '"'])))
def test_any_mixture_is_read_or_refused(pieces: list[str]) -> None:
    with suppress(Rejected):
        text, entities = parse_html("".join(pieces))

        end = utf16_length(text)
        assert all(0 <= one["offset"] < one["offset"] + one["length"] <= end for one in entities)


def test_addresses_mentions_and_commands_are_found() -> None:
    found = with_found("见 https://a.cn/x?b=1，/help 或 @zhouming", [])

    assert [(one["type"], one["length"]) for one in found] == [
        ("url", 18),
        ("bot_command", 5),
        ("mention", 9),
    ]
