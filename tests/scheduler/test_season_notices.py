"""Yearly duties, titles that end and windows: owed by night, said once, and ended by an answer."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from domain.facts import Held
from domain.measures import Measure
from domain.profile_files import parse_profile
from models import Company, Message, Notice, Person, Watch
from models.matching import MarkKind, WatchReason
from models.messages import Direction
from models.notices import NoticeState, Pace
from scheduler.jobs import say_due_notices
from services import companies, matching, notice_choices, reviews, seasons, watches
from services.company_rows import fill_rows
from services.office import Office
from tests.companies import leaf, trial
from tests.services.test_reviews import firm, publish, say, with_measures

REPORT, HI_TECH = "annual-report-merge", "高新技术企业"
BEFORE = datetime(2026, 12, 1, 2, tzinfo=UTC)
STAFF = leaf("compare", fact="employees", op=">=", value=20)
Firm = tuple[Person, Company]


def at(day: str, hour: int = 3) -> datetime:
    """An hour of a day of 2027 (or of the year named), by the clock of the office."""
    full = day if len(day) > len("06-30") else f"2027-{day}"
    return datetime.fromisoformat(f"{full}T00:00+08:00").astimezone(UTC) + timedelta(hours=hour)


async def lives(session: AsyncSession, office: Office, *days: str) -> list[str]:
    """Those days go by, each with its night and its morning; the first lines of what was said."""
    before = len(await said(session))
    for moment in [at(day, hour) for day in days for hour in (3, 10, 11)]:
        await reviewed(session, office, moment)
        while await say_due_notices(session, office, moment):
            pass
    return (await said(session))[before:]


async def reviewed(session: AsyncSession, office: Office, moment: datetime) -> None:
    while await fill_rows(session, office, moment):
        pass
    while await reviews.go_on(session, office=office, now=moment):
        pass


async def said(session: AsyncSession) -> list[str]:
    return [text.splitlines()[0] for text in await texts(session)]


async def texts(session: AsyncSession) -> Sequence[str]:
    """Everything that was said to people, oldest first."""
    statement = select(Message.text).where(col(Message.direction) == Direction.OUT)
    return (await session.exec(statement.order_by(col(Message.id)))).all()


@pytest.fixture
async def session(sqlite_url: str) -> AsyncGenerator[AsyncSession]:
    """The rules are the same on any database; tests/services/test_season_nights.py asks both."""
    database = Database(sqlite_url)
    async with database.write() as opened:
        yield opened
    await database.close()


@pytest.fixture
def reporting(office: Office) -> Office:
    """The office with the annual report alone, so that nothing else is told."""
    return only(office, REPORT)


def only(office: Office, *ids: str) -> Office:
    kept = tuple(one for one in office.catalogue.active if one.id in ids)
    return replace(office, catalogue=replace(office.catalogue, measures=kept))


@pytest.fixture
async def old(session: AsyncSession, reporting: Office) -> Firm:
    """Founded in 2025, here since 2026."""
    person, company, _ = await firm(session, reporting, at=BEFORE)
    return person, company


async def is_done(session: AsyncSession, office: Office, firm: Firm, day: str) -> None:
    person, company = firm
    (measure,) = office.catalogue.measures
    now = at(day, 12)
    await seasons.done(
        session, company, measure, person_id=person.id, today=office.today(now), now=now
    )


SEASON = (
    *("01-04", "01-05", "03-16", "03-17", "05-06", "06-02", "06-16", "06-23", "06-28"),
    *("06-30", "07-01", "07-02", "08-15", "12-30"),
)


@pytest.mark.usefixtures("old")
async def test_the_report_is_spoken_of_eight_times_and_once_after_its_end(
    session: AsyncSession, reporting: Office
) -> None:
    told = await lives(session, reporting, *SEASON)

    assert told == [
        *["<b>提醒：企业年报多报合一</b>"] * 8,
        "<b>企业年报多报合一：这一期已过截止日</b>",
    ]
    assert "剩 5 个工作日" in (await texts(session))[5]
    last = (await texts(session))[-1]
    assert "补报后可以申请移出（凭记忆，待工作人员确认）" in last
    assert "6月30日" in last


async def test_done_is_done_for_that_year_only(
    session: AsyncSession, reporting: Office, old: Firm
) -> None:
    await lives(session, reporting, "01-04")
    await is_done(session, reporting, old, "01-05")

    rest = await lives(session, reporting, "03-16", "06-30", "07-01", "2027-12-31")
    next_year = await lives(session, reporting, "2028-01-03", "2028-03-16")

    assert rest == []
    assert len(next_year) == 2


async def test_what_is_owed_already_is_dropped_once_it_is_done(
    session: AsyncSession, reporting: Office, old: Firm
) -> None:
    await reviewed(session, reporting, at("06-23", 3))
    await is_done(session, reporting, old, "06-22")
    (notice,) = (await session.exec(select(Notice))).all()

    assert notice.state is NoticeState.DROPPED
    assert await lives(session, reporting, "06-23", "06-24") == []


async def test_taken_back_it_goes_on(session: AsyncSession, reporting: Office, old: Firm) -> None:
    await is_done(session, reporting, old, "03-01")
    await matching.unmark_measure(session, old[1], REPORT, now=at("03-02"))

    assert len(await lives(session, reporting, "03-16")) == 1


@pytest.mark.usefixtures("old")
async def test_days_without_a_machine_come_to_one_message(
    session: AsyncSession, reporting: Office
) -> None:
    """It stopped with the message owed, and came back after the next step."""
    await reviewed(session, reporting, at("06-16", 3))

    told = await lives(session, reporting, "06-25", "06-26")

    assert told == ["<b>提醒：企业年报多报合一</b>"]
    assert "剩 3 个工作日" in (await texts(session))[-1]


@pytest.mark.parametrize(
    "founded", [{"established_on": "2027-02-01"}, {"established_on": ["2027-09-01", None]}]
)
async def test_who_was_founded_this_year_or_is_only_planned_is_left_alone(
    session: AsyncSession, reporting: Office, founded: dict[str, object]
) -> None:
    person, company, _ = await firm(session, reporting, at=at("02-10"))
    facts = dict(parse_profile(founded, reporting.catalogue.facts).values)
    await say(session, reporting, company, facts, at=at("02-11"), person=person)

    assert await lives(session, reporting, "03-16", "06-30", "07-01") == []


@pytest.mark.parametrize("how", ["muted", "irrelevant", "not consented", "came later"])
async def test_whom_it_does_not_concern_is_left_alone(
    session: AsyncSession, reporting: Office, how: str
) -> None:
    came = at("07-02") if how == "came later" else BEFORE
    person, company, _ = await firm(session, reporting, at=came, consented=how != "not consented")
    if how == "muted":
        await notice_choices.choose(session, person.id, now=BEFORE, deadlines=False)
    if how == "irrelevant":
        await matching.mark_measure(
            session, company, REPORT, MarkKind.IRRELEVANT, person_id=person.id, now=BEFORE
        )
    days = ("07-05",) if how == "came later" else ("01-04", "06-30", "07-01")

    assert await lives(session, reporting, *days) == []


async def test_who_wants_no_news_still_hears_of_deadlines(
    session: AsyncSession, reporting: Office, old: Firm
) -> None:
    await notice_choices.choose(session, old[0].id, now=BEFORE, policies=Pace.OFF)

    assert len(await lives(session, reporting, "01-04")) == 1


async def test_who_watches_the_report_is_not_told_twice(
    session: AsyncSession, reporting: Office, old: Firm
) -> None:
    person, company = old
    for reason in (WatchReason.OPENS, WatchReason.CLOSES):
        session.add(
            Watch(
                person_id=person.id,
                company_id=company.id,
                measure_id=REPORT,
                reason=reason,
                created_at=BEFORE,
            )
        )
    await session.flush()

    told = await lives(session, reporting, "01-03", "01-04", "06-16", "06-17")

    assert told == ["<b>提醒：企业年报多报合一</b>"] * 2


# Titles


def titled(ends: date | None) -> dict[str, Held]:
    return {"certifications": Held(((HI_TECH, ends),))}


@pytest.fixture
async def titular(session: AsyncSession, office: Office) -> Firm:
    """Its title ends on Wednesday 2027-09-01."""
    person, company, _ = await firm(session, with_measures(office, trial()), at=BEFORE)
    return person, company


async def holds(session: AsyncSession, office: Office, firm: Firm, ends: date | None) -> None:
    facts = dict(titled(ends))
    await say(session, office, firm[1], {**facts}, at=BEFORE, person=firm[0])


ENDS = date(2027, 9, 1)


async def test_a_title_is_spoken_of_until_it_ends(
    session: AsyncSession, office: Office, titular: Firm
) -> None:
    quiet = with_measures(office, trial())
    await holds(session, quiet, titular, ENDS)

    told = await lives(
        session, quiet, "02-26", "03-01", "03-02", "06-01", "07-30", "08-02", "08-18", "08-25"
    )

    assert [line.partition("还有")[2] for line in told] == [
        " 184 天</b>",
        " 92 天</b>",
        " 33 天</b>",
        " 14 天</b>",
        " 7 天</b>",
    ]
    assert await lives(session, quiet, "09-02", "09-10") == []


async def test_an_unknown_end_is_not_guessed(
    session: AsyncSession, office: Office, titular: Firm
) -> None:
    quiet = with_measures(office, trial())
    await holds(session, quiet, titular, None)

    assert await lives(session, quiet, "03-01", "08-25") == []


async def test_not_renewing_and_renewing_both_end_it(
    session: AsyncSession, office: Office, titular: Firm
) -> None:
    quiet, (person, company) = with_measures(office, trial()), titular
    await holds(session, quiet, titular, ENDS)
    await lives(session, quiet, "03-01")
    (notice,) = (await session.exec(select(Notice))).all()
    title = seasons.title_in(notice, quiet.catalogue)
    assert title is not None
    await seasons.give_up(session, company, title, person_id=person.id, now=at("03-02"))

    assert await lives(session, quiet, "06-01", "07-30") == []

    until = date(2028, 9, 1)
    await seasons.renew(
        session, company, title, until, person_id=person.id, office=quiet, now=at("08-01")
    )
    profile = await companies.profile_of(session, company.id, quiet.catalogue.facts)
    assert profile.get("certifications") == Held(((HI_TECH, until),))
    assert await lives(session, quiet, "08-18", "08-25") == []
    assert len(await lives(session, quiet, "2028-03-01")) == 1


async def test_the_way_to_renew_is_the_measure_that_grants_it(office: Office) -> None:
    spec = office.catalogue.facts["certifications"]

    found = [seasons.renewal(office.catalogue, spec, option.value) for option in spec.options]

    assert [one.id if one else None for one in found] == [
        "hi-tech-enterprise",
        None,
        None,
        "srdi-sme",
        "srdi-sme",
    ]


# Windows


def dated(start: str, end: str, measure_id: str = "trial") -> Measure:
    window = {"kind": "dated", "from": start, "to": end}
    return trial(STAFF, needs=["financing"], window=window, id=measure_id)


async def test_who_is_eligible_hears_once_of_opening_and_of_end(
    session: AsyncSession, office: Office
) -> None:
    office = with_measures(office, dated("2027-03-10", "2027-04-09"))
    await firm(session, office, at=BEFORE)

    told = await lives(
        session, office, "03-09", "03-10", "03-11", "03-25", "03-26", "03-29", "04-09", "04-12"
    )

    assert told == [
        "<b>试用开放了，您初步符合（预判）</b>",
        "<b>试用快截止了，您初步符合（预判）</b>",
    ]
    assert "剩 10 个工作日" in (await texts(session))[-1]


async def test_who_watches_it_hears_by_the_watch_alone(
    session: AsyncSession, office: Office
) -> None:
    office = with_measures(office, dated("2027-03-10", "2027-04-09"))
    _, _, actor = await firm(session, office, at=BEFORE)
    (measure,) = office.catalogue.measures
    for reason in (WatchReason.OPENS, WatchReason.CLOSES):
        await watches.watch(
            session, actor, measure, reason, verdict=None, office=office, now=BEFORE
        )

    told = await lives(session, office, "03-09", "03-10", "03-11", "03-26", "03-29")

    assert told == ["<b>您关注的试用开放了</b>", "<b>您关注的试用即将截止</b>"]


@pytest.mark.parametrize(
    ("moved", "days", "told"),
    [
        (("2027-03-10", "2027-05-28"), ("03-26", "04-09", "05-14", "05-17"), ["05-28"]),
        (("2027-03-10", "2027-03-31"), ("03-17", "03-18", "03-26"), ["03-31"]),
        (("2027-03-10", "2027-04-09"), ("03-26", "03-29"), ["04-09"]),
    ],
)
async def test_a_window_that_moves_takes_the_watchers_reminder_along(
    session: AsyncSession,
    office: Office,
    moved: tuple[str, str],
    days: tuple[str, ...],
    told: list[str],
) -> None:
    """Only the watcher is asked after here: news of the other days goes by its own road."""
    office = await publish(
        session, with_measures(office, trial()), dated("2027-03-10", "2027-04-09"), at=BEFORE
    )
    _, _, actor = await firm(session, office, at=BEFORE)
    (measure,) = office.catalogue.measures
    await watches.watch(
        session, actor, measure, WatchReason.CLOSES, verdict=None, office=office, now=BEFORE
    )
    await lives(session, office, "03-11")
    office = await publish(session, office, dated(*moved), at=at("03-12"))

    await lives(session, office, "03-12", *days)

    statement = select(Message.text).where(col(Message.text).contains("您关注的试用"))
    found = (await session.exec(statement)).all()
    months = [f"{int(day[:2])}月{int(day[3:])}日" for day in told]
    assert [any(month in text for text in found) for month in months] == [True]
    assert len(found) == 1


async def test_an_opening_brought_forward_is_said_when_it_is_published(
    session: AsyncSession, office: Office
) -> None:
    office = await publish(
        session, with_measures(office, trial()), dated("2027-05-10", "2027-06-09"), at=BEFORE
    )
    _, _, actor = await firm(session, office, at=BEFORE)
    (measure,) = office.catalogue.measures
    await watches.watch(
        session, actor, measure, WatchReason.OPENS, verdict=None, office=office, now=BEFORE
    )
    await lives(session, office, "03-11")
    office = await publish(session, office, dated("2027-03-12", "2027-06-09"), at=at("03-12", 9))

    told = await lives(session, office, "03-12", "03-15", "05-10")

    assert told.count("<b>您关注的试用开放了</b>") == 1
    assert told[0] == "<b>您关注的试用开放了</b>"
