"""What a night owes of duties and titles, on both databases: once, in slices, to whom it may."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.facts import Held
from models import Notice
from services import reviews, season_nights, seasons
from services.company_rows import fill_rows
from services.office import Office
from tests.scheduler.test_season_notices import BEFORE, HI_TECH, at, lives, only
from tests.services.test_reviews import firm, say


@pytest.fixture
def reporting(office: Office) -> Office:
    return only(office, "annual-report-merge")


async def nightly(session: AsyncSession, office: Office) -> None:
    while await fill_rows(session, office, at("06-16")):
        pass
    while await reviews.go_on(session, office=office, now=at("06-16")):
        pass


async def owed(session: AsyncSession) -> list[Notice]:
    statement = select(Notice).where(col(Notice.kind).in_(seasons.KINDS)).order_by(col(Notice.key))
    return list((await session.exec(statement)).all())


async def test_a_title_and_the_report_are_said_and_renewed(
    session: AsyncSession, reporting: Office
) -> None:
    person, company, _ = await firm(session, reporting, at=BEFORE)
    title = Held(((HI_TECH, date(2027, 6, 30)),))
    await say(session, reporting, company, {"certifications": title}, at=BEFORE, person=person)

    told = await lives(session, reporting, "06-16", "06-17")

    assert sorted(told) == [
        "<b>提醒：企业年报多报合一</b>",
        "<b>高新技术企业：6月30日（周三）到期，还有 14 天</b>",
    ]
    assert {notice.person_id for notice in await owed(session)} == {person.id}


async def test_many_are_owed_a_few_at_a_time_and_none_twice(
    session: AsyncSession, reporting: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(season_nights, "AT_ONCE", 2)
    for number in range(5):
        await firm(session, reporting, number, at=BEFORE, consented=number != 3)

    await nightly(session, reporting)
    await nightly(session, reporting)

    moments = [notice.due_at for notice in await owed(session)]
    assert len(moments) == 4
    assert min(moments) == at("06-16", 9) + timedelta(minutes=30)
    assert max(Counter(moments).values()) <= 2
