"""C15, a bundle (一件事): tick what is needed, answer a few questions, submit once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain.bundles import UNCLEAR, Asked, BundleForm, BundleItem
from domain.screens import Button, Html, Keyboard, Row, Screen
from views.measures import ShowMeasure
from views.people import back_row, consent_terms
from views.presses import Press
from views.translations import Translator


@dataclass(frozen=True)
class OpenBundle(Press):
    """From the measure's card to its form."""

    prefix: ClassVar[str] = "bo"
    bundle: str


@dataclass(frozen=True)
class Tick(Press):
    """An item, or no longer."""

    prefix: ClassVar[str] = "bt"
    bundle: str
    item: str


@dataclass(frozen=True)
class GoOn(Press):
    """下一步: the first open question, else what was filled in."""

    prefix: ClassVar[str] = "bn"
    bundle: str


@dataclass(frozen=True)
class Choose(Press):
    """An answer by its place among the options."""

    prefix: ClassVar[str] = "ba"
    bundle: str
    question: str
    place: int


@dataclass(frozen=True)
class StepBack(Press):
    """上一步: the newest answer is asked again; before the first one, the items."""

    prefix: ClassVar[str] = "bb"
    bundle: str


@dataclass(frozen=True)
class SubmitBundle(Press):
    """提交, 同意并提交, or an agent's 已获授权，提交."""

    prefix: ClassVar[str] = "bs"
    bundle: str


def entry(t: Translator, bundle_key: str) -> Button:
    """The way from the measure's card."""
    return _key(t, "open", OpenBundle(bundle_key))


def _key(t: Translator, name: str, press: Press) -> Button:
    return Button(t.plain(f"bundles.button.{name}"), data=press.pack())


def choose(t: Translator, form: BundleForm) -> Screen:
    """S8: what belongs together, ticked in place."""
    items = [_item_key(t, form, item) for item in form.bundle.items]
    on = (_key(t, "next", GoOn(form.bundle.key)),) if form.chosen else ()
    back = Button(t.plain("bundles.button.card"), data=ShowMeasure(form.bundle.measure).pack())
    rows = tuple(tuple(items[at : at + 2]) for at in range(0, len(items), 2))
    return Screen(
        text=Html.lines(
            t("bundles.title", name=form.bundle.name.of(t.locale)),
            _chosen(t, form),
            _unconfirmed(t, form),
            *_known_of(t, form.items),
        ),
        keyboard=(*rows, *((on,) if on else ()), back_row(t, back)),
    )


def _item_key(t: Translator, form: BundleForm, item: BundleItem) -> Button:
    name, press = item.name.of(t.locale), Tick(form.bundle.key, item.key)
    is_on = item.key in form.chosen
    words = t.plain("bundles.button.ticked", name=name) if is_on else name
    return Button(words, data=press.pack())


def _names(t: Translator, items: Sequence[BundleItem]) -> str:
    return t.plain("bundles.comma").join(item.name.of(t.locale) for item in items)


def _chosen(t: Translator, form: BundleForm) -> Html:
    if not form.chosen:
        return t("bundles.choose")
    count = len(form.items)
    chosen = t.plural("bundles.chosen", count, names=_names(t, form.items))
    left = len(form.left)
    return Html(chosen + (t.plural("bundles.left", left) if left else t("bundles.nothing_left")))


def _unconfirmed(t: Translator, form: BundleForm) -> Html | None:
    return None if form.bundle.confirmed else t("bundles.unconfirmed")


def _known_of(t: Translator, items: Sequence[BundleItem]) -> Iterator[Html]:
    """What a source says of the ticked items; each waits for an officer's word."""
    comma = t.plain("bundles.comma")
    for item in items:
        name, papers = item.name.of(t.locale), item.documents.of(t.locale)
        if item.note is not None:
            yield t("bundles.note", name=name, text=item.note.of(t.locale))
        if papers:
            yield t("bundles.documents", name=name, text=comma.join(papers))


def question(t: Translator, form: BundleForm, asked: Asked) -> Screen:
    """One question with its answers; 不清楚 is one too."""
    key, place = form.bundle.key, form.questions.index(asked)
    answers = [
        Button(option.of(t.locale), data=Choose(key, asked.key, number).pack())
        for number, option in enumerate(asked.options)
    ]
    unclear = _key(t, "unclear", Choose(key, asked.key, UNCLEAR))
    return Screen(
        text=Html.lines(
            t("bundles.question", place=place + 1, of=len(form.questions)),
            asked.ask.of(t.locale),
            t("bundles.no_names"),
        ),
        keyboard=(
            *_in_rows([*answers, unclear]),
            back_row(t, _key(t, "step_back", StepBack(key))),
        ),
    )


def _in_rows(keys: Sequence[Button]) -> Iterator[Row]:
    width = 3 if all(len(key.text) <= 5 for key in keys) else 2
    for at in range(0, len(keys), width):
        yield tuple(keys[at : at + width])


def check(t: Translator, form: BundleForm) -> Screen:
    """What was filled in, and the one button that sends it to every department."""
    return Screen(
        text=Html.lines(
            t("bundles.check", name=form.bundle.name.of(t.locale)),
            Html(f"<blockquote>{Html.safe(words(t, form))}</blockquote>"),
            _unconfirmed(t, form),
            t("bundles.client", name=form.client) if form.client else None,
            t("bundles.then"),
            consent_terms(t, form.office) if form.office and not form.consented else None,
        ),
        keyboard=_check_keys(t, form),
    )


def _check_keys(t: Translator, form: BundleForm) -> Keyboard:
    name = "submit" if form.consented else "agree_and_submit"
    if form.client is not None:
        name = "submit_authorised"
    return (
        (_key(t, name, SubmitBundle(form.bundle.key)),),
        back_row(t, _key(t, "step_back", StepBack(form.bundle.key))),
    )


def words(t: Translator, form: BundleForm) -> str:
    """The request in words: what is wanted, and the answers."""
    names = _names(t, form.items)
    name, count = form.bundle.name.of(t.locale), len(form.items)
    asked = [
        t.plain("bundles.words.answer", label=one.label.of(t.locale), text=_answer(t, form, one))
        for one in form.questions
        if one.key in form.answers
    ]
    return "\n".join([t.plain("bundles.words.wanted", name=name, count=count, names=names), *asked])


def _answer(t: Translator, form: BundleForm, asked: Asked) -> str:
    place = form.answers[asked.key]
    if place == UNCLEAR:
        return t.plain("bundles.button.unclear")
    return asked.options[place].of(t.locale)
