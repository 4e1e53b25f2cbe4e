"""Who may do what: everybody, every button, command and open question, on both sides' things."""

from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from domain.actors import Actor
from domain.incoming import Incoming
from sandbox.seats import DESK_CHAT_ID
from services import memberships, messages, people, tickets
from services.messages import Address
from services.office import Office
from tests.faults.door import Door, Tried, id_fields, open_door, packed, shown
from tests.faults.estates import (
    ADMINISTRATORS,
    DESK,
    NOW,
    OLD_CARD,
    OLD_WORDS,
    PEOPLE,
    SIDES,
    Estate,
)
from tests.handlers.office import join_company, open_office, raise_ticket, topic_of
from tests.town import Town, build_work
from views.commands import EVERY_COMMAND
from views.desk_forms import Drop
from views.permissions import presses
from views.presses import Press
from views.ticket_presses import ShowTicket

TABLE: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "permissions.yaml").read_text(encoding="utf-8")
)
ROLES: dict[str, dict[str, Any]] = TABLE["roles"]


PRESSES = presses()
CIRCLE = {
    prefix: circle for circle, prefixes in TABLE["presses"].items() for prefix in prefixes.split()
}


@pytest.fixture
async def door(sqlite_url: str, office: Office) -> AsyncGenerator[Door]:
    """The whole scene, in a transaction that is never committed."""
    database = Database(sqlite_url)
    office = replace(office, administrators=ADMINISTRATORS)
    async with open_door(database, build_work(), office) as opened:
        yield opened
    await database.close()


def _circles(role: str) -> set[str]:
    return {"everybody", *ROLES[role].get("circles", ())}


def _reaches(role: str, tie: str) -> str:
    return str(ROLES[role].get("reaches", {}).get(tie, ""))


def _is_open(role: str, kind: type[Press], side: str) -> bool:
    """Whether the table lets somebody press this button on that side's things."""
    if CIRCLE[kind.prefix] not in _circles(role):
        return False
    ids = id_fields(kind)
    if not ids or kind.prefix in TABLE["harmless"]:
        return True
    tie = TABLE["exceptions"].get(kind.prefix) or TABLE["whose"][ids[0]]
    return tie == "circle" or side in _reaches(role, tie)


def _may_read(role: str, estate: Estate) -> set[str]:
    """The marks of one side that somebody may be shown."""
    side, may = estate.side, set[str]()
    if side in _reaches(role, "company"):
        may |= {*estate.said, *estate.kept, estate.name}
    if side in _reaches(role, "task"):
        may |= {*estate.said, *estate.inside, *estate.kept, estate.name}
    if side in _reaches(role, "self"):
        may |= {*estate.own}
    if _circles(role) & {"casework", "staff"}:
        may.add(estate.name)
    return may


def _leaks(door: Door, role: str, tried: Tried) -> list[str]:
    return [
        mark
        for estate in door.estates.values()
        for mark in shown(set(estate.marks) - _may_read(role, estate), tried.everything)
    ]


def test_the_table_names_every_button_and_every_role_once() -> None:
    named = [prefix for prefixes in TABLE["presses"].values() for prefix in prefixes.split()]

    assert sorted(named) == [kind.prefix for kind in PRESSES]
    assert set(ROLES) == set(PEOPLE) - {"everything"}
    assert {kind.prefix: kind.circle.value for kind in PRESSES} == CIRCLE


@pytest.mark.long
async def test_fault_21_nobody_opens_what_is_not_theirs(door: Door) -> None:
    """Everybody presses every kind of button with the ids of either company's things."""
    wrong = []
    for number, kind in enumerate(PRESSES):
        for role, side in _cells(number, kind):
            tried = await door.press(role, packed(kind, door.estates[side].ids))
            faults = _faults(door, role, tried, is_open=_is_open(role, kind, side))
            wrong += [f"{role} {kind.prefix} {kind.__name__} {side}: {one}" for one in faults]

    assert wrong == []


#: Something of theirs stands about still: each presses every second button.
_LEFT = ("former", "removed")


def _cells(number: int, kind: type[Press]) -> Iterator[tuple[str, str]]:
    """Of those who stand alike to a button one presses it, another at each button."""
    alike: dict[tuple[bool, ...], list[str]] = {}
    for role in ROLES:
        is_admitted = CIRCLE[kind.prefix] in _circles(role)
        opens = [_is_open(role, kind, side) for side in SIDES]
        alike.setdefault((is_admitted, *opens), []).append(role)
    for standing, roles in alike.items():
        left = _LEFT[number % 2]
        for role in {roles[number % len(roles)], *([left] if left in roles else [])}:
            yield role, SIDES[0]
            if any(standing[1:]) and id_fields(kind):
                yield role, SIDES[1]


def _faults(door: Door, role: str, tried: Tried, *, is_open: bool) -> Iterator[str]:
    if tried.error:
        yield f"fails with {tried.error}"
    if leaked := _leaks(door, role, tried):
        yield f"is shown {leaked}"
    if not is_open and tried.changed:
        yield f"changes {sorted(tried.changed)}"
    if not is_open and not tried.is_answered:
        yield "is left without a word"


async def test_fault_21_ids_of_nothing_and_of_another_kind_are_answered(door: Door) -> None:
    """Somebody with every office role presses what names no row, or a row of another kind."""
    wrong = []
    crossed = door.estates["甲"].ids
    for kind in PRESSES:
        names = id_fields(kind)
        other = "company_id" if names[:1] != ["company_id"] else "task_id"
        for number in (-1, crossed[other]) if names else ():
            tried = await door.press("everything", packed(kind, dict.fromkeys(names, number)))
            is_open = kind.prefix in TABLE["harmless"]
            faults = _faults(door, "officer", tried, is_open=is_open)
            wrong += [f"{kind.prefix} {kind.__name__} {number}: {one}" for one in faults]

    for number in (2, 2**63 - 1, 2**63, 36**40):
        tried = await door.press("everything", packed(ShowTicket, {"ticket_id": number}))
        wrong += [f"{number}: {one}" for one in _faults(door, "officer", tried, is_open=False)]
    assert wrong == []


async def test_fault_21_in_a_group_nothing_private_is_pressed_or_asked_for(door: Door) -> None:
    """Who belongs to a company and to the office, and could do all of it in the private chat."""
    wrong = []
    for kind in PRESSES:
        if not kind.in_groups:
            data = packed(kind, door.estates["甲"].ids)
            tried = await door.press("two_roles", data, chat=DESK)
            wrong += [(kind.prefix, one) for one in _in_group(door, tried)]
    for name in _commands():
        if name not in TABLE["in_groups"]:
            tried = await door.says("two_roles", f"/{name} 暗", chat=DESK)
            wrong += [(name, one) for one in _in_group(door, tried)]

    assert wrong == []


def _in_group(door: Door, tried: Tried) -> Iterator[str]:
    marks = {mark for estate in door.estates.values() for mark in estate.marks}
    if seen := shown(marks, tried.everything):
        yield f"shows {seen}"
    if tried.changed or not tried.is_answered or tried.error:
        yield f"{sorted(tried.changed)} {tried.error} {tried.everything}"


def _commands() -> dict[str, str]:
    return {name: circle for circle, names in TABLE["commands"].items() for name in names.split()}


async def test_fault_21_commands_open_to_each_what_is_theirs(door: Door) -> None:
    """In private, alone and with words that would find the other company's things."""
    wrong = []
    assert set(_commands()) == set(EVERY_COMMAND)
    for role in ("former", "removed", "other", "officer_other", "editor", "was_admin", "insider"):
        for name, circle in _commands().items():
            is_open = circle in _circles(role)
            found = f" {door.estates['甲'].number[-4:]} 甲暗"
            for words in ("", found) if is_open else (found,):
                tried = await door.says(role, f"/{name}{words}")
                faults = _faults(door, role, tried, is_open=is_open)
                wrong += [f"{role} /{name}{words}: {one}" for one in faults]

    assert wrong == []


def _open_questions(ids: dict[str, int]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every question that may be open about somebody's thing, as it stands in a conversation; and
    who may not answer it any more."""
    later = (NOW + timedelta(minutes=5)).isoformat()
    desk: dict[str, Any] = {"task": ids["task_id"], "topic": None, "until": later, "use": "reply"}
    about: dict[str, Any] = {"ticket": ids["ticket_id"]}
    visit: dict[str, Any] = {
        "visit": ids["visit_id"],
        "message": ids["message_id"],
        "moment": NOW.isoformat(),
    }
    office: dict[str, dict[str, Any]] = {
        "desks-write": desk,
        "desks-preview": {**desk, "messages": [ids["message_id"]]},
        "desks-when": desk,
        "desks-when-ok": {**desk, "moment": NOW.isoformat()},
        "desks-extend": {**desk, "days": 3},
        "desks-bounce": {**desk, "reason": "not_ours", "proposed": ""},
        "desks-merge": desk,
        "desks-split": {**desk, "message": ids["message_id"]},
        "desks-judge": {**desk, "fact": "employees"},
        "desks-judge-ok": {**desk, "fact": "employees", "value": 7},
        "visits.met": visit,
        "visits.promise": visit,
        "visits.when": visit,
        "visits.when_ok": visit,
        "visits-plan": {"officer": ids["officer_id"], "words": ""},
        "registering.company": {},
        "registering.words": {"company": ids["company_id"], "visit": None, "messages": []},
        "publication": {"publication": ids["publication_id"], "step": "send_back"},
    }
    company: dict[str, dict[str, Any]] = {
        "tickets.supply": about,
        "tickets.comment": about,
    }
    return {
        **{state: ("removed", data) for state, data in office.items()},
        **{state: ("former", data) for state, data in company.items()},
    }


async def test_fault_21_an_open_question_ends_with_the_right_to_answer_it(door: Door) -> None:
    wrong = []
    for state, (role, data) in _open_questions(door.estates["甲"].ids).items():
        tried = await door.says(role, "明天上午9点，甲乙丙丁", state=(state, data))
        faults = [*_faults(door, role, tried, is_open=False)]
        faults += ["stays open"] if tried.state else []
        wrong += [f"{role} {state}: {one}" for one in faults]

    assert wrong == []


@pytest.mark.parametrize("role", ["removed", "former"])
async def test_fault_21_who_left_edits_and_answers_nothing(door: Door, role: str) -> None:
    """Old messages stand in their chats still: replies to them, and edits of their own words."""
    old = {"message_id": OLD_CARD, "date": 1, "chat": {"id": PEOPLE[role], "type": "private"}}
    edited = await door.edits(role, OLD_WORDS, "改成别的")
    replied = await door.says(role, "再说一句", reply_to_message=old)

    assert [*_faults(door, role, edited, is_open=False)] == []
    assert not _leaks(door, role, replied)
    assert "ticket_event" not in replied.changed


async def test_fault_21_anonymous_administrators_and_bots_act_for_nobody(door: Door) -> None:
    anonymous: dict[str, Any] = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    for words in ("/queue", "/find 暗", f"/r {door.estates['甲'].number[-4:]} 好"):
        said = await door.says("everything", words, chat=DESK, sender=anonymous)
        assert not said.changed
        assert not _leaks(door, "stranger", said)


async def test_fault_28_who_is_removed_within_the_minute_does_not_read_the_answer(
    town: Town,
) -> None:
    """Words on their way go to who belongs to the company by then."""
    await open_office(town, desk=False, started=(2001,))
    ticket_id = await raise_ticket(town)
    await town.player("colleague").says("/start")
    await join_company(town, 1002)
    now, office = town.clock(), town.office
    async with town.database.write() as session:
        officer = await _actor(session, 2001)
        colleague = await _actor(session, 1002)
        task = await tickets.lead_task(session, ticket_id)
        await tickets.take(session, task.id, actor=officer, now=now, office=office)
        place = Address(office.bot_id, 2001)
        words = await messages.keep(
            session, Incoming(text="请带上营业执照"), place, person_id=officer.person_id, now=now
        )
        await tickets.reply(session, task.id, message=words, actor=officer, now=now, office=office)
        inside = await memberships.members(session, colleague.company_id or 0)
        await memberships.remove(session, inside[0].membership.id, actor=colleague, now=now)

    await town.passes(minutes=2)

    assert await town.player("colleague").has_read("请带上营业执照")
    assert not await town.player("company").has_read("请带上营业执照")


async def _actor(session: AsyncSession, telegram_id: int) -> Actor:
    person = await people.by_telegram_id(session, telegram_id)
    assert person is not None
    return await people.actor_for(session, person, administrators=frozenset())


async def test_fault_21_the_card_of_a_group_is_replaced_by_nobody(town: Town) -> None:
    """An officer's forged press on the pinned card is answered below it."""
    await open_office(town)
    await raise_ticket(town)
    where = {"chat": DESK_CHAT_ID, "thread": await topic_of(town, "示例")}
    officer = town.player("officer")
    card = await officer.message_with("受理", **where)

    await officer.send_press(card.id, Drop(1).pack(), **where)

    assert (await officer.message(card.id, **where)).text == card.text
