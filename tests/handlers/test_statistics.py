"""/stats and /export at the keyboard."""

import re

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from domain.actors import Actor, Grant, Role
from domain.statistics import Dimension, Span, Which
from domain.tickets import Category
from models import Membership, Notice, Person
from services import statistics
from tests.handlers.office import open_office, raise_ticket
from tests.town import Town
from views.exports import WriteExport
from views.statistics import SheetStats


async def test_the_figures_in_words_as_a_picture_and_as_a_table(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    officer = town.player("officer")

    shown = await officer.says("/stats")
    assert "工单统计 · 本月" in shown.text
    assert "经信科技" in shown.text
    assert "收到 1 件" in shown.text
    assert "科技创新：1 件 · 未办结 1" in shown.text

    shown = await officer.presses("按街道")
    assert "未填写：1 件" in shown.text
    await officer.presses("图")
    assert "photo" in (await officer.newest()).raw
    await officer.presses("表格")
    assert (await officer.newest()).raw["document"]["file_name"].endswith(".xlsx")


async def test_a_few_words_ask_for_other_figures_and_anything_else_is_a_search(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town, category=Category.TECH_INNOVATION)
    officer = town.player("officer")

    assert "上个月" in (await officer.says("/stats 上个月 融资")).text
    assert "去年" in (await officer.says("去年")).text
    assert "QT-20261123-0001" in (await officer.says("示例封装")).text


async def test_nothing_is_counted_where_everybody_waits_for_the_lock(any_town: Town) -> None:
    """What writes marks the message and the notice; cases and history are read elsewhere."""
    town = any_town
    await open_office(town)
    await raise_ticket(town)
    officer = town.player("officer")
    await officer.says("/start")
    read = {"writer": list[str](), "reader": list[str]()}
    for name, engine in (("writer", town.database._writer), ("reader", town.database._reader)):
        event.listen(
            engine.sync_engine,
            "before_cursor_execute",
            lambda _c, _k, statement, *_, kept=read[name]: kept.append(statement),
        )

    for label in ("/stats", "按街道", "图", "表格", "/export", "导出 1 件", "只要未办结"):
        shown = await (officer.says if label[0] == "/" else officer.presses)(label)

    assert "未办结" in shown.text
    assert "正在统计" in officer.toast
    counting = re.compile(r"FROM (task_round|ticket_event|ticket\b)")
    assert [one for one in read["writer"] if counting.search(one)] == []
    assert len([one for one in read["reader"] if counting.search(one)]) > 6


async def test_of_two_choices_on_one_message_the_last_is_answered(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    officer = town.player("officer")
    shown = await officer.says("/stats")

    for label in ("按街道", "按月"):
        data = shown.key(label)["callback_data"]
        await town.do("press", seat="officer", message_id=shown.id, data=data, wait=0)
    await town.settle()

    assert "2026年11月：1 件" in (await officer.message(shown.id)).text
    async with town.database.read() as session:
        asked = select(Notice.state).where(Notice.kind == statistics.ASKED)
        assert sorted(await session.exec(asked)) == ["dropped", "said", "said"]


@pytest.mark.parametrize("label", ["按街道", "表格"])
async def test_who_leaves_the_office_before_it_is_counted_is_shown_nothing(
    town: Town, label: str
) -> None:
    await open_office(town)
    await raise_ticket(town)
    officer = town.player("officer")
    shown = await officer.says("/stats")
    before = [one.text for one in await officer.messages()]

    data = shown.key(label)["callback_data"]
    await town.do("press", seat="officer", message_id=shown.id, data=data, wait=0)
    await town._take_in()
    await town.work_once()
    async with town.database.write() as session:
        theirs = select(Person.id).where(col(Person.telegram_id) == 2001)
        roles = select(Membership).where(col(Membership.person_id).in_(theirs))
        for role in (await session.exec(roles)).all():
            role.until = town.clock()
    await town.settle()

    assert [one.text for one in await officer.messages()] == before


async def test_figures_that_cannot_be_made_are_answered_all_the_same(town: Town) -> None:
    await open_office(town, started=(2001,))
    async with town.database.write() as session:
        person = (await session.exec(select(Person).where(Person.telegram_id == 2001))).one()
        await statistics.ask(
            session,
            "a button of another program",
            None,
            actor=Actor(person.id, "", "zh", grants=frozenset({Grant(Role.DUTY)})),
            office=town.office,
            now=town.clock(),
        )
    await town.settle()

    assert "没有算出来" in (await town.player("officer").newest()).text


async def test_an_open_form_keeps_its_place(town: Town) -> None:
    await open_office(town, desk=False, started=(2001, 2101))
    await raise_ticket(town)
    officer = town.player("officer")
    await officer.presses("受理")
    await officer.presses("回复企业")

    await officer.says("/stats")
    shown = await officer.says("去年")

    assert "工单统计" not in shown.text
    assert "发送" in shown.buttons


async def test_the_duty_desk_chooses_among_the_departments_that_had_anything(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    head, officer = town.player("head"), town.player("officer")

    await head.says("/stats 今年")
    shown = await head.presses("选部门")
    assert shown.buttons[:2] == ["全部", "经信科技"]
    shown = await head.presses("经信科技")
    assert "今年" in shown.text
    assert "· 经信科技" in shown.text

    assert "选部门" not in (await officer.says("/stats")).buttons


async def test_figures_are_for_those_who_work_in_the_office(town: Town) -> None:
    await open_office(town)
    company = town.player("company")
    await company.says("/start")

    shown = await company.says("/stats")

    assert "工单统计" not in shown.text
    assert "收到" not in shown.text


async def test_tickets_are_exported_and_of_none_no_file_is_made(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    officer = town.player("officer")

    shown = await officer.says("/export")
    assert "共 1 件" in shown.text
    await officer.presses("导出 1 件")
    assert (await officer.newest()).raw["document"]["file_name"].endswith(".xlsx")

    shown = await officer.presses_on(shown, "只要办完的")
    assert "不生成文件" in shown.text
    assert not any("导出" in label for label in shown.buttons)
    assert "去年" in (await officer.says("/export 去年")).text


def test_every_choice_fits_on_a_button() -> None:
    """The longest keys there are, together."""
    category, department = max(Category, key=len), "investment_promotion"
    by = max(Dimension, key=len)

    stats = SheetStats(Span.LAST_MONTH, category, department, by)
    export = WriteExport(Span.LAST_MONTH, category, department, Which.CLOSED)

    assert SheetStats.unpack(stats.pack()) == stats
    assert WriteExport.unpack(export.pack()) == export
