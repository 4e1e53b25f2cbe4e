"""What a company hears of its tickets, and how it says whether an answer helped."""

from datetime import date

from domain.screens import Attachment, Button, Html, Keyboard, Screen
from domain.ticket_sheets import TicketSheet
from views import formats
from views import ticket_parts as parts
from views.notice_choices import fewer_button
from views.people import back_row, go_button
from views.promises import promises, when
from views.ticket_additions import asked_back, reopen_keys
from views.ticket_presses import (
    Comment,
    PartUnsolved,
    RateLater,
    RateScore,
    ShowTalk,
    ShowTicket,
    Supplement,
)
from views.ticket_words import back_to, key, quoted, words_of
from views.tickets import rating_row, where
from views.translations import Translator

__all__ = [
    "answer_file",
    "ask_comment",
    "asked_back",
    "call_back",
    "closed",
    "commented",
    "extended",
    "handed_over",
    "joined",
    "merged",
    "not_done_again",
    "rated",
    "reopened",
    "replied",
    "rescheduled",
    "split",
    "taken",
]


def taken(t: Translator, sheet: TicketSheet) -> Screen:
    """Who handles it, named."""
    return Screen(
        text=Html.lines(
            t("tickets.taken.title", number=sheet.number, name=sheet.handler or ""),
            parts.about(t, sheet),
            where(t, sheet),
            promises(t, sheet),
        ),
        keyboard=_news_keys(t, sheet),
        quiet=sheet.part is not None,
    )


def _news_keys(t: Translator, sheet: TicketSheet) -> Keyboard:
    return (
        (
            key(t, "supplement", Supplement(sheet.id)),
            key(t, "progress", ShowTicket(sheet.id)),
        ),
    )


def replied(
    t: Translator,
    sheet: TicketSheet,
    *,
    name: str,
    words: str,
    attachment: Attachment | None,
    edited: bool = False,
) -> Screen:
    """A word from the office; replying to this message answers it."""
    title = "tickets.replied.edited" if edited else "tickets.replied.title"
    return Screen(
        text=Html.lines(
            t(title, number=sheet.number, name=name),
            parts.about(t, sheet),
            Html.safe(words) if words else None,
            t("tickets.replied.how"),
        ),
        keyboard=_news_keys(t, sheet),
        attachment=attachment,
        role="ticket_reply",
    )


def call_back(t: Translator, sheet: TicketSheet, words: str) -> Screen:
    """C14: the answer in full, and whether it is solved; then 1–5, in the same message."""
    if sheet.solved is not None:
        return rated(t, sheet, words)
    by = formats.day(t, sheet.answered_on, today=sheet.today) if sheet.answered_on else ""
    until = formats.day(t, sheet.closes_on, today=sheet.today) if sheet.closes_on else ""
    return Screen(
        text=Html.lines(
            t("tickets.callback.title", number=sheet.number),
            t("tickets.callback.by", name=_answerer(t, sheet), day=by),
            *(parts.outcomes(t, sheet)),
            quoted(words) if words else None,
            t("tickets.callback.until", day=until) if until else None,
        ),
        keyboard=(
            tuple(rating_row(t, sheet)),
            (key(t, "talk", ShowTalk(sheet.id, 0)),),
        ),
        role="ticket_callback",
    )


def which_part(t: Translator, sheet: TicketSheet) -> Screen:
    """“Not solved” of a bundle: one errand is done again, the others stay as they ended."""
    keys = [
        (
            Button(
                part.name.of(t.locale),
                data=PartUnsolved(sheet.id, sheet.round, part.task_id).pack(),
            ),
        )
        for part in sheet.parts
    ]
    return Screen(
        text=Html.lines(
            t("tickets.callback.which_part", number=sheet.number), *parts.outcomes(t, sheet)
        ),
        keyboard=(*keys, back_to(t, sheet)),
        role="ticket_callback",
    )


def rating_reminder(t: Translator, sheet: TicketSheet) -> Screen:
    """The answer still waits for a word; one tap gives it, or puts it off."""
    until = formats.day(t, sheet.closes_on, today=sheet.today) if sheet.closes_on else ""
    return Screen(
        text=Html.lines(
            t("tickets.callback.waiting", number=sheet.number),
            t("tickets.callback.until", day=until) if until else None,
        ),
        keyboard=(
            tuple(rating_row(t, sheet)),
            (
                key(t, "talk", ShowTalk(sheet.id, 0)),
                key(t, "rate_later", RateLater(sheet.id, sheet.round)),
            ),
            (fewer_button(t),),
        ),
        role="ticket_callback",
    )


def rating_put_off(t: Translator, sheet: TicketSheet, day: date) -> Screen:
    """When it will be brought to mind again; it can still be rated now."""
    return Screen(
        text=t(
            "tickets.callback.put_off",
            number=sheet.number,
            day=formats.day(t, day, today=sheet.today),
        ),
        keyboard=(tuple(rating_row(t, sheet)), back_row(t, key(t, "back", ShowTicket(sheet.id)))),
        role="ticket_callback",
    )


def _answerer(t: Translator, sheet: TicketSheet) -> str:
    name = sheet.answered_by or ""
    if sheet.department is None:
        return name
    place = words_of(t, sheet.department)
    return t.plain("tickets.callback.who", department=place, name=name)


def rated(t: Translator, sheet: TicketSheet, words: str = "") -> Screen:
    """The second question, or thanks; a change is possible for seven days."""
    if sheet.score is None:
        text = Html.lines(
            t("tickets.callback.noted", solved=t.plain(f"tickets.solved.{sheet.solved}")),
            quoted(words) if words else None,
            t("tickets.callback.score"),
        )
        return Screen(text=text, keyboard=_score_keys(t, sheet), role="ticket_callback")
    return Screen(
        text=Html.lines(
            t("tickets.callback.thanks", number=sheet.number, score=sheet.score),
            t("tickets.callback.change"),
        ),
        keyboard=(*_score_keys(t, sheet), back_row(t, key(t, "back", ShowTicket(sheet.id)))),
        role="ticket_callback",
    )


def _score_keys(t: Translator, sheet: TicketSheet) -> Keyboard:
    keys = [
        Button(
            t.plain(f"tickets.score.{score}"),
            data=RateScore(sheet.id, sheet.round, score).pack(),
        )
        for score in (5, 4, 3, 2, 1)
    ]
    return (tuple(keys[:3]), tuple(keys[3:]), (key(t, "comment", Comment(sheet.id)),))


def reopened(t: Translator, sheet: TicketSheet) -> Screen:
    """After “not solved”: one level up, with a name and a day."""
    name = sheet.handler or sheet.responsible
    who = t("tickets.reopened.by", name=name) if name else t("tickets.reopened.desk")
    day = sheet.contact and when(t, sheet, sheet.contact)
    return Screen(
        text=Html.lines(
            t("tickets.reopened.title", number=sheet.number),
            parts.about(t, sheet),
            who,
            t("tickets.reopened.contact", day=day) if day else None,
            t("tickets.reopened.missing"),
        ),
        keyboard=(
            (key(t, "supplement", Supplement(sheet.id)),),
            back_row(t, key(t, "progress", ShowTicket(sheet.id))),
        ),
    )


def not_done_again(t: Translator, sheet: TicketSheet) -> Screen:
    """“Not solved” after two more rounds: kept as said, and passed to the duty desk."""
    return Screen(
        text=Html.lines(
            t("tickets.not_again.title", number=sheet.number), t("tickets.not_again.then")
        ),
        keyboard=(
            (key(t, "comment", Comment(sheet.id)), go_button(t, "ask")),
            back_row(t, key(t, "progress", ShowTicket(sheet.id))),
        ),
        role="ticket_callback",
    )


def ask_comment(t: Translator, sheet: TicketSheet) -> Screen:
    """写一句."""
    return Screen(text=t("tickets.comment.title"), keyboard=(back_to(t, sheet),))


def commented(t: Translator, sheet: TicketSheet) -> Screen:
    """The comment is kept with the rating."""
    return Screen(
        text=t("tickets.comment.thanks", number=sheet.number), keyboard=(back_to(t, sheet),)
    )


def extended(t: Translator, sheet: TicketSheet) -> Screen:
    """The answer takes longer: the new day, and who answers for it."""
    return Screen(
        text=Html.lines(
            t("tickets.extended.title", number=sheet.number),
            parts.about(t, sheet),
            t("tickets.extended.until", day=when(t, sheet, sheet.answer)) if sheet.answer else None,
        ),
        keyboard=_news_keys(t, sheet),
    )


def rescheduled(t: Translator, sheet: TicketSheet, why: str) -> Screen:
    """Another day for the answer, or none; why: calendar, urgency, category."""
    title = (
        t("tickets.rescheduled.title", number=sheet.number, day=when(t, sheet, sheet.answer))
        if sheet.answer
        else t("tickets.rescheduled.no_day", number=sheet.number)
    )
    return Screen(
        text=Html.lines(title, t(f"tickets.rescheduled.{why}")),
        keyboard=_news_keys(t, sheet),
    )


def handed_over(t: Translator, sheet: TicketSheet) -> Screen:
    """Somebody else has it from now on, named; what was promised stands."""
    title = t("tickets.handed_over.title", number=sheet.number, name=sheet.handler or "")
    return Screen(
        text=Html.lines(title, t("tickets.handed_over.then"), promises(t, sheet)),
        keyboard=_news_keys(t, sheet),
    )


def merged(t: Translator, sheet: TicketSheet, number: str) -> Screen:
    """One of two numbers stays."""
    return Screen(
        text=Html.lines(
            t("tickets.merged.title", number=number, into=sheet.number), promises(t, sheet)
        ),
        keyboard=_news_keys(t, sheet),
    )


def joined(t: Translator, sheet: TicketSheet) -> Screen:
    """Answered together with others of the same kind; number and promises stay."""
    return Screen(
        text=Html.lines(t("tickets.joined.title", number=sheet.number), promises(t, sheet)),
        keyboard=_news_keys(t, sheet),
    )


def split(t: Translator, sheet: TicketSheet, first: str, words: str) -> Screen:
    """The second matter has a number, a department and promises of its own."""
    return Screen(
        text=Html.lines(
            t("tickets.split.title", first=first, number=sheet.number),
            quoted(words),
            where(t, sheet),
            promises(t, sheet),
        ),
        keyboard=_news_keys(t, sheet),
    )


def closed(t: Translator, sheet: TicketSheet) -> Screen:
    """Seven days without a word."""
    return Screen(
        text=t("tickets.closed.no_reply", number=sheet.number),
        keyboard=((*reopen_keys(t, sheet), key(t, "progress", ShowTicket(sheet.id))),),
    )


def answer_file(t: Translator, sheet: TicketSheet, attachment: Attachment) -> Screen:
    """A file of the answer, before the call-back."""
    return Screen(text=t("tickets.callback.file", number=sheet.number), attachment=attachment)
