"""Companies that differ, before the real catalogue; and whether a screen fits a phone."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from domain.matches import Match, match
from domain.measures import Measure
from domain.paragraphs import visible_length
from domain.screens import Row, Screen
from services.office import Office
from tests.companies import TODAY, company, real_catalogue
from views.translations import Translator, translator

CHIP = {
    "industry": "39",
    "employees": [75, 89],
    "established_on": ["2015-01-01", "2015-12-31"],
    "revenue": {"2025": 3000},
    "loan_purpose": "设备更新",
}
THREE_YEARS = {
    "revenue": {"2023": 2600, "2024": 2800, "2025": 3000},
    "rnd": {"2023": 110, "2024": 120, "2025": 140},
}
IN_ORDER = {
    "core_ip_owned": True,
    "hitech_field": True,
    "rnd_domestic_ratio": 0.95,
    "hitech_revenue_ratio": 0.72,
    "major_incident_1y": False,
}
FIRMS: Mapping[str, tuple[Mapping[str, object], tuple[str, ...]]] = {
    "chip packager": (CHIP, ("financing",)),
    "food trader": (
        {
            "industry": "51",
            "employees": 12,
            "established_on": "2012-06-01",
            "revenue": {"2024": 5800, "2025": 6200},
            "ownership": "民营",
            "loan_purpose": "流动资金",
            "abnormal_list": False,
        },
        ("financing", "export"),
    ),
    "three months old": (
        {"industry": "65", "employees": 6, "established_on": "2026-08-20", "ownership": "民营"},
        ("land_space", "certification"),
    ),
    "biotech before listing": (
        {
            **IN_ORDER,
            "industry": "27",
            "employees": 210,
            "tech_staff": 90,
            "established_on": "2017-03-01",
            "ownership": "民营",
            "revenue": {"2023": 9000, "2024": 14000, "2025": 21000},
            "rnd": {"2023": 3000, "2024": 4200, "2025": 5200},
            "net_profit": {"2024": -300, "2025": 800},
            "invention_patents": 15,
            "certifications": {"高新技术企业": "2027-12-01", "科技型中小企业": None},
            "expected_market_value": [35, 45],
        },
        ("listing", "rnd"),
    ),
    "foreign logistics": (
        {
            "industry": "59",
            "employees": 160,
            "established_on": "2018-05-01",
            "ownership": "外资",
            "revenue": {"2025": 12000},
            "loan_purpose": "厂房",
            "loan_amount": 3000,
            "guarantee_amount": 2500,
        },
        ("logistics", "financing"),
    ),
    "just short": (
        {**CHIP, **THREE_YEARS, **IN_ORDER, "tech_staff": 11, "niche_years": 2.5},
        ("certification",),
    ),
    "contradictory": (
        {"industry": "35", "employees": 20, "tech_staff": 50, "revenue": {"2025": 1800}},
        ("certification",),
    ),
    "not founded yet": (
        {
            "asks_as": "founder_to_be",
            "industry": "73",
            "established_on": "2027-03-01",
            "loan_purpose": "设备更新",
        },
        ("land_space", "financing"),
    ),
    "unknown": ({}, ()),
}
MOST_LINES, MOST_CHARACTERS, MOST_ROWS, MOST_BYTES = 8, 900, 6, 64
MOST_FOLDED = {"zh": 900, "en": 1800}
WIDEST = {"zh": {1: 36, 2: 18, 3: 10}, "en": {1: 34, 2: 18, 3: 12}}
"""Widths of a button by the buttons of its row; a Chinese character is two wide."""

FOLD = re.compile(r"<blockquote expandable>.*?</blockquote>", re.DOTALL)


@cache
def firm(name: str) -> Match:
    """A company of the table, kept, on the Monday of the tests."""
    facts, needs = FIRMS[name]
    return known(*needs, **facts)


def known(*needs: str, **facts: object) -> Match:
    """Any company."""
    return match(real_catalogue(), company(**facts), TODAY, needs=needs, saved=True)


def above_fold(screen: Screen) -> list[str]:
    """The lines one sees before unfolding."""
    return FOLD.sub("", screen.text).strip().splitlines()


def faults(screen: Screen, locale: str) -> list[str]:
    """What makes a screen too much for a phone."""
    above = "\n".join(above_fold(screen))
    data = [button.data or "" for row in screen.keyboard for button in row]
    told = {
        "lines": len(above_fold(screen)) > MOST_LINES,
        "above": visible_length(above) > MOST_CHARACTERS,
        "folded": visible_length(screen.text) > MOST_FOLDED[locale],
        "rows": len(screen.keyboard) > MOST_ROWS,
        "data": any(len(one.encode()) > MOST_BYTES for one in data),
    }
    wide = [button.text for row in screen.keyboard for button in _too_wide(row, locale)]
    return [name for name, wrong in told.items() if wrong] + wide


def _too_wide(row: Row, locale: str) -> Row:
    most = WIDEST[locale].get(len(row), 0)
    return tuple(button for button in row if not button.text or _width(button.text) > most)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def measure_of(office: Office, measure_id: str) -> Measure:
    """A measure that exists."""
    found = office.catalogue.measure(measure_id)
    assert found is not None
    return found


def zh() -> Translator:
    """Chinese."""
    return translator("zh")
