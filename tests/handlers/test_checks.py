"""E5 at a keyboard: an end date comes near, the editor looks and answers."""

from datetime import UTC, datetime

from sqlmodel import select

from models import MeasureVersion
from tests.handlers.test_matching import described
from tests.town import Town

NEAR_THE_END = datetime(2026, 12, 17, 1, 0, tzinfo=UTC)
LOAN = "贷款贴息"


async def test_the_reminder_leads_to_the_answer(town: Town) -> None:
    editor = town.player("admin")
    await editor.says("/start")
    await town.passes_until(NEAR_THE_END)
    reminded = await editor.newest()
    assert "需要核对" in reminded.text
    assert "12月31日（周四）截止" in reminded.text

    shown = await editor.presses(LOAN)
    assert "上次核对" in shown.text
    assert "财金〔2026〕2号" in shown.text or "设备更新贷款" in shown.text
    after = await editor.presses("仍有效")

    assert editor.toast == "已记为今天核对"
    assert LOAN not in " ".join(after.buttons)
    async with town.database.read() as session:
        reasons = (await session.exec(select(MeasureVersion.reason))).all()
    assert reasons == ["checked"]


async def test_the_file_to_change_comes_beside_it(town: Town) -> None:
    editor = town.player("admin")
    await town.passes_until(NEAR_THE_END)
    await editor.says("/checks")
    await editor.presses(LOAN)

    await editor.presses("改")

    assert "loan-interest-subsidy.yaml" in str((await editor.newest()).raw)


async def test_retiring_shows_its_impact_first(town: Town) -> None:
    editor, company = town.player("admin"), town.player("company")
    await described(company)
    await town.passes_until(NEAR_THE_END)
    await editor.says("/checks")
    await editor.presses(LOAN)

    await editor.presses("下架")
    await town.passes(seconds=30)

    card = await editor.newest()
    assert "1" in card.text
    assert any("放弃" in button for button in card.buttons)


async def test_an_old_check_is_said_on_the_card(town: Town) -> None:
    company = town.player("company")
    await described(company)

    await town.passes(days=190)
    await company.says("/policies")
    card = await company.presses("融资担保")

    assert "超过半年未核对" in card.text


async def test_companies_have_no_such_list(town: Town) -> None:
    company = town.player("company")

    shown = await company.says("/checks")

    assert "核对" not in shown.text
