"""E1 to E4: looking at a change of the catalogue, and deciding on it."""

from dataclasses import replace
from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, Message

from domain.errors import ChangedMeanwhile
from domain.publications import Step
from domain.screens import Reply, answer
from handlers.here import LEADS_AWAY, Here, here
from handlers.routing import Routes
from models import Message as Stored
from models import Publication
from services import messages, publication_sheets, publications
from services.messages import Pressed
from views import publications as views

#: The conversation in which a reason, or what is to be changed, is written.
WORDS = "publication"
LONGEST = 500
_PUTS_AWAY = frozenset({"取消", "算了", "不用了", "cancel", "never mind"}) | LEADS_AWAY
_WITH_WORDS = frozenset({Step.PUBLISH, Step.ASK_SECOND, Step.SEND_BACK})


async def card(publication: Publication, at: Here, pressed: Pressed) -> Reply:
    """The card under the finger is drawn anew, or a new one sent; it is kept up to date later."""
    sheet = await publication_sheets.sheet_of(
        at.session, publication, viewer=at.actor, office=at.office
    )
    screen = views.card(at.t, sheet, at.office.catalogue, at.office.zone)
    under = await pressed.message()
    if under is not None:
        publications.shows(publication, under, screen)
        return answer(screen) if under.text != screen.text else Reply()
    card_id = await messages.owe(at.session, at.place, screen, now=at.now)
    publications.shows(publication, await at.session.get_one(Stored, card_id), screen)
    return Reply()


async def show(_: CallbackQuery, press: views.ShowPublication, **given: Any) -> Reply:
    """As things stand; words that were asked for are not waited for any more."""
    at = here(given)
    if at.talk.state == WORDS:
        at.talk.rest()
    publication = await publications.get(at.session, press.publication_id, at.actor)
    return await card(publication, at, given["pressed"])


async def show_differences(_: CallbackQuery, press: views.ShowDifferences, **given: Any) -> Reply:
    """Everything that differs."""
    at = here(given)
    publication = await publications.get(at.session, press.publication_id, at.actor)
    sheet = await publication_sheets.sheet_of(
        at.session, publication, viewer=at.actor, office=at.office
    )
    return answer(views.all_differences(at.t, sheet, at.office.catalogue, press.page))


async def decide(_: CallbackQuery, press: views.Decide, **given: Any) -> Reply:
    """A step at once, or first the words it needs, or the question whether one is sure.

    What somebody else decided meanwhile is shown instead.
    """
    at = here(given)
    publication = await publications.get(at.session, press.publication_id, at.actor)
    if not _is_open(publication, press.step, at):
        shown = await card(publication, at, given["pressed"])
        return replace(shown, toast=at.t.plain("errors.changed_meanwhile"))
    if press.step in _WITH_WORDS and not _has_words(publication, press.step):
        at.talk.turn_to(WORDS, publication=publication.id, step=press.step.value)
        return answer(views.ask_words(at.t, await _sheet(publication, at), press.step))
    if press.step is Step.UNDO and not press.sure:
        return answer(views.confirm_undoing(at.t, await _sheet(publication, at)))
    taken = await _take(press.step, publication.id, "", at)
    return await card(taken, at, given["pressed"])


async def _sheet(publication: Publication, at: Here) -> Any:
    return await publication_sheets.sheet_of(
        at.session, publication, viewer=at.actor, office=at.office
    )


def _has_words(publication: Publication, step: Step) -> bool:
    return bool(publication.reason) and step is not Step.SEND_BACK


def _is_open(publication: Publication, step: Step, at: Here) -> bool:
    """Whether the step can still be taken. Raises OwnConfirmation."""
    try:
        publications.check_step(publication, step, at.actor)
    except ChangedMeanwhile:
        return False
    return True


async def _take(step: Step, publication_id: int, words: str, at: Here) -> Publication:
    session, actor, now, office = at.session, at.actor, at.now, at.office
    match step:
        case Step.PUBLISH:
            return await publications.publish(
                session, publication_id, reason=words, actor=actor, now=now
            )
        case Step.ASK_SECOND:
            return await publications.ask_second(
                session, publication_id, reason=words, actor=actor, office=office, now=now
            )
        case Step.CONFIRM:
            return await publications.confirm(session, publication_id, actor=actor, now=now)
        case Step.SEND_BACK:
            return await publications.send_back(
                session, publication_id, note=words, actor=actor, now=now
            )
        case Step.DROP:
            return await publications.drop(session, publication_id, actor=actor, now=now)
        case Step.UNDO:
            return await publications.undo(
                session, publication_id, actor=actor, now=now, today=office.today(now)
            )


async def hear_words(message: Message, **given: Any) -> Any:
    """The reason, or what is to be changed: the step is taken, if it still can be."""
    at, words = here(given), (message.text or "").strip()
    if message.chat.type != "private" or not words:
        return UNHANDLED
    step, publication_id = Step(at.talk.data["step"]), int(at.talk.data["publication"])
    at.talk.rest()
    publication = await publications.get(at.session, publication_id, at.actor)
    if words.lower() not in _PUTS_AWAY and _is_open(publication, step, at):
        publication = await _take(step, publication_id, words[:LONGEST], at)
    return await card(publication, at, given["pressed"])


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.ShowPublication: show,
            views.ShowDifferences: show_differences,
            views.Decide: decide,
        },
    )
    routes.on_words({WORDS: hear_words})
