"""C15: a bundle's form from the first tick to the one ticket."""

from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, Message

from domain.bundles import Bundle, BundleForm
from domain.errors import NotFound
from domain.lexicon import plain
from domain.screens import Reply, answer
from handlers.here import Here, here, remember
from handlers.routing import Routes
from services import bundles, people
from services.bundles import FORM
from services.messages import Pressed
from services.ticket_sheets import sheet_of
from views import bundles as views
from views import tickets as ticket_views


def _bundle(at: Here, key: str) -> Bundle:
    bundle = at.office.catalogue.bundles.of_key(key)
    if bundle is None:
        raise NotFound
    return bundle


async def _form(at: Here, key: str) -> BundleForm:
    """The open form; an old button of one that was left starts it again."""
    if not bundles.is_open(at.talk, key):
        bundles.begin(at.talk, _bundle(at, key))
    return await bundles.form_of(at.session, at.talk, **at.by)


async def open_form(_: object, press: views.OpenBundle, **given: Any) -> Reply:
    """填一次，一起办."""
    at = here(given)
    return answer(views.choose(at.t, await _form(at, press.bundle)))


async def tick(_: object, press: views.Tick, **given: Any) -> Reply:
    """An item, or no longer."""
    at = here(given)
    form = await _form(at, press.bundle)
    bundles.tick(at.talk, form.bundle, press.item)
    return answer(views.choose(at.t, await _form(at, press.bundle)))


async def go_on(_: object, press: views.GoOn, **given: Any) -> Reply:
    """下一步."""
    at = here(given)
    return _next(at, await _form(at, press.bundle))


def _next(at: Here, form: BundleForm) -> Reply:
    if not form.items:
        return answer(views.choose(at.t, form))
    if form.left:
        return answer(views.question(at.t, form, form.left[0]))
    return answer(views.check(at.t, form))


async def choose(_: object, press: views.Choose, **given: Any) -> Reply:
    """An answer was tapped."""
    return await _answer(here(given), press.bundle, press.question, press.place)


async def _answer(at: Here, bundle: str, question: str, place: int) -> Reply:
    form = await _form(at, bundle)
    bundles.reply(at.talk, form, question, place)
    return _next(at, await _form(at, bundle))


async def step_back(_: object, press: views.StepBack, **given: Any) -> Reply:
    """上一步."""
    at = here(given)
    had_answers = bundles.take_back_last(at.talk, await _form(at, press.bundle))
    form = await _form(at, press.bundle)
    return _next(at, form) if had_answers else answer(views.choose(at.t, form))


async def submit(
    _: CallbackQuery, press: views.SubmitBundle, pressed: Pressed, **given: Any
) -> Reply:
    """提交: the message becomes the card on which the parts can be followed."""
    at = here(given)
    form = await _form(at, press.bundle)
    if not form.items or form.left:
        return _next(at, form)
    if not at.actor.consented:
        await people.record_consent(at.session, at.actor.person_id, given=True, now=at.now)
    ticket = await bundles.submit(at.session, at.talk, form, views.words(at.t, form), **at.by)
    remember(at.talk, ticket, now=at.now)
    under = await pressed.message()
    if under is not None:
        bundles.follow(under, ticket)
    sheet = await sheet_of(at.session, ticket, office=at.office, now=at.now)
    return answer(ticket_views.card(at.t, sheet), toast=at.t.plain("bundles.received"))


async def typed(message: Message, **given: Any) -> Any:
    """The words of a button; anything else is read as on any other screen."""
    at, said = here(given), plain(message.text or "")
    form = await _form(at, at.talk.data["bundle"])
    if form.items and form.left:
        labels = [plain(option.of(at.t.locale)) for option in form.left[0].options]
        if said in labels:
            return await _answer(at, form.bundle.key, form.left[0].key, labels.index(said))
    named = [one for one in form.bundle.items if plain(one.name.of(at.t.locale)) == said]
    if not named:
        return UNHANDLED
    bundles.tick(at.talk, form.bundle, named[0].key)
    return answer(views.choose(at.t, await _form(at, form.bundle.key)))


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.OpenBundle: open_form,
            views.Tick: tick,
            views.GoOn: go_on,
            views.Choose: choose,
            views.StepBack: step_back,
            views.SubmitBundle: submit,
        },
    )
    routes.on_words({FORM: typed})
