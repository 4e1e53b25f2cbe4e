"""Figures against a small set worked out by hand, on both databases.

Office hours are 09:00-12:00 and 13:30-17:30, seven hours a day. November 2026: the 16th, 23rd and
30th are Mondays, and no working day is missing. It is Monday the 30th, 10:00.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Grant, Role
from domain.deadlines import Pause
from domain.errors import NotAllowed
from domain.facts import Profile
from domain.statistics import Dimension, Figures, Median, Report, Share, Span
from domain.tickets import Category, Outcome, Status, TaskRole
from models import Company, Person, Task, Ticket
from services import company_rows, privacy, statistics, task_rounds
from services.office import Office

TODAY = date(2026, 11, 30)


@dataclass(frozen=True)
class Row:
    """One round of a department's share; moments are days of November and times of Hangzhou."""

    ticket: int
    category: str
    department: str
    started: str
    contacted: str = ""
    answered: str = ""
    contact_due: str = ""
    answer_due: str = ""
    pause: tuple[str, str] = ("", "")
    solved: str | None = None
    score: int | None = None
    round: int = 1
    is_co: bool = False
    withdrawn: bool = False


# Working hours to first contact / to the answer, by hand:
ROWS = (
    # 09-11 = 2 / Mon 7 + Tue 1 = 8
    Row(1, "financing", "finance", "16 09:00", "16 11:00", "17 10:00", "17 17:30", "23 17:30",
        solved="yes", score=5),
    # a co-handler's share of the same ticket: - / Mon 7 = 7
    Row(1, "financing", "hr_social", "16 09:00", "", "17 09:00", "", "23 17:30", is_co=True),
    # 11-12 and 13:30-14:30 = 2 / Mon 1 + 4, Tue 7, Wed 3 = 15
    Row(2, "financing", "finance", "16 11:00", "16 14:30", "18 12:00", "17 17:30", "23 17:30",
        solved="yes", score=4),
    # Mon 1 + Tue 1 = 2 / Mon 1, Tue 7, Wed 7, Thu 7, Fri 3 = 25, less Wed 7 in which it was asked
    Row(3, "financing", "finance", "16 16:30", "17 10:00", "20 12:00", "17 17:30", "24 17:30",
        pause=("18 09:00", "19 09:00"), solved="partly", score=3),
    # Fri 0.5 + Mon 0.5 = 1 / Fri 0.5, Mon 7, Tue 3 = 10.5, half a day late
    Row(4, "financing", "finance", "20 17:00", "23 09:30", "24 12:00", "23 17:30", "23 17:30",
        solved="no", score=1),
    # its second round: 1 / Wed 7 = 7
    Row(4, "financing", "finance", "25 09:00", "25 10:00", "26 09:00", "26 17:30", "27 17:30",
        solved="yes", score=4, round=2),
    # nobody cared: past both times
    Row(5, "talent_hr", "hr_social", "23 09:00", contact_due="24 17:30", answer_due="27 17:30"),
    # taken back by the company
    Row(6, "talent_hr", "hr_social", "24 09:00", contact_due="25 17:30", withdrawn=True),
    # merged into ticket 1: no case
    Row(7, "financing", "finance", "17 09:00", "17 10:00", contact_due="18 17:30"),
)  # fmt: skip
LATER = Row(8, "tax_fee", "tax", "30 09:00", contact_due="30 17:30", answer_due="30 17:30")

WHOLE = Figures(
    received=6,  # 1 2 3 4 5 6
    redone=1,  # 4
    withdrawn=1,  # 6
    responded=Share(5, 6),  # 1 2 3 4 4, not 5
    on_time=Share(4, 6),  # 1 2 3 and the second round of 4; not 4, not 5
    solved=Share(3, 5),  # 1 2 4; 3 partly, 4 at first not
    satisfied=Share(3, 5),  # 5 4 4; not 3, not 1
    to_contact=Median(120, 5),  # 1 1 2 2 2 hours
    to_answer=Median(630, 5),  # 7 8 10.5 15 18 hours
    open=1,  # 5
    overdue=1,  # 5
)


def _at(clock: str) -> datetime:
    """`16 09:00` in UTC: Hangzhou is eight hours ahead."""
    local = datetime.strptime(f"2026-11-{clock} +0800", "%Y-%m-%d %H:%M %z")
    return local.astimezone(UTC)


def _perhaps(clock: str) -> datetime | None:
    return _at(clock) if clock else None


NOW = _at("30 10:00")


@dataclass
class Scene:
    """A database into which rows are written as the steps on a ticket write them."""

    session: AsyncSession
    office: Office
    tickets: dict[int, Ticket]
    tasks: dict[tuple[int, str], Task]

    async def write(self, *rows: Row) -> None:
        for row in rows:
            ticket = self.tickets.get(row.ticket) or await self._ticket(row)
            ticket.round, ticket.solved, ticket.score = row.round, row.solved, row.score
            task = self.tasks.get((row.ticket, row.department)) or self._task(row, ticket)
            _fill(task, row)
            await self.session.flush()
            await task_rounds.keep(
                self.session,
                ticket,
                task,
                pauses=[Pause(*map(_at, row.pause))] if row.pause[0] else [],
                calendar=self.office.calendar,
            )
            await self.session.flush()

    async def _ticket(self, row: Row) -> Ticket:
        company = Company(name=f"企业{row.ticket}", created_at=NOW)
        person = Person(telegram_id=row.ticket, created_at=NOW)
        self.session.add_all((company, person))
        await self.session.flush()
        street = "下沙" if row.ticket < 3 else "白杨"
        profile = Profile({"street": street, "industry": "3973"} if row.ticket < 5 else {})
        await company_rows.write_row(
            self.session, self.office.catalogue.facts, company.id, profile, TODAY
        )
        ticket = Ticket(
            number=f"QT-{row.ticket}",
            company_id=company.id,
            person_id=person.id,
            category=Category(row.category),
            received_at=_at(row.started),
        )
        self.session.add(ticket)
        await self.session.flush()
        self.tickets[row.ticket] = ticket
        return ticket

    def _task(self, row: Row, ticket: Ticket) -> Task:
        task = Task(
            ticket_id=ticket.id,
            department=row.department,
            role=TaskRole.CO if row.is_co else TaskRole.LEAD,
            dispatched_at=_at(row.started),
        )
        self.session.add(task)
        self.tasks[row.ticket, row.department] = task
        return task

    async def report(self, *dimensions: Dimension, **changes: object) -> Report:
        asked = {"departments": (), "category": None, **changes}
        return await statistics.report(
            self.session,
            Span.MONTH.period(TODAY),
            dimensions=dimensions,
            office=self.office,
            now=NOW,
            **asked,  # type: ignore[arg-type]  # what a test changes, by name
        )


def _fill(task: Task, row: Row) -> None:
    task.dispatched_at = _at(row.started)
    task.contacted_at, task.answered_at = _perhaps(row.contacted), _perhaps(row.answered)
    task.contact_due, task.answer_due = _perhaps(row.contact_due), _perhaps(row.answer_due)
    task.outcome = Outcome.WITHDRAWN if row.withdrawn else None
    is_over = bool(row.answered) or row.withdrawn
    task.status = Status.CLOSED if is_over else Status.IN_PROGRESS


@pytest.fixture
async def scene(session: AsyncSession, office: Office) -> Scene:
    made = Scene(session, office, {}, {})
    await made.write(*ROWS)
    made.tickets[7].merged_into = made.tickets[1].id
    made.tasks[7, "finance"].status = Status.CLOSED
    await session.flush()
    return made


async def test_every_figure_is_as_worked_out_by_hand(scene: Scene) -> None:
    report = await scene.report()

    assert report.total == WHOLE
    assert report.total.to_answer.hours == 10.5
    assert report.total.solved.rate == 0.6


async def test_fault_46_who_was_erased_is_still_counted(scene: Scene) -> None:
    for number in (1, 2, 3, 4, 6):
        scene.tickets[number].status = Status.CLOSED
        asker = await scene.session.get_one(Person, scene.tickets[number].person_id)
        await privacy.erase(scene.session, asker, office=scene.office, now=NOW)

    assert (await scene.report()).total == WHOLE


async def test_it_is_told_apart_by_category_street_industry_and_month(scene: Scene) -> None:
    report = await scene.report(*Dimension)

    received = {
        dimension: {line.key: line.figures.received for line in lines}
        for dimension, lines in report.lines.items()
    }
    assert received == {
        Dimension.CATEGORY: {"financing": 4, "talent_hr": 2},
        Dimension.DEPARTMENT: {"finance": 4, "hr_social": 3},  # the share of ticket 1 as well
        Dimension.STREET: {"下沙": 2, "白杨": 2, "": 2},
        Dimension.INDUSTRY: {"39": 4, "": 2},
        Dimension.MONTH: {"2026-11": 6},
    }
    assert [line.key for line in report.top_needs] == ["financing", "talent_hr"]


async def test_a_department_sees_its_own_shares_and_a_category_only_its_own(scene: Scene) -> None:
    hr = (await scene.report(departments=("hr_social",))).total
    talent = (await scene.report(category=Category.TALENT_HR)).total

    assert (hr.received, hr.withdrawn, hr.open, hr.on_time) == (3, 1, 1, Share(1, 2))
    assert (talent.received, talent.responded, talent.to_answer) == (2, Share(0, 1), Median())
    assert talent.responded.rate is None  # of fewer than five, counts only


async def test_what_is_open_counts_whatever_the_period(scene: Scene) -> None:
    await scene.write(replace(LATER, started="02 09:00"))
    week = await statistics.report(
        scene.session,
        Span.WEEK.period(TODAY),
        departments=(),
        dimensions=(Dimension.MONTH,),
        office=scene.office,
        now=NOW,
    )

    assert (week.total.received, week.total.open, week.total.overdue) == (0, 2, 1)
    assert week.lines[Dimension.MONTH] == ()


def _actor(*grants: Grant) -> Actor:
    return Actor(person_id=1, name="", locale="zh", grants=frozenset(grants))


def test_only_what_one_may_see_is_counted() -> None:
    officer = _actor(Grant(Role.OFFICER, "finance"))
    editor = _actor(Grant(Role.EDITOR))

    assert statistics.departments_seen(officer) == ("finance",)
    for role in (Role.DUTY, Role.ADMIN):
        assert statistics.departments_seen(_actor(Grant(role))) == ()
        assert statistics.departments_seen(_actor(Grant(role)), "tax") == ("tax",)
    for actor, department in ((officer, "tax"), (editor, None), (_actor(), None)):
        with pytest.raises(NotAllowed):
            statistics.departments_seen(actor, department)
