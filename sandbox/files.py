"""Files: kept with their bytes, described as the Bot API describes each kind."""

import hashlib
import mimetypes
import secrets
import struct
from pathlib import PurePosixPath

from sandbox.arguments import Upload
from sandbox.errors import Rejected, bad_request
from sandbox.store import Json
from sandbox.telegram import Telegram

MEGABYTE = 1024 * 1024
UPLOAD_LIMIT = 50 * MEGABYTE
PHOTO_LIMIT = 10 * MEGABYTE
DOWNLOAD_LIMIT = 20 * MEGABYTE

_FOLDER = {
    "photo": "photos",
    "document": "documents",
    "voice": "voice",
    "video": "videos",
    "audio": "music",
    "animation": "animations",
    "sticker": "stickers",
    "video_note": "video_notes",
}
_MIME = {
    "photo": "image/jpeg",
    "voice": "audio/ogg",
    "video": "video/mp4",
    "audio": "audio/mpeg",
    "animation": "video/mp4",
    "sticker": "image/webp",
    "video_note": "video/mp4",
}


def kept_file(telegram: Telegram, kind: str, upload: Upload, **details: int) -> Json:
    """Keep an uploaded file; raises Rejected when it is empty, too big or not of its kind."""
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > UPLOAD_LIMIT:
        raise Rejected(413, "Request Entity Too Large")
    doc: Json = {
        "kind": kind,
        "name": PurePosixPath(upload.name.replace("\\", "/")).name or "file",
        "size": len(upload.content),
        **details,
    }
    if kind == "photo":
        if len(upload.content) > PHOTO_LIMIT:
            raise bad_request("too big for a photo")
        doc["width"], doc["height"] = picture_size(upload.content)
    guessed = mimetypes.guess_type(doc["name"])[0]
    doc["mime"] = _mime(kind, upload.mime, guessed)
    digest = hashlib.sha256(upload.content).hexdigest()[:15]
    doc["unique_id"] = f"AQAD{kind[:2]}{digest}"
    doc["id"] = f"BQAC{kind[:2]}{secrets.token_urlsafe(30)}"
    number = telegram.store.next_number("file", 0)
    doc["path"] = f"{_FOLDER[kind]}/file_{number}{_suffix(doc['name'], kind)}"
    telegram.store.add_file(doc, upload.content)
    return doc


def _mime(kind: str, sent: str, guessed: str | None) -> str:
    if kind == "document":
        generic = sent in ("", "application/octet-stream")
        return (guessed or "application/octet-stream") if generic else sent
    family = _MIME[kind].partition("/")[0]
    return sent if sent.startswith(family) else _MIME[kind]


def _suffix(name: str, kind: str) -> str:
    if kind == "photo":
        return ".jpg"
    suffix = PurePosixPath(name).suffix
    return suffix if suffix[1:].isalnum() and suffix.isascii() else ""


def picture_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG, JPEG, GIF or WebP picture; raises Rejected(400) for others."""
    if content.startswith(b"\x89PNG") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
    elif content.startswith(b"\xff\xd8"):
        width, height = _jpeg_size(content)
    elif content.startswith(b"GIF8") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
    elif content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        width, height = 512, 512
    else:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if (
        not width
        or not height
        or width + height > 10000
        or max(width, height) > 20 * min(width, height)
    ):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    raise bad_request("IMAGE_PROCESS_FAILED")


def described(doc: Json) -> Json:
    """The message content for a kept file: `{"photo": [...]}`, `{"voice": {...}}` and so on."""
    kind = doc["kind"]
    base = {
        "file_id": doc["id"],
        "file_unique_id": doc["unique_id"],
        "file_size": doc["size"],
    }
    size = {"width": doc.get("width", 640), "height": doc.get("height", 480)}
    length = {"duration": doc.get("duration", 1)}
    named = {"file_name": doc["name"], "mime_type": doc["mime"]}
    if kind == "photo":
        return {"photo": [{**base, **size}]}
    if kind == "sticker":
        flags = {"type": "regular", "is_animated": False, "is_video": False}
        return {"sticker": {**base, **flags, "width": 512, "height": 512, "emoji": "🙂"}}
    return {
        kind: base
        | {
            "document": named,
            "voice": {**length, "mime_type": doc["mime"]},
            "audio": {**length, **named},
            "video": {**size, **length, **named},
            "animation": {**size, **length, **named},
            "video_note": {**length, "length": 240},
        }[kind]
    }


def known_file(telegram: Telegram, kind: str, file_id: str) -> Json:
    """A file sent before, by its id; raises Rejected(400) for a wrong id or another kind."""
    if "://" in file_id:
        raise bad_request("failed to get HTTP URL content")
    doc = telegram.store.file(file_id)
    if doc is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if doc["kind"] != kind:
        raise bad_request(
            f"can't use file of type {doc['kind'].capitalize()} as {kind.capitalize()}"
        )
    return doc
