"""O11 判定条件: which condition, what an officer says of it, and once more before it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.facts import FactValue, Kind
from domain.judgements import Judgeable
from domain.screens import Button, Html, Screen
from views import facts, formats
from views.desk_forms import Drop
from views.desks import Act, Do, in_rows
from views.presses import DeskPress, Press
from views.translations import Translator


class Word(StrEnum):
    """What an officer says of a condition."""

    MET = "y"
    UNMET = "n"
    TAKEN_BACK = "x"


@dataclass(frozen=True)
class JudgeOn(DeskPress):
    """This condition, by its place among those of the ticket."""

    prefix: ClassVar[str] = "ga"
    task_id: int
    place: int


@dataclass(frozen=True)
class JudgeAs(DeskPress):
    """The word on the condition that is open."""

    prefix: ClassVar[str] = "gb"
    task_id: int
    word: Word


@dataclass(frozen=True)
class JudgeYes(DeskPress):
    """保存判定."""

    prefix: ClassVar[str] = "gc"
    task_id: int


def choose(
    t: Translator, task_id: int, number: str, found: Sequence[Judgeable], zone: ZoneInfo
) -> Screen:
    """Which condition; what is known of each stands behind it."""
    lines = [
        t(
            "desks.judge.line",
            place=place,
            measure=one.measure.short.of(t.locale),
            text=one.leaf.text.of(t.locale),
            known=_known(t, one, zone),
        )
        for place, one in enumerate(found, 1)
    ]
    keys = [
        Button(f"{place} {one.measure.short.of(t.locale)}", data=JudgeOn(task_id, place - 1).pack())
        for place, one in enumerate(found, 1)
    ]
    return Screen(
        text=Html.lines(t("desks.judge.title", number=number), *lines, t("desks.judge.caution")),
        keyboard=(*in_rows(keys, 2), (_drop(t, task_id),)),
    )


def _known(t: Translator, one: Judgeable, zone: ZoneInfo) -> Html:
    if one.value is None:
        return Html("")
    word = value_words(t, one, one.value)
    if one.judgement is None:
        return t("desks.judge.known_company", value=word)
    day = formats.day(t, one.judgement.at.astimezone(zone).date())
    return t("desks.judge.known_officer", value=word, name=one.judgement.by, day=day)


def value_words(t: Translator, one: Judgeable, value: FactValue | None) -> str:
    """符合 or 不符合 for a yes or no, else the number."""
    if value is None:
        return t.plain("desks.judge.taken_back")
    if isinstance(value, bool):
        return t.plain("desks.judge.met" if value is one.wanted else "desks.judge.unmet")
    return facts.value(t, one.spec, value)


def ask(t: Translator, task_id: int, one: Judgeable, problem: Html | None = None) -> Screen:
    """Yes or no by a button, a number in words; `problem` says why the last words did not do."""
    kind = "flag" if one.spec.kind is Kind.FLAG else "number"
    sample = one.spec.example.of(t.locale) if one.spec.example else ""
    words = (("met", Word.MET), ("unmet", Word.UNMET)) if kind == "flag" else ()
    keys = [
        Button(t.plain(f"desks.judge.{name}"), data=JudgeAs(task_id, word).pack())
        for name, word in words
    ]
    taken_back = _button(t, "take_back", JudgeAs(task_id, Word.TAKEN_BACK))
    undo = (taken_back,) if one.judgement is not None else ()
    return Screen(
        text=Html.lines(
            problem,
            t(
                f"desks.judge.ask.{kind}",
                measure=one.measure.short.of(t.locale),
                text=one.leaf.text.of(t.locale),
                label=facts.label(t, one.spec),
                example=sample,
            ),
        ),
        keyboard=tuple(row for row in (tuple(keys), (*undo, _drop(t, task_id))) if row),
    )


def confirm(t: Translator, task_id: int, one: Judgeable, value: FactValue | None) -> Screen:
    """Nothing is kept before 保存判定."""
    return Screen(
        text=t(
            "desks.judge.confirm",
            text=one.leaf.text.of(t.locale),
            value=value_words(t, one, value),
            measure=one.measure.short.of(t.locale),
        ),
        keyboard=(
            (
                _button(t, "keep", JudgeYes(task_id)),
                Button(t.plain("desks.button.change"), data=Do(Act.JUDGE, task_id).pack()),
            ),
            (_drop(t, task_id),),
        ),
    )


def _button(t: Translator, key: str, press: Press) -> Button:
    return Button(t.plain(f"desks.judge.{key}"), data=press.pack())


def _drop(t: Translator, task_id: int) -> Button:
    return Button(t.plain("desks.button.cancel"), data=Drop(task_id).pack())
