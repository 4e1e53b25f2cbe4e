"""判定条件: an officer's word on a condition, from the desk to the card of the company."""

from typing import Any

from sqlmodel import col, select

from models import Company, Fact, Person
from models.companies import FactSource
from services import companies
from services.people import by_telegram_id
from tests.companies import company as profile_of_facts
from tests.domain.test_measures import CHIP_DESIGNER
from tests.handlers.office import at_topic, open_office, raise_ticket
from tests.town import Player, Town
from views.companies import ForgetFact, ShowFact

SRDI = "srdi-sme"
UNJUDGED = {key: value for key, value in CHIP_DESIGNER.items() if key not in
            {"srdi_score", "market_position_leading", "innovation_score"}}  # fmt: skip


async def _claimed(town: Town) -> tuple[Player, dict[str, Any]]:
    """A ticket about 专精特新 of a company that answered all it could, claimed by 周明."""
    await open_office(town)
    await raise_ticket(town, measures=(SRDI,))
    async with town.database.write() as session:
        company = (await session.exec(select(Company))).one()
        person = await by_telegram_id(session, 1001)
        assert person is not None
        await companies.save(
            session,
            company,
            profile_of_facts(**UNJUDGED),
            town.office.catalogue.facts,
            person_id=person.id,
            now=town.clock(),
            today=town.office.today(town.clock()),
        )
    where = await at_topic(town)
    officer = town.player("officer")
    await officer.presses("受理", **where)
    return officer, where


async def _judge(officer: Player, where: dict[str, Any], place: str) -> None:
    await officer.presses("更多", **where)
    await officer.presses("判定条件", **where)
    await officer.presses(place, **where)


async def test_a_judgement_counts_and_the_card_says_whose_it_is(town: Town) -> None:
    officer, where = await _claimed(town)
    company = town.player("company")
    before = await company.says(f"/start m_{SRDI}")
    assert "需工作人员确认" in before.text

    await _judge(officer, where, "1 专精特新")
    await officer.presses("符合", **where)
    await officer.presses("保存判定", **where)
    await _judge(officer, where, "2 专精特新")
    await officer.says("56", **where)
    await officer.presses("保存判定", **where)

    card = await company.says(f"/start m_{SRDI}")
    assert "初步符合" in card.text
    assert "周明 11月23日（周一）判定满足：本年度发展评价得分不低于 50 分" in card.text
    async with town.database.read() as session:
        kept = (await session.exec(select(Fact).where(col(Fact.key) == "srdi_score"))).one()
        author = await session.get_one(Person, kept.person_id)
    assert (kept.source, author.name, kept.value) == (FactSource.OFFICER, "周明", 56)


async def test_nothing_counts_before_it_is_saved_and_judging_again_changes_it(town: Town) -> None:
    officer, where = await _claimed(town)
    company = town.player("company")

    await _judge(officer, where, "2 专精特新")
    await officer.says("三十分吧", **where)
    assert "需工作人员确认" in (await company.says(f"/start m_{SRDI}")).text
    await officer.presses("保存判定", **where)
    assert "目前还差一步" in (await company.says(f"/start m_{SRDI}")).text
    await _judge(officer, where, "2 专精特新")
    await officer.presses("收回判定", **where)
    await officer.presses("保存判定", **where)

    assert "需工作人员确认" in (await company.says(f"/start m_{SRDI}")).text


async def test_a_company_cannot_change_what_was_judged(town: Town) -> None:
    officer, where = await _claimed(town)
    company = town.player("company")
    await _judge(officer, where, "2 专精特新")
    await officer.says("30", **where)
    await officer.presses("保存判定", **where)

    shown = await company.says("/profile")
    await company.send_press(shown.id, ShowFact("srdi_score").pack())
    fact = await company.newest()

    assert "周明 于 11月23日" in fact.text
    assert not {"修改", "删除"} & set(fact.buttons)
    await company.send_press(fact.id, ForgetFact("srdi_score").pack())
    assert "目前还差一步" in (await company.says(f"/start m_{SRDI}")).text


async def test_only_who_works_on_it_judges_and_only_what_it_is_about(town: Town) -> None:
    officer, where = await _claimed(town)
    await _judge(officer, where, "1 专精特新")
    question = await officer.message_with("不符合", **where)
    other = town.player("officer2")

    await other.send_press(question.id, question.key("符合")["callback_data"], **where)

    assert "保存判定" not in " ".join(
        button for message in await officer.messages(**where) for button in message.buttons
    )


async def test_a_ticket_about_no_such_condition_offers_nothing_to_judge(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town, measures=("annual-report-merge",))
    where = await at_topic(town)
    officer = town.player("officer")
    await officer.presses("受理", **where)

    await officer.presses("更多", **where)

    assert not any(
        "判定条件" in button
        for message in await officer.messages(**where)
        for button in message.buttons
    )
