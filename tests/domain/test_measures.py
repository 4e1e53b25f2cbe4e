"""Nine companies before the six measures whose criteria are known, on 23 November 2026.

Expected outcomes are worked out by hand from the documents the measures cite. `?fact` waits for
the company, `✗criterion` fails, `!criterion` waits for an officer; the route stands first.
"""

from datetime import date

import pytest

from domain.match_report import match_document
from domain.verdicts import Outcome, Verdict
from tests.companies import SIX, TODAY, company, failed, missing, real_catalogue, verdict

CLEAN = {
    "abnormal_list": False,
    "prohibited_business": False,
    "major_incident_1y": False,
    "major_incident_3y": False,
    "tax_evasion_3y": False,
    "wage_arrears": False,
    "ip_bad_faith_3y": False,
}

PACKAGING = {  # 做芯片封装的，2015年成立，80来人，去年3000万，想贷款换设备
    "industry": "39",
    "established_on": ["2015-01-01", "2015-12-31"],
    "employees": [75, 89],
    "revenue": {"2025": 3000},
    "loan_purpose": "设备更新",
}

CHIP_DESIGNER = {  # 什么都齐了的芯片设计企业
    **CLEAN,
    "industry": "6520",
    "ownership": "民营",
    "established_on": "2016-05-10",
    "employees": 90,
    "tech_staff": 50,
    "revenue": {"2023": 4000, "2024": 4500, "2025": 5000},
    "rnd": {"2023": 300, "2024": 300, "2025": 300},
    "net_profit": {"2024": 260, "2025": 310},
    "total_assets": 5000,
    "total_liabilities": 4000,
    "core_ip_owned": True,
    "hitech_field": True,
    "rnd_domestic_ratio": 0.6,
    "hitech_revenue_ratio": 0.6,
    "main_business_ratio": 0.8,
    "innovation_score": 71,
    "srdi_score": 50,
    "niche_years": 3,
    "class1_ip": 1,
    "market_position_leading": True,
    "certifications": {"科技型中小企业": "2027-03-31"},
    "invention_patents": 9,
    "invention_patents_3y": 5,
    "valid_patents_3y": 12,
    "total_patents": 30,
    "has_trademark": True,
    "ip_management_system": True,
    "loan_purpose": "流动资金",
    "via_startup_guarantee": False,
    "guarantee_amount": 1000,
}

NEWBORN = {"industry": "65", "established_on": "2026-05-01", "employees": 6, "revenue": {"2025": 0}}

STATE_GIANT = {  # 国有大型制造企业
    **CLEAN,
    "industry": "36",
    "ownership": "国有",
    "established_on": "2001-01-01",
    "employees": 4200,
    "tech_staff": 500,
    "revenue": {"2023": 300000, "2024": 310000, "2025": 320000},
    "rnd": {"2023": 9000, "2024": 9300, "2025": 9000},
    "net_profit": {"2024": 9000, "2025": -200},
    "loan_purpose": "固定资产",
    "via_startup_guarantee": False,
    "guarantee_amount": 800,
}

HIRING_SHOP = {  # 新招了 8 个人的小零售企业，办创业担保贷款
    "industry": "52",
    "ownership": "民营",
    "established_on": "2021-03-03",
    "employees": 80,
    "revenue": {"2025": 490},
    "via_startup_guarantee": True,
    "new_eligible_hires_12m": 8,
    "wage_arrears": False,
    "loan_amount": 400,
    "loan_purpose": "流动资金",
    "certifications": [],
}

MEDIUM_PRIVATE = {  # 中型民营企业，固定资产贷款与 1500 万元担保
    **CLEAN,
    "industry": "27",
    "ownership": "民营",
    "established_on": "2010-10-10",
    "employees": 400,
    "revenue": {"2024": 9000, "2025": 9000},
    "rnd": {"2024": 99, "2025": 400},
    "loan_purpose": "厂房",
    "loan_granted_on": "2026-03-15",
    "loan_sector_listed": True,
    "via_startup_guarantee": False,
    "guarantee_amount": 1500,
    "guarantee_months": 24,
}

FARM = {  # 中型养殖场，金额超过重点范围
    "industry": "03",
    "established_on": "2012-01-01",
    "employees": 120,
    "revenue": {"2025": 900},
    "guarantee_amount": 2500,
    "loan_purpose": "研发",
    "via_startup_guarantee": False,
    "ownership": "外资",
}

YOUNG_LAB = {  # 成立两年，研发占比按实际年限算
    "industry": "73",
    "established_on": "2024-02-29",
    "employees": 30,
    "tech_staff": [3, 20],
    "revenue": {"2024": 100, "2025": 900},
    "rnd": {"2024": 20, "2025": 20},
    "core_ip_owned": True,
    "hitech_field": True,
    "rnd_domestic_ratio": 1,
    "hitech_revenue_ratio": 0.9,
    "major_incident_1y": False,
}

SAYS_NOTHING: dict[str, object] = {}

HI, SRDI, LOAN, GUARANTEE, IP, REPORT = SIX

EXPECTED = [
    (PACKAGING, HI, "undetermined: ?core_ip_owned ?hitech_field ?tech_staff ?rnd ?revenue"
     " ?rnd_domestic_ratio ?hitech_revenue_ratio ?major_incident_1y !innovation-score"),
    (PACKAGING, SRDI, "undetermined: ?certifications ?niche_years ?main_business_ratio"
     " ?total_liabilities ?total_assets ?rnd ?revenue ?class1_ip ?abnormal_list"
     " ?prohibited_business ?major_incident_3y !market-position !score"),
    (PACKAGING, LOAN, "C eligible:"),
    (PACKAGING, GUARANTEE, "A undetermined: ?guarantee_amount"),
    (PACKAGING, IP, "undetermined: ?ip_management_system ?has_trademark ?invention_patents"
     " ?ip_bad_faith_3y ?valid_patents_3y ?invention_patents_3y ?foreign_inventions_3y"
     " ?net_profit"),
    (PACKAGING, REPORT, "eligible:"),
    (CHIP_DESIGNER, HI, "eligible:"),
    (CHIP_DESIGNER, SRDI, "eligible:"),
    (CHIP_DESIGNER, LOAN, "C officer_check: !c-purpose"),
    (CHIP_DESIGNER, GUARANTEE, "A eligible:"),
    (CHIP_DESIGNER, IP, "eligible:"),
    (CHIP_DESIGNER, REPORT, "eligible:"),
    (NEWBORN, HI, "ineligible: ✗age !rnd-share !innovation-score"),
    (NEWBORN, SRDI, "undetermined: ?certifications ?niche_years ?equity_raised_2y"
     " ?main_business_ratio ?total_liabilities ?total_assets ?class1_ip ?abnormal_list"
     " ?prohibited_business ?major_incident_3y !rnd-amount !rnd-share !market-position !score"),
    (NEWBORN, LOAN, "C undetermined: ?loan_purpose"),
    (NEWBORN, GUARANTEE, "A undetermined: ?guarantee_amount"),
    (NEWBORN, REPORT, "ineligible: ✗founded-before-this-year"),
    (STATE_GIANT, HI, "ineligible: ✗rnd-share !innovation-score"),
    (STATE_GIANT, SRDI, "ineligible: ✗rnd-share ✗size !market-position !score"),
    (STATE_GIANT, LOAN, "C officer_check: !c-purpose"),
    (STATE_GIANT, GUARANTEE, "A officer_check: !a-subject"),
    (STATE_GIANT, IP, "undetermined: ?ip_management_system ?has_trademark ?invention_patents"
     " ?valid_patents_3y ?invention_patents_3y ?foreign_inventions_3y !profitable"),
    (STATE_GIANT, REPORT, "eligible:"),
    (HIRING_SHOP, HI, "undetermined: ?core_ip_owned ?hitech_field ?tech_staff ?rnd ?revenue"
     " ?rnd_domestic_ratio ?hitech_revenue_ratio ?major_incident_1y !innovation-score"),
    (HIRING_SHOP, SRDI, "ineligible: ✗prior-title !market-position !score"),
    (HIRING_SHOP, LOAN, "A eligible:"),
    (HIRING_SHOP, GUARANTEE, "A undetermined: ?guarantee_amount"),
    (HIRING_SHOP, IP, "undetermined: ?ip_management_system ?has_trademark ?invention_patents"
     " ?ip_bad_faith_3y ?valid_patents_3y ?invention_patents_3y ?foreign_inventions_3y"
     " ?net_profit"),
    (HIRING_SHOP, REPORT, "eligible:"),
    (MEDIUM_PRIVATE, HI, "undetermined: ?core_ip_owned ?hitech_field ?tech_staff ?rnd ?revenue"
     " ?rnd_domestic_ratio ?hitech_revenue_ratio !innovation-score"),
    (MEDIUM_PRIVATE, SRDI, "ineligible: ✗rnd-amount ✗rnd-share !market-position !score"),
    (MEDIUM_PRIVATE, LOAN, "B eligible:"),
    (MEDIUM_PRIVATE, GUARANTEE, "B eligible:"),
    (MEDIUM_PRIVATE, REPORT, "eligible:"),
    (FARM, LOAN, "C officer_check: !c-purpose"),
    (FARM, GUARANTEE, "A officer_check: !a-amount"),
    (FARM, REPORT, "eligible:"),
    (YOUNG_LAB, HI, "ineligible: ✗rnd-share !innovation-score"),
    (YOUNG_LAB, LOAN, "C undetermined: ?loan_purpose"),
    (YOUNG_LAB, IP, "undetermined: ?ip_management_system ?has_trademark ?invention_patents"
     " ?ip_bad_faith_3y ?valid_patents_3y ?invention_patents_3y ?foreign_inventions_3y ?net_profit"
     " !operating-years"),
    (SAYS_NOTHING, HI, "undetermined: ?established_on ?core_ip_owned ?hitech_field ?tech_staff"
     " ?employees ?rnd ?revenue ?rnd_domestic_ratio ?hitech_revenue_ratio ?major_incident_1y"
     " !innovation-score"),
    (SAYS_NOTHING, LOAN, "C undetermined: ?loan_purpose"),
    (SAYS_NOTHING, GUARANTEE, "A undetermined: ?industry ?guarantee_amount"),
    (SAYS_NOTHING, REPORT, "undetermined: ?established_on"),
]  # fmt: skip


def told(judged: Verdict) -> str:
    """A verdict in one line."""
    signs = [
        *(f"?{key}" for key in missing(judged)),
        *(f"✗{name}" for name in failed(judged)),
        *(f"!{finding.criterion}" for finding in judged.way.for_officer),
    ]
    route = f"{judged.route} " if judged.route else ""
    return f"{route}{judged.outcome.value}: {' '.join(signs)}".strip()


@pytest.mark.parametrize(("facts", "measure", "expected"), EXPECTED)
def test_what_each_company_is_told(facts: dict[str, object], measure: str, expected: str) -> None:
    assert told(verdict(measure, company(**facts))) == expected


def hi_tech(rnd: int, revenue: int, **more: object) -> Outcome:
    """The designer's outcome with another R&D and revenue, the same in all three years."""
    years = ("2023", "2024", "2025")
    facts = {
        **CHIP_DESIGNER,
        "rnd": dict.fromkeys(years, rnd),
        "revenue": dict.fromkeys(years, revenue),
        **more,
    }
    return verdict(HI, company(**facts)).outcome


@pytest.mark.parametrize(
    ("rnd", "revenue", "fits"),
    [
        (250, 5000, True),
        (249, 5000, False),
        (201, 5001, True),
        (200, 5001, False),
        (800, 20000, True),
        (799, 20000, False),
        (601, 20001, True),
        (600, 20001, False),
    ],
)
def test_rnd_shares_of_5_4_and_3_percent(rnd: int, revenue: int, fits: bool) -> None:
    assert hi_tech(rnd, revenue) is (Outcome.ELIGIBLE if fits else Outcome.INELIGIBLE)


@pytest.mark.parametrize(
    ("fact", "just_enough", "just_short"),
    [
        ("established_on", "2025-11-23", "2025-11-24"),
        ("tech_staff", 9, 8),
        ("rnd_domestic_ratio", 0.6, 0.5999),
        ("hitech_revenue_ratio", 0.6, 0.5999),
        ("innovation_score", 70.5, 70),
        ("core_ip_owned", True, False),
        ("hitech_field", True, False),
        ("major_incident_1y", False, True),
    ],
)
def test_each_line_of_article_11(fact: str, just_enough: object, just_short: object) -> None:
    facts: dict[str, object] = dict(CHIP_DESIGNER)
    if fact == "established_on":
        facts |= {"revenue": {"2025": 5000}, "rnd": {"2025": 300}, "net_profit": {"2025": 310}}
        del facts["niche_years"]

    assert verdict(HI, company(**{**facts, fact: just_enough})).outcome is Outcome.ELIGIBLE
    assert verdict(HI, company(**{**facts, fact: just_short})).outcome is Outcome.INELIGIBLE


@pytest.mark.parametrize(
    ("fact", "just_short", "criterion"),
    [
        ("certifications", {"科技型中小企业": "2026-11-22"}, "prior-title"),
        ("niche_years", 2.9, "niche-years"),
        ("main_business_ratio", 0.79, "main-business"),
        ("total_liabilities", 4001, "debt"),
        ("rnd", {"2023": 300, "2024": 99, "2025": 300}, "rnd-amount"),
        ("class1_ip", 0, "class1-ip"),
        ("market_position_leading", False, "market-position"),
        ("srdi_score", 49, "score"),
        ("employees", 300, "size"),
        ("abnormal_list", True, "standing"),
        ("prohibited_business", True, "standing"),
        ("major_incident_3y", True, "no-incident"),
    ],
)
def test_each_line_of_the_srdi_rules(fact: str, just_short: object, criterion: str) -> None:
    judged = verdict(SRDI, company(**{**CHIP_DESIGNER, fact: just_short}))

    if fact == "employees":
        assert judged.outcome is Outcome.ELIGIBLE  # 300 人的软件企业营收不足 1 亿元，仍是中型
        return
    assert criterion in failed(judged)


def test_equity_stands_in_for_revenue() -> None:
    poor = {**CHIP_DESIGNER, "revenue": {"2023": 1400, "2024": 1400, "2025": 1499}}

    assert verdict(SRDI, company(**poor, equity_raised_2y=2000)).outcome is Outcome.ELIGIBLE
    assert failed(verdict(SRDI, company(**poor, equity_raised_2y=1999))) == ["revenue-or-equity"]


def test_the_shenzhen_ratio_refuses_nobody() -> None:
    judged = verdict(LOAN, company(**{**HIRING_SHOP, "new_eligible_hires_12m": 7}))

    assert told(judged) == "A officer_check: !a-hires"
    assert judged.way.for_officer[0].doubtful


def test_above_100_staff_5_percent_are_enough() -> None:
    many = {**HIRING_SHOP, "employees": 120, "new_eligible_hires_12m": 6}

    assert verdict(LOAN, company(**many)).outcome is Outcome.ELIGIBLE


def test_a_superseded_notice_refuses_nobody() -> None:
    nothing = {
        "established_on": "2025-01-01",
        "ip_management_system": False,
        "has_trademark": False,
        "invention_patents": 0,
        "ip_bad_faith_3y": True,
        "valid_patents_3y": 0,
        "invention_patents_3y": 0,
        "foreign_inventions_3y": 0,
        "net_profit": {"2025": -10},
    }

    assert verdict(IP, company(**nothing)).outcome is Outcome.OFFICER_CHECK


@pytest.mark.parametrize("amount", [1001, 2500, 100000])
def test_a_large_guarantee_is_never_refused_a_small_company(amount: int) -> None:
    small = {**PACKAGING, "guarantee_amount": amount}

    assert verdict(GUARANTEE, company(**small)).outcome in {
        Outcome.UNDETERMINED,
        Outcome.OFFICER_CHECK,
    }


@pytest.mark.parametrize(
    ("measure", "as_of", "state", "opens", "closes"),
    [
        (LOAN, "2026-11-23", "open", "2026-01-19", "2026-12-31"),
        (LOAN, "2027-01-01", "closed", None, "2026-12-31"),
        (REPORT, "2026-11-23", "closed", "2027-01-01", "2027-06-30"),
        (REPORT, "2027-03-01", "open", "2027-01-01", "2027-06-30"),
        (HI, "2026-11-23", "unknown", None, None),
    ],
)
def test_windows_of_the_measures(
    measure: str, as_of: str, state: str, opens: str | None, closes: str | None
) -> None:
    window = verdict(measure, company(**PACKAGING), date.fromisoformat(as_of)).window

    assert window.state == state
    assert window.opens == (date.fromisoformat(opens) if opens else None)
    assert window.closes == (date.fromisoformat(closes) if closes else None)


@pytest.mark.parametrize(("measure", "settled", "lines"), [(HI, 1, 9), (SRDI, 2, 13)])
def test_the_list_counts_settled_lines(measure: str, settled: int, lines: int) -> None:
    judged = verdict(measure, company(**PACKAGING))

    assert (judged.settled, len(judged.way.findings)) == (settled, lines)


LISTED = {"neeq_innovation_months": 12, "total_assets": 9000, "total_liabilities": 4000}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {
                **LISTED,
                "expected_market_value": 2,
                "net_profit": {"2024": 1500, "2025": 1500},
                "roe": {"2024": 0.07, "2025": 0.09},
            },
            "BSE eligible:",
        ),
        (
            {
                **LISTED,
                "expected_market_value": 4,
                "revenue": {"2024": 8000, "2025": 12000},
                "operating_cashflow": {"2025": 1},
                "net_profit": {"2024": 100, "2025": 100},
            },
            "BSE eligible:",
        ),
        (
            {
                "expected_market_value": 30,
                "revenue": {"2023": 10000, "2024": 20000, "2025": 30000},
                "rnd": {"2023": 1000, "2024": 1000, "2025": 1000},
                "employees": 300,
                "tech_staff": 30,
                "invention_patents": 7,
            },
            "STAR eligible:",
        ),
        ({"net_profit": {"2024": 4000, "2025": 6000}}, "ChiNext eligible:"),
        (
            {
                "expected_market_value": 1,
                "net_profit": {"2024": -5, "2025": -5},
                "revenue": {"2025": 900},
            },
            "ChiNext officer_check: !chinext-standard",
        ),
    ],
)
def test_listing_by_the_board_that_fits(facts: dict[str, object], expected: str) -> None:
    assert told(verdict("listing-support", company(**facts))) == expected


def test_the_list_of_the_example_adds_up() -> None:
    document = match_document(real_catalogue(), company(**PACKAGING), TODAY)

    verdicts = document["verdicts"]
    assert isinstance(verdicts, list)
    outcomes = [(one["outcome"], one["window"]["state"] == "closed") for one in verdicts]
    assert outcomes.count(("eligible", False)) == 1
    assert outcomes.count(("eligible", True)) == 1
    assert outcomes.count(("undetermined", False)) == 5
    assert outcomes.count(("officer_check", False)) == 64 + 4


def test_the_match_document_keeps_its_promise() -> None:
    document = match_document(real_catalogue(), company(**PACKAGING), TODAY, needs=("financing",))

    assert document["as_of"] == "2026-11-23"
    verdicts = document["verdicts"]
    assert isinstance(verdicts, list)
    assert len(verdicts) == len(real_catalogue().active)
    loan = next(one for one in verdicts if one["measure"] == LOAN)
    assert loan["outcome"] == "eligible"
    assert loan["route"] == "C"
    assert loan["window"] == {"state": "open", "opens": "2026-01-19", "closes": "2026-12-31"}
    assert (loan["failed"], loan["missing"], loan["near_miss"]) == ([], [], None)
    assert {"source": "S-EQUIP26", "article": None, "confidence": "medium"} in loan["citations"]
    question = document["next_question"]
    assert isinstance(question, dict)
    assert (question["fact"], question["settles"]) == ("guarantee_amount", 1)


def test_the_match_document_speaks_english_too() -> None:
    document = match_document(real_catalogue(), company(**NEWBORN), TODAY, locale="en")

    verdicts = document["verdicts"]
    assert isinstance(verdicts, list)
    report = next(one for one in verdicts if one["measure"] == REPORT)
    assert report["failed"] == [
        {
            "criterion": "founded-before-this-year",
            "facts": ["established_on"],
            "text": "Founded before this year; those founded this year start next year",
        }
    ]
    assert report["near_miss"]["text"] == "Applies from 2027-01-01"


def test_measures_without_criteria_are_for_an_officer() -> None:
    document = match_document(real_catalogue(), company(), TODAY)

    verdicts = document["verdicts"]
    assert isinstance(verdicts, list)
    plain = [one for one in verdicts if one["measure"] == "innovation-finance-loan"]
    assert [one["outcome"] for one in plain] == ["officer_check"]
