"""The chat page and its files, and what every answer of the sandbox's page carries."""

import json
from pathlib import Path

from aiohttp import web

from sandbox.errors import Rejected
from sandbox.store import Json
from sandbox.telegram import Telegram

PAGE = Path(__file__).parent / "page"
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; connect-src 'self'; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_ASSETS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_INLINE_KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/")


def json_answer(answer: Json, status: int = 200) -> web.Response:
    """A JSON answer with the headers that keep other sites out."""
    return web.Response(
        status=status,
        text=json.dumps(answer, ensure_ascii=False),
        content_type="application/json",
        headers=SECURITY,
    )


async def page(_telegram: Telegram, _request: web.Request) -> web.StreamResponse:
    """The chat page."""
    return web.Response(
        text=(PAGE / "index.html").read_text(encoding="utf-8"),
        content_type="text/html",
        headers=SECURITY,
    )


async def asset(_telegram: Telegram, request: web.Request) -> web.StreamResponse:
    """A style sheet, script or picture of the page."""
    found = PAGE / Path(request.match_info["name"]).name
    if found.suffix not in _ASSETS or not found.is_file():
        raise Rejected(404, "Not Found")
    return web.Response(
        text=found.read_text(encoding="utf-8"), content_type=_ASSETS[found.suffix], headers=SECURITY
    )


async def file(telegram: Telegram, request: web.Request) -> web.StreamResponse:
    """A file's bytes; what a browser could run is only ever downloaded."""
    found = telegram.store.file_content("id", request.match_info["id"])
    if found is None:
        raise Rejected(404, "Not Found")
    doc, content = found
    headers = dict(SECURITY)
    if not doc["mime"].startswith(_INLINE_KINDS) or "download" in request.query:
        headers["Content-Disposition"] = "attachment"
    kind = doc["mime"] if doc["mime"].startswith(_INLINE_KINDS) else "application/octet-stream"
    return web.Response(body=content, content_type=kind.partition(";")[0], headers=headers)
