"""The office's figures: cases are read in two scans, only of what the actor may see.

For a district's year that takes a second. Whoever asks is owed a notice; it is counted where nobody
waits for a lock.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    text,
    type_coerce,
)
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.errors import NotAllowed
from domain.statistics import (
    SATISFIED_FROM,
    Case,
    Dimension,
    Fact,
    Period,
    Report,
    report_of,
)
from domain.tickets import Category, Solved
from domain.unmet import first_of_month, next_month
from models import TaskRound, Ticket
from models.company_rows import company_rows, word
from models.ids import new_id
from models.task_rounds import IS_OPEN
from services import notices
from services.company_rows import ensure_table
from services.office import Office

#: The kind of notice that is owed to whoever asks, and the subject of one that redraws a message.
ASKED, REDRAWS = "figures_asked", "redraws"
#: The first digits of an industry's code that name its division.
_DIVISION = 2
#: Rows taken over at once, some milliseconds.
_AT_ONCE = 2000
_OF_COMPANIES = frozenset({Dimension.STREET, Dimension.INDUSTRY})

Condition = ColumnElement[bool]
Value = ColumnElement[Any]


def departments_seen(actor: Actor, department: str | None = None) -> tuple[str, ...]:
    """The departments whose figures are counted; empty means the whole office.

    Officers and heads see their own, the duty desk and administrators all. `department` narrows it
    down; NotAllowed for one that is not theirs.
    """
    sees_all = actor.is_duty or actor.is_admin
    own = {
        grant.department
        for grant in actor.grants
        if grant.department and grant.role in {Role.OFFICER, Role.HEAD}
    }
    if not sees_all and (not own or department not in {None, *own}):
        raise NotAllowed
    if department is not None:
        return (department,)
    return () if sees_all else tuple(sorted(own))


async def ask(
    session: AsyncSession,
    choice: str,
    department: str | None,
    *,
    redraws: int | None = None,
    actor: Actor,
    office: Office,
    now: datetime,
) -> None:
    """Owe what a button's data names, in place of the message `redraws` or as a new one.

    Of several choices on one message the last is answered. Raises NotAllowed.
    """
    departments_seen(actor, department)
    await ensure_table(session, company_rows(office.catalogue.facts, office.today(now)))
    if redraws is not None:
        await notices.drop(session, subject=REDRAWS, subject_id=redraws, kinds=(ASKED,), now=now)
    await notices.owe_notice(
        session,
        ASKED,
        key=f"{ASKED}:{new_id()}",
        due_at=now,
        now=now,
        person_id=actor.person_id,
        subject=REDRAWS if redraws is not None else "",
        subject_id=redraws,
        choice=choice,
    )


async def report(
    session: AsyncSession,
    period: Period,
    *,
    departments: tuple[str, ...],
    category: Category | None = None,
    dimensions: Sequence[Dimension] = (),
    office: Office,
    now: datetime,
) -> Report:
    """The figures of a period, in all and told apart by the dimensions asked for."""
    scan = _Scan(period, frozenset(dimensions), office, now)
    wanted = _wanted(departments, category)
    lead = () if departments else (col(TaskRound.is_lead),)
    shares: Sequence[Case] = ()
    if not departments and Dimension.DEPARTMENT in dimensions:
        shares = await scan.read(session, *wanted, ~col(TaskRound.is_lead))
    return await asyncio.to_thread(
        report_of,
        await scan.read(session, *wanted, *lead),
        period,
        shares=shares,
        departments=departments,
        category=category,
        dimensions=dimensions,
    )


def _wanted(departments: tuple[str, ...], category: Category | None) -> list[Condition]:
    wanted: list[Condition] = []
    if departments:
        wanted.append(col(TaskRound.department).in_(departments))
    if category is not None:
        wanted.append(col(TaskRound.category) == category)
    return wanted


class _Scan:
    """What is read of each round, in the order of `Case`: plain numbers and texts, for there are
    many."""

    def __init__(
        self, period: Period, dimensions: frozenset[Dimension], office: Office, now: datetime
    ) -> None:
        self._period = period
        self._dimensions = dimensions
        self._office = office
        self._now = now
        self._companies = company_rows(office.catalogue.facts, office.today(now)).table
        self._start = self._midnight(period.first)
        self._end = self._midnight(period.last + timedelta(days=1))

    async def read(self, session: AsyncSession, *wanted: Condition) -> list[Case]:
        """The rounds of the period, and what is open besides, of those wanted."""
        connection = await session.connection()
        found: list[Case] = []
        for statement in (self._of_period(), self._open_besides()):
            result = await connection.execute(statement.where(*wanted))
            for rows in result.partitions(_AT_ONCE):
                found += cast("Sequence[Case]", rows)
                await asyncio.sleep(0)  # others have their turn
        return found

    def _of_period(self) -> Select[Any]:
        """Rounds that began in the period."""
        began = col(TaskRound.started_at)
        facts = {**self._in_period(), **self._at_present()}
        minutes = [
            case((~col(TaskRound.is_withdrawn), taken))
            for taken in (col(TaskRound.contact_minutes), col(TaskRound.answer_minutes))
        ]
        statement = self._select(facts, minutes, self._month())
        return statement.where(began >= self._start, began < self._end)

    def _open_besides(self) -> Select[Any]:
        """Rounds that are open and began at another time: they belong to no month of the period."""
        began = col(TaskRound.started_at)
        elsewhen = or_(began < self._start, began >= self._end)
        return self._select(self._at_present(), [null(), null()], literal("")).where(
            text(IS_OPEN), elsewhen
        )

    def _in_period(self) -> dict[Fact, Condition]:
        """What the rates are made of; what was withdrawn enters none."""
        is_first = col(TaskRound.round) == 1
        contact, answer = col(TaskRound.contact_minutes), col(TaskRound.answer_minutes)
        solved, score = col(TaskRound.solved), col(TaskRound.score)
        rated = {
            Fact.CONTACTED: contact.is_not(None),
            Fact.CONTACT_MISSED: and_(contact.is_(None), self._passed(TaskRound.contact_due)),
            Fact.ON_TIME: col(TaskRound.is_on_time).is_(True),
            Fact.LATE: or_(
                col(TaskRound.is_on_time).is_(False),
                and_(answer.is_(None), self._passed(TaskRound.answer_due)),
            ),
            Fact.SOLVED: solved == Solved.YES.value,
            Fact.UNSOLVED: solved != Solved.YES.value,
            Fact.SATISFIED: score >= SATISFIED_FROM,
            Fact.UNSATISFIED: score < SATISFIED_FROM,
        }
        withdrawn = col(TaskRound.is_withdrawn)
        return {
            Fact.FIRST: is_first,
            Fact.AGAIN: ~is_first,
            Fact.WITHDRAWN: withdrawn.is_(True),
            **{fact: and_(~withdrawn, condition) for fact, condition in rated.items()},
        }

    def _at_present(self) -> dict[Fact, Condition]:
        contact, answer = col(TaskRound.contact_minutes), col(TaskRound.answer_minutes)
        late = or_(
            and_(contact.is_(None), self._passed(TaskRound.contact_due)),
            and_(answer.is_(None), self._passed(TaskRound.answer_due)),
        )
        return {
            Fact.OPEN: col(TaskRound.is_open).is_(True),
            Fact.OVERDUE: and_(~col(TaskRound.is_waiting), late),
        }

    def _passed(self, due: datetime | None) -> Condition:
        """Past, of a round in which it could still be done."""
        return and_(col(TaskRound.is_open), col(due) < self._now)

    def _select(
        self, facts: Mapping[Fact, Condition], minutes: Sequence[Value], month: Value
    ) -> Select[Any]:
        number: Value = literal(0)
        for fact, condition in facts.items():
            number = number + case((condition, fact.value), else_=0)
        statement = select(number, *minutes, *self._members(month)).select_from(TaskRound)
        if not _OF_COMPANIES.isdisjoint(self._dimensions):
            of_company = self._companies.c.company_id == col(TaskRound.company_id)
            statement = statement.join(self._companies, of_company, isouter=True)
        merged = select(col(Ticket.id)).where(col(Ticket.merged_into).is_not(None))
        return statement.where(col(TaskRound.ticket_id).not_in(merged))

    def _members(self, month: Value) -> Iterator[Any]:
        """A column for each dimension that is asked for, in the order of `Case`."""
        industry = self._companies.c[word("industry")]
        columns = {
            Dimension.CATEGORY: type_coerce(col(TaskRound.category), String()),
            Dimension.DEPARTMENT: col(TaskRound.department),
            Dimension.STREET: self._companies.c[word("street")],
            Dimension.INDUSTRY: func.substr(industry, 1, _DIVISION),
            Dimension.MONTH: month,
        }
        for dimension, column in columns.items():
            yield column if dimension in self._dimensions else null()

    def _month(self) -> Value:
        """The month on the office's clock, as 2026-11."""
        months = [first_of_month(self._period.first)]
        while (after := next_month(months[-1])) <= self._period.last:
            months.append(after)
        last = literal(f"{months.pop():%Y-%m}")
        if not months:
            return last
        began = col(TaskRound.started_at)
        ends = [(began < self._midnight(next_month(one)), f"{one:%Y-%m}") for one in months]
        return case(*ends, else_=last)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._office.zone)
