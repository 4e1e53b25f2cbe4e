"""Stock replies (常用语): prepared words to a company, with places that are filled in.

Read from catalogue/replies.yaml. An officer sees them before they go; a reply with a place that
nothing is known for is not offered, so that no brace ever reaches a company.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.tickets import Category, Outcome
from domain.words import Words

#: What stands between braces, and braces that are left over.
_PLACE = re.compile(r"\{(\w*)\}")
_BRACE = re.compile(r"[{}]")

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,23}$")]


class Use(StrEnum):
    """What the words are for: a reply, a question to the company, the answer."""

    REPLY = "reply"
    QUESTION = "question"
    ANSWER = "answer"


class Place(StrEnum):
    """What can be filled in. `day` is the day by which the answer is due, unless it has passed;
    `workday` the next working day; `department` one that the district has confirmed."""

    COMPANY = "company"
    NUMBER = "number"
    OFFICER = "officer"
    DEPARTMENT = "department"
    CATEGORY = "category"
    DAY = "day"
    WORKDAY = "workday"


@dataclass(frozen=True, slots=True)
class Occasion:
    """For whom a reply is looked for; `outcome` is chosen before an answer is written, `heard`: the
    company was told something already."""

    use: Use
    department: str
    category: Category
    outcome: Outcome | None = None
    heard: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What a reply can name; "" and None: not known. `day` is never past."""

    company: str
    number: str
    officer: str
    department: Words | None
    category: Words
    day: date | None
    workday: date


class StockReply(BaseModel):
    """Prepared words. Without `departments` (`categories`, `outcomes`) they are for all of them;
    `heard` ones refer to what the company was told before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key
    use: Use
    name: Words
    text: Words
    departments: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    heard: bool = False

    def is_for(self, occasion: Occasion) -> bool:
        """Whether the words fit there."""
        return (
            self.use is occasion.use
            and occasion.heard >= self.heard
            and (not self.departments or occasion.department in self.departments)
            and (not self.categories or occasion.category in self.categories)
            and (not self.outcomes or occasion.outcome in self.outcomes)
        )

    @property
    def breadth(self) -> int:
        """0 for words about this kind or this department only; the nearest are offered first."""
        return 0 if self.departments or self.categories else 1

    def filled(self, known: Mapping[Place, str], locale: str) -> str | None:
        """The words with every place filled in; None while one of them is not known."""
        text = self.text.of(locale)
        if any(not known.get(place) for place in places_in(text)):
            return None
        return _PLACE.sub(lambda found: known[Place(found[1])], text)


class ReplyBook(BaseModel):
    """All stock replies, in the order of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    replies: tuple[StockReply, ...] = Field(default=())

    def fitting(
        self, occasion: Occasion, known: Mapping[Place, str], locale: str
    ) -> tuple[StockReply, ...]:
        """What can be said on an occasion, the most particular first."""
        fit = [
            one
            for one in self.replies
            if one.is_for(occasion) and one.filled(known, locale) is not None
        ]
        return tuple(sorted(fit, key=lambda one: one.breadth))

    def of_key(self, key: str) -> StockReply | None:
        """The reply of that key, None when the file has it no more."""
        return next((one for one in self.replies if one.key == key), None)


def places_in(text: str) -> Set[Place]:
    """The places of a text that passed `faults_in`."""
    return {Place(name) for name in _PLACE.findall(text)}


def faults_in(text: str) -> Iterator[str]:
    """Names between braces that are no places, and braces that belong to none ("{" or "}")."""
    yield from (name for name in _PLACE.findall(text) if name not in set(Place))
    yield from _BRACE.findall(_PLACE.sub("", text))
