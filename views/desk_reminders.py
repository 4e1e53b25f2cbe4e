"""What the office is reminded of; line 1 stands on a lock screen and names no company."""

from collections.abc import Sequence
from dataclasses import replace

from domain.deadlines import Clock
from domain.screens import Html, Row, Screen
from models import Message
from views.desks import Act, days_left, do_button
from views.translations import Translator


def _keys(t: Translator, task_id: int) -> tuple[Row, ...]:
    """S12: one tap answers; 办结 opens the answer, it never closes by itself."""
    return (
        (do_button(t, Act.AT_WORK, task_id), do_button(t, Act.RESOLVE, task_id)),
        (do_button(t, Act.SNOOZE, task_id), do_button(t, Act.CARD, task_id)),
    )


def follow_up(
    t: Translator, task_id: int, number: str, kind: str, message: Message | None
) -> Screen:
    """The moment an officer chose, with what they wrote about it; kind: follow_up, no_answer."""
    return Screen(
        text=Html.lines(
            t(f"desks.notice.{kind}", number=number),
            t("desks.quote", text=message.text) if message and message.text else None,
        ),
        keyboard=_keys(t, task_id),
    )


def on_ladder(
    t: Translator,
    task_id: int,
    number: str,
    kind: str,
    clock: Clock,
    at: str,
    *,
    left: int,
    handler: str | None,
    to_head: bool,
) -> Screen:
    """Soon due, overdue, not taken; a head reads who handles it and may name another."""
    if kind == "ticket_unclaimed":
        text = t("desks.notice.unclaimed", number=number, at=at)
        keyboard: tuple[Row, ...] = (
            (do_button(t, Act.CLAIM, task_id), do_button(t, Act.CARD, task_id)),
        )
    elif kind == "task_due_soon":
        name = t(f"desks.clock.{clock}")
        left_ = days_left(t, left)
        text = t("desks.notice.due_soon", number=number, clock=name, at=at, left=left_)
        keyboard = _keys(t, task_id)
    else:
        name = t(f"desks.clock.{clock}")
        key = "desks.notice.overdue_head" if to_head else "desks.notice.overdue"
        who = handler or t.plain("desks.notice.nobody")
        text = t(key, number=number, clock=name, at=at, **({"name": who} if to_head else {}))
        keyboard = _keys(t, task_id)
    if to_head:
        keyboard = ((do_button(t, Act.REASSIGN, task_id), do_button(t, Act.CARD, task_id)),)
    return Screen(text=text, keyboard=keyboard)


def told(t: Translator, task_id: int, number: str, kind: str) -> Screen:
    """One line: assigned, urged, unsolved, reopened."""
    return Screen(
        text=t(f"desks.notice.{kind}", number=number),
        keyboard=((do_button(t, Act.CARD, task_id),),),
    )


def extension(t: Translator, task_id: int, number: str, kind: str, days: int | None) -> Screen:
    """What the head decided; kind: extension_granted, extension_refused."""
    facts = {"number": number} | ({"days": days} if days is not None else {})
    return Screen(
        text=t(f"desks.notice.{kind}", **facts), keyboard=((do_button(t, Act.CARD, task_id),),)
    )


def unowned(t: Translator, number: str) -> Screen:
    """To an administrator: nobody can receive it."""
    return Screen(text=t("desks.notice.unowned", number=number))


def undelivered(
    t: Translator, task_id: int, number: str, contact: tuple[str, str] | None
) -> Screen:
    """The company cannot be reached here: phone, with the number it gave."""
    phone = t("desks.notice.phone", name=contact[0], phone=contact[1]) if contact else None
    return Screen(
        text=Html.lines(t("desks.notice.undelivered", number=number), phone),
        keyboard=((do_button(t, Act.CALL, task_id), do_button(t, Act.CARD, task_id)),),
    )


def calling(t: Translator, screen: Screen, persons: Sequence[tuple[int, str]]) -> Screen:
    """The same in a group, with the names of those it is for: telegram ids and names."""
    if not persons:
        return screen
    names = [
        Html(f'<a href="tg://user?id={number}">{Html.safe(name)}</a>') for number, name in persons
    ]
    mention = Html(t.plain("desks.comma").join(names))
    return replace(screen, text=Html(t("desks.notice.mention", mention=mention) + screen.text))
