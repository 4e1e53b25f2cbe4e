"""What publishing measures would mean: how they differ, for how many companies, and for whom."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, zip_longest

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.catalogue import Catalogue
from domain.derived import Readings
from domain.differences import Change, change_of, differences
from domain.evaluation import Finding, State
from domain.facts import Profile
from domain.measures import Measure, MeasureStatus
from domain.publications import SAMPLES, Impact, MeasureImpact, Sample
from domain.verdicts import PREFERENCE, Verdict, judge
from domain.words import Words
from models import Company, Publication
from models.matching import MarkKind
from services import companies, matching, publishing, reach
from services.measure_files import File, read_measures, write_measure
from services.yaml_files import Fault


@dataclass(frozen=True, slots=True)
class Examination:
    """Measures held against the catalogue in force.

    `base` is the newest version there was (see publishing.latest), `replaces` the number of each
    measure's version in force, where there is one.
    """

    measures: tuple[Measure, ...]
    before: Catalogue
    base: int
    replaces: Mapping[str, int]
    impact: Impact


async def examine(
    session: AsyncSession, files: Sequence[File], catalogue: Catalogue, *, today: date
) -> Examination | list[Fault]:
    """What publishing the measures of these files would mean, or what is wrong with them.

    Only reads, and may take seconds. `catalogue` is that of the directory; what was published
    since is put over it.
    """
    base = await publishing.latest(session)
    numbers = await publishing.numbers(session)
    before = await publishing.in_force(session, catalogue)
    measures, faults = await asyncio.to_thread(read_measures, files, before)
    if faults:
        return faults
    return Examination(
        measures=measures,
        before=before,
        base=base,
        replaces={one.id: numbers[one.id] for one in measures if one.id in numbers},
        impact=await _impact(session, before, measures, today),
    )


async def examine_publication(
    session: AsyncSession, publication: Publication, catalogue: Catalogue, *, today: date
) -> Examination | list[Fault]:
    """The same for what an editor handed in; a second time from the measures that were read."""
    content = publication.content
    if content is None:
        content = "---\n".join(map(write_measure, measures_of(publication))).encode()
    return await examine(session, [(publication.file_name, content)], catalogue, today=today)


def measures_of(publication: Publication) -> tuple[Measure, ...]:
    """The measures proposed; none before the file was read."""
    return tuple(Measure.model_validate(body) for body in publication.bodies)


async def _impact(
    session: AsyncSession, before: Catalogue, measures: Sequence[Measure], today: date
) -> Impact:
    changes = {one.id: change_of(before.measure(one.id), one) for one in measures}
    changed = [one for one in measures if changes[one.id] is not Change.SAME]
    after = before.with_measures(changed)
    reached = await reach.impact(session, before, after, [one.id for one in changed], today)
    counted = {one.measure: one for one in reached}
    found = []
    for measure_id, change in changes.items():
        count = counted.get(measure_id)
        if count is None:
            found.append(MeasureImpact(id=measure_id, change=change))
            continue
        samples = await _samples(session, before, after, count, today)
        found.append(
            MeasureImpact(
                id=measure_id,
                change=change,
                gain=count.gain.companies,
                lose=count.lose.companies,
                undetermined=count.undetermined.companies,
                affected=count.affected,
                samples=tuple(samples),
            )
        )
    return Impact(
        companies=max((one.judged + one.pending for one in reached), default=0),
        pending=max((one.pending for one in reached), default=0),
        decides=any(_decides(before.measure(one.id), one) for one in changed),
        measures=tuple(found),
    )


def _decides(before: Measure | None, after: Measure) -> bool:
    return any(one.decides for one in differences(before, after))


async def _samples(
    session: AsyncSession, before: Catalogue, after: Catalogue, count: reach.Impact, today: date
) -> list[Sample]:
    """One of each kind of change first."""
    kinds = (one.samples for one in (count.gain, count.lose, count.undetermined))
    mixed = chain.from_iterable(zip_longest(*kinds))
    ids = list(dict.fromkeys(one for one in mixed if one is not None))[:SAMPLES]
    found = [await session.get(Company, company_id) for company_id in ids]
    return [
        await _sample(session, company, count.measure, before, after, today)
        for company in found
        if company is not None
    ]


async def _sample(
    session: AsyncSession,
    company: Company,
    measure_id: str,
    before: Catalogue,
    after: Catalogue,
    today: date,
) -> Sample:
    known = await companies.known_of(session, company, after.facts)
    marks = await matching.marks_of(session, company, today=today)
    held = {key: True for key, mark in marks.items() if mark.kind is MarkKind.HELD}
    was = _verdict(measure_id, known.profile, before, held, today)
    now = _verdict(measure_id, known.profile, after, held, today)
    readings = Readings(known.profile, today)
    industry = readings.value("industry")
    return Sample(
        industry=industry[:2] if isinstance(industry, str) else None,
        sizes=tuple(sorted(readings.possible("size_class").value or ())),
        before=was.outcome if was else None,
        after=now.outcome if now else None,
        deciding=_deciding(was, now),
    )


def _verdict(
    measure_id: str, profile: Profile, catalogue: Catalogue, held: Mapping[str, bool], today: date
) -> Verdict | None:
    measure = catalogue.measure(measure_id)
    if measure is None or measure.status is MeasureStatus.RETIRED:
        return None
    return judge(measure, profile, today, catalogue, held)


def _deciding(was: Verdict | None, now: Verdict | None) -> tuple[Words, ...]:
    """The criteria that come out otherwise than before, or are there no more.

    Of several ways in, those of the way that was good and is not, or became so.
    """
    route = _telling_route(was, now)
    earlier, later = _findings(was, route), _findings(now, route)
    changed = (
        later.get(key) or earlier[key]
        for key in {**later, **earlier}
        if _state(earlier.get(key)) != _state(later.get(key))
    )
    return tuple(finding.text for finding in changed if finding.text is not None)


def _telling_route(was: Verdict | None, now: Verdict | None) -> str | None:
    """Whichever of the two outcomes is the better one was reached by it."""
    known = [verdict for verdict in (was, now) if verdict is not None]
    best = min(known, key=lambda verdict: PREFERENCE.index(verdict.outcome), default=None)
    return best.route if best is not None else None


def _findings(verdict: Verdict | None, route: str | None) -> dict[str, Finding]:
    ways = verdict.ways if verdict is not None else ()
    chosen = next((way for way in ways if way.route == route), None)
    return {one.criterion: one for one in chosen.findings} if chosen is not None else {}


def _state(finding: Finding | None) -> State | None:
    return finding.state if finding is not None else None
