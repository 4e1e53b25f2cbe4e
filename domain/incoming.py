"""What somebody wrote or sent, as a plain value that knows nothing of Telegram's classes."""

import re
from dataclasses import dataclass

from domain.screens import Attachment, AttachmentKind

#: Telegram hands files to bots up to this size; larger ones stay a reference (FAULTS 23).
LARGEST_FILE = 20 * 1024 * 1024

_CORRECTS = re.compile(r"^(?:改成|改为|change to)[：:]\s*(?=\S)", re.IGNORECASE)

#: What says nothing that an office could act on.
TRIFLES = frozenset({"sticker", "dice", "poll", "other"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message. `text` is plain, the caption of a file included; `kind` is "text", an attachment
    kind, or one of TRIFLES. `telegram_id` is None for words that came by a button.

    `album` is shared by the parts of an album. `reply_to` is the Telegram id of the message it
    answers, `reply_text` the words of that one.
    """

    text: str = ""
    kind: str = "text"
    attachments: tuple[Attachment, ...] = ()
    telegram_id: int | None = None
    album: str | None = None
    reply_to: int | None = None
    reply_text: str = ""
    is_forwarded: bool = False

    @property
    def is_trifle(self) -> bool:
        return self.kind in TRIFLES

    @property
    def contact(self) -> Attachment | None:
        """A shared contact card."""
        return next((one for one in self.attachments if one.kind is AttachmentKind.CONTACT), None)

    @property
    def too_large(self) -> bool:
        """Whether a file is kept by reference only, so that a link has to be asked for."""
        return any((one.size or 0) > LARGEST_FILE for one in self.attachments)


def is_correction(text: str) -> bool:
    """“改成：…” takes the place of every word before it."""
    return _CORRECTS.match(text) is not None


def corrected(text: str) -> str:
    """The words themselves."""
    return _CORRECTS.sub("", text, count=1)
