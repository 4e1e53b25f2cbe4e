"""Words to the company: written after a button, as a reply to the card, or with /r; and notes."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aiogram.types import CallbackQuery

from domain.actors import Actor
from domain.errors import NotFound
from domain.incoming import Incoming, corrected, is_correction
from domain.replies import Use
from domain.screens import Reply, Screen, answer, toast
from domain.tickets import Outcome, Step, is_allowed
from handlers.desk_forms import (
    OPEN_FOR,
    PREVIEW,
    WRITE,
    ask,
    done,
    is_mine,
    kept,
    open_form,
    pair_of,
)
from handlers.desk_replies import STEPS, filled, outcome_of, writing
from handlers.here import Here, here
from handlers.routing import Routes
from models import Message, Task, Ticket
from services import desks, messages, tickets
from views import desk_replies as reply_views
from views import desk_words as views
from views import desks as desk_views
from views import formats
from views.desks import Act

_USES = {Act.REPLY: Use.REPLY, Act.ASK_BACK: Use.QUESTION}


async def ask_words(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """O4, O5: the officer's next message is what is meant; it is shown before it goes."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    use = _USES[press.act]
    await desks.must_be_allowed(at.session, ticket, task, STEPS[use], **at.by)
    open_form(at, WRITE, task.id, use=use.value)
    return ask(at, await writing(at, ticket, task, use))


async def ask_outcome(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """O9."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    await desks.must_be_allowed(at.session, ticket, task, Step.RESOLVE, **at.by)
    return ask(at, views.choose_outcome(at.t, task.id, ticket.number))


async def choose_outcome(_: CallbackQuery, press: views.ResolveAs, **given: Any) -> Reply:
    """The outcome is chosen; now the words."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    await desks.must_be_allowed(at.session, ticket, task, Step.RESOLVE, **at.by)
    open_form(at, WRITE, task.id, use=Use.ANSWER.value, outcome=press.outcome.value)
    return answer(await writing(at, ticket, task, Use.ANSWER))


async def use_reply(_: CallbackQuery, press: reply_views.UseReply, **given: Any) -> Reply:
    """Prepared words, filled in and previewed like one's own."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    await desks.must_be_allowed(at.session, ticket, task, STEPS[press.use], **at.by)
    outcome = outcome_of(at, task, press.use)
    if press.use is Use.ANSWER and outcome is None:
        return toast(at.t.plain("desks.not_yours"))
    text = await filled(at, ticket, task, press.key)
    if text is None:
        return toast(at.t.plain("desks.reply_gone"), alert=True)
    if not is_mine(at, PREVIEW, task.id) or at.talk.data["use"] != press.use:
        open_form(at, WRITE, task.id, use=press.use.value, outcome=outcome)
    return await _preview(at, Incoming(text=text), ticket, task, is_stock=True)


async def hear_words(at: Here, incoming: Incoming) -> Reply:
    """Show what was written. What follows before it is sent joins it: words, files, and parts of an
    album without another screen."""
    ticket, task = await pair_of(at, int(at.talk.data["task"]))
    same_album = incoming.album is not None and incoming.album == at.talk.data.get("album")
    reply = await _preview(at, incoming, ticket, task)
    if not same_album:
        return reply
    await _redraw_preview(at, ticket, task)
    return Reply()


async def _redraw_preview(at: Here, ticket: Ticket, task: Task) -> None:
    """The preview changes in place."""
    shown = await messages.latest_card(at.session, at.place, views.PREVIEW)
    if shown is not None and shown.topic_id == at.place.topic_id:
        screen = await _previewed(at, ticket, task)
        await messages.redraw(at.session, shown, screen, now=at.now)


async def _preview(
    at: Here, incoming: Incoming, ticket: Ticket, task: Task, *, is_stock: bool = False
) -> Reply:
    data = at.talk.data
    earlier: list[int] = []
    if at.talk.state == PREVIEW:
        earlier = await _staying(at, incoming)
        incoming = replace(incoming, text=corrected(incoming.text))
    message = await kept(at, incoming)
    stock = message.id if is_stock else data.get("stock")
    open_form(
        at,
        PREVIEW,
        task.id,
        use=data["use"],
        outcome=data.get("outcome"),
        messages=[*earlier, message.id],
        album=incoming.album,
        stock=stock if stock in {*earlier, message.id} else None,
    )
    return answer(await _previewed(at, ticket, task))


async def _staying(at: Here, incoming: Incoming) -> list[int]:
    """What was written before and goes on: files always, words unless others take their place.
    Prepared words are there to be changed, so any words do."""
    written, stock = await _drafted(at), at.talk.data.get("stock")
    if not incoming.text:
        return [message.id for message in written]
    if is_correction(incoming.text):
        for message in written:
            message.text = ""
        return [message.id for message in written if message.attachments]
    return [message.id for message in written if message.id != stock]


async def _previewed(at: Here, ticket: Ticket, task: Task) -> Screen:
    written, use = await _drafted(at), Use(at.talk.data["use"])
    return views.preview(
        at.t,
        task.id,
        written[-1].id,
        use,
        [message.text for message in written if message.text],
        files=sum(len(part.attachments) for part in written),
        number=ticket.number,
        led=0 if use is Use.QUESTION else await _led(at, ticket),
        is_stock=at.talk.data.get("stock") is not None,
    )


async def hear_edit(at: Here, message: Message, incoming: Incoming) -> bool:
    """Words of the open preview were corrected where they stand. False: they are none of it."""
    if at.talk.state != PREVIEW or message.id not in at.talk.data["messages"]:
        return False
    ticket, task = await pair_of(at, int(at.talk.data["task"]))
    messages.new_version(message, incoming, now=at.now)
    await _redraw_preview(at, ticket, task)
    return True


async def _led(at: Here, ticket: Ticket) -> int:
    """How many other companies read what is said to this one."""
    return len(await tickets.led_by(at.session, ticket))


async def _drafted(at: Here) -> list[Message]:
    """What was written, in its order."""
    ids = [int(one) for one in at.talk.data["messages"]]
    found = [await at.session.get(Message, one) for one in ids]
    return [message for message in found if message is not None]


def _as_one(written: list[Message]) -> list[Message]:
    """Parts of one answer go out together, as an album does. The words lead."""
    albums = [message.album for message in written if message.album is not None]
    if len(written) > 1:
        together = albums[-1] if albums else f"said:{written[0].id}"
        for message in written:
            message.album = together
    return sorted(written, key=lambda message: not message.text)


async def send(_: CallbackQuery, press: views.Send, **given: Any) -> Reply:
    """发送, 提交, or a time to answer: what was previewed goes out."""
    at = here(given)
    if not is_mine(at, PREVIEW, press.task_id):
        return toast(at.t.plain("desks.not_yours"))
    if press.message_id != at.talk.data["messages"][-1]:
        return toast(at.t.plain("desks.preview.older"))
    ticket, task = await pair_of(at, press.task_id)
    written = _as_one(await _drafted(at))
    outcome = at.talk.data.get("outcome")
    at.talk.rest()
    if not await desks.company_can_be_reached(at.session, ticket):
        return await _kept_as_notes(at, ticket, task, written, "desks.sent.unreachable")
    match press.use:
        case Use.REPLY:
            return await _reply_now(at, ticket, task, written)
        case Use.QUESTION:
            return await _ask_back(at, ticket, task, written, days=press.days or 3)
        case Use.ANSWER:
            return await _resolve(at, ticket, task, Outcome(str(outcome)), written)


async def _reply_now(at: Here, ticket: Ticket, task: Task, written: list[Message]) -> Reply:
    """What was previewed needs no second thoughts."""
    for message in written:
        await tickets.reply(at.session, task.id, message=message, wait=timedelta(), **at.by)
    return done(at, task.id, at.t("desks.sent.replied", number=ticket.number))


async def reply_with(at: Here, ticket: Ticket, task: Task, written: list[Message]) -> Screen:
    """Owe the words to the company in a minute; the first of them can be taken back with all."""
    for message in written:
        await tickets.reply(at.session, task.id, message=message, **at.by)
    shown = formats.moment(at.t, at.now + tickets.SECOND_THOUGHTS, at.office.zone)
    return views.will_be_sent(
        at.t,
        task.id,
        written[0].id,
        number=ticket.number,
        at=shown,
        led=await _led(at, ticket),
    )


async def _ask_back(
    at: Here, ticket: Ticket, task: Task, written: list[Message], *, days: int
) -> Reply:
    question, *more = written
    await tickets.ask_back(at.session, task.id, message=question, days=days, **at.by)
    for message in more:
        await tickets.reply(at.session, task.id, message=message, **at.by)
    line = at.t("desks.sent.asked", number=ticket.number, days=days)
    return done(at, task.id, line)


async def _resolve(
    at: Here, ticket: Ticket, task: Task, outcome: Outcome, written: list[Message]
) -> Reply:
    words = written[0] if written else None
    await tickets.resolve(at.session, task.id, outcome=outcome, message=words, **at.by)
    for message in written[1:]:
        await tickets.reply(at.session, task.id, message=message, **at.by)
    is_last = ticket.status == "answered"
    key = "desks.sent.resolved" if is_last else "desks.sent.share_done"
    word = at.t(f"desks.outcome.{outcome}")
    return answer(views.answered(at.t, at.t(key, number=ticket.number, outcome=word), task.id))


async def take_answer_back(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """撤销 within the minute."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    await tickets.take_back_answer(at.session, task.id, **at.by)
    return done(at, task.id, at.t("desks.sent.unresolved", number=ticket.number))


async def resolve_now(_: CallbackQuery, press: views.ResolveNow, **given: Any) -> Reply:
    """With what the company was told already."""
    at = here(given)
    if not is_mine(at, WRITE, press.task_id) or not at.talk.data.get("outcome"):
        return toast(at.t.plain("desks.not_yours"))
    ticket, task = await pair_of(at, press.task_id)
    outcome = Outcome(at.talk.data["outcome"])
    at.talk.rest()
    return await _resolve(at, ticket, task, outcome, [])


async def keep_as_note(_: CallbackQuery, press: views.KeepAsNote, **given: Any) -> Reply:
    """改为备注."""
    at = here(given)
    if not is_mine(at, PREVIEW, press.task_id):
        return toast(at.t.plain("desks.not_yours"))
    ticket, task = await pair_of(at, press.task_id)
    written = await _drafted(at)
    at.talk.rest()
    return await _kept_as_notes(at, ticket, task, written, "desks.sent.noted")


async def _kept_as_notes(
    at: Here, ticket: Ticket, task: Task, written: list[Message], key: str
) -> Reply:
    for message in written:
        await tickets.note(at.session, task.id, message=message, **at.by)
    return done(at, task.id, at.t(key, number=ticket.number))


async def take_back(_: CallbackQuery, press: views.TakeBack, **given: Any) -> Reply:
    """撤回 within the minute, an album as a whole."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    for message_id in await _with_album(at, press.message_id):
        await tickets.take_back(at.session, task.id, message_id=message_id, **at.by)
    return done(at, task.id, at.t("desks.sent.taken_back", number=ticket.number))


async def _with_album(at: Here, message_id: int) -> list[int]:
    message = await at.session.get(Message, message_id)
    if message is None or message.album is None:
        return [message_id]
    parts = await messages.of_album(at.session, at.place, message.album)
    return [part.id for part in parts if part.role == "reply"]


async def answer_card(
    at: Here, ticket: Ticket, incoming: Incoming, *, shown_id: int | None = None
) -> Reply:
    """A reply to the card or /r: claims when nobody has, and goes out in a minute. It is about the
    share that the card shows."""
    task = await desks.task_here(
        at.session,
        ticket.id,
        at.actor,
        at.place.chat_id,
        office=at.office,
        shown_id=shown_id,
    )
    if is_allowed(Step.CLAIM, task.status, tickets.parties(ticket, task, at.actor)):
        task = await tickets.take(at.session, task.id, **at.by)
    message = await kept(at, incoming)
    if not await desks.company_can_be_reached(at.session, ticket):
        return await _kept_as_notes(at, ticket, task, [message], "desks.sent.unreachable")
    said, unsaid = await _rest_of_album(at, message)
    screen = await reply_with(at, ticket, task, [message, *unsaid])
    return Reply() if said else answer(screen)


async def _rest_of_album(at: Here, message: Message) -> tuple[list[Message], list[Message]]:
    """Its other parts: those on their way to the company, and those that were taken for notes."""
    if message.album is None:
        return [], []
    parts = await messages.of_album(at.session, at.place, message.album)
    others = [one for one in parts if one.id != message.id and one.person_id == message.person_id]
    said = [one for one in others if one.role == "reply"]
    return said, [one for one in others if one.role != "reply"]


async def reply_joined_by(at: Here, incoming: Incoming) -> Ticket | None:
    """The ticket of a reply whose album this is a further part of."""
    if incoming.album is None:
        return None
    parts = await messages.of_album(at.session, at.place, incoming.album)
    said = [one for one in parts if one.role == "reply" and one.person_id == at.actor.person_id]
    return await at.session.get(Ticket, said[0].ticket_id) if said else None


async def _is_later_part(at: Here, message: Message) -> bool:
    if message.album is None:
        return False
    parts = await messages.of_album(at.session, at.place, message.album)
    return parts[0].id != message.id


async def answer_copy(at: Here, ticket: Ticket, incoming: Incoming) -> Reply:
    """A reply to a copied message: inside for now, with the choice to send it."""
    task = await desks.task_here(
        at.session, ticket.id, at.actor, at.place.chat_id, office=at.office
    )
    message = await kept(at, incoming)
    await tickets.note(at.session, task.id, message=message, **at.by)
    if await _is_later_part(at, message):
        return Reply()
    return answer(views.ask_for_whom(at.t, task.id, message.id))


async def decide_for_whom(_: CallbackQuery, press: views.ReplyWith, **given: Any) -> Reply:
    """发给企业 / 仅备注."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    message = await at.session.get(Message, press.message_id)
    if message is None or message.ticket_id != ticket.id or not is_writer(message, at.actor):
        raise NotFound
    if not press.out:
        return done(at, task.id, at.t("desks.sent.noted", number=ticket.number))
    if is_allowed(Step.CLAIM, task.status, tickets.parties(ticket, task, at.actor)):
        task = await tickets.take(at.session, task.id, **at.by)
    return answer(await reply_with(at, ticket, task, [message]))


def is_writer(message: Message, actor: Actor) -> bool:
    """Words may be sent to a company by the one who wrote them."""
    return message.person_id == actor.person_id and message.role != "reply"


async def take_note(at: Here, ticket: Ticket, incoming: Incoming) -> Task:
    """Words in a ticket's topic stay inside."""
    task = await desks.task_here(
        at.session, ticket.id, at.actor, at.place.chat_id, office=at.office
    )
    message = await kept(at, incoming)
    return await tickets.note(at.session, task.id, message=message, **at.by)


async def say_to_company(at: Here, incoming: Incoming, argument: str, ticket: Ticket) -> Reply:
    """/r text, perhaps under a file."""
    if not argument and not incoming.attachments:
        return answer(Screen(text=at.t("desks.reply_words")))
    return await answer_card(at, ticket, replace(incoming, text=argument))


def is_open(at: Here) -> bool:
    """Whether the form still takes words, here: one topic, ten minutes."""
    data = at.talk.data
    until = datetime.fromisoformat(data["until"]) if data.get("until") else at.now - OPEN_FOR
    return data.get("topic") == at.place.topic_id and until > at.now


def add_routes(routes: Routes) -> None:
    """The presses of this module, but for `Do`, which handlers/desks.py gives out."""
    routes.on_press(
        {
            views.ResolveAs: choose_outcome,
            reply_views.UseReply: use_reply,
            views.Send: send,
            views.ResolveNow: resolve_now,
            views.KeepAsNote: keep_as_note,
            views.TakeBack: take_back,
            views.ReplyWith: decide_for_whom,
        },
    )
