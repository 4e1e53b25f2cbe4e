"""A bundle (一件事): one short form that opens tasks at several departments at once.

What belongs together is data (catalogue/bundles.yaml); a template that nobody of the district
confirmed says so on its screens.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from domain.answer_choices import Choice, choices
from domain.citations import Confidence
from domain.facts import FactDictionary, FactSpec, Kind
from domain.industries import IndustryBook
from domain.measures import MeasureId
from domain.tickets import Category, Outcome
from domain.words import Text, WordLists, Words

#: More questions than this are no short form any more.
MOST_QUESTIONS = 5
#: Two ticks in a row, three rows: what stays on one screen beside its explanations.
MOST_ITEMS = 8
#: The answer that is always offered.
UNCLEAR = -1
#: Facts that a few buttons can answer.
TAPPED = frozenset({Kind.FLAG, Kind.CHOICE, Kind.NUMBER, Kind.RATIO})

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,23}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OwnQuestion(_Part):
    """A short question that no fact of the dictionary asks; `label` names it in the request."""

    key: Key
    label: Words
    ask: Words
    options: Annotated[tuple[Words, ...], Field(min_length=2, max_length=6)]


class BundleItem(_Part):
    """One errand. What a source says stands here only with that source.

    `questions` are keys of facts, or of the bundle's own questions.
    """

    key: Key
    name: Words
    department: Text
    category: Category
    questions: tuple[Text, ...] = ()
    documents: WordLists = WordLists()
    note: Words | None = None
    source: Text | None = None
    confidence: Confidence

    @model_validator(mode="after")
    def _says_where_it_stands(self) -> BundleItem:
        if self.source is None and (self.note is not None or self.documents != WordLists()):
            raise ValueError("notes and documents need a source")
        return self


class Bundle(_Part):
    """A template. `confirmed`: the district said that these are the items."""

    key: Key
    measure: MeasureId
    name: Words
    confirmed: bool = False
    questions: tuple[OwnQuestion, ...] = ()
    items: Annotated[tuple[BundleItem, ...], Field(min_length=1, max_length=MOST_ITEMS)]

    def item(self, key: str) -> BundleItem | None:
        """The item of that key, None when the template has it no more."""
        return next((item for item in self.items if item.key == key), None)

    def own(self, key: str) -> OwnQuestion | None:
        """The template's own question of that key."""
        return next((question for question in self.questions if question.key == key), None)


class BundleBook(_Part):
    """All templates of the catalogue."""

    bundles: tuple[Bundle, ...] = ()

    def of_key(self, key: str) -> Bundle | None:
        """The template of that key."""
        return next((bundle for bundle in self.bundles if bundle.key == key), None)

    def of_measure(self, measure_id: str) -> Bundle | None:
        """The template that a measure's card leads to."""
        return next((one for one in self.bundles if one.measure == measure_id), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the form with its answers; `fact` where the dictionary asks it."""

    key: str
    label: Words
    ask: Words
    options: tuple[Words, ...]
    fact: FactSpec | None = None


def asked_for(
    bundle: Bundle,
    chosen: Collection[str],
    facts: FactDictionary,
    *,
    today: date,
    industries: IndustryBook | None,
    known: Collection[str] = (),
) -> tuple[Asked, ...]:
    """The questions that the chosen items need, each once; a fact that is known is not asked."""
    keys = [key for item in bundle.items if item.key in chosen for key in item.questions]
    asked = []
    for key in dict.fromkeys(keys):
        own, spec = bundle.own(key), facts.get(key)
        if own is not None:
            asked.append(Asked(key, own.label, own.ask, own.options))
        elif spec is not None and key not in known:
            asked.append(_of_fact(spec, choices(spec, today, industries)))
    return tuple(asked)


def _of_fact(spec: FactSpec, offered: Sequence[Choice]) -> Asked:
    labels = tuple(choice.label for choice in offered if choice.label is not None)
    return Asked(spec.key, spec.label, spec.question or spec.label, labels, spec)


@dataclass(frozen=True, slots=True)
class BundleForm:
    """Where somebody stands in the form. `answers` are places among the options, or UNCLEAR.

    `client` is the name of the client an agent asks for, as on a draft.
    """

    bundle: Bundle
    chosen: tuple[str, ...]
    questions: tuple[Asked, ...]
    answers: Mapping[str, int] = field(default_factory=dict)
    office: Words | None = None
    consented: bool = True
    client: str | None = None

    @property
    def items(self) -> tuple[BundleItem, ...]:
        """The ticked items, in the order of the template."""
        return tuple(item for item in self.bundle.items if item.key in self.chosen)

    @property
    def left(self) -> tuple[Asked, ...]:
        """The questions without an answer."""
        return tuple(one for one in self.questions if one.key not in self.answers)


def joint_outcome(outcomes: Iterable[Outcome | None]) -> Outcome | None:
    """How a ticket of several parts ended: as its parts did, partly where they differ."""
    known = {outcome for outcome in outcomes if outcome is not None}
    return known.pop() if len(known) == 1 else Outcome.PARTLY if known else None
