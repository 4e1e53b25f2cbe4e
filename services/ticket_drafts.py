"""A draft: what somebody is about to submit, in the conversation as ids of stored messages."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from domain import visible
from domain.actors import Actor
from domain.contacts import find_phones, mask_personal_ids
from domain.errors import NotFound
from domain.incoming import LARGEST_FILE, Incoming, corrected, is_correction
from domain.lexicon import plain
from domain.limits import DRAFT_PARTS, DRAFT_SIGNS, LONGEST_CONTACT, DraftFull
from domain.ticket_sheets import DraftSheet
from domain.tickets import Category, Urgency
from domain.triage import Triage, in_danger, similar, triage
from models import Conversation, Message, Ticket
from services import companies, messages, notices, tickets, unmet, visits
from services.office import Office
from services.sittings import LOOK
from services.ticket_sheets import category_name, files_of

#: The conversation stands here while a draft is open; in CONTACT its telephone number is asked.
DRAFT, CONTACT = "tickets.draft", "tickets.contact"
#: In CLIENT the name of the client is asked, for whom an agent submits.
CLIENT = "tickets.client"
OPEN = frozenset({DRAFT, CONTACT, CLIENT})
#: What is written here belongs to the ticket in `ticket`, until 发完了.
AWAITED = "tickets.supply"
#: A sentence about the answer.
COMMENT = "tickets.comment"
#: Nothing is asked, but this ticket was on the screen: words soon after may be meant for it.
SHOWN = "tickets.shown"
#: Parts of a long text or an album follow each other within seconds.
SAME_BREATH = timedelta(seconds=12)
#: A draft left for so long is not what the next words are about.
FRESH = timedelta(minutes=30)


def is_open(talk: Conversation) -> bool:
    """Whether a draft is open in this conversation."""
    return talk.state in OPEN


def begin(
    talk: Conversation,
    *,
    now: datetime,
    measures: Sequence[str] = (),
    texts: Sequence[str] = (),
    department: str | None = None,
) -> None:
    """Open a draft, perhaps about measures; `texts` are words of our own for it."""
    talk.turn_to(
        DRAFT,
        since=now.isoformat(),
        messages=[],
        measures=list(measures),
        texts=list(texts),
        department=department,
        at=now.isoformat(),
    )


def put_aside(talk: Conversation) -> dict[str, Any] | None:
    """The draft that was put aside for another question, as `state` and `data`."""
    unsaved = (talk.unsaved or {"data": {}})["data"]
    parked = talk.data.get("parked") or unsaved.get("parked") or {}
    return parked if parked.get("state") in OPEN else None


def take_up(talk: Conversation) -> bool:
    """Open the draft that was put aside for another question; False when there is none."""
    parked = put_aside(talk)
    if parked is None:
        return False
    unsaved = talk.unsaved
    if unsaved is not None:
        said = {name: value for name, value in unsaved["data"].items() if name != "parked"}
        unsaved = {**unsaved, "data": said}
    talk.forget()
    talk.turn_to(parked["state"], **parked["data"])
    if unsaved is not None:
        talk.keep(unsaved=unsaved)
    return True


def shown_in(talk: Conversation) -> dict[str, Any] | None:
    """The ticket that was on the screen just now, below what waits to be checked too: `ticket` and
    when it was (`at`)."""
    parked = talk.data.get("parked") or {}
    if talk.state == SHOWN:
        return talk.data
    return parked["data"] if parked.get("state") == SHOWN else None


def look_away(talk: Conversation) -> None:
    """What comes next is no matter of the ticket that is on the screen."""
    if talk.state == SHOWN:
        talk.rest()


def awaits_words(talk: Conversation) -> bool:
    """Whether it holds files only, and it is not said yet what they are about: words may be about
    something else."""
    return is_open(talk) and bool(talk.data.get("undecided"))


async def join(
    session: AsyncSession, talk: Conversation, message: Message, *, now: datetime
) -> tuple[list[Message], bool]:
    """Add a stored message; “改成：…” takes the place of every word before it.

    Returns the draft's messages, and whether this one came in one breath with the part before, an
    album or a long text.
    """
    written = [part for part in await written_in(session, talk) if part.id != message.id]
    replaces = is_correction(message.text)
    if not replaces:
        _must_fit(talk, written, message)
    together = not replaces and _is_in_one_breath(talk, written, message, now=now)
    if replaces:
        written = _silenced(talk, written, now=now)
        message.text = corrected(message.text)
    message.text, masked = mask_personal_ids(message.text)
    written.append(message)
    talk.keep(
        messages=[part.id for part in written],
        at=now.isoformat(),
        masked=bool(masked or talk.data.get("masked")),
    )
    return written, together


def _is_in_one_breath(
    talk: Conversation, written: Sequence[Message], message: Message, *, now: datetime
) -> bool:
    if message.album is not None and any(part.album == message.album for part in written):
        return True
    return bool(written) and now - datetime.fromisoformat(talk.data["at"]) <= SAME_BREATH


def _must_fit(talk: Conversation, written: Sequence[Message], message: Message) -> None:
    """Raises DraftFull; “改成：…” makes room by itself."""
    signs = len(text_of(talk, written)) + len(message.text)
    if len(written) >= DRAFT_PARTS or (message.text and signs > DRAFT_SIGNS):
        raise DraftFull(parts=DRAFT_PARTS, signs=DRAFT_SIGNS)


def _silenced(talk: Conversation, written: Sequence[Message], *, now: datetime) -> list[Message]:
    """Words before “改成” are gone; files stay."""
    for message in written:
        if message.attachments:
            message.text = ""
        else:
            messages.blank(message, now=now)
    talk.keep(texts=[])
    return [message for message in written if message.attachments]


async def written_in(session: AsyncSession, talk: Conversation) -> list[Message]:
    """The messages of the draft, the oldest first."""
    ids = talk.data.get("messages")
    if not ids:
        return []
    return list((await session.exec(_messages(), params={"ids": ids})).all())


@cache
def _messages() -> SelectOfScalar[Message]:
    these = col(Message.id).in_(bindparam("ids", expanding=True))
    return select(Message).where(these).order_by(col(Message.id))


def read_contact(incoming: Incoming) -> tuple[str, str] | None:
    """Name and number from a shared card or from typed words; None without a number."""
    card = incoming.contact
    if card is not None:
        return visible.name(card.name, LONGEST_CONTACT), card.phone[:LONGEST_CONTACT]
    phones = find_phones(incoming.text)
    if not phones:
        return None
    phone = phones[0]
    name = incoming.text[: phone.start] + incoming.text[phone.end :]
    spoken = re.sub(r"[\s，,、:：;；]+|电话|手机|联系人", " ", name)
    return visible.name(spoken, LONGEST_CONTACT), phone.number


def says_danger(text: str, office: Office) -> bool:
    """Whether somebody is in danger right now, by the words alone."""
    book = office.catalogue.triage
    return book is not None and in_danger(plain(text), book)


def text_of(talk: Conversation, written: Sequence[Message]) -> str:
    """Every word of the draft."""
    words = [*talk.data.get("texts", []), *(message.text for message in written)]
    return "\n".join(word for word in words if word)


async def remind_later(
    session: AsyncSession, talk: Conversation, *, now: datetime, office: Office
) -> None:
    """Once per draft, after a day of silence, on a working day at 09:30."""
    day = office.calendar.next_workday(office.today(now))
    await notices.owe_notice(
        session,
        "draft_waiting",
        key=f"draft_waiting:{talk.id}:{talk.data['since']}",
        due_at=office.calendar.at(day, time(9, 30)),
        now=now,
        person_id=talk.person_id,
        subject="conversation",
        subject_id=talk.id,
        since=talk.data["since"],
    )


def is_same(talk: Conversation, since: str) -> bool:
    """Whether the draft of that moment is still the open one."""
    return is_open(talk) and talk.data.get("since") == since


def has_content(talk: Conversation, written: Sequence[Message]) -> bool:
    """Whether there is a word or a file in the draft yet."""
    return bool(talk.data.get("texts")) or any(one.text or one.attachments for one in written)


def sort_out(talk: Conversation, words: str, *, office: Office, now: datetime) -> Triage | None:
    """Propose category, department and urgency from the words; what the person chose stays."""
    book = office.catalogue.triage
    if book is None:
        return None
    denied = False if talk.data.get("no_danger") else None
    return triage(words, book, office.today(now), danger=denied)


def draft_of(
    talk: Conversation, words: str, *, actor: Actor, office: Office, now: datetime
) -> tickets.Draft:
    """The draft as it would be submitted now."""
    data = talk.data
    found = sort_out(talk, words, office=office, now=now)
    measures = tuple(data.get("measures", ()))
    category = _category(data.get("category"), found, is_about_measure=bool(measures))
    urgency = data.get("urgency") or (found.urgency.value if found else Urgency.NORMAL)
    contact = data.get("contact")
    return tickets.Draft(
        category=category,
        urgency=Urgency(urgency),
        danger=bool(data.get("danger")),
        texts=tuple(data.get("texts", ())),
        message_ids=tuple(data.get("messages", ())),
        department=_department(data, found, category),
        measure_ids=measures,
        company_id=actor.company_id,
        contact=tickets.Contact(*contact) if contact else None,
        authorised=bool(data.get("authorised")),
    )


def _category(chosen: str | None, found: Triage | None, *, is_about_measure: bool) -> Category:
    if chosen:
        return Category(chosen)
    category = Category(found.category) if found else Category.OTHER
    if is_about_measure and category is Category.OTHER:
        return Category.POLICY_REDEMPTION
    return category


def _department(data: dict[str, object], found: Triage | None, category: Category) -> str | None:
    """A measure's own department; else the one that the words name, unless the person chose."""
    if data.get("department"):
        return str(data["department"])
    if data.get("category") or found is None or found.category != category:
        return None
    return found.department


async def sheet_of(
    session: AsyncSession,
    talk: Conversation,
    *,
    actor: Actor,
    office: Office,
    now: datetime,
    written: Sequence[Message] | None = None,
) -> DraftSheet:
    """What the draft's screen shows; `written` are its messages, where they were read already."""
    written = await written_in(session, talk) if written is None else written
    words = text_of(talk, written)
    draft = draft_of(talk, words, actor=actor, office=office, now=now)
    contact = draft.contact
    measures = [office.catalogue.measure(measure_id) for measure_id in draft.measure_ids]
    return DraftSheet(
        text=words,
        files=tuple(file for message in written for file in files_of(message)),
        category=category_name(office, draft.category),
        urgency=draft.urgency,
        consented=actor.consented,
        office=office.name,
        parts=sum(1 for message in written if message.text),
        contact=f"{contact.name} {contact.phone}".strip() if contact else "",
        measures=tuple(measure.short for measure in measures if measure is not None),
        similar=await _similar(session, words, actor=actor),
        masked=bool(talk.data.get("masked")),
        client=await _client(session, actor),
        unsaved=talk.unsaved is not None and talk.unsaved["state"] != LOOK,
        asks_link=any(
            (file.get("size") or 0) > LARGEST_FILE
            for message in written
            for file in message.attachments
        ),
    )


async def _client(session: AsyncSession, actor: Actor) -> str | None:
    company = await companies.of_actor(session, actor) if actor.is_agent else None
    return company.name if company is not None else None


async def _similar(session: AsyncSession, words: str, *, actor: Actor) -> tuple[int, str] | None:
    """An open ticket of the same company that says much the same."""
    with session.no_autoflush:  # other tickets are asked for: what is being written is none yet
        earlier = await tickets.open_texts(session, actor)
    found = similar(words, earlier, limit=1)
    if not found:
        return None
    ticket = await tickets.ticket_by_number(session, found[0], actor)
    return ticket.id, ticket.number.rpartition("-")[2]


async def submit(
    session: AsyncSession, talk: Conversation, *, actor: Actor, office: Office, now: datetime
) -> Ticket | None:
    """Raise the ticket; None while there is nothing to submit. The draft is over when the caller
    turns the conversation to something else."""
    written = await written_in(session, talk)
    if not has_content(talk, written):
        return None
    words = text_of(talk, written)
    draft = draft_of(talk, words, actor=actor, office=office, now=now)
    ticket = await tickets.raise_ticket(session, draft, actor=actor, now=now, office=office)
    await unmet.note_problem(session, ticket, words, office=office, now=now)
    if talk.data.get("wants_visit"):
        await visits.asked_by_company(session, ticket, office=office, now=now)
    return ticket


async def hand_over(
    session: AsyncSession,
    talk: Conversation,
    ticket_id: int,
    *,
    actor: Actor,
    office: Office,
    now: datetime,
) -> Ticket:
    """并进: the draft's messages belong to a ticket that is open already."""
    ticket = await tickets.get_for(session, ticket_id, actor)
    if not tickets.is_of_company(ticket, actor):
        raise NotFound
    for message in await written_in(session, talk):
        ticket = await tickets.add(
            session, ticket_id, message=message, actor=actor, now=now, office=office
        )
    talk.rest()
    return ticket


async def discard(session: AsyncSession, talk: Conversation, *, now: datetime) -> None:
    """不提交: not a word or file of it remains, whether it is open or was put aside."""
    if not is_open(talk):
        take_up(talk)
    for message in await written_in(session, talk):
        if message.ticket_id is None:
            messages.blank(message, now=now)
    talk.rest()
