"""What a company hears of its tickets: each is judged again when it comes due."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.retention import UNCONFIRMED
from domain.screens import Attachment, Screen, are_album
from domain.ticket_sheets import TicketSheet
from domain.tickets import Status
from models import Conversation, Message, Notice, Person, Task, Ticket
from scheduler.outcomes import Elsewhere
from services import (
    bundles,
    messages,
    notice_choices,
    notices,
    packing,
    people,
    ticket_drafts,
    tickets,
)
from services.messages import Address
from services.office import Office
from services.ticket_sheets import sheet_of
from views import drafts as draft_views
from views import registering as registering_views
from views import ticket_news as views
from views import tickets as ticket_views
from views.translations import Translator, translator


async def _told(session: AsyncSession, notice: Notice) -> tuple[Ticket, Translator]:
    """The ticket, and the language of the person who is told."""
    ticket = await session.get_one(Ticket, notice.subject_id)
    person = await session.get_one(Person, notice.person_id)
    return ticket, translator(person.locale)


async def _task(session: AsyncSession, notice: Notice) -> Task | None:
    """The share that a word is about."""
    task_id = notice.details.get("task_id")
    return await session.get(Task, task_id) if task_id else None


async def draft_waiting(
    session: AsyncSession, notice: Notice, office: Office, _now: datetime
) -> Screen | None:
    """A draft that nobody touched; nothing when it was sent, put away or replaced."""
    talk = await session.get(Conversation, notice.subject_id)
    if talk is None or not await _wants_reminders(session, notice):
        return None
    if not ticket_drafts.is_same(talk, notice.details["since"]):
        return None
    person = await session.get_one(Person, notice.person_id)
    until = office.today(datetime.fromisoformat(talk.data["at"]) + UNCONFIRMED)
    return draft_views.waiting(translator(person.locale), until)


async def _wants_reminders(session: AsyncSession, notice: Notice) -> bool:
    """少发这类: reminders can be muted, answers cannot."""
    choice = await notice_choices.choice_of(session, notice.person_id or 0)
    return choice.reminders


async def taken(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """Who handles it; nothing when that changed within the minute."""
    ticket, t = await _told(session, notice)
    task = await session.get_one(Task, notice.details["task_id"])
    if task.handler_id != notice.details["handler_id"] or ticket.status not in tickets.OPEN:
        return None
    return views.taken(t, await sheet_of(session, ticket, office=office, now=now, task=task))


async def replied(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """A word from the office."""
    ticket, t = await _told(session, notice)
    message = await session.get_one(Message, notice.details["message_id"])
    if message.erased_at is not None or message.role not in tickets.SPOKEN:
        return None
    task = await _task(session, notice)
    sheet = await sheet_of(session, ticket, office=office, now=now, task=task)
    writer = await _writer(session, message)
    parts = await tickets.join_album(session, notice, message, now=now)
    files = _files(parts)
    if len(files) > 1:
        await _send_files(session, notice, files, sheet, t, office, now)
    alone = files[0] if len(files) == 1 else None
    return views.replied(t, sheet, name=writer, words=_words(parts), attachment=alone)


async def edited(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """The officer edited a word that went out already; the old one is not what counts."""
    ticket, t = await _told(session, notice)
    message = await session.get_one(Message, notice.details["message_id"])
    if message.erased_at is not None or message.role not in tickets.SPOKEN:
        return None
    if await _is_still_to_go_out(session, message):
        return None
    task = await _task(session, notice)
    sheet = await sheet_of(session, ticket, office=office, now=now, task=task)
    writer = await _writer(session, message)
    return views.replied(
        t, sheet, name=writer, words=message.text, attachment=_file(message), edited=True
    )


async def _is_still_to_go_out(session: AsyncSession, message: Message) -> bool:
    waiting = await tickets.waiting_to_go_out(session, message.ticket_id or 0, message.id)
    return bool(waiting)


async def _writer(session: AsyncSession, message: Message) -> str:
    person = await session.get(Person, message.person_id) if message.person_id else None
    return person.name if person else ""


def _file(message: Message) -> Attachment | None:
    return packing.recall(message.attachments[0]) if message.attachments else None


def _files(parts: Sequence[Message]) -> list[Attachment]:
    return [packing.recall(file) for part in parts for file in part.attachments]


def _words(parts: Sequence[Message]) -> str:
    """The words of an album stand under any of its files."""
    return "\n\n".join(part.text for part in parts if part.text)


async def asked_back(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """C13: what is written next answers it, unless another form is open in the chat. Files of the
    question go before it."""
    ticket, t = await _told(session, notice)
    if ticket.status is not Status.WAITING_COMPANY:
        return None
    question = await session.get(Message, notice.details.get("message_id") or 0)
    parts = await tickets.join_album(session, notice, question, now=now) if question else []
    sheet = await sheet_of(session, ticket, office=office, now=now)
    await _send_files(session, notice, _files(parts), sheet, t, office, now)
    person = await session.get_one(Person, notice.person_id)
    talk = await people.conversation(
        session,
        bot_id=office.bot_id,
        chat_id=person.telegram_id,
        person_id=person.id,
        now=now,
    )
    if talk.state in {"", ticket_drafts.SHOWN}:
        talk.turn_to(ticket_drafts.AWAITED, ticket=ticket.id)
    return views.asked_back(t, sheet)


async def answered(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | Elsewhere | None:
    """C14: the answer in full, with the call-back; a file goes before it."""
    ticket, t = await _told(session, notice)
    if ticket.status is not Status.ANSWERED or ticket.round != notice.details["round"]:
        return None
    sheet = await sheet_of(session, ticket, office=office, now=now)
    message_id = notice.details.get("message_id")
    message = await session.get(Message, message_id) if message_id else None
    parts = [] if message is None else await tickets.join_album(session, notice, message, now=now)
    await _send_files(session, notice, _files(parts), sheet, t, office, now)
    return views.call_back(t, sheet, _words(parts))


async def _send_files(
    session: AsyncSession,
    notice: Notice,
    files: Sequence[Attachment],
    sheet: TicketSheet,
    t: Translator,
    office: Office,
    now: datetime,
) -> None:
    """Before the words that they go with: as one group where they can be one."""
    person = await session.get_one(Person, notice.person_id)
    if person.unreachable_since is not None or person.erased_at is not None:
        return
    place = Address(office.bot_id, person.telegram_id)
    if are_album(files):
        text = views.answer_file(t, sheet, files[0]).text
        await messages.owe_files(session, place, files, text=text, now=now, ticket_id=sheet.id)
        return
    for file in files:
        screen = views.answer_file(t, sheet, file)
        await messages.owe(session, place, screen, now=now, ticket_id=sheet.id)


async def for_whom_it_is(session: AsyncSession, notice: Notice, now: datetime) -> bool:
    """Whoever left the company hears nothing more of its tickets; who is there hears it instead."""
    ticket = await session.get_one(Ticket, notice.subject_id)
    if notice.person_id is None or await _belongs(session, ticket, notice.person_id):
        return True
    for person in await tickets.company_people(session, ticket):
        await notices.owe_notice(
            session,
            notice.kind,
            key=f"{notice.key}:{person.id}",
            due_at=now,
            now=now,
            person_id=person.id,
            subject=notice.subject,
            subject_id=notice.subject_id,
            urgent=notice.urgent,
            **notice.details,
        )
    return False


async def _belongs(session: AsyncSession, ticket: Ticket, person_id: int) -> bool:
    person = await session.get_one(Person, person_id)
    actor = await people.actor_for(session, person, administrators=frozenset())
    return tickets.is_of_company(ticket, actor)


async def bundle_progress(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> None:
    """The company's card of a bundle shows in place what each part came to, without a sound."""
    ticket = await session.get_one(Ticket, notice.subject_id)
    if not await bundles.is_newest(session, ticket, notice.details["event_id"]):
        return
    for card in await messages.cards_of(session, ticket.id, bundles.CARD):
        person = await people.by_telegram_id(session, card.chat_id)
        if person is None or not await _belongs(session, ticket, person.id):
            continue
        t = translator(person.locale)
        sheet = await sheet_of(session, ticket, office=office, now=now)
        screen = ticket_views.card(t, sheet)
        if ticket_views.shows_card(t, sheet, card.text) and screen.text != card.text:
            await messages.redraw(session, card, screen, now=now)


async def extended(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """A later day for the answer."""
    ticket, t = await _told(session, notice)
    if ticket.status not in tickets.OPEN:
        return None
    task = await _task(session, notice)
    return views.extended(t, await sheet_of(session, ticket, office=office, now=now, task=task))


async def merged(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """Two of the company's own are one now; both numbers lead there."""
    ticket, t = await _told(session, notice)
    final = await tickets.final_of(session, ticket)
    sheet = await sheet_of(session, final, office=office, now=now)
    return views.merged(t, sheet, ticket.number)


async def joined(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """Others ask the same; nothing is said of whom. Nothing once it is on its own again."""
    ticket, t = await _told(session, notice)
    if ticket.joined_to is None:
        return None
    return views.joined(t, await sheet_of(session, ticket, office=office, now=now))


async def split(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """A second matter of the company's has a number of its own now."""
    ticket, t = await _told(session, notice)
    first = await session.get_one(Ticket, notice.details["first"])
    words = await tickets.first_words(session, ticket.id)
    sheet = await sheet_of(session, ticket, office=office, now=now)
    return views.split(t, sheet, first.number, words)


async def rating_reminder(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """Only while that round's answer has no rating."""
    ticket, t = await _told(session, notice)
    if ticket.status is not Status.ANSWERED or ticket.round != notice.details["round"]:
        return None
    if ticket.solved is not None or not await _wants_reminders(session, notice):
        return None
    return views.rating_reminder(t, await sheet_of(session, ticket, office=office, now=now))


async def registered(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """An officer wrote down what the company said: it is shown as it was written."""
    ticket, t = await _told(session, notice)
    if ticket.status not in tickets.OPEN or ticket.registered_by is None:
        return None
    officer = await session.get_one(Person, ticket.registered_by)
    words = await tickets.first_words(session, ticket.id)
    sheet = await sheet_of(session, ticket, office=office, now=now)
    return registering_views.told(t, sheet, officer=officer.name, words=words)


async def close_unanswered(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """Seven days without a word: closed, and said so."""
    ticket, t = await _told(session, notice)
    closed = await tickets.close_unanswered(
        session, ticket.id, round_=notice.details["round"], now=now, office=office
    )
    if closed is None or not await _belongs(session, ticket, notice.person_id or 0):
        return None
    return views.closed(t, await sheet_of(session, closed, office=office, now=now))
