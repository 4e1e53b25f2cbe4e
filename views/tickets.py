"""A company's tickets: the receipt, the card, the list, the call-back."""

from collections.abc import Iterator, Sequence

from domain.screens import Button, Html, Keyboard, Row, Screen
from domain.ticket_sheets import TicketSheet
from domain.tickets import Outcome, Solved, Status, Step
from views import formats
from views import ticket_parts as parts
from views.people import back_row, go_button, menu_button
from views.presses import Press
from views.promises import promises
from views.ticket_presses import (
    AskTicketCategory,
    AskVisitIn,
    AskWithdraw,
    ListTickets,
    RateSolved,
    Reopen,
    ShowHistory,
    ShowTalk,
    ShowTicket,
    Supplement,
    Urge,
)
from views.ticket_words import QUOTED, history_line, key, quoted, words_of
from views.translations import Translator

TICKETS_PER_PAGE = 4


def receipt(t: Translator, sheet: TicketSheet) -> Screen:
    """C11: the number, where it is, by when somebody answers."""
    return Screen(
        text=Html.lines(
            t("tickets.receipt.title", number=sheet.number),
            where(t, sheet),
            promises(t, sheet),
            t("tickets.receipt.target"),
        ),
        keyboard=_receipt_keys(t, sheet),
    )


def _receipt_keys(t: Translator, sheet: TicketSheet) -> Keyboard:
    return (
        (
            Button(t.plain("tickets.button.copy"), copies=sheet.number),
            key(t, "supplement", Supplement(sheet.id)),
        ),
        (
            key(t, "progress", ShowTicket(sheet.id)),
            key(t, "category", AskTicketCategory(sheet.id)),
        ),
        (key(t, "withdraw", AskWithdraw(sheet.id)), menu_button(t)),
    )


def where(t: Translator, sheet: TicketSheet) -> Html:
    """融资信贷 · 一般 · 已转区财政局（金融），等待受理."""
    is_waiting = sheet.status in {Status.RECEIVED, Status.DISPATCHED}
    return t(
        "tickets.where_waiting" if is_waiting else "tickets.where",
        category=words_of(t, sheet.category),
        urgency=t.plain(f"tickets.urgency.{sheet.urgency}"),
        place=_place(t, sheet),
    )


def _place(t: Translator, sheet: TicketSheet) -> str:
    if sheet.department is None:
        return t.plain("tickets.place.unconfirmed")
    return t.plain("tickets.place.department", department=sheet.department.of(t.locale))


def card(t: Translator, sheet: TicketSheet) -> Screen:
    """C12: status, who, by when, the newest word; buttons are what the life cycle allows."""
    return Screen(
        text=Html.lines(
            t("tickets.card.title", number=sheet.number, status=_status(t, sheet)),
            *(_together(t, sheet) if sheet.parts else _alone(t, sheet)),
            _last(t, sheet),
            _quote(t, sheet),
        ),
        keyboard=_card_keys(t, sheet),
        role="ticket_card",
    )


def _alone(t: Translator, sheet: TicketSheet) -> Iterator[Html | None]:
    """Where a ticket of one part stands."""
    yield where(t, sheet)
    yield _about(t, sheet)
    yield _who(t, sheet)
    yield _standing(t, sheet)


def _together(t: Translator, sheet: TicketSheet) -> Iterator[Html | None]:
    """Where the errands of a bundle stand, and what all of them wait for."""
    yield from parts.lines(t, sheet)
    if sheet.status in {Status.WAITING_COMPANY, Status.ANSWERED, Status.CLOSED}:
        yield _standing(t, sheet)


def shows_card(t: Translator, sheet: TicketSheet, text: str) -> bool:
    """Whether a message still is this ticket's card, in whatever state; it may have been led on to
    another screen meanwhile."""
    titles = [
        t("tickets.card.title", number=sheet.number, status=t.plain(f"tickets.status.{status}"))
        for status in Status
    ]
    return text.partition("\n")[0] in titles


def _status(t: Translator, sheet: TicketSheet) -> str:
    return t.plain(f"tickets.status.{sheet.status}")


def _about(t: Translator, sheet: TicketSheet) -> Html | None:
    if sheet.measure is None:
        return None
    return t("tickets.card.about", measure=words_of(t, sheet.measure))


def _who(t: Translator, sheet: TicketSheet) -> Html | None:
    if sheet.handler is not None:
        return t("tickets.card.handler", name=sheet.handler)
    if sheet.responsible is not None:
        return t("tickets.card.responsible", name=sheet.responsible)
    return None


def _standing(t: Translator, sheet: TicketSheet) -> Html | None:
    """What happens next, or how it ended."""
    match sheet.status:
        case Status.WAITING_COMPANY:
            return t("tickets.card.waiting")
        case Status.ANSWERED if sheet.closes_on is not None:
            day = formats.day(t, sheet.closes_on, today=sheet.today)
            return t("tickets.card.answered", day=day)
        case Status.CLOSED:
            return _ending(t, sheet)
        case _:
            return promises(t, sheet)


def _ending(t: Translator, sheet: TicketSheet) -> Html:
    if sheet.outcome is None:
        return t("tickets.card.closed")
    words = t(f"tickets.outcome.{sheet.outcome}")
    if sheet.score is None:
        return t("tickets.card.ended", outcome=words)
    return t("tickets.card.rated", outcome=words, score=sheet.score)


def _last(t: Translator, sheet: TicketSheet) -> Html | None:
    if sheet.last is None:
        return None
    return t("tickets.card.last", line=history_line(t, sheet, sheet.last))


def _quote(t: Translator, sheet: TicketSheet) -> Html | None:
    words = sheet.asked or sheet.office_said
    if not words:
        return None
    title = "tickets.card.asked" if sheet.asked else "tickets.card.said"
    return Html.lines(t(title), quoted(words, limit=QUOTED))


def _card_keys(t: Translator, sheet: TicketSheet) -> Keyboard:
    steps = sheet.steps
    first = [*rating_row(t, sheet)] if Step.RATE in steps and sheet.score is None else []
    may = {
        "answer_it": Step.SUPPLY in steps and Supplement(sheet.id),
        "supplement": Step.ADD in steps and Supplement(sheet.id),
        "urge": Step.URGE in steps and sheet.may_urge and Urge(sheet.id),
        "withdraw": Step.WITHDRAW in steps and AskWithdraw(sheet.id),
        "reopen": Step.REOPEN in steps and Reopen(sheet.id),
    }
    keys = [key(t, name, press) for name, press in may.items() if isinstance(press, Press)]
    looks = (
        key(t, "talk", ShowTalk(sheet.id, 0)),
        key(t, "history", ShowHistory(sheet.id, 0)),
        *((key(t, "ask_visit", AskVisitIn(sheet.id)),) if sheet.may_ask_visit else ()),
    )
    rows: list[Row] = [tuple(first)] if first else []
    rows += [tuple(keys[i : i + 3]) for i in range(0, len(keys), 3)]
    return (*rows, looks, back_row(t, key(t, "list", ListTickets(0))))


def rating_row(t: Translator, sheet: TicketSheet) -> Iterator[Button]:
    """解决了 / 部分解决 / 没解决; nothing while there is no answer."""
    if sheet.outcome is Outcome.WITHDRAWN or sheet.answered_on is None:
        return
    for solved in Solved:
        words = t.plain(f"tickets.solved.{solved}")
        yield Button(words, data=RateSolved(sheet.id, sheet.round, solved).pack())


def listed(t: Translator, sheets: Sequence[TicketSheet], page: int, pages: int) -> Screen:
    """/tickets: a page of them, what waits for the company first."""
    if not sheets:
        keys = ((go_button(t, "ask"),), back_row(t))
        return Screen(text=t("tickets.list.none"), keyboard=keys)
    rows = [(_ticket_key(t, sheet),) for sheet in sheets]
    return Screen(
        text=Html.lines(t("tickets.list.title"), *(_list_line(t, sheet) for sheet in sheets)),
        keyboard=(*rows, *_pager(t, page, pages), back_row(t)),
    )


def _ticket_key(t: Translator, sheet: TicketSheet) -> Button:
    category = t.plain(f"tickets.category_short.{sheet.kind}")
    words = t.plain("tickets.button.one", number=sheet.short_number, category=category)
    return Button(words, data=ShowTicket(sheet.id).pack())


def _list_line(t: Translator, sheet: TicketSheet) -> Html:
    return t(
        "tickets.list.line",
        number=sheet.number,
        category=words_of(t, sheet.category),
        status=_status(t, sheet),
        day=formats.day(t, sheet.received_at.astimezone(sheet.zone).date(), today=sheet.today),
    )


def _pager(t: Translator, page: int, pages: int) -> Iterator[Row]:
    keys = []
    if page > 0:
        keys.append(key(t, "newer", ListTickets(page - 1)))
    if page + 1 < pages:
        keys.append(key(t, "older", ListTickets(page + 1)))
    if keys:
        yield tuple(keys)
