"""Companies and small catalogues for tests of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from domain.catalogue import Catalogue
from domain.citations import Source
from domain.facts import Profile
from domain.measures import Measure
from domain.profile_files import parse_profile
from domain.verdicts import Verdict, judge
from services.catalogue import load

DIRECTORY = Path(__file__).resolve().parent.parent / "catalogue"
Data = Mapping[str, object]
TODAY = date(2026, 11, 23)

SIX = (
    "hi-tech-enterprise",
    "srdi-sme",
    "loan-interest-subsidy",
    "financing-guarantee",
    "ip-demonstration-enterprise",
    "annual-report-merge",
)


@cache
def real_catalogue() -> Catalogue:
    """The catalogue as it is published."""
    return load(DIRECTORY)


def company(**facts: object) -> Profile:
    """A profile from facts in the form of a profile file."""
    return parse_profile(facts, real_catalogue().facts)


def verdict(measure: str, profile: Profile, as_of: date = TODAY) -> Verdict:
    """The verdict on a measure of the real catalogue."""
    found = real_catalogue().measure(measure)
    assert found is not None
    return judge(found, profile, as_of, real_catalogue())


def missing(judged: Verdict) -> list[str]:
    """The facts a verdict waits for."""
    return [gap.key for gap in judged.way.missing]


def failed(judged: Verdict) -> list[str]:
    """The criteria that certainly fail."""
    return [finding.criterion for finding in judged.way.failed]


def _source(region: str, status: str = "seen", confidence: str = "high") -> Source:
    return Source.model_validate(
        {
            "name": "试用文件",
            "en": "Trial document",
            "status": status,
            "copy": "official",
            "confidence": confidence,
            "region": region,
            "checked_on": date(2026, 11, 23),
        }
    )


SOURCES = {
    "S-LAW": _source("全国"),
    "S-ELSEWHERE": _source("深圳"),
    "S-MEMORY": _source("全国", status="recalled"),
    "S-DOUBT": _source("全国", confidence="low"),
    "S-REPORT": _source("钱塘区"),
}


def leaf(kind: str, **rest: object) -> Data:
    """A criterion of a trial measure, cited from S-LAW unless a source is given."""
    source = rest.pop("source", "S-LAW")
    words = {"zh": "条件", "en": "condition"}
    name = "-".join(str(part) for part in (kind, *rest.values()) if isinstance(part, str))
    return {"id": name, "kind": kind, "text": words, "cite": {"source": source}, **rest}


def trial(*criteria: Data, **rest: object) -> Measure:
    """A trial measure with those criteria."""
    words = {"zh": "试用", "en": "Trial"}
    return Measure.model_validate(
        {
            "id": "trial",
            "name": words,
            "short": words,
            "summary": words,
            "quotes": ["试用"],
            "instrument": "certification",
            "department": "duty",
            "criteria_status": "official" if criteria else "none",
            "checked_on": TODAY,
            "criteria": list(criteria),
            **rest,
        }
    )


def small_catalogue(*measures: Measure) -> Catalogue:
    """The real facts, trial sources, and those measures."""
    return Catalogue(
        facts=real_catalogue().facts,
        measures=(),
        sources=SOURCES,
        home_regions=("全国", "浙江", "杭州", "钱塘区"),
    ).with_measures(measures)


def try_on(measure: Measure, **facts: object) -> Verdict:
    """The verdict on a trial measure for a company with those facts."""
    return try_on_day(measure, TODAY, **facts)


def try_on_day(measure: Measure, as_of: date, **facts: object) -> Verdict:
    """The verdict on a trial measure on another day."""
    return judge(measure, company(**facts), as_of, small_catalogue(measure))
