"""Adding to a ticket, what was asked back, another category, taking it back."""

from collections.abc import Callable

from domain.screens import Button, Html, Screen
from domain.ticket_sheets import TicketSheet
from domain.tickets import Category, Status, Step
from views import formats
from views.people import back_row, go_button
from views.presses import Press
from views.ticket_presses import (
    AddTo,
    AsNew,
    HaveNone,
    NeedTime,
    PickTicketCategory,
    Reopen,
    ShowTicket,
    Supplement,
    Supplied,
    Withdraw,
)
from views.ticket_words import back_to, key, quoted, words_of
from views.translations import Translator


def supplement(t: Translator, sheet: TicketSheet) -> Screen:
    """What is written next belongs to this ticket; C13 when something was asked."""
    if sheet.status is Status.WAITING_COMPANY:
        return asked_back(t, sheet)
    return Screen(
        text=t("tickets.supplement.title", number=sheet.number),
        keyboard=((key(t, "supplied", Supplied(sheet.id)),), back_to(t, sheet)),
    )


def asked_back(t: Translator, sheet: TicketSheet) -> Screen:
    """C13: what the office needs to know, by when; its clock stands still meanwhile."""
    day = formats.day(t, sheet.asked_until, today=sheet.today) if sheet.asked_until else ""
    return Screen(
        text=Html.lines(
            t("tickets.asked.title", number=sheet.number),
            quoted(sheet.asked) if sheet.asked else None,
            t("tickets.asked.how"),
            t("tickets.asked.until", day=day) if day else None,
        ),
        keyboard=(
            (key(t, "answer_it", Supplement(sheet.id)),),
            (
                key(t, "have_none", HaveNone(sheet.id)),
                key(t, "need_time", NeedTime(sheet.id)),
            ),
            back_to(t, sheet),
        ),
        role="ticket_asked",
    )


def awaiting_answer(t: Translator, sheet: TicketSheet) -> Screen:
    """C13 after the first tap: write or send, until 发完了."""
    return Screen(
        text=Html.lines(
            t("tickets.asked.write", number=sheet.number),
            quoted(sheet.asked) if sheet.asked else None,
        ),
        keyboard=((key(t, "supplied", Supplied(sheet.id)),), back_to(t, sheet)),
    )


def added(t: Translator, sheet: TicketSheet, *, too_large: bool = False) -> Screen:
    """What was sent belongs to the ticket now."""
    return Screen(
        text=Html.lines(
            t("tickets.added.title", number=sheet.number),
            t("tickets.too_large") if too_large else t("tickets.added.more"),
        ),
        keyboard=(
            (
                key(t, "supplied", Supplied(sheet.id)),
                key(t, "progress", ShowTicket(sheet.id)),
            ),
            back_row(t),
        ),
    )


def reopen_keys(t: Translator, sheet: TicketSheet) -> tuple[Button, ...]:
    """重新打开, as long as it may be done again."""
    return (key(t, "reopen", Reopen(sheet.id)),) if Step.REOPEN in sheet.steps else ()


def closed_already(t: Translator, sheet: TicketSheet) -> Screen:
    """Words to a ticket that is over: reopen it, or start another."""
    return Screen(
        text=t("tickets.closed.title", number=sheet.number),
        keyboard=(
            (*reopen_keys(t, sheet), go_button(t, "ask")),
            back_to(t, sheet),
        ),
    )


def which(t: Translator, sheet: TicketSheet, message_id: int) -> Screen:
    """“加到 0007 吗？”"""
    return Screen(
        text=t(
            "tickets.which.title", number=sheet.short_number, category=words_of(t, sheet.category)
        ),
        keyboard=(
            (
                key(t, "add_to", AddTo(sheet.id, message_id)),
                key(t, "as_new", AsNew(message_id)),
            ),
            back_row(t),
        ),
    )


def ask_withdraw(t: Translator, sheet: TicketSheet) -> Screen:
    """撤回 asks once, and says what happens then."""
    return Screen(
        text=Html.lines(
            t("tickets.withdraw.title", number=sheet.number), t("tickets.withdraw.then")
        ),
        keyboard=((key(t, "withdraw_now", Withdraw(sheet.id)),), back_to(t, sheet)),
    )


def categories(t: Translator, chosen: Callable[[Category], Press], back: Button) -> Screen:
    """The fourteen categories by their short names, three per row."""
    keys = [
        Button(t.plain(f"tickets.category_short.{each}"), data=chosen(each).pack())
        for each in Category
    ]
    rows = [tuple(keys[i : i + 3]) for i in range(0, len(keys), 3)]
    return Screen(text=t("tickets.category.title"), keyboard=(*rows, back_row(t, back)))


def ticket_categories(t: Translator, sheet: TicketSheet) -> Screen:
    """改类别 of a submitted ticket."""
    back = key(t, "back", ShowTicket(sheet.id))
    return categories(t, lambda chosen: PickTicketCategory(sheet.id, chosen), back)
