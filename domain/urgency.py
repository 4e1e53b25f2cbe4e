"""How urgent a problem is, by the office's definition (FACTS 5.2).

Urgent: production stopped, danger or pollution, a wage crowd, a deadline within 48 hours. High:
loss accruing, a deadline within two weeks, many staff hit, a wait of a month or more. Else normal.
The words are data (catalogue/categories.yaml); deadlines, waits and numbers of staff are computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from domain.deadlines_said import deadline_in_days
from domain.lexicon import Hit, Lexicon
from domain.tickets import Urgency
from domain.waits_said import months_waited, staff_hit
from domain.words import Text

URGENT_WITHIN = 1
HIGH_WITHIN = 14
LONG_WAIT_MONTHS = 1
MANY_STAFF = 50

_CLAUSE = re.compile(r"[,。;!?\n]")
_HEDGED = re.compile(
    r"(?:快要?|将要?|即将|面临|可能|恐怕|会|要|怕|担心|否则|不然|就得|只能|只好|或者|得|再不.{0,6}|"
    r"(?<![a-z])(?:about to|may|might|could|will|would have to|going to|risk|threat\w*|or we))"
    r"\W?(?:被迫|被|全部|全面|全|都|have to|be)?\W?$"
)
_DENIED = re.compile(
    r"(?:没有?|未|不会|不用|不必|并未|没到|避免|以免|防止|免得|不影响|没影响|"
    r"(?<![a-z])(?:not|no|never|without|avoid)|n't)\W?(?:完全|全部|任何|any|been|to)?\W?$"
)
_LOSS_RATE = re.compile(
    r"(?:每天|每日|一天|天天|每周)\S{0,6}?(?:少|亏|赔|损失|多付|白付|罚|扣|倒贴|要付|产生|\d|[一二两三四五六七八九十几])"
    r"\S{0,6}?(?:万|千|百|块|元|钱|单)|"
    r"(?:\d[\d,]*|money|dollars|yuan|thousands?)[^.,]{0,20} (?:a|per|every|each) day|"
    r"(?:grow|rise|rising|increas|adding)\w*[^.,]{0,20} (?:daily|every day|a day|per day)"
)


class UrgencyWords(BaseModel):
    """Words that make a problem urgent or high, and phrases that contain one and say the opposite.

    One of `urgent` that only threatens is high; a word of `crowd` with one of `wages` is urgent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    urgent: tuple[Text, ...]
    high: tuple[Text, ...]
    calm: tuple[Text, ...] = ()
    crowd: tuple[Text, ...] = ()
    wages: tuple[Text, ...] = ()

    @cached_property
    def _words(self) -> Lexicon[Urgency]:
        return Lexicon(
            (word, urgency)
            for words, urgency in (
                (self.urgent, Urgency.URGENT),
                (self.high, Urgency.HIGH),
                (self.calm, Urgency.NORMAL),
            )
            for word in words
        )

    @cached_property
    def _crowd(self) -> tuple[Lexicon[bool], Lexicon[bool]]:
        return Lexicon((w, True) for w in self.crowd), Lexicon((w, True) for w in self.wages)

    def said_in(self, text: str) -> set[Urgency]:
        """The urgencies that the words of a plain text name."""
        said = {
            urgency
            for clause in _CLAUSE.split(text)
            for hit in self._words.find(clause)
            for urgency in _meant(clause, hit)
        }
        if all(lexicon.stands_in(text) for lexicon in self._crowd):
            said.add(Urgency.URGENT)
        return said


def _meant(clause: str, hit: Hit[Urgency]) -> Iterator[Urgency]:
    before = clause[: hit.start]
    if _DENIED.search(before):
        return
    for urgency in hit.values:
        is_threat = urgency is Urgency.URGENT and _HEDGED.search(before)
        yield Urgency.HIGH if is_threat else urgency


def urgency_of(text: str, words: UrgencyWords, today: date) -> Urgency:
    """How urgent a plain text makes a problem on this day, danger apart."""
    said = words.said_in(text)
    days = deadline_in_days(text, today)
    if Urgency.URGENT in said or (days is not None and days <= URGENT_WITHIN):
        return Urgency.URGENT
    if Urgency.HIGH in said or (days is not None and days <= HIGH_WITHIN):
        return Urgency.HIGH
    if months_waited(text, today) >= LONG_WAIT_MONTHS or staff_hit(text) >= MANY_STAFF:
        return Urgency.HIGH
    return Urgency.HIGH if _LOSS_RATE.search(text) else Urgency.NORMAL
