"""Telegram's HTML style into plain text with entities; offsets and lengths in UTF-16 units.

Follows core.telegram.org/bots/api#html-style and the wording of the real server's errors.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import bad_request

Entity = dict[str, Any]

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
}
_TAGS = {*_SIMPLE, "a", "span", "tg-emoji"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:(lt|gt|amp|quot)|#x([0-9a-fA-F]{1,6})|#([0-9]{1,7}));?")
_PLAIN = re.compile(r"[^<&]+")
_TAG_NAME = re.compile(r"[^\s>/]*")
_ATTRIBUTE = re.compile(
    r"""\s*([^\s=>/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""", re.DOTALL
)
_FOUND_IN_PLAIN_TEXT = re.compile(
    r"(?P<url>https?://[^\s<>\"'，。；！？、（）《》]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z]\w{3,31})"
    r"|(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{3,31})?(?!\w))",
    re.ASCII,
)


def utf16_length(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass
class _Open:
    tag: str
    start: int
    entity: Entity
    byte: int


@dataclass
class _Parser:
    source: str
    at: int = 0
    text: list[str] = field(default_factory=list)
    length: int = 0  #: UTF-16 units written so far
    open: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def run(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            character = self.source[self.at]
            if character == "<":
                self._tag()
            elif character == "&":
                self._reference()
            else:
                plain = _PLAIN.match(self.source, self.at)
                run = plain.group() if plain else character
                self._write(run, len(run))
        if self.open:
            raise self._error(
                f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"'
            )
        return "".join(self.text), self.entities

    def _error(self, text: str) -> Exception:
        return bad_request(f"can't parse entities: {text}")

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode())

    def _write(self, written: str, consumed: int) -> None:
        self.text.append(written)
        self.length += utf16_length(written)
        self.at += consumed

    def _reference(self) -> None:
        found = _CHARACTER.match(self.source, self.at)
        decoded = _decoded(found) if found else None
        if found and decoded is not None:
            self._write(decoded, found.end() - found.start())
        else:
            self._write("&", 1)

    def _tag(self) -> None:
        begin = self.at
        end = self._end_of_tag(begin)
        inner = self.source[begin + 1 : end]
        self.at = end + 1
        if inner.startswith("/"):
            self._close(inner[1:].strip().lower(), begin)
        else:
            self._start(inner, begin)

    def _end_of_tag(self, begin: int) -> int:
        quote = ""
        for position in range(begin + 1, len(self.source)):
            character = self.source[position]
            if quote:
                quote = "" if character == quote else quote
            elif character in "\"'" and self.source[position - 1] == "=":
                quote = character
            elif character == ">":
                return position
        kind = "end" if self.source.startswith("</", begin) else "start"
        raise self._error(f"Unclosed {kind} tag at byte offset {self._byte(begin)}")

    def _start(self, inner: str, begin: int) -> None:
        name = _TAG_NAME.match(inner)
        tag = name.group().lower() if name else ""
        if tag not in _TAGS:
            raise self._error(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        attributes = self._attributes(inner[len(tag) :], tag, begin)
        entity = self._entity(tag, attributes, begin)
        self.open.append(_Open(tag, self.length, entity, begin))

    def _attributes(self, rest: str, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        position = 0
        while rest[position:].strip():
            found = _ATTRIBUTE.match(rest, position)
            if found is None:
                raise self._error(
                    f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}'
                )
            value = next((group for group in found.groups()[1:] if group is not None), "")
            attributes[found.group(1).lower()] = _CHARACTER.sub(
                lambda reference: _decoded(reference) or reference.group(), value
            )
            position = found.end()
        return attributes

    def _entity(self, tag: str, attributes: dict[str, str], begin: int) -> Entity:
        if tag == "span":
            if attributes.get("class") != "tg-spoiler":
                raise self._error(
                    f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}'
                )
            return {"type": "spoiler"}
        if tag == "a":
            return {"type": "text_link", "url": attributes.get("href", "")}
        if tag == "tg-emoji":
            return self._emoji(attributes, begin)
        if tag == "blockquote" and "expandable" in attributes:
            return {"type": "expandable_blockquote"}
        language = attributes.get("class", "")
        if tag == "code" and language.startswith("language-"):
            return {"type": "code", "language": language.removeprefix("language-")}
        return {"type": _SIMPLE[tag]}

    def _emoji(self, attributes: dict[str, str], begin: int) -> Entity:
        identifier = attributes.get("emoji-id", "")
        if not identifier.isdigit():
            raise self._error(
                f"Invalid custom emoji identifier specified at byte offset {self._byte(begin)}"
            )
        return {"type": "custom_emoji", "custom_emoji_id": identifier}

    def _close(self, tag: str, begin: int) -> None:
        if not self.open:
            raise self._error(f"Unexpected end tag at byte offset {self._byte(begin)}")
        opened = self.open.pop()
        if tag not in ("", opened.tag):
            raise self._error(
                f"Unmatched end tag at byte offset {self._byte(begin)}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        self._finish(opened)

    def _finish(self, opened: _Open) -> None:
        entity = {**opened.entity, "offset": opened.start, "length": self.length - opened.start}
        if not entity["length"]:
            return
        if entity["type"] == "text_link" and not self._usable_link(entity):
            return
        if opened.tag == "code" and self._inside_pre(entity):
            return
        if entity["type"] == "code":
            entity.pop("language", None)
        self.entities.append(entity)

    def _usable_link(self, entity: Entity) -> bool:
        """A link without an address takes its text; one that is no address is dropped."""
        if not entity["url"]:
            entity["url"] = _utf16_slice("".join(self.text), entity["offset"], entity["length"])
        return bool(re.match(r"(?i)(https?|tg|tonsite|mailto):|[\w-]+(\.[\w-]+)+", entity["url"]))

    def _inside_pre(self, entity: Entity) -> bool:
        """`<pre><code class="language-x">` gives one `pre` entity that carries the language."""
        outer = self.open[-1] if self.open else None
        if outer is None or outer.tag != "pre" or outer.start != entity["offset"]:
            return False
        if "language" in entity:
            outer.entity["language"] = entity["language"]
        return True


def _decoded(found: re.Match[str]) -> str | None:
    named, hexadecimal, decimal = found.groups()
    if named:
        return _NAMED[named]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if not 0 < code < 0x110000 or 0xD800 <= code < 0xE000:
        return None
    return chr(code)


def _utf16_slice(text: str, offset: int, length: int) -> str:
    return text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le")


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Text and entities of a message written in Telegram's HTML; raises Rejected(400)."""
    return trimmed(*_Parser(source).run())


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """The text without white space around it, entities moved and cut to fit, outer ones first."""
    left = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    end = utf16_length(text)
    kept = []
    for entity in entities:
        start = min(max(entity["offset"] - left, 0), end)
        stop = min(max(entity["offset"] + entity["length"] - left, 0), end)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    kept.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return text, kept


def with_found(text: str, entities: list[Entity]) -> list[Entity]:
    """The entities and what Telegram finds by itself: addresses, mentions, commands."""
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in ("code", "pre", "text_link")
    ]
    found = []
    for match in _FOUND_IN_PLAIN_TEXT.finditer(text):
        offset = utf16_length(text[: match.start()])
        length = utf16_length(match.group().rstrip(".,;:!?"))
        if all(offset >= stop or offset + length <= start for start, stop in taken):
            found.append({"type": match.lastgroup, "offset": offset, "length": length})
    return sorted([*entities, *found], key=lambda entity: (entity["offset"], -entity["length"]))
