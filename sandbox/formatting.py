"""Texts and captions of a call: parsed, measured, refused as Telegram refuses them."""

from typing import Any

from sandbox.arguments import Call, array, flag, text
from sandbox.entities import Entity, parse_html, trimmed, utf16_length, with_found
from sandbox.errors import bad_request
from sandbox.store import Json

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
CAPTION = {
    "caption": text,
    "parse_mode": text,
    "caption_entities": array,
    "show_caption_above_media": flag,
}


def formatted(source: str, parse_mode: str, entities: Any) -> tuple[str, list[Entity]]:
    """Text and entities from what was sent; only the HTML style is provided."""
    if parse_mode.lower() == "html":
        plain, given = parse_html(source)
    elif parse_mode:
        raise bad_request("unsupported parse_mode (the sandbox reads HTML only)")
    else:
        plain, given = trimmed(source, _checked(entities or [], source))
    return plain, with_found(plain, given)


def _checked(entities: Any, source: str) -> list[Entity]:
    end = utf16_length(source)
    for entity in entities if isinstance(entities, list) else [None]:
        if not isinstance(entity, dict) or not {"type", "offset", "length"} <= set(entity):
            raise bad_request("can't parse entities: MessageEntity needs type, offset and length")
        if entity["offset"] < 0 or entity["offset"] + entity["length"] > end:
            raise bad_request("can't parse entities: entity beginning or end is out of the text")
    return list(entities)


def text_content(call: Call) -> Json:
    """`text` and `entities` of a text message, 1–4096 UTF-16 units after parsing."""
    plain, entities = formatted(call["text"], call.get("parse_mode", ""), call.get("entities"))
    if not plain:
        raise bad_request("message text is empty")
    if utf16_length(plain) > TEXT_LIMIT:
        raise bad_request("message is too long")
    content: Json = {"text": plain}
    if entities:
        content["entities"] = entities
    if "link_preview_options" in call:
        content["link_preview_options"] = call["link_preview_options"]
    return content


def caption_content(given: Json) -> Json:
    """`caption` and `caption_entities`, up to 1024 UTF-16 units; empty without a caption."""
    plain, entities = formatted(
        given.get("caption") or "", given.get("parse_mode") or "", given.get("caption_entities")
    )
    if utf16_length(plain) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    content: Json = {}
    if plain:
        content["caption"] = plain
    if entities:
        content["caption_entities"] = entities
    if plain and given.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content
