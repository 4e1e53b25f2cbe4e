"""doctor: checks what a start needs, and says what to fix."""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict

import typer

from bot.cli import stores
from bot.cli.database_findings import database_findings
from bot.cli.output import AsJson, Line, print_json, settings_or_exit
from bot.settings import Settings
from services.catalogue import check
from services.work_calendar import CalendarFileError, build_calendar


def add_to(app: typer.Typer) -> None:
    """Hang the command on the command line."""
    app.command()(doctor)


def doctor(*, as_json: AsJson = False) -> None:
    """Check settings, database, Telegram, calendar and catalogue; say what to fix."""
    settings = settings_or_exit()
    lines = list(_findings(settings))
    is_well = not any(line.advice for line in lines)
    if as_json:
        print_json({"well": is_well, "findings": [asdict(line) for line in lines]})
    else:
        _show(lines)
    if not is_well:
        raise typer.Exit(1)


def _show(lines: list[Line]) -> None:
    for line in lines:
        mark = "!" if line.advice else "ok"
        typer.echo(f"{mark:<3}{line.subject:<11}{line.finding}")
        if line.advice:
            typer.echo(f"{'':<14}→ {line.advice}")


def _findings(settings: Settings) -> Iterator[Line]:
    yield Line("settings", "sandbox, nothing set" if settings.is_sandbox else "read")
    yield _catalogue(settings)
    found = list(database_findings(settings))
    is_readable = not any(line.subject == "database" and line.advice for line in found)
    yield _calendar(settings, with_changes=is_readable)
    yield from found
    yield _telegram(settings)


def _catalogue(settings: Settings) -> Line:
    faults = check(settings.catalogue_dir)
    if faults:
        first = faults[0]
        return Line(
            "catalogue",
            f"{len(faults)} faults, the first in {first.file}:{first.line}",
            "python -m bot catalogue check lists them all",
        )
    return Line("catalogue", f"{len(stores.catalogue().measures)} measures")


def _calendar(settings: Settings, *, with_changes: bool) -> Line:
    """The files' calendar, `with_changes` of the district where the database can be read."""
    try:
        of_files = build_calendar(settings.catalogue_dir, settings.zone)
    except CalendarFileError as error:
        return Line("calendar", str(error), "correct the file; the bot does not start with it")
    calendar = stores.work_calendar() if with_changes else of_files
    today = stores.day(None)
    ahead = today.replace(month=1, day=1, year=today.year + 1)
    unknown = [day.year for day in (today, ahead) if calendar.is_provisional(day)]
    if unknown:
        years = " and ".join(str(year) for year in unknown)
        return Line(
            "calendar",
            f"no make-up workdays known for {years}: deadlines there are provisional",
            f"write {unknown[0]}.yaml from the State Council's notice and send it to the bot, or"
            " `python -m bot calendar load` it",
        )
    return Line("calendar", "this year and the next are known")


def _telegram(settings: Settings) -> Line:
    if settings.is_sandbox:
        return Line("telegram", "the sandbox's own, opens with the bot")
    from aiogram.exceptions import TelegramAPIError  # noqa: PLC0415

    from bot.courier import open_bot  # noqa: PLC0415
    from bot.masking import said  # noqa: PLC0415

    async def ask() -> Line:
        bot = open_bot(settings)
        try:
            me = await bot.get_me()
        except TelegramAPIError as error:
            return Line(
                "telegram", said(error), "check BOT_TOKEN, TELEGRAM_API_URL and the network"
            )
        finally:
            await bot.session.close()
        return Line("telegram", f"@{me.username}")

    return asyncio.run(ask())
