"""A company and its tickets, at the keyboard."""

from tests.town import Town


async def test_start_to_receipt_in_two_taps_and_a_sentence(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    draft = await company.says("银行贷款批不下来，拖了两个月")

    receipt = await company.presses("同意并提交")

    assert "融资信贷" in draft.text
    assert receipt.text.startswith("已收到：QT-20261123-0001")
    assert "首次联系：11月24日（周二）前" in receipt.text
    assert "由企业服务专班转办" in receipt.text
    assert (company.taps, company.texts) == (2, 1)
