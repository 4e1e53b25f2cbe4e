"""Which tickets somebody looks for in a few words: “待受理 融资”, “已超时”, “mine urgent”."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from domain.desks import Shelf
from domain.lexicon import legible
from domain.tickets import Status, Urgency

Value = TypeVar("Value")

_UNCLAIMED = frozenset({Status.RECEIVED, Status.DISPATCHED})
_UNANSWERED = frozenset({*_UNCLAIMED, Status.IN_PROGRESS, Status.WAITING_COMPANY})
_STATUSES: Mapping[frozenset[Status], str] = {
    frozenset({Status.RECEIVED}): r"已?收到|received",
    _UNCLAIMED: r"待受理|未受理|没受理|没人受理|unclaimed|to take|waiting to be taken",
    frozenset({Status.IN_PROGRESS}): r"办理中|在办|in progress",
    frozenset({Status.WAITING_COMPANY}): r"等企业|等企业补充|待补充|waiting for the company",
    frozenset({Status.ANSWERED}): r"已答复|answered",
    frozenset({Status.CLOSED}): r"已?办结|已结案|closed",
    _UNANSWERED: r"未办结|没办结|没办完|未答复|\bopen",
}
_SHELVES: Mapping[Shelf, str] = {
    Shelf.OVERDUE: r"已?超时|逾期|已?超期|overdue|late",
    Shelf.TODAY: r"今[天日]到期|due today",
    Shelf.MINE: r"我的|我经办的?|我办的|mine|my",
}
_URGENCIES: Mapping[Urgency, str] = {
    Urgency.URGENT: r"紧急|特急|urgent",
    Urgency.HIGH: r"较急|high",
}
#: What may stand around a word of these, and says nothing.
_START, _END = r"(?<![^\s,，、;；])", r"(?:的|工单|诉求| tickets?)*(?![^\s,，、;；])"
_BETWEEN = re.compile(r"[\s,，、;；]+")
#: A search of more words than this is no search any more.
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Wanted:
    """All of `words` (in the number, the company, the kind or what was written), any of `statuses`
    and of `urgencies`, and all of `shelves`. What is empty is not asked for."""

    words: tuple[str, ...] = ()
    statuses: frozenset[Status] = frozenset()
    urgencies: frozenset[Urgency] = frozenset()
    shelves: frozenset[Shelf] = frozenset()

    @property
    def is_nothing(self) -> bool:
        """Whether it says nothing that could be looked for."""
        return not (self.words or self.statuses or self.urgencies or self.shelves)


def read_wanted(text: str) -> Wanted:
    """What was typed, in any order; a word of state counts when it stands by itself."""
    rest = legible(text)
    statuses, rest = _taken(rest, _STATUSES)
    shelves, rest = _taken(rest, _SHELVES)
    urgencies, rest = _taken(rest, _URGENCIES)
    words = tuple(dict.fromkeys(word for word in _BETWEEN.split(rest) if word))
    return Wanted(
        words=words[:MOST_WORDS],
        statuses=frozenset(one for some in statuses for one in some),
        urgencies=frozenset(urgencies),
        shelves=frozenset(shelves),
    )


def _taken(text: str, table: Mapping[Value, str]) -> tuple[list[Value], str]:
    """The values whose words stand in the text, and the text without them."""
    found = []
    for value, pattern in table.items():
        said = re.compile(f"{_START}(?:{pattern}){_END}", re.IGNORECASE)
        if said.search(text):
            found.append(value)
            text = said.sub(" ", text)
    return found, text
