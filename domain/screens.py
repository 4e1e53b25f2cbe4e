"""What a person sees, as plain values: text, keyboard, attachment, and the reply made of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape
from typing import Self

from domain.visible import apart


class Html(str):
    """Text that is already safe Telegram HTML; anything else is escaped before it gets there."""

    __slots__ = ()

    @classmethod
    def safe(cls, text: str) -> Self:
        """Escape text that came from people or data; `Html` passes unchanged. Nothing in it turns
        or hides what stands beside it."""
        return text if isinstance(text, cls) else cls(escape(apart(text), quote=False))

    @classmethod
    def lines(cls, *lines: str | None) -> Self:
        """Join lines, leaving out those that are None; plain lines are escaped."""
        return cls("\n".join(cls.safe(line) for line in lines if line is not None))


class AttachmentKind(StrEnum):
    """What travels beside a text; values are the Bot API's own words."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    VIDEO = "video"
    AUDIO = "audio"
    VIDEO_NOTE = "video_note"
    ANIMATION = "animation"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that stays with Telegram (`file_id`), or one that we made (`content`).

    `size` in bytes, `duration` in seconds. A location keeps latitude and longitude in `point`,
    a contact its name and number in `name` and `phone`.
    """

    kind: AttachmentKind
    file_id: str = ""
    unique_id: str = ""
    name: str = ""
    size: int | None = None
    duration: int | None = None
    content: bytes | None = None
    point: tuple[float, float] | None = None
    phone: str = ""


#: What Telegram shows together in one group; each row is a kind of group.
_TOGETHER = (
    frozenset({AttachmentKind.PHOTO, AttachmentKind.VIDEO}),
    frozenset({AttachmentKind.DOCUMENT}),
    frozenset({AttachmentKind.AUDIO}),
)
_LARGEST_ALBUM = 10
#: What carries no words: they follow as a message of their own.
WORDLESS = frozenset(
    {
        AttachmentKind.VIDEO_NOTE,
        AttachmentKind.STICKER,
        AttachmentKind.LOCATION,
        AttachmentKind.CONTACT,
    }
)


def are_album(files: Sequence[Attachment]) -> bool:
    """Whether files can be sent as one group of messages."""
    kinds = {file.kind for file in files}
    return 1 < len(files) <= _LARGEST_ALBUM and any(kinds <= one for one in _TOGETHER)


#: The role of a message that carries a one-time link: once it was sent, nothing of it is kept here.
ONE_TIME = "one_time"


@dataclass(frozen=True, slots=True)
class Button:
    """One key. Exactly one of `data`, `url`, `copies`, `asks_contact` says what it does."""

    text: str
    data: str | None = None
    url: str | None = None
    copies: str | None = None
    asks_contact: bool = False


Row = tuple[Button, ...]
Keyboard = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: safe HTML, inline keys below it, perhaps one attachment.

    `reply_keys` is the keyboard over the composer (contact requests only); an empty tuple takes
    it away again, None leaves it as it is. `role` names what the message is, so that it can be
    found and redrawn later (`ticket_card`).
    """

    text: Html
    keyboard: Keyboard = ()
    attachment: Attachment | None = None
    reply_keys: Keyboard | None = None
    role: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler gives back.

    `screen` redraws the message whose button was pressed, or is sent when the person wrote;
    `more` is always sent anew. `toast` is the spinner's plain answer, at most 200 characters,
    and says nothing that is not also on the screen.
    """

    screen: Screen | None = None
    more: tuple[Screen, ...] = field(default=())
    toast: str = ""
    alert: bool = False
    fresh: bool = False


def answer(screen: Screen, *more: Screen, toast: str = "") -> Reply:
    """Redraw in place after a press; a new message after words."""
    return Reply(screen=screen, more=more, toast=toast)


def fresh(screen: Screen, *more: Screen, toast: str = "") -> Reply:
    """Send new messages even after a press, leaving the pressed one as it stands."""
    return Reply(screen=screen, more=more, toast=toast, fresh=True)


def toast(text: str, *, alert: bool = False) -> Reply:
    """Answer only the spinner."""
    return Reply(toast=text, alert=alert)
