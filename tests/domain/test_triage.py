"""Problems sorted as a good clerk would, on Monday 2026-11-23."""

from datetime import date

import pytest

from domain.deadlines_said import deadline_in_days
from domain.tickets import Urgency
from domain.triage import Triage, similar, triage
from domain.waits_said import months_waited, staff_hit
from tests.evaluation.books import real_catalogue, triage_book

TODAY = date(2026, 11, 23)


def sorted_as(text: str) -> Triage:
    return triage(text, triage_book(), TODAY)


DEPARTMENTS = [
    ("银行贷款批不下来", "financing", "finance"),
    ("环评批复卡了两个月", "permit_project", "ecology"),
    ("施工许可证办不下来", "permit_project", "housing_construction"),
    ("货卡在海关三天了", "trade_customs", "customs"),
    ("被列入经营异常名录，怎么移出", "inspection_credit", "market_regulation"),
    ("厂区停电", "infra_env_safety", "utilities"),
    ("老板欠薪", "payment_dispute", "hr_social"),
    ("大企业拖欠我们货款", "payment_dispute", "economy_tech"),
    ("员工孩子没学上", "living_support", "education"),
    ("你们能不能帮帮我们", "other", "duty"),
]


@pytest.mark.parametrize(("text", "category", "department"), DEPARTMENTS)
def test_category_and_department(text: str, category: str, department: str) -> None:
    found = sorted_as(text)

    assert (found.category, found.department) == (category, department)


def test_every_department_named_is_one_of_the_catalogue() -> None:
    for category in triage_book().categories:
        for key in (category.department, *(rule.department for rule in category.departments)):
            assert real_catalogue().department(key) is not None, key


def test_examples_fall_into_their_own_category() -> None:
    for category in triage_book().categories:
        for example in category.examples:
            assert sorted_as(example).category == category.key, example


DANGERS = [
    "车间冒烟，有刺鼻气味，两个人头晕",
    "仓库着火了",
    "氨气泄漏",
    "有人触电了",
    "闻到煤气味，怕爆炸",
    "工人从脚手架上摔下来了",
    "車間冒煙了",
    "反应釜超压，随时要爆",
    "工人手卷进机器里了",
    "污水池下去两个人没上来",
    "食堂吃完饭二十几个员工上吐下泻",
    "有人拿刀追着人砍",
    "去年也着过火，现在仓库又冒烟了",
    "there is a fire in the warehouse",
    "gas leak, two people injured",
    "a worker is trapped under the press",
]


@pytest.mark.parametrize("text", DANGERS)
def test_danger_is_seen_and_urgent(text: str) -> None:
    found = sorted_as(text)

    assert found.danger
    assert found.urgency is Urgency.URGENT


HARMLESS = [
    "生意火热，仓库不够用",
    "消防验收通不过",
    "消防检查要我们整改",
    "直播间火爆，缺人手",
    "订单爆炸式增长，厂房不够",
    "去年仓库着火，保险理赔一直没下来",
    "想组织一次火灾演练",
    "没有人受伤，就是围墙坏了",
    "客户资料泄露了",
    "核心算法泄漏给了竞争对手",
    "工伤认定一直没结果",
    "员工上个月摔伤了，工伤怎么申报",
    "去年冬天，仓库起火，机器全毁了",
    "如果锂电池着火，该用什么材料灭火",
    "燃气泄漏报警器坏了，哪里能修",
    "想开一家炸鸡店，要办什么证",
    "想找机构测材料的着火点",
    "爆款被抄袭了",
    "屋顶漏水，房东不修",
    "机器不动了，资金也被困住",
    "business is on fire and we need more space",
    "customer data leaked by a former employee",
    "fire acceptance was refused",
    "we had to fire someone",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_words_that_only_look_dangerous(text: str) -> None:
    assert not sorted_as(text).danger


URGENCIES = [
    ("生产线全停了", Urgency.URGENT),
    ("没有停产，就是偶尔断一下电", Urgency.NORMAL),
    ("再不批下来就要停产了", Urgency.HIGH),
    ("有人往河里偷排废油", Urgency.URGENT),
    ("明天想约领导来看看", Urgency.NORMAL),
    ("今天海关来查验", Urgency.NORMAL),
    ("今天再不放行就全坏了", Urgency.URGENT),
    ("贷款下个月5号到期", Urgency.HIGH),
    ("12月2日到期，还差三百万", Urgency.HIGH),
    ("房东要我们两周内搬走", Urgency.HIGH),
    ("一天少做十几万生意", Urgency.HIGH),
    ("两百多名员工没水用", Urgency.HIGH),
    ("我们有两百多名员工，想租宿舍", Urgency.NORMAL),
    ("园区要我们签五年不然不续", Urgency.NORMAL),
    ("3号楼的电梯坏了", Urgency.NORMAL),
    ("we have been waiting four months for the permit", Urgency.HIGH),
    ("the hearing is next Tuesday", Urgency.HIGH),
    ("no electricity, all machines are down", Urgency.URGENT),
    ("明天就要截止了", Urgency.URGENT),
    ("48小时内必须整改", Urgency.URGENT),
    ("三十多个工人堵在门口要工资", Urgency.URGENT),
    ("后天就截止了", Urgency.HIGH),
    ("11月30日到期", Urgency.HIGH),
    ("货款拖了半年没给", Urgency.HIGH),
    ("每天亏十几万，损失很大", Urgency.HIGH),
    ("想咨询一下年报怎么报", Urgency.NORMAL),
    ("不急，想了解一下", Urgency.NORMAL),
    ("12月31日截止", Urgency.NORMAL),
]


@pytest.mark.parametrize(("text", "urgency"), URGENCIES)
def test_urgency(text: str, urgency: Urgency) -> None:
    assert sorted_as(text).urgency is urgency


def test_deadlines_and_waits_in_numbers() -> None:
    assert deadline_in_days("这周五截止", TODAY) == 4
    assert deadline_in_days("下周一到期", TODAY) == 7
    assert deadline_in_days("周五开会", TODAY) is None
    assert deadline_in_days("12月1日要交答辩状", TODAY) == 8
    assert deadline_in_days("by friday we must pay", TODAY) == 4
    assert deadline_in_days("只剩一周了", TODAY) == 7
    assert months_waited("等了三个月还没批", TODAY) == 3
    assert months_waited("5月份就提交了，到现在没消息", TODAY) == 6
    assert months_waited("成立三个月", TODAY) == 0
    assert months_waited("租期三年，想续签，不知道找谁", TODAY) == 0
    assert staff_hit("两百多名员工没水用") == 200


def test_danger_denied_by_the_person_is_no_danger() -> None:
    found = triage("车间冒烟了", triage_book(), TODAY, danger=False)

    assert not found.danger
    assert found.urgency is not Urgency.URGENT


def test_similar_problems_come_most_alike_first() -> None:
    earlier = {"0001": "厂区停电两小时", "0002": "厂区又停电了", "0003": "孩子上学"}

    assert similar("厂区停电了", earlier)[0] in {"0001", "0002"}
    assert "0003" not in similar("厂区停电了", earlier)
