"""What a company reads of changes in policies."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Role
from domain.measures import Measure, MeasureStatus
from domain.screens import Screen
from domain.verdicts import Outcome
from models import Membership, Notice
from models.notices import Pace
from scheduler.news_notices import policy_news
from services import companies, matching, notice_choices, people, publishing
from services.office import Office
from tests.companies import leaf
from tests.services.test_matching import HI_TECH, LOAN
from tests.services.test_news import NINE_TOMORROW, NOW, agreed, owed, was


async def read(
    session: AsyncSession, office: Office, notice: Notice, now: datetime = NINE_TOMORROW
) -> Screen:
    screen = await policy_news(session, notice, office, now)
    assert isinstance(screen, Screen)
    return screen


def labels(screen: Screen) -> list[str]:
    return [button.text for row in screen.keyboard for button in row]


async def test_one_change_says_from_to_why_by_which_clause_and_what_to_do(
    session: AsyncSession, office: Office
) -> None:
    _, company = await agreed(session, office)
    notice = await owed(session, office, company, was(Outcome.UNDETERMINED))

    screen = await read(session, office, notice)

    first, *rest = screen.text.splitlines()
    assert "贷款贴息" in first
    assert "示例" not in first
    text = "\n".join(rest)
    assert "原来：可能符合" in text
    assert "现在：<b>初步符合（预判）</b>" in text
    assert "✓ 满足" in text
    assert "依据" in text
    assert "12月31日（周四）止" in text
    assert "可以申请" in text
    assert labels(screen) == ["贷款贴息", "不相关", "少发这类", "菜单"]


async def test_several_are_numbered_with_their_buttons(
    session: AsyncSession, office: Office
) -> None:
    _, company = await agreed(session, office)
    notice = await owed(
        session, office, company, was(Outcome.INELIGIBLE, HI_TECH), was(Outcome.UNDETERMINED)
    )

    screen = await read(session, office, notice)

    assert screen.text.startswith("<b>2 项政策有变化</b>")
    assert labels(screen)[:4] == ["1 贷款贴息", "1 不相关", "2 高企", "2 不相关"]
    assert len(screen.keyboard) <= 6


async def test_an_agent_reads_which_client_it_is_about(
    session: AsyncSession, office: Office
) -> None:
    person, company = await agreed(session, office)
    company.name = "杭州示例封装有限公司"
    await companies.create(session, person, now=NOW, name="另一家")
    notice = await owed(session, office, company, was(Outcome.UNDETERMINED))

    screen = await read(session, office, notice)

    assert "示例封装" not in screen.text.splitlines()[0]
    assert "企业：杭州示例封装有限公司" in screen.text


async def test_a_retired_measure_is_said_to_be_over(session: AsyncSession, office: Office) -> None:
    _, company = await agreed(session, office)
    measure = office.catalogue.measure(LOAN)
    assert measure is not None
    await publishing.publish(session, [measure], now=NOW)
    over = measure.model_copy(update={"status": MeasureStatus.RETIRED, "retired_on": NOW.date()})
    changed = replace(office, catalogue=replace(office.catalogue, measures=(over,)))
    notice = await owed(session, office, company, was(Outcome.ELIGIBLE, version=1))

    screen = await read(session, changed, notice)

    assert "已停止办理" in screen.text
    assert "自11月23日（周一）起" in screen.text


async def test_what_is_asked_no_more_is_named_with_its_clause(
    session: AsyncSession, office: Office
) -> None:
    _, company = await agreed(session, office)
    measure = office.catalogue.measure(LOAN)
    assert measure is not None
    body = measure.model_dump(mode="json", by_alias=True, exclude_none=True)
    software = leaf("industry", prefixes=["65"], source="S-LOAN26")
    stricter = Measure.model_validate(body | {"criteria": [software, *body["criteria"]]})
    await publishing.publish(session, [stricter], now=NOW)
    notice = await owed(session, office, company, was(Outcome.INELIGIBLE, version=1))

    screen = await read(session, office, notice)

    assert "原来：暂不适用" in screen.text
    asked_no_more = screen.text.splitlines().index("不再要求：条件")
    assert "依据" in screen.text.splitlines()[asked_no_more + 1]


async def test_the_contact_of_the_moment_hears_and_it_is_remembered_as_told(
    session: AsyncSession, office: Office
) -> None:
    first, company = await agreed(session, office)
    notice = await owed(session, office, company, was(Outcome.UNDETERMINED))
    caller = people.Caller(telegram_id=1002, name="李工")
    second = await people.meet(session, caller, default_locale="zh", now=NOW)
    await people.record_consent(session, second.id, given=True, now=NOW)
    session.add(Membership(person_id=second.id, role=Role.MEMBER, company_id=company.id, since=NOW))
    (link, *_) = await people.open_memberships(session, first.id)
    link.until = NOW + timedelta(hours=1)
    await session.flush()

    await read(session, office, notice)

    assert notice.person_id == second.id
    records = await matching.records_of(session, company.id)
    assert records[LOAN].outcome == Outcome.ELIGIBLE


async def test_nobody_is_told_who_muted_it(session: AsyncSession, office: Office) -> None:
    person, company = await agreed(session, office)
    notice = await owed(session, office, company, was(Outcome.UNDETERMINED))
    await notice_choices.choose(
        session, person.id, now=datetime(2026, 11, 23, 3, tzinfo=UTC), policies=Pace.OFF
    )

    assert await policy_news(session, notice, office, NINE_TOMORROW) is None
