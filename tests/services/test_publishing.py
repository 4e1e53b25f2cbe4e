"""The catalogue in force: files, editors' versions, and which of them wins."""

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.criteria import ByOfficer
from domain.measures import CriteriaStatus, Measure
from domain.words import Words
from services import publishing
from services.office import Office
from tests.town import MONDAY_TEN


def _renamed(measure: Measure, name: str) -> Measure:
    return measure.model_copy(update={"name": Words(zh=name, en=name)})


async def test_files_are_published_once(session: AsyncSession, office: Office) -> None:
    measures = office.catalogue.measures

    await publishing.load_files(session, measures, now=MONDAY_TEN)
    before = await publishing.latest(session)
    await publishing.load_files(session, measures, now=MONDAY_TEN)

    assert await publishing.latest(session) == before
    assert set((await publishing.numbers(session)).values()) == {1}


async def test_an_editors_version_outlives_an_unchanged_file(
    session: AsyncSession, office: Office
) -> None:
    first = office.catalogue.measures[0]
    await publishing.load_files(session, office.catalogue.measures, now=MONDAY_TEN)
    await publishing.publish(session, [_renamed(first, "改过的名字")], now=MONDAY_TEN)

    await publishing.load_files(session, office.catalogue.measures, now=MONDAY_TEN)

    in_force = (await publishing.in_force(session, office.catalogue)).measure(first.id)
    assert in_force is not None
    assert in_force.name.zh == "改过的名字"


async def test_a_changed_file_takes_effect_as_a_new_version(
    session: AsyncSession, office: Office
) -> None:
    first, *others = office.catalogue.measures
    await publishing.load_files(session, [first, *others], now=MONDAY_TEN)

    await publishing.load_files(session, [_renamed(first, "文件改了"), *others], now=MONDAY_TEN)

    assert (await publishing.numbers(session))[first.id] == 2
    in_force = (await publishing.in_force(session, office.catalogue)).measure(first.id)
    assert in_force is not None
    assert in_force.name.zh == "文件改了"


async def test_publishing_the_same_again_changes_nothing(
    session: AsyncSession, office: Office
) -> None:
    first = office.catalogue.measures[0]

    assert await publishing.publish(session, [first], now=MONDAY_TEN) == [first.id]
    assert await publishing.publish(session, [first], now=MONDAY_TEN) == []


async def test_a_published_key_is_a_fact_of_the_catalogue_in_force(
    session: AsyncSession, office: Office
) -> None:
    first = office.catalogue.measures[0]
    judged = ByOfficer.model_validate(
        {
            "id": "judged",
            "kind": "officer",
            "key": "brand_new_judgement",
            "text": {"zh": "由人判断", "en": "Judged"},
            "cite": {"source": "S-REPORT"},
        }
    )
    changed = first.model_copy(
        update={"criteria": (judged,), "criteria_status": CriteriaStatus.PARTIAL}
    )

    await publishing.publish(session, [changed], now=MONDAY_TEN)

    in_force = await publishing.in_force(session, office.catalogue)
    assert "brand_new_judgement" not in office.catalogue.facts
    assert in_force.facts["brand_new_judgement"].officers_only
