"""By when a company is answered: the moments of a ticket's promises in words."""

from domain.screens import Html
from domain.ticket_sheets import Promise, TicketSheet
from views import formats
from views.translations import Translator

_CONTACT = "tickets.promise.contact"


def promises(t: Translator, sheet: TicketSheet) -> Html | None:
    """首次联系：11月24日（周二）前 · 答复：11月30日（周一）前，5 个工作日."""
    parts = []
    if sheet.contact is not None and not sheet.contacted:
        wording = "tickets.promise.contact_over" if sheet.contact.is_over else _CONTACT
        parts.append(t(wording, day=when(t, sheet, sheet.contact)))
    if sheet.answer is not None:
        parts.append(_answer(t, sheet.answer, when(t, sheet, sheet.answer)))
    return Html(" · ".join(parts)) if parts else None


def _answer(t: Translator, answer: Promise, day: str) -> Html:
    if answer.is_over:
        return t.plural("tickets.promise.over", answer.days_left, day=day)
    if not answer.days_left:
        return t("tickets.promise.today", day=day)
    return t.plural("tickets.promise.answer", answer.days_left, day=day)


def when(t: Translator, sheet: TicketSheet, promise: Promise) -> str:
    """The day of a promise, the minute where it runs in hours; 暂按 while it may still change."""
    if promise.at is not None:
        words = formats.moment(t, promise.at, sheet.zone, today=sheet.today)
    else:
        words = formats.day(t, promise.day, today=sheet.today)
    return t.plain("tickets.promise.provisional", day=words) if promise.provisional else words
