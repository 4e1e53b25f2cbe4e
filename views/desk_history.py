"""What was done and said about a task, for an officer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.screens import Button, Html, Screen
from domain.tickets import Step
from domain.visible import shortened
from models import Message, TicketEvent
from models.messages import Direction
from views import formats
from views.desk_forms import card_key
from views.presses import DeskPress
from views.translations import Translator

_LINES = 12

_QUOTED = 300


@dataclass(frozen=True)
class SendFiles(DeskPress):
    """Send the company's files of a ticket to this chat."""

    prefix: ClassVar[str] = "dv"
    task_id: int


def history(
    t: Translator,
    task_id: int,
    number: str,
    events: Sequence[tuple[TicketEvent, str | None]],
    *,
    zone: ZoneInfo,
) -> Screen:
    """The newest lines of the history, the oldest of them first."""
    lines = [
        t(
            "desks.history.line",
            at=formats.moment(t, event.at, zone),
            step=_step(t, event, zone),
            who=t("desks.by", name=who) if who else Html(""),
        )
        for event, who in events[-_LINES:]
    ]
    return Screen(
        text=Html.lines(t("desks.history.title", number=number), *lines),
        keyboard=((card_key(t, task_id),),),
    )


def _step(t: Translator, event: TicketEvent, zone: ZoneInfo) -> Html:
    """A step in words, with its reason; where due moments moved, the answer's from when to when."""
    told = [event.details.get(one) for one in ("before", "after")]
    if event.step is not Step.RECKON or not all(told):
        wording = f"desks.step.{event.step}"
        reason = f"{wording}_{event.why}"
        return t(reason if event.why and t.has(reason) else wording)
    before, after = (formats.moment(t, datetime.fromisoformat(str(one)), zone) for one in told)
    return t("desks.step.reckon_answer", before=before, after=after)


def talk(
    t: Translator,
    task_id: int,
    number: str,
    messages: Sequence[tuple[Message, str]],
    *,
    zone: ZoneInfo,
) -> Screen:
    """看往来: the newest messages of both sides and the office's notes."""
    lines = [
        t(
            f"desks.talk.{message.direction}",
            at=formats.moment(t, message.at, zone),
            name=name,
            text=_cut(message.text) or t.plain("desks.talk.file"),
        )
        for message, name in messages[-_LINES:]
    ]
    has_files = any(m.attachments and m.direction is Direction.IN for m, _ in messages)
    files = Button(t.plain("desks.button.files"), data=SendFiles(task_id).pack())
    return Screen(
        text=Html.lines(t("desks.talk.title", number=number), *lines),
        keyboard=((*((files,) if has_files else ()), card_key(t, task_id)),),
    )


def _cut(text: str) -> str:
    return shortened(text, _QUOTED, "…")
