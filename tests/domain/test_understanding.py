"""What a sentence says of a company, read on 2026-11-23."""

from datetime import date
from typing import Any

import pytest

from domain.intents import Intent
from domain.understanding import Understanding, understand
from tests.evaluation.books import word_books

TODAY = date(2026, 11, 23)


def read(text: str) -> Understanding:
    return understand(text, TODAY, word_books())


FACTS: list[tuple[str, dict[str, Any]]] = [
    (
        "做芯片封装的，2015年成立，80来人，去年3000万，想贷款换设备",
        {
            "industry": "39",
            "established_on": ["2015-01-01", "2015-12-31"],
            "employees": [75, 89],
            "revenue": {"2025": 3000},
            "loan_purpose": "设备更新",
        },
    ),
    (
        "chip packaging, about 80 people, CNY 30m last year, loan for equipment",
        {
            "industry": "39",
            "employees": [75, 89],
            "revenue": {"2025": 3000},
            "loan_purpose": "设备更新",
        },
    ),
    (
        "营收：2024年2800万，2025年3000万；研发：2024年160万，2025年170万",
        {"revenue": {"2024": 2800, "2025": 3000}, "rnd": {"2024": 160, "2025": 170}},
    ),
    ("近三年研发分别是110、120、140万", {"rnd": {"2023": 110, "2024": 120, "2025": 140}}),
    ("去年亏损了150万", {"net_profit": {"2025": -150}}),
    (
        "主营业务收入占比92%，高新产品收入占72%",
        {"main_business_ratio": 0.92, "hitech_revenue_ratio": 0.72},
    ),
    ("我们有3项发明专利，8项实用新型，2个软著", {"invention_patents": 3, "software_copyrights": 2}),
    ("员工120人，其中研发人员30人", {"employees": 120, "tech_staff": 30}),
    ("需要2000平米厂房，或者30亩地", {"space_need_m2": 2000, "land_need_mu": 30}),
    ("去年出口额200万美元", {"export_amount": 200}),
    ("打算去北交所上市", {"listing_plan": "北交所"}),
    ("母公司是国企，我们是民营", {"ownership": "民营"}),
    ("服装外贸，出口占九成", {"industry": "51", "export_share": 0.9}),
    ("我们给医院做软件", {"industry": "65"}),
    ("没有欠薪，也没进经营异常名录", {"wage_arrears": False, "abnormal_list": False}),
]


@pytest.mark.parametrize(("text", "facts"), FACTS)
def test_facts(text: str, facts: dict[str, Any]) -> None:
    assert read(text).facts == facts


NOTHING = [
    "隔壁公司有300人",
    "我朋友的公司去年做了两个亿",
    "客户有300人",
    "我表哥开了家公司，做模具的，60人",
    "明年打算招50人",
    "预计今年营收5000万",
    "去年融资3000万失败了",
    "营收分别是3000万、3600万、4200万",
    "给下沙的企业做配套",
    "我们打算明年把员工扩到200人，收入做到1亿",
    "如果我们有100人能享受什么",
    "80人的企业算小微吗",
    "注册资本1000万",
    "今年上半年收入1500万",
    "我们能申请高企吗",
    "正在申请3项发明专利",
    "我们服务5000人",
    "20个工人堵在门口",
    "our competitor has 500 employees",
    "We plan to double revenue to 50 million next year",
]


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_not_said_of_the_company_now_is_no_fact(text: str) -> None:
    assert read(text).facts == {}


CORRECTIONS: list[tuple[str, dict[str, Any]]] = [
    ("不是30人，是300人", {"employees": 300}),
    ("去年亏损200万，不对，300万", {"net_profit": {"2025": -300}}),
    ("2016年成立，更正，2017年成立", {"established_on": ["2017-01-01", "2017-12-31"]}),
    ("我们在下沙，不对，现在搬到前进街道了", {"street": "前进"}),
    ("We have 40 people, sorry, I mean 45", {"employees": 45}),
    ("员工100人，不对，是120人", {"employees": 120}),
    ("员工不是80而是120人", {"employees": 120}),
    ("去年3000万，不对，3500万", {"revenue": {"2025": 3500}}),
    ("员工从50人涨到80人", {"employees": 80}),
]


@pytest.mark.parametrize(("text", "facts"), CORRECTIONS)
def test_the_corrected_value_counts(text: str, facts: dict[str, Any]) -> None:
    assert read(text).facts == facts


SIDES = [
    ("3项发明专利8项实用新型2个软著", {"invention_patents": 3, "software_copyrights": 2}),
    ("发明专利3件软著12个", {"invention_patents": 3, "software_copyrights": 12}),
    ("去年1200万 研发投入200万", {"revenue": {"2025": 1200}, "rnd": {"2025": 200}}),
    ("we spent 2.2 million on R&D in 2025", {"rnd": {"2025": 220}}),
    ("in 2024 revenue was 30 million", {"revenue": {"2024": 3000}}),
    ("revenue was 25m in 2024 and 31m in 2025", {"revenue": {"2024": 2500, "2025": 3100}}),
    (
        "18 patents granted, 5 of which are inventions",
        {"total_patents": 18, "invention_patents": 5},
    ),
]


@pytest.mark.parametrize(("text", "facts"), SIDES)
def test_a_number_belongs_to_the_noun_on_its_side(text: str, facts: dict[str, Any]) -> None:
    assert read(text).facts == facts


SERIES = [
    ("22年2000万 23年2500万 24年3000万", {"revenue": {"2022": 2000, "2023": 2500, "2024": 3000}}),
    ("近三年每年研发都在100万以上",
     {"rnd": {"2023": [100, None], "2024": [100, None], "2025": [100, None]}}),
    ("2023年至2025年营收分别为3200万元，4100万元，5000万元",
     {"revenue": {"2023": 3200, "2024": 4100, "2025": 5000}}),
    ("去年营收和净利润分别是5000万和300万",
     {"revenue": {"2025": 5000}, "net_profit": {"2025": 300}}),
    ("前年亏了200万，去年扭亏，赚了50万", {"net_profit": {"2024": -200, "2025": 50}}),
    ("去年不好，2600万", {"revenue": {"2025": 2600}}),
    ("前年亏了300万，去年做了2000万",
     {"net_profit": {"2024": -300}, "revenue": {"2025": 2000}}),
    ("23、24、25年研发费用：86万、102万、133万",
     {"rnd": {"2023": 86, "2024": 102, "2025": 133}}),
    ("2011年设立，年产值18个亿",
     {"established_on": ["2011-01-01", "2011-12-31"], "revenue": {"2025": 180000}}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts"), SERIES)
def test_amounts_of_several_years(text: str, facts: dict[str, Any]) -> None:
    assert read(text).facts == facts


WHOSE = [
    ("我们集团有2000人，我们子公司自己90人", {"employees": 90}),
    ("同行一般研发占5%，我们占7%", {"rnd_ratio": 0.07}),
    ("母公司去年营收20亿，我们公司6000万", {"revenue": {"2025": 6000}}),
    ("隔壁300人 我们20人", {"employees": 20}),
    ("以前有80人，疫情后只剩30人", {"employees": 30}),
    ("准备申请高企，80人", {"employees": 80}),
    ("我们给比亚迪供货，做车灯的，170人", {"industry": "36", "employees": 170}),
    ("next year we will have 100 people, now 60", {"employees": 60}),
]


@pytest.mark.parametrize(("text", "facts"), WHOSE)
def test_what_the_company_says_of_itself_beside_others_and_plans(
    text: str, facts: dict[str, Any]
) -> None:
    assert read(text).facts == facts


TITLES: list[tuple[str, Any, list[str]]] = [
    ("我们不是高企，但是科技型中小企业", ["科技型中小企业"], ["高新技术企业"]),
    ("高企明年到期，专精特新没评上", ["高新技术企业"], ["专精特新中小企业"]),
    ("高企2027年12月到期", {"高新技术企业": "2027-12-31"}, []),
    ("我们高企去年过期了", None, ["高新技术企业"]),
    ("已经是专精特新了，想冲小巨人", ["专精特新中小企业"], []),
    ("We are not a high-tech enterprise yet", None, ["高新技术企业"]),
    ("高企有什么好处", None, []),
    ("隔壁去年拿了高企，我们没有", None, ["高新技术企业"]),
    ("申报过科技型中小企业但是没通过", None, ["科技型中小企业"]),
    ("专精特新和高企我们都有", ["专精特新中小企业", "高新技术企业"], []),
    ("我们是高企，哦不对，是科技型中小企业", ["科技型中小企业"], []),
    ("我公司为高新技术企业，证书有效期至2027年12月", {"高新技术企业": "2027-12-31"}, []),
    ("2022年认定的高新技术企业，去年底已经失效", None, ["高新技术企业"]),
    ("正在申报专精特新", None, []),
    ("高企去年到期，今年又重新认定了", ["高新技术企业"], []),
    ("We lost our high-tech status in 2024", None, ["高新技术企业"]),
    ("高企", None, []),
]


@pytest.mark.parametrize(("text", "held", "denied"), TITLES)
def test_certificates_held_and_denied(text: str, held: Any, denied: list[str]) -> None:
    said = read(text)

    assert said.facts.get("certifications") == held
    assert said.denied.get("certifications", []) == denied


FOUNDED = [
    ("15年成立的", ["2015-01-01", "2015-12-31"]),
    ("成立于2018年3月", ["2018-03-01", "2018-03-31"]),
    ("2015年3月12日注册", "2015-03-12"),
    ("公司成立三年了", ["2022-11-24", "2023-11-23"]),
    ("成立15年了", ["2010-11-24", "2011-11-23"]),
    ("去年刚注册", ["2025-01-01", "2025-12-31"]),
    ("今年刚成立", ["2026-01-01", "2026-11-23"]),
    ("公司去年12月成立", ["2025-12-01", "2025-12-31"]),
    ("founded in March 2018", ["2018-03-01", "2018-03-31"]),
    ("开了二十多年的老厂", ["1996-11-24", "2006-11-23"]),
    ("公司开了十来年了", ["2014-11-24", "2017-11-23"]),
    ("去年底成立的", ["2025-10-01", "2025-12-31"]),
    ("九八年就开了", ["1998-01-01", "1998-12-31"]),
    ("二零一八年五月成立", ["2018-05-01", "2018-05-31"]),
    ("established on 12 May 2017", "2017-05-12"),
    ("做了12年阀门", None),
    ("2015年成立研发中心", None),
]


@pytest.mark.parametrize(("text", "day"), FOUNDED)
def test_founding_day(text: str, day: Any) -> None:
    assert read(text).facts.get("established_on") == day


INTENTS = [
    ("银行贷款批不下来，急死了", Intent.PROBLEM),
    ("车间停电一上午了", Intent.PROBLEM),
    ("our customer owes us 2 million and will not pay", Intent.PROBLEM),
    ("环评卡在窗口两个月了没动静", Intent.PROBLEM),
    ("高企有什么好处", Intent.SEARCH),
    ("80人的公司能申请专精特新吗", Intent.SEARCH),
    ("想贷500万买设备", Intent.SEARCH),
    ("我们是高企，80人", Intent.PROFILE),
    ("没有被列入经营异常", Intent.PROFILE),
    ("谢谢", Intent.OTHER),
    ("你是谁", Intent.OTHER),
    ("早上好", Intent.OTHER),
]


@pytest.mark.parametrize(("text", "intent"), INTENTS)
def test_intent(text: str, intent: Intent) -> None:
    assert read(text).intent is intent


NEEDS = [
    ("想贷款换设备", ["financing"]),
    ("有没有稳岗补贴", ["talent"]),
    ("我们做物流的，80人", []),
    ("有什么政策", ["general"]),
    ("听说隔壁拿到高企奖了，怎么申请", ["certification"]),
]


@pytest.mark.parametrize(("text", "needs"), NEEDS)
def test_needs(text: str, needs: list[str]) -> None:
    assert read(text).needs == needs


def test_founders_and_agents_say_whom_they_ask_for() -> None:
    founder = read("准备成立一家跨境电商公司，10个人，想问问有什么政策")
    agent = read("帮客户问一下，他们80人，想申请高企")

    assert founder.facts["asks_as"] == "founder_to_be"
    assert "employees" not in founder.facts
    assert agent.facts == {"asks_as": "agent", "employees": 80}


def test_spans_point_into_the_plain_text() -> None:
    said = read("民营，８０来人")
    found = {span.key: said.plain[span.start : span.end] for span in said.spans}

    assert found["employees"] == "80来人"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "。。。",
        "👍",
        "a" * 5000,
        "80" * 2000,
        "一" * 3000,
        f"员工{'9' * 400}人",
        "一" + "亿" * 99,
    ],
)
def test_any_text_can_be_read(text: str) -> None:
    assert read(text).denied == {}


DENIED_NUMBERS = ["我们没有100人", "公司不是80人", "今年研发投入已经200万"]


@pytest.mark.parametrize("text", DENIED_NUMBERS)
def test_a_denied_or_unfinished_number_is_no_fact(text: str) -> None:
    assert read(text).facts == {}


LOANS: list[tuple[str, dict[str, Any]]] = [
    (
        "贷款是今年3月放的，金额1200万，用来买设备",
        {
            "loan_granted_on": ["2026-03-01", "2026-03-31"],
            "loan_amount": 1200,
            "loan_purpose": "设备更新",
        },
    ),
    ("想贷50万周转", {"loan_amount": 50, "loan_purpose": "流动资金"}),
    ("需要找担保，额度800万，期限三年", {"guarantee_amount": 800, "guarantee_months": 36}),
    ("银行批了800万的贷款，上个月刚到账",
     {"loan_amount": 800, "loan_granted_on": ["2026-10-01", "2026-10-31"]}),
    ("我们不走创业担保贷款，普通抵押贷600万",
     {"via_startup_guarantee": False, "loan_amount": 600}),
    ("今年3月放的款，补贴去年1200万", {"loan_granted_on": ["2026-03-01", "2026-03-31"]}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts"), LOANS)
def test_a_loan_is_told_over_several_clauses(text: str, facts: dict[str, Any]) -> None:
    assert read(text).facts == facts


SPOKEN: list[tuple[str, dict[str, Any]]] = [
    ("去年营收三点五个亿", {"revenue": {"2025": 35000}}),
    ("研发投入一千二百点五万元", {"rnd": {"2025": 1200.5}}),
    ("去年营收半个亿", {"revenue": {"2025": 5000}}),
    ("研发占百分之四点五，不对，是五点四", {"rnd_ratio": 0.054}),
    ("补贴50万人工费", {}),
    ("员工一百零几个", {"employees": [101, 109]}),
]


@pytest.mark.parametrize(("text", "facts"), SPOKEN)
def test_numbers_as_they_are_spoken(text: str, facts: dict[str, Any]) -> None:
    assert read(text).facts == facts


NONE_AT_ALL: list[tuple[str, dict[str, Any]]] = [
    ("近两年没融资", {"equity_raised_2y": 0}),
    ("研发都在国内做", {"rnd_domestic_ratio": 1}),
    ("没申请过专利", {"total_patents": 0}),
    ("目前没有融资需求", {}),
]


@pytest.mark.parametrize(("text", "facts"), NONE_AT_ALL)
def test_all_or_none_without_a_number(text: str, facts: dict[str, Any]) -> None:
    assert read(text).facts == facts


@pytest.mark.parametrize(
    "text", ["最好在下沙", "想租个厂房，下沙的", "想迁到临江", "looking for an office near Baiyang"]
)
def test_a_street_that_is_wished_for_is_not_where_the_company_is(text: str) -> None:
    assert "street" not in read(text).facts


AGENTS: list[tuple[str, dict[str, Any]]] = [
    ("客户公司员工40人，我是代账的", {"asks_as": "agent", "employees": 40}),
    ("我是代账会计，客户做模具，60人", {"asks_as": "agent", "industry": "35", "employees": 60}),
    ("我们找了代账公司，员工40人", {"employees": 40}),
    ("客户有300人，我们20人", {"employees": 20}),
]


@pytest.mark.parametrize(("text", "facts"), AGENTS)
def test_what_an_agent_says_of_a_client_is_the_clients(text: str, facts: dict[str, Any]) -> None:
    assert read(text).facts == facts


def test_two_streets_leave_the_street_open() -> None:
    assert "street" not in read("注册地在下沙，生产基地在临江").facts


IN_PASSING = [
    "水压不够，高楼层没水",
    "营业执照地址变更被退回三次",
    "landlord wants us out by Friday",
]


@pytest.mark.parametrize("text", IN_PASSING)
def test_trouble_said_in_passing_is_a_problem(text: str) -> None:
    assert read(text).intent is Intent.PROBLEM


def test_trouble_beside_a_description_and_a_wish_is_a_profile() -> None:
    assert read("去年营收5000万，员工60人，资金周转困难，想贷款").intent is Intent.PROFILE


PARTS: list[tuple[str, Any]] = [
    ("下沙厂区60人，临江厂区40人", 100),
    ("下沙60人，临江40人，做汽车零部件", 100),
    ("一共100人，下沙60人，临江40人", 100),
    ("下沙厂区60多人，临江厂区40人", [100, 109]),
    ("生产60人，销售10人", None),
    ("我们公司十二个人的参保记录没了", None),
    ("原来200人，裁员之后剩130", 130),
    ("We used to be 200, but after the layoffs we are 115", 115),
    ("客户总共2000家，员工36人", 36),
    ("深圳总部300人，杭州分公司40人", 40),
    ("The group employs 5,000 but our Hangzhou subsidiary only 120", 120),
    ("About 30% of our people do R&D, 90 people altogether", 90),
    ("our headcount went from 60 to 85 this year", 85),
    ("Our parent has 9,000 people, here in Hangzhou we are 140", 140),
]


@pytest.mark.parametrize(("text", "staff"), PARTS)
def test_staff_told_in_parts_or_of_other_times(text: str, staff: Any) -> None:
    assert read(text).facts.get("employees") == staff


SCALES: list[tuple[str, dict[str, Any]]] = [
    ("营收5200，利润300，研发210，单位：万元",
     {"revenue": {"2025": 5200}, "net_profit": {"2025": 300}, "rnd": {"2025": 210}}),
    ("营业收入（万元）：5200，员工80人", {"revenue": {"2025": 5200}, "employees": 80}),
    ("营收5200，利润300", {}),
    ("去年1.2亿，前年九千", {"revenue": {"2025": 12000, "2024": 9000}}),
    ("资产三千五百万，负债一千九", {"total_assets": 3500, "total_liabilities": 1900}),
    ("去年营收5200，哦打错了，5800万", {"revenue": {"2025": 5800}}),
    ("销售额破亿了，一亿两千多万", {"revenue": {"2025": [12000, 12999]}}),
    ("一年做到1亿5千多万", {"revenue": {"2025": [15000, 15999]}}),
    ("去年人均产值80万", {}),
    ("去年两千五到三千万", {"revenue": {"2025": [2500, 3000]}}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts"), SCALES)
def test_an_amount_takes_its_unit_from_beside_or_has_none(text: str, facts: dict[str, Any]) -> None:
    assert read(text).facts == facts


def test_what_was_said_of_another_company_is_taken_back() -> None:
    own = read("高企是有的，不过是我另外一家公司，这家还没评，员工18人")
    assert (own.facts, own.denied) == ({"employees": 18}, {"certifications": ["高新技术企业"]})
    assert read("我们有高企，不过是集团的另一家公司").facts == {}


AMOUNTS_LENT: list[tuple[str, Any]] = [
    ("想贷款换设备，还差300万", 300),
    ("能贷三十万吗", 30),
    ("小微企业最高能贷500万吗", None),
    ("目前存量贷款1200万", None),
    ("银行突然要我们提前还贷两千万", None),
]


@pytest.mark.parametrize(("text", "amount"), AMOUNTS_LENT)
def test_only_a_loan_that_is_wanted_or_came_has_an_amount(text: str, amount: Any) -> None:
    assert read(text).facts.get("loan_amount") == amount


BETWEEN: list[tuple[str, Intent]] = [
    ("我们80人的注塑厂，能申请技改补贴吗", Intent.PROFILE),
    ("老板想去创业板上市，区里给不给奖励", Intent.SEARCH),
    ("员工宿舍不够，人才公寓怎么申请", Intent.SEARCH),
    ("员工集体辞职，产线停了一半", Intent.PROBLEM),
    ("自来水发黄已经三天，我们是做豆制品的，不敢开工", Intent.PROBLEM),
    ("研发费用加计扣除要准备哪些材料", Intent.SEARCH),
    ("公司还没有发明专利，实用新型有9个", Intent.PROFILE),
    ("资料交了没人审，能帮忙催一下吗", Intent.PROBLEM),
]


@pytest.mark.parametrize(("text", "intent"), BETWEEN)
def test_own_facts_tell_questions_ask_and_what_befell_complains(text: str, intent: Intent) -> None:
    assert read(text).intent == intent
