"""One policy: its card, the reasons, near miss, watching, marks, and what a search found."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from urllib.parse import quote

from domain.answer_choices import Choice
from domain.catalogue import Catalogue
from domain.citations import Citation, Confidence, Source, SourceCopy, SourceStatus
from domain.criteria import Ratio
from domain.evaluation import Finding, State
from domain.facts import FactSpec
from domain.matches import Match
from domain.measures import Benefit, CriteriaStatus, Measure, Target
from domain.paragraphs import visible_length
from domain.screens import Button, Html, Keyboard, Row, Screen
from domain.verdicts import Outcome, Verdict, Way
from domain.windows import WindowState
from domain.work_calendar import WorkCalendar
from models.matching import MarkKind, WatchReason
from views import facts, formats
from views.people import back_row
from views.presses import Press
from views.tickets import AskOfficer
from views.translations import Translator

FOLD_FITS = 900
"""Visible characters of a card; what goes beyond stands under 逐条看依据."""

WHY_PAGE = 5
IRRELEVANT_REASONS = ("other_trade", "no_need", "too_hard")
ANSWERS_ON_CARD = 6


@dataclass(frozen=True)
class ShowMeasure(Press):
    """C5."""

    prefix: ClassVar[str] = "em"
    measure_id: str


@dataclass(frozen=True)
class ShowWhy(Press):
    """C6: every criterion with its source."""

    prefix: ClassVar[str] = "ew"
    measure_id: str
    page: int = 0


@dataclass(frozen=True)
class CompareRoutes(Press):
    """The ways in, beside each other."""

    prefix: ClassVar[str] = "er"
    measure_id: str


@dataclass(frozen=True)
class ShowWatches(Press):
    """C8."""

    prefix: ClassVar[str] = "eo"
    measure_id: str


@dataclass(frozen=True)
class StartWatch(Press):
    """Tell me when …"""

    prefix: ClassVar[str] = "es"
    measure_id: str
    reason: WatchReason


@dataclass(frozen=True)
class StopWatch(Press):
    """… no longer."""

    prefix: ClassVar[str] = "ex"
    measure_id: str
    reason: WatchReason


@dataclass(frozen=True)
class ShowHeld(Press):
    """已享受: until when?"""

    prefix: ClassVar[str] = "eh"
    measure_id: str


@dataclass(frozen=True)
class MarkHeld(Press):
    """已享受 until the end of a year; None: not said."""

    prefix: ClassVar[str] = "ek"
    measure_id: str
    year: int | None = None


@dataclass(frozen=True)
class ShowIrrelevant(Press):
    """不相关: why?"""

    prefix: ClassVar[str] = "ei"
    measure_id: str


@dataclass(frozen=True)
class MarkIrrelevant(Press):
    """不相关, for one of three reasons."""

    prefix: ClassVar[str] = "ej"
    measure_id: str
    reason: str


@dataclass(frozen=True)
class Unmark(Press):
    """Take 已享受 or 不相关 back."""

    prefix: ClassVar[str] = "eu"
    measure_id: str


@dataclass(frozen=True)
class AnswerOnCard(Press):
    """An answer to the open question of a card."""

    prefix: ClassVar[str] = "ea"
    measure_id: str
    fact: str
    year: int | None
    choice: int


@dataclass(frozen=True)
class AskOnCard(Press):
    """The open question of a card, when its answers need a screen of their own."""

    prefix: ClassVar[str] = "eq"
    measure_id: str
    fact: str
    year: int | None


@dataclass(frozen=True)
class WatchAnswer(Press):
    """The one-tap answers of a reminder: on_it, done, drop, later."""

    prefix: ClassVar[str] = "ev"
    watch_id: int
    answer: str


@dataclass(frozen=True)
class SearchAgain(Press):
    """换个说法."""

    prefix: ClassVar[str] = "ef"


@dataclass(frozen=True)
class AskNobody(Press):
    """都不是 / nothing fits: an officer is to look."""

    prefix: ClassVar[str] = "en"


@dataclass(frozen=True, slots=True)
class CardQuestion:
    """What the company could answer on the card."""

    spec: FactSpec
    year: int | None
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class CardState:
    """What stands around a verdict: marks, watches, the question, where 返回 leads."""

    mark: MarkKind | None = None
    mark_until: date | None = None
    watches: tuple[WatchReason, ...] = ()
    can_watch: bool = True
    question: CardQuestion | None = None
    back: Button | None = None
    bot_username: str = ""
    changed: bool = False
    can_mark: bool = False


def show_button(t: Translator, measure: Measure, number: int | None = None) -> Button:
    """A button that opens the card; in a list it carries its number."""
    name = measure.short.of(t.locale)
    words = name if number is None else f"{number} {name}"
    return Button(words, data=ShowMeasure(measure.id).pack())


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


def card(
    t: Translator,
    measure: Measure,
    match: Match,
    state: CardState,
    *,
    calendar: WorkCalendar,
) -> Screen:
    """C5 for a company that said something of itself."""
    verdict = match.verdict(measure.id)
    if verdict is None:
        return retired(t, measure, match.catalogue, back=state.back)
    text = _card_text(t, measure, verdict, match, state, calendar)
    return Screen(text=text, keyboard=_card_keys(t, measure, verdict, state), role="measure_card")


def _card_text(
    t: Translator,
    measure: Measure,
    verdict: Verdict,
    match: Match,
    state: CardState,
    calendar: WorkCalendar,
) -> Html:
    head = Html.lines(
        _title(t, measure, verdict, match),
        t("measures.card.changed") if state.changed else None,
        _mark_line(t, state),
        Html.safe(measure.summary.of(t.locale)),
        _when(t, verdict.window, match.as_of, calendar),
    )
    body = [head, *_body(t, measure, verdict, match)]
    if state.question is not None:
        body.append(t("measures.card.asks", question=_question(t, state.question)))
    shown = Html("\n".join(body))
    return _with_fold(shown, _folded(t, measure, verdict, match))


def _when(t: Translator, window: WindowState, today: date, calendar: WorkCalendar) -> Html:
    words = window_words(t, window, today, calendar)
    return t("measures.window.unknown") if words is None else t("measures.card.when", window=words)


def _title(t: Translator, measure: Measure, verdict: Verdict, match: Match) -> Html:
    name = measure.name.of(t.locale)
    if match.is_empty:
        return t("measures.card.plain_title", name=name)
    route = verdict.way.name
    if route is None or verdict.outcome is Outcome.OFFICER_CHECK:
        return t("measures.card.title", name=name, headline=headline(t, verdict))
    return t(
        "measures.card.title_route",
        name=name,
        headline=headline(t, verdict),
        route=route.of(t.locale),
    )


def _mark_line(t: Translator, state: CardState) -> Html | None:
    if state.mark is None:
        return None
    if state.mark_until is not None:
        return t("measures.card.held_until", day=formats.day(t, state.mark_until))
    return t(f"measures.marked.{state.mark}")


def _question(t: Translator, asked: CardQuestion) -> str:
    return question_words(t, asked.spec, asked.year)


def question_words(t: Translator, spec: FactSpec, year: int | None) -> str:
    """The question of a fact, for a fiscal year where it has one."""
    words = (spec.question or spec.label).of(t.locale)
    return words.replace("{year}", str(year)) if year is not None else words


def _body(t: Translator, measure: Measure, verdict: Verdict, match: Match) -> Iterator[Html]:
    if match.is_empty and measure.criteria:
        yield t("measures.card.tell_first")
    elif measure.criteria_status is CriteriaStatus.NONE:
        yield from _unpublished(t)
    else:
        yield from _reasons(t, verdict, match)
    if measure.criteria_status is CriteriaStatus.PARTIAL:
        yield t("measures.card.partial")
    for benefit in measure.benefits[:1]:
        yield _benefit(t, benefit, match.catalogue)


def _benefit(t: Translator, benefit: Benefit, catalogue: Catalogue) -> Html:
    source = catalogue.sources.get(benefit.cite.source)
    is_sure = source is not None and not _is_unsure(benefit.cite, source, catalogue)
    key = "benefit" if is_sure else "benefit_unsure"
    return t(f"measures.card.{key}", text=benefit.text.of(t.locale).rstrip("。."))


def _unpublished(t: Translator) -> Iterator[Html]:
    """S7: what is not known is said, not guessed."""
    yield t("measures.card.no_conditions")
    yield t("measures.card.can_ask")


def _reasons(t: Translator, verdict: Verdict, match: Match) -> Iterator[Html]:
    way = verdict.way
    miss = verdict.near_miss
    for finding in way.failed:
        yield _failed(t, finding, match.catalogue)
    if miss is not None:
        yield t("measures.card.near", text=miss.text.of(t.locale))
    yield from _open_lines(t, way, match.catalogue)
    if verdict.outcome is Outcome.ELIGIBLE:
        for finding in way.met[:3]:
            yield _met(t, finding, match.catalogue)
    elif way.met:
        yield t.plural("measures.card.met_count", len(way.met))
    for other in verdict.ways:
        if other is not way:
            yield _other_route(t, other)


OPEN_SHOWN = 3


def _open_lines(t: Translator, way: Way, catalogue: Catalogue) -> Iterator[Html]:
    for finding in way.open_[:OPEN_SHOWN]:
        yield _open(t, finding, catalogue)
    if len(way.open_) > OPEN_SHOWN:
        yield t.plural("measures.card.more_open", len(way.open_) - OPEN_SHOWN)


def _text(t: Translator, finding: Finding) -> str:
    return finding.text.of(t.locale) if finding.text else finding.criterion


def _open(t: Translator, finding: Finding, catalogue: Catalogue) -> Html:
    return t(f"measures.open.{_waits_for(finding, catalogue)}", text=_text(t, finding))


def _waits_for(finding: Finding, catalogue: Catalogue) -> str:
    if finding.doubtful:
        return "doubtful"
    if finding.gaps:
        return "company"
    specs = [catalogue.fact(key) for key in finding.facts]
    return "expert" if any(spec is not None and spec.judged for spec in specs) else "officer"


def _failed(t: Translator, finding: Finding, catalogue: Catalogue) -> Html:
    return _with_value(t, "failed", finding, catalogue)


def _met(t: Translator, finding: Finding, catalogue: Catalogue) -> Html:
    return _with_value(t, "met", finding, catalogue)


def _with_value(t: Translator, key: str, finding: Finding, catalogue: Catalogue) -> Html:
    spec = catalogue.fact(finding.facts[0]) if finding.facts else None
    is_share = isinstance(finding.rule, Ratio)
    value = facts.shown(t, spec, finding.value, is_share=is_share)
    if not value:
        return t(f"measures.finding.{key}", text=_text(t, finding))
    return t(f"measures.finding.{key}_value", text=_text(t, finding), value=value)


def _other_route(t: Translator, way: Way) -> Html:
    name = way.name.of(t.locale) if way.name else ""
    deciding = (*way.failed, *way.open_)
    texts = t.plain("measures.card.joint").join(_text(t, one) for one in deciding[:3])
    if way.outcome is Outcome.INELIGIBLE:
        return t("measures.card.other_route_no", name=name, text=texts)
    if not texts:
        return t("measures.card.other_route_met", name=name)
    return t("measures.card.other_route", name=name, text=texts)


def _folded(t: Translator, measure: Measure, verdict: Verdict, match: Match) -> Iterator[Html]:
    """What is settled and where it stands written, then how to go on."""
    catalogue = match.catalogue
    if verdict.outcome is not Outcome.ELIGIBLE:
        for finding in verdict.way.met:
            yield _met(t, finding, catalogue)
    yield from _sources(t, verdict, catalogue)
    yield from _report(t, measure)
    yield _department(t, measure, catalogue)
    for benefit in measure.benefits[1:]:
        yield _benefit(t, benefit, catalogue)
    for step in measure.how.of(t.locale):
        yield t("measures.card.step", text=step)
    for note in measure.notes:
        yield t("measures.card.note", text=note.text.of(t.locale))


def _sources(t: Translator, verdict: Verdict, catalogue: Catalogue) -> Iterator[Html]:
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
    if _is_unsure(cite, source, catalogue):
        return t.plain("measures.sure.officer")
    official = source.copy_ is SourceCopy.OFFICIAL
    return t.plain("measures.sure.official" if official else "measures.sure.reprint")


def _is_unsure(cite: Citation, source: Source, catalogue: Catalogue) -> bool:
    is_low = catalogue.confidence(cite) is Confidence.LOW
    return cite.recalled or source.status is SourceStatus.RECALLED or is_low


def _report(t: Translator, measure: Measure) -> Iterator[Html]:
    """The words of the report, with the marks a quotation has inside another."""
    inner = measure.quotes[0].translate(str.maketrans("“”", "‘’"))
    yield t("measures.card.report", quote=inner)
    for target in measure.targets:
        yield t("measures.card.target", year=target.year, what=_target_words(t, target))


def _target_words(t: Translator, target: Target) -> str:
    """In English the number stands within the words."""
    if t.locale == "en":
        return target.what.en
    return f"{target.what.zh} {formats.number(target.value)} {target.unit}"


def _department(t: Translator, measure: Measure, catalogue: Catalogue) -> Html:
    """Departments are guesses until an administrator confirms them."""
    department = catalogue.department(measure.department)
    if department is None or not department.confirmed:
        return t("measures.card.duty")
    return t("measures.card.department", name=department.name.of(t.locale))


def _with_fold(shown: Html, lines: Iterable[Html]) -> Html:
    """As many lines folded below as a screen holds; the others stand under 逐条看依据."""
    room = FOLD_FITS - visible_length(shown)
    kept: list[str] = []
    for line in lines:
        room -= visible_length(line) + 1
        if room < 0:
            break
        kept.append(line)
    if not kept:
        return shown
    return Html(f"{shown}\n<blockquote expandable>" + "\n".join(kept) + "</blockquote>")


def _card_keys(t: Translator, measure: Measure, verdict: Verdict, state: CardState) -> Keyboard:
    rows: list[Row] = list(_answer_rows(t, measure, state.question))
    ask = "unpublished" if measure.criteria_status is CriteriaStatus.NONE else "confirm"
    rows.append((Button(t.plain(f"measures.ask.{ask}"), data=AskOfficer(measure.id).pack()),))
    second: list[Button] = []
    if len(verdict.ways) > 1:
        second.append(_button(t, "compare", CompareRoutes(measure.id)))
    else:
        second.append(_button(t, "why", ShowWhy(measure.id)))
    if state.can_watch:
        key = "watching" if state.watches else "watch"
        second.append(_button(t, key, ShowWatches(measure.id)))
    rows.append(tuple(second))
    rows.append((*_mark_buttons(t, measure, state), _share(t, measure, state.bot_username)))
    rows.append(back_row(t, state.back))
    return tuple(rows)


def _mark_buttons(t: Translator, measure: Measure, state: CardState) -> Row:
    if not state.can_mark:
        return ()
    if state.mark is not None:
        return (_button(t, f"unmark_{state.mark}", Unmark(measure.id)),)
    return (
        _button(t, "held", ShowHeld(measure.id)),
        _button(t, "irrelevant", ShowIrrelevant(measure.id)),
    )


def _button(t: Translator, key: str, press: Press) -> Button:
    return Button(t.plain(f"measures.button.{key}"), data=press.pack())


def _answer_rows(t: Translator, measure: Measure, asked: CardQuestion | None) -> Iterator[Row]:
    if asked is None:
        return
    key, year = asked.spec.key, asked.year
    buttons = [
        Button(
            choice.label.of(t.locale) if choice.label else "",
            data=AnswerOnCard(measure.id, key, year, number).pack(),
        )
        for number, choice in enumerate(asked.choices)
    ]
    if not buttons or len(buttons) >= ANSWERS_ON_CARD:
        press = AskOnCard(measure.id, key, year)
        words = t.plain("measures.button.answer", label=facts.label(t, asked.spec))
        yield (Button(words, data=press.pack()),)
        return
    unclear = AnswerOnCard(measure.id, key, year, -1)
    yield from _rows([*buttons, _button(t, "unclear", unclear)])


def _rows(buttons: Sequence[Button]) -> Iterator[Row]:
    """Three in a row while they are short, else two."""
    width = 3 if all(len(button.text) <= 8 for button in buttons) else 2
    for start in range(0, len(buttons), width):
        yield tuple(buttons[start : start + width])


def _share(t: Translator, measure: Measure, bot_username: str) -> Button:
    link = quote(f"https://t.me/{bot_username}?start=m_{measure.id}", safe="")
    text = quote(measure.name.of(t.locale), safe="")
    return Button(
        t.plain("measures.button.share"), url=f"https://t.me/share/url?url={link}&text={text}"
    )


def retired(
    t: Translator, measure: Measure, catalogue: Catalogue, *, back: Button | None = None
) -> Screen:
    """A measure that is not offered any more: since when, and what came after it."""
    successor = catalogue.measure(measure.successor) if measure.successor else None
    day = formats.day(t, measure.retired_on) if measure.retired_on else ""
    rows: list[Row] = [(show_button(t, successor),)] if successor else []
    return Screen(
        text=Html.lines(
            t("measures.retired.title", name=measure.name.of(t.locale)),
            t("measures.retired.since", day=day) if day else None,
            t("measures.retired.successor", name=successor.name.of(t.locale))
            if successor
            else None,
        ),
        keyboard=(*rows, back_row(t, back)),
    )


def why(t: Translator, measure: Measure, match: Match, page: int) -> Screen:
    """C6: every criterion of the way that speaks for the measure, with its source."""
    verdict = match.verdict(measure.id)
    findings = verdict.way.findings if verdict else ()
    pages = max(1, -(-len(findings) // WHY_PAGE))
    page = min(max(page, 0), pages - 1)
    part = findings[page * WHY_PAGE : (page + 1) * WHY_PAGE]
    text = Html.lines(
        t("measures.why.title", name=measure.name.of(t.locale), page=page + 1, pages=pages),
        *(line for finding in part for line in _why_lines(t, finding, match.catalogue)),
        *_report(t, measure),
        t("measures.why.caution"),
    )
    turn = ShowWhy(measure.id, page + 1)
    more: tuple[Row, ...] = ((_button(t, "next_page", turn),),) if page + 1 < pages else ()
    return Screen(text=text, keyboard=(*more, back_row(t, back_to_card(t, measure.id))))


def back_to_card(t: Translator, measure_id: str) -> Button:
    """返回, to the card."""
    return _button(t, "back", ShowMeasure(measure_id))


def _why_lines(t: Translator, finding: Finding, catalogue: Catalogue) -> Iterator[Html]:
    match finding.state:
        case State.MET:
            yield _met(t, finding, catalogue)
        case State.UNMET:
            yield _failed(t, finding, catalogue)
        case _:
            yield _open(t, finding, catalogue)
    if finding.cite is not None:
        yield _cited(t, finding.cite, catalogue)
    if finding.hint is not None and finding.state is not State.MET:
        yield t("measures.why.hint", text=finding.hint.of(t.locale))


def _cited(t: Translator, cite: Citation, catalogue: Catalogue) -> Html:
    source = catalogue.sources.get(cite.source)
    if source is None:
        return t("measures.why.source", name=cite.source, article="", sure="", link="")
    link = t("measures.why.link", address=source.link) if source.link else Html("")
    return t(
        "measures.why.source",
        name=_source_name(t, source),
        article=cite.article or "",
        sure=_sureness(t, cite, source, catalogue),
        link=link,
    )


def compare(t: Translator, measure: Measure, match: Match, *, calendar: WorkCalendar) -> Screen:
    """The routes beside each other: outcome, what is met, what is open, until when."""
    verdict = match.verdict(measure.id)
    lines = [t("measures.compare.title", name=measure.name.of(t.locale))]
    for way in verdict.ways if verdict else ():
        lines.append(
            t(
                "measures.compare.route",
                name=way.name.of(t.locale) if way.name else "",
                outcome=t(f"measures.headline.{way.outcome}"),
            )
        )
        window = window_words(t, way.window, match.as_of, calendar)
        lines += [window] if window is not None else []
        lines += [_failed(t, one, match.catalogue) for one in way.failed]
        lines += [_open(t, one, match.catalogue) for one in way.open_]
        lines += [_met(t, one, match.catalogue) for one in way.met]
    keys: Keyboard = (
        (_button(t, "why", ShowWhy(measure.id)),),
        back_row(t, back_to_card(t, measure.id)),
    )
    return Screen(text=Html("\n".join(lines)), keyboard=keys)


def watches(
    t: Translator,
    measure: Measure,
    useful: Sequence[WatchReason],
    watched: Sequence[WatchReason],
    *,
    note: Html | None = None,
) -> Screen:
    """C8: what one can be told of, and what one is being told of already."""
    lines = [t("measures.watch.title", name=measure.name.of(t.locale)), note]
    lines += [t(f"measures.watching.{reason}") for reason in watched]
    if not watched and note is None:
        lines.append(t("measures.watch.none"))
    rows: list[Row] = [
        (_button(t, f"watch_{reason}", StartWatch(measure.id, reason)),)
        for reason in useful
        if reason not in watched
    ]
    rows += [(_button(t, f"stop_{reason}", StopWatch(measure.id, reason)),) for reason in watched]
    return Screen(
        text=Html.lines(*lines), keyboard=(*rows, back_row(t, back_to_card(t, measure.id)))
    )


def watched_list(t: Translator, watched: Sequence[tuple[Measure, WatchReason]]) -> Screen:
    """Everything a person watches."""
    if not watched:
        return Screen(text=t("measures.watched.none"), keyboard=(back_row(t),))
    lines = [
        t(
            "measures.watched.line",
            name=one.name.of(t.locale),
            when=t(f"measures.waits_until.{why}"),
        )
        for one, why in watched
    ]
    rows = [(show_button(t, measure),) for measure in dict.fromkeys(one for one, _ in watched[:5])]
    return Screen(
        text=Html.lines(t("measures.watched.title"), *lines), keyboard=(*rows, back_row(t))
    )


def held(t: Translator, measure: Measure, today: date) -> Screen:
    """已享受: until when, by years, or not known."""
    years = [_held_button(measure.id, year) for year in range(today.year, today.year + 4)]
    unknown = _button(t, "held_unknown", MarkHeld(measure.id))
    return Screen(
        text=t("measures.held.question", name=measure.name.of(t.locale)),
        keyboard=(
            tuple(years),
            (unknown,),
            back_row(t, back_to_card(t, measure.id)),
        ),
    )


def _held_button(measure_id: str, year: int) -> Button:
    return Button(f"{year}-12-31", data=MarkHeld(measure_id, year).pack())


def irrelevant(t: Translator, measure: Measure) -> Screen:
    """不相关: three reasons, so that the office learns."""
    rows: list[Row] = [
        (_button(t, f"irrelevant_{reason}", MarkIrrelevant(measure.id, reason)),)
        for reason in IRRELEVANT_REASONS
    ]
    return Screen(
        text=t("measures.irrelevant.question", name=measure.name.of(t.locale)),
        keyboard=(*rows, back_row(t, back_to_card(t, measure.id))),
    )


def found(t: Translator, measures: Sequence[tuple[Measure, Html | None]]) -> Screen:
    """C9: up to five names, best first, each with its headline when the company is known."""
    lines = [
        t("measures.search.line", number=number, name=one.name.of(t.locale), headline=words)
        if words is not None
        else t("measures.search.plain_line", number=number, name=one.name.of(t.locale))
        for number, (one, words) in enumerate(measures, 1)
    ]
    names = [show_button(t, one, number) for number, (one, _) in enumerate(measures, 1)]
    return Screen(
        text=Html.lines(t.plural("measures.search.found", len(measures)), *lines),
        keyboard=(
            *_rows_of_two(names),
            (_button(t, "none_of_these", AskNobody()), _button(t, "again", SearchAgain())),
            back_row(t),
        ),
    )


def _rows_of_two(buttons: Sequence[Button]) -> Iterator[Row]:
    for start in range(0, len(buttons), 2):
        yield tuple(buttons[start : start + 2])


def nothing_fits(t: Translator, total: int, see_all: Button) -> Screen:
    """S9: said plainly, with an officer one tap away."""
    return Screen(
        text=Html.lines(t("measures.search.nothing", total=total), t("measures.search.elsewhere")),
        keyboard=(
            (Button(t.plain("measures.ask.search"), data=AskNobody().pack()),),
            (_button(t, "again", SearchAgain()), see_all),
            back_row(t),
        ),
    )


def search_again(t: Translator) -> Screen:
    """换个说法."""
    return Screen(text=t("measures.search.again"), keyboard=(back_row(t),))


def watch_notice(
    t: Translator,
    measure: Measure,
    reason: WatchReason,
    watch_id: int,
    window: WindowState,
    *,
    today: date,
    calendar: WorkCalendar,
) -> Screen:
    """S12: a watched measure opens, closes soon, fits now, or has conditions."""
    words = window_words(t, window, today, calendar)
    return Screen(
        text=Html.lines(
            t(f"measures.notice.{reason}", name=measure.name.of(t.locale)),
            words,
            t("measures.notice.how_far") if reason is WatchReason.CLOSES else None,
        ),
        keyboard=_notice_keys(t, measure, reason, watch_id),
    )


def _notice_keys(t: Translator, measure: Measure, reason: WatchReason, watch_id: int) -> Keyboard:
    answers = tuple(
        _button(t, f"notice_{name}", WatchAnswer(watch_id, name))
        for name in ("on_it", "done", "drop")
    )
    later = _button(t, "notice_later", WatchAnswer(watch_id, "later"))
    officer = Button(t.plain("measures.button.notice_officer"), data=AskOfficer(measure.id).pack())
    rows: Keyboard = ((show_button(t, measure),), (later, officer), back_row(t))
    return (answers, *rows) if reason is WatchReason.CLOSES else rows
