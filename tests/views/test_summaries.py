"""生成一页纸: fits one message, says who, when, why, from where; nothing to hide is passed on."""

from itertools import product

import pytest

from domain.paragraphs import TEXT_LIMIT, visible_length
from services.office import Office
from tests.views.firms import FIRMS, firm, known, zh
from views import summaries
from views.summaries import Paper
from views.translations import translator


def page_of(office: Office, name: str, locale: str = "zh") -> str:
    return summaries.summary(
        translator(locale), firm(name), paper(office), calendar=office.calendar
    ).text


def paper(office: Office) -> Paper:
    return Paper((), office.name, "qihang_bot", office.zone)


@pytest.mark.parametrize(("name", "locale"), [*product(FIRMS, ("zh", "en"))])
def test_a_page_is_one_message_of_plain_words(office: Office, name: str, locale: str) -> None:
    page = page_of(office, name, locale)

    assert visible_length(page) <= TEXT_LIMIT
    assert "<" not in page


def test_a_page_says_who_when_why_until_when_and_whom_to_ask(office: Office) -> None:
    page = page_of(office, "chip packager")

    assert page.startswith("惠企政策预判，2026年11月23日（周一）")
    assert "贷款贴息。C 设备更新贷款；满足：用途为更新设备" in page
    assert "12月31日（周四）止，剩 28 个工作日" in page
    assert "融资担保。还差：担保金额" in page
    assert "关于优化实施设备更新贷款财政贴息政策的通知（财金〔2026〕2号），转载件" in page
    assert "到哪里问：钱塘区企业服务专班，https://t.me/qihang_bot" in page
    assert page.endswith("以主管部门审核为准。")


def test_a_near_miss_says_how_far(office: Office) -> None:
    assert "近三年研发占比差 0.6 个百分点" in page_of(office, "just short")


def test_no_amounts_are_added_up_and_conduct_is_not_passed_on(office: Office) -> None:
    shown = known("financing", employees=80, abnormal_list=True, tax_evasion_3y=False)

    page = summaries.summary(zh(), shown, paper(office), calendar=office.calendar).text

    assert "偷漏税：" not in page
    assert "严重失信名单上：" not in page
    assert "合规类的资料也用到了" in page
    assert "合计" not in page.replace("研发费用合计", "")
