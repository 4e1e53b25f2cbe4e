"""doctor: checks what a start needs, and says what to fix."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.advice import ADVICE
from bot.cli import stores
from bot.cli.output import settings_or_exit
from bot.settings import Settings
from services.catalogue import check
from services.health import Gap, gaps
from services.work_calendar import CalendarFileError, build_calendar


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at; `advice` is empty when it is in order."""

    subject: str
    finding: str
    advice: str = ""


def add_to(app: typer.Typer) -> None:
    """Hang the command on the command line."""
    app.command()(doctor)


def doctor() -> None:
    """Check settings, database, Telegram, calendar and catalogue; say what to fix."""
    settings = settings_or_exit()
    lines = list(_findings(settings))
    for line in lines:
        mark = "!" if line.advice else "ok"
        typer.echo(f"{mark:<3}{line.subject:<11}{line.finding}")
        if line.advice:
            typer.echo(f"{'':<14}→ {line.advice}")
    if any(line.advice for line in lines):
        raise typer.Exit(1)


def _findings(settings: Settings) -> Iterator[Line]:
    yield Line("settings", "sandbox, nothing set" if settings.is_sandbox else "read")
    yield _catalogue(settings)
    yield _calendar(settings)
    yield from _database(settings)
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


def _calendar(settings: Settings) -> Line:
    try:
        build_calendar(settings.catalogue_dir, settings.zone)
    except CalendarFileError as error:
        return Line("calendar", str(error), "correct the file; the bot does not start with it")
    calendar, today = stores.work_calendar(), stores.day(None)
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


def _database(settings: Settings) -> Iterator[Line]:
    if settings.database.startswith("sqlite") and not (settings.folder / "qihang.db").exists():
        yield Line("database", "not made yet", "run `make setup`")
        return

    async def ask(session: AsyncSession) -> list[Gap]:
        return await gaps(session, settings.administrators)

    missing = stores.with_database(ask)
    yield Line("database", settings.database.partition(":")[0])
    for gap in missing:
        yield Line("office", *ADVICE[gap])


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
