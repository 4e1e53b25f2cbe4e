"""The officers' side, at the keyboard."""

from tests.handlers.office import open_office, raise_ticket, topic_of
from tests.town import Town


async def test_a_ticket_gets_a_topic_with_a_pinned_card(town: Town) -> None:
    await open_office(town)

    await raise_ticket(town)

    thread = await topic_of(town, "0001 待受理")
    card = await town.player("officer").message_with("受理", chat="desk", thread=thread)
    assert "QT-20261123-0001 · 待受理" in card.text
    assert "受理" in card.buttons


async def test_the_second_officer_is_told_who_was_first(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    where = {"chat": "desk", "thread": await topic_of(town, "0001")}
    first, second = town.player("officer"), town.player("officer2")
    card = await first.message_with("受理", **where)

    await first.presses_on(card, "受理", **where)
    await second.presses_on(card, "受理", **where)

    assert "周明" in second.toast
    shown = await second.message(card.id, **where)
    assert "受理：周明" in shown.text
    assert "受理" not in shown.buttons
    await topic_of(town, "0001 办理中")


async def test_a_reply_to_the_card_reaches_the_company_after_a_minute(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    where = {"chat": "desk", "thread": await topic_of(town, "0001")}
    officer, company = town.player("officer"), town.player("company")
    card = await officer.message_with("受理", **where)

    await officer.says("我们正在核实", **where, reply_to=card.id)

    assert await officer.message_with("撤回", **where)
    assert not await company.has_read("我们正在核实")
    await town.passes(seconds=61)
    assert await company.has_read("我们正在核实")
