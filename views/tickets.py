"""A company's tickets: receipt, ticket, conversation, history, what was asked, the call-back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from domain.screens import Attachment, Button, Html, Keyboard, Row, Screen
from domain.ticket_sheets import FileLine, HistoryLine, SaidLine, TicketSheet
from domain.tickets import Category, Outcome, Solved, Status, Step
from domain.words import Words
from views import formats
from views import ticket_parts as parts
from views.people import back_row, go_button, menu_button
from views.presses import Press
from views.promises import promises
from views.translations import Translator

#: So many tickets, messages, lines of history per page.
TICKETS_PER_PAGE = 4
SAID_PER_PAGE = 5
LINES_PER_PAGE = 10
#: Files that get a button on one page.
_FILE_KEYS = 6
#: Words quoted on a card; the whole stands in the conversation.
_QUOTED = 400


@dataclass(frozen=True)
class AskOfficer(Press):
    """A draft about a measure: 请工作人员确认."""

    prefix: ClassVar[str] = "ta"
    measure_id: str


@dataclass(frozen=True)
class ShowTicket(Press):
    """C12."""

    prefix: ClassVar[str] = "tt"
    ticket_id: int


@dataclass(frozen=True)
class ListTickets(Press):
    """Every ticket of one's side, a page of them."""

    prefix: ClassVar[str] = "to"
    page: int


@dataclass(frozen=True)
class ShowTalk(Press):
    """看往来: what was said, the newest page first."""

    prefix: ClassVar[str] = "tw"
    ticket_id: int
    page: int


@dataclass(frozen=True)
class ShowHistory(Press):
    """看历史: every step, the newest page first."""

    prefix: ClassVar[str] = "th"
    ticket_id: int
    page: int


@dataclass(frozen=True)
class ShowFile(Press):
    """Send a file of the conversation again."""

    prefix: ClassVar[str] = "tf"
    message_id: int
    place: int


@dataclass(frozen=True)
class Supplement(Press):
    """补充: what is written next belongs to the ticket."""

    prefix: ClassVar[str] = "te"
    ticket_id: int


@dataclass(frozen=True)
class Supplied(Press):
    """发完了."""

    prefix: ClassVar[str] = "ti"
    ticket_id: int


@dataclass(frozen=True)
class HaveNone(Press):
    """没有这份: an answer too."""

    prefix: ClassVar[str] = "ty"
    ticket_id: int


@dataclass(frozen=True)
class NeedTime(Press):
    """需要更多时间: tells the officer so; the clock stays still."""

    prefix: ClassVar[str] = "tz"
    ticket_id: int


@dataclass(frozen=True)
class Urge(Press):
    """催办."""

    prefix: ClassVar[str] = "tb"
    ticket_id: int


@dataclass(frozen=True)
class AskWithdraw(Press):
    """撤回 asks once."""

    prefix: ClassVar[str] = "t1"
    ticket_id: int


@dataclass(frozen=True)
class Withdraw(Press):
    """确认撤回."""

    prefix: ClassVar[str] = "t2"
    ticket_id: int


@dataclass(frozen=True)
class Reopen(Press):
    """重新打开."""

    prefix: ClassVar[str] = "t3"
    ticket_id: int


@dataclass(frozen=True)
class RateSolved(Press):
    """解决了 / 部分解决 / 没解决, for one round."""

    prefix: ClassVar[str] = "t4"
    ticket_id: int
    round: int
    solved: Solved


@dataclass(frozen=True)
class PartUnsolved(Press):
    """Which errand of a bundle is not solved: it is done again."""

    prefix: ClassVar[str] = "bu"
    ticket_id: int
    round: int
    task_id: int


@dataclass(frozen=True)
class RateScore(Press):
    """1–5, for one round."""

    prefix: ClassVar[str] = "t5"
    ticket_id: int
    round: int
    score: int


@dataclass(frozen=True)
class Comment(Press):
    """写一句."""

    prefix: ClassVar[str] = "t6"
    ticket_id: int


@dataclass(frozen=True)
class AskTicketCategory(Press):
    """改类别 of a submitted ticket."""

    prefix: ClassVar[str] = "t7"
    ticket_id: int


@dataclass(frozen=True)
class PickTicketCategory(Press):
    """The category chosen for it."""

    prefix: ClassVar[str] = "t8"
    ticket_id: int
    category: Category


@dataclass(frozen=True)
class AddTo(Press):
    """加进去: a stored message belongs to that ticket."""

    prefix: ClassVar[str] = "t9"
    ticket_id: int
    message_id: int


@dataclass(frozen=True)
class AsNew(Press):
    """新问题: a stored message starts a draft."""

    prefix: ClassVar[str] = "tN"
    message_id: int


@dataclass(frozen=True)
class AskVisitIn(Press):
    """请上门: somebody of the office is to come because of this ticket."""

    prefix: ClassVar[str] = "vt"
    ticket_id: int


# Receipt and ticket


def receipt(t: Translator, sheet: TicketSheet) -> Screen:
    """C11: the number, where it is, by when somebody answers."""
    return Screen(
        text=Html.lines(
            t("tickets.receipt.title", number=sheet.number),
            where(t, sheet),
            promises(t, sheet),
            t("tickets.receipt.target"),
        ),
        keyboard=_receipt_keys(t, sheet),
    )


def _receipt_keys(t: Translator, sheet: TicketSheet) -> Keyboard:
    return (
        (
            Button(t.plain("tickets.button.copy"), copies=sheet.number),
            key(t, "supplement", Supplement(sheet.id)),
        ),
        (
            key(t, "progress", ShowTicket(sheet.id)),
            key(t, "category", AskTicketCategory(sheet.id)),
        ),
        (key(t, "withdraw", AskWithdraw(sheet.id)), menu_button(t)),
    )


def key(t: Translator, name: str, press: Press) -> Button:
    """A button; its words are `tickets.button.<name>`."""
    return Button(t.plain(f"tickets.button.{name}"), data=press.pack())


def where(t: Translator, sheet: TicketSheet) -> Html:
    """融资信贷 · 一般 · 已转区财政局（金融），等待受理."""
    is_waiting = sheet.status in {Status.RECEIVED, Status.DISPATCHED}
    return t(
        "tickets.where_waiting" if is_waiting else "tickets.where",
        category=words_of(t, sheet.category),
        urgency=t.plain(f"tickets.urgency.{sheet.urgency}"),
        place=_place(t, sheet),
    )


def words_of(t: Translator, words: Words | None) -> str:
    """A text in the reader's language, empty when there is none."""
    return words.of(t.locale) if words else ""


def _place(t: Translator, sheet: TicketSheet) -> str:
    if sheet.department is None:
        return t.plain("tickets.place.unconfirmed")
    return t.plain("tickets.place.department", department=sheet.department.of(t.locale))


def card(t: Translator, sheet: TicketSheet) -> Screen:
    """C12: status, who, by when, the newest word; buttons are what the life cycle allows."""
    return Screen(
        text=Html.lines(
            t("tickets.card.title", number=sheet.number, status=_status(t, sheet)),
            *(_together(t, sheet) if sheet.parts else _alone(t, sheet)),
            _last(t, sheet),
            _quote(t, sheet),
        ),
        keyboard=_card_keys(t, sheet),
        role="ticket_card",
    )


def _alone(t: Translator, sheet: TicketSheet) -> Iterator[Html | None]:
    """Where a ticket of one part stands."""
    yield where(t, sheet)
    yield _about(t, sheet)
    yield _who(t, sheet)
    yield _standing(t, sheet)


def _together(t: Translator, sheet: TicketSheet) -> Iterator[Html | None]:
    """Where the errands of a bundle stand, and what all of them wait for."""
    yield from parts.lines(t, sheet)
    if sheet.status in {Status.WAITING_COMPANY, Status.ANSWERED, Status.CLOSED}:
        yield _standing(t, sheet)


def shows_card(t: Translator, sheet: TicketSheet, text: str) -> bool:
    """Whether a message still is this ticket's card, in whatever state; it may have been led on to
    another screen meanwhile."""
    titles = [
        t("tickets.card.title", number=sheet.number, status=t.plain(f"tickets.status.{status}"))
        for status in Status
    ]
    return text.partition("\n")[0] in titles


def _status(t: Translator, sheet: TicketSheet) -> str:
    return t.plain(f"tickets.status.{sheet.status}")


def _about(t: Translator, sheet: TicketSheet) -> Html | None:
    if sheet.measure is None:
        return None
    return t("tickets.card.about", measure=words_of(t, sheet.measure))


def _who(t: Translator, sheet: TicketSheet) -> Html | None:
    if sheet.handler is not None:
        return t("tickets.card.handler", name=sheet.handler)
    if sheet.responsible is not None:
        return t("tickets.card.responsible", name=sheet.responsible)
    return None


def _standing(t: Translator, sheet: TicketSheet) -> Html | None:
    """What happens next, or how it ended."""
    match sheet.status:
        case Status.WAITING_COMPANY:
            return t("tickets.card.waiting")
        case Status.ANSWERED if sheet.closes_on is not None:
            day = formats.day(t, sheet.closes_on, today=sheet.today)
            return t("tickets.card.answered", day=day)
        case Status.CLOSED:
            return _ending(t, sheet)
        case _:
            return promises(t, sheet)


def _ending(t: Translator, sheet: TicketSheet) -> Html:
    if sheet.outcome is None:
        return t("tickets.card.closed")
    words = t(f"tickets.outcome.{sheet.outcome}")
    if sheet.score is None:
        return t("tickets.card.ended", outcome=words)
    return t("tickets.card.rated", outcome=words, score=sheet.score)


def _last(t: Translator, sheet: TicketSheet) -> Html | None:
    if sheet.last is None:
        return None
    return t("tickets.card.last", line=history_line(t, sheet, sheet.last))


def _quote(t: Translator, sheet: TicketSheet) -> Html | None:
    words = sheet.asked or sheet.office_said
    if not words:
        return None
    title = "tickets.card.asked" if sheet.asked else "tickets.card.said"
    return Html.lines(t(title), quoted(words, limit=_QUOTED))


def quoted(words: str, *, limit: int | None = None) -> Html:
    """Somebody's words, as written; folded when there are many."""
    text = words if limit is None or len(words) <= limit else words[:limit] + "…"
    return Html(f"<blockquote expandable>{Html.safe(text)}</blockquote>")


def _card_keys(t: Translator, sheet: TicketSheet) -> Keyboard:
    steps = sheet.steps
    first = [*rating_row(t, sheet)] if Step.RATE in steps and sheet.score is None else []
    may = {
        "answer_it": Step.SUPPLY in steps and Supplement(sheet.id),
        "supplement": Step.ADD in steps and Supplement(sheet.id),
        "urge": Step.URGE in steps and sheet.may_urge and Urge(sheet.id),
        "withdraw": Step.WITHDRAW in steps and AskWithdraw(sheet.id),
        "reopen": Step.REOPEN in steps and Reopen(sheet.id),
    }
    keys = [key(t, name, press) for name, press in may.items() if isinstance(press, Press)]
    looks = (
        key(t, "talk", ShowTalk(sheet.id, 0)),
        key(t, "history", ShowHistory(sheet.id, 0)),
        *((key(t, "ask_visit", AskVisitIn(sheet.id)),) if sheet.may_ask_visit else ()),
    )
    rows: list[Row] = [tuple(first)] if first else []
    rows += [tuple(keys[i : i + 3]) for i in range(0, len(keys), 3)]
    return (*rows, looks, back_row(t, key(t, "list", ListTickets(0))))


@dataclass(frozen=True)
class RateLater(Press):
    """Bring the rating to mind again in two days."""

    prefix: ClassVar[str] = "tL"
    ticket_id: int
    round: int


def rating_row(t: Translator, sheet: TicketSheet) -> Iterator[Button]:
    """解决了 / 部分解决 / 没解决; nothing while there is no answer."""
    if sheet.outcome is Outcome.WITHDRAWN or sheet.answered_on is None:
        return
    for solved in Solved:
        words = t.plain(f"tickets.solved.{solved}")
        yield Button(words, data=RateSolved(sheet.id, sheet.round, solved).pack())


def listed(t: Translator, sheets: Sequence[TicketSheet], page: int, pages: int) -> Screen:
    """/tickets: a page of them, what waits for the company first."""
    if not sheets:
        keys = ((go_button(t, "ask"),), back_row(t))
        return Screen(text=t("tickets.list.none"), keyboard=keys)
    rows = [(_ticket_key(t, sheet),) for sheet in sheets]
    return Screen(
        text=Html.lines(t("tickets.list.title"), *(_list_line(t, sheet) for sheet in sheets)),
        keyboard=(*rows, *_pager(t, page, pages), back_row(t)),
    )


def _ticket_key(t: Translator, sheet: TicketSheet) -> Button:
    category = t.plain(f"tickets.category_short.{sheet.kind}")
    words = t.plain("tickets.button.one", number=sheet.short_number, category=category)
    return Button(words, data=ShowTicket(sheet.id).pack())


def _list_line(t: Translator, sheet: TicketSheet) -> Html:
    return t(
        "tickets.list.line",
        number=sheet.number,
        category=words_of(t, sheet.category),
        status=_status(t, sheet),
        day=formats.day(t, sheet.received_at.astimezone(sheet.zone).date(), today=sheet.today),
    )


def _pager(t: Translator, page: int, pages: int) -> Iterator[Row]:
    keys = []
    if page > 0:
        keys.append(key(t, "newer", ListTickets(page - 1)))
    if page + 1 < pages:
        keys.append(key(t, "older", ListTickets(page + 1)))
    if keys:
        yield tuple(keys)


# What was said and done


def talk(t: Translator, sheet: TicketSheet, said: Sequence[SaidLine], page: int) -> Screen:
    """看往来: page 0 is the newest; files are sent on a tap."""
    shown, pages = _page_of(said, page, SAID_PER_PAGE)
    files = [file for line in shown for file in line.files if file.kind != "contact"]
    keys = [_file_key(t, file) for file in files][:_FILE_KEYS]
    return Screen(
        text=Html.lines(
            t("tickets.talk.title", number=sheet.number),
            *(_said(t, sheet, line) for line in shown),
            None if shown else t("tickets.talk.nothing"),
        ),
        keyboard=(
            *(tuple(keys[i : i + 2]) for i in range(0, len(keys), 2)),
            *_turner(t, page, pages, lambda to: ShowTalk(sheet.id, to)),
            back_to(t, sheet),
        ),
    )


def _said(t: Translator, sheet: TicketSheet, line: SaidLine) -> Html:
    who = t.plain("tickets.you") if line.mine else line.who
    at = formats.moment(t, line.at, sheet.zone, today=sheet.today)
    edited = t.plain("tickets.talk.edited") if line.edited else ""
    separator = "，" if t.locale == "zh" else ", "
    files = separator.join(file_words(t, file) for file in line.files)
    words = line.text if len(line.text) <= _QUOTED else line.text[:_QUOTED] + "…"
    return Html.lines(
        t("tickets.talk.line", who=who, at=at, edited=edited),
        Html.safe(words) if words else None,
        t("tickets.talk.files", files=files) if files else None,
    )


def file_words(t: Translator, file: FileLine) -> str:
    """照片 / 语音 42 秒 / 文件 报表.pdf（820 KB）."""
    kind = t.plain(f"tickets.file.{file.kind}")
    if file.duration:
        return t.plain("tickets.file_seconds", kind=kind, seconds=file.duration)
    if file.name and file.size:
        size = formats.size(file.size)
        return t.plain("tickets.file_named", kind=kind, name=file.name, size=size)
    return f"{kind} {file.name}".strip()


def _file_key(t: Translator, file: FileLine) -> Button:
    words = t.plain("tickets.button.file", file=file_words(t, file)[:24])
    return Button(words, data=ShowFile(file.message_id, file.place).pack())


def sent_file(attachment: Attachment) -> Screen:
    """A file of the conversation, once more."""
    return Screen(text=Html(""), attachment=attachment)


def history(t: Translator, sheet: TicketSheet, lines: Sequence[HistoryLine], page: int) -> Screen:
    """看历史: every step, page 0 is the newest."""
    shown, pages = _page_of(lines, page, LINES_PER_PAGE)
    return Screen(
        text=Html.lines(
            t("tickets.history.title", number=sheet.number),
            *(history_line(t, sheet, line) for line in shown),
        ),
        keyboard=(
            *_turner(t, page, pages, lambda to: ShowHistory(sheet.id, to)),
            back_to(t, sheet),
        ),
    )


def history_line(t: Translator, sheet: TicketSheet, line: HistoryLine) -> Html:
    """`11月23日（周一）14:05 周明受理`."""
    who = t.plain("tickets.you") if line.mine else line.who or t.plain("tickets.system")
    wording = f"tickets.step.{line.step}"
    is_told = line.step is not Step.RECKON or "until" in line.values
    if line.why and is_told and t.has(f"{wording}_{line.why}"):
        wording = f"{wording}_{line.why}"
    words = t(wording, who=who, **_step_values(t, line))
    return t(
        "tickets.history.line",
        at=formats.moment(t, line.at, sheet.zone, today=sheet.today),
        words=words,
    )


def _step_values(t: Translator, line: HistoryLine) -> dict[str, str]:
    values = dict(line.values)
    place = words_of(t, values.get("department")) or t.plain("tickets.unconfirmed")
    urgency = values.get("urgency")
    return {
        "department": place,
        "category": words_of(t, values.get("category")),
        "urgency": t.plain(f"tickets.urgency.{urgency}") if urgency else "",
        "outcome": t.plain(f"tickets.outcome.{line.why}") if line.step is Step.RESOLVE else "",
        "person": values.get("person", ""),
        "until": formats.day(t, values["until"]) if "until" in values else "",
    }


Item = TypeVar("Item")


def _page_of(items: Sequence[Item], page: int, size: int) -> tuple[Sequence[Item], int]:
    """The page counted from the newest, items oldest first, and how many pages there are."""
    end = max(len(items) - page * size, 0)
    return items[max(end - size, 0) : end], max(1, -(-len(items) // size))


def _turner(t: Translator, page: int, pages: int, to: Callable[[int], Press]) -> Iterator[Row]:
    keys = []
    if page + 1 < pages:
        keys.append(key(t, "earlier", to(page + 1)))
    if page > 0:
        keys.append(key(t, "later", to(page - 1)))
    if keys:
        yield tuple(keys)


def back_to(t: Translator, sheet: TicketSheet) -> Row:
    """The last row: the ticket, and the menu."""
    return back_row(t, key(t, "back", ShowTicket(sheet.id)))


# Adding, changing, taking back


def supplement(t: Translator, sheet: TicketSheet) -> Screen:
    """What is written next belongs to this ticket; C13 when something was asked."""
    if sheet.status is Status.WAITING_COMPANY:
        return asked_back(t, sheet)
    return Screen(
        text=t("tickets.supplement.title", number=sheet.number),
        keyboard=((key(t, "supplied", Supplied(sheet.id)),), back_to(t, sheet)),
    )


def asked_back(t: Translator, sheet: TicketSheet) -> Screen:
    """C13: what the office needs to know, by when; its clock stands still meanwhile."""
    day = formats.day(t, sheet.asked_until, today=sheet.today) if sheet.asked_until else ""
    return Screen(
        text=Html.lines(
            t("tickets.asked.title", number=sheet.number),
            quoted(sheet.asked) if sheet.asked else None,
            t("tickets.asked.how"),
            t("tickets.asked.until", day=day) if day else None,
        ),
        keyboard=(
            (key(t, "answer_it", Supplement(sheet.id)),),
            (
                key(t, "have_none", HaveNone(sheet.id)),
                key(t, "need_time", NeedTime(sheet.id)),
            ),
            back_to(t, sheet),
        ),
        role="ticket_asked",
    )


def awaiting_answer(t: Translator, sheet: TicketSheet) -> Screen:
    """C13 after the first tap: write or send, until 发完了."""
    return Screen(
        text=Html.lines(
            t("tickets.asked.write", number=sheet.number),
            quoted(sheet.asked) if sheet.asked else None,
        ),
        keyboard=((key(t, "supplied", Supplied(sheet.id)),), back_to(t, sheet)),
    )


def added(t: Translator, sheet: TicketSheet, *, too_large: bool = False) -> Screen:
    """What was sent belongs to the ticket now."""
    return Screen(
        text=Html.lines(
            t("tickets.added.title", number=sheet.number),
            t("tickets.too_large") if too_large else t("tickets.added.more"),
        ),
        keyboard=(
            (
                key(t, "supplied", Supplied(sheet.id)),
                key(t, "progress", ShowTicket(sheet.id)),
            ),
            back_row(t),
        ),
    )


def reopen_keys(t: Translator, sheet: TicketSheet) -> tuple[Button, ...]:
    """重新打开, as long as it may be done again."""
    return (key(t, "reopen", Reopen(sheet.id)),) if Step.REOPEN in sheet.steps else ()


def closed_already(t: Translator, sheet: TicketSheet) -> Screen:
    """Words to a ticket that is over: reopen it, or start another."""
    return Screen(
        text=t("tickets.closed.title", number=sheet.number),
        keyboard=(
            (*reopen_keys(t, sheet), go_button(t, "ask")),
            back_to(t, sheet),
        ),
    )


def which(t: Translator, sheet: TicketSheet, message_id: int) -> Screen:
    """“加到 0007 吗？”"""
    return Screen(
        text=t(
            "tickets.which.title", number=sheet.short_number, category=words_of(t, sheet.category)
        ),
        keyboard=(
            (
                key(t, "add_to", AddTo(sheet.id, message_id)),
                key(t, "as_new", AsNew(message_id)),
            ),
            back_row(t),
        ),
    )


def ask_withdraw(t: Translator, sheet: TicketSheet) -> Screen:
    """撤回 asks once, and says what happens then."""
    return Screen(
        text=Html.lines(
            t("tickets.withdraw.title", number=sheet.number), t("tickets.withdraw.then")
        ),
        keyboard=((key(t, "withdraw_now", Withdraw(sheet.id)),), back_to(t, sheet)),
    )


def categories(t: Translator, chosen: Callable[[Category], Press], back: Button) -> Screen:
    """The fourteen categories by their short names, three per row."""
    keys = [
        Button(t.plain(f"tickets.category_short.{each}"), data=chosen(each).pack())
        for each in Category
    ]
    rows = [tuple(keys[i : i + 3]) for i in range(0, len(keys), 3)]
    return Screen(text=t("tickets.category.title"), keyboard=(*rows, back_row(t, back)))


def ticket_categories(t: Translator, sheet: TicketSheet) -> Screen:
    """改类别 of a submitted ticket."""
    back = key(t, "back", ShowTicket(sheet.id))
    return categories(t, lambda chosen: PickTicketCategory(sheet.id, chosen), back)
