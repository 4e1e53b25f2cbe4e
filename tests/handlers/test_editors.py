"""Editors change the catalogue in the chat: file, impact, a second person, undoing."""

from datetime import timedelta

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Role
from domain.measures import Measure
from services import companies, people, publishing
from services.measure_files import MOST_BYTES, write_measure
from services.people import Caller
from tests.companies import TODAY, company, real_catalogue
from tests.handlers.test_people import gives_role
from tests.town import Player, Shown, Town

LOAN = "loan-interest-subsidy"
SECONDS = {"officer": 2001, "officer2": 2002}


def _measure(measure_id: str) -> Measure:
    measure = real_catalogue().measure(measure_id)
    assert measure is not None
    return measure


def _file(measure_id: str = LOAN, *edits: tuple[str, str]) -> tuple[str, bytes]:
    text = write_measure(_measure(measure_id))
    for good, bad in edits:
        assert good in text, good
        text = text.replace(good, bad, 1)
    return f"{measure_id}.yaml", text.encode()


REWORDED = _file(LOAN, ("zh: 用途为更新设备,", "zh: 贷款用于更新设备,"))
#: 设备更新 does not count any more for any route: the company that was eligible is not.
NARROWED = _file(
    LOAN,
    ("values: [设备更新]", "values: [厂房]"),
)


async def _company(session: AsyncSession, town: Town) -> None:
    owner = await people.meet(session, Caller(1001, "王"), default_locale="zh", now=town.clock())
    made = await companies.create(session, owner, now=town.clock(), name="杭州示例封装有限公司")
    await companies.save(
        session,
        made,
        company(industry="39", employees=80, revenue={"2025": 3000}, loan_purpose="设备更新"),
        town.office.catalogue.facts,
        person_id=owner.id,
        now=town.clock(),
        today=TODAY,
    )


@pytest.fixture
async def editor(town: Town) -> Player:
    """Two editors with a chat, two files in force, one company that gets the loan subsidy."""
    files = [_measure(LOAN), _measure("srdi-sme")]
    async with town.database.write() as session:
        await publishing.load_files(session, files, now=town.clock())
        await _company(session, town)
    for seat, telegram_id in SECONDS.items():
        await town.player(seat).says("/start")
        await gives_role(town, telegram_id, Role.EDITOR)
    return town.player("officer")


async def sends(editor: Player, file: tuple[str, bytes], caption: str = "") -> Shown:
    return await editor.attaches("document", file, caption=caption)


async def in_force(town: Town, measure_id: str = LOAN) -> Measure:
    async with town.database.read() as session:
        found = (await publishing.in_force(session, town.office.catalogue)).measure(measure_id)
    assert found is not None
    return found


async def dismisses(town: Town, telegram_id: int) -> None:
    async with town.database.write() as session:
        person = await people.by_telegram_id(session, telegram_id)
        assert person is not None
        for link in await people.open_memberships(session, person.id):
            link.until = town.clock()


async def test_the_menu_leads_to_the_catalogue_and_a_file_to_start_from(
    town: Town, editor: Player
) -> None:
    menu = await editor.says("/start")
    assert "政策目录" in menu.buttons

    await editor.presses("政策目录")
    entry = await editor.presses(real_catalogue().measures[0].short.zh)
    assert "取文件" in entry.buttons
    await editor.presses("取文件")

    sent = await editor.newest()
    assert sent.raw["document"]["file_name"].endswith(".yaml")
    assert "菜单" in sent.buttons


async def test_the_catalogue_can_be_paged_and_searched(editor: Player) -> None:
    first = await editor.says("/catalogue")
    second = await editor.presses("下一页")
    found = await editor.says("/catalogue 贷款贴息")

    assert first.text.startswith("政策目录：75 项在用（第 1/13 页）")
    assert "第 2/13 页" in second.text
    assert any("贷款贴息" in button for button in found.buttons)


async def test_a_small_change_is_published_with_a_reason(town: Town, editor: Player) -> None:
    card = await sends(editor, REWORDED)

    assert card.text.startswith("第 1 号：核对无误后发布")
    assert "1 家企业的结果都不变" in card.text
    assert "只改文字" in card.text
    assert card.buttons == ["发布", "放弃", "政策目录", "菜单"]

    asked = await editor.presses("发布")
    assert "为什么改" in asked.text
    done = await editor.says("写法更清楚")

    assert done.text.startswith("第 1 号：已发布")
    assert "修改说明：写法更清楚" in done.text
    assert "撤销发布" in done.buttons
    assert "贷款用于更新设备" in write_measure(await in_force(town))


async def test_the_caption_is_the_reason(town: Town, editor: Player) -> None:
    await sends(editor, REWORDED, caption="写法更清楚")

    done = await editor.presses("发布")

    assert done.text.startswith("第 1 号：已发布")
    assert "写法更清楚" in done.text


async def test_a_large_change_shows_whom_it_concerns_without_a_name(
    town: Town, editor: Player
) -> None:
    card = await sends(editor, NARROWED)

    assert card.text.startswith("第 1 号：影响面大，要请第二位确认")
    assert "1 家企业中，1 家结果有变（100%）" in card.text
    assert "不再初步符合 1 家" in card.text
    assert "例：一家计算机、通信和其他电子设备制造业的小型企业，初步符合 →" in card.text
    assert "用途为更新设备：加上 厂房；去掉 设备更新" in card.text
    assert "示例封装" not in card.text
    assert "请第二位确认" in card.buttons
    assert "发布" not in card.buttons
    assert len(card.text) < 900


async def test_a_second_editor_confirms(town: Town, editor: Player) -> None:
    await sends(editor, NARROWED, caption="按新通知收窄")
    waiting = await editor.presses("请第二位确认")
    assert waiting.text.startswith("第 1 号：等第二位确认")
    assert "已通知 1 位" in waiting.text
    second = town.player("officer2")

    asked = await second.newest()
    assert "您同意后立即发布" in asked.text
    assert "按新通知收窄" in asked.text
    assert asked.buttons[:2] == ["同意发布", "退回修改"]
    done = await second.presses("同意发布")

    assert done.text.startswith("第 1 号：已发布")
    assert "厂房" in write_measure(await in_force(town))
    assert await editor.has_read("第 1 号修改已发布，吴静 确认")
    mine = await editor.message(waiting.id)
    assert mine.text.startswith("第 1 号：已发布")


async def test_a_message_that_shows_something_else_by_now_is_left_alone(
    town: Town, editor: Player
) -> None:
    await sends(editor, NARROWED, caption="按新通知收窄")
    await editor.presses("请第二位确认")
    elsewhere = await editor.presses("政策目录")

    await town.player("officer2").presses("同意发布")

    assert (await editor.message(elsewhere.id)).text.startswith("政策目录：75 项在用")


async def test_a_second_editor_sends_back_with_a_note(town: Town, editor: Player) -> None:
    await sends(editor, NARROWED, caption="按新通知收窄")
    await editor.presses("请第二位确认")
    second = town.player("officer2")

    await second.presses("退回修改")
    back = await second.says("请写明依据")

    assert back.text.startswith("第 1 号：已退回修改")
    assert await editor.has_read("第 1 号修改被 吴静 退回")
    assert await editor.has_read("意见：请写明依据")
    assert "设备更新" in write_measure(await in_force(town))


async def test_an_administrator_may_be_the_second_person(town: Town, editor: Player) -> None:
    admin = town.player("admin")
    await admin.says("/start")
    await sends(editor, NARROWED, caption="按新通知收窄")
    await editor.presses("请第二位确认")

    done = await admin.presses("同意发布")

    assert done.text.startswith("第 1 号：已发布")


async def test_nobody_confirms_his_own_change(town: Town, editor: Player) -> None:
    await sends(editor, NARROWED, caption="按新通知收窄")
    await editor.presses("请第二位确认")
    forged = (await town.player("officer2").newest()).key("同意发布")["callback_data"]
    mine = await editor.newest()

    await editor.send_press(mine.id, forged)

    assert editor.toast == "您自己提出的修改要由另一位确认。"
    assert editor.alert
    assert "设备更新" in write_measure(await in_force(town))


async def test_without_a_second_person_the_card_says_so(town: Town, editor: Player) -> None:
    await dismisses(town, SECONDS["officer2"])
    await sends(editor, NARROWED, caption="按新通知收窄")

    waiting = await editor.presses("请第二位确认")

    assert "没有别的政策编辑或管理员" in waiting.text


async def test_a_change_meanwhile_is_compared_anew_before_publishing(
    town: Town, editor: Player
) -> None:
    await sends(editor, REWORDED, caption="写法更清楚")
    measure = await in_force(town)
    other = measure.model_copy(update={"checked_on": measure.checked_on + timedelta(days=7)})
    async with town.database.write() as session:
        await publishing.publish(session, [other], now=town.clock())

    again = await editor.presses("发布")

    again = await editor.message(again.id)
    assert again.text.startswith("第 1 号：核对无误后发布")
    assert "核对日期：2026-11-30 → 2026-11-23" in again.text
    done = await editor.presses("发布")
    assert done.text.startswith("第 1 号：已发布")


async def test_a_change_meanwhile_is_shown_to_the_second_person_first(
    town: Town, editor: Player
) -> None:
    await sends(editor, NARROWED, caption="按新通知收窄")
    await editor.presses("请第二位确认")
    measure = await in_force(town)
    other = measure.model_copy(update={"checked_on": measure.checked_on + timedelta(days=7)})
    async with town.database.write() as session:
        await publishing.publish(session, [other], now=town.clock())
    second = town.player("officer2")

    again = await second.presses("同意发布")

    again = await second.message(again.id)
    assert again.text.startswith("第 1 号：等第二位确认")
    assert "核对日期" in again.text
    done = await second.presses("同意发布")
    assert done.text.startswith("第 1 号：已发布")


async def test_a_publication_is_undone(town: Town, editor: Player) -> None:
    before = await in_force(town)
    await sends(editor, REWORDED, caption="写法更清楚")
    await editor.presses("发布")

    asked = await editor.presses("撤销发布")
    assert "撤销第 1 号发布？" in asked.text
    done = await editor.presses("确认撤销")

    assert done.text.startswith("第 1 号：已撤销")
    assert await in_force(town) == before
    history = await editor.says("/catalogue 贷款贴息")
    await editor.presses_on(history, "贷款")
    shown = await editor.presses("历次版本")
    assert "第 3 版" in shown.text
    assert "撤销第 1 号发布" in shown.text


async def test_undoing_is_refused_when_the_measure_was_published_again(
    town: Town, editor: Player
) -> None:
    await sends(editor, REWORDED, caption="写法更清楚")
    first = await editor.presses("发布")
    again = _file(LOAN, ("zh: 用途为更新设备,", "zh: 用于设备更新,"))
    await sends(editor, again, caption="再改一次")
    await editor.presses("发布")

    await editor.presses_on(first, "撤销发布")
    await editor.presses("确认撤销")

    assert "之后又发布过" in editor.toast
    assert "用于设备更新" in write_measure(await in_force(town))


async def test_faults_are_shown_with_their_lines_and_nothing_is_published(
    town: Town, editor: Player
) -> None:
    name, content = _file(LOAN, ("department: finance", "department: treasury"))

    card = await sends(editor, (name, content + b"---\n" + _file("srdi-sme")[1]))

    assert card.text.startswith(f"{name} 有 1 处要改，没有发布")
    line = content.decode()[: content.decode().index("department:")].count("\n") + 1
    assert f"第 {line} 行：没有部门“treasury”" in card.text
    assert card.buttons == ["政策目录", "菜单"]


async def test_the_same_file_again_needs_no_publication(editor: Player) -> None:
    card = await sends(editor, _file())

    assert "与现行内容完全相同" in card.text
    assert "发布" not in card.buttons


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (("bomb.yaml", b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"), "不能用 & 和 * 引用"),
        (("deep.yaml", b"[" * 200_000), "嵌套太深"),
        (("words.docx", b"PK"), "请发 .yaml 文件"),
        (("huge.yaml", b"#" * (MOST_BYTES + 1)), "文件超过 256 KB"),
    ],
    ids=["bomb", "deep", "no-yaml", "too-big"],
)
async def test_what_is_no_measure_is_refused(
    editor: Player, file: tuple[str, bytes], said: str
) -> None:
    shown = await sends(editor, file)

    assert said in shown.text


async def test_a_stale_button_says_so_and_shows_what_is_true(town: Town, editor: Player) -> None:
    await sends(editor, NARROWED, caption="按新通知收窄")
    await editor.presses("请第二位确认")
    second, admin = town.player("officer2"), town.player("admin")
    stale = await second.newest()
    await second.presses("同意发布")
    key = stale.key("退回修改")["callback_data"]

    await second.send_press(stale.id, key)

    assert second.toast == "刚刚已有变化，请看最新内容。"
    assert (await second.message(stale.id)).text.startswith("第 1 号：已发布")
    assert not await admin.messages()


async def test_a_removed_editor_can_do_nothing_any_more(town: Town, editor: Player) -> None:
    card = await sends(editor, REWORDED, caption="写法更清楚")
    await dismisses(town, SECONDS["officer"])

    await editor.presses_on(card, "发布")

    assert editor.toast == "这一步需要相应的经办权限。"
    assert "贷款用于更新设备" not in write_measure(await in_force(town))


async def test_a_company_neither_sees_the_catalogue_nor_publishes(
    town: Town, editor: Player
) -> None:
    someone = town.player("company")

    refused = await someone.says("/catalogue")
    sent = await someone.attaches("document", REWORDED)

    assert "相应的经办权限" in refused.text
    assert "第 1 号" not in sent.text
    async with town.database.read() as session:
        assert set((await publishing.numbers(session)).values()) == {1}


async def test_an_editor_puts_a_change_away(town: Town, editor: Player) -> None:
    await sends(editor, REWORDED)

    done = await editor.presses("放弃")

    assert done.text.startswith("第 1 号：已放弃")
    assert (await editor.says("/catalogue")).buttons[0] != "还没定的修改：1 份"


async def test_a_file_that_telegram_does_not_give_is_said_so(town: Town, editor: Player) -> None:
    await town.post("fault", json={"method": "getFile", "error_code": 400, "description": "x"})

    card = await sends(editor, REWORDED)

    assert "没能从 Telegram 取到文件" in card.text


async def test_a_file_is_asked_for_again_when_telegram_is_down(town: Town, editor: Player) -> None:
    await town.post("fault", json={"method": "getFile", "error_code": 502})

    waits = await sends(editor, REWORDED)
    await town.passes(seconds=5)

    assert waits.text.startswith("第 1 号：正在检查")
    assert (await editor.message(waits.id)).text.startswith("第 1 号：核对无误后发布")


async def test_several_measures_of_one_file_go_together(town: Town, editor: Player) -> None:
    srdi = _file("srdi-sme", ("checked_on: '2026-11-23'", "checked_on: '2026-11-24'"))
    both = ("two.yaml", REWORDED[1] + b"---\n" + srdi[1])

    card = await sends(editor, both, caption="一起改")
    assert "贷款贴息" in card.text
    assert "专精特新" in card.text
    await editor.presses("发布")
    await editor.presses("撤销发布")
    await editor.presses("确认撤销")

    async with town.database.read() as session:
        numbers = await publishing.numbers(session)
    assert (numbers[LOAN], numbers["srdi-sme"]) == (3, 3)


async def test_everything_is_there_in_english_too(town: Town, editor: Player) -> None:
    await editor.says("/language")
    await editor.presses("English")
    card = await sends(editor, NARROWED, caption="narrowed")

    assert card.text.startswith("No. 1: reaches many companies")
    assert "1 cease to be" in card.text
    assert "E.g. a small company in" in card.text
    assert "Ask a second person" in card.buttons
    every = await editor.presses("Catalogue")
    assert every.text.startswith("Catalogue: 75 measures on offer")
