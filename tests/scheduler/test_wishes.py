"""有了告诉我: a wish is looked at until a measure answers, and its words stay only so long."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain import retention
from domain.actors import Actor
from domain.errors import NotFound
from domain.screens import Screen
from domain.words import Words
from models import Message, Notice, Person
from models.notices import NoticeState
from scheduler.matching_notices import wished
from scheduler.outcomes import Postponed
from services import people, privacy, wishes
from services.messages import Address
from services.office import Office
from services.retention import clean_up
from tests.services.test_matching import firm

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PLACE = Address(1, 1001)
WORDS = "办公室装修有补贴吗"
LATER = timedelta(days=40)


async def asked(session: AsyncSession, office: Office, words: str = WORDS) -> tuple[Actor, Notice]:
    person, _, _ = await firm(session, office)
    await people.record_consent(session, person.id, given=True, now=NOW)
    actor = await people.actor_for(session, person, administrators=frozenset())
    return actor, await wished_for(session, office, actor, words)


async def wished_for(
    session: AsyncSession, office: Office, actor: Actor, words: str = WORDS
) -> Notice:
    return await wishes.wish(session, words, actor=actor, place=PLACE, office=office, now=NOW)


def with_an_answer(office: Office) -> Office:
    """The office after a measure about fitting out offices was published."""
    measure = office.catalogue.active[0]
    name = Words(zh="办公室装修补贴", en="Grant for fitting out an office")
    fitting = measure.model_copy(update={"name": name})
    return replace(office, catalogue=office.catalogue.with_measures([fitting]))


async def words_kept(session: AsyncSession) -> list[str]:
    await session.flush()
    return [text for text in (await session.exec(select(Message.text))).all() if text]


async def test_the_same_words_are_wished_for_once(session: AsyncSession, office: Office) -> None:
    actor, wish = await asked(session, office)

    again = await wished_for(session, office, actor)

    assert again.id == wish.id
    assert wish.due_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


async def test_while_nothing_answers_it_waits(session: AsyncSession, office: Office) -> None:
    _, wish = await asked(session, office)

    result = await wished(session, wish, office, wish.due_at)

    assert result == Postponed(datetime(2026, 11, 25, 1, 0, tzinfo=UTC))


async def test_a_new_measure_that_answers_is_told(session: AsyncSession, office: Office) -> None:
    _, wish = await asked(session, office)

    result = await wished(session, wish, with_an_answer(office), wish.due_at)

    assert isinstance(result, Screen)
    assert "办公室装修补贴" in result.text
    assert "1 办公室装修补贴" in result.text


async def test_its_words_outlive_other_searches_until_it_is_over(
    session: AsyncSession, office: Office
) -> None:
    actor, wish = await asked(session, office)
    while await clean_up(session, now=NOW + LATER):
        pass
    assert await words_kept(session) == [WORDS]

    await wishes.end(session, wish.id, actor=actor, now=NOW + LATER)
    while await clean_up(session, now=NOW + LATER):
        pass

    assert wish.state == NoticeState.DROPPED
    assert await words_kept(session) == []


async def test_after_half_a_year_it_is_forgotten(session: AsyncSession, office: Office) -> None:
    _, wish = await asked(session, office)

    result = await wished(session, wish, with_an_answer(office), NOW + retention.WISHES)

    assert result is None


async def test_it_ends_with_the_consent(session: AsyncSession, office: Office) -> None:
    actor, wish = await asked(session, office)
    person = await session.get_one(Person, actor.person_id)

    await privacy.take_back_consent(session, person, now=NOW)

    assert wish.state == NoticeState.DROPPED


async def test_nobody_ends_the_wish_of_another(session: AsyncSession, office: Office) -> None:
    actor, wish = await asked(session, office)

    with pytest.raises(NotFound):
        await wishes.end(session, wish.id, actor=replace(actor, person_id=-1), now=NOW)
