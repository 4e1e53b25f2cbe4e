"""Tickets and their history as rows of two sheets: codes, texts, moments of the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

TICKET_COLUMNS = (
    "number",
    "received_at",
    "company",
    "category",
    "urgency",
    "department",
    "status",
    "outcome",
    "contacted_at",
    "answer_due",
    "answered_at",
    "closed_at",
    "round",
    "solved",
    "score",
)
HISTORY_COLUMNS = ("number", "at", "step", "from", "to", "why")


@dataclass(frozen=True, slots=True)
class ExportedTickets:
    """Some tickets with their history, cell by cell in the order of the columns."""

    tickets: Sequence[Sequence[Any]]
    history: Sequence[Sequence[Any]]
