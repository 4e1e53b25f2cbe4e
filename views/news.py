"""News of policies: from what to what, why, by which clause, and what to do; one tap to answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.catalogue import Catalogue
from domain.evaluation import Finding
from domain.measures import Benefit
from domain.screens import Button, Html, Row, Screen
from domain.verdict_news import VerdictNews
from domain.verdicts import Outcome
from domain.windows import WindowState
from domain.work_calendar import WorkCalendar
from models.matching import KeptMark
from views import formats, reasons
from views.notice_choices import fewer_button
from views.people import back_row, company_name
from views.presses import Press
from views.translations import Translator

SHOWN = 4
"""Measures with lines and buttons of their own; the others are named."""

WITH_CLAUSE = 2
"""Of several changes each has its criterion and the clause; advice stands on the card."""


@dataclass(frozen=True)
class OpenNews(Press):
    """看卡片: the measure at that place, for the company the news is of."""

    prefix: ClassVar[str] = "no"
    notice_id: int
    place: int


@dataclass(frozen=True)
class DropNews(Press):
    """不相关, in one tap."""

    prefix: ClassVar[str] = "nx"
    notice_id: int
    place: int


@dataclass(frozen=True)
class RestoreNews(Press):
    """恢复: it does concern us after all."""

    prefix: ClassVar[str] = "nr"
    notice_id: int
    place: int


@dataclass(frozen=True, slots=True)
class NewsPage:
    """What a digest is drawn from. `company` is named for whoever speaks for several."""

    notice_id: int
    news: tuple[VerdictNews, ...]
    today: date
    company: str | None = None


def policy_news(
    t: Translator,
    page: NewsPage,
    catalogue: Catalogue,
    calendar: WorkCalendar,
    marks: Mapping[str, KeptMark],
) -> Screen:
    """C22 about what changed for the company: several changes in one message."""
    shown = page.news[:SHOWN]
    rest = page.news[SHOWN:]
    lines: list[Html | None] = [
        _title(t, page),
        t("news.company", company=company_name(t, page.company))
        if page.company is not None
        else None,
    ]
    for number, one in enumerate(shown, 1):
        lines += _lines(t, one, number, page, catalogue, calendar)
        if one.measure.id in marks:
            lines.append(t(f"news.marked.{marks[one.measure.id].kind}"))
    if rest:
        names = t.plain("news.joint").join(one.measure.short.of(t.locale) for one in rest)
        lines.append(t("news.rest", names=names))
    lines.append(t("news.caution"))
    rows: list[Row] = [
        _keys(t, one, page.notice_id, place, is_marked=one.measure.id in marks, of=len(shown))
        for place, one in enumerate(shown)
    ]
    return Screen(text=Html.lines(*lines), keyboard=(*rows, back_row(t, fewer_button(t))))


def _title(t: Translator, page: NewsPage) -> Html:
    if len(page.news) == 1:
        return t("news.title_one", name=page.news[0].measure.name.of(t.locale))
    return t.plural("news.title", len(page.news))


def _lines(
    t: Translator,
    one: VerdictNews,
    number: int,
    page: NewsPage,
    catalogue: Catalogue,
    calendar: WorkCalendar,
) -> Iterator[Html]:
    if len(page.news) > 1:
        yield t("news.name", number=number, name=one.measure.name.of(t.locale))
    if one.is_other_outcome:
        yield from _verdict(t, one, catalogue, is_alone=len(page.news) == 1)
    if one.benefits is not None:
        yield _amounts(t, one.benefits, one.measure.benefits)
    if one.window is not None and one.now is not None:
        yield _days(t, one.window, one.now.window, page.today, calendar)
    elif one.now is not None and one.outcome is not Outcome.INELIGIBLE:
        words = reasons.window_words(t, one.now.window, page.today, calendar)
        if words is not None:
            yield t("news.window", words=words)
    yield from _to_do(t, one, page.today)


def _verdict(
    t: Translator, one: VerdictNews, catalogue: Catalogue, *, is_alone: bool
) -> Iterator[Html]:
    if one.now is None:
        yield t("news.over", was=_was(t, one))
        return
    now = reasons.headline(t, one.now, duty=one.measure.is_duty)
    yield (
        t("news.first", now=now) if one.was is None else t("news.moved", was=_was(t, one), now=now)
    )
    most = 3 if is_alone else 1
    for finding in one.reasons.found[:most]:
        told = list(reasons.why_lines(t, finding, catalogue))
        yield from told if is_alone else told[:WITH_CLAUSE]
    for finding in one.reasons.gone[: most - len(one.reasons.found[:most])]:
        yield from _gone(t, finding, catalogue)


def _was(t: Translator, one: VerdictNews) -> Html:
    if one.earlier is not None:
        return reasons.headline(t, one.earlier, duty=one.measure.is_duty)
    return t(f"measures.headline.{one.was}")


def _gone(t: Translator, finding: Finding, catalogue: Catalogue) -> Iterator[Html]:
    text = finding.text.of(t.locale) if finding.text else finding.criterion
    yield t("news.gone", text=text)
    if finding.cite is not None:
        yield reasons.cited(t, finding.cite, catalogue)


def _amounts(t: Translator, before: tuple[Benefit, ...], now: tuple[Benefit, ...]) -> Html:
    return t("news.amount", was=_benefits(t, before), now=_benefits(t, now))


def _benefits(t: Translator, benefits: tuple[Benefit, ...]) -> str:
    """What is new or gone stands in the first two."""
    texts = [one.text.of(t.locale).rstrip("。.") for one in benefits[:2]]
    return t.plain("news.benefits_joint").join(texts) or t.plain("news.no_benefits")


def _days(
    t: Translator, before: WindowState, now: WindowState, today: date, calendar: WorkCalendar
) -> Html:
    was, becomes = (
        reasons.window_words(t, one, today, calendar) or t("news.no_days") for one in (before, now)
    )
    return t("news.days", was=was, now=becomes)


def _to_do(t: Translator, one: VerdictNews, today: date) -> Iterator[Html]:
    if one.now is None:
        if one.measure.retired_on is not None:
            yield t("news.over_since", day=formats.day(t, one.measure.retired_on, today=today))
        return
    if one.outcome is Outcome.INELIGIBLE and one.now.near_miss is not None:
        yield t("news.near", text=reasons.near_words(t, one.now.near_miss, today))
        return
    state = "closed" if one.now.window.state == "closed" else "open"
    if one.measure.is_duty and one.outcome is Outcome.ELIGIBLE:
        yield t("news.do_duty")
    elif one.outcome is Outcome.ELIGIBLE:
        yield t(f"news.do_eligible.{state}")
    else:
        yield t(f"news.do.{one.outcome}")


def _keys(
    t: Translator, one: VerdictNews, notice_id: int, place: int, *, is_marked: bool, of: int
) -> Row:
    number = f"{place + 1} " if of > 1 else ""
    name = one.measure.short.of(t.locale)
    drop = RestoreNews(notice_id, place) if is_marked else DropNews(notice_id, place)
    words = t.plain(f"news.button.{'restore' if is_marked else 'drop'}")
    return (
        Button(f"{number}{name}", data=OpenNews(notice_id, place).pack()),
        Button(f"{number}{words}", data=drop.pack()),
    )
