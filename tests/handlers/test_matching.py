"""A company describes itself and finds its policies, at a keyboard."""

from datetime import UTC, datetime
from typing import TypeVar

import pytest
from sqlmodel import select

from models import Company, Consent, Conversation, Fact, MeasureMark, Notice, VerdictRecord, Watch
from models.matching import WatchReason
from services import publishing
from tests.handlers.test_people import link_in
from tests.town import Player, Town

Row = TypeVar("Row")
SENTENCE = "做芯片封装的，2015年成立，80来人，去年3000万，想贷款换设备"


@pytest.fixture
def company(town: Town) -> Player:
    return town.player("company")


async def described(company: Player, sentence: str = SENTENCE) -> None:
    """Has said the sentence and kept it."""
    await company.starts()
    await company.says(sentence)
    await company.presses("看结果")


async def rows_of(town: Town, kind: type[Row]) -> list[Row]:
    async with town.database.read() as session:
        return list((await session.exec(select(kind))).all())


async def test_one_sentence_and_two_taps_lead_to_the_first_list(company: Player) -> None:
    await company.starts()
    check = await company.says(SENTENCE)
    assert "计算机、通信和其他电子设备制造业" in check.text
    assert "75–89 人" in check.text
    assert "小型企业" in check.text

    shown = await company.presses("同意保存，看结果")

    assert (company.taps, company.texts) == (2, 1)
    assert "1 项初步符合" in shown.text
    assert "贷款贴息" in shown.text
    assert "75 项" in shown.text


async def test_the_guided_way_takes_no_more_than_six_taps(company: Player) -> None:
    await company.starts()
    await company.presses("一步步选")
    await company.presses("融资")
    await company.presses("集成电路")
    shown = await company.presses("50–99")

    assert company.taps <= 6
    assert "还差答案" in shown.text
    assert shown.buttons[0].startswith("答 1 题")


async def test_before_agreeing_only_the_sentence_waits(town: Town, company: Player) -> None:
    await company.says(SENTENCE)

    (talk,) = await rows_of(town, Conversation)
    assert talk.data == {"draft": True, "texts": [SENTENCE]}
    assert await rows_of(town, Company) == []
    assert await rows_of(town, Fact) == []


async def test_keeping_records_consent_facts_and_verdicts(town: Town, company: Player) -> None:
    await described(company)

    assert [consent.given for consent in await rows_of(town, Consent)] == [True]
    assert len(await rows_of(town, Company)) == 1
    keys = {fact.key for fact in await rows_of(town, Fact)}
    assert {"industry", "employees", "revenue", "established_on", "needs"} <= keys
    assert len(await rows_of(town, VerdictRecord)) == 75


async def test_a_correction_changes_one_line(company: Player) -> None:
    await company.says(SENTENCE)

    check = await company.says("员工120")

    assert "员工人数：120 人" in check.text
    assert "2015 年" in check.text


async def test_a_fact_can_be_fixed_before_it_is_kept(town: Town, company: Player) -> None:
    await company.says(SENTENCE)
    await company.presses("改员工人数")

    check = await company.presses("100–299")

    assert "100–299 人" in check.text
    assert await rows_of(town, Fact) == []


async def test_what_is_said_of_others_and_of_the_future_is_left_out_and_said(
    company: Player,
) -> None:
    check = await company.says("隔壁厂有731人，我们20人，做软件的，明年打算招50人")

    assert "员工人数：20 人" in check.text
    assert "731" not in check.text
    assert "没有记作本企业资料" in check.text


async def test_a_plan_that_is_taken_is_not_said_to_be_left_out(company: Player) -> None:
    check = await company.says("做软件的，80人，打算贷款300万买设备")

    assert "贷款金额：300 万元" in check.text
    assert "没有记作本企业资料" not in check.text


async def test_titles_held_and_denied_are_both_shown_and_mended_with_one_tap(
    company: Player,
) -> None:
    check = await company.says("我们是高企，80人，专精特新没评上")

    assert "高新技术企业" in check.text
    assert "没有专精特新中小企业" in check.text
    assert "改已有资质" in check.buttons


async def test_a_name_in_a_sentence_is_not_kept_as_a_fact(town: Town, company: Player) -> None:
    await described(company, "杭州云岭精工有限公司，做模具的，80人")

    assert {fact.key for fact in await rows_of(town, Fact)} == {"industry", "employees"}


async def test_looking_without_keeping_keeps_nothing(town: Town, company: Player) -> None:
    await company.says(SENTENCE)

    shown = await company.presses("只看不存")

    assert "只看不存" in shown.text
    assert "贷款贴息" in shown.text
    assert await rows_of(town, Fact) == []
    assert await rows_of(town, Consent) == []


async def test_the_card_says_what_fits_why_and_until_when(company: Player) -> None:
    await described(company)

    card = await company.presses("贷款贴息")

    assert "初步符合（预判）" in card.text.splitlines()[0]
    assert "剩 28 个工作日" in card.text
    assert "✓ 满足" in card.text
    assert "请工作人员确认" in card.buttons
    assert len(card.rows) <= 6


async def test_the_open_question_is_answered_on_the_card(company: Player) -> None:
    await described(company)
    card = await company.presses("融资担保")
    assert "500 万及以内" in card.buttons

    answered = await company.presses("500 万及以内")

    assert "500 万及以内" not in answered.buttons


async def test_the_next_best_question_is_asked_until_nothing_is_left(company: Player) -> None:
    await described(company)
    asked = await company.presses("答 1 题")
    assert "再答 1 题" in asked.text

    after = await company.presses("500 万及以内")

    assert after.text != asked.text
    again = await company.presses("上一题")
    assert "需要担保的金额" in again.text


async def test_an_answer_may_be_typed(town: Town, company: Player) -> None:
    await described(company)
    await company.presses("答 1 题")

    await company.says("八百万")

    amounts = [fact.value for fact in await rows_of(town, Fact) if fact.key == "guarantee_amount"]
    assert amounts == [800]


async def test_an_absurd_answer_gets_an_example_then_the_buttons(company: Player) -> None:
    await described(company)
    await company.presses("菜单")
    await company.says("/profile")
    await company.presses("员工人数")
    await company.presses("修改")

    first = await company.says("99999999")
    second = await company.says("99999999")

    assert "可以这样写：120" in first.text
    assert "请点下面的选项" in second.text


async def test_unclear_is_a_full_answer(company: Player) -> None:
    await described(company)
    asked = await company.presses("答 1 题")
    await company.presses("不清楚")

    shown = await company.says("/policies")

    assert "担保金额" in asked.text or "担保的金额" in asked.text
    assert "答 1 题：担保金额" not in shown.buttons


async def test_a_stale_answer_shows_the_question_that_is_open_now(company: Player) -> None:
    await described(company)
    asked = await company.presses("答 1 题")
    newer = await company.says("800")

    redrawn = await company.presses_on(asked, "500 万及以内")

    assert "已有新答案" in company.toast
    assert redrawn.text == newer.text


async def test_a_search_finds_and_says_so_when_nothing_fits(company: Player) -> None:
    found = await company.says("高企怎么申请")
    assert "高企" in "".join(found.buttons)

    nothing = await company.says("办公室装修有补贴吗")
    assert "没有“办公室装修补贴”" in nothing.text
    assert "这不代表市里、省里没有" in nothing.text
    assert "请工作人员查一查" in nothing.buttons


async def test_who_agreed_can_be_told_when_there_is_something(company: Player) -> None:
    stranger = await company.says("办公室装修有补贴吗")
    assert "有了告诉我" not in stranger.buttons
    await described(company)
    await company.says("办公室装修有补贴吗")

    kept = await company.presses("有了告诉我")
    assert "办公室装修补贴" in kept.text

    ended = await company.presses("不用了")
    assert "不再留意" in ended.text


async def test_a_link_opens_a_card_for_a_stranger_without_judging(company: Player) -> None:
    card = await company.starts("m_hi-tech-enterprise")

    assert "国家高新技术企业认定" in card.text
    assert "可能符合" not in card.text
    assert "说一句企业情况" in card.text


async def test_a_measure_is_watched_before_it_closes(town: Town, company: Player) -> None:
    await described(company)
    await company.presses("贷款贴息")
    await company.presses("提醒我")
    await company.presses("截止前 10 个工作日")

    (watch,) = await rows_of(town, Watch)
    assert watch.reason is WatchReason.CLOSES
    (notice,) = await rows_of(town, Notice)
    assert notice.due_at == datetime(2026, 12, 17, 1, 0, tzinfo=UTC)

    await town.passes_until(datetime(2026, 12, 17, 1, 0, tzinfo=UTC))
    said = await company.newest()
    assert "即将截止" in said.text
    assert "剩 10 个工作日" in said.text


async def test_held_and_irrelevant_are_counted_apart(town: Town, company: Player) -> None:
    await described(company)
    await company.presses("贷款贴息")
    await company.presses("已享受")
    await company.presses("2027-12-31")
    card = await company.presses("返回")
    await company.presses("专精特新")
    await company.presses("不相关")
    await company.presses("不是我们的行业")

    shown = await company.says("/policies")

    assert "已享受 1" in shown.text
    assert "您标为不相关 1" in shown.text
    assert "1 项初步符合" not in shown.text
    assert card.text
    assert len(await rows_of(town, MeasureMark)) == 2


async def test_what_a_company_has_is_asked_again_when_it_is_over(
    town: Town, company: Player
) -> None:
    await described(company)
    await company.presses("贷款贴息")
    await company.presses("已享受")
    card = await company.presses("2026-12-31")
    assert card.text.startswith("贷款贴息：已享受")
    assert "您标为已享受，到12月31日（周四）" in card.text

    await town.passes_until(datetime(2027, 1, 4, 2, 0, tzinfo=UTC))

    shown = await company.says("/policies")
    assert "已享受" not in shown.text


async def test_conditions_that_changed_are_said_once_on_the_card(
    town: Town, company: Player
) -> None:
    measure = town.office.catalogue.measure("loan-interest-subsidy")
    assert measure is not None
    async with town.database.write() as session:
        await publishing.publish(session, [measure], now=town.clock())
    await described(company)
    await company.presses("贷款贴息")
    changed = measure.model_copy(update={"notes": ()})
    async with town.database.write() as session:
        await publishing.publish(session, [changed], now=town.clock(), reason="改了说明")

    await company.says("/policies")
    card = await company.presses("贷款贴息")

    assert "上次看过以后，条件有更新" in card.text
    await company.presses("返回")
    assert "条件有更新" not in (await company.presses("贷款贴息")).text


async def test_a_question_names_the_facts_that_do_not_agree(company: Player) -> None:
    await described(company, "做机械设备的，20个人，科技人员50人，去年收入1800万，想申报高企")

    asked = await company.presses("答 1 题")

    assert "这两处对不上，请先核对：" in asked.text
    assert "20 人" in asked.text
    assert "50 人" in asked.text


async def test_the_profile_shows_and_forgets_a_fact(town: Town, company: Player) -> None:
    await described(company)
    page = await company.says("/profile")
    assert "75–89 人" in page.text
    fact = await company.presses("员工人数")
    assert "填写" in fact.text

    after = await company.presses("删除这一项")

    assert "75–89 人" not in after.text


async def test_a_known_code_opens_nothing(town: Town, company: Player) -> None:
    code = "91330100799655058B"
    await described(company)
    await company.says("/profile")
    await company.presses("填信用代码")
    await company.says(code)
    stranger = town.player("colleague")

    shown = await stranger.says(code)

    assert "75–89" not in shown.text
    assert "请求加入" in " ".join(shown.buttons)
    requested = await stranger.presses("请求加入")
    assert "已请该企业成员确认" in requested.text


async def test_a_forwarded_notice_is_nobodys_own_words(company: Player) -> None:
    unread = await company.says("呜啦啦啦")

    assert "换个说法" in unread.text
    assert len(unread.buttons) >= 3


async def test_a_day_of_silence_brings_one_reminder(town: Town, company: Player) -> None:
    await described(company)
    await company.presses("答 1 题")

    await town.passes_until(datetime(2026, 11, 25, 1, 30, tzinfo=UTC))

    said = await company.newest()
    assert "继续" in said.buttons
    asked = await company.presses("继续")
    assert "担保" in asked.text


async def test_what_is_watched_is_listed_and_opens(company: Player) -> None:
    await described(company)
    await company.presses("专精特新")
    await company.presses("提醒我")
    await company.presses("条件满足时提醒")
    await company.presses("开放时提醒")

    shown = await company.says("/watches")
    assert shown.text.count("专精特新") == 2
    card = await company.presses("专精特新")

    assert "可能符合" in card.text
    assert "已关注" in card.buttons


async def test_a_colleagues_newer_value_is_shown_with_both_and_restored(
    town: Town, company: Player
) -> None:
    await described(company)
    colleague = town.player("colleague")
    await company.says("/colleagues")
    await company.presses("生成邀请链接")
    await colleague.starts(link_in(await company.newest()))
    await colleague.presses("同意")
    await colleague.says("员工120")
    await colleague.presses("看结果")

    page = await company.says("/profile")
    assert "120 人" in page.text
    assert "75–89 人" in page.text
    await company.presses("员工人数")
    restored = await company.presses("还原")

    assert "员工人数：75–89 人" in restored.text


async def test_contradicting_figures_are_asked_about(company: Player) -> None:
    check = await company.says("做软件的，员工20人，科技人员50人")

    assert "对不上" in check.text
    fixed = await company.says("员工80")
    assert "对不上" not in fixed.text


async def test_titles_are_ticked_and_the_rest_is_not_held(town: Town, company: Player) -> None:
    await described(company)
    await company.says("有高新技术企业证书，民营企业")
    await company.presses("看结果")
    await company.says("/profile")
    await company.presses("已有资质")
    await company.presses("修改")
    await company.presses("科技型中小企业")
    await company.presses("选好了")

    items = {fact.item: fact.value["held"] for fact in await rows_of(town, Fact) if fact.item}
    assert items["科技型中小企业"] is True
    assert items["专精特新小巨人"] is False


async def test_a_stranger_looks_around_step_by_step_and_nothing_is_kept(
    town: Town, company: Player
) -> None:
    await company.starts()
    await company.presses("先看看")
    await company.says("/policies")
    await company.presses("一步步选")
    await company.presses("融资")
    await company.presses("集成电路")

    shown = await company.presses("50–99")

    assert "只看不存" in shown.text
    assert await rows_of(town, Fact) == []
    assert await rows_of(town, Company) == []


async def test_every_card_opens_from_the_filters(company: Player) -> None:
    await described(company)
    await company.presses("筛选")
    listed = await company.presses("需确认")
    assert listed.text.startswith("需确认")

    card = await company.presses_on(listed, "1 ")

    assert "需工作人员确认" in card.text


async def test_the_results_are_one_page_to_forward(company: Player) -> None:
    await described(company)

    await company.presses("生成一页纸")

    *_, page, below = await company.messages()
    assert page.buttons == []
    assert "可以直接转发" in below.text
    assert "营业收入：2025 年 3000 万元（11月23日（周一）的资料）" in page.text
    assert "贷款贴息" in page.text
    shown = await company.presses("返回")
    assert "1 项初步符合" in shown.text


async def test_a_step_that_is_missing_is_watched_corrected_or_passed_by(
    town: Town, company: Player
) -> None:
    await described(company, "做软件的，2026年8月成立，民营，6个人，想申报高企")
    shown = await company.says("/policies")
    assert "国家高新技术企业认定：目前有 1 项未达到" in shown.text
    card = await company.presses("高企")
    assert "什么时候会变：2027年8月" in card.text

    await company.presses("达到时提醒我")
    (watch,) = await rows_of(town, Watch)
    assert watch.reason is WatchReason.FITS
    await company.presses("返回")
    await company.presses("资料有误，改一下")
    fixed = await company.says("2020年3月1日")

    assert "国家高新技术企业认定：可能符合" in fixed.text
