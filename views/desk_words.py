"""O4, O5, O9: words to the company, written and previewed before they go."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain.replies import StockReply, Use
from domain.screens import Button, Html, Row, Screen
from domain.tickets import Outcome
from views import desk_replies
from views.desk_forms import card_key, drop_key
from views.desks import Act, do_button, in_rows
from views.presses import DeskPress
from views.translations import Translator

ASK_DAYS = (3, 5, 10)
#: The role of a preview, which grows with an album.
PREVIEW = "desk_preview"


@dataclass(frozen=True)
class Send(DeskPress):
    """Send what was previewed, and nothing newer; `days` is the time to answer a question."""

    prefix: ClassVar[str] = "ds"
    task_id: int
    message_id: int
    use: Use
    days: int | None = None


@dataclass(frozen=True)
class KeepAsNote(DeskPress):
    """Keep what was previewed inside."""

    prefix: ClassVar[str] = "dn"
    task_id: int


@dataclass(frozen=True)
class TakeBack(DeskPress):
    """Hold back words that were to be sent within the minute."""

    prefix: ClassVar[str] = "db"
    task_id: int
    message_id: int


@dataclass(frozen=True)
class ReplyWith(DeskPress):
    """An answer to a copied message: `out` sends it to the company, else it stays a note."""

    prefix: ClassVar[str] = "dw"
    task_id: int
    message_id: int
    out: bool


@dataclass(frozen=True)
class ResolveAs(DeskPress):
    """The outcome; the answer's words come next."""

    prefix: ClassVar[str] = "do"
    task_id: int
    outcome: Outcome


@dataclass(frozen=True)
class ResolveNow(DeskPress):
    """Resolve with what was said to the company already."""

    prefix: ClassVar[str] = "dq"
    task_id: int


def write(
    t: Translator, task_id: int, number: str, use: Use, replies: Sequence[StockReply], page: int
) -> Screen:
    """O4, O5: write the words, or take prepared ones."""
    return Screen(
        text=t(f"desks.write.{use}", number=number),
        keyboard=(
            *desk_replies.rows(t, task_id, use, replies, page),
            (drop_key(t, task_id),),
        ),
    )


def preview(
    t: Translator,
    task_id: int,
    message_id: int,
    use: Use,
    texts: Sequence[str],
    *,
    files: int,
    number: str,
    led: int = 0,
    is_stock: bool = False,
) -> Screen:
    """What will go out, exactly as written; nothing has gone yet, and what is written next joins
    it. Prepared words can be copied and changed: what is written next takes their place."""
    text = "\n\n".join(texts)
    return Screen(
        text=Html.lines(
            t(f"desks.preview.{use}", number=number),
            t("desks.quote", text=text) if text else None,
            t.plural("desks.preview.files", files) if files else None,
            None if text else t(f"desks.preview.no_words.{use}"),
            t("desks.preview.joined") if len(texts) > 1 else None,
            t.plural("desks.preview.led", led) if led else None,
        ),
        keyboard=(
            *(_copy_rows(t, text) if is_stock else ()),
            *_preview_keys(t, task_id, message_id, use, has_words=bool(text)),
        ),
        role=PREVIEW,
    )


#: Telegram copies so many characters at the most.
_COPIED = 256


def _copy_rows(t: Translator, text: str) -> tuple[Row, ...]:
    if len(text) > _COPIED:
        return ()
    return ((Button(t.plain("desks.button.copy_reply"), copies=text),),)


def _preview_keys(
    t: Translator, task_id: int, message_id: int, use: Use, *, has_words: bool
) -> tuple[Row, ...]:
    note = Button(t.plain("desks.button.as_note"), data=KeepAsNote(task_id).pack())
    if use is Use.QUESTION:
        days = tuple(
            Button(
                t.plain("desks.button.ask_days", days=count),
                data=Send(task_id, message_id, use, count).pack(),
            )
            for count in ASK_DAYS
        )
        return (days, (note, drop_key(t, task_id)))
    words = "desks.button.submit" if use is Use.ANSWER else "desks.button.send"
    words = words if has_words else "desks.button.only_files"
    send = Button(t.plain(words), data=Send(task_id, message_id, use).pack())
    return ((send,), (note, drop_key(t, task_id)))


def will_be_sent(
    t: Translator, task_id: int, message_id: int, *, number: str, at: str, led: int = 0
) -> Screen:
    """It waits for a minute, to be taken back; so many other companies (`led`) read it too."""
    key = Button(t.plain("desks.button.take_back"), data=TakeBack(task_id, message_id).pack())
    return Screen(
        text=Html.lines(
            t("desks.sent.waits", number=number, at=at),
            t.plural("desks.preview.led", led) if led else None,
        ),
        keyboard=((key, card_key(t, task_id)),),
    )


def ask_for_whom(t: Translator, task_id: int, message_id: int) -> Screen:
    """After a reply to a copied message, which is kept inside until somebody says otherwise."""

    def key(words: str, *, out: bool) -> Button:
        return Button(t.plain(words), data=ReplyWith(task_id, message_id, out).pack())

    return Screen(
        text=t("desks.for_whom"),
        keyboard=(
            (
                key("desks.button.to_company", out=True),
                key("desks.button.only_note", out=False),
            ),
        ),
        quiet=True,
    )


def choose_outcome(t: Translator, task_id: int, number: str) -> Screen:
    """O9: how it ended. What the company does itself (withdrawing) is not offered here."""
    keys = [
        Button(t.plain(f"desks.outcome.{one}"), data=ResolveAs(task_id, one).pack())
        for one in Outcome
    ]
    return Screen(
        text=t("desks.resolve.ask", number=number),
        keyboard=(*in_rows(keys, 2), (drop_key(t, task_id),)),
    )


def write_answer(
    t: Translator,
    task_id: int,
    number: str,
    outcome: Outcome,
    replies: Sequence[StockReply],
    page: int,
    *,
    was_heard: bool,
) -> Screen:
    """O9: the words of the answer; without new ones only when the company was told before."""
    now = Button(t.plain("desks.button.resolve_now"), data=ResolveNow(task_id).pack())
    return Screen(
        text=Html.lines(
            t("desks.resolve.write", number=number, outcome=t(f"desks.outcome.{outcome}")),
            None if was_heard else t("desks.resolve.not_heard"),
        ),
        keyboard=(
            *(((now,),) if was_heard else ()),
            *desk_replies.rows(t, task_id, Use.ANSWER, replies, page),
            (drop_key(t, task_id),),
        ),
    )


def answered(t: Translator, line: Html, task_id: int) -> Screen:
    """The answer is given; the company hears of it after a minute, until then it can be undone."""
    return Screen(
        text=line, keyboard=((do_button(t, Act.UNRESOLVE, task_id), card_key(t, task_id)),)
    )
