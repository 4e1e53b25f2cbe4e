"""Visits from the plan to the next one, and what must not dangle; on both databases."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from domain.absences import AbsenceState
from domain.actors import Actor, Role
from domain.errors import NotAllowed, NotFound
from domain.visits import Rung, VisitKind, VisitOutcome
from models import Absence, Company, Liaison, Membership, Message, Notice, Person, Visit
from services import (
    hand_over,
    people,
    personal_data,
    privacy,
    registering,
    retention,
    tickets,
    visit_plans,
    visits,
)
from services.visits import DoneAlready
from tests.services.scenes import NOW, Scene


async def _company(scene: Scene) -> int:
    assert scene.ceo.company_id is not None
    return scene.ceo.company_id


async def given(scene: Scene, to: Actor | None = None) -> Liaison:
    officer = to or scene.officer
    by = scene.by(scene.head)
    return await visit_plans.assign(scene.session, await _company(scene), officer.person_id, **by)


async def planned(scene: Scene, kind: VisitKind = VisitKind.VISIT) -> Visit:
    found = await visit_plans.open_visits_of(scene.session, await _company(scene))
    return next(visit for visit in found if visit.kind is kind and visit.ticket_id is None)


async def dues(scene: Scene) -> dict[str, date]:
    found = await visit_plans.open_visits_of(scene.session, await _company(scene))
    return {visit.kind: visit.due for visit in found if visit.ticket_id is None}


async def finished(scene: Scene, outcome: VisitOutcome, after: timedelta = timedelta()) -> Visit:
    kind = VisitKind.CONTACT if outcome is VisitOutcome.SPOKE else VisitKind.VISIT
    visit = await planned(scene, kind)
    return await visits.finish(scene.session, visit.id, outcome, **scene.by(scene.officer, after))


async def joins(scene: Scene, actor: Actor) -> Actor:
    """The officer works at the company too."""
    scene.session.add(
        Membership(
            person_id=actor.person_id,
            role=Role.MEMBER,
            company_id=await _company(scene),
            since=NOW,
        )
    )
    await scene.session.flush()
    return replace(actor, company_ids=frozenset({await _company(scene)}))


# The plan


async def test_a_company_that_is_given_gets_a_contact_and_a_visit(scene: Scene) -> None:
    await given(scene)
    await given(scene)

    assert await dues(scene) == {"contact": date(2026, 12, 23), "visit": date(2027, 1, 22)}


async def test_only_who_leads_an_officer_plans_for_them(scene: Scene) -> None:
    company = await _company(scene)
    for actor in (scene.officer, scene.ceo, scene.stranger):
        with pytest.raises(NotAllowed):
            await visit_plans.assign(
                scene.session, company, scene.second.person_id, **scene.by(actor)
            )

    with pytest.raises(NotAllowed):  # the duty officer is not of the head's department
        await given(scene, scene.duty)
    await visit_plans.assign(scene.session, company, scene.duty.person_id, **scene.by(scene.duty))


async def test_an_officer_never_visits_the_own_company(scene: Scene) -> None:
    await given(scene)
    visit = await planned(scene)
    both = await joins(scene, scene.officer)

    with pytest.raises(NotFound):
        await visits.open_visit(scene.session, visit.id, both)
    with pytest.raises(NotFound):
        await registering.company_for(scene.session, visit.company_id, both)
    page = await visits.own_page(scene.session, both, 0, office=scene.office, now=NOW)
    due = datetime(2026, 12, 23, 1, 0, tzinfo=UTC)
    spoken = await visits.spoken_of_to(scene.session, both, office=scene.office, now=due)
    assert (page.total, spoken) == (0, [])

    await given(scene, scene.second)
    with pytest.raises(NotAllowed):
        await given(scene)


async def test_another_officer_takes_over_what_is_open(scene: Scene) -> None:
    await given(scene)
    before = await planned(scene)

    await given(scene, scene.second)

    assert before.officer_id == scene.second.person_id
    assert len(await visit_plans.open_visits_of(scene.session, await _company(scene))) == 2


async def test_what_nobody_has_is_shared_out_evenly_and_not_to_oneself(scene: Scene) -> None:
    await joins(scene, scene.officer)
    scene.session.add_all(Company(name=f"企业{n}", created_at=NOW) for n in range(3))
    await scene.session.flush()

    shared = await visit_plans.share_out(scene.session, **scene.by(scene.head))

    held = (await scene.session.exec(select(Liaison))).all()
    mine = [one for one in held if one.officer_id == scene.officer.person_id]
    assert shared == 4
    assert sorted(Counter(one.officer_id for one in held).values()) == [1, 1, 2]
    assert await _company(scene) not in {one.company_id for one in mine}


# What it comes to


async def test_a_visit_is_a_contact_too_and_both_are_planned_anew(scene: Scene) -> None:
    await given(scene)

    await finished(scene, VisitOutcome.MET, timedelta(days=7))

    assert await dues(scene) == {"contact": date(2026, 12, 30), "visit": date(2027, 1, 29)}


async def test_a_call_is_no_visit(scene: Scene) -> None:
    await given(scene)

    await finished(scene, VisitOutcome.SPOKE, timedelta(days=7))

    assert await dues(scene) == {"contact": date(2026, 12, 30), "visit": date(2027, 1, 22)}


async def test_who_was_not_reached_is_tried_again(scene: Scene) -> None:
    await given(scene)

    visit = await finished(scene, VisitOutcome.NOT_REACHED)

    assert (visit.done_at, visit.due) == (None, date(2026, 11, 26))


async def test_it_is_finished_once(scene: Scene) -> None:
    await given(scene)
    visit = await finished(scene, VisitOutcome.MET)

    with pytest.raises(DoneAlready):
        await visits.finish(
            scene.session, visit.id, VisitOutcome.DECLINED, **scene.by(scene.officer)
        )


async def test_a_problem_found_becomes_the_companys_ticket_with_the_visit_noted(
    scene: Scene,
) -> None:
    await given(scene)
    visit = await planned(scene)
    words = await scene.written(scene.officer, "银行贷款批不下来，电话 13900000000")

    ticket = await registering.register(
        scene.session, visit.company_id, [words], visit_id=visit.id, **scene.by(scene.officer)
    )

    sheet = await visits.sheet_of(scene.session, visit, office=scene.office, now=NOW)
    received = (await tickets.events_of(scene.session, ticket.id))[0]
    told = await scene.owed("ticket_registered")
    assert [finding.number for finding in sheet.findings] == [ticket.number]
    assert (received.why, received.details["visit"]) == ("on_behalf", visit.id)
    assert [notice.person_id for notice in told] == [scene.ceo.person_id]
    assert ticket.category == "financing"
    assert (
        await privacy.open_tickets(
            scene.session, await scene.session.get_one(Person, scene.officer.person_id)
        )
        == ()
    )


async def test_only_casework_registers_for_companies(scene: Scene) -> None:
    words = await scene.written(scene.stranger, "贷款")

    with pytest.raises(NotAllowed):
        await registering.register(
            scene.session, await _company(scene), [words], **scene.by(scene.stranger)
        )


async def test_a_promise_is_brought_to_mind_at_its_moment(scene: Scene) -> None:
    await given(scene)
    visit = await planned(scene)
    words = await scene.written(scene.officer, "把申报条件发给企业")
    at = NOW + timedelta(days=9)

    await visits.promise(scene.session, visit, words, at, actor=scene.officer, now=NOW)

    (owed,) = await scene.owed("visit_promise")
    assert (owed.person_id, owed.due_at) == (scene.officer.person_id, at)
    assert (words.visit_id, words.direction) == (visit.id, "note")


async def test_a_visit_asked_for_is_the_officers_or_the_duty_desks(scene: Scene) -> None:
    ticket, _ = await scene.raised("想请工作人员上门走访")
    first = await visits.asked_by_company(scene.session, ticket, office=scene.office, now=NOW)
    assert first is not None

    mine = await visits.own_page(scene.session, scene.officer, 0, office=scene.office, now=NOW)
    duty = await visits.own_page(scene.session, scene.duty, 0, office=scene.office, now=NOW)
    assert (mine.total, [line.number for line in duty.lines]) == (0, [ticket.number])
    assert first.due == date(2026, 11, 30)

    await given(scene)
    await finished(scene, VisitOutcome.MET)

    assert first.outcome is VisitOutcome.MET
    assert not await visits.is_asked_for(scene.session, ticket.id)


# Reminders and coverage


async def reminded(scene: Scene, at: datetime) -> list[int | None]:
    for _ in range(2):
        await visits.remind(scene.session, office=scene.office, now=at)
    statement = select(Notice).where(col(Notice.kind) == visits.DUE, col(Notice.due_at) >= at)
    return [notice.person_id for notice in (await scene.session.exec(statement)).all()]


async def test_one_reminder_a_day_for_all_that_is_to_be_spoken_of(scene: Scene) -> None:
    await given(scene)
    third = datetime(2026, 12, 18, 0, 30, tzinfo=UTC)

    assert await reminded(scene, third - timedelta(days=1)) == []
    assert await reminded(scene, third + timedelta(days=1)) == []  # a Saturday
    assert await reminded(scene, third) == [scene.officer.person_id]

    spoken = await visits.spoken_of_to(scene.session, scene.officer, office=scene.office, now=third)
    assert [(line.kind, rung) for line, rung in spoken] == [("contact", Rung.SOON)]


async def test_a_stand_in_hears_once_of_the_own_and_of_whom_they_stand_in_for(
    scene: Scene,
) -> None:
    await given(scene)
    absence = Absence(
        person_id=scene.officer.person_id,
        first=date(2026, 12, 14),
        last=date(2026, 12, 31),
        stand_in_id=scene.second.person_id,
        state=AbsenceState.AWAY,
        created_by=scene.officer.person_id,
        created_at=NOW,
    )
    scene.session.add(absence)
    await scene.session.flush()
    second = await scene.session.get_one(Person, scene.second.person_id)
    acting = await people.actor_for(scene.session, second, administrators=frozenset())
    third = datetime(2026, 12, 18, 1, 30, tzinfo=UTC)

    assert await reminded(scene, third) == [scene.second.person_id]

    spoken = await visits.spoken_of_to(scene.session, acting, office=scene.office, now=third)
    assert [line.officer for line, _ in spoken] == ["经办员甲"]


async def test_coverage_counts_the_present_interval(scene: Scene) -> None:
    await given(scene)
    officer = await scene.session.get_one(Person, scene.officer.person_id)
    await finished(scene, VisitOutcome.MET)
    later = NOW + timedelta(days=45)

    (now_,) = await visit_plans.coverage(scene.session, [officer], office=scene.office, now=NOW)
    (then,) = await visit_plans.coverage(scene.session, [officer], office=scene.office, now=later)

    assert (now_.companies, now_.contacted, now_.visited, now_.overdue) == (1, 1, 1, 0)
    assert (then.contacted, then.visited, then.overdue) == (0, 1, 1)
    assert await visit_plans.nobodys(scene.session) == 0


# Nothing dangles


@pytest.mark.parametrize("why", ["left", "joined"])
async def test_an_officer_who_leaves_or_joins_the_company_keeps_nothing(
    scene: Scene, why: str
) -> None:
    liaison = await given(scene)
    ticket, _ = await scene.raised("想请工作人员上门走访")
    asked = await visits.asked_by_company(scene.session, ticket, office=scene.office, now=NOW)
    assert asked is not None
    if why == "joined":
        await joins(scene, scene.officer)
    else:
        statement = select(Membership).where(col(Membership.person_id) == liaison.officer_id)
        for link in (await scene.session.exec(statement)).all():
            link.until = NOW

    assert await visit_plans.mend(scene.session, now=NOW) == 1
    assert await visit_plans.mend(scene.session, now=NOW) == 0

    left = await visit_plans.open_visits_of(scene.session, await _company(scene))
    assert [(visit.ticket_id, visit.officer_id) for visit in left] == [(ticket.id, None)]
    assert liaison.until == NOW


@pytest.mark.parametrize("own", [False, True])
async def test_who_hands_everything_over_hands_over_the_companies_too(
    scene: Scene, own: bool
) -> None:
    await given(scene)
    visit = await planned(scene)
    if own:
        await joins(scene, scene.second)

    await hand_over.hand_over_all(
        scene.session,
        scene.officer.person_id,
        scene.second.person_id,
        **scene.by(scene.officer),
    )

    liaison = await visit_plans.liaison_of(scene.session, await _company(scene))
    if own:
        assert liaison is None
    else:
        assert liaison is not None
        assert liaison.officer_id == visit.officer_id == scene.second.person_id


async def test_an_erased_company_leaves_no_word_and_no_plan(scene: Scene) -> None:
    await given(scene)
    visit = await finished(scene, VisitOutcome.MET)
    words = await scene.written(scene.officer, "见了王经理")
    visits.note(words, visit, "met")
    said = await scene.written(scene.officer, "厂区积水")
    by = scene.by(scene.officer)
    ticket = await registering.register(scene.session, visit.company_id, [said], **by)
    person = await scene.session.get_one(Person, scene.ceo.person_id)
    exported = await personal_data.export(scene.session, person, now=NOW)
    (company,) = exported["companies"]

    await privacy.erase(scene.session, person, office=scene.office, now=NOW)

    kept = select(Message).where(col(Message.id).in_([words.id, said.id]))
    rows = (await scene.session.exec(kept.execution_options(populate_existing=True))).all()
    assert [row.text for row in rows] == ["", ""]
    assert await visit_plans.open_visits_of(scene.session, visit.company_id) == []
    assert await visit_plans.liaison_of(scene.session, visit.company_id) is None
    assert "met" in {one.get("outcome") for one in company["visits"]}
    assert ticket.company_id == visit.company_id


async def test_notes_of_a_visit_outlive_chat_and_not_their_period(scene: Scene) -> None:
    await given(scene)
    visit = await finished(scene, VisitOutcome.MET)
    words = await scene.written(scene.officer, "见了王经理")
    visits.note(words, visit, "met")
    await scene.session.flush()
    texts = []
    for days in (31, 731):
        await retention.clean_up(scene.session, now=NOW + timedelta(days=days))
        await scene.session.refresh(words)
        texts.append(words.text)

    assert texts == ["见了王经理", ""]
