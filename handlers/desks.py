"""A1 /desk, and what is written at a desk: reply, note, or nothing of ours."""

from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import (
    CallbackQuery,
    ChatMemberAdministrator,
    ChatMemberOwner,
    ChatMemberUpdated,
    Message,
)

from domain.desks import Right
from domain.errors import NotAllowed, NotFound
from domain.incoming import Incoming
from domain.screens import Reply, answer
from handlers import (
    desk_bounces,
    desk_extensions,
    desk_follow_ups,
    desk_forms,
    desk_history,
    desk_judgements,
    desk_merging,
    desk_reminders,
    desk_replies,
    desk_steps,
    desk_words,
    queues,
)
from handlers.desk_forms import (
    BOUNCE,
    EXTEND,
    MERGE,
    PREVIEW,
    SPLIT,
    WHEN,
    WHEN_OK,
    WRITE,
    is_group,
)
from handlers.desk_judgements import JUDGE, JUDGE_OK
from handlers.here import Here, here
from handlers.incoming import read
from handlers.routing import Routes, read_command
from models import Desk, Ticket
from services import desk_cards, desks, messages, outbox, tickets
from views import desk_forms as form_views
from views import desks as views
from views.desks import Act

_ACTS = {
    **desk_steps.ACTS,
    Act.REPLY: desk_words.ask_words,
    Act.ASK_BACK: desk_words.ask_words,
    Act.RESOLVE: desk_words.ask_outcome,
    Act.UNRESOLVE: desk_words.take_answer_back,
    Act.EXTEND: desk_extensions.ask_days,
    Act.BOUNCE: desk_bounces.ask_reason,
    Act.DECIDE: desk_bounces.show_bounce,
    Act.MERGE: desk_merging.ask_ticket,
    Act.LEAVE: desk_merging.leave,
    Act.SPLIT: desk_merging.ask_words,
    Act.FOLLOW_UP: desk_follow_ups.ask_when,
    Act.HISTORY: desk_history.show_history,
    Act.TALK: desk_history.show_talk,
    Act.AT_WORK: desk_reminders.say_at_work,
    Act.SNOOZE: desk_reminders.snooze,
    Act.JUDGE: desk_judgements.show,
}
_FORMS = {
    WRITE: desk_words.hear_words,
    PREVIEW: desk_words.hear_words,
    WHEN: desk_follow_ups.hear_when,
    WHEN_OK: desk_follow_ups.hear_when,
    EXTEND: desk_extensions.hear_reason,
    BOUNCE: desk_bounces.hear_why,
    MERGE: desk_merging.hear_number,
    SPLIT: desk_merging.hear_words,
    JUDGE: desk_judgements.hear,
    JUDGE_OK: desk_judgements.hear,
}
#: A picture or a recording says something here; everywhere else words are needed.
_TAKES_FILES = frozenset({WRITE, PREVIEW})
_WITH_PRESSES = (
    desk_forms,
    desk_steps,
    desk_words,
    desk_replies,
    desk_follow_ups,
    desk_extensions,
    desk_bounces,
    desk_merging,
    desk_history,
    desk_reminders,
    desk_judgements,
    queues,
)
_STRANGER = "desks-stranger"
_LEAVES = frozenset({"取消", "算了", "不用了", "cancel", "never mind", "/cancel"})


async def do(query: CallbackQuery, press: views.Do, **given: Any) -> Reply:
    """Whatever a button of the card begins."""
    return await _ACTS[press.act](query, press, **given)


# /desk


async def show_desk(event: Message | CallbackQuery, **given: Any) -> Reply:
    """A1: administrators see every department, heads their own."""
    at = here(given)
    if not is_group(at):
        return answer(views.only_in_group(at.t))
    return answer(await _choice(at, event, page=0))


async def turn_departments(
    query: CallbackQuery, press: views.ChooseDepartment, **given: Any
) -> Reply:
    """Another page of departments."""
    return answer(await _choice(here(given), query, page=max(press.page, 0)))


async def _choice(at: Here, event: Message | CallbackQuery, *, page: int) -> Any:
    offered = [
        one
        for one in at.office.catalogue.departments
        if at.actor.is_admin or at.actor.heads(one.key)
    ]
    if not offered:
        raise NotAllowed
    bound = await desks.in_chat(at.session, at.place.bot_id, at.place.chat_id)
    named = [(desk, _name(at, desk.department)) for desk in bound]
    return views.choose_department(at.t, offered, named, page=page, is_forum=_is_forum(event))


def _is_forum(event: Message | CallbackQuery) -> bool:
    message = event.message if isinstance(event, CallbackQuery) else event
    return bool(message and message.chat.is_forum)


def _name(at: Here, department: str) -> str:
    return desk_cards.department_name(at.office, department).of(at.t.locale)


async def bind(query: CallbackQuery, press: views.Bind, **given: Any) -> Reply:
    """绑定."""
    at = here(given)
    if not is_group(at):
        raise NotFound
    desk = await desks.bind(
        at.session,
        chat_id=at.place.chat_id,
        department=press.department,
        is_forum=_is_forum(query),
        **at.by,
    )
    return answer(views.bound(at.t, desk, _name(at, desk.department), desks.lacks_of(desk)))


async def unbind(_: CallbackQuery, press: views.Unbind, **given: Any) -> Reply:
    """解除绑定."""
    at = here(given)
    desk = await desks.unbind(at.session, press.desk_id, actor=at.actor, now=at.now)
    return answer(views.unbound(at.t, _name(at, desk.department)))


async def learn_rights(event: ChatMemberUpdated, **given: Any) -> Any:
    """Telegram says what the bot may do in a group from now on."""
    if event.chat.type == "private":
        return UNHANDLED
    at = here(given)
    await desks.learn_rights(
        at.session,
        bot_id=at.place.bot_id,
        chat_id=event.chat.id,
        lacks=_lacks(event),
        is_forum=bool(event.chat.is_forum),
        by=given["person"],
        now=at.now,
    )
    return UNHANDLED


def _lacks(event: ChatMemberUpdated) -> frozenset[Right]:
    member = event.new_chat_member
    if member.status in {"left", "kicked"}:
        return frozenset({Right.PRESENT})
    if isinstance(member, ChatMemberOwner):
        return frozenset()
    if not isinstance(member, ChatMemberAdministrator):
        return frozenset({Right.ADMIN})
    has = {
        Right.PIN: bool(member.can_pin_messages) or event.chat.type == "group",
        Right.TOPICS: bool(member.can_manage_topics) or not event.chat.is_forum,
    }
    return frozenset(right for right, held in has.items() if not held)


# What is written


async def in_form(message: Message, **given: Any) -> bool:
    """Whether the writer has an open form in this chat and topic; /cancel is for it too."""
    at = here(given)
    is_command = (message.text or "").startswith("/") and not _leaves(message)
    return at.talk.state in _FORMS and not is_command and desk_words.is_open(at)


def _leaves(message: Message) -> bool:
    return (message.text or "").strip().lower().partition("@")[0] in _LEAVES


async def hear_form(message: Message, **given: Any) -> Reply:
    """The answer to what a button asked, or a word that closes the form."""
    at, incoming = here(given), read(message)
    if _leaves(message):
        return desk_forms.leave_form(at)
    needs_words = at.talk.state not in _TAKES_FILES
    if incoming.is_trifle or (needs_words and not incoming.text.strip()):
        return answer(form_views.words_please(at.t, int(at.talk.data["task"])))
    try:
        return await _FORMS[at.talk.state](at, incoming)
    except (NotAllowed, NotFound) as refusal:
        refusal.ends_question = True
        raise


async def to_ticket(message: Message, **given: Any) -> bool | dict[str, Any]:
    """Whether it answers the card, or a copied message, of a ticket that is office business."""
    if message.reply_to_message is None:
        return False
    at, incoming = here(given), read(message)
    if incoming.reply_to is None or incoming.text.startswith("/"):
        return False
    answered = await messages.by_telegram_id(
        at.session,
        bot_id=at.place.bot_id,
        chat_id=at.place.chat_id,
        telegram_id=incoming.reply_to,
    )
    if answered is None or answered.ticket_id is None or not desks.is_ours(answered):
        return False
    ticket = await at.session.get_one(Ticket, answered.ticket_id)
    if tickets.is_of_company(ticket, at.actor):
        return False
    is_card = answered.role != desks.RELAY
    return {"ticket": ticket, "is_card": is_card, "shown_id": answered.task_id}


async def hear_reply(
    message: Message, ticket: Ticket, is_card: bool, shown_id: int | None, **given: Any
) -> Reply:
    """O1: to the card, it goes to the company; to a copied message, it is asked."""
    at = here(given)
    if is_card:
        return await desk_words.answer_card(at, ticket, read(message), shown_id=shown_id)
    return await desk_words.answer_copy(at, ticket, read(message))


async def say_to_company(message: Message, argument: str, **given: Any) -> Reply:
    """`/r words` in a topic or as a reply; `/r number words` anywhere else."""
    at, incoming = here(given), read(message)
    ticket = await _ticket_of_topic(at) or await _answered_ticket(at, incoming)
    if ticket is None:
        number, _, argument = argument.partition(" ")
        ticket = await desks.by_short_number(at.session, number, at.actor)
    return await desk_words.say_to_company(at, incoming, argument.strip(), ticket)


async def under_file(message: Message, bot_username: str, **_: Any) -> bool | dict[str, Any]:
    """Whether `/r` stands under a file; Telegram takes no commands from there."""
    command = read_command(message.caption or "", bot_username)
    return {"argument": command[1]} if command is not None and command[0] == "r" else False


async def joins_reply(message: Message, **given: Any) -> bool | dict[str, Any]:
    """Whether it is a further part of an album that is on its way to the company."""
    if message.media_group_id is None:
        return False
    at, incoming = here(given), read(message)
    ticket = await desk_words.reply_joined_by(at, incoming)
    return False if ticket is None or incoming.reply_to is not None else {"ticket": ticket}


async def hear_part(message: Message, ticket: Ticket, **given: Any) -> Reply:
    """The rest of an album goes where its first part went."""
    return await desk_words.answer_card(here(given), ticket, read(message))


async def _ticket_of_topic(at: Here) -> Ticket | None:
    return await desks.ticket_of_topic(at.session, at.place.topic_id)


async def _answered_ticket(at: Here, incoming: Incoming) -> Ticket | None:
    if incoming.reply_to is None:
        return None
    answered = await messages.by_telegram_id(
        at.session,
        bot_id=at.place.bot_id,
        chat_id=at.place.chat_id,
        telegram_id=incoming.reply_to,
    )
    if answered is None or answered.ticket_id is None:
        return None
    return await at.session.get(Ticket, answered.ticket_id)


async def at_desk(message: Message, **given: Any) -> bool | dict[str, Any]:
    """Whether it was written, without a command, in a group that is a desk."""
    if message.chat.type == "private" or (message.text or "").startswith("/"):
        return False
    at = here(given)
    bound = await desks.in_chat(at.session, at.place.bot_id, at.place.chat_id)
    return {"bound": bound} if bound else False


async def hear_at_desk(message: Message, bound: list[Desk], **given: Any) -> Reply:
    """In a ticket's topic it is a note; anywhere else people talk among themselves."""
    at, incoming = here(given), read(message)
    if message.migrate_to_chat_id is not None:
        await outbox.move_chat(
            at.session,
            bot_id=at.place.bot_id,
            frm=at.place.chat_id,
            to=message.migrate_to_chat_id,
        )
        return Reply()
    desks.see_forum(bound, is_forum=bool(message.chat.is_forum))
    ticket = await _ticket_of_topic(at)
    if ticket is None or incoming.is_trifle:
        return Reply()
    return await _note(at, ticket, incoming, bound)


async def _note(at: Here, ticket: Ticket, incoming: Incoming, bound: list[Desk]) -> Reply:
    if not any(at.actor.works_for(desk.department) for desk in bound):
        return _turn_away(at)
    await desk_words.take_note(at, ticket, incoming)
    if all(desk.hinted_at for desk in bound):
        return Reply()
    for desk in bound:
        desk.hinted_at = at.now
    return answer(form_views.hint(at.t))


def _turn_away(at: Here) -> Reply:
    """Somebody without a role wrote in a topic: nothing is kept of it, said once."""
    if at.talk.state == _STRANGER:
        return Reply()
    at.talk.turn_to(_STRANGER)
    return answer(form_views.stranger(at.t))


async def edited(message: Message, **given: Any) -> Any:
    """An officer corrected a note, or words that went to a company."""
    at = here(given)
    known = await messages.by_telegram_id(
        at.session,
        bot_id=at.place.bot_id,
        chat_id=at.place.chat_id,
        telegram_id=message.message_id,
    )
    if known is not None and await desk_words.hear_edit(at, known, read(message)):
        return Reply()
    if known is None or known.ticket_id is None or known.direction == "in":
        return UNHANDLED
    await tickets.edit(at.session, known, incoming=read(message), **at.by)
    return Reply()


def add_routes(routes: Routes) -> None:
    """Routes of this module; asked before those of companies."""
    routes.on_press(
        {
            views.Do: do,
            views.ChooseDepartment: turn_departments,
            views.Bind: bind,
            views.Unbind: unbind,
        },
    )
    for each in _WITH_PRESSES:
        each.add_routes(routes)
    routes.on_command(
        {
            "desk": show_desk,
            "r": say_to_company,
        },
    )
    routes.on_message(say_to_company, under_file)
    routes.on_message(hear_part, joins_reply)
    routes.on_message(hear_form, in_form)
    routes.on_message(hear_reply, to_ticket)
    routes.on_message(hear_at_desk, at_desk)
    routes.on_edited(edited)
    routes.on_membership(learn_rights)
