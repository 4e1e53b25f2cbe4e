"""The district changes its calendar and open promises follow, on both databases."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Grant, Role
from domain.calendar_changes import CalendarPatch, ChangeSource, ChangeState
from domain.deadlines import Limit, ServiceLimits
from domain.errors import ChangedMeanwhile, NotAllowed
from domain.incoming import Incoming
from domain.tickets import Category, Step, Urgency
from models import CalendarChange, Membership, Notice, Person, Task, Ticket
from scheduler.calendar_notices import rescheduled
from scheduler.calendar_reckoning import reckon
from services import calendar_changes, ladder, messages, people, tickets
from services.messages import Address
from services.office import Office
from services.tickets import Draft

NOW = datetime(2026, 9, 29, 2, 12, tzinfo=UTC)
"""Tuesday 2026-09-29, 10:12 in Hangzhou, two days before National Day."""
OCTOBER_8 = date(2026, 10, 8)
OFF = CalendarPatch(days={OCTOBER_8: False})


@dataclass
class Scene:
    """An administrator, an officer and some tickets of one person: five working days to answer,
    which by the yearly notice end on Tuesday 13 October 17:30."""

    session: AsyncSession
    office: Office
    admin: Actor
    officer: Actor
    citizen: Actor

    async def raised(self, urgency: Urgency = Urgency.NORMAL) -> tuple[Ticket, Task]:
        draft = Draft(category=Category.FINANCING, urgency=urgency, texts=("贷款批不下来",))
        ticket = await tickets.raise_ticket(
            self.session, draft, actor=self.citizen, now=NOW, office=self.office
        )
        return ticket, await tickets.lead_task(self.session, ticket.id)

    async def saved(self, patch: CalendarPatch) -> CalendarChange:
        change = await calendar_changes.propose(
            self.session,
            patch,
            actor=self.admin,
            source=ChangeSource.CHAT,
            office=self.office,
            now=NOW,
        )
        return await calendar_changes.save(
            self.session, change.id, actor=self.admin, office=self.office, now=NOW
        )

    async def follows(self, now: datetime = NOW) -> int:
        """Read the calendar anew as the running bot does, then run the job; its transactions."""
        district = await calendar_changes.in_force(self.session)
        self.office = replace(
            self.office,
            files_calendar=self.office.files_calendar or self.office.calendar,
            calendar=calendar_changes.calendar_with(self.office, district),
            calendar_change=await calendar_changes.latest(self.session),
        )
        written = 0
        while (work := await reckon(self.session, self.office, now)) is not None:
            await work(self.session, self.office, now)
            written += 1
        return written

    async def owed(self, *kinds: str) -> list[Notice]:
        statement = select(Notice).where(col(Notice.kind).in_(kinds), col(Notice.state) == "open")
        return list((await self.session.exec(statement)).all())

    def by(self, actor: Actor) -> dict[str, Any]:
        return {"actor": actor, "now": NOW, "office": self.office}


@pytest.fixture
async def scene(session: AsyncSession, office: Office) -> Scene:
    async def actor(telegram_id: int, role: Role | None) -> Actor:
        person = Person(telegram_id=telegram_id, name=f"{telegram_id}", created_at=NOW)
        session.add(person)
        await session.flush()
        if role is not None:
            link = Membership(person_id=person.id, role=role, department="finance", since=NOW)
            session.add(link)
            await session.flush()
        return await people.actor_for(session, person, administrators=frozenset({1}))

    return Scene(
        session,
        office,
        admin=await actor(1, None),
        officer=await actor(2, Role.OFFICER),
        citizen=await actor(3, None),
    )


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}+08:00").astimezone(UTC)


async def test_fault_36_a_day_off_moves_the_promise_is_logged_and_told_once(scene: Scene) -> None:
    ticket, task = await scene.raised()
    assert task.answer_due == local("10-12T17:30")  # 30, 8, 9, 10 and 12 October

    change = await scene.saved(OFF)
    await scene.follows()

    line = (await tickets.events_of(scene.session, ticket.id))[-1]
    told = await scene.owed("ticket_rescheduled")
    assert task.answer_due == local("10-13T17:30")
    assert (line.step, line.why) == (Step.RECKON, "calendar")
    assert line.details["before"].startswith("2026-10-12")
    assert line.details["after"].startswith("2026-10-13")
    assert [(one.details["known"], one.details["day"]) for one in told] == [
        ("2026-10-12", "2026-10-13")
    ]
    assert (change.moved, change.reckoned_at) == (1, NOW)
    assert await scene.follows() == 0


async def test_an_undoing_moves_everything_back_and_nothing_is_said(scene: Scene) -> None:
    _, task = await scene.raised()
    before = {one.key for one in await scene.owed(*ladder.KINDS)}
    due = task.answer_due
    change = await scene.saved(OFF)
    await scene.follows()
    assert {one.key for one in await scene.owed(*ladder.KINDS)} != before

    await calendar_changes.undo(scene.session, change.id, **scene.by(scene.admin))
    await scene.follows()

    assert task.answer_due == due
    assert {one.key for one in await scene.owed(*ladder.KINDS)} == before
    assert await scene.owed("ticket_rescheduled") == []
    for again in (calendar_changes.undo, calendar_changes.save):
        with pytest.raises(ChangedMeanwhile):
            await again(scene.session, change.id, **scene.by(scene.admin))


async def test_fault_38_a_category_without_a_limit_is_told_and_takes_its_reminders_away(
    scene: Scene,
) -> None:
    _, task = await scene.raised()
    free = ServiceLimits(interim=None, answer=None)
    categories = {**scene.office.limits.categories, "tax_fee": {"normal": free}}
    limits = scene.office.limits.model_copy(update={"categories": categories})
    scene.office = replace(scene.office, limits=limits)
    answers = [one for one in await scene.owed(*ladder.KINDS) if "answer" in one.key]
    assert answers != []

    await tickets.set_category(
        scene.session, task.ticket_id, category=Category.TAX_FEE, **scene.by(scene.officer)
    )

    assert (task.answer_due, task.interim_due) == (None, None)
    assert [one for one in await scene.owed(*ladder.KINDS) if "answer" in one.key] == []
    (told,) = await scene.owed("ticket_rescheduled")
    screen = await rescheduled(scene.session, told, scene.office, told.due_at)
    assert screen is not None
    assert "不再有约定的答复日期" in screen.text


async def test_a_second_change_before_the_first_was_told_is_told_alone(scene: Scene) -> None:
    await scene.raised()
    await scene.saved(OFF)
    await scene.follows()

    await scene.saved(CalendarPatch(days={date(2026, 10, 9): False}))
    await scene.follows(NOW + timedelta(seconds=20))

    (told,) = await scene.owed("ticket_rescheduled")
    assert (told.details["known"], told.details["day"]) == ("2026-10-12", "2026-10-14")


async def test_it_is_shown_beforehand_what_a_change_moves(scene: Scene) -> None:
    ticket, _ = await scene.raised()
    await scene.raised(Urgency.URGENT)

    effect = await calendar_changes.effect(scene.session, OFF, office=scene.office, now=NOW)
    later = CalendarPatch(days={date(2026, 11, 24): False})
    none = await calendar_changes.effect(scene.session, later, office=scene.office, now=NOW)

    assert [move.number for move in effect.moves] == [ticket.number]
    assert effect.moves[0].after.answer == local("10-13T17:30")
    assert effect.is_complete
    assert none.moves == ()


async def test_open_promises_follow_in_slices(scene: Scene) -> None:
    raised = [await scene.raised() for _ in range(12)]

    change = await scene.saved(OFF)
    transactions = await scene.follows()

    assert {task.answer_due for _, task in raised} == {local("10-13T17:30")}
    assert change.moved == 12
    assert transactions >= 3


async def test_a_paused_promise_follows_when_the_company_has_answered(scene: Scene) -> None:
    ticket, task = await scene.raised()
    await tickets.take(scene.session, task.id, **scene.by(scene.officer))
    words = await _written(scene, scene.officer, "请补材料")
    await tickets.ask_back(scene.session, task.id, message=words, days=3, **scene.by(scene.officer))
    await scene.saved(OFF)
    await scene.follows()
    assert task.answer_due is None
    assert await scene.owed("ticket_rescheduled") == []

    answer = await _written(scene, scene.citizen, "材料")
    await tickets.add(scene.session, ticket.id, message=answer, **scene.by(scene.citizen))

    assert task.answer_due == local("10-13T17:30")


async def _written(scene: Scene, actor: Actor, words: str) -> Any:
    return await messages.keep(
        scene.session,
        Incoming(text=words),
        Address(scene.office.bot_id, 9),
        person_id=actor.person_id,
        now=NOW,
    )


async def test_a_company_that_changes_the_category_itself_is_not_told_what_it_sees(
    scene: Scene,
) -> None:
    ticket, task = await scene.raised()
    longer = ServiceLimits(answer=Limit(days=10))
    categories = {**scene.office.limits.categories, "tax_fee": {"normal": longer}}
    limits = scene.office.limits.model_copy(update={"categories": categories})
    scene.office = replace(scene.office, limits=limits)

    await tickets.set_category(
        scene.session, ticket.id, category=Category.TAX_FEE, **scene.by(scene.citizen)
    )

    line = (await tickets.events_of(scene.session, ticket.id))[-1]
    assert (line.step, line.why) == (Step.RECKON, "category")
    assert task.answer_due == local("10-19T17:30")
    assert await scene.owed("ticket_rescheduled") == []


async def test_fault_38_another_urgency_moves_the_promise_and_is_told(scene: Scene) -> None:
    ticket, task = await scene.raised()
    stale = {one.key for one in await scene.owed(*ladder.KINDS)}

    await tickets.set_urgency(
        scene.session, task.id, urgency=Urgency.URGENT, **scene.by(scene.officer)
    )

    events = await tickets.events_of(scene.session, ticket.id)
    (told,) = await scene.owed("ticket_rescheduled")
    assert [one.step for one in events[-2:]] == [Step.SET_URGENCY, Step.RECKON]
    assert events[-1].why == "urgency"
    assert told.details["day"] == "2026-09-30"
    assert not stale & {one.key for one in await scene.owed(*ladder.KINDS)}


async def test_only_administrators_change_it_and_only_to_what_works(scene: Scene) -> None:
    def proposed(patch: CalendarPatch, actor: Actor | None = None) -> Any:
        return calendar_changes.propose(
            scene.session,
            patch,
            actor=actor or scene.admin,
            source=ChangeSource.CHAT,
            office=scene.office,
            now=NOW,
        )

    quarter = {OCTOBER_8 + timedelta(days=n): False for n in range(90)}
    with pytest.raises(NotAllowed):
        await proposed(OFF, scene.officer)
    with pytest.raises(calendar_changes.CalendarUnusable):
        await proposed(CalendarPatch(days=quarter))
    with pytest.raises(calendar_changes.NothingChanges):
        await proposed(CalendarPatch(days={OCTOBER_8: None}))
    with pytest.raises(calendar_changes.DayOutOfReach):
        await proposed(CalendarPatch(days={date(2026, 1, 5): False}))


async def test_a_change_under_a_later_one_stays_until_that_is_undone(scene: Scene) -> None:
    first = await scene.saved(OFF)
    second = await scene.saved(CalendarPatch(days={OCTOBER_8: True}))

    with pytest.raises(calendar_changes.ChangedLater):
        await calendar_changes.undo(scene.session, first.id, **scene.by(scene.admin))
    await calendar_changes.undo(scene.session, second.id, **scene.by(scene.admin))
    await calendar_changes.undo(scene.session, first.id, **scene.by(scene.admin))

    assert (await calendar_changes.in_force(scene.session)).days == {}


async def test_an_old_change_can_still_be_undone(scene: Scene) -> None:
    change = await scene.saved(OFF)
    spring = {**scene.by(scene.admin), "now": NOW + timedelta(days=180)}

    await calendar_changes.undo(scene.session, change.id, **spring)

    assert (await calendar_changes.in_force(scene.session)).days == {}


async def test_a_proposal_changes_nothing_and_can_be_put_away(scene: Scene) -> None:
    change = await calendar_changes.propose(
        scene.session,
        OFF,
        actor=scene.admin,
        source=ChangeSource.CHAT,
        office=scene.office,
        now=NOW,
    )
    assert await calendar_changes.latest(scene.session) == 0

    await calendar_changes.drop(scene.session, change.id, actor=scene.admin)

    with pytest.raises(ChangedMeanwhile):
        await calendar_changes.save(scene.session, change.id, **scene.by(scene.admin))


YEAR = """
year: 2027
source: 国务院办公厅通知（试验）
checked_on: 2026-11-10
provisional: false
holidays: [{name: 元旦, from: 2027-01-01, to: 2027-01-03}]
workdays: [2027-02-06]
"""


async def test_a_file_is_read_when_it_was_fetched(scene: Scene) -> None:
    async def handed_in(content: bytes | None) -> CalendarChange:
        change = await calendar_changes.hand_in(
            scene.session,
            file_id="F",
            file_name="2027.yaml",
            size=100,
            actor=scene.admin,
            place=Address(scene.office.bot_id, 1),
            now=NOW,
        )
        await calendar_changes.fetched(scene.session, change.id, content, now=NOW)
        return change

    good = await handed_in(YEAR.encode())
    wrong = await handed_in(b"days_off: [2026-10-08]\nworkdays: [2026-10-10]\nlunch: 1")
    lost = await handed_in(None)
    assert [one.state for one in (good, wrong, lost)] == [
        ChangeState.PROPOSED,
        ChangeState.FAULTY,
        ChangeState.FAULTY,
    ]
    assert [fault.line for fault in calendar_changes.faults_of(wrong)] == [3]
    assert len(await scene.owed("calendar_file")) == 3

    await calendar_changes.save(scene.session, good.id, **scene.by(scene.admin))
    await scene.follows()

    assert scene.office.calendar.is_workday(date(2027, 2, 6))
    assert not scene.office.calendar.is_provisional(date(2027, 2, 6))


async def test_changed_files_of_the_catalogue_are_noted_once(scene: Scene) -> None:
    _, task = await scene.raised()
    for print_ in ("a", "a", "b"):
        await calendar_changes.note_files(scene.session, print_, now=NOW)
    limits = scene.office.limits.model_copy(
        update={
            "default": {
                **scene.office.limits.default,
                "normal": scene.office.limits.default["high"],
            }
        }
    )
    scene.office = replace(scene.office, limits=limits)

    await scene.follows()

    assert await calendar_changes.latest(scene.session) == 2
    assert task.answer_due == local("10-09T17:30")
    assert Grant(Role.ADMIN) in scene.admin.grants
