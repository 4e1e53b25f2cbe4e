"""One policy: its card, the reasons, near miss, watching, marks, and what a search found."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from urllib.parse import quote

from domain.answer_choices import Choice
from domain.catalogue import Catalogue
from domain.facts import FactSpec
from domain.matches import Match
from domain.measures import Benefit, CriteriaStatus, Measure, Target
from domain.paragraphs import visible_length
from domain.screens import Button, Html, Keyboard, Row, Screen
from domain.verdicts import Outcome, Verdict
from domain.windows import WindowState
from domain.work_calendar import WorkCalendar
from models.matching import MarkKind, WatchReason
from views import facts, formats, reasons
from views.people import back_row
from views.presses import Press
from views.tickets import AskOfficer
from views.translations import Translator

FOLD_FITS = {"zh": 900, "en": 1800}
"""Characters of a card with its fold: English takes two letters where Chinese takes one.

What goes beyond stands under 逐条看依据."""

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
    body = [head, *_body(t, measure, verdict, match), *_judged(t, verdict, match, calendar)]
    if state.question is not None:
        body.append(t("measures.card.asks", question=_question(t, state.question)))
    shown = Html("\n".join(body))
    return _with_fold(t, shown, _folded(t, measure, verdict, match))


def _when(t: Translator, window: WindowState, today: date, calendar: WorkCalendar) -> Html:
    words = reasons.window_words(t, window, today, calendar)
    return t("measures.window.unknown") if words is None else t("measures.card.when", window=words)


def _title(t: Translator, measure: Measure, verdict: Verdict, match: Match) -> Html:
    name = measure.name.of(t.locale)
    if match.is_empty:
        return t("measures.card.plain_title", name=name)
    route = verdict.way.name
    if route is None or verdict.outcome is Outcome.OFFICER_CHECK:
        return t("measures.card.title", name=name, headline=reasons.headline(t, verdict))
    return t(
        "measures.card.title_route",
        name=name,
        headline=reasons.headline(t, verdict),
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


def _benefit(t: Translator, benefit: Benefit, catalogue: Catalogue, place: str = "first") -> Html:
    """The first stands on the card, the others under a label in the fold."""
    source = catalogue.sources.get(benefit.cite.source)
    is_sure = source is not None and not reasons.is_unsure(benefit.cite, source, catalogue)
    sure = "sure" if is_sure else "unsure"
    return t(f"measures.benefit.{place}_{sure}", text=benefit.text.of(t.locale).rstrip("。."))


def _unpublished(t: Translator) -> Iterator[Html]:
    """S7: what is not known is said, not guessed."""
    yield t("measures.card.no_conditions")
    yield t("measures.card.can_ask")


def _judged(
    t: Translator, verdict: Verdict, match: Match, calendar: WorkCalendar
) -> Iterator[Html]:
    """Who judged what of it, and when."""
    for finding in verdict.way.findings:
        line = reasons.judged_line(t, finding, match, calendar)
        if line is not None:
            yield line


def _reasons(t: Translator, verdict: Verdict, match: Match) -> Iterator[Html]:
    way = verdict.way
    miss = verdict.near_miss
    for finding in way.failed:
        yield reasons.failed_line(t, finding, match.catalogue)
    if miss is not None:
        yield t("measures.card.near", text=miss.text.of(t.locale))
    yield from reasons.open_lines(t, way, match.catalogue)
    if verdict.outcome is Outcome.ELIGIBLE:
        for finding in way.met[:3]:
            yield reasons.met_line(t, finding, match.catalogue)
    elif way.met:
        yield t.plural("measures.card.met_count", len(way.met))
    for other in verdict.ways:
        if other is not way:
            yield reasons.other_route(t, other)


def _folded(t: Translator, measure: Measure, verdict: Verdict, match: Match) -> Iterator[Html]:
    """What is settled, where it stands written, how to go on: each part under one label."""
    catalogue = match.catalogue
    if verdict.outcome is not Outcome.ELIGIBLE:
        for finding in verdict.way.met:
            yield reasons.met_line(t, finding, catalogue)
    written = [*reasons.source_lines(t, verdict, catalogue), *_report(t, measure)]
    steps = [
        t("measures.card.step", number=number, text=step)
        for number, step in enumerate(measure.how.of(t.locale), 1)
    ]
    more = [_benefit(t, benefit, catalogue, "more") for benefit in measure.benefits[1:]]
    notes = [t("measures.card.note", text=note.text.of(t.locale)) for note in measure.notes]
    yield from _part(t, "sources", written)
    yield from _part(t, "how", steps)
    yield _department(t, measure, catalogue)
    yield from _part(t, "benefits", more)
    yield from _part(t, "notes", notes)


def _part(t: Translator, label: str, lines: Sequence[Html]) -> Iterator[Html]:
    """Lines under a bold label, which stands and falls with the first of them."""
    for number, line in enumerate(lines):
        yield line if number else Html(f"{t(f'measures.part.{label}')}\n{line}")


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


def _card_keys(t: Translator, measure: Measure, verdict: Verdict, state: CardState) -> Keyboard:
    """Six rows at most: answers in three rows leave no room for sharing."""
    answers = tuple(_answer_rows(t, measure, state.question))
    ask = "unpublished" if measure.criteria_status is CriteriaStatus.NONE else "confirm"
    officer = Button(t.plain(f"measures.ask.{ask}"), data=AskOfficer(measure.id).pack())
    look = _look_button(t, measure, verdict)
    watch = _watch_buttons(t, measure, state)
    marks, back = _mark_buttons(t, measure, state), back_row(t, state.back)
    if len(answers) > 2:
        return tuple(row for row in (*answers, (officer, look), (*watch, *marks), back) if row)
    share = _share(t, measure, state.bot_username)
    return (*answers, (officer,), (look, *watch), (*marks, share), back)


def _look_button(t: Translator, measure: Measure, verdict: Verdict) -> Button:
    if len(verdict.ways) > 1:
        return _button(t, "compare", CompareRoutes(measure.id))
    return _button(t, "why", ShowWhy(measure.id))


def _watch_buttons(t: Translator, measure: Measure, state: CardState) -> Row:
    if not state.can_watch:
        return ()
    return (_button(t, "watching" if state.watches else "watch", ShowWatches(measure.id)),)


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
        *(line for finding in part for line in reasons.why_lines(t, finding, match.catalogue)),
        *_report(t, measure),
        t("measures.why.caution"),
    )
    turn = ShowWhy(measure.id, page + 1)
    more: tuple[Row, ...] = ((_button(t, "next_page", turn),),) if page + 1 < pages else ()
    return Screen(text=text, keyboard=(*more, back_row(t, back_to_card(t, measure.id))))


def back_to_card(t: Translator, measure_id: str) -> Button:
    """返回, to the card."""
    return _button(t, "back", ShowMeasure(measure_id))


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
        window = reasons.window_words(t, way.window, match.as_of, calendar)
        lines += [window] if window is not None else []
        lines += [reasons.failed_line(t, one, match.catalogue) for one in way.failed]
        lines += [reasons.open_line(t, one, match.catalogue) for one in way.open_]
        lines += [reasons.met_line(t, one, match.catalogue) for one in way.met]
    keys: Keyboard = (
        (_button(t, "why", ShowWhy(measure.id)),),
        back_row(t, back_to_card(t, measure.id)),
    )
    return Screen(text=Html("\n".join(lines)), keyboard=keys)


def held(t: Translator, measure: Measure, today: date) -> Screen:
    """已享受: until when, by years, or not known."""
    years = [_held_button(measure.id, year) for year in range(today.year, today.year + 4)]
    unknown = _button(t, "held_unknown", MarkHeld(measure.id))
    return Screen(
        text=t("measures.held.question", name=measure.name.of(t.locale)),
        keyboard=(
            tuple(years[:2]),
            tuple(years[2:]),
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
