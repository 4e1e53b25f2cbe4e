"""Telegram's lengths: texts are cut between paragraphs, with every tag closed and opened again."""

import re
from html import unescape

from domain.screens import Html
from domain.visible import is_inside_sign

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_TOKEN = re.compile(r"<(/?)([a-z-]+)([^>]*)>|&(?:[a-z]+|#\d+|#x[0-9a-f]+);|[^<&]", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z-]+[^>]*>", re.IGNORECASE)


def visible_length(text: str) -> int:
    """Length as Telegram counts it: without tags, entities as one, in UTF-16 units."""
    return sum(_weight(match) for match in _TOKEN.finditer(text))


def split_html(text: Html, limit: int = TEXT_LIMIT) -> tuple[Html, ...]:
    """Cut safe HTML into parts of at most `limit` visible units; nothing but line ends is lost.

    Prefers the end of a paragraph, then of a line, then any place that cuts no character. Parts
    without a visible word, which Telegram would refuse, are left out.
    """
    parts: list[Html] = []
    rest = text
    while visible_length(rest) > limit:
        head, rest = _cut(rest, limit)
        parts.append(head)
    parts.append(rest)
    return tuple(part for part in parts if bare_text(part).strip()) or (text,)


def bare_text(html: str) -> str:
    """What a person would read, without any markup."""
    return unescape(_TAG.sub("", html))


def _weight(match: re.Match[str]) -> int:
    token = match.group()
    if token[0] == "<":
        return 0
    if token[0] == "&":
        return 1
    return 2 if ord(token) > 0xFFFF else 1


def _cut(text: Html, limit: int) -> tuple[Html, Html]:
    end = _last_place(text, limit)
    open_tags = _open_tags(text[:end])
    closing = "".join(f"</{name}>" for name, _ in reversed(open_tags))
    opening = "".join(f"<{name}{attributes}>" for name, attributes in open_tags)
    return Html(text[:end] + closing), Html(opening + text[end:].lstrip("\n"))


def _last_place(text: str, limit: int) -> int:
    """The index after which the text is cut; always moves forward."""
    used = 0
    paragraph = line = anywhere = last = 0
    for match in _TOKEN.finditer(text):
        used += _weight(match)
        if used > limit:
            break
        last = match.end()
        if used and not is_inside_sign(text, last):
            anywhere = last
        if match.group() == "\n":
            line = match.start()
            if text[match.end() : match.end() + 1] == "\n":
                paragraph = match.start()
    anywhere = anywhere or last
    half = anywhere // 2
    return next((place for place in (paragraph, line) if place > half), anywhere)


def _open_tags(text: str) -> list[tuple[str, str]]:
    stack: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(text):
        closing, name, attributes = match.group(1), match.group(2), match.group(3)
        if name is None:
            continue
        if closing:
            stack.pop()
        else:
            stack.append((name, attributes))
    return stack
