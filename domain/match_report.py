"""The verdicts of a profile as the JSON document the command line promises."""

from __future__ import annotations

from datetime import date

from domain.catalogue import Catalogue
from domain.evaluation import Finding
from domain.facts import Profile
from domain.near_misses import NearMiss
from domain.questions import Question, next_question
from domain.verdicts import Verdict, judge_all
from domain.windows import WindowState


def match_document(
    catalogue: Catalogue,
    profile: Profile,
    as_of: date,
    *,
    locale: str = "zh",
    needs: tuple[str, ...] = (),
) -> dict[str, object]:
    """Verdicts on every measure and the next best question, ready for JSON."""
    verdicts = judge_all(catalogue, profile, as_of)
    question = next_question(catalogue, profile, as_of, needs=needs)
    return {
        "as_of": as_of.isoformat(),
        "verdicts": [verdict_document(verdict, locale) for verdict in verdicts],
        "next_question": _question(question),
    }


def verdict_document(verdict: Verdict, locale: str) -> dict[str, object]:
    """One verdict; failed and missing are those of its route and of what all routes share."""
    way = verdict.way
    return {
        "measure": verdict.measure,
        "outcome": verdict.outcome.value,
        "window": _window(verdict.window),
        "route": verdict.route,
        "failed": [_criterion(finding, locale) for finding in way.failed],
        "doubtful": [_criterion(finding, locale) for finding in way.open_ if finding.doubtful],
        "missing": [gap.key for gap in way.missing],
        "for_officer": [_criterion(finding, locale) for finding in way.for_officer],
        "met": [finding.criterion for finding in way.met],
        "citations": [
            {"source": cite.source, "article": cite.article, "confidence": confidence.value}
            for cite, confidence in verdict.citations
        ],
        "near_miss": _near_miss(verdict.near_miss, locale),
        "distances": [_near_miss(miss, locale) for miss in way.distances],
    }


def _window(window: WindowState) -> dict[str, str | None]:
    return {"state": window.state, "opens": _iso(window.opens), "closes": _iso(window.closes)}


def _criterion(finding: Finding, locale: str) -> dict[str, object]:
    return {
        "criterion": finding.criterion,
        "facts": list(finding.facts),
        "text": finding.text.of(locale) if finding.text else "",
    }


def _near_miss(miss: NearMiss | None, locale: str) -> dict[str, object] | None:
    if miss is None:
        return None
    return {
        "fact": miss.fact,
        "from": miss.from_.isoformat() if isinstance(miss.from_, date) else miss.from_,
        "to": miss.to.isoformat() if isinstance(miss.to, date) else miss.to,
        "text": miss.text.of(locale),
        "on": _iso(miss.on),
        "again": _iso(miss.again),
    }


def _question(question: Question | None) -> dict[str, object] | None:
    if question is None:
        return None
    contradiction = question.contradiction.keys if question.contradiction else ()
    return {
        "fact": question.fact,
        "year": question.year,
        "settles": question.settles,
        "contradicts": list(contradiction),
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
