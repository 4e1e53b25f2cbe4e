"""Filling in a bundle's form, and the one ticket it becomes."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.answer_choices import choices
from domain.bundles import UNCLEAR, Bundle, BundleForm, asked_for
from domain.errors import NotFound
from domain.facts import Profile
from domain.tickets import Category
from models import Conversation, Message, Ticket
from services import companies, notices, tickets
from services.office import Office
from services.ticket_raising import Draft, Part

#: The conversation stands here while a form is open.
FORM = "bundles.form"
#: The company's own card of such a ticket, kept up to date in place.
CARD = "bundle_card"
#: The notice by which it is.
PROGRESS = "bundle_progress"


def begin(talk: Conversation, bundle: Bundle) -> None:
    """Open an empty form; what was open before is replaced."""
    talk.turn_to(FORM, bundle=bundle.key, chosen=[], answers={})


def is_open(talk: Conversation, bundle_key: str) -> bool:
    """Whether the form of this bundle is being filled in."""
    return talk.state == FORM and talk.data.get("bundle") == bundle_key


async def form_of(
    session: AsyncSession, talk: Conversation, *, actor: Actor, office: Office, now: datetime
) -> BundleForm:
    """The open form. Raises NotFound when the catalogue has its bundle no more."""
    bundle = office.catalogue.bundles.of_key(talk.data["bundle"])
    if bundle is None:
        raise NotFound
    company = await companies.of_actor(session, actor)
    facts = office.catalogue.facts
    known = await companies.profile_of(session, company.id, facts) if company else Profile()
    questions = asked_for(
        bundle,
        talk.data["chosen"],
        facts,
        today=office.today(now),
        industries=office.catalogue.industries,
        known=known.values.keys(),
    )
    return BundleForm(
        bundle=bundle,
        chosen=tuple(talk.data["chosen"]),
        questions=questions,
        answers=talk.data["answers"],
        office=office.name,
        consented=actor.consented,
        client=company.name if company is not None and actor.is_agent else None,
    )


def tick(talk: Conversation, bundle: Bundle, item_key: str) -> None:
    """Choose an item, or no longer; one that the template has no more changes nothing."""
    chosen = list(talk.data["chosen"])
    if item_key in chosen:
        chosen.remove(item_key)
    elif bundle.item(item_key) is not None:
        chosen.append(item_key)
    talk.keep(chosen=chosen)


def reply(talk: Conversation, form: BundleForm, key: str, place: int) -> None:
    """Answer a question of the form with one of its options, or UNCLEAR."""
    asked = next((one for one in form.questions if one.key == key), None)
    if asked is not None and UNCLEAR <= place < len(asked.options):
        talk.keep(answers={**form.answers, key: place})


def take_back_last(talk: Conversation, form: BundleForm) -> bool:
    """Forget the newest answer; False when there is none."""
    given = [one.key for one in form.questions if one.key in form.answers]
    if given:
        kept = {key: place for key, place in form.answers.items() if key != given[-1]}
        talk.keep(answers=kept)
    return bool(given)


async def submit(
    session: AsyncSession,
    talk: Conversation,
    form: BundleForm,
    words: str,
    *,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Ticket:
    """One ticket with a task for each ticked item; `words` say what was filled in.

    What the dictionary asks becomes a fact of the company. Pressing it from an agent says that the
    client agreed.
    """
    ticket = await tickets.raise_ticket(
        session,
        Draft(
            category=_category(form),
            texts=(words,),
            measure_ids=(form.bundle.measure,),
            company_id=actor.company_id,
            authorised=actor.is_agent,
            bundle=form.bundle.key,
            parts=tuple(Part(one.department, one.category, one.key) for one in form.items),
        ),
        actor=actor,
        now=now,
        office=office,
    )
    await _keep_facts(session, form, actor=actor, now=now, office=office)
    talk.rest()
    return ticket


def _category(form: BundleForm) -> Category:
    """That of most items; the first one's where none is more."""
    categories = [item.category for item in form.items]
    return max(categories, key=categories.count)


async def _keep_facts(
    session: AsyncSession, form: BundleForm, *, actor: Actor, now: datetime, office: Office
) -> None:
    company, today = await companies.of_actor(session, actor), office.today(now)
    if company is None:
        return
    industries = office.catalogue.industries
    said = {
        asked.key: choices(asked.fact, today, industries)[form.answers[asked.key]].value
        for asked in form.questions
        if asked.fact is not None and form.answers.get(asked.key, UNCLEAR) != UNCLEAR
    }
    await companies.save(
        session,
        company,
        Profile(said),
        office.catalogue.facts,
        person_id=actor.person_id,
        now=now,
        today=today,
    )


def follow(message: Message, ticket: Ticket) -> None:
    """From now on this message is a card of the ticket that is kept up to date in place."""
    message.role, message.ticket_id = CARD, ticket.id


async def owe_progress(session: AsyncSession, ticket: Ticket, *, now: datetime) -> None:
    """Owe the company's card what happened, once it cannot be taken back any more."""
    if ticket.bundle is None:
        return
    newest = (await tickets.events_of(session, ticket.id))[-1]
    await notices.owe_notice(
        session,
        PROGRESS,
        key=f"{PROGRESS}:{newest.id}",
        due_at=newest.at + tickets.SECOND_THOUGHTS,
        now=now,
        subject="ticket",
        subject_id=ticket.id,
        event_id=newest.id,
    )


async def is_newest(session: AsyncSession, ticket: Ticket, event_id: int) -> bool:
    """Whether nothing has happened since; what did owes a card of its own."""
    return (await tickets.events_of(session, ticket.id))[-1].id == event_id
