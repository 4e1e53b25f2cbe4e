"""Tickets: the one door to raising them, to every step on them, and to what is known of them.

Office steps take a task id: services/ticket_handlers.py (whose), ticket_subjects.py (what about),
ticket_words.py, ticket_bounces.py, ticket_extensions.py, ticket_answers.py, ticket_merging.py.
Company steps take a ticket id: ticket_company.py, ticket_rounds.py (the call-back). Each step locks
the ticket, is checked by domain.tickets, leaves one TicketEvent and owes a `desk_card` notice; what
the company is promised to hear is owed too. Texts are given as Message rows, made by
`services.messages.keep`.

Notices owed here, all with subject "ticket" and details task_id, event_id:
to the company   reply_to_company (message_id), reply_edited (message_id), ticket_taken
                 (handler_id), ticket_asked_back (message_id, until), ticket_answered (message_id,
                 round), ticket_extended, ticket_rescheduled (known, day, why), ticket_merged,
                 ticket_joined, ticket_split (first); close_unanswered (round) closes and says so
to the office    desk_card; to a person: follow_up (message_id, or why=no_answer), task_assigned,
                 ticket_urged, ticket_needs_time, ticket_unsolved (why), ticket_unowned
                 (the duty desk is empty), task_bounced, task_extension_asked (days, message_id),
                 task_extension_granted (days), task_extension_refused
"""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from models import Ticket
from services.office import Office
from services.ticket_answers import (
    NothingSent,
    closing_moment,
    remind_of_rating,
    resolve,
    take_back_answer,
)
from services.ticket_bounces import Bounced, bounce, bounced, decide_bounce, may_bounce_until
from services.ticket_calendar import reckon_anew
from services.ticket_company import (
    UrgedAlready,
    add,
    edit,
    need_time,
    urge,
    withdraw,
)
from services.ticket_extensions import ask_extension, extend, refuse_extension
from services.ticket_guards import (
    SECOND_THOUGHTS,
    AskedForTime,
    BouncedAlready,
    BounceTooLate,
    ExtensionDecided,
    LedElsewhere,
    NobodyToBounceTo,
    NoRedoLeft,
    TooLate,
    unmet_guards,
)
from services.ticket_handlers import (
    AlreadyTaken,
    add_department,
    nudge,
    reassign,
    release,
    route,
    take,
)
from services.ticket_leads import led_by
from services.ticket_likeness import likes_of
from services.ticket_merging import BundleApart, WrongMerge, is_same_side, leave, merge
from services.ticket_queries import (
    DUTY,
    OPEN,
    SPOKEN,
    company_of,
    company_people,
    conversation_of,
    events_of,
    final_of,
    first_words,
    get_for,
    is_of_company,
    is_staffed,
    lead_of,
    lead_task,
    messages_of,
    open_texts,
    parties,
    recent_texts,
    shown_department,
    tasks_of,
    ticket_by_number,
    tickets_of,
    waiting_for,
)
from services.ticket_raising import (
    Contact,
    Draft,
    department_for,
    must_be_allowed,
    must_be_within_limits,
    receive,
)
from services.ticket_rounds import close_unanswered, rate, reopen
from services.ticket_splitting import SPLIT_WORDS, split
from services.ticket_steps import (
    By,
    IllegalStep,
    responsible_for,
)
from services.ticket_subjects import set_category, set_urgency
from services.ticket_words import (
    ask_back,
    follow_up,
    join_album,
    log_call,
    note,
    reply,
    say_at_work,
    take_back,
    waiting_to_go_out,
)

__all__ = [
    "DUTY",
    "OPEN",
    "SECOND_THOUGHTS",
    "SPLIT_WORDS",
    "SPOKEN",
    "AlreadyTaken",
    "AskedForTime",
    "BounceTooLate",
    "Bounced",
    "BouncedAlready",
    "BundleApart",
    "Contact",
    "Draft",
    "ExtensionDecided",
    "IllegalStep",
    "LedElsewhere",
    "NoRedoLeft",
    "NobodyToBounceTo",
    "NothingSent",
    "TooLate",
    "UrgedAlready",
    "WrongMerge",
    "add",
    "add_department",
    "ask_back",
    "ask_extension",
    "bounce",
    "bounced",
    "close_unanswered",
    "closing_moment",
    "company_of",
    "company_people",
    "conversation_of",
    "decide_bounce",
    "department_for",
    "edit",
    "events_of",
    "extend",
    "final_of",
    "first_words",
    "follow_up",
    "get_for",
    "is_of_company",
    "is_same_side",
    "is_staffed",
    "join_album",
    "lead_of",
    "lead_task",
    "leave",
    "led_by",
    "likes_of",
    "log_call",
    "may_bounce_until",
    "merge",
    "messages_of",
    "need_time",
    "note",
    "nudge",
    "open_texts",
    "parties",
    "raise_ticket",
    "rate",
    "reassign",
    "recent_texts",
    "reckon_anew",
    "refuse_extension",
    "release",
    "remind_of_rating",
    "reopen",
    "reply",
    "resolve",
    "responsible_for",
    "route",
    "say_at_work",
    "set_category",
    "set_urgency",
    "shown_department",
    "split",
    "take",
    "take_back",
    "take_back_answer",
    "tasks_of",
    "ticket_by_number",
    "tickets_of",
    "unmet_guards",
    "urge",
    "waiting_for",
    "waiting_to_go_out",
    "withdraw",
]


async def raise_ticket(
    session: AsyncSession, draft: Draft, *, actor: Actor, now: datetime, office: Office
) -> Ticket:
    """A new ticket with its number, its words and its lead task, dispatched. NotFound for a company
    that is not the actor's, unless an officer raises it on its behalf."""
    by = By(actor, now, office)
    await must_be_allowed(session, draft, by)
    await must_be_within_limits(session, draft, actor.person_id, now=now)
    return await receive(session, draft, actor.person_id, by)
