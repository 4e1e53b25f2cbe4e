"""Why a policy fits or does not: criteria in words, the window, sources and how sure they are."""

import re
from collections.abc import Iterator
from datetime import date

from domain.catalogue import Catalogue
from domain.chinese_numbers import chinese_number
from domain.citations import Citation, Confidence, Source, SourceCopy, SourceStatus
from domain.criteria import Ratio
from domain.evaluation import Finding, State
from domain.matches import Match
from domain.screens import Html
from domain.verdicts import Outcome, Verdict, Way
from domain.windows import WindowState
from domain.work_calendar import WorkCalendar
from views import facts, formats
from views.translations import Translator

OPEN_SHOWN = 3
"""Open criteria with a line of their own on a card."""


def headline(t: Translator, verdict: Verdict) -> Html:
    """The outcome in the words used on list, card, notice and export."""
    match verdict.outcome:
        case Outcome.UNDETERMINED if len(verdict.way.missing) == 1:
            return t("measures.headline.one_answer")
        case Outcome.UNDETERMINED:
            total = len(verdict.way.findings)
            return t("measures.headline.may_fit", settled=verdict.settled, total=total)
        case Outcome.INELIGIBLE if verdict.near_miss is not None:
            return t("measures.headline.one_step")
        case _:
            return t(f"measures.headline.{verdict.outcome}")


def window_words(
    t: Translator, window: WindowState, today: date, calendar: WorkCalendar
) -> Html | None:
    """「12月31日（周四）止，剩 28 个工作日」; None when nothing is known of it."""
    if window.state == "closed" and window.opens:
        return t("measures.window.opens", day=formats.day(t, window.opens, today=today))
    if window.state == "closed":
        day = formats.day(t, window.closes, today=today) if window.closes else ""
        return t("measures.window.over", day=day)
    if window.state == "open" and window.closes:
        left = calendar.workdays_left(today, window.closes)
        key = "until_provisional" if calendar.is_provisional(window.closes) else "until"
        day = formats.day(t, window.closes, today=today)
        return t.plural(f"measures.window.{key}", left, day=day)
    return t("measures.window.open") if window.state == "open" else None


def open_lines(t: Translator, way: Way, catalogue: Catalogue) -> Iterator[Html]:
    for finding in way.open_[:OPEN_SHOWN]:
        yield open_line(t, finding, catalogue)
    if len(way.open_) > OPEN_SHOWN:
        yield t.plural("measures.card.more_open", len(way.open_) - OPEN_SHOWN)


def _text(t: Translator, finding: Finding) -> str:
    return finding.text.of(t.locale) if finding.text else finding.criterion


def open_line(t: Translator, finding: Finding, catalogue: Catalogue) -> Html:
    return t(f"measures.open.{_waits_for(finding, catalogue)}", text=_text(t, finding))


def _waits_for(finding: Finding, catalogue: Catalogue) -> str:
    if finding.doubtful:
        return "doubtful"
    if finding.gaps:
        return "company"
    specs = [spec for key in finding.facts if (spec := catalogue.fact(key)) is not None]
    by_experts = any(spec.judged and not spec.officers_only for spec in specs)
    return "expert" if by_experts else "officer"


def failed_line(t: Translator, finding: Finding, catalogue: Catalogue) -> Html:
    return _with_value(t, "failed", finding, catalogue)


def met_line(t: Translator, finding: Finding, catalogue: Catalogue) -> Html:
    return _with_value(t, "met", finding, catalogue)


def judged_line(
    t: Translator, finding: Finding, match: Match, calendar: WorkCalendar
) -> Html | None:
    """Whose judgement a settled criterion rests on: 「经办员甲 11月23日（周一）判定：…」"""
    judged = [one for key in finding.facts if (one := match.judged.get(key)) is not None]
    if finding.state is State.UNKNOWN or not judged:
        return None
    day = formats.day(t, calendar.date_of(judged[0].at), today=match.as_of)
    return t("measures.card.judged", name=judged[0].by, day=day, text=_text(t, finding))


def _with_value(t: Translator, key: str, finding: Finding, catalogue: Catalogue) -> Html:
    spec = catalogue.fact(finding.facts[0]) if finding.facts else None
    is_share = isinstance(finding.rule, Ratio)
    value = facts.shown(t, spec, finding.value, is_share=is_share)
    if not value:
        return t(f"measures.finding.{key}", text=_text(t, finding))
    return t(f"measures.finding.{key}_value", text=_text(t, finding), value=value)


def other_route(t: Translator, way: Way) -> Html:
    name = way.name.of(t.locale) if way.name else ""
    deciding = (*way.failed, *way.open_)
    texts = t.plain("measures.card.joint").join(_text(t, one) for one in deciding[:3])
    if way.outcome is Outcome.INELIGIBLE:
        return t("measures.card.other_route_no", name=name, text=texts)
    if not texts:
        return t("measures.card.other_route_met", name=name)
    return t("measures.card.other_route", name=name, text=texts)


def source_lines(t: Translator, verdict: Verdict, catalogue: Catalogue) -> Iterator[Html]:
    seen: dict[str, None] = {}
    for cite, _ in verdict.citations:
        source = catalogue.sources.get(cite.source)
        if source is not None and cite.source not in seen:
            seen[cite.source] = None
            yield t(
                "measures.card.source",
                name=_source_name(t, source),
                sure=_sureness(t, cite, source, catalogue),
                day=source.checked_on.isoformat(),
            )


def _source_name(t: Translator, source: Source) -> str:
    if t.locale == "en":
        return source.en
    return source.number or source.name


def _sureness(t: Translator, cite: Citation, source: Source, catalogue: Catalogue) -> str:
    """官网原文 · 转载件 · 待工作人员确认."""
    if is_unsure(cite, source, catalogue):
        return t.plain("measures.sure.officer")
    official = source.copy_ is SourceCopy.OFFICIAL
    return t.plain("measures.sure.official" if official else "measures.sure.reprint")


def is_unsure(cite: Citation, source: Source, catalogue: Catalogue) -> bool:
    is_low = catalogue.confidence(cite) is Confidence.LOW
    return cite.recalled or source.status is SourceStatus.RECALLED or is_low


def why_lines(t: Translator, finding: Finding, catalogue: Catalogue) -> Iterator[Html]:
    match finding.state:
        case State.MET:
            yield met_line(t, finding, catalogue)
        case State.UNMET:
            yield failed_line(t, finding, catalogue)
        case _:
            yield open_line(t, finding, catalogue)
    if finding.cite is not None:
        yield cited(t, finding.cite, catalogue)
    if finding.hint is not None and finding.state is not State.MET:
        yield t("measures.why.hint", text=finding.hint.of(t.locale))


_ARTICLE = re.compile(r"第([一二三四五六七八九十百]+)条(?:（([一二三四五六七八九十]+)）)?")


def _article(t: Translator, article: str | None) -> str:
    """`第十一条（五）` as printed; in English ` art. 11 (5)`."""
    named = _ARTICLE.fullmatch(article or "")
    if named is None:
        return f" {article}" if article else ""
    if t.locale == "zh":
        return named[0]
    number, item = (chinese_number(part) if part else None for part in named.groups())
    return f" art. {number:.0f}" + (f" ({item:.0f})" if item else "")


def cited(t: Translator, cite: Citation, catalogue: Catalogue) -> Html:
    """The clause: document and article, how sure it is, and a link to an official page."""
    source = catalogue.sources.get(cite.source)
    if source is None:
        return t("measures.why.source", name=cite.source, article="", sure="", link="")
    link = t("measures.why.link", address=source.link) if source.link else Html("")
    return t(
        "measures.why.source",
        name=_source_name(t, source),
        article=_article(t, cite.article),
        sure=_sureness(t, cite, source, catalogue),
        link=link,
    )
