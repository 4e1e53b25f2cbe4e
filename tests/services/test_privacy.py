"""What is kept of a person can be seen, handed out and erased."""

import json
from datetime import UTC, datetime

import pytest
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Role
from domain.tickets import Status
from models import (
    Absence,
    Company,
    Conversation,
    Fact,
    Inbox,
    Membership,
    Message,
    Outbox,
    Person,
    Ticket,
    TicketEvent,
    Topic,
    Watch,
)
from models.messages import Direction, InboxState, OutboxKind, OutboxState
from services import people, personal_data, privacy
from services.office import Office

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CHAT = 1001
DESK = -100500
WORDS = "车间漏水，设备泡了"


async def a_person(session: AsyncSession, telegram_id: int = CHAT, name: str = "王小明") -> Person:
    person = Person(telegram_id=telegram_id, name=name, created_at=NOW)
    session.add(person)
    await session.flush()
    await people.record_consent(session, person.id, given=True, now=NOW)
    return person


async def a_company(session: AsyncSession, *inside: Person) -> Company:
    company = Company(name="杭州示例封装有限公司", created_at=NOW)
    session.add(company)
    await session.flush()
    for person in inside:
        session.add(
            Membership(person_id=person.id, role=Role.MEMBER, company_id=company.id, since=NOW)
        )
    session.add(
        Fact(company_id=company.id, key="employees", value=80, person_id=inside[0].id, at=NOW)
    )
    await session.flush()
    return company


async def a_ticket(session: AsyncSession, person: Person, status: Status) -> Ticket:
    ticket = Ticket(number="QT-20261123-0007", person_id=person.id, status=status, received_at=NOW)
    session.add(ticket)
    await session.flush()
    session.add(TicketEvent(ticket_id=ticket.id, actor_id=person.id, at=NOW))
    said = Message(
        bot_id=1,
        chat_id=CHAT,
        direction=Direction.IN,
        person_id=person.id,
        ticket_id=ticket.id,
        text=WORDS,
        versions=[{"text": WORDS, "at": NOW.isoformat()}],
        at=NOW,
    )
    session.add(said)
    await session.flush()
    for copy in (
        Message(
            bot_id=1, chat_id=DESK, direction=Direction.OUT, relays=said.id, text=WORDS, at=NOW
        ),
        Message(
            bot_id=1,
            chat_id=DESK,
            direction=Direction.OUT,
            role="ticket_card",
            ticket_id=ticket.id,
            text=WORDS,
            at=NOW,
        ),
    ):
        session.add(copy)
        await session.flush()
        session.add(
            Outbox(
                bot_id=1,
                chat_id=DESK,
                message_id=copy.id,
                payload={"text": WORDS},
                state=OutboxState.SENT,
                created_at=NOW,
            )
        )
    session.add(
        Inbox(
            bot_id=1,
            update_id=1,
            chat_key=CHAT,
            payload={"text": WORDS},
            state=InboxState.DONE,
            received_at=NOW,
        )
    )
    await session.flush()
    return ticket


async def everything(session: AsyncSession) -> str:
    """All rows of the database as one text."""
    await session.flush()
    session.expire_all()
    rows = []
    for table in (Person, Company, Fact, Message, Inbox, Outbox, Conversation, Ticket, Watch):
        rows += [row.model_dump() for row in (await session.exec(select(table))).all()]
    return json.dumps(rows, ensure_ascii=False, default=str)


async def test_fault_46_nothing_a_person_said_remains(
    session: AsyncSession, office: Office
) -> None:
    person = await a_person(session)
    await a_company(session, person)
    await a_ticket(session, person, Status.CLOSED)
    talk = await people.conversation(session, bot_id=1, chat_id=CHAT, person_id=person.id, now=NOW)
    talk.turn_to("tickets.draft", text=WORDS)

    await privacy.erase(session, person, office=office, now=NOW)

    left = await everything(session)
    assert [words for words in ("王小明", "漏水", "示例封装") if words in left] == []
    assert (await session.exec(select(Fact))).one().value is None
    assert await people.by_telegram_id(session, CHAT) is None


async def test_a_topic_keeps_its_number_and_loses_the_name(
    session: AsyncSession, office: Office
) -> None:
    person = await a_person(session)
    ticket = await a_ticket(session, person, Status.CLOSED)
    topic = Topic(bot_id=1, chat_id=DESK, ticket_id=ticket.id, title="0007 已办结 王小明")
    session.add(topic)
    await session.flush()

    await privacy.erase(session, person, office=office, now=NOW)

    owed = await session.exec(select(Outbox.kind).where(Outbox.topic_id == topic.id))
    assert topic.title == ticket.number
    assert list(owed) == [OutboxKind.EDIT_TOPIC]


async def test_fault_46_the_history_stays_in_codes(session: AsyncSession, office: Office) -> None:
    person = await a_person(session)
    ticket = await a_ticket(session, person, Status.CLOSED)

    await privacy.erase(session, person, office=office, now=NOW)

    event = (await session.exec(select(TicketEvent))).one()
    assert (event.ticket_id, event.actor_id) == (ticket.id, person.id)


async def test_a_company_with_other_members_stays_without_the_name_of_who_left(
    session: AsyncSession, office: Office
) -> None:
    person, colleague = await a_person(session), await a_person(session, 1002, "李小红")
    company = await a_company(session, person, colleague)

    await privacy.erase(session, person, office=office, now=NOW)

    await session.refresh(company)
    fact = (await session.exec(select(Fact))).one()
    await session.refresh(fact)
    assert company.name == "杭州示例封装有限公司"
    assert (fact.value, fact.person_id) == (80, None)


async def test_fault_46_an_open_ticket_comes_first(session: AsyncSession, office: Office) -> None:
    person = await a_person(session)
    await a_ticket(session, person, Status.IN_PROGRESS)

    with pytest.raises(privacy.TicketsStillOpen) as refusal:
        await privacy.erase(session, person, office=office, now=NOW)

    assert refusal.value.facts == {"numbers": "QT-20261123-0007"}
    assert person.name == "王小明"


async def test_staff_give_back_their_role_first(session: AsyncSession, office: Office) -> None:
    person = await a_person(session)
    session.add(Membership(person_id=person.id, role=Role.DUTY, since=NOW))
    await session.flush()

    with pytest.raises(privacy.StaffRecordsStay):
        await privacy.erase(session, person, office=office, now=NOW)


async def test_leave_of_somebody_who_left_the_office_is_shown_and_erased(
    session: AsyncSession, office: Office
) -> None:
    person, colleague = await a_person(session), await a_person(session, 1002, "吴静")
    for whose, stand_in in ((person, colleague), (colleague, person)):
        session.add(
            Absence(
                person_id=whose.id,
                first=NOW.date(),
                last=NOW.date(),
                stand_in_id=stand_in.id,
                created_by=whose.id,
                created_at=NOW,
            )
        )
    await session.flush()
    assert [
        one["first"] for one in (await personal_data.export(session, person, now=NOW))["leave"]
    ] == ["2026-11-23"]

    await privacy.erase(session, person, office=office, now=NOW)

    (left,) = (await session.exec(select(Absence))).all()
    assert (left.person_id, left.stand_in_id) == (colleague.id, None)


async def test_the_export_holds_what_is_kept_and_is_plain_data(session: AsyncSession) -> None:
    person = await a_person(session)
    await a_company(session, person)
    await a_ticket(session, person, Status.CLOSED)

    exported = await personal_data.export(session, person, now=NOW)

    written = json.loads(json.dumps(exported, ensure_ascii=False))
    assert written["person"]["name"] == "王小明"
    assert written["companies"][0]["facts"][0]["value"] == 80
    assert written["tickets"][0]["number"] == "QT-20261123-0007"
    assert [message["text"] for message in written["messages"]] == [WORDS]


async def test_an_officers_export_holds_nothing_of_other_peoples_matters(
    session: AsyncSession,
) -> None:
    company, officer = await a_person(session), await a_person(session, 2001, "周明")
    ticket = await a_ticket(session, company, Status.CLOSED)
    session.add(Membership(person_id=officer.id, role=Role.DUTY, since=NOW, until=NOW))
    for direction, ticket_id, text in (
        (Direction.OUT, ticket.id, f"卡片：{WORDS}"),
        (Direction.OUT, None, f"待办清单：{WORDS}"),
        (Direction.IN, ticket.id, f"答复：{WORDS}"),
        (Direction.IN, None, "我的话"),
    ):
        session.add(
            Message(
                bot_id=1,
                chat_id=2001,
                direction=direction,
                ticket_id=ticket_id,
                person_id=officer.id,
                text=text,
                at=NOW,
            )
        )
    await session.flush()

    exported = await personal_data.export(session, officer, now=NOW)

    assert [message["text"] for message in exported["messages"]] == ["我的话"]


def test_every_table_that_names_a_person_is_in_the_export_or_the_offices() -> None:
    """A new table must be put on one of the two lists."""
    names_somebody = {
        table.name
        for table in SQLModel.metadata.sorted_tables
        if any(key.column.table.name == "person" for key in table.foreign_keys)
    }
    used = (one for one in vars(personal_data).values() if hasattr(one, "__tablename__"))
    exported = {one.__tablename__ for one in used} | {"notice_choice"}

    assert names_somebody <= exported | personal_data.OFFICE_RECORDS
    assert not exported & personal_data.OFFICE_RECORDS


async def test_taking_consent_back_stops_and_forgets_drafts(session: AsyncSession) -> None:
    person = await a_person(session)
    session.add(Watch(person_id=person.id, measure_id="equity-financing", created_at=NOW))
    talk = await people.conversation(session, bot_id=1, chat_id=CHAT, person_id=person.id, now=NOW)
    talk.turn_to("tickets.draft", text=WORDS)

    await privacy.take_back_consent(session, person, now=NOW)

    actor = await people.actor_for(session, person, administrators=frozenset())
    assert not actor.consented
    assert (talk.state, talk.data) == ("", {})
    assert (await privacy.holdings(session, person)).watches == 0
