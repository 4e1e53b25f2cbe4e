"""The buttons of a card: what to do next, what the company says of it itself, the way back."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from domain.matches import Place
from domain.measures import Measure
from domain.screens import Button, Keyboard, Row
from domain.verdicts import Outcome
from models.matching import WatchReason
from views import bundles, facts, matching, measures
from views.card_states import Drawn
from views.measures import AnswerOnCard, AskOnCard
from views.people import back_row, go_button
from views.presses import Press
from views.ticket_presses import AskOfficer
from views.translations import Translator
from views.watches import StartWatch

ANSWERS_ON_CARD = 6
"""So many answers have a screen of their own."""


def card_keys(drawn: Drawn) -> Keyboard:
    """Six rows at most: answers in three rows leave no room for sharing."""
    t, measure, state = drawn.t, drawn.measure, drawn.state
    answers = tuple(_answer_rows(drawn))
    officer = (*_own_button(drawn), Button(drawn.ask, data=AskOfficer(measure.id).pack()))
    look, watch, marks = _look_button(drawn), _watch_buttons(drawn), _mark_buttons(drawn)
    back = back_row(t, state.back)
    share = _share(t, measure, state.bot_username)
    if drawn.match.is_empty:
        fits = _button(t, "fits_me", matching.Guide())
        return ((fits,), officer, (look, *watch), (*marks, share), back)
    if drawn.verdict.outcome is Outcome.INELIGIBLE and not drawn.is_settled:
        return (*_ways_on(drawn, look), (*marks, share), back)
    if len(answers) > 2:
        return tuple(row for row in (*answers, (*officer, look), (*watch, *marks), back) if row)
    return (*answers, officer, (look, *watch), (*marks, share), back)


def _own_button(drawn: Drawn) -> Row:
    """The form of the bundle that the measure is; the request where it is the visits."""
    catalogue = drawn.match.catalogue
    bundle = catalogue.bundles.of_measure(drawn.measure.id)
    if bundle is not None:
        return (bundles.entry(drawn.t, bundle.key),)
    is_visits = drawn.measure.id == catalogue.visits.measure
    return (go_button(drawn.t, "visit"),) if is_visits else ()


def _ways_on(drawn: Drawn, look: Button) -> Iterator[Row]:
    """C7: be told when it is met, correct a number, ask an officer, see what works today."""
    t, measure = drawn.t, drawn.measure
    officer = _button(t, "ask_officer", AskOfficer(measure.id))
    if drawn.state.can_watch and drawn.near is not None:
        yield (_watch_fit_button(drawn),)
    fix = _fixed_fact(drawn)
    correct = (_button(t, "correct", AskOnCard(measure.id, *fix)),) if fix else ()
    yield (*correct, officer)
    fits = Place.ELIGIBLE if drawn.match.counts[Place.ELIGIBLE] else None
    yield (look, _button(t, "works_today", matching.ShowList(0, None, fits)))


def _watch_fit_button(drawn: Drawn) -> Button:
    t, measure_id = drawn.t, drawn.measure.id
    if WatchReason.FITS in drawn.state.watches:
        return _button(t, "watching", measures.ShowWatches(measure_id))
    return _button(t, "tell_when_met", StartWatch(measure_id, WatchReason.FITS))


def _fixed_fact(drawn: Drawn) -> tuple[str, int | None] | None:
    """The fact a company could have told wrongly: the one behind the first failure."""
    for finding in drawn.verdict.way.failed:
        for key in finding.facts:
            spec = drawn.match.catalogue.fact(key)
            if spec is not None and spec.asked:
                return key, drawn.match.as_of.year - 1 if spec.per_year else None
    return None


def _look_button(drawn: Drawn) -> Button:
    if len(drawn.verdict.ways) > 1:
        return _button(drawn.t, "compare", measures.CompareRoutes(drawn.measure.id))
    return _button(drawn.t, "why", measures.ShowWhy(drawn.measure.id))


def _watch_buttons(drawn: Drawn) -> Row:
    if not drawn.state.can_watch:
        return ()
    key = "watching" if drawn.state.watches else "watch"
    return (_button(drawn.t, key, measures.ShowWatches(drawn.measure.id)),)


def _mark_buttons(drawn: Drawn) -> Row:
    t, state, measure = drawn.t, drawn.state, drawn.measure
    if not state.can_mark:
        return ()
    if state.mark is not None:
        what = "done" if drawn.is_done else state.mark
        return (_button(t, f"unmark_{what}", measures.Unmark(measure.id)),)
    held = (
        _button(t, "done", measures.MarkDone(measure.id))
        if measure.is_duty
        else _button(t, "held", measures.ShowHeld(measure.id))
    )
    return (
        held,
        _button(t, "irrelevant", measures.ShowIrrelevant(measure.id)),
    )


def _button(t: Translator, key: str, press: Press) -> Button:
    return Button(t.plain(f"measures.button.{key}"), data=press.pack())


def _answer_rows(drawn: Drawn) -> Iterator[Row]:
    t, measure, asked = drawn.t, drawn.measure, drawn.state.question
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
