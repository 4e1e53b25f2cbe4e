"""People meet the bot: welcome, consent, menu, language, privacy, colleagues."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from sqlmodel import select

from domain.actors import Role
from domain.tickets import Status
from models import (
    Company,
    Consent,
    Conversation,
    Membership,
    Message,
    Notice,
    Outbox,
    Person,
    Ticket,
)
from services import memberships, people
from tests.town import MONDAY_TEN, Player, Shown, Town

DAYS_OF_A_LINK = 7


async def person_of(town: Town, telegram_id: int) -> Person:
    async with town.database.read() as session:
        found = await people.by_telegram_id(session, telegram_id)
    assert found is not None
    return found


async def gives_company(town: Town, telegram_id: int, name: str) -> int:
    """A company with this person as its member; the person has consented."""
    async with town.database.write() as session:
        person = await people.by_telegram_id(session, telegram_id)
        assert person is not None
        await people.record_consent(session, person.id, given=True, now=MONDAY_TEN)
        company = Company(name=name, created_at=MONDAY_TEN)
        session.add(company)
        await session.flush()
        session.add(
            Membership(
                person_id=person.id, role=Role.MEMBER, company_id=company.id, since=MONDAY_TEN
            )
        )
        return company.id


async def gives_role(
    town: Town, telegram_id: int, role: Role, department: str | None = None
) -> None:
    async with town.database.write() as session:
        person = await people.by_telegram_id(session, telegram_id)
        assert person is not None
        session.add(
            Membership(person_id=person.id, role=role, department=department, since=MONDAY_TEN)
        )


def link_in(message: Shown) -> str:
    """The start payload of the link that a message shows."""
    found = re.search(r"https://t\.me/\S+", message.text)
    assert found is not None, message.text
    return parse_qs(urlparse(found.group()).query)["start"][0]


async def settled_company(town: Town, name: str = "杭州示例封装有限公司") -> Player:
    company = town.player("company")
    await company.starts()
    await gives_company(town, 1001, name)
    return company


async def test_a_stranger_is_welcomed_and_told_what_is_kept(town: Town) -> None:
    shown = await town.player("company").starts()

    assert shown.text.startswith("您好，这里是企航")
    for told in ("处理者", "用途", "谁能看", "30 天", "中国内地以外", "撤回同意"):
        assert told in shown.text
    assert shown.buttons == ["同意，一步步选", "先看看，不保存", "English"]
    assert len(shown.text) < 900


async def test_the_language_switch_redraws_the_welcome(town: Town) -> None:
    company = town.player("company")
    await company.starts()

    shown = await company.presses("English")

    assert shown.text.startswith("Hello, this is Qihang")
    assert shown.buttons == ["Agree, step by step", "Just look", "中文"]


async def test_just_looking_keeps_nothing(town: Town) -> None:
    company = town.player("company")
    await company.starts()

    await company.presses("先看看")

    async with town.database.read() as session:
        assert (await session.exec(select(Consent))).all() == []
        assert (await session.exec(select(Company))).all() == []


async def test_agreeing_is_recorded_once_with_the_version_of_the_text(town: Town) -> None:
    company = town.player("company")
    welcome = await company.starts()

    await company.presses("同意")
    await company.send_press(welcome.id, "pc:privacy")

    async with town.database.read() as session:
        consent = (await session.exec(select(Consent))).one()
    assert (consent.given, consent.text_version) == (True, people.CONSENT_VERSION)


async def test_a_known_person_is_welcomed_back_with_the_company_named(town: Town) -> None:
    company = await settled_company(town)

    shown = await company.starts()

    assert shown.text.splitlines()[:2] == ["欢迎回来", "当前企业：杭州示例封装有限公司"]
    assert shown.buttons == [
        "看政策",
        "提问题",
        "我的诉求",
        "企业资料",
        "我的关注",
        "请人来走访",
        "设置",
    ]


async def test_one_tap_changes_the_company(town: Town) -> None:
    company = await settled_company(town)
    second = await gives_company(town, 1001, "杭州第二家有限公司")
    await company.says("/help")

    shown = await company.presses("换到 杭州第二家")

    assert "当前企业：杭州第二家有限公司" in shown.text
    assert (await person_of(town, 1001)).active_company_id == second


async def test_a_forged_company_is_not_found(town: Town) -> None:
    company = await settled_company(town)
    menu = await company.says("/help")

    await company.send_press(menu.id, "pu:zz")

    assert "没有找到" in company.toast


async def test_who_has_both_changes_the_hat(town: Town) -> None:
    company = await settled_company(town)
    await gives_role(town, 1001, Role.OFFICER, "finance")
    await company.says("/help")

    shown = await company.presses("换成工作人员身份")

    assert "当前身份：工作人员" in shown.text
    assert "工单队列" in shown.buttons
    assert "换成企业身份" in shown.buttons


async def test_help_names_the_number_to_somebody_without_a_role(town: Town) -> None:
    shown = await town.player("company").says("/help")

    assert "1001" in shown.text
    assert "/policies" in shown.text
    assert "/health" not in shown.text


async def test_help_of_an_administrator_lists_their_commands(town: Town) -> None:
    shown = await town.player("admin").says("/help")

    assert "/health" in shown.text
    assert "/invite" in shown.text


async def test_cancel_drops_the_open_form(town: Town) -> None:
    company = await settled_company(town)
    async with town.database.write() as session:
        talk = (await session.exec(select(Conversation))).one()
        talk.turn_to("people.invited", secret="s")

    shown = await company.says("/cancel")

    assert shown.text.startswith("已取消刚才填写的内容")
    async with town.database.read() as session:
        assert (await session.exec(select(Conversation))).one().data == {}


async def test_the_export_is_a_file_of_plain_data(town: Town) -> None:
    company = await settled_company(town)
    await company.says("/privacy")

    await company.presses("导出文件")

    shown = await company.newest()
    assert shown.raw["document"]["file_name"] == "qihang-2026-11-23.json"


async def test_consent_is_taken_back_with_one_tap_and_given_again(town: Town) -> None:
    company = await settled_company(town)
    await company.says("/privacy")

    taken = await company.presses("撤回同意")
    given = await company.presses("同意")

    assert "已撤回同意" in taken.text
    assert "您已于" in given.text


async def test_erasing_asks_once_and_starts_anew(town: Town) -> None:
    company = await settled_company(town)
    await company.says("/privacy")

    asked = await company.presses("删除")
    erased = await company.presses("确认删除")
    again = await company.starts()

    assert "确认删除您的全部资料" in asked.text
    assert "已经删除" in erased.text
    assert again.text.startswith("您好")
    async with town.database.read() as session:
        assert [company.name for company in (await session.exec(select(Company))).all()] == [""]


async def test_an_open_ticket_comes_before_erasing(town: Town) -> None:
    company = await settled_company(town)
    async with town.database.write() as session:
        person = await people.by_telegram_id(session, 1001)
        assert person is not None
        session.add(
            Ticket(
                number="QT-20261123-0001",
                person_id=person.id,
                status=Status.DISPATCHED,
                received_at=MONDAY_TEN,
            )
        )
    await company.says("/privacy")

    shown = await company.presses("删除")

    assert "QT-20261123-0001" in shown.text
    assert {"去撤回诉求", "等答复，先不删除"} <= set(shown.buttons)


async def test_a_colleague_comes_through_a_link(town: Town) -> None:
    company, colleague = await settled_company(town), town.player("colleague")
    await company.says("/colleagues")
    await company.presses("生成邀请链接")
    payload = link_in(await company.newest())

    invited = await colleague.starts(payload)
    joined = await colleague.presses("同意并加入")

    assert "邀请您加入杭州示例封装有限公司" in invited.text
    assert "您已加入" in joined.text
    assert await company.has_read("陈立 @chenli 已通过邀请加入")
    assert "陈立" in (await company.says("/colleagues")).text


async def test_a_link_that_was_sent_stands_nowhere_here(town: Town) -> None:
    company = await settled_company(town)
    await company.says("/colleagues")
    await company.presses("生成邀请链接")
    secret = link_in(await company.newest())

    async with town.database.read() as session:
        owed = (await session.exec(select(Outbox.payload))).all()
        said = (await session.exec(select(Message.text))).all()

    assert secret not in f"{owed} {said}"
    assert "邀请" in (await company.presses("返回")).text


async def test_a_dead_invitation_says_whom_to_ask(town: Town) -> None:
    company = await settled_company(town)
    await company.says("/colleagues")
    await company.presses("生成邀请链接")
    payload = link_in(await company.newest())
    await town.passes(days=DAYS_OF_A_LINK)

    shown = await town.player("colleague").starts(payload)

    assert "已过期" in shown.text
    assert "要一个新的" in shown.text


async def test_a_member_answers_a_request_to_join(town: Town) -> None:
    company, other = await settled_company(town), town.player("company2")
    await other.starts()
    async with town.database.write() as session:
        person = await people.by_telegram_id(session, 1003)
        owned = (await session.exec(select(Company))).one()
        assert person is not None
        await memberships.request_join(session, owned.id, person=person, now=MONDAY_TEN)
    await town.settle()

    shown = await company.presses("同意加入")

    assert "刘洋 @liuyang 已加入" in shown.text
    assert await other.has_read("您已加入杭州示例封装有限公司")


async def test_an_officer_arrives_through_the_administrators_link(town: Town) -> None:
    admin, officer = town.player("admin"), town.player("officer")
    await admin.says("/invite")
    await admin.presses("经办员")
    await admin.presses("区发改局")
    payload = link_in(await admin.newest())

    shown = await officer.starts(payload)

    assert "区发改局经办员" in shown.text
    assert shown.buttons == ["工单队列", "我经办的", "怎么用"]
    assert await admin.has_read("周明 @zhouming 已加入：区发改局经办员")


async def test_an_administrator_revokes_a_link(town: Town) -> None:
    admin = town.player("admin")
    await admin.says("/invite")
    await admin.presses("专班值班")
    payload = link_in(await admin.newest())
    await admin.presses("返回")
    await admin.presses("未用的链接")

    await admin.presses("作废")
    shown = await town.player("officer").starts(payload)

    assert "已被作废" in shown.text


@pytest.mark.parametrize("command", ["/invite", "/health", "/departments"])
async def test_others_cannot_administer(town: Town, command: str) -> None:
    shown = await town.player("company").says(command)

    assert "权限" in shown.text


async def test_health_names_what_is_missing_and_confirms_departments(town: Town) -> None:
    admin = town.player("admin")

    health = await admin.says("/health")
    listed = await admin.presses("确认部门")
    after = await admin.presses(next(b for b in listed.buttons if b.startswith("确认 ")))

    assert "没有经办员的部门" in health.text
    assert admin.toast == "已确认"
    assert listed.text != after.text


async def test_blocking_is_noted_and_coming_back_is_greeted(town: Town) -> None:
    company = await settled_company(town)

    await company.blocks()
    away = await person_of(town, 1001)
    await company.unblocks()
    back = await person_of(town, 1001)

    assert away.unreachable_since is not None
    assert back.unreachable_since is None
    assert (await company.newest()).text.startswith("欢迎回来")
    async with town.database.read() as session:
        kinds = [notice.kind for notice in (await session.exec(select(Notice))).all()]
    assert kinds == ["person_unreachable"]


async def test_who_writes_can_be_reached(town: Town) -> None:
    company = await settled_company(town)
    async with town.database.write() as session:
        person = await people.by_telegram_id(session, 1001)
        assert person is not None
        person.unreachable_since = MONDAY_TEN

    await company.says("/help")

    assert (await person_of(town, 1001)).unreachable_since is None


async def test_nobody_is_asked_at_night(town: Town) -> None:
    company, other = await settled_company(town), town.player("company2")
    await other.starts()
    await town.passes_until(MONDAY_TEN + timedelta(hours=12))
    async with town.database.write() as session:
        person = await people.by_telegram_id(session, 1003)
        owned = (await session.exec(select(Company))).one()
        assert person is not None
        await memberships.request_join(session, owned.id, person=person, now=town.clock())
    await town.settle()

    asked_at_night = await company.has_read("申请加入企业")
    await town.passes(hours=12)

    assert not asked_at_night
    assert await company.has_read("申请加入企业")


async def test_a_dead_button_says_so_and_shows_the_menu(town: Town) -> None:
    company = town.player("company")
    shown = await company.starts()

    await company.send_press(shown.id, "zz:old")

    assert company.toast == "这个按钮已失效"
    assert (await company.message(shown.id)).text.startswith("菜单")


async def test_an_unknown_command_offers_the_likeliest(town: Town) -> None:
    shown = await town.player("company").says("/polices")

    assert "没有 /polices 这个命令" in shown.text
    assert shown.buttons[0] == "看政策"
    assert shown.buttons[-1] == "菜单"


async def test_a_companys_commands_are_not_answered_in_a_group(town: Town) -> None:
    officer = town.player("officer")

    shown = await officer.says("/privacy", chat="desk")

    assert "私聊" in shown.text
    assert shown.rows[0][0]["url"].startswith("https://t.me/")
