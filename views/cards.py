"""The card of one policy: the result, what to do, why, and where it stands written."""

from collections.abc import Iterable, Iterator, Sequence

from domain.checks import is_stale
from domain.criteria import Flag, OneOf
from domain.evaluation import Finding
from domain.matches import Match
from domain.measures import Benefit, CriteriaStatus, Measure, Note, Scope
from domain.paragraphs import visible_length
from domain.screens import Html, Screen
from domain.verdicts import Outcome
from domain.work_calendar import WorkCalendar
from models.matching import MarkKind
from views import facts, formats, measures, reasons
from views.card_keys import card_keys
from views.card_states import CardQuestion, CardState, Drawn
from views.translations import Translator

FOLD_FITS = {"zh": 900, "en": 1800}
"""Characters of a card with its fold: English takes two letters where Chinese takes one.

What goes beyond stands under 逐条看依据."""

OPEN_SHOWN = 3
"""Open criteria with a line of their own."""

APPLIED_FOR = frozenset(
    {"certification", "subsidy", "interest-subsidy", "guarantee", "loan", "fund"}
)
"""Instruments one applies for, so that one asks when."""

SERVICES = frozenset({"service", "public-service", "event", "reform", "infrastructure"})
"""Instruments one uses: nobody asks for an amount."""


def card(
    t: Translator,
    measure: Measure,
    match: Match,
    state: CardState,
    *,
    calendar: WorkCalendar,
) -> Screen:
    """C5: judged for a company that said something of itself, described for anybody else."""
    verdict = match.verdict(measure.id)
    if verdict is None:
        return measures.retired(t, measure, match.catalogue, back=state.back)
    drawn = Drawn(t, measure, verdict, match, state, calendar)
    shown = Html.lines(_title(drawn), *_head(drawn), *_body(drawn))
    return Screen(
        text=_with_fold(t, shown, _folded(drawn)), keyboard=card_keys(drawn), role="measure_card"
    )


def _title(drawn: Drawn) -> Html:
    t, name = drawn.t, drawn.measure.name.of(drawn.t.locale)
    if drawn.measure.scope is Scope.BACKGROUND:
        return t("measures.card.background_title", name=name)
    if drawn.match.is_empty:
        return t("measures.card.plain_title", name=name)
    if drawn.is_settled:
        kind = "done" if drawn.is_done else drawn.state.mark or MarkKind.HELD
        return t("measures.card.title", name=name, headline=t(f"measures.settled.{kind}"))
    words = reasons.headline(t, drawn.verdict, duty=drawn.measure.is_duty)
    route = drawn.verdict.way.name
    if route is not None and drawn.verdict.outcome is not Outcome.OFFICER_CHECK:
        words = t("measures.card.by_route", headline=words, route=route.of(t.locale))
    is_plain = drawn.verdict.outcome in {Outcome.ELIGIBLE, Outcome.OFFICER_CHECK}
    return t(f"measures.card.title{'' if is_plain else '_pre'}", name=name, headline=words)


def _head(drawn: Drawn) -> Iterator[Html | str | None]:
    """What it is, what one gets and until when; what the company said of it itself."""
    yield drawn.t("measures.card.changed") if drawn.state.changed else None
    yield _stale(drawn)
    yield _said_of_it(drawn)
    yield drawn.measure.summary.of(drawn.t.locale)
    if drawn.verdict.outcome is not Outcome.INELIGIBLE or drawn.measure.is_duty:
        yield _offer(drawn)


def _stale(drawn: Drawn) -> Html | None:
    """Nobody has looked for half a year whether it still holds: that is no secret."""
    if not is_stale(drawn.measure, drawn.match.as_of):
        return None
    return drawn.t("measures.card.stale", day=drawn.measure.checked_on.isoformat())


def _said_of_it(drawn: Drawn) -> Html | None:
    t, state = drawn.t, drawn.state
    title = drawn.match.title(drawn.measure)
    if state.mark is not None and state.mark_until is not None:
        day = formats.day(t, state.mark_until, today=drawn.match.as_of)
        return t(f"measures.card.{'done' if drawn.is_done else 'held'}_until", day=day)
    if state.mark is not None or title is None:
        return None
    words = facts.title(t, drawn.match.catalogue, title.name)
    if title.until is None:
        return t("measures.card.has_title", title=words)
    day = formats.day(t, title.until, today=drawn.match.as_of)
    return t("measures.card.has_title_until", title=words, day=day)


def _offer(drawn: Drawn) -> Html | None:
    """「好处：贴息 1.5 个百分点，最长 2 年。12月31日（周四）止，剩 28 个工作日。」"""
    t, window = drawn.t, drawn.verdict.window
    benefit = _benefit_of_way(drawn)
    words = reasons.window_words(t, window, drawn.match.as_of, drawn.calendar)
    when = t("measures.card.when", window=words) if words is not None else _unknown_window(drawn)
    if benefit is None:
        return when
    gain = _benefit(t, benefit, drawn.match, "first")
    return t("measures.card.offer", benefit=gain, when=when or Html(""))


def _unknown_window(drawn: Drawn) -> Html | None:
    is_official = drawn.measure.criteria_status is CriteriaStatus.OFFICIAL
    if is_official and drawn.measure.instrument in APPLIED_FOR:
        return drawn.t("measures.window.unknown")
    return None


def _benefit_of_way(drawn: Drawn) -> Benefit | None:
    """What the way that speaks for the measure brings, else the first of all."""
    own = [one for one in drawn.measure.benefits if one.route in {None, drawn.verdict.route}]
    return next(iter(own or drawn.measure.benefits), None)


def _benefit(t: Translator, benefit: Benefit, match: Match, place: str) -> Html:
    """The first stands on the card, the others under a label in the fold."""
    sure = "unsure" if reasons.is_unsure(benefit.cite, match.catalogue) else "sure"
    return t(f"measures.benefit.{place}_{sure}", text=benefit.text.of(t.locale).rstrip("。."))


def _body(drawn: Drawn) -> Iterator[Html | None]:
    t, measure = drawn.t, drawn.measure
    if measure.scope is Scope.BACKGROUND or drawn.is_settled:
        return
    if measure.criteria_status is CriteriaStatus.NONE:
        yield t("measures.card.no_conditions", ask=t(f"measures.asks_about.{_ask_about(measure)}"))
    elif drawn.match.is_empty:
        yield t("measures.card.tell_first")
    else:
        yield t("measures.card.planned") if drawn.match.is_plan else None
        yield _clash(drawn)
        yield from _reasons(drawn)
        yield from _judged(drawn)


def _ask_about(measure: Measure) -> str:
    if measure.instrument == "space":
        return "space"
    return "service" if measure.instrument in SERVICES else "money"


def _clash(drawn: Drawn) -> Html | None:
    """Facts that contradict each other, where the verdict waits for one of them."""
    waits = {gap.key for gap in drawn.verdict.askable}
    clash = next((one for one in drawn.match.clashes if waits & set(one.keys)), None)
    if clash is None:
        return None
    told = facts.clash(drawn.t, drawn.match.catalogue, clash)
    return drawn.t("measures.card.clash", told=told)


def _judged(drawn: Drawn) -> Iterator[Html | None]:
    """Who judged what of it, and when."""
    for finding in drawn.verdict.way.findings:
        yield reasons.judged_line(drawn.t, finding, drawn.match, drawn.calendar)


def _reasons(drawn: Drawn) -> Iterator[Html | None]:
    match drawn.verdict.outcome:
        case _ if drawn.fits:
            yield from _why_it_fits(drawn)
        case Outcome.INELIGIBLE:
            yield from _why_not(drawn)
        case _:
            yield from _what_is_open(drawn)


def _why_it_fits(drawn: Drawn) -> Iterator[Html | None]:
    t, catalogue = drawn.t, drawn.match.catalogue
    yield from _exclusions(drawn)
    others = tuple(_other_routes(drawn))
    for finding in drawn.verdict.way.met[: OPEN_SHOWN - len(others) or 1]:
        yield reasons.met_line(t, finding, catalogue)
    yield from others


def _exclusions(drawn: Drawn) -> Iterator[Html]:
    """从高不重复: what cannot be had together with this, and by which document."""
    t = drawn.t
    for note in drawn.measure.notes:
        if note.exclusion:
            yield t("measures.card.exclusion", text=note.text.of(t.locale).rstrip("。."))
    for other in drawn.match.excluded_by(drawn.measure)[:1]:
        yield t("measures.card.excludes", name=other.name.of(t.locale))


def _why_not(drawn: Drawn) -> Iterator[Html | None]:
    """A gentle no: which condition, how far off, when it changes, what is fine already."""
    t, way, miss = drawn.t, drawn.verdict.way, drawn.near
    others = tuple(_other_routes(drawn))
    shown = way.failed[: OPEN_SHOWN - len(others) or 1]
    for finding in shown:
        yield reasons.failed_line(t, finding, drawn.match.catalogue)
    more = len(way.failed) - len(shown)
    yield t.plural("measures.card.more_failed", more) if more else None
    if miss is not None:
        key = "near" if miss.on is None else "near_on"
        yield t(f"measures.card.{key}", text=reasons.near_words(t, miss, drawn.match.as_of))
        if miss.outlook is not None:
            yield t("measures.card.near_on", text=miss.outlook.of(t.locale))
    yield _counts(drawn, len(way.open_))
    yield from others
    if miss is None:
        yield t("measures.card.way_on")


def _what_is_open(drawn: Drawn) -> Iterator[Html | None]:
    t, way = drawn.t, drawn.verdict.way
    others = tuple(_other_routes(drawn))
    room = OPEN_SHOWN if len(others) < 2 else 2
    asked = _asked(drawn)
    if asked is not None and drawn.state.question is not None:
        yield _asked_line(drawn, asked, drawn.state.question)
        room -= 1
    rest = [finding for finding in way.open_ if finding is not asked]
    for finding in rest[:room]:
        yield reasons.open_line(t, finding, drawn.match.catalogue)
    yield _counts(drawn, len(rest[room:]))
    yield from others
    if drawn.measure.criteria_status is CriteriaStatus.PARTIAL:
        yield t("measures.card.partial")
    elif drawn.verdict.outcome is Outcome.OFFICER_CHECK and not any(one.gaps for one in rest):
        yield t("measures.card.all_answered")


def _asked(drawn: Drawn) -> Finding | None:
    """The open criterion that the question on the card is about."""
    asked = drawn.state.question
    if asked is None:
        return None
    waiting = (one for one in drawn.verdict.way.open_ if asked.spec.key in _gap_keys(one))
    return next(waiting, None)


def _gap_keys(finding: Finding) -> set[str]:
    return {gap.key for gap in finding.gaps}


def _asked_line(drawn: Drawn, finding: Finding, asked: CardQuestion) -> Html:
    """The question itself; with the condition where the question does not say it."""
    t = drawn.t
    words = facts.question(t, asked.spec, asked.year, is_plan=drawn.match.is_plan)
    if isinstance(finding.rule, Flag | OneOf) or asked.spec.group == "declared":
        return t("measures.open.asked", question=words)
    return t("measures.open.asked_for", question=words, text=reasons.text(t, finding))


def _counts(drawn: Drawn, open_: int) -> Html | None:
    """「✓ 已满足 2 项，点开看；? 另有 8 项未明确」"""
    t, met = drawn.t, len(drawn.verdict.way.met)
    parts = [
        t.plural("measures.card.met_count", met) if met else None,
        t.plural("measures.card.more_open", open_) if open_ else None,
    ]
    told = [part for part in parts if part is not None]
    return Html(t.plain("measures.card.joint").join(told)) if told else None


def _other_routes(drawn: Drawn) -> Iterator[Html]:
    for other in drawn.verdict.ways:
        if other is not drawn.verdict.way:
            yield reasons.other_route(drawn.t, other)


def _folded(drawn: Drawn) -> Iterator[Html]:
    """How to go on, what is settled, where it stands written: each part under one label."""
    t, measure, catalogue = drawn.t, drawn.measure, drawn.match.catalogue
    yield from _part(t, "how", [*_steps(drawn), *_documents(drawn)])
    yield from _conditions(drawn)
    yield from _sources(drawn)
    first = _benefit_of_way(drawn)
    others = [one for one in measure.benefits if one is not first]
    yield from _part(t, "benefits", [_benefit(t, one, drawn.match, "more") for one in others])
    yield from _part(t, "notes", list(measures.note_lines(t, _notes_below(drawn))))
    if measure.for_whom is not None:
        yield t("measures.card.for_whom", text=measure.for_whom.of(t.locale))
    department = catalogue.department(measure.department)
    if department is not None and department.confirmed:
        yield t("measures.card.department", name=department.name.of(t.locale))


def _notes_below(drawn: Drawn) -> list[Note]:
    """The notes, less what stands above the fold already."""
    above = drawn.fits and not drawn.match.is_empty
    return [note for note in drawn.measure.notes if not (above and note.exclusion)]


def _part(t: Translator, label: str, lines: Sequence[Html]) -> Iterator[Html]:
    """Lines under a bold label, which stands and falls with the first of them."""
    for number, line in enumerate(lines):
        yield line if number else Html(f"{t(f'measures.part.{label}')}\n{line}")


def _steps(drawn: Drawn) -> Iterator[Html]:
    """The steps of the catalogue; the last one is the officer, by whom it is passed on."""
    t = drawn.t
    told = [*drawn.measure.how.of(t.locale), t.plain("measures.card.by_whom", button=drawn.ask)]
    for number, step in enumerate(told, 1):
        yield t("measures.card.step", number=number, text=step)


def _documents(drawn: Drawn) -> Iterator[Html]:
    """The papers a source names; none are made up."""
    t, papers = drawn.t, drawn.measure.documents.of(drawn.t.locale)
    if papers:
        yield t("measures.card.documents", text=t.plain("measures.card.joint").join(papers))
    elif drawn.measure.criteria_status is CriteriaStatus.OFFICIAL and not drawn.measure.is_duty:
        yield t("measures.card.documents_unknown")


def _conditions(drawn: Drawn) -> Iterator[Html]:
    """What is met; for a stranger the conditions as they are."""
    t, way, catalogue = drawn.t, drawn.verdict.way, drawn.match.catalogue
    if drawn.match.is_empty:
        texts = [reasons.text(t, finding) for finding in way.findings]
        yield from _part(t, "conditions", [t("measures.card.note", text=text) for text in texts])
    elif not drawn.fits:
        for finding in way.met:
            yield reasons.met_line(t, finding, catalogue)


def _sources(drawn: Drawn) -> Iterator[Html]:
    t, catalogue = drawn.t, drawn.match.catalogue
    lines = [
        *reasons.source_lines(t, drawn.verdict, catalogue),
        measures.report_line(t, drawn.measure),
    ]
    label = t("measures.part.sources", day=drawn.measure.checked_on.isoformat())
    yield Html(f"{label}\n{lines[0]}")
    yield from lines[1:]
    if drawn.measure.criteria_status is not CriteriaStatus.NONE:
        yield t("measures.why.caution")


def _with_fold(t: Translator, shown: Html, lines: Iterable[Html]) -> Html:
    """As many lines folded below as a screen holds; the others stand under 逐条看依据."""
    room = FOLD_FITS[t.locale] - visible_length(shown)
    kept: list[str] = []
    for line in lines:
        room -= visible_length(line) + 1
        if room < 0:
            break
        kept.append(line)
    if not kept:
        return shown
    return Html(f"{shown}\n<blockquote expandable>" + "\n".join(kept) + "</blockquote>")
