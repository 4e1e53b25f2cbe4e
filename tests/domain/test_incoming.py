"""What counts as a trifle, a contact, a file too large."""

from domain.incoming import LARGEST_FILE, Incoming
from domain.screens import Attachment, AttachmentKind


def test_a_sticker_is_a_trifle_and_a_picture_is_none() -> None:
    assert Incoming(kind="sticker").is_trifle
    assert not Incoming(kind="photo").is_trifle


def test_a_shared_card_is_a_contact() -> None:
    card = Attachment(AttachmentKind.CONTACT, name="张三", phone="13800000000")

    assert Incoming(kind="contact", attachments=(card,)).contact is card
    assert Incoming(text="张三").contact is None


def test_only_files_over_twenty_megabytes_are_too_large() -> None:
    fits = Attachment(AttachmentKind.DOCUMENT, size=LARGEST_FILE)
    unknown = Attachment(AttachmentKind.DOCUMENT)
    heavy = Attachment(AttachmentKind.VIDEO, size=LARGEST_FILE + 1)

    assert not Incoming(attachments=(fits, unknown)).too_large
    assert Incoming(attachments=(fits, heavy)).too_large
