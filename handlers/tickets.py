"""C11–C14: a company follows, supplements, withdraws, reopens and rates its tickets."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import Message

from domain.actors import Actor
from domain.errors import NotFound
from domain.incoming import Incoming
from domain.screens import Reply, Screen, answer, fresh
from domain.ticket_sheets import TicketSheet
from domain.tickets import Solved, Status
from handlers import drafts
from handlers.drafts import ask_about, offer_draft
from handlers.here import LEADS_AWAY, Here, here, remember
from handlers.incoming import read
from handlers.routing import Routes
from models import Message as Stored
from models import Task, Ticket
from services import messages, packing, ticket_drafts, tickets
from services.messages import Address
from services.ticket_drafts import AWAITED, COMMENT, SHOWN
from services.ticket_sheets import brief_of, history_of, sheet_of, talk_of
from views import ticket_additions, ticket_talk, unknown
from views import ticket_news as news
from views import ticket_presses as presses
from views import tickets as views

__all__ = ["add_routes", "ask_about", "offer_draft"]

_NUMBER = re.compile(r"QT-\d{8}-\d{4,}", re.IGNORECASE)
_SHORT_NUMBER = re.compile(r"(?:看|查|工单|诉求)?\s*(\d{4})")
_DONE = frozenset({"发完了", "没有了", "好了", "取消", "done", "cancel"})


async def _sheet(at: Here, ticket: Ticket) -> TicketSheet:
    return await sheet_of(at.session, ticket, office=at.office, now=at.now)


def _brief(at: Here, ticket: Ticket) -> TicketSheet:
    return brief_of(ticket, office=at.office, now=at.now)


async def _own(at: Here, ticket_id: int) -> Ticket:
    """A ticket of one's own side; NotFound for everybody else, officers included."""
    ticket = await tickets.get_for(at.session, ticket_id, at.actor)
    if not tickets.is_of_company(ticket, at.actor):
        raise NotFound
    return await tickets.final_of(at.session, ticket)


async def _card(at: Here, ticket: Ticket, *, note: str = "") -> Reply:
    remember(at.talk, ticket, now=at.now)
    return answer(views.card(at.t, await _sheet(at, ticket)), toast=note)


# Looking


async def list_mine(_: object, press: presses.ListTickets | None = None, **given: Any) -> Reply:
    """/tickets."""
    at = here(given)
    found = await tickets.tickets_of(at.session, at.actor)
    page = press.page if press else 0
    size = views.TICKETS_PER_PAGE
    shown = [_brief(at, ticket) for ticket in found[page * size : (page + 1) * size]]
    return answer(views.listed(at.t, shown, page, -(-len(found) // size)))


async def show(_: object, press: presses.ShowTicket, **given: Any) -> Reply:
    """C12."""
    at = here(given)
    return await _card(at, await _own(at, press.ticket_id))


async def show_found(_: Message, found: Ticket, **given: Any) -> Reply:
    """A number was typed."""
    return await _card(here(given), found)


async def show_talk(_: object, press: presses.ShowTalk, **given: Any) -> Reply:
    """看往来."""
    at = here(given)
    ticket = await _own(at, press.ticket_id)
    said = await talk_of(at.session, ticket)
    return answer(ticket_talk.talk(at.t, _brief(at, ticket), said, press.page))


async def show_history(_: object, press: presses.ShowHistory, **given: Any) -> Reply:
    """看历史."""
    at = here(given)
    ticket = await _own(at, press.ticket_id)
    lines = await history_of(at.session, ticket, office=at.office)
    return answer(ticket_talk.history(at.t, _brief(at, ticket), lines, press.page))


async def show_file(_: object, press: presses.ShowFile, **given: Any) -> Reply:
    """A file of the conversation, once more, below."""
    at = here(given)
    message = await at.session.get(Stored, press.message_id)
    if message is None or message.ticket_id is None or press.place >= len(message.attachments):
        raise NotFound
    ticket = await _own(at, message.ticket_id)
    if message.id not in {said.id for said in await talk_of(at.session, ticket)}:
        raise NotFound
    return fresh(ticket_talk.sent_file(packing.recall(message.attachments[press.place])))


# Adding


async def supplement(_: object, press: presses.Supplement, **given: Any) -> Reply:
    """补充, and the answer to what was asked back."""
    at = here(given)
    ticket = await _own(at, press.ticket_id)
    if ticket.status is Status.CLOSED:
        return answer(ticket_additions.closed_already(at.t, await _sheet(at, ticket)))
    at.talk.turn_to(AWAITED, ticket=ticket.id)
    if ticket.status is Status.WAITING_COMPANY:
        return answer(ticket_additions.awaiting_answer(at.t, await _sheet(at, ticket)))
    return answer(ticket_additions.supplement(at.t, _brief(at, ticket)))


async def take_supply(message: Message, **given: Any) -> Any:
    """What is written or sent until 发完了."""
    if (message.text or "").strip().lower() in LEADS_AWAY:
        return UNHANDLED
    at = here(given)
    if (message.text or "").strip().lower() in _DONE:
        return await _card(at, await _own(at, at.talk.data["ticket"]))
    return await _add(read(message), await _own(at, at.talk.data["ticket"]), at)


async def answer_ticket(message: Message, found: Ticket, **given: Any) -> Reply:
    """A reply to any of our messages about a ticket belongs to that ticket."""
    return await _add(read(message), found, here(given))


async def _add(incoming: Incoming, ticket: Ticket, at: Here) -> Reply:
    if incoming.is_trifle:
        return answer(unknown.words_please(at.t))
    if not incoming.is_forwarded and ticket_drafts.says_danger(incoming.text, at.office):
        at.talk.rest()
        return await drafts.take(incoming, at)
    stored = await messages.keep(
        at.session, incoming, at.place, person_id=at.actor.person_id, now=at.now
    )
    if ticket.status is Status.CLOSED:
        return answer(ticket_additions.closed_already(at.t, await _sheet(at, ticket)))
    ticket = await tickets.add(at.session, ticket.id, message=stored, **at.by)
    screen = ticket_additions.added(at.t, _brief(at, ticket), too_large=incoming.too_large)
    return await _once_per_album(incoming, screen, at)


async def _once_per_album(incoming: Incoming, screen: Screen, at: Here) -> Reply:
    """The parts of an album are acknowledged together."""
    if incoming.album is None:
        return answer(screen)
    parts = await messages.of_album(at.session, at.place, incoming.album)
    return answer(screen) if len(parts) == 1 else Reply()


async def add_to(_: object, press: presses.AddTo, **given: Any) -> Reply:
    """加进去."""
    at = here(given)
    stored = await _waiting_message(at, press.message_id)
    ticket = await tickets.add(at.session, press.ticket_id, message=stored, **at.by)
    return await _card(at, ticket)


async def as_new(_: object, press: presses.AsNew, **given: Any) -> Reply:
    """新问题."""
    at = here(given)
    stored = await _waiting_message(at, press.message_id)
    files = tuple(packing.recall(file) for file in stored.attachments)
    incoming = Incoming(text=stored.text, kind=stored.kind, attachments=files)
    return await drafts.into_draft(stored, incoming, at)


async def _waiting_message(at: Here, message_id: int) -> Stored:
    """A message of one's own that belongs to no ticket yet."""
    stored = await at.session.get(Stored, message_id)
    if stored is None or stored.person_id != at.actor.person_id or stored.ticket_id is not None:
        raise NotFound
    return stored


async def supplied(_: object, press: presses.Supplied, **given: Any) -> Reply:
    """发完了."""
    at = here(given)
    return await _card(at, await _own(at, press.ticket_id))


async def have_none(_: object, press: presses.HaveNone, **given: Any) -> Reply:
    """没有这份 answers the question: the office goes on without it."""
    at = here(given)
    return await _say(at, press.ticket_id, at.t.plain("tickets.asked.have_none_words"))


async def need_time(_: object, press: presses.NeedTime, **given: Any) -> Reply:
    """需要更多时间: the handler is told; the clock stands still as long as nothing came."""
    at = here(given)
    await tickets.need_time(at.session, press.ticket_id, **at.by)
    note = at.t.plain("tickets.asked.time_noted")
    return await _card(at, await _own(at, press.ticket_id), note=note)


async def _say(at: Here, ticket_id: int, words: str) -> Reply:
    """Words that a button stands for."""
    ticket = await _own(at, ticket_id)
    if ticket.status is not Status.WAITING_COMPANY:
        return await _card(at, ticket)
    stored = await messages.keep(
        at.session, Incoming(text=words), at.place, person_id=at.actor.person_id, now=at.now
    )
    return await _card(at, await tickets.add(at.session, ticket.id, message=stored, **at.by))


async def take_edit(message: Message, kept: Stored, **given: Any) -> Reply:
    """Somebody edited a message that is kept: a new version, and the draft drawn again."""
    at = here(given)
    await tickets.edit(at.session, kept, incoming=read(message), **at.by)
    card = await messages.latest_card(at.session, at.place, "ticket_draft")
    if card is not None and kept.id in at.talk.data.get("messages", ()):
        await messages.redraw(at.session, card, await drafts.draft_screen(at), now=at.now)
    return Reply()


# Changing


async def ask_category(_: object, press: presses.AskTicketCategory, **given: Any) -> Reply:
    """改类别."""
    at = here(given)
    sheet = _brief(at, await _own(at, press.ticket_id))
    return answer(ticket_additions.ticket_categories(at.t, sheet))


async def pick_category(_: object, press: presses.PickTicketCategory, **given: Any) -> Reply:
    """The category chosen; before anybody took it, the department follows."""
    at = here(given)
    await _own(at, press.ticket_id)
    ticket = await tickets.set_category(
        at.session, press.ticket_id, category=press.category, **at.by
    )
    return await _card(at, ticket)


async def urge(_: object, press: presses.Urge, **given: Any) -> Reply:
    """催办."""
    at = here(given)
    ticket = await tickets.urge(at.session, press.ticket_id, **at.by)
    return await _card(at, ticket, note=at.t.plain("tickets.urged"))


async def ask_withdraw(_: object, press: presses.AskWithdraw, **given: Any) -> Reply:
    """撤回 asks once."""
    at = here(given)
    sheet = _brief(at, await _own(at, press.ticket_id))
    return answer(ticket_additions.ask_withdraw(at.t, sheet))


async def withdraw(_: object, press: presses.Withdraw, **given: Any) -> Reply:
    """确认撤回."""
    at = here(given)
    return await _card(at, await tickets.withdraw(at.session, press.ticket_id, **at.by))


async def reopen(_: object, press: presses.Reopen, **given: Any) -> Reply:
    """重新打开; what is missing may be written at once."""
    at = here(given)
    await _own(at, press.ticket_id)
    ticket = await tickets.reopen(at.session, press.ticket_id, **at.by)
    at.talk.turn_to(AWAITED, ticket=ticket.id)
    return answer(news.reopened(at.t, await _sheet(at, ticket)))


# Rating


async def rate_solved(_: object, press: presses.RateSolved, **given: Any) -> Reply:
    """解决了 / 部分解决 / 没解决."""
    at = here(given)
    ticket = await _own(at, press.ticket_id)
    if ticket.round != press.round:
        return await _card(at, ticket, note=at.t.plain("tickets.callback.earlier_round"))
    if press.solved is Solved.NO:
        sheet = await _sheet(at, ticket)
        several = len(sheet.parts) > 1
        return answer(news.which_part(at.t, sheet)) if several else await _again(at, ticket)
    ticket = await tickets.rate(at.session, ticket.id, solved=press.solved, **at.by)
    return answer(news.rated(at.t, await _sheet(at, ticket)))


async def part_unsolved(_: object, press: presses.PartUnsolved, **given: Any) -> Reply:
    """The errand that is done again."""
    at = here(given)
    ticket = await _own(at, press.ticket_id)
    if ticket.round != press.round:
        return await _card(at, ticket, note=at.t.plain("tickets.callback.earlier_round"))
    return await _again(at, ticket, press.task_id)


async def _again(at: Here, ticket: Ticket, task_id: int | None = None) -> Reply:
    """没解决: one level up, or, after two such rounds, to a person."""
    ticket = await tickets.rate(at.session, ticket.id, solved=Solved.NO, task_id=task_id, **at.by)
    task = await at.session.get(Task, task_id) if task_id is not None else None
    sheet = await sheet_of(at.session, ticket, office=at.office, now=at.now, task=task)
    if ticket.status is Status.CLOSED:
        return answer(news.not_done_again(at.t, sheet))
    at.talk.turn_to(AWAITED, ticket=ticket.id)
    return answer(news.reopened(at.t, sheet))


async def rate_later(_: object, press: presses.RateLater, **given: Any) -> Reply:
    """Not now: in two days."""
    at = here(given)
    ticket = await _own(at, press.ticket_id)
    if ticket.round != press.round or ticket.status is not Status.ANSWERED:
        return await _card(at, ticket, note=at.t.plain("tickets.callback.earlier_round"))
    day = await tickets.remind_of_rating(
        at.session,
        ticket,
        at.actor.person_id,
        days=timedelta(days=2),
        now=at.now,
        office=at.office,
    )
    return answer(news.rating_put_off(at.t, await _sheet(at, ticket), day))


async def rate_score(_: object, press: presses.RateScore, **given: Any) -> Reply:
    """1–5; a second press changes it and says so."""
    at = here(given)
    ticket = await _own(at, press.ticket_id)
    if ticket.round != press.round:
        return await _card(at, ticket, note=at.t.plain("tickets.callback.earlier_round"))
    ticket = await tickets.rate(at.session, ticket.id, score=press.score, **at.by)
    note = at.t.plain("tickets.callback.you_gave", score=press.score)
    return answer(news.rated(at.t, await _sheet(at, ticket)), toast=note)


async def ask_comment(_: object, press: presses.Comment, **given: Any) -> Reply:
    """写一句."""
    at = here(given)
    ticket = await _own(at, press.ticket_id)
    at.talk.turn_to(COMMENT, ticket=ticket.id)
    return answer(news.ask_comment(at.t, await _sheet(at, ticket)))


async def take_comment(message: Message, **given: Any) -> Any:
    """A sentence about the answer."""
    if (message.text or "").strip().lower() in LEADS_AWAY:
        return UNHANDLED
    at = here(given)
    ticket = await _own(at, at.talk.data["ticket"])
    if (message.text or "").strip().lower() in _DONE:
        return await _card(at, ticket)
    if (incoming := read(message)).is_trifle:
        return answer(unknown.words_please(at.t))
    stored = await messages.keep(
        at.session, incoming, at.place, person_id=at.actor.person_id, now=at.now
    )
    ticket = await tickets.rate(at.session, ticket.id, message=stored, **at.by)
    remember(at.talk, ticket, now=at.now)
    return answer(news.commented(at.t, await _sheet(at, ticket)))


# Finding the ticket a message is about


async def is_about_ticket(
    message: Message, session: Any, actor: Actor, place: Address
) -> bool | dict[str, Any]:
    """A reply in private to something that names exactly one ticket of one's own."""
    replied = message.reply_to_message
    if message.chat.type != "private" or replied is None:
        return False
    ticket = await _ticket_of(session, replied, actor, place)
    return {"found": ticket} if ticket is not None else False


async def _ticket_of(session: Any, replied: Message, actor: Actor, place: Address) -> Ticket | None:
    row = await messages.by_telegram_id(
        session, bot_id=place.bot_id, chat_id=place.chat_id, telegram_id=replied.message_id
    )
    if row is not None and row.ticket_id is not None:
        ticket = await session.get(Ticket, row.ticket_id)
        is_own = tickets.is_of_company(ticket, actor)
        return await tickets.final_of(session, ticket) if is_own else None
    named = {number.upper() for number in _NUMBER.findall(replied.text or replied.caption or "")}
    return await _named(session, named.pop(), actor) if len(named) == 1 else None


async def _named(session: Any, number: str, actor: Actor) -> Ticket | None:
    try:
        ticket = await tickets.ticket_by_number(session, number, actor)
    except NotFound:
        return None
    return ticket if tickets.is_of_company(ticket, actor) else None


async def names_ticket(
    message: Message, session: Any, actor: Actor, talk: Any
) -> bool | dict[str, Any]:
    """A ticket's number and nothing else; the last four digits while no question is open."""
    text = (message.text or "").strip()
    if message.chat.type != "private" or not text:
        return False
    if _NUMBER.fullmatch(text):
        ticket = await _named(session, text, actor)
        return {"found": ticket} if ticket is not None else False
    short = _SHORT_NUMBER.fullmatch(text)
    if short is None or talk.state not in {"", SHOWN}:
        return False
    ticket = _ending_in(short[1], await tickets.tickets_of(session, actor))
    return {"found": ticket} if ticket is not None else False


def _ending_in(digits: str, found: Sequence[Ticket]) -> Ticket | None:
    alike = [ticket for ticket in found if ticket.number.endswith(f"-{digits}")]
    return max(alike, key=lambda ticket: ticket.id, default=None)


async def is_kept(message: Message, session: Any, place: Address) -> bool | dict[str, Any]:
    """An edited message that we keep."""
    row = await messages.by_telegram_id(
        session, bot_id=place.bot_id, chat_id=place.chat_id, telegram_id=message.message_id
    )
    sender = message.from_user
    if row is None or row.person_id is None or sender is None:
        return False
    return {"kept": row}


def add_routes(routes: Routes) -> None:
    """Routes of this module; asked early, because a reply to a ticket goes before any form."""
    routes.on_message(answer_ticket, is_about_ticket)
    routes.on_message(show_found, names_ticket)
    routes.on_edited(take_edit, is_kept)
    routes.on_press(
        {
            presses.ShowTicket: show,
            presses.ListTickets: list_mine,
            presses.ShowTalk: show_talk,
            presses.ShowHistory: show_history,
            presses.ShowFile: show_file,
            presses.Supplement: supplement,
            presses.Supplied: supplied,
            presses.HaveNone: have_none,
            presses.NeedTime: need_time,
            presses.Urge: urge,
            presses.AskWithdraw: ask_withdraw,
            presses.Withdraw: withdraw,
            presses.Reopen: reopen,
            presses.RateSolved: rate_solved,
            presses.PartUnsolved: part_unsolved,
            presses.RateScore: rate_score,
            presses.RateLater: rate_later,
            presses.Comment: ask_comment,
            presses.AskTicketCategory: ask_category,
            presses.PickTicketCategory: pick_category,
            presses.AddTo: add_to,
            presses.AsNew: as_new,
        },
    )
    routes.on_command({"tickets": list_mine})
    routes.on_words({AWAITED: take_supply, COMMENT: take_comment})
