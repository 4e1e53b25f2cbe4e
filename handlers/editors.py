"""/catalogue: entries, their files and versions; and the files that editors send back."""

from typing import Any

from aiogram.types import CallbackQuery, Message

from domain.actors import Hat
from domain.errors import NotAllowed
from domain.incoming import Incoming
from domain.measures import MeasureStatus
from domain.screens import AttachmentKind, Reply, answer, fresh
from handlers import publications as publication_handlers
from handlers.here import Here, here
from handlers.incoming import read
from handlers.routing import Routes
from services import publication_sheets, publications
from services.measure_files import write_measure
from views import editors as views

FOUND_AT_MOST = 4
#: A reason of more than a few lines belongs into the file.
LONGEST_REASON = 500
_YAML = (".yaml", ".yml")


async def show(_: Message | CallbackQuery, argument: str = "", **given: Any) -> Reply:
    """/catalogue: the first page, or what the words find."""
    at = _editor(given)
    if at.place.chat_id < 0:
        return Reply()  # a group is no place to edit in
    if not argument:
        return answer(await _page(at, 0))
    hits = at.office.catalogue.index.search(argument, FOUND_AT_MOST)
    named = [at.office.catalogue.measure(measure_id) for measure_id, _ in hits]
    exact = at.office.catalogue.measure(argument.lower())
    found = [exact] if exact is not None else [one for one in named if one is not None]
    return answer(views.found(at.t, argument, found))


async def turn(_: CallbackQuery, press: views.ShowCatalogue, **given: Any) -> Reply:
    """Another page."""
    return answer(await _page(_editor(given), press.page))


async def _page(at: Here, number: int) -> Any:
    waiting = await publications.open_ones(at.session)
    every = sorted(
        at.office.catalogue.measures, key=lambda one: one.status is MeasureStatus.RETIRED
    )
    return views.catalogue(at.t, every, number, waiting=len(waiting))


async def show_entry(_: CallbackQuery, press: views.ShowEntry, **given: Any) -> Reply:
    """One measure."""
    at = _editor(given)
    sheet = await publication_sheets.entry_of(at.session, press.measure_id, office=at.office)
    return answer(views.entry(at.t, sheet, at.office.zone))


async def show_versions(_: CallbackQuery, press: views.ShowVersions, **given: Any) -> Reply:
    """Its history."""
    at = _editor(given)
    sheet = await publication_sheets.entry_of(at.session, press.measure_id, office=at.office)
    return answer(views.versions(at.t, sheet, at.office.zone))


async def send_file(_: CallbackQuery, press: views.GetFile, **given: Any) -> Reply:
    """取文件: a message of its own, the entry stays."""
    at = _editor(given)
    sheet = await publication_sheets.entry_of(at.session, press.measure_id, office=at.office)
    return fresh(views.file(at.t, sheet.measure, write_measure(sheet.measure).encode()))


async def show_open(_: CallbackQuery, **given: Any) -> Reply:
    """What is not decided yet."""
    at = _editor(given)
    every = await publication_sheets.open_lines(at.session)
    return answer(views.open_ones(at.t, every))


def _editor(given: dict[str, Any]) -> Here:
    at = here(given)
    if not at.actor.edits:
        raise NotAllowed
    return at


# What is sent


async def is_from_editor(message: Message, **given: Any) -> bool | dict[str, Any]:
    """Whether an editor, wearing the office's hat, sent a document in private."""
    if message.document is None:
        return False
    at, incoming = here(given), read(message)
    is_document = incoming.kind == AttachmentKind.DOCUMENT
    is_editor = at.actor.edits and at.actor.hat is Hat.OFFICE
    if message.chat.type != "private" or not (is_document and is_editor):
        return False
    return {"incoming": incoming}


async def take_file(_: Message, incoming: Incoming, **given: Any) -> Reply:
    """E1: the file is fetched, checked and compared; its card says so meanwhile."""
    at, file = here(given), incoming.attachments[0]
    if not file.name.lower().endswith(_YAML):
        return answer(views.not_a_measure_file(at.t, file.name))
    publication = await publications.hand_in(
        at.session,
        file_id=file.file_id,
        file_name=file.name,
        size=file.size,
        reason=incoming.text[:LONGEST_REASON],
        actor=at.actor,
        place=at.place,
        now=at.now,
    )
    return await publication_handlers.card(publication, at, given["pressed"])


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.ShowCatalogue: turn,
            views.ShowEntry: show_entry,
            views.ShowVersions: show_versions,
            views.GetFile: send_file,
            views.ShowOpen: show_open,
        },
    )
    routes.on_command({"catalogue": show})
    routes.on_message(take_file, is_from_editor)
