"""Why a policy fits or does not: criteria in words, the window, sources and how sure they are."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from domain.catalogue import Catalogue
from domain.chinese_numbers import chinese_number
from domain.citations import Citation, Confidence, Source, SourceCopy, SourceStatus
from domain.criteria import AnyOf, ByOfficer, Ratio
from domain.evaluation import Finding, State
from domain.facts import JUDGED
from domain.matches import Match
from domain.near_misses import NearMiss
from domain.plans import plannable
from domain.screens import Html
from domain.verdicts import Outcome, Verdict, Way
from domain.windows import WindowState
from domain.work_calendar import WorkCalendar
from views import facts, formats
from views.translations import Translator

COUNTED_WITHIN = timedelta(days=183)
"""Working days are counted when the end is within half a year; further off the day says enough."""


def headline(t: Translator, verdict: Verdict, *, duty: bool = False) -> Html:
    """The outcome in the words used on card, search and notice.

    A duty applies or not; one step is only said to be missing when nothing else is open.
    """
    match verdict.outcome:
        case Outcome.ELIGIBLE | Outcome.INELIGIBLE if duty:
            return t(f"measures.duty.{verdict.outcome}")
        case Outcome.UNDETERMINED if verdict.awaits_founding:
            key = "fits" if verdict.fits_once_founded else "judged"
            return t(f"measures.headline.{key}_once_founded")
        case Outcome.UNDETERMINED if len(verdict.way.missing) == 1:
            return t("measures.headline.one_answer")
        case Outcome.UNDETERMINED if not verdict.settled:
            return t("measures.headline.undetermined")
        case Outcome.UNDETERMINED:
            total = len(verdict.way.findings)
            return t("measures.headline.may_fit", settled=verdict.settled, total=total)
        case Outcome.INELIGIBLE if verdict.near_miss is not None and verdict.near_miss.is_near:
            is_last = not any(finding.gaps for finding in verdict.way.open_)
            return t(f"measures.headline.{'one_step' if is_last else 'one_short'}")
        case _:
            return t(f"measures.headline.{verdict.outcome}")


def bare_headline(t: Translator, verdict: Verdict, *, duty: bool = False) -> Html:
    """The same where 预判 is said beside it."""
    if verdict.outcome is Outcome.ELIGIBLE:
        return t(f"matching.list.{'applies' if duty else 'eligible'}")
    return headline(t, verdict, duty=duty)


def near_words(t: Translator, miss: NearMiss, today: date) -> Html:
    """「2027年8月20日（周五）满 1 年」「近三年研发占比差 0.6 个百分点，约 50 万元」"""
    if miss.on is None:
        return Html.safe(miss.text.of(t.locale))
    day = formats.day(t, miss.on, today=today)
    if miss.fact == "age" and isinstance(miss.to, int | float):
        return t.plural("measures.near.age", round(miss.to), day=day)
    return t("measures.near.applies", day=day)


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
        return _until(t, window.closes, today, calendar)
    return t("measures.window.open") if window.state == "open" else None


def _until(t: Translator, closes: date, today: date, calendar: WorkCalendar) -> Html:
    day = formats.day(t, closes, today=today)
    if closes - today > COUNTED_WITHIN:
        return t("measures.window.until_far", day=day)
    key = "until_provisional" if calendar.is_provisional(closes) else "until"
    return t.plural(f"measures.window.{key}", calendar.workdays_left(today, closes), day=day)


def text(t: Translator, finding: Finding) -> str:
    """The criterion in words."""
    return finding.text.of(t.locale) if finding.text else finding.criterion


def open_line(t: Translator, finding: Finding, catalogue: Catalogue) -> Html:
    """What is not settled, and who can say; of several ways the one that is left to an officer."""
    left = finding
    if isinstance(finding.rule, AnyOf) and finding.officer and not finding.gaps:
        left = next((part for part in finding.parts if part.officer), finding)
    return t(f"measures.open.{_waits_for(finding, catalogue)}", text=text(t, left))


def _waits_for(finding: Finding, catalogue: Catalogue) -> str:
    if finding.doubtful:
        return "doubtful"
    if finding.gaps and finding.readings.is_plan:
        can_say = any(plannable(catalogue.facts[gap.key]) for gap in finding.gaps)
        return "company" if can_say else "founding"
    if finding.gaps:
        return "company"
    specs = [catalogue.fact(key) for key in finding.facts]
    by_experts = any(spec is not None and spec.judged and spec.group != JUDGED for spec in specs)
    return "expert" if by_experts else "officer"


def failed_line(t: Translator, finding: Finding, catalogue: Catalogue) -> Html:
    """What is certainly not met, with what stands there now."""
    return _with_value(t, "failed", finding, catalogue)


def met_line(t: Translator, finding: Finding, catalogue: Catalogue) -> Html:
    """What is certainly met."""
    return _with_value(t, "met", finding, catalogue)


def judged_line(
    t: Translator, finding: Finding, match: Match, calendar: WorkCalendar
) -> Html | None:
    """Whose judgement a settled criterion rests on: 「经办员甲 11月23日（周一）判定：…」"""
    judged = [one for key in finding.facts if (one := match.judged.get(key)) is not None]
    if finding.state is State.UNKNOWN or not judged:
        return None
    day = formats.day(t, calendar.date_of(judged[0].at), today=match.as_of)
    key = f"measures.judged.{finding.state}"
    return t(key, name=judged[0].by, day=day, text=text(t, finding))


def _with_value(t: Translator, key: str, finding: Finding, catalogue: Catalogue) -> Html:
    if isinstance(finding.rule, ByOfficer):
        return t(f"measures.finding.{key}_officer", text=text(t, finding))
    value = _shown(t, finding, catalogue)
    if not value:
        return t(f"measures.finding.{key}", text=text(t, finding))
    return t(f"measures.finding.{key}_value", text=text(t, finding), value=value)


def _shown(t: Translator, finding: Finding, catalogue: Catalogue) -> str | None:
    spec = catalogue.fact(finding.facts[0]) if finding.facts else None
    return facts.shown(
        t,
        spec,
        finding.value,
        is_share=isinstance(finding.rule, Ratio),
        is_chosen=finding.state is State.UNMET,
    )


def other_route(t: Translator, way: Way) -> Html:
    """Another way in, in one line; the rest stands under 比较路线."""
    name = way.name.of(t.locale) if way.name else ""
    if way.failed:
        return t("measures.card.other_route_no", name=name, text=text(t, way.failed[0]))
    if not way.open_:
        return t("measures.card.other_route_met", name=name)
    return t.plural("measures.card.other_route", len(way.open_), name=name)


def source_lines(t: Translator, verdict: Verdict, catalogue: Catalogue) -> Iterator[Html]:
    """What the verdict rests on: each document once, and how sure it is."""
    seen: dict[str, None] = {}
    for cite, _ in verdict.citations:
        source = catalogue.sources.get(cite.source)
        if source is not None and cite.source not in seen:
            seen[cite.source] = None
            yield t(
                "measures.card.source",
                name=_full_name(t, source),
                sure=sureness(t, cite, source, catalogue),
            )


def _full_name(t: Translator, source: Source) -> str:
    """Name and number; in English the name in words."""
    if t.locale == "en" or not source.number:
        return source.en if t.locale == "en" else source.name
    return t.plain("measures.card.named", name=source.name, number=source.number)


def _short_name(t: Translator, source: Source) -> str:
    if t.locale == "en":
        return source.en
    return source.number or source.name


def sureness(t: Translator, cite: Citation, source: Source, catalogue: Catalogue) -> str:
    """官网原文 · 转载件 · 待工作人员确认, the last with its reason."""
    if source.region not in catalogue.home_regions:
        return t.plain("measures.sure.elsewhere", region=source.region)
    if cite.recalled or source.status is SourceStatus.RECALLED:
        return t.plain("measures.sure.recalled")
    if source.copy_ is SourceCopy.NONE:
        return t.plain("measures.sure.cited")
    if catalogue.confidence(cite) is Confidence.LOW:
        return t.plain("measures.sure.officer")
    official = source.copy_ is SourceCopy.OFFICIAL
    return t.plain("measures.sure.official" if official else "measures.sure.reprint")


def is_unsure(cite: Citation, catalogue: Catalogue) -> bool:
    """Whether what is said there still waits for an officer: a weak or an unread source."""
    source = catalogue.sources.get(cite.source)
    return source is None or source.copy_ is SourceCopy.NONE or catalogue.weak(cite)


def line(t: Translator, finding: Finding, catalogue: Catalogue) -> Html:
    """What came of a criterion."""
    match finding.state:
        case State.MET:
            return met_line(t, finding, catalogue)
        case State.UNMET:
            return failed_line(t, finding, catalogue)
        case _:
            return open_line(t, finding, catalogue)


def why_lines(t: Translator, finding: Finding, catalogue: Catalogue) -> Iterator[Html]:
    yield line(t, finding, catalogue)
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
        name=_short_name(t, source),
        article=_article(t, cite.article),
        sure=sureness(t, cite, source, catalogue),
        link=link,
    )
