"""Forty-four made-up companies that know everything of themselves: eleven trades in four stages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from domain.facts import FactDictionary, Profile
from domain.profile_files import parse_profile

AS_OF = date(2026, 11, 23)
YEARS = (2023, 2024, 2025)
SEED = 2026


@dataclass(frozen=True, slots=True)
class Trade:
    """What companies of a trade have in common; shares are of revenue or of staff."""

    name: str
    industry: str
    rnd: float
    tech_staff: float
    revenue_per_head: float
    ownership: str = "民营"


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a company has come; patents and titles grow with it."""

    name: str
    founded: int
    employees: int
    growth: float
    patents: int
    titles: int
    market_value: float


TRADES = (
    Trade("芯片封装", "3973", 0.08, 0.28, 42),
    Trade("生物医药", "2761", 0.16, 0.45, 35),
    Trade("工业软件", "6513", 0.14, 0.6, 38),
    Trade("汽车零部件", "3670", 0.035, 0.12, 55),
    Trade("新材料", "2651", 0.05, 0.16, 90),
    Trade("跨境电商", "5192", 0.0, 0.02, 160),
    Trade("餐饮", "6210", 0.0, 0.0, 18),
    Trade("物流", "5920", 0.005, 0.03, 48),
    Trade("种植", "0141", 0.01, 0.05, 22),
    Trade("检测服务", "7452", 0.06, 0.4, 32),
    Trade("装备制造", "3562", 0.04, 0.14, 60, "国有"),
)
STAGES = (
    Stage("初创", 2025, 7, 1.0, 0, 0, 0.5),
    Stage("小型", 2021, 34, 0.35, 6, 1, 2),
    Stage("成长", 2016, 130, 0.22, 22, 2, 9),
    Stage("拟上市", 2009, 420, 0.28, 70, 3, 32),
)
TITLES = ("科技型中小企业", "高新技术企业", "专精特新中小企业")


def forty_four() -> dict[str, dict[str, Any]]:
    """Each company by name, as a profile file in which nothing is missing."""
    random = Random(SEED)
    return {
        f"{trade.name}{stage.name}": _company(trade, stage, random)
        for trade in TRADES
        for stage in STAGES
    }


def _company(trade: Trade, stage: Stage, random: Random) -> dict[str, Any]:
    employees = max(2, round(stage.employees * random.uniform(0.7, 1.4)))
    return {
        "industry": trade.industry,
        "ownership": trade.ownership,
        "street": random.choice(("下沙", "白杨", "临江")),
        "established_on": date(stage.founded, random.randint(1, 12), 9).isoformat(),
        "employees": employees,
        "tech_staff": round(employees * trade.tech_staff * random.uniform(0.7, 1.3)),
        "new_eligible_hires_12m": round(employees * random.choice((0, 0.03, 0.12, 0.2))),
        **dict(_money(trade, stage, employees, random)),
        **dict(_technology(trade, stage, random)),
        **dict(_conduct(random)),
        **dict(_projects(trade, stage, random)),
    }


def _money(trade: Trade, stage: Stage, employees: int, random: Random) -> Iterator[tuple[str, Any]]:
    last = employees * trade.revenue_per_head * random.uniform(0.8, 1.25)
    sold = {
        str(year): round(last / (1 + stage.growth) ** (YEARS[-1] - year), 1)
        for year in YEARS
        if year >= stage.founded
    }
    share = trade.rnd * random.uniform(0.7, 1.3)
    margin = random.choice((-0.05, 0.04, 0.09, 0.14))
    yield "revenue", sold
    yield "rnd", {year: round(amount * share, 1) for year, amount in sold.items()}
    yield "net_profit", {year: round(amount * margin, 1) for year, amount in sold.items()}
    yield "roe", {year: round(margin * 1.4, 3) for year in sold}
    yield (
        "operating_cashflow",
        {year: round(amount * margin * 1.1, 1) for year, amount in sold.items()},
    )
    assets = round(last * random.uniform(0.8, 1.5), 1)
    yield "total_assets", assets
    yield "total_liabilities", round(assets * random.choice((0.3, 0.5, 0.7, 0.85)), 1)
    yield "equity_raised_2y", random.choice((0, 0, 1500, 3000))
    yield "expected_market_value", stage.market_value
    yield "rnd_domestic_ratio", random.choice((0.5, 0.9, 1))
    yield "hitech_revenue_ratio", random.choice((0.4, 0.7, 0.9)) if trade.rnd > 0.02 else 0
    yield "main_business_ratio", random.choice((0.75, 0.85, 0.95))


def _technology(trade: Trade, stage: Stage, random: Random) -> Iterator[tuple[str, Any]]:
    patents = round(stage.patents * min(1, trade.rnd * 12) * random.uniform(0.6, 1.3))
    inventions = patents // 4
    is_technical = trade.rnd > 0.02
    yield "core_ip_owned", is_technical and inventions > 0
    yield "hitech_field", is_technical
    yield "class1_ip", inventions // 2
    yield "class2_ip", patents - inventions
    yield "total_patents", patents
    yield "invention_patents", inventions
    yield "valid_patents_3y", patents // 2
    yield "invention_patents_3y", inventions // 2
    yield "foreign_inventions_3y", inventions // 8
    yield "has_trademark", stage.employees > 20
    yield "ip_management_system", is_technical and stage.employees > 100
    yield "niche_years", min(2025 - stage.founded, random.randint(2, 12))
    yield "certifications", list(TITLES[: stage.titles]) if is_technical else []


def _conduct(random: Random) -> Iterator[tuple[str, Any]]:
    yield "abnormal_list", random.random() < 0.05
    yield "prohibited_business", random.random() < 0.03
    yield "wage_arrears", random.random() < 0.05
    for key in ("major_incident_1y", "major_incident_3y", "tax_evasion_3y", "ip_bad_faith_3y"):
        yield key, random.random() < 0.04


def _projects(trade: Trade, stage: Stage, random: Random) -> Iterator[tuple[str, Any]]:
    yield "loan_purpose", random.choice(("设备更新", "固定资产", "流动资金", "厂房", "研发"))
    yield "loan_amount", random.choice((120, 380, 900, 3200, 8000))
    yield "loan_granted_on", random.choice(("2025-09-01", "2026-03-15", "2026-08-20"))
    yield "loan_sector_listed", trade.rnd > 0.03
    yield "via_startup_guarantee", stage.employees < 20
    yield "guarantee_amount", random.choice((0, 300, 800, 1500, 2600))
    yield "guarantee_months", random.choice((6, 12, 24, 36))
    yield "neeq_innovation_months", 14 if stage.market_value > 8 and random.random() < 0.4 else 0
    yield "listing_plan", random.choice(("北交所", "科创板", "未定"))
    yield "cross_border_ecommerce", trade.industry == "5192"


NEEDS = {
    "芯片封装": ("financing", "certification"),
    "生物医药": ("rnd", "talent"),
    "工业软件": ("certification",),
    "汽车零部件": ("financing",),
    "新材料": ("land_space", "certification"),
    "跨境电商": ("cross_border", "export"),
    "餐饮": ("financing", "annual_report"),
    "物流": ("logistics", "financing"),
    "种植": ("financing",),
    "检测服务": ("ip_brand", "certification"),
    "装备制造": ("listing",),
}
"""What companies of a trade say they need, by the trade their name begins with."""


def mixed_profiles(facts: FactDictionary) -> list[Profile]:
    """The same companies as the office knows them: a few facts, half of them, or all."""
    random = Random(SEED)
    profiles = []
    for place, document in enumerate(forty_four().values()):
        share = (0.2, 0.5, 0.8, 1.0)[place % 4]
        known = {key: value for key, value in document.items() if random.random() < share}
        profiles.append(parse_profile(known, facts))
    return profiles
