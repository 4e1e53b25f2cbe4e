"""calendar: show the work calendar; change it in words or by a file; undo."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cli import stores
from bot.cli.output import AsJson, fail, print_json, settings_or_exit
from domain.calendar_changes import CalendarPatch, ChangeSource
from domain.calendar_sheets import missing_years, unusual_days
from domain.calendar_words import NoSuchDayError, UnreadableChangeError, read_change
from domain.errors import Refusal
from domain.words import Words
from domain.work_calendar import WorkCalendar
from models import CalendarChange
from services import calendar_changes
from services.calendar_changes import Effect
from services.calendar_reading import read_calendar_file
from services.office import Office
from services.work_calendar import build_calendar, load_limits, with_district
from views import calendar as views
from views import errors
from views.translations import translator

calendar_app = typer.Typer(no_args_is_help=True, help="The office's work calendar.")
Done = TypeVar("Done")
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what it does; save nothing.")]


def add_to(app: typer.Typer) -> None:
    """Hang the command on the command line."""
    app.add_typer(calendar_app, name="calendar")


@calendar_app.command("show")
def show(as_json: AsJson = False) -> None:
    """Hours, what differs from Monday–Friday in the days to come, and the district's changes."""
    calendar, today = stores.work_calendar(), stores.day(None)
    changes = stores.with_database(calendar_changes.history) if stores.has_database() else []
    document: dict[str, Any] = {
        "windows": [[_clock(one.opens), _clock(one.closes)] for one in calendar.windows_of_day],
        "missing_years": list(missing_years(calendar, today)),
        "unusual": [
            {"from": str(one.first), "to": str(one.last), "works": one.works}
            for one in unusual_days(calendar, today)
        ],
        "changes": [_change(one, today) for one in changes],
    }
    if as_json:
        print_json(document)
        return
    typer.echo("hours " + ", ".join("–".join(one) for one in document["windows"]))
    for year in document["missing_years"]:
        typer.echo(f"{year}: make-up workdays are not loaded; days are provisional")
    for one in document["unusual"]:
        typer.echo(f"{one['from']} to {one['to']}: {'at work' if one['works'] else 'off'}")
    for one in document["changes"]:
        typer.echo(f"no. {one['number']}{' (undone)' if one['undone'] else ''}: {one['what']}")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _change(change: CalendarChange, today: date) -> dict[str, Any]:
    patch = calendar_changes.patch_of(change)
    return {
        "number": change.number,
        "what": views.what(translator("en"), patch, today),
        "source": change.source,
        "saved_at": change.saved_at.isoformat(timespec="seconds") if change.saved_at else None,
        "undone": change.undone_at is not None,
        "moved": change.moved,
    }


@calendar_app.command("set")
def set_days(
    words: Annotated[str, typer.Argument(help="“10月8日休息”, “10 Oct work”, “hours 9:00-12:00”")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Days off or on, or other office hours, in words."""
    try:
        patch = read_change(words, stores.now(), stores.work_calendar())
    except UnreadableChangeError:
        fail(f"{words!r} cannot be read; write it as “10月8日休息” or “10 Oct work”")
    except NoSuchDayError:
        fail(f"{words!r}: there is no such day, or the range runs backwards")
    except ValueError as error:
        fail(f"{words!r}: {error}")
    _apply(patch, ChangeSource.COMMAND, dry_run=dry_run, as_json=as_json)


@calendar_app.command("load")
def load_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """A year's notice, or the district's own days and hours, from a YAML file."""
    patch, faults = read_calendar_file(file.read_bytes(), file.name)
    for fault in faults:
        typer.echo(f"{fault.file}:{fault.line}: {fault.text.en}", err=True)
    if patch is None:
        fail("nothing was saved")
    _apply(patch, ChangeSource.FILE, dry_run=dry_run, as_json=as_json)


@calendar_app.command("undo")
def undo(number: Annotated[int, typer.Argument()], as_json: AsJson = False) -> None:
    """Take a change back, by its number."""

    async def act(session: AsyncSession) -> CalendarChange:
        change = await calendar_changes.by_number(session, number)
        if change is None:
            fail(f"there is no change no. {number}")
        office = await _office(session)
        return await calendar_changes.undo(
            session, change.id, actor=None, office=office, now=stores.now()
        )

    back = _refusable(act)
    if as_json:
        print_json({"undone": number, "number": back.number})
        return
    typer.echo(f"undone: no. {number}; the running bot follows within seconds")


def _apply(patch: CalendarPatch, source: ChangeSource, *, dry_run: bool, as_json: bool) -> None:
    async def act(session: AsyncSession) -> tuple[Effect, CalendarChange | None]:
        office, now = await _office(session), stores.now()
        effect = await calendar_changes.effect(session, patch, office=office, now=now)
        if dry_run:
            return effect, None
        change = await calendar_changes.propose(
            session, patch, actor=None, source=source, office=office, now=now
        )
        saved = await calendar_changes.save(session, change.id, actor=None, office=office, now=now)
        return effect, saved

    effect, change = _refusable(act, write=not dry_run)
    what = views.what(translator("en"), patch, stores.day(None))
    if as_json:
        print_json(
            {
                "what": what,
                "moves": [one.number for one in effect.moves],
                "complete": effect.is_complete,
                "number": change.number if change else None,
            }
        )
        return
    typer.echo(f"{what}: {len(effect.moves)} open limits move{'' if effect.is_complete else ' …'}")
    if change is not None:
        typer.echo(f"saved as no. {change.number}; the running bot follows within seconds")


def _refusable(act: Callable[[AsyncSession], Awaitable[Done]], *, write: bool = True) -> Done:
    try:
        return stores.with_database(act, write=write)
    except Refusal as refusal:
        fail(errors.line(translator("en"), refusal))


async def _office(session: AsyncSession) -> Office:
    """As much of the office as its calendar needs."""
    settings = settings_or_exit()
    of_files = build_calendar(settings.catalogue_dir, settings.zone)
    district = await calendar_changes.in_force(session)
    office = Office(
        name=Words(zh="企业服务专班", en="service desk"),
        bot_id=settings.bot_id,
        bot_username="",
        default_locale=settings.default_locale,
        administrators=settings.administrators,
        zone=settings.zone,
        catalogue=stores.catalogue(),
        calendar=of_files,
        limits=load_limits(settings.catalogue_dir),
    )
    calendar: WorkCalendar = with_district(of_files, district)
    return replace(office, calendar=calendar, files_calendar=of_files)
