"""Pictures are measured from their own bytes; what is no picture is no photo."""

import struct

import aiohttp
import pytest

from sandbox.errors import Rejected
from sandbox.files import picture_size
from tests.sandbox.conftest import PNG, Town

JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    + b"\xff\xc0\x00\x11\x08"
    + struct.pack(">HH", 480, 640)
    + b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
)
GIF = b"GIF89a" + struct.pack("<HH", 320, 200) + b"\x00\x00\x00"


@pytest.mark.parametrize(
    ("content", "size"), [(PNG, (2, 2)), (JPEG, (640, 480)), (GIF, (320, 200))]
)
def test_size(content: bytes, size: tuple[int, int]) -> None:
    assert picture_size(content) == size


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "IMAGE_PROCESS_FAILED"),
        (b"\xff\xd8\xff", "IMAGE_PROCESS_FAILED"),
        (b"\x89PNG", "IMAGE_PROCESS_FAILED"),
        (b"GIF89a" + struct.pack("<HH", 2000, 10), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
def test_no_picture(content: bytes, words: str) -> None:
    with pytest.raises(Rejected, match=words):
        picture_size(content)


async def test_files_keep_their_kind(town: Town) -> None:
    await town.do("say", seat="company", text="/start")
    form = aiohttp.FormData({"seat": "company"})
    form.add_field("photo", PNG, filename="a.png", content_type="image/png")
    async with town.http.post(f"{town.url}/sandbox/attach", data=form) as response:
        (sent,) = (await response.json())["messages"]
    photo = sent["photo"][0]["file_id"]

    assert await town.refusal("sendDocument", chat_id=1001, document=photo) == (
        "Bad Request: can't use file of type Photo as Document"
    )
    assert await town.refusal("sendDocument", chat_id=1001, document="https://a.cn/a.pdf") == (
        "Bad Request: failed to get HTTP URL content"
    )


async def test_a_deactivated_account_is_refused(town: Town) -> None:
    await town.do("say", seat="company", text="/start")
    await town.do("account", seat="company", deactivated=True)

    assert await town.refusal("sendMessage", chat_id=1001, text="x") == (
        "Forbidden: user is deactivated"
    )
