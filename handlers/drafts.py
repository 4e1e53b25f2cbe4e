"""C10: from any words, picture or recording to a submitted ticket."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, Message

from domain.actors import Hat
from domain.incoming import Incoming
from domain.screens import Reply, Screen, answer, toast
from handlers.fact_checks import back_to
from handlers.here import LEADS_AWAY, Here, here, remember
from handlers.incoming import read
from handlers.routing import Routes
from handlers.sittings import sit
from models import Message as Stored
from models import Ticket
from services import companies, messages, people, ticket_drafts, tickets
from services.ticket_drafts import CLIENT, CONTACT, DRAFT
from services.ticket_sheets import brief_of, promises_of
from views import drafts as views
from views import ticket_additions, ticket_presses, unknown
from views import tickets as ticket_views

__all__ = ["add_routes", "ask", "ask_about", "offer_draft", "remember", "take", "take_in"]

_PUTS_AWAY = frozenset({"取消", "不提交", "算了", "不用了", "cancel", "never mind"})
_SUBMITS = frozenset({"提交", "确认提交", "submit"})
#: What says nothing by itself: it is asked what it shows.
_SILENT = frozenset({"photo", "video", "video_note", "animation", "document", "location"})


# Whatever is written or sent


async def offer_draft(message: Message, **given: Any) -> Reply:
    """Start a draft from a message, or add the message to the open one.

    The entry for whoever finds that a message is a problem, or a file; `given` is what handlers
    are given.
    """
    return await take(read(message), here(given))


async def take_in(incoming: Incoming, **given: Any) -> Reply:
    """The same for words that are no message of their own any more."""
    return await take(incoming, here(given))


async def take(incoming: Incoming, at: Here) -> Reply:
    """What was written or sent starts a draft, joins the open one, or belongs to a ticket."""
    if incoming.is_trifle:
        return answer(unknown.words_please(at.t))
    if incoming.album and await _is_late_part(incoming, at):
        return Reply()
    if incoming.contact is not None:
        return await _keep_contact(incoming, at)
    stored = await messages.keep(
        at.session, incoming, at.place, person_id=at.actor.person_id, now=at.now
    )
    ticket = await _ticket_in_mind(at)
    if ticket is not None and not _alarms(incoming, at):
        sheet = brief_of(ticket, office=at.office, now=at.now)
        return answer(ticket_additions.which(at.t, sheet, stored.id))
    return await into_draft(stored, incoming, at)


async def _is_late_part(incoming: Incoming, at: Here) -> bool:
    """A part of an album whose others were submitted, or put away, a moment ago."""
    earlier = await messages.of_album(at.session, at.place, incoming.album or "")
    settled = [part for part in earlier if part.ticket_id is not None or part.erased_at is not None]
    if not settled:
        return False
    stored = await messages.keep(
        at.session, incoming, at.place, person_id=at.actor.person_id, now=at.now
    )
    ticket_id = settled[-1].ticket_id
    if ticket_id is None:
        messages.blank(stored, now=at.now)
    elif stored.ticket_id is None:
        await tickets.add(at.session, ticket_id, message=stored, **at.by)
    return True


async def _ticket_in_mind(at: Here) -> Ticket | None:
    """The open ticket that was on the screen just now, or the only one that waits for an answer."""
    shown = ticket_drafts.shown_in(at.talk)
    if shown is None and at.talk.state:
        return None
    if shown is None or _is_long_ago(shown, at.now):
        return await _waiting_ticket(at)
    ticket = await at.session.get(Ticket, shown["ticket"])
    is_own = ticket is not None and tickets.is_of_company(ticket, at.actor)
    return ticket if is_own and ticket and ticket.status in tickets.OPEN else None


def _is_long_ago(shown: Mapping[str, Any], now: datetime) -> bool:
    return now - datetime.fromisoformat(shown["at"]) > ticket_drafts.FRESH


async def _waiting_ticket(at: Here) -> Ticket | None:
    waiting = await tickets.waiting_for(at.session, at.actor)
    return waiting[0] if len(waiting) == 1 else None


async def into_draft(stored: Stored, incoming: Incoming, at: Here) -> Reply:
    """A stored message joins the draft; parts of one breath redraw the same screen."""
    if not (ticket_drafts.is_open(at.talk) or ticket_drafts.take_up(at.talk)):
        ticket_drafts.begin(at.talk, now=at.now)
    written, together = await ticket_drafts.join(at.session, at.talk, stored, now=at.now)
    if at.actor.consented:  # without consent a draft waits for a day only, and quietly
        await ticket_drafts.remind_later(at.session, at.talk, now=at.now, office=at.office)
    if _alarms(incoming, at):
        at.talk.keep(danger_asked=True)
        return answer(views.danger(at.t))
    if incoming.text:
        at.talk.keep(undecided=False)
    elif incoming.kind in _SILENT and "undecided" not in at.talk.data:
        at.talk.keep(undecided=not ticket_drafts.text_of(at.talk, written))
    screen = await draft_screen(at, written)
    card = await messages.latest_card(at.session, at.place, "ticket_draft") if together else None
    if card is None:
        return answer(screen)
    await messages.redraw(at.session, card, screen, now=at.now)
    return Reply()


def _alarms(incoming: Incoming, at: Here) -> bool:
    """Danger is asked about once per draft, and never on somebody else's words."""
    if incoming.is_forwarded or at.talk.data.get("danger_asked"):
        return False
    return ticket_drafts.says_danger(incoming.text, at.office)


async def draft_screen(at: Here, written: Sequence[Stored] | None = None) -> Screen:
    """The draft as it stands; a file without a word is asked about first. `written` are its
    messages, where they were read already."""
    sheet = await ticket_drafts.sheet_of(at.session, at.talk, written=written, **at.by)
    if at.talk.data.get("undecided") and sheet.files:
        return views.what_is_this(at.t, sheet.files[-1].kind)
    return views.draft(at.t, sheet)


async def _redrawn(at: Here) -> Reply:
    """The draft, or that there is none any more."""
    if not ticket_drafts.is_open(at.talk):
        return answer(views.nothing_open(at.t))
    return answer(await draft_screen(at))


async def still_open(at: Here) -> tuple[Screen, ...]:
    """The draft once more, below what was answered meanwhile; nothing where there is none."""
    if not ticket_drafts.is_open(at.talk):
        return ()
    written = await ticket_drafts.written_in(at.session, at.talk)
    return (await draft_screen(at, written),) if ticket_drafts.has_content(at.talk, written) else ()


async def join_words(message: Message, **given: Any) -> Any:
    """Whatever is written or sent while a draft is open. Words beside a file of which nothing was
    said yet are read like any others: a problem is what it shows, other words are answered."""
    words = (message.text or "").strip().lower()
    if words in LEADS_AWAY:
        return UNHANDLED
    if words in _PUTS_AWAY:
        return await discard(message, **given)
    if words in _SUBMITS:
        return await submit(message, **given)
    at = here(given)
    if message.text and ticket_drafts.awaits_words(at.talk) and at.actor.hat is Hat.COMPANY:
        return UNHANDLED
    return await take(read(message), at)


# Starting


async def ask(event: Message | CallbackQuery, argument: str = "", **given: Any) -> Reply:
    """/ask: with words at once the draft, else an invitation to write."""
    at = here(given)
    if argument and isinstance(event, Message):
        ticket_drafts.look_away(at.talk)
        return await take(replace(read(event), text=argument), at)
    if ticket_drafts.is_open(at.talk) or ticket_drafts.take_up(at.talk):
        written = await ticket_drafts.written_in(at.session, at.talk)
        if ticket_drafts.has_content(at.talk, written):
            return answer(await draft_screen(at, written))
    ticket_drafts.begin(at.talk, now=at.now)
    return answer(views.ask_words(at.t))


async def ask_about_measure(_: object, press: ticket_presses.AskOfficer, **given: Any) -> Reply:
    """请工作人员确认 on a measure's card."""
    return await ask_about([press.measure_id], **given)


async def ask_about(measure_ids: Sequence[str], **given: Any) -> Reply:
    """A draft that asks an officer about measures: one, or 一次问清 N 项."""
    at = here(given)
    found = [at.office.catalogue.measure(measure_id) for measure_id in measure_ids]
    known = [measure for measure in found if measure is not None]
    if ticket_drafts.is_open(at.talk) or ticket_drafts.take_up(at.talk):
        await ticket_drafts.discard(at.session, at.talk, now=at.now)
    departments = {measure.department for measure in known}
    ticket_drafts.begin(
        at.talk,
        now=at.now,
        measures=[measure.id for measure in known],
        texts=[views.measure_words(at.t, [measure.short for measure in known])],
        department=departments.pop() if len(departments) == 1 else None,
    )
    return answer(await draft_screen(at))


# The buttons of a draft


async def show(_: object, **given: Any) -> Reply:
    """Back to the draft; what was asked beside it is dropped."""
    at = here(given)
    was_asked = at.talk.state == CONTACT
    if at.talk.state in {CONTACT, CLIENT}:
        at.talk.state = DRAFT
    reply = await _redrawn(at)
    return replace(reply, more=(views.contact_put_away(at.t),)) if was_asked else reply


async def submit(_: object, **given: Any) -> Reply:
    """提交, or 同意并提交: the receipt with its number."""
    at = here(given)
    if not ticket_drafts.is_open(at.talk):
        return answer(views.nothing_open(at.t))
    ticket = await ticket_drafts.submit(at.session, at.talk, **at.by)
    if ticket is None:
        return toast(at.t.plain("tickets.draft.empty"))
    if not at.actor.consented:
        await people.record_consent(at.session, at.actor.person_id, given=True, now=at.now)
        given["actor"] = replace(at.actor, consented=True)
    sheet = await promises_of(at.session, ticket, office=at.office, now=at.now)
    remember(at.talk, ticket, now=at.now)
    return answer(ticket_views.receipt(at.t, sheet), *await back_to(sit(given), at.t))


async def submit_authorised(_: object, **given: Any) -> Reply:
    """已获授权，提交."""
    at = here(given)
    if ticket_drafts.is_open(at.talk):
        at.talk.keep(authorised=True)
    return await submit(_, **given)


async def name_client(_: object, **given: Any) -> Reply:
    """写客户名称."""
    at = here(given)
    if not ticket_drafts.is_open(at.talk):
        return answer(views.nothing_open(at.t))
    at.talk.state = CLIENT
    return answer(views.client_name(at.t))


async def typed_client_name(message: Message, **given: Any) -> Any:
    """The client's name in words."""
    words = read(message).text
    if words.lower() in LEADS_AWAY:
        return UNHANDLED
    at = here(given)
    at.talk.state = DRAFT
    if words.lower() not in _PUTS_AWAY:
        companies.rename(await companies.require(at.session, at.actor), words)
    return answer(await draft_screen(at))


async def called_for_help(_: object, **given: Any) -> Reply:
    """The emergency was called; the district hears at once, or after the one agreement."""
    at = here(given)
    if not ticket_drafts.is_open(at.talk):
        return answer(views.nothing_open(at.t))
    at.talk.keep(danger=True, urgency="urgent", undecided=False)
    return await submit(_, **given) if at.actor.consented else await _redrawn(at)


async def no_danger(_: object, **given: Any) -> Reply:
    """Another matter: sorted without its words of danger."""
    at = here(given)
    if ticket_drafts.is_open(at.talk):
        at.talk.keep(no_danger=True, danger=False)
    return await _redrawn(at)


async def is_problem(_: object, **given: Any) -> Reply:
    """The picture shows a problem."""
    at = here(given)
    if ticket_drafts.is_open(at.talk):
        at.talk.keep(undecided=False)
    return await _redrawn(at)


async def is_policy(_: object, **given: Any) -> Reply:
    """The picture shows a notice: its title in words finds it."""
    at = here(given)
    if ticket_drafts.is_open(at.talk):
        await ticket_drafts.discard(at.session, at.talk, now=at.now)
    return answer(views.policy_words(at.t))


async def ask_category(_: object, **given: Any) -> Reply:
    """改类别."""
    return answer(views.draft_categories(here(given).t))


async def pick_category(_: object, press: views.PickCategory, **given: Any) -> Reply:
    """The category chosen stays, whatever is added."""
    return await _choose(here(given), category=press.category.value, department=None)


async def ask_urgency(_: object, **given: Any) -> Reply:
    """改紧急."""
    return answer(views.urgencies(here(given).t))


async def pick_urgency(_: object, press: views.PickUrgency, **given: Any) -> Reply:
    """The urgency chosen stays."""
    return await _choose(here(given), urgency=press.urgency.value)


async def _choose(at: Here, **choice: str | None) -> Reply:
    if ticket_drafts.is_open(at.talk):
        at.talk.keep(**choice)
    return await _redrawn(at)


async def add_more(_: object, **given: Any) -> Reply:
    """加材料."""
    at = here(given)
    is_open = ticket_drafts.is_open(at.talk)
    return answer(views.add_more(at.t) if is_open else views.nothing_open(at.t))


async def ask_contact(_: object, **given: Any) -> Reply:
    """联系方式: the key over the composer comes with it."""
    at = here(given)
    if not ticket_drafts.is_open(at.talk):
        return answer(views.nothing_open(at.t))
    at.talk.state = CONTACT
    return answer(views.ask_contact(at.t), views.share_contact(at.t))


async def read_contact(message: Message, **given: Any) -> Any:
    """A name and a number in words, or a shared card."""
    if (message.text or "").strip().lower() in LEADS_AWAY:
        return UNHANDLED
    if (message.text or "").strip().lower() in _PUTS_AWAY:
        return await show(message, **given)
    incoming, at = read(message), here(given)
    if incoming.attachments and incoming.contact is None:
        at.talk.state = DRAFT
        return await take(incoming, at)
    return await _keep_contact(incoming, at)


async def _keep_contact(incoming: Incoming, at: Here) -> Reply:
    contact = ticket_drafts.read_contact(incoming)
    if contact is None:
        return answer(views.contact_unread(at.t))
    if not ticket_drafts.is_open(at.talk):
        ticket_drafts.begin(at.talk, now=at.now)
        at.talk.keep(undecided=True)
    at.talk.state = DRAFT
    at.talk.keep(contact=list(contact))
    return answer(views.contact_kept(at.t), await draft_screen(at))


async def no_contact(_: object, **given: Any) -> Reply:
    """Nobody is to phone."""
    at = here(given)
    if ticket_drafts.is_open(at.talk):
        at.talk.keep(contact=None)
    return await show(_, **given)


async def discard(_: object, **given: Any) -> Reply:
    """不提交."""
    at = here(given)
    if not ticket_drafts.is_open(at.talk):
        return answer(views.nothing_open(at.t))
    await ticket_drafts.discard(at.session, at.talk, now=at.now)
    return answer(views.discarded(at.t), *await back_to(sit(given), at.t))


async def join_ticket(_: object, press: views.JoinTicket, **given: Any) -> Reply:
    """并进 0007."""
    at = here(given)
    if not ticket_drafts.is_open(at.talk):
        return answer(views.nothing_open(at.t))
    ticket = await ticket_drafts.hand_over(at.session, at.talk, press.ticket_id, **at.by)
    remember(at.talk, ticket, now=at.now)
    sheet = brief_of(ticket, office=at.office, now=at.now)
    return answer(ticket_additions.added(at.t, sheet), *await back_to(sit(given), at.t))


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            ticket_presses.AskOfficer: ask_about_measure,
            views.Submit: submit,
            views.SubmitAuthorised: submit_authorised,
            views.NameClient: name_client,
            views.ShowDraft: show,
            views.AskCategory: ask_category,
            views.PickCategory: pick_category,
            views.AskUrgency: ask_urgency,
            views.PickUrgency: pick_urgency,
            views.AddMore: add_more,
            views.AskContact: ask_contact,
            views.NoContact: no_contact,
            views.Discard: discard,
            views.CalledForHelp: called_for_help,
            views.NoDanger: no_danger,
            views.IsProblem: is_problem,
            views.IsPolicy: is_policy,
            views.JoinTicket: join_ticket,
        },
    )
    routes.on_command({"ask": ask})
    routes.on_words(
        {DRAFT: join_words, CONTACT: read_contact, CLIENT: typed_client_name}, needed={CLIENT}
    )
