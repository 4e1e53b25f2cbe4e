"""A change of the catalogue on its way: compared, agreed to, in force, undone."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Grant, Role
from domain.differences import Change
from domain.errors import ChangedMeanwhile, NotAllowed
from domain.measures import Measure, MeasureStatus
from domain.publications import PublicationState, Step
from domain.verdicts import Outcome
from models import Notice, Publication
from services import companies, examinations, people, publications, publishing
from services.examinations import Examination
from services.measure_files import File, write_measure
from services.messages import Address
from services.office import Office
from services.people import Caller
from tests.companies import TODAY, company
from tests.town import MONDAY_TEN

LOAN = "loan-interest-subsidy"
PLACE = Address(1, 2001)
FITS = {"industry": "39", "employees": 80, "revenue": {"2025": 3000}, "loan_purpose": "设备更新"}


async def _editor(session: AsyncSession, telegram_id: int, role: Role = Role.EDITOR) -> Actor:
    person = await people.meet(
        session, Caller(telegram_id, f"编辑{telegram_id}"), default_locale="zh", now=MONDAY_TEN
    )
    return Actor(
        person_id=person.id, name=person.name, locale="zh", grants=frozenset({Grant(role)})
    )


async def _companies(session: AsyncSession, office: Office, *known: dict[str, object]) -> None:
    owner = await people.meet(session, Caller(1001, "王"), default_locale="zh", now=MONDAY_TEN)
    for facts in known:
        made = await companies.create(session, owner, now=MONDAY_TEN, name="杭州某某有限公司")
        profile = company(**facts)
        await companies.save(
            session,
            made,
            profile,
            dictionary=office.catalogue.facts,
            person_id=owner.id,
            now=MONDAY_TEN,
            today=TODAY,
        )


def _measure(office: Office, measure_id: str = LOAN) -> Measure:
    found = office.catalogue.measure(measure_id)
    assert found is not None
    return found


def _edited(measure: Measure, *edits: tuple[str, str]) -> File:
    text = write_measure(measure)
    for good, bad in edits:
        assert good in text
        text = text.replace(good, bad, 1)
    return "x.yaml", text.encode()


def _narrowed(office: Office) -> File:
    return _edited(_measure(office), ("values: [设备更新]", "values: [厂房]"))


def _reworded(office: Office) -> File:
    return _edited(_measure(office), ("zh: 用途为更新设备,", "zh: 贷款用于更新设备,"))


async def _examined(session: AsyncSession, office: Office, *files: File) -> Examination:
    found = await examinations.examine(session, files, office.catalogue, today=TODAY)
    assert isinstance(found, Examination), [str(fault) for fault in found]
    return found


async def _proposed(
    session: AsyncSession, office: Office, author: Actor, file: File
) -> Publication:
    """Handed in, fetched and examined."""
    publication = await publications.hand_in(
        session,
        file_id="f",
        file_name=file[0],
        size=len(file[1]),
        reason="新办法",
        actor=author,
        place=PLACE,
        now=MONDAY_TEN,
    )
    await publications.fetched(session, publication.id, file[1])
    found = await examinations.examine_publication(
        session, publication, office.catalogue, today=TODAY
    )
    assert isinstance(found, Examination)
    await publications.settle(session, publication, found, now=MONDAY_TEN)
    return publication


async def _kinds(session: AsyncSession) -> Sequence[str]:
    return (await session.exec(select(Notice.kind))).all()


@pytest.fixture(autouse=True)
async def standing(session: AsyncSession, office: Office) -> None:
    """Two files are in force; twenty companies are known, two of which get the loan subsidy."""
    files = [_measure(office), _measure(office, "srdi-sme")]
    await publishing.load_files(session, files, now=MONDAY_TEN)
    others = [{**FITS, "loan_purpose": "流动资金"}] * 18
    await _companies(session, office, FITS, FITS, *others)


async def test_the_impact_counts_companies_and_describes_some_without_a_name(
    session: AsyncSession, office: Office
) -> None:
    found = await _examined(session, office, _narrowed(office))

    (impact,) = found.impact.measures
    assert (impact.change, impact.gain, impact.lose) == (Change.CHANGED, 0, 2)
    assert (found.impact.companies, found.impact.pending) == (20, 0)
    assert found.impact.is_large
    sample = impact.samples[0]
    assert (sample.industry, sample.sizes, sample.before) == ("39", ("小型",), Outcome.ELIGIBLE)
    assert sample.deciding[0].zh.startswith("用途为更新设备")
    assert len(sample.deciding) == 1
    assert "某某" not in found.impact.model_dump_json()


async def test_words_concern_nobody(session: AsyncSession, office: Office) -> None:
    found = await _examined(session, office, _reworded(office))

    assert (found.impact.affected, found.impact.is_large) == (0, False)


async def test_a_retired_measure_is_removed_and_who_had_it_loses_it(
    session: AsyncSession, office: Office
) -> None:
    retired = _edited(
        _measure(office), ("status: active", "status: retired\nretired_on: 2026-11-23")
    )

    found = await _examined(session, office, retired)

    (impact,) = found.impact.measures
    assert (impact.change, impact.lose) == (Change.REMOVED, 2)


async def test_companies_not_judged_yet_may_be_affected_too(
    session: AsyncSession, office: Office
) -> None:
    """Their derived rows are still to be written: a change that decides waits for a second person,
    one of words does not."""
    owner = await people.meet(session, Caller(1001, "王"), default_locale="zh", now=MONDAY_TEN)
    for _ in range(10):
        await companies.create(session, owner, now=MONDAY_TEN, name="新企业")
    broader = _edited(_measure(office), ("value: 400", "value: 300"))

    deciding = await _examined(session, office, broader)
    wording = await _examined(session, office, _reworded(office))

    assert deciding.impact.pending == 10
    assert deciding.impact.is_large
    assert not wording.impact.is_large


async def test_a_small_change_needs_nobody_else(session: AsyncSession, office: Office) -> None:
    author = await _editor(session, 2001)
    publication = await _proposed(session, office, author, _reworded(office))

    await publications.publish(session, publication.id, actor=author, now=MONDAY_TEN)

    (version, _) = await publishing.history(session, LOAN)
    assert publication.state is PublicationState.PUBLISHED
    assert (version.number, version.author_id, version.reason) == (2, author.person_id, "新办法")
    assert version.publication_id == publication.id


async def test_a_large_change_waits_for_another_editor(
    session: AsyncSession, office: Office
) -> None:
    author, second = await _editor(session, 2001), await _editor(session, 2002)
    publication = await _proposed(session, office, author, _narrowed(office))
    by_author = publications.steps_of(publication, author.person_id)

    assert by_author == (Step.ASK_SECOND, Step.DROP)
    with pytest.raises(ChangedMeanwhile):
        await publications.publish(session, publication.id, actor=author, now=MONDAY_TEN)
    await publications.ask_second(
        session, publication.id, actor=author, office=office, now=MONDAY_TEN
    )
    with pytest.raises(publications.OwnConfirmation):
        await publications.confirm(session, publication.id, actor=author, now=MONDAY_TEN)
    await publications.confirm(session, publication.id, actor=second, now=MONDAY_TEN)

    assert publication.state is PublicationState.PUBLISHED
    assert publication.decided_by == second.person_id
    assert "publication_decided" in await _kinds(session)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.DUTY])
async def test_others_of_the_office_do_not_publish(
    session: AsyncSession, office: Office, role: Role
) -> None:
    author, other = await _editor(session, 2001), await _editor(session, 2101, role)
    publication = await _proposed(session, office, author, _reworded(office))

    for step in (publications.publish, publications.confirm, publications.drop):
        with pytest.raises(NotAllowed):
            await step(session, publication.id, actor=other, now=MONDAY_TEN)


async def test_what_is_outdated_is_examined_again(session: AsyncSession, office: Office) -> None:
    author = await _editor(session, 2001)
    changed = await _proposed(session, office, author, _reworded(office))
    aged = await _proposed(session, office, author, _reworded(office))
    later = MONDAY_TEN + publications.GOOD_FOR + timedelta(minutes=1)
    other = _measure(office, "srdi-sme").model_copy(update={"checked_on": TODAY.replace(day=1)})

    await publications.publish(session, aged.id, actor=author, now=later)
    await publishing.publish(session, [other], now=MONDAY_TEN)
    await publications.publish(session, changed.id, actor=author, now=MONDAY_TEN)

    assert {changed.state, aged.state} == {PublicationState.EXAMINING}
    assert (await publications.to_examine(session)) is changed
    again = await examinations.examine_publication(session, changed, office.catalogue, today=TODAY)
    assert isinstance(again, Examination)
    await publications.settle(session, changed, again, now=MONDAY_TEN)
    await publications.publish(session, changed.id, actor=author, now=MONDAY_TEN)
    assert changed.state is PublicationState.PUBLISHED


async def test_undoing_brings_back_every_measure_as_it_was(
    session: AsyncSession, office: Office
) -> None:
    author = await _editor(session, 2001)
    srdi = _edited(_measure(office, "srdi-sme"), ("value: 1500", "value: 1400"))
    both = ("two.yaml", _reworded(office)[1] + b"---\n" + srdi[1])
    before = await publishing.in_force(session, office.catalogue)
    publication = await _proposed(session, office, author, both)
    await publications.publish(session, publication.id, actor=author, now=MONDAY_TEN)

    await publications.undo(session, publication.id, actor=author, now=MONDAY_TEN, today=TODAY)

    after = await publishing.in_force(session, office.catalogue)
    assert (after.measure(LOAN), after.measure("srdi-sme")) == (
        before.measure(LOAN),
        before.measure("srdi-sme"),
    )
    assert [one.number for one in await publishing.history(session, LOAN)] == [3, 2, 1]
    with pytest.raises(ChangedMeanwhile):
        await publications.undo(session, publication.id, actor=author, now=MONDAY_TEN, today=TODAY)


async def test_undoing_a_new_measure_retires_it(session: AsyncSession, office: Office) -> None:
    fresh = _edited(
        _measure(office),
        (f"id: {LOAN}", "id: fresh-one"),
        ("short: {zh: 贷款贴息, en: Loan subsidy}", "short: {zh: 全新, en: Brand new}"),
    )
    found = await _examined(session, office, fresh)
    assert found.impact.measures[0].change is Change.ADDED
    publication = await publications.publish_examined(session, found, reason="", now=MONDAY_TEN)

    await publications.undo(session, publication.id, actor=None, now=MONDAY_TEN, today=TODAY)

    gone = (await publishing.in_force(session, office.catalogue)).measure("fresh-one")
    assert gone is not None
    assert (gone.status, gone.retired_on) == (MeasureStatus.RETIRED, TODAY)


async def test_a_later_publication_forbids_undoing(session: AsyncSession, office: Office) -> None:
    first = await publications.publish_examined(
        session, await _examined(session, office, _reworded(office)), reason="", now=MONDAY_TEN
    )
    again = _edited(_measure(office), ("zh: 用途为更新设备,", "zh: 用来更新设备,"))
    await publications.publish_examined(
        session, await _examined(session, office, again), reason="", now=MONDAY_TEN
    )

    with pytest.raises(publications.PublishedLater):
        await publications.undo(session, first.id, actor=None, now=MONDAY_TEN, today=TODAY)


async def test_the_operator_leaves_the_same_change_waiting_once(
    session: AsyncSession, office: Office
) -> None:
    await _editor(session, 2001)
    found = await _examined(session, office, _narrowed(office))
    none = frozenset[int]()

    first = await publications.propose_examined(
        session, found, reason="", administrators=none, now=MONDAY_TEN
    )
    second = await publications.propose_examined(
        session, found, reason="", administrators=none, now=MONDAY_TEN
    )
    third = await publications.publish_examined(session, found, reason="", now=MONDAY_TEN)

    assert first.id == second.id == third.id
    assert third.state is PublicationState.PUBLISHED


async def test_an_examination_that_was_overtaken_is_not_published(
    session: AsyncSession, office: Office
) -> None:
    found = await _examined(session, office, _reworded(office))
    other = _measure(office, "srdi-sme").model_copy(update={"checked_on": TODAY.replace(day=1)})
    await publishing.publish(session, [other], now=MONDAY_TEN)

    with pytest.raises(ChangedMeanwhile):
        await publications.publish_examined(session, found, reason="", now=MONDAY_TEN)


async def test_one_editor_cannot_flood_the_office(session: AsyncSession, office: Office) -> None:
    author = await _editor(session, 2001)

    async def hands_in(size: int = 10) -> Publication:
        return await publications.hand_in(
            session,
            file_id="f",
            file_name="x.yaml",
            size=size,
            reason="",
            actor=author,
            place=PLACE,
            now=MONDAY_TEN,
        )

    with pytest.raises(publications.FileTooBig):
        await hands_in(size=10_000_000)
    for _ in range(publications.MOST_IN_HAND):
        await hands_in()
    with pytest.raises(publications.TooManyFiles):
        await hands_in()


async def test_what_was_put_away_stays_so_when_its_file_arrives(
    session: AsyncSession, office: Office
) -> None:
    author = await _editor(session, 2001)
    publication = await publications.hand_in(
        session,
        file_id="f",
        file_name="x.yaml",
        size=10,
        reason="",
        actor=author,
        place=PLACE,
        now=MONDAY_TEN,
    )
    await publications.drop(session, publication.id, actor=author, now=MONDAY_TEN)

    await publications.fetched(session, publication.id, b"id: x")
    await publications.not_fetched(session, publication.id, now=MONDAY_TEN)

    assert publication.state is PublicationState.DROPPED
    assert publication.content is None
