"""Editors are reminded once of what is due, and their answer is kept as a version."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.errors import NotAllowed
from models import MeasureVersion, Membership, Notice, Person
from models.unmet import UnmetKind
from scheduler import editor_notices
from services import checks, matching, measure_versions, people, publications, publishing, unmet
from services.messages import Address
from services.office import Office
from tests.services.test_matching import LOAN

NOW = datetime(2026, 12, 17, 2, 0, tzinfo=UTC)
"""Thursday: the loan's two routes end in two weeks."""


async def staff(session: AsyncSession, role: Role, telegram_id: int = 3001) -> Actor:
    person = Person(telegram_id=telegram_id, name="编辑甲", locale="zh", created_at=NOW)
    session.add(person)
    await session.flush()
    session.add(Membership(person_id=person.id, role=role, since=NOW))
    await session.flush()
    return await people.actor_for(session, person, administrators=frozenset())


async def owed(session: AsyncSession, kind: str) -> list[Notice]:
    statement = select(Notice).where(col(Notice.kind) == kind).order_by(col(Notice.id))
    return list((await session.exec(statement)).all())


async def remind(session: AsyncSession, office: Office, *, at: datetime = NOW) -> None:
    await checks.remind(session, office=office, now=at)


async def test_each_editor_is_reminded_once_of_what_is_new(
    session: AsyncSession, office: Office
) -> None:
    editors = [await staff(session, Role.EDITOR, number) for number in (3001, 3002)]

    for hours in range(30):
        await remind(session, office, at=NOW + timedelta(hours=hours))

    notices = await owed(session, checks.DUE)
    assert [notice.person_id for notice in notices] == [one.person_id for one in editors]
    assert notices[0].due_at == datetime(2026, 12, 18, 1, 0, tzinfo=UTC)


async def test_half_a_year_later_all_of_them_are_one_reminder(
    session: AsyncSession, office: Office
) -> None:
    await staff(session, Role.EDITOR)
    late = datetime(2027, 6, 30, 2, 0, tzinfo=UTC)
    for days in range(3):
        await remind(session, office, at=late + timedelta(days=days))

    (notice,) = await owed(session, checks.DUE)
    screen = await editor_notices.measures_to_check(session, notice, office, notice.due_at)

    assert screen is not None
    assert screen.text.splitlines()[0] == "<b>75 项政策需要核对</b>"
    assert "贷款贴息" in screen.text.splitlines()[1]


async def test_administrators_are_reminded_while_nobody_edits(
    session: AsyncSession, office: Office
) -> None:
    admin = Person(telegram_id=9001, locale="zh", created_at=NOW)
    session.add(admin)
    await session.flush()

    await remind(session, office)

    assert [notice.person_id for notice in await owed(session, checks.DUE)] == [admin.id]


async def test_still_valid_is_a_version_that_changes_nothing_else(
    session: AsyncSession, office: Office
) -> None:
    editor = await staff(session, Role.EDITOR)
    await publishing.load_files(session, office.catalogue.measures, now=NOW)
    due = [check.measure.id for check in await checks.due(session, office=office, now=NOW)]
    assert LOAN in due

    await checks.confirm(session, LOAN, actor=editor, office=office, now=NOW)

    left = [check.measure.id for check in await checks.due(session, office=office, now=NOW)]
    assert LOAN not in left
    (version,) = (
        await session.exec(
            select(MeasureVersion).where(
                col(MeasureVersion.measure_id) == LOAN, col(MeasureVersion.number) == 2
            )
        )
    ).all()
    assert (version.author_id, version.reason) == (editor.person_id, measure_versions.CHECKED)
    before = await measure_versions.measure_at(session, LOAN, 1)
    now = await measure_versions.measure_at(session, LOAN, 2)
    assert before is not None
    assert now == before.model_copy(update={"checked_on": date(2026, 12, 17)})
    assert await matching.measure_version(session, LOAN) == 1


async def test_what_was_answered_meanwhile_is_not_said(
    session: AsyncSession, office: Office
) -> None:
    editor = await staff(session, Role.EDITOR)
    await remind(session, office)
    (notice,) = await owed(session, checks.DUE)
    for check in await checks.due(session, office=office, now=NOW):
        await checks.confirm(session, check.measure.id, actor=editor, office=office, now=NOW)

    assert await editor_notices.measures_to_check(session, notice, office, NOW) is None


async def test_only_editors_answer(session: AsyncSession, office: Office) -> None:
    officer = await staff(session, Role.OFFICER)

    with pytest.raises(NotAllowed):
        await checks.confirm(session, LOAN, actor=officer, office=office, now=NOW)
    with pytest.raises(NotAllowed):
        await checks.retire(session, LOAN, actor=officer, office=office, now=NOW)


async def test_retiring_is_proposed_like_any_other_change(
    session: AsyncSession, office: Office
) -> None:
    editor = await staff(session, Role.EDITOR)

    await checks.retire(session, LOAN, actor=editor, office=office, now=NOW)

    (publication,) = await publications.open_ones(session)
    assert publication.author_id == editor.person_id
    assert publication.content is not None
    assert b"status: retired" in publication.content
    assert b"2026-12-17" in publication.content


async def test_a_months_gaps_are_reported_once_when_the_month_is_over(
    session: AsyncSession, office: Office
) -> None:
    editor = await staff(session, Role.EDITOR)
    agreed = replace(editor, consented=True)
    november = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    await unmet.note_search(
        session,
        UnmetKind.NOTHING_FOUND,
        "办公室装修补贴",
        actor=agreed,
        place=Address(1, 3001),
        now=november,
    )
    first = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
    for hours in range(0, 80, 5):
        await remind(session, office, at=first + timedelta(hours=hours))

    (notice,) = await owed(session, checks.GAPS)
    screen = await editor_notices.gaps_report(session, notice, office, notice.due_at)

    assert notice.due_at == datetime(2026, 12, 2, 1, 0, tzinfo=UTC)
    assert screen is not None
    assert "2026年11月" in screen.text
    assert "办公室装修补贴" in screen.text


async def test_an_empty_month_is_not_reported(session: AsyncSession, office: Office) -> None:
    await staff(session, Role.EDITOR)
    await remind(session, office)
    (notice,) = await owed(session, checks.GAPS)

    assert await editor_notices.gaps_report(session, notice, office, NOW) is None
