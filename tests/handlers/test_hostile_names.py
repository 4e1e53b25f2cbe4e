"""HTML, signs that turn a line, and endless names in every field that somebody can fill."""

from sqlmodel import select

from models import Company, Person
from tests.handlers.office import open_office, raise_ticket, topic_of
from tests.town import Town

HOSTILE = "<b>粗</i>&amp;<a href='tg://user?id=2001'>点我</a>"
TURNED = "\u202e司公限有\u200b\u2067"


async def test_fault_18_whatever_people_write_is_shown_as_typed_and_turns_nothing(
    town: Town,
) -> None:
    await open_office(town)
    await raise_ticket(town, f"{HOSTILE}{TURNED}", "字" * 4096)
    async with town.database.write() as session:
        company = (await session.exec(select(Company))).one()
        company.name = HOSTILE + TURNED + "名" * 4000
        person = (await session.exec(select(Person).where(Person.telegram_id == 1001))).one()
        person.name = f"{HOSTILE}{TURNED}שלום"
    company_user, officer = town.player("company"), town.player("officer")
    await company_user.says("/tickets")
    await company_user.says("/profile")
    await company_user.presses("企业名称")
    named = await company_user.says(HOSTILE + TURNED)
    assert HOSTILE in named.text
    where = {"chat": "desk", "thread": await topic_of(town, "0001")}
    await officer.presses("受理", **where)
    await officer.presses("回复企业", **where)
    await officer.says(f"{HOSTILE}{TURNED} 已收到", **where)
    await officer.presses("发送", **where)
    await company_user.attaches("document", (f"{HOSTILE}.pdf", b"%PDF"), caption=HOSTILE + TURNED)

    assert any(HOSTILE in message.text for message in await company_user.messages())
    assert any(HOSTILE in message.text for message in await officer.messages(**where))
    for call in (await town.see("calls"))["calls"]:
        assert "\u202e" not in str(call["params"]), call
        assert "\u2067" not in str(call["params"]), call
