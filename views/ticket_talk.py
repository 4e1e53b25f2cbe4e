"""A ticket's conversation, its files and its history."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from domain.screens import Attachment, Button, Html, Row, Screen
from domain.ticket_sheets import FileLine, HistoryLine, SaidLine, TicketSheet
from domain.visible import shortened
from views import formats
from views.presses import Press
from views.ticket_presses import ShowFile, ShowHistory, ShowTalk
from views.ticket_words import QUOTED, back_to, history_line, key
from views.translations import Translator

#: So many messages and lines of history per page.
SAID_PER_PAGE = 5
LINES_PER_PAGE = 10
#: Files that get a button on one page.
_FILE_KEYS = 6


Item = TypeVar("Item")


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
    words = line.text if len(line.text) <= QUOTED else line.text[:QUOTED] + "…"
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
    words = t.plain("tickets.button.file", file=shortened(file_words(t, file), 24))
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
