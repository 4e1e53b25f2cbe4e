"""Bot API methods that send files, albums, and give files back."""

from typing import Any

from sandbox.arguments import Call, Reader, Upload, array, document, file, flag, integer, text
from sandbox.errors import bad_request
from sandbox.files import DOWNLOAD_LIMIT, described, kept_file, known_file
from sandbox.formatting import CAPTION, caption_content
from sandbox.methods_edits import replace_content
from sandbox.registry import method
from sandbox.sending import SENDING, TO, send, target
from sandbox.store import Json
from sandbox.telegram import Telegram

_MEASURES: dict[str, Reader] = {"duration": integer, "width": integer, "height": integer}
_ALBUM_KINDS = ("photo", "video", "document", "audio")


def media_content(telegram: Telegram, kind: str, given: Any, call: Call, options: Json) -> Json:
    """The content for a file that is uploaded, attached under a name, or known by its id."""
    measures = {name: options[name] for name in _MEASURES if options.get(name)}
    if isinstance(given, str) and given.startswith("attach://"):
        upload = call.uploads.get(given.removeprefix("attach://"))
        if upload is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        given = upload
    if isinstance(given, Upload):
        content = described(kept_file(telegram, kind, given, **measures))
    elif isinstance(given, str):
        content = described(known_file(telegram, kind, given))
    else:
        raise bad_request(f"there is no {kind} in the request")
    if options.get("has_spoiler") and kind in ("photo", "video"):
        content["has_media_spoiler"] = True
    return content


def _send_file(telegram: Telegram, call: Call, kind: str) -> Json:
    to = target(telegram, call)
    content = media_content(telegram, kind, call[kind], call, call.values)
    return send(telegram, to, {**content, **caption_content(call.values)})


@method("sendPhoto", {**TO, "photo": file}, {**SENDING, **CAPTION, "has_spoiler": flag})
def send_photo(telegram: Telegram, call: Call) -> Json:
    """A picture up to 10 MB."""
    return _send_file(telegram, call, "photo")


@method(
    "sendDocument",
    {**TO, "document": file},
    {**SENDING, **CAPTION, "disable_content_type_detection": flag},
)
def send_document(telegram: Telegram, call: Call) -> Json:
    """Any file up to 50 MB."""
    return _send_file(telegram, call, "document")


@method("sendVoice", {**TO, "voice": file}, {**SENDING, **CAPTION, "duration": integer})
def send_voice(telegram: Telegram, call: Call) -> Json:
    """A voice message."""
    return _send_file(telegram, call, "voice")


@method(
    "sendVideo",
    {**TO, "video": file},
    {**SENDING, **CAPTION, **_MEASURES, "has_spoiler": flag, "supports_streaming": flag},
)
def send_video(telegram: Telegram, call: Call) -> Json:
    """A video."""
    return _send_file(telegram, call, "video")


@method("sendAudio", {**TO, "audio": file}, {**SENDING, **CAPTION, "duration": integer})
def send_audio(telegram: Telegram, call: Call) -> Json:
    """A piece of music or another sound file."""
    return _send_file(telegram, call, "audio")


@method("sendAnimation", {**TO, "animation": file}, {**SENDING, **CAPTION, **_MEASURES})
def send_animation(telegram: Telegram, call: Call) -> Json:
    """A moving picture without sound."""
    return _send_file(telegram, call, "animation")


@method("sendVideoNote", {**TO, "video_note": file}, {**SENDING, "duration": integer})
def send_video_note(telegram: Telegram, call: Call) -> Json:
    """A round video."""
    return _send_file(telegram, call, "video_note")


@method("sendSticker", {**TO, "sticker": file}, {**SENDING, "emoji": text})
def send_sticker(telegram: Telegram, call: Call) -> Json:
    """A sticker."""
    return _send_file(telegram, call, "sticker")


@method(
    "sendMediaGroup",
    {**TO, "media": array},
    {name: reader for name, reader in SENDING.items() if name != "reply_markup"},
)
def send_media_group(telegram: Telegram, call: Call) -> list[Json]:
    """An album of 2–10 files; documents and sounds only among their kind."""
    to = target(telegram, call)
    items = [_album_item(item) for item in call["media"]]
    if not 2 <= len(items) <= 10:
        raise bad_request("media group must include 2-10 items")
    kinds = {item["type"] for item in items}
    if len(kinds) > 1 and kinds & {"document", "audio"}:
        raise bad_request("document and audio can't be mixed with other media types")
    group = str(telegram.store.next_number("media_group", 13_000_000_000_000_001))
    contents = [
        media_content(telegram, item["type"], item.get("media"), call, item) | caption_content(item)
        for item in items
    ]
    return [send(telegram, to, content, media_group_id=group) for content in contents]


def _album_item(item: Any) -> Json:
    if not isinstance(item, dict) or item.get("type") not in _ALBUM_KINDS:
        raise bad_request("can't parse media JSON object: unsupported media type")
    return item


@method(
    "editMessageMedia", {**TO, "message_id": integer, "media": document}, {"reply_markup": document}
)
def edit_message_media(telegram: Telegram, call: Call) -> Json:
    """Another file in a message; it may become another kind."""
    item = _album_item(call["media"])
    content = media_content(telegram, item["type"], item.get("media"), call, item)
    return replace_content(telegram, call, {**content, **caption_content(item)})


@method("getFile", {"file_id": text})
def get_file(telegram: Telegram, call: Call) -> Json:
    """Where a file up to 20 MB can be fetched."""
    doc = telegram.store.file(call["file_id"])
    if doc is None:
        raise bad_request("invalid file_id")
    if doc["size"] > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {
        "file_id": doc["id"],
        "file_unique_id": doc["unique_id"],
        "file_size": doc["size"],
        "file_path": doc["path"],
    }
