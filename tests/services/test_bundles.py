"""One form, one ticket, a task per errand, one finish; on both databases and another template."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.bundles import BundleForm
from domain.incoming import Incoming
from domain.tickets import Category, Outcome, Status
from models import Company, Conversation, Membership, Notice, Person, Task, Ticket
from services import bundles, companies, messages, people, tickets
from services.messages import Address
from services.office import Office
from services.ticket_sheets import sheet_of
from tests.bundles import with_bundles
from tests.services.scenes import NOW, Scene

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def shop_office(office: Office) -> Office:
    return with_bundles(office)


async def filled_in(scene: Scene, office: Office) -> tuple[Conversation, BundleForm]:
    """The company ticks both errands, says the size and where it is."""
    talk = await people.conversation(
        scene.session, bot_id=1, chat_id=1, person_id=scene.ceo.person_id, now=NOW
    )
    bundle = office.catalogue.bundles.bundles[0]
    bundles.begin(talk, bundle)
    for item in ("fire", "sign"):
        bundles.tick(talk, bundle, item)
    by: dict[str, Any] = {"actor": scene.ceo, "office": office, "now": NOW}
    for key, place in (("size", 1), ("street", 0)):
        form = await bundles.form_of(scene.session, talk, **by)
        bundles.reply(talk, form, key, place)
    return talk, await bundles.form_of(scene.session, talk, **by)


async def submitted(scene: Scene, office: Office) -> tuple[Ticket, list[Task]]:
    talk, form = await filled_in(scene, office)
    assert form.left == ()
    ticket = await bundles.submit(
        scene.session, talk, form, "开店", actor=scene.ceo, now=NOW, office=office
    )
    return ticket, await tickets.tasks_of(scene.session, ticket.id)


async def staffed(session: AsyncSession, department: str, number: int) -> Actor:
    person = Person(telegram_id=number, name=f"经办员{number}", created_at=NOW)
    session.add(person)
    await session.flush()
    session.add(
        Membership(person_id=person.id, role=Role.OFFICER, department=department, since=NOW)
    )
    await session.flush()
    return await people.actor_for(session, person, administrators=frozenset())


async def answers(
    scene: Scene, office: Office, officer: Actor, task: Task, outcome: Outcome, now: datetime
) -> None:
    message = await messages.keep(
        scene.session,
        Incoming(text="答复"),
        Address(office.bot_id, officer.person_id),
        person_id=officer.person_id,
        now=now,
    )
    by: dict[str, Any] = {"actor": officer, "now": now, "office": office}
    await tickets.take(scene.session, task.id, **by)
    await tickets.resolve(scene.session, task.id, outcome=outcome, message=message, **by)


async def owed(scene: Scene, kind: str) -> list[Notice]:
    statement = select(Notice).where(col(Notice.kind) == kind, col(Notice.state) == "open")
    return list((await scene.session.exec(statement)).all())


async def test_every_errand_becomes_a_task_of_its_own_department(
    scene: Scene, shop_office: Office
) -> None:
    await staffed(scene.session, "law_enforcement", 71)
    await staffed(scene.session, "emergency", 72)

    ticket, tasks = await submitted(scene, shop_office)

    assert ticket.bundle == "open-a-shop"
    assert [(task.item, task.department, task.status) for task in tasks] == [
        ("sign", "law_enforcement", Status.DISPATCHED),
        ("fire", "emergency", Status.DISPATCHED),
    ]
    assert [task.role for task in tasks] == ["lead", "co"]
    assert (ticket.category, tasks[0].category, tasks[1].category) == (
        Category.PERMIT_PROJECT,
        None,
        Category.INFRA_ENV_SAFETY,
    )
    assert all(task.answer_due is not None for task in tasks)


async def test_errands_that_nobody_is_there_for_go_to_the_duty_desk_and_stay_apart(
    scene: Scene, shop_office: Office
) -> None:
    _, tasks = await submitted(scene, shop_office)

    assert [(task.item, task.department) for task in tasks] == [("sign", "duty"), ("fire", "duty")]


async def test_what_the_dictionary_asks_becomes_a_fact_of_the_company(
    scene: Scene, shop_office: Office
) -> None:
    await submitted(scene, shop_office)

    company = (await scene.session.exec(select(Company))).one()
    profile = await companies.profile_of(scene.session, company.id, shop_office.catalogue.facts)
    assert profile.get("street") == "下沙"


async def test_each_answer_is_passed_on_and_the_company_is_called_back_once(
    scene: Scene, shop_office: Office
) -> None:
    signs = await staffed(scene.session, "law_enforcement", 71)
    fires = await staffed(scene.session, "emergency", 72)
    ticket, (sign, fire) = await submitted(scene, shop_office)

    await answers(scene, shop_office, fires, fire, Outcome.EXPLAINED, LATER)

    before = (ticket.status, len(await owed(scene, "reply_to_company")))
    assert before == (Status.DISPATCHED, 1)
    assert await owed(scene, "ticket_answered") == []

    await answers(scene, shop_office, signs, sign, Outcome.SOLVED, LATER)

    assert (ticket.status, ticket.outcome) == (Status.ANSWERED, Outcome.PARTLY)
    assert len(await owed(scene, "reply_to_company")) == 1
    assert len(await owed(scene, "ticket_answered")) == 1


async def test_the_company_reads_how_far_each_errand_came(
    scene: Scene, shop_office: Office
) -> None:
    fires = await staffed(scene.session, "emergency", 72)
    ticket, (_, fire) = await submitted(scene, shop_office)
    await answers(scene, shop_office, fires, fire, Outcome.SOLVED, LATER)

    sheet = await sheet_of(scene.session, ticket, office=shop_office, now=LATER)

    assert [(part.name.zh, part.status) for part in sheet.parts] == [
        ("门头招牌", Status.DISPATCHED),
        ("消防检查", Status.ANSWERED),
    ]
    assert sheet.bundle is not None


async def test_a_template_that_is_gone_leaves_its_tickets_readable(
    scene: Scene, shop_office: Office, office: Office
) -> None:
    ticket, _ = await submitted(scene, shop_office)

    sheet = await sheet_of(scene.session, ticket, office=office, now=LATER)

    assert [part.name.zh for part in sheet.parts] == ["sign", "fire"]
    assert sheet.bundle is None


async def test_its_words_are_the_companys_and_go_with_it(scene: Scene, shop_office: Office) -> None:
    ticket, _ = await submitted(scene, shop_office)

    written = await tickets.messages_of(scene.session, ticket.id)

    assert [(message.text, message.person_id) for message in written] == [
        ("开店", scene.ceo.person_id)
    ]
