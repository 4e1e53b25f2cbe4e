"""Publishing, undoing and looking back from the command line: the operator as administrator."""

from collections.abc import Sequence
from typing import Any, NoReturn, cast

import typer
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cli import stores
from bot.cli.output import fail, print_json, settings_or_exit
from domain.catalogue import Catalogue
from domain.differences import differences
from domain.errors import ChangedMeanwhile
from domain.measures import Measure
from domain.publications import Impact, MeasureImpact, PublicationState, Sample
from domain.words import Words
from models import MeasureVersion, Person, Publication
from services import examinations, publications, publishing
from services.examinations import Examination
from services.measure_files import File
from services.yaml_files import Fault
from views import differences as difference_views
from views import publications as views
from views.translations import translator

#: Status of a command that left its change to a second person.
WAITS = 3
#: So often a change is compared anew because somebody published meanwhile.
_TRIES = 3


def publish(
    files: Sequence[File],
    *,
    dry_run: bool,
    as_json: bool,
    reason: str,
    confirmed: bool,
    asks: bool,
) -> None:
    """Examine, show, publish; ends the command with WAITS when a second person is needed."""
    if not dry_run:
        _know_the_files()
    for _ in range(_TRIES):
        found = _examine(files)
        if not as_json:
            _print(found)
        if dry_run or found.impact.is_empty:
            _report(found, None, as_json=as_json)
            return
        if asks:
            typer.confirm("Publish?", abort=True)
        try:
            publication = _decide(found, reason, confirmed=confirmed)
        except (ChangedMeanwhile, IntegrityError):
            continue
        _report(found, publication, as_json=as_json)
        return
    fail("others are publishing at the same time; please try again")


def _know_the_files() -> None:
    """What is replaced is a version too, so that it can be brought back."""
    measures = stores.catalogue().measures

    async def missing(session: AsyncSession) -> bool:
        known = await publishing.numbers(session)
        return any(measure.id not in known for measure in measures)

    async def load(session: AsyncSession) -> None:
        await publishing.load_unknown(session, measures, now=stores.now())

    if stores.with_database(missing):
        stores.with_database(load, write=True)


def _examine(files: Sequence[File]) -> Examination:
    async def ask(session: AsyncSession) -> Examination | list[Fault]:
        return await examinations.examine(
            session, files, stores.catalogue(), today=stores.day(None)
        )

    found = stores.with_database(ask)
    if isinstance(found, list):
        for fault in found:
            typer.echo(f"{fault.file}:{fault.line}: {fault.text.en}", err=True)
        fail("nothing was published")
    return found


def _decide(found: Examination, reason: str, *, confirmed: bool) -> Publication:
    settings = settings_or_exit()
    is_allowed = confirmed or not found.impact.is_large

    async def act(session: AsyncSession) -> Publication:
        if is_allowed:
            return await publications.publish_examined(
                session, found, reason=reason, now=stores.now()
            )
        return await publications.propose_examined(
            session,
            found,
            reason=reason,
            administrators=settings.administrators,
            now=stores.now(),
        )

    return stores.with_database(act, write=True)


# What is said of it


def _report(found: Examination, publication: Publication | None, *, as_json: bool) -> None:
    if as_json:
        print_json(document(found, publication))
    elif publication is not None and publication.state is PublicationState.PUBLISHED:
        typer.echo(f"published as no. {publication.number}")
    if publication is not None and publication.state is not PublicationState.PUBLISHED:
        _say_that_it_waits(found.impact, publication)


def _say_that_it_waits(impact: Impact, publication: Publication) -> NoReturn:
    typer.echo(
        f"qihang: not published: {_share(impact)} of the companies would get another result. No."
        f" {publication.number} waits for an editor or administrator in the chat; or repeat the"
        " command with --confirm",
        err=True,
    )
    raise typer.Exit(WAITS)


def _share(impact: Impact) -> str:
    if impact.decides and impact.pending:
        return f"{impact.affected} (and perhaps {impact.pending} not yet judged)"
    return f"{impact.affected / impact.companies:.1%}"


def document(found: Examination, publication: Publication | None) -> dict[str, Any]:
    """What --json prints."""
    impact = found.impact
    after = found.before.with_measures(found.measures)
    measures = {measure.id: measure for measure in found.measures}
    return {
        "measures": [
            _measure(one, measures[one.id], found.before, after) for one in impact.measures
        ],
        "companies": impact.companies,
        "affected": impact.affected,
        "pending": impact.pending,
        "needs_second": impact.is_large,
        "state": publication.state if publication is not None else None,
        "publication": publication.number if publication is not None else None,
    }


def _measure(
    impact: MeasureImpact, measure: Measure, before: Catalogue, after: Catalogue
) -> dict[str, Any]:
    return {
        "id": impact.id,
        "change": impact.change,
        "gain": impact.gain,
        "lose": impact.lose,
        "undetermined": impact.undetermined,
        "affected": impact.affected,
        "differences": _lines(measure, before, after),
        "samples": [_sample(one, after) for one in impact.samples],
    }


def _lines(measure: Measure, before: Catalogue, after: Catalogue) -> list[str]:
    t = translator("en")
    found = differences(before.measure(measure.id), measure)
    return [difference_views.plain_line(t, one, after) for one in found]


def _sample(sample: Sample, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "company": views.company(translator("en"), sample, catalogue),
        "before": sample.before,
        "after": sample.after,
        "criteria": [words.en for words in sample.deciding],
    }


def _print(found: Examination) -> None:
    impact = found.impact
    told = document(found, None)
    for measure in told["measures"]:
        typer.echo(f"{measure['id']}: {measure['change']}")
        for line in measure["differences"]:
            typer.echo(f"  · {line}")
        if measure["affected"]:
            typer.echo(
                f"  {measure['gain']} gain, {measure['lose']} lose,"
                f" {measure['undetermined']} become undetermined"
            )
        for sample in measure["samples"]:
            typer.echo(f"  e.g. {sample['company']}: {sample['before']} → {sample['after']}")
    if not impact.is_empty:
        typer.echo(f"{impact.affected} of {impact.companies} companies get another result")
    if impact.pending:
        typer.echo(
            f"{impact.pending} companies could not be judged yet; the bot prepares them while it"
            " runs",
            err=True,
        )


# Undoing and looking back


def undo(which: str, *, as_json: bool) -> None:
    """By a publication's number, or the last publication of a measure."""

    async def act(session: AsyncSession) -> Publication:
        publication = await _named(session, which)
        return await publications.undo(
            session, publication.id, actor=None, now=stores.now(), today=stores.day(None)
        )

    try:
        undone = stores.with_database(act, write=True)
    except publications.PublishedLater as refusal:
        name = cast("Words", refusal.facts["measure"]).en
        fail(f"{name} was published again since; undo that first")
    except ChangedMeanwhile:
        fail(f"{which} is not in force: it was undone before, or never published")
    if as_json:
        print_json({"publication": undone.number, "state": undone.state})
        return
    typer.echo(f"undone: no. {undone.number}")


async def _named(session: AsyncSession, which: str) -> Publication:
    if which.isdecimal():
        publication = await publications.by_number(session, int(which))
        if publication is None:
            fail(f"there is no publication no. {which}")
        return publication
    versions = await publishing.history(session, which)
    made = next((one.publication_id for one in versions if one.publication_id), None)
    if made is None:
        fail(f"{which!r} was never published but from its file")
    return await session.get_one(Publication, made)


def history(measure_id: str) -> list[dict[str, Any]]:
    """Versions with moment, author, reason and publication."""

    async def ask(session: AsyncSession) -> list[dict[str, Any]]:
        versions = await publishing.history(session, measure_id)
        return [await _version(session, version) for version in versions]

    found = stores.with_database(ask)
    if not found and stores.catalogue().measure(measure_id) is None:
        fail(f"there is no measure {measure_id!r}; `catalogue list` shows them all")
    return found


async def _version(session: AsyncSession, version: MeasureVersion) -> dict[str, Any]:
    author = await session.get(Person, version.author_id) if version.author_id else None
    statement = select(Publication.number).where(col(Publication.id) == version.publication_id)
    return {
        "number": version.number,
        "at": version.published_at.isoformat(timespec="seconds"),
        "author": author.name if author is not None else None,
        "reason": version.reason,
        "publication": (await session.exec(statement)).first(),
    }
