"""Desk cards, and every reminder to the office about a ticket."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.desks import Right
from domain.screens import Screen
from domain.tickets import Status, Urgency
from models import Desk, Message, Notice, Person, Task, Ticket, Topic
from scheduler.calls import call_in_group
from scheduler.desk_copies import relay
from scheduler.outcomes import Elsewhere
from services import bundles, desk_cards, desks, messages, people, staffing, tickets
from services.desks import Place
from services.messages import Address
from services.office import Office
from views import desk_bounces as bounce_words
from views import desk_extensions as extension_words
from views import desk_reminders as words
from views import desks as views
from views import formats
from views.desks import Where
from views.translations import Translator, translator

_WAITING = (Status.RECEIVED, Status.DISPATCHED)
_AT_WORK = (Status.IN_PROGRESS, Status.WAITING_COMPANY)


# The card


async def desk_card(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """Show what is true now on every copy of the card; make the copies that are missing."""
    ticket = await session.get(Ticket, notice.subject_id)
    if ticket is not None:
        await present(session, ticket, office=office, now=now)
        await bundles.owe_progress(session, ticket, now=now)
    return None


async def present(session: AsyncSession, ticket: Ticket, *, office: Office, now: datetime) -> None:
    """Make topic, card and pin where they are missing, redraw every copy, relay the words."""
    kept: set[int] = set()
    found: list[tuple[Task, Place]] = []
    for task in await tickets.tasks_of(session, ticket.id):
        places = await desks.places_of(session, ticket, task, office=office)
        if not places and task.status in tickets.OPEN:
            await desks.tell_that_nobody_sees_it(session, ticket, task, office=office, now=now)
        found += [(task, place) for place in places]
    copies = await messages.cards_of(session, ticket.id, desks.CARD)
    shown = {card.chat_id: card.task_id for card in copies}
    for task, place in sorted(found, key=lambda pair: _comes_later(pair, shown)):
        card = await _present_at(session, ticket, task, place, kept, office=office, now=now)
        if card is not None:
            kept.add(card.id)
    for card in await messages.cards_of(session, ticket.id, desks.CARD):
        if card.id not in kept:
            await _refresh(session, ticket, card, office=office, now=now)


def _comes_later(
    pair: tuple[Task, Place], shown: Mapping[int, int | None]
) -> tuple[bool, bool, bool, bool]:
    """Where a chat has one card for several tasks it shows what is open and no colleague's; of
    those the one that was looked at last, else its owner's own."""
    task, place = pair
    is_own = place.person is not None and task.handler_id == place.person.id
    is_anothers = place.person is not None and task.handler_id is not None and not is_own
    is_shown = shown.get(place.address.chat_id) == task.id
    return task.status not in tickets.OPEN, is_anothers, not is_shown, not is_own


async def _present_at(
    session: AsyncSession,
    ticket: Ticket,
    task: Task,
    place: Place,
    kept: set[int],
    *,
    office: Office,
    now: datetime,
) -> Message | None:
    """One copy. Where a chat serves two tasks, the first one's card stands for both."""
    t = translator(place.person.locale if place.person else office.default_locale)
    viewer = None
    if place.person is not None:
        viewer = await people.actor_for(session, place.person, administrators=office.administrators)
    facts = await desk_cards.card_of(session, ticket, task, office=office, now=now, viewer=viewer)
    sign = views.topic_sign(t, facts)
    address = await desks.address_in(session, place, ticket, sign, now=now)
    where = _where(address, place)
    screen = views.card(t, facts, now=now, zone=office.zone, where=where)
    card = await desks.card_at(session, ticket.id, address)
    if card is not None and card.id in kept:
        return None
    if card is None:
        if place.person is not None and not _needs_card(task, place):
            return None
        may_ring = office.calendar.is_open(now) or ticket.urgency is Urgency.URGENT
        screen = replace(screen, quiet=not may_ring)
        card_id = await messages.owe(session, address, screen, now=now, ticket_id=ticket.id)
        card = await session.get_one(Message, card_id)
    else:
        await _redraw(session, card, screen, now=now)
    card.task_id = task.id
    if await desks.is_to_be_pinned(session, card):
        await messages.pin(session, card, now=now)
    if address.topic_id is not None:
        await desks.mark(session, address.topic_id, sign, now=now)
    if place.gets_news:
        await relay(session, t, ticket, facts, address, now=now)
    return card


def _where(address: Address, place: Place) -> Where:
    if place.person is not None:
        return Where.PRIVATE
    return Where.GROUP if address.topic_id is None else Where.TOPIC


def _needs_card(task: Task, place: Place) -> bool:
    """New copies go to whoever may take the task, or has it; not to colleagues of the handler."""
    return place.gets_news and task.status not in {Status.ANSWERED, Status.CLOSED}


async def _refresh(
    session: AsyncSession, ticket: Ticket, card: Message, *, office: Office, now: datetime
) -> None:
    """A copy that somebody asked for in private is drawn for them. Where the ticket is nobody's
    business any more, the copy says only where it went. The company's own card is not ours.
    """
    person = await people.by_telegram_id(session, card.chat_id) if card.chat_id > 0 else None
    task = await tickets.lead_task(session, ticket.id)
    viewer = None
    if person is not None:
        viewer = await people.actor_for(session, person, administrators=office.administrators)
        if tickets.is_of_company(ticket, viewer):
            return
        task = await desks.task_of(session, ticket, viewer) or task
    facts = await desk_cards.card_of(session, ticket, task, office=office, now=now, viewer=viewer)
    t = translator(person.locale if person else office.default_locale)
    screen = views.moved_away(t, facts)
    if viewer is not None and tickets.parties(ticket, task, viewer):
        screen = views.card(t, facts, now=now, zone=office.zone, where=Where.PRIVATE)
    await _redraw(session, card, screen, now=now)


async def _redraw(session: AsyncSession, card: Message, screen: Screen, *, now: datetime) -> None:
    """Owe an edit when anything changed: the buttons follow from what the text says."""
    if card.text != screen.text or card.telegram_id is None:
        await messages.redraw(session, card, screen, now=now)


# Reminders to the office


@dataclass(frozen=True, slots=True)
class Case:
    """What a notice is about; `handler` is a name."""

    ticket: Ticket
    task: Task
    handler: str | None


async def told(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | Elsewhere | None:
    """Assigned, urged, not solved, reopened: one line with the way to the card."""
    case = await _case(session, notice)
    kind = _kind_told(notice)
    if case is None or (case.task.status not in tickets.OPEN and kind != "not_again"):
        return None
    t = await _words_for(session, notice, office)
    screen = words.told(t, case.task.id, case.ticket.number, kind)
    return await _to_person(session, case, notice, screen, office=office, now=now)


def _kind_told(notice: Notice) -> str:
    kind = notice.kind.partition("_")[2]
    if kind != "unsolved":
        return kind
    kinds = {"not_solved": "unsolved", "no_redo_left": "not_again"}
    return kinds.get(notice.details.get("why", ""), "reopened")


async def bounced(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | Elsewhere | None:
    """O7, for the duty desk; nothing once somebody there decided."""
    case = await _case(session, notice)
    if case is None or case.task.status is not Status.RECEIVED:
        return None
    found = await tickets.bounced(session, case.ticket, case.task)
    former = office.catalogue.department(found.department) if found else None
    if found is None or former is None:
        return None
    screen = bounce_words.decide(
        await _words_for(session, notice, office),
        case.task.id,
        case.ticket.number,
        reason=found.reason,
        words=found.words,
        former=former,
        proposed=office.catalogue.department(found.proposed) if found.proposed else None,
    )
    return await _to_person(session, case, notice, screen, office=office, now=now)


async def extension_asked(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | Elsewhere | None:
    """H2, for a head; nothing once the task is answered or somebody decided."""
    case = await _case(session, notice)
    if case is None or case.task.status not in _AT_WORK or case.task.answer_due is None:
        return None
    if await desks.was_decided(session, notice.details["event_id"], case.task.id):
        return None
    reason = await session.get(Message, notice.details["message_id"])
    t = await _words_for(session, notice, office)
    due = case.task.answer_due
    screen = extension_words.decide_extension(
        t,
        case.task.id,
        case.ticket.number,
        notice.details["days"],
        formats.moment(t, due, office.zone),
        reason=reason.text if reason else "",
        is_late=due < now,
    )
    return await _to_person(session, case, notice, screen, office=office, now=now)


async def extension_decided(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | Elsewhere | None:
    """What the head said, for the handler."""
    case = await _case(session, notice)
    if case is None or case.task.status not in _AT_WORK:
        return None
    t = await _words_for(session, notice, office)
    kind, days = notice.kind.removeprefix("task_"), notice.details.get("days")
    screen = words.extension(t, case.task.id, case.ticket.number, kind, days)
    return await _to_person(session, case, notice, screen, office=office, now=now)


async def ticket_unowned(
    session: AsyncSession, notice: Notice, office: Office, _now: datetime
) -> Screen | None:
    """To an administrator: a ticket that nobody can receive."""
    ticket = await session.get_one(Ticket, notice.subject_id)
    person = await session.get_one(Person, notice.person_id)
    task = await session.get(Task, notice.details.get("task_id") or 0)
    task = task or await tickets.lead_task(session, ticket.id)
    if task.handler_id is not None or person.telegram_id not in office.administrators:
        return None
    return words.unowned(await _words_for(session, notice, office), ticket.number)


async def undelivered(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Elsewhere | None:
    """Telegram would not take a message. Of the company's: the handler is to phone. Of a desk's:
    the desk is out of use, and the card goes elsewhere."""
    case = await _case(session, notice)
    message = await session.get(Message, notice.details.get("message_id") or 0)
    if case is None or message is None:
        return None
    if message.chat_id < 0:
        await desks.found_lacking(
            session,
            bot_id=message.bot_id,
            chat_id=message.chat_id,
            right=Right.PRESENT,
            now=now,
        )
        return Elsewhere()
    company = await tickets.company_people(session, case.ticket)
    if message.chat_id not in {person.telegram_id for person in company}:
        return None
    return await _ask_to_phone(session, case, office=office, now=now)


async def person_unreachable(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Elsewhere | None:
    """Somebody blocked the bot: whoever handles a ticket of theirs is asked to phone, once. An
    officer's own cards are shown to those who can be reached."""
    person = await session.get(Person, notice.subject_id)
    if person is None or person.unreachable_since is None:
        return None
    for ticket in await desks.open_tickets_of(session, person):
        case = Case(ticket, await tickets.lead_task(session, ticket.id), None)
        if person.id in {one.id for one in await tickets.company_people(session, ticket)}:
            await _ask_to_phone(session, case, office=office, now=now)
    for ticket in await desks.open_tickets_handled_by(session, person):
        await present(session, ticket, office=office, now=now)
    return Elsewhere()


async def _ask_to_phone(
    session: AsyncSession, case: Case, *, office: Office, now: datetime
) -> Elsewhere:
    await desks.note_undelivered(session, case.ticket.id, office=office, now=now)
    contact = await desk_cards.contact_of(session, case.ticket)

    def screen(t: Translator) -> Screen:
        return words.undelivered(t, case.task.id, case.ticket.number, contact)

    await _to_responsible(session, case, screen, office=office, now=now)
    return Elsewhere()


async def topic_made_twice(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Elsewhere | None:
    """In the topic that is used: one of the same name beside it may be deleted."""
    topic = await session.get(Topic, notice.subject_id)
    if topic is None or topic.thread_id is None or topic.closed_at is not None:
        return None
    place = Address(topic.bot_id, topic.chat_id, topic.id)
    await messages.owe(session, place, views.made_twice(translator(office.default_locale)), now=now)
    return Elsewhere()


async def desk_lacks_rights(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Elsewhere | None:
    """To the administrators and whoever bound the desk: what the bot may not do there."""
    desk = await session.get(Desk, notice.subject_id)
    right = Right(notice.details["right"])
    if desk is None or desk.unbound_at is not None or right not in desks.lacks_of(desk):
        return None
    persons = await people.administrators(session, office.administrators)
    binder = await session.get_one(Person, desk.bound_by)
    for person in {one.id: one for one in (*persons, binder)}.values():
        if desks.can_be_reached(person):
            t = translator(person.locale)
            name = desk_cards.department_name(office, desk.department).of(t.locale)
            screen = views.lacks_rights(t, name, right)
            await messages.owe(session, Address(office.bot_id, person.telegram_id), screen, now=now)
    return Elsewhere()


# Who hears it, and where


async def _case(session: AsyncSession, notice: Notice) -> Case | None:
    ticket = await session.get(Ticket, notice.subject_id)
    if ticket is None:
        return None
    task = await session.get(Task, notice.details.get("task_id") or 0)
    task = task or await tickets.lead_task(session, ticket.id)
    if not await _reach(session, notice, ticket, task):
        return None
    handler = await session.get(Person, task.handler_id) if task.handler_id else None
    return Case(ticket, task, handler.name if handler else None)


async def _reach(session: AsyncSession, notice: Notice, ticket: Ticket, task: Task) -> bool:
    """From now on it is for who acts for its person; False when nobody may hear it."""
    if notice.person_id is None:
        return True
    person = await session.get_one(Person, notice.person_id)
    heir = await staffing.who_hears(session, ticket, task, person)
    if heir is not None:
        notice.person_id = heir.id
    return heir is not None


async def _words_for(session: AsyncSession, notice: Notice, office: Office) -> Translator:
    person = await session.get(Person, notice.person_id) if notice.person_id else None
    return translator(person.locale if person else office.default_locale)


async def _to_person(
    session: AsyncSession,
    case: Case,
    notice: Notice,
    screen: Screen,
    *,
    office: Office,
    now: datetime,
) -> Screen | Elsewhere | None:
    """To the officer in private; one who never opened the chat is called by name in the group."""
    person = await session.get(Person, notice.person_id) if notice.person_id else None
    if person is None or desks.can_be_reached(person):
        return screen
    if await call_in_group(
        session, case.ticket, case.task, [person], screen, office=office, now=now
    ):
        return Elsewhere()
    return None


async def _to_responsible(
    session: AsyncSession,
    case: Case,
    screen: Callable[[Translator], Screen],
    *,
    office: Office,
    now: datetime,
) -> Elsewhere | None:
    """To the handler, or everybody who may take the task."""
    persons = await staffing.responsible(session, case.ticket, case.task, to_head=False)
    reached = [person for person in persons if desks.can_be_reached(person)]
    for person in reached:
        await messages.owe(
            session,
            Address(office.bot_id, person.telegram_id),
            screen(translator(person.locale)),
            now=now,
            ticket_id=case.ticket.id,
        )
    if reached:
        return Elsewhere()
    called = screen(translator(office.default_locale))
    is_said = await call_in_group(
        session, case.ticket, case.task, persons, called, office=office, now=now
    )
    return Elsewhere() if is_said else None
