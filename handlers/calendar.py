"""A3 /calendar: looking at the work calendar, and changing it by words or by a file."""

import re
from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, Message

from domain.actors import Hat
from domain.calendar_changes import ChangeSource
from domain.calendar_words import (
    NoSuchDayError,
    UnreadableChangeError,
    read_change,
    sounds_like_change,
)
from domain.incoming import Incoming
from domain.screens import AttachmentKind, Reply, Screen, answer
from handlers.here import LEADS_AWAY, Here, here
from handlers.incoming import read
from handlers.routing import Routes
from services import calendar_changes, calendar_sheets
from views import calendar as views

#: The conversation in which changes are typed.
OPEN = "calendar"
#: A file of this name is a calendar, any other a measure.
_CALENDAR_FILE = re.compile(
    r"(?:20\d\d|.*(?:calendar|holiday|日历|放假|调休).*)\.ya?ml", re.IGNORECASE
)
_LEAVES = LEADS_AWAY | {"取消", "算了", "不用了", "cancel", "never mind"}


async def show(_: Message | CallbackQuery, argument: str = "", **given: Any) -> Reply:
    """/calendar, perhaps with the change after it."""
    at = here(given)
    if at.place.chat_id < 0:
        return Reply()  # a group is no place to change it
    sheet = await calendar_sheets.sheet_of(at.session, at.actor, office=at.office, now=at.now)
    if sheet.may_change:
        at.talk.turn_to(OPEN)
    if argument and sheet.may_change:
        return answer(await _proposed(at, argument))
    return answer(views.calendar(at.t, sheet, at.office.zone, today=at.office.today(at.now)))


async def hear(message: Message, **given: Any) -> Any:
    """A change in words; whatever else is written closes the calendar and is read as ever."""
    at, words = here(given), (message.text or "").strip()
    is_change = at.actor.is_admin and sounds_like_change(words, at.now, at.office.calendar)
    if words.lower() in _LEAVES or not is_change:
        at.talk.rest()
        return UNHANDLED
    return answer(await _proposed(at, words))


async def _proposed(at: Here, words: str) -> Screen:
    try:
        patch = read_change(words, at.now, at.office.calendar)
    except UnreadableChangeError:
        return views.unread(at.t, "unread")
    except NoSuchDayError:
        return views.unread(at.t, "no_such_day")
    except ValueError:
        return views.unread(at.t, "hours")
    change = await calendar_changes.propose(
        at.session,
        patch,
        actor=at.actor,
        source=ChangeSource.CHAT,
        office=at.office,
        now=at.now,
    )
    sheet = await calendar_sheets.effect_of(at.session, change, office=at.office, now=at.now)
    return views.proposed(at.t, sheet, at.office.zone, today=at.office.today(at.now))


async def save(_: CallbackQuery, press: views.SaveChange, **given: Any) -> Reply:
    """保存."""
    at = here(given)
    change = await calendar_changes.save(at.session, press.change_id, **at.by)
    patch = calendar_changes.patch_of(change)
    return answer(views.saved(at.t, change.id, patch, today=at.office.today(at.now)))


async def drop(_: CallbackQuery, press: views.DropChange, **given: Any) -> Reply:
    """放弃."""
    at = here(given)
    await calendar_changes.drop(at.session, press.change_id, actor=at.actor)
    return answer(views.dropped(at.t))


async def undo(_: CallbackQuery, press: views.UndoChange, **given: Any) -> Reply:
    """撤销."""
    at = here(given)
    await calendar_changes.undo(at.session, press.change_id, **at.by)
    change = await calendar_changes.get_for(at.session, press.change_id, at.actor)
    patch = calendar_changes.patch_of(change)
    return answer(views.undone(at.t, patch, today=at.office.today(at.now)))


# A file


async def is_calendar_file(message: Message, **given: Any) -> bool | dict[str, Any]:
    """Whether an administrator, wearing the office's hat, sent a calendar in private."""
    if message.document is None:
        return False
    at, incoming = here(given), read(message)
    is_document = message.chat.type == "private" and incoming.kind == AttachmentKind.DOCUMENT
    if not (is_document and at.actor.is_admin and at.actor.hat is Hat.OFFICE):
        return False
    is_calendar = _CALENDAR_FILE.fullmatch(incoming.attachments[0].name)
    return {"incoming": incoming} if is_calendar else False


async def take_file(_: Message, incoming: Incoming, **given: Any) -> Reply:
    """It is fetched; what it does is shown when it was read."""
    at, file = here(given), incoming.attachments[0]
    await calendar_changes.hand_in(
        at.session,
        file_id=file.file_id,
        file_name=file.name,
        size=file.size,
        actor=at.actor,
        place=at.place,
        now=at.now,
    )
    return answer(views.fetching(at.t, file.name))


def add_routes(routes: Routes) -> None:
    """Routes of this module; asked before those of editors, who send files too."""
    routes.on_press(
        {views.SaveChange: save, views.DropChange: drop, views.UndoChange: undo},
    )
    routes.on_command({"calendar": show})
    routes.on_message(take_file, is_calendar_file)
    routes.on_words({OPEN: hear})
