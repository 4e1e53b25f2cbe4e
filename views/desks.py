"""O1, the card of a task, its topic's title, copies of what the company wrote, and A1 /desk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, unique
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.catalogue import DepartmentInfo
from domain.desks import CompanyLine, DeskCard, Right, Share, TopicSign
from domain.facts import Span
from domain.screens import Attachment, Button, Html, Keyboard, Row, Screen
from domain.tickets import Status, Step, TaskRole
from domain.visible import shortened
from models import Desk
from views import formats, registering
from views.people import back_row
from views.presses import BindingPress, DeskPress
from views.translations import Translator

#: How a moment reads: bound to language, zone and day.
Moment = Callable[[datetime], str]
_WAITING = (Status.RECEIVED, Status.DISPATCHED)
_ENDED = (Status.ANSWERED, Status.CLOSED)
_SHOWN_WORDS = 160
_PER_PAGE = 15


@unique
class Act(StrEnum):
    """What a button of the card begins; a step may need more screens."""

    CARD = "c"
    CLAIM = "k"
    RELEASE = "u"
    REPLY = "r"
    ASK_BACK = "a"
    FOLLOW_UP = "f"
    ROUTE = "t"
    URGENCY = "g"
    CATEGORY = "y"
    BOUNCE = "x"
    DECIDE = "d"
    MERGE = "i"
    LEAVE = "q"
    SPLIT = "s"
    CALL = "l"
    EXTEND = "e"
    RESOLVE = "o"
    UNRESOLVE = "n"
    REOPEN = "p"
    REASSIGN = "j"
    JUDGE = "v"
    MORE = "m"
    HISTORY = "h"
    TALK = "w"
    AT_WORK = "b"
    SNOOZE = "z"


@dataclass(frozen=True)
class Do(DeskPress):
    """Begin something on a task."""

    prefix: ClassVar[str] = "d"
    act: Act
    task_id: int


@dataclass(frozen=True)
class ChooseDepartment(BindingPress):
    """Turn the pages of /desk."""

    prefix: ClassVar[str] = "dp"
    page: int


@dataclass(frozen=True)
class Bind(BindingPress):
    """Make this group the desk of a department."""

    prefix: ClassVar[str] = "dz"
    department: str


@dataclass(frozen=True)
class Unbind(BindingPress):
    """The group is no desk any more."""

    prefix: ClassVar[str] = "du"
    desk_id: int


class Where(StrEnum):
    """What stands around a card: it decides what is said about replying."""

    TOPIC = "topic"
    GROUP = "group"
    PRIVATE = "private"


# The card


def card(t: Translator, facts: DeskCard, *, now: datetime, zone: ZoneInfo, where: Where) -> Screen:
    """S13: every line that is true now, and only buttons that the life cycle allows."""
    today = now.astimezone(zone).date()

    def moment(at: datetime) -> str:
        return formats.moment(t, at, zone, today=today)

    return Screen(
        text=Html.lines(
            _title(t, facts),
            t("desks.card.danger") if facts.danger else None,
            _asks(t, facts),
            _item(t, facts),
            _registered(t, facts, today),
            _company(t, facts),
            _contact(t, facts),
            _taken(t, facts, moment),
            _due(t, facts, moment, now=now),
            _last(t, facts, moment),
            *_others(t, facts),
            _together(t, facts),
            _wanted(t, facts),
            t(f"desks.hint.{where}") if facts.status not in _ENDED else None,
        ),
        keyboard=_keyboard(t, facts),
        role="ticket_card",
    )


def _title(t: Translator, facts: DeskCard) -> Html:
    return t(
        "desks.card.title",
        number=facts.number,
        status=status(t, facts.status),
        urgency=t(f"desks.urgency.{facts.urgency}"),
        category=facts.category_name.of(t.locale),
    )


def status(t: Translator, value: Status) -> Html:
    """A task's state in words."""
    return t(f"desks.status.{value}")


def _asks(t: Translator, facts: DeskCard) -> Html:
    words = facts.words
    if len(words) > _SHOWN_WORDS:
        words = shortened(words, _SHOWN_WORDS, "…")
    files = [_file(t, kind, seconds) for kind, seconds in facts.files]
    listed = t("desks.card.files", files=t.plain("desks.comma").join(files)) if files else Html("")
    edited = t("desks.card.edited") if facts.was_edited else Html("")
    return t("desks.card.asks", words=words.replace("\n", " ") or "—", files=listed, edited=edited)


def _item(t: Translator, facts: DeskCard) -> Html | None:
    """The errand of a bundle that this task is: its answer is about it alone."""
    if facts.item is None:
        return None
    return t("desks.card.item", item=facts.item.of(t.locale))


def _registered(t: Translator, facts: DeskCard, today: date) -> Html | None:
    """Who wrote it down for the company; it was not the company's own hand."""
    if facts.registered_by is None:
        return None
    if facts.visited_on is None:
        return t("desks.card.registered", name=facts.registered_by)
    day = formats.day(t, facts.visited_on, today=today)
    return t("desks.card.registered_at_visit", name=facts.registered_by, day=day)


def _file(t: Translator, kind: str, seconds: int | None) -> str:
    name = t.plain(f"desks.file.{kind}")
    return t.plain("desks.seconds", name=name, seconds=seconds) if seconds else name


def _company(t: Translator, facts: DeskCard) -> Html:
    language = t.plain(f"desks.language.{facts.locale}")
    if facts.company is None:
        return t("desks.card.person", name=facts.asker, language=language)
    dot = t.plain("desks.dot")
    name = facts.company.name or t.plain("desks.card.unnamed")
    agent = [t.plain("desks.card.agent", name=facts.asker)] if facts.by_agent else []
    line = [name, *_known(t, facts.company), language, *agent]
    return t("desks.card.company", line=dot.join(line))


def _known(t: Translator, company: CompanyLine) -> list[str]:
    lines: list[str] = []
    if company.size_classes:
        lines.append(t.plain("desks.or").join(one.of(t.locale) for one in company.size_classes))
    if company.employees is not None:
        lines.append(t.plain("desks.card.employees", number=_span(company.employees)))
    if company.revenue is not None:
        year, amount = company.revenue_year, _money(t, company.revenue)
        lines.append(t.plain("desks.card.revenue", year=year, amount=amount))
    return lines


def _span(span: Span) -> str:
    if span.exact and span.low is not None:
        return formats.number(span.low)
    low = "" if span.low is None else formats.number(span.low)
    return f"{low}–{formats.number(span.high)}" if span.high is not None else f"≥{low}"


def _money(t: Translator, span: Span) -> str:
    ends = [formats.amount(t, end) for end in dict.fromkeys((span.low, span.high)) if end]
    return "–".join(ends)


def _contact(t: Translator, facts: DeskCard) -> Html | None:
    if facts.contact is None:
        return None
    return t("desks.card.contact", name=facts.contact[0], phone=facts.contact[1])


def _taken(t: Translator, facts: DeskCard, moment: Moment) -> Html:
    department = facts.department.of(t.locale)
    if facts.handler is None or facts.accepted_at is None:
        due = moment(facts.accept_due) if facts.accept_due else None
        waits = t("desks.card.accept_by", at=due) if due and facts.status in _WAITING else Html("")
        return t("desks.card.unclaimed", department=department, until=waits)
    contact = t("desks.card.contacted") if facts.contacted_at else Html("")
    if facts.contacted_at is None and facts.contact_due is not None:
        contact = t("desks.card.contact_by", at=moment(facts.contact_due))
    return t(
        "desks.card.claimed",
        department=department,
        name=_handler(t, facts),
        at=moment(facts.accepted_at),
        contact=contact,
    )


def _handler(t: Translator, facts: DeskCard) -> str:
    """Who has it, and who stands in meanwhile."""
    name = facts.handler or ""
    if facts.stand_in is None:
        return name
    return t.plain("desks.card.stood_in", name=name, stand_in=facts.stand_in)


def _due(t: Translator, facts: DeskCard, moment: Moment, *, now: datetime) -> Html | None:
    if facts.merged_into is not None:
        return t("desks.card.merged", number=facts.merged_into)
    if facts.outcome is not None:
        return t("desks.card.outcome", outcome=t(f"desks.outcome.{facts.outcome}"))
    if facts.is_paused:
        return t("desks.card.paused")
    if facts.answer_due is None:
        return None
    if facts.is_overdue(now):
        return t("desks.card.overdue", at=moment(facts.answer_due))
    left, at = facts.days_left or 0, moment(facts.answer_due)
    if facts.provisional:
        at = t.plain("desks.card.provisional", at=at)
    return t("desks.card.due", at=at, left=days_left(t, left))


def days_left(t: Translator, count: int) -> Html:
    """剩 5 个工作日; today reads 今天到期."""
    return t.plural("desks.days_left", count) if count else t("desks.due_today")


def _last(t: Translator, facts: DeskCard, moment: Moment) -> Html | None:
    if facts.last is None:
        return None
    follow = t("desks.card.follow_up", at=moment(facts.follow_up_at)) if facts.follow_up_at else ""
    what = t(f"desks.step.{facts.last.step}")
    who = t("desks.by", name=facts.last.who) if facts.last.who else Html("")
    return t("desks.card.last", at=moment(facts.last.at), what=what, who=who, follow=Html(follow))


def _others(t: Translator, facts: DeskCard) -> list[Html]:
    lines = [
        t(
            "desks.card.share",
            department=_share_name(t, share),
            status=status(t, share.status),
            who=t("desks.by", name=share.handler) if share.handler else Html(""),
        )
        for share in facts.others
    ]
    is_helping = facts.role is TaskRole.CO and facts.item is None
    return [t("desks.card.as_co"), *lines] if is_helping else lines


def _share_name(t: Translator, share: Share) -> str:
    department = share.department.of(t.locale)
    if share.item is None:
        return department
    return t.plain("desks.card.item_of", item=share.item.of(t.locale), department=department)


def _together(t: Translator, facts: DeskCard) -> Html | None:
    """Other companies' tickets with the same cause, by number only."""
    if facts.status in _ENDED:
        return None
    if facts.led_by is not None:
        return t("desks.together.led_by", number=facts.led_by)
    if facts.led:
        return t("desks.together.leads", numbers=_numbers(t, facts.led))
    if facts.alike:
        return t("desks.together.alike", numbers=_numbers(t, facts.alike))
    return None


def _numbers(t: Translator, numbers: Sequence[str]) -> str:
    return t.plain("desks.comma").join(numbers[:5]) + ("…" if len(numbers) > 5 else "")


def _wanted(t: Translator, facts: DeskCard) -> Html | None:
    if facts.wanted is None or facts.status in _ENDED:
        return None
    return t("desks.card.no_desk", department=facts.wanted.of(t.locale))


#: Which step of the life cycle a button of the card needs; row by row as in S13.
_ROWS: tuple[tuple[tuple[Act, Step], ...], ...] = (
    ((Act.CLAIM, Step.CLAIM), (Act.DECIDE, Step.DECIDE_BOUNCE)),
    ((Act.REPLY, Step.REPLY), (Act.ASK_BACK, Step.ASK_BACK)),
    ((Act.FOLLOW_UP, Step.FOLLOW_UP), (Act.ROUTE, Step.INVOLVE)),
    ((Act.CALL, Step.CALL), (Act.URGENCY, Step.SET_URGENCY), (Act.EXTEND, Step.ASK_EXTENSION)),
    ((Act.BOUNCE, Step.BOUNCE), (Act.RESOLVE, Step.RESOLVE), (Act.REOPEN, Step.REOPEN)),
)
_MORE: tuple[tuple[Act, Step], ...] = (
    (Act.CATEGORY, Step.SET_CATEGORY),
    (Act.REASSIGN, Step.REASSIGN),
    (Act.JUDGE, Step.JUDGE),
    (Act.MERGE, Step.MERGE),
    (Act.LEAVE, Step.LEAVE),
    (Act.SPLIT, Step.SPLIT),
)


def do_button(t: Translator, act: Act, task_id: int) -> Button:
    """A button of the card; its words are `desks.act.<act>`."""
    return Button(t.plain(f"desks.act.{act.name.lower()}"), data=Do(act, task_id).pack())


def _keyboard(t: Translator, facts: DeskCard) -> Keyboard:
    rows = [
        tuple(do_button(t, act, facts.task_id) for act, step in row if step in facts.steps)
        for row in _ROWS
    ]
    more = do_button(t, Act.MORE, facts.task_id)
    *before, last = rows
    return (*(row for row in before if row), (*last, more), *_shares(t, facts))


def _shares(t: Translator, facts: DeskCard) -> tuple[Row, ...]:
    """The other parts' cards, where the viewer may work on them too; six at most."""
    keys = [
        Button(
            t.plain(
                "desks.button.share", department=(share.item or share.department).of(t.locale)[:10]
            ),
            data=Do(Act.CARD, share.task_id).pack(),
        )
        for share in facts.others
        if share.may_open and share.status not in _ENDED
    ]
    return in_rows(keys[:6], 3)


def more(t: Translator, facts: DeskCard, *, can_judge: bool) -> Screen:
    """O11: what is needed less often; `can_judge` when the ticket is about such a condition."""
    offered = facts.steps - (set() if can_judge else {Step.JUDGE})
    allowed = [do_button(t, act, facts.task_id) for act, step in _MORE if step in offered]
    return Screen(
        text=t("desks.more.title", number=facts.number),
        keyboard=(
            (do_button(t, Act.TALK, facts.task_id), do_button(t, Act.HISTORY, facts.task_id)),
            *in_rows(allowed, 2),
            *(((registering.entry(t, facts.ticket_id),),) if facts.company else ()),
            (do_button(t, Act.CARD, facts.task_id),),
        ),
    )


def in_rows(buttons: Sequence[Button], width: int) -> tuple[Row, ...]:
    """Buttons in rows of a width."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


def moved_away(t: Translator, facts: DeskCard) -> Screen:
    """What a desk sees of a ticket that is no longer its own: no words, no buttons."""
    return Screen(
        text=t(
            "desks.card.moved",
            number=facts.number,
            department=facts.department.of(t.locale),
        ),
        role="ticket_card",
    )


#: Of the icons that Telegram offers for topics, those that say a state.
_ICONS = {
    Status.RECEIVED: "❗",
    Status.DISPATCHED: "❗",
    Status.IN_PROGRESS: "📝",
    Status.WAITING_COMPANY: "❓",
    Status.ANSWERED: "✅",
    Status.CLOSED: "📁",
}


def topic_sign(t: Translator, facts: DeskCard) -> TopicSign:
    """`0007 办理中 示例封装`: the state in words, with an icon for a second sign."""
    name = facts.company.name if facts.company and facts.company.name else facts.asker
    title = t.plain(
        "desks.topic.title",
        short=facts.short,
        status=t.plain(f"desks.status.{facts.status}"),
        name=shortened(name, 40),
    )
    return TopicSign(title, _ICONS[facts.status])


def relayed(
    t: Translator, short: str, name: str, text: str, *, file: Attachment | None, is_edited: bool
) -> Screen:
    """One message of the company, copied; a reply to it asks whom it is for."""
    edited = t("desks.relay.edited") if is_edited else Html("")
    phone = file.phone if file and file.phone else ""
    words = t("desks.relay.phone", name=file.name, phone=phone) if file and phone else text
    return Screen(
        text=Html.lines(
            t("desks.relay.head", short=short, name=name, edited=edited),
            words or None,
        ),
        attachment=None if phone else file,
        role="ticket_relay",
    )


# /desk


def choose_department(
    t: Translator,
    departments: Sequence[DepartmentInfo],
    bound: Sequence[tuple[Desk, str]],
    *,
    page: int,
    is_forum: bool,
) -> Screen:
    """A1: what the group is now, and the departments it can be bound to."""
    shown = departments[page * _PER_PAGE : (page + 1) * _PER_PAGE]
    buttons = [
        Button(department.short.of(t.locale), data=Bind(department.key).pack())
        for department in shown
    ]
    turn = [
        Button(t.plain("desks.bind.more"), data=ChooseDepartment(page + 1).pack()),
        Button(t.plain("desks.bind.first"), data=ChooseDepartment(0).pack()),
    ]
    pages = () if len(departments) <= _PER_PAGE else (turn[0] if page == 0 else turn[1],)
    return Screen(
        text=Html.lines(
            t("desks.bind.choose"),
            _bound_now(t, [name for _, name in bound]),
            t("desks.bind.forum") if is_forum else t("desks.bind.plain"),
        ),
        keyboard=(*in_rows(buttons, 3), *((pages,) if pages else ())),
    )


def _bound_now(t: Translator, names: Sequence[str]) -> Html | None:
    if not names:
        return None
    return t("desks.bind.is", departments=t.plain("desks.comma").join(names))


def bound(t: Translator, desk: Desk, department: str, lacks: frozenset[Right]) -> Screen:
    """The group is a desk now: what happens here, and what the bot still needs."""
    return Screen(
        text=Html.lines(
            t("desks.bind.done", department=department),
            t("desks.bind.forum") if desk.is_forum else t("desks.bind.plain"),
            t("desks.bind.lacks") if lacks else None,
            *(t(f"desks.right.{right}") for right in sorted(lacks)),
        ),
        keyboard=(
            (
                Button(t.plain("desks.bind.also"), data=ChooseDepartment(0).pack()),
                Button(t.plain("desks.bind.undo"), data=Unbind(desk.id).pack()),
            ),
        ),
    )


def unbound(t: Translator, department: str) -> Screen:
    """The group is no desk of that department any more."""
    return Screen(text=t("desks.bind.undone", department=department))


def only_in_group(t: Translator) -> Screen:
    """/desk in a private chat."""
    return Screen(text=t("desks.bind.only_in_group"), keyboard=(back_row(t),))


def made_twice(t: Translator) -> Screen:
    """That another topic of this name may stand beside it, made when the bot was interrupted."""
    return Screen(text=t("desks.made_twice"), quiet=True)


def lacks_rights(t: Translator, department: str, right: Right) -> Screen:
    """To an administrator: what is missing, and what happens meanwhile."""
    return Screen(
        text=Html.lines(
            t("desks.lacks.title", department=department),
            t(f"desks.right.{right}"),
            t(f"desks.meanwhile.{right}"),
        )
    )
