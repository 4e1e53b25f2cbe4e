"""deadline: due times by the work calendar."""

from datetime import datetime
from typing import Annotated, Any

import typer

from bot.cli import stores
from bot.cli.output import AsJson, fail, print_json, settings_or_exit
from domain.deadline_steps import Reckoning, reckon
from domain.deadlines import Pause
from services.work_calendar import load_limits
from views.deadlines import explanation
from views.translations import translator


def add_to(app: typer.Typer) -> None:
    """Hang the command on the command line."""
    app.command()(deadline)


def deadline(
    start: Annotated[str, typer.Option("--from", help="When the clock starts: ISO moment.")],
    category: Annotated[str | None, typer.Option(help="Ticket category.")] = None,
    urgency: Annotated[str | None, typer.Option(help="urgent, high or normal.")] = None,
    hours: Annotated[float | None, typer.Option(help="A limit in working hours.")] = None,
    days: Annotated[int | None, typer.Option(help="A limit in working days.")] = None,
    pause: Annotated[list[str] | None, typer.Option(help="FROM/TO; may be repeated.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Day by day.")] = False,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    as_json: AsJson = False,
) -> None:
    """When something is due, counted in working time."""
    settings = settings_or_exit()
    try:
        reckoning = reckon(
            stores.work_calendar(),
            load_limits(settings.catalogue_dir),
            _moment(start),
            [_pause(text) for text in pause or ()],
            category=category,
            urgency=urgency,
            hours=hours,
            days=days,
        )
    except (ValueError, LookupError) as error:
        fail(str(error))
    if as_json:
        print_json(_document(reckoning, lang))
        return
    for name, moment in reckoning.moments.items():
        typer.echo(f"{name:<8} {_local(moment) or '—'}")
    for line in explanation(translator(lang), reckoning.explain) if explain else ():
        typer.echo(line)


def _document(reckoning: Reckoning, lang: str) -> dict[str, Any]:
    return {
        **{name: _local(moment) for name, moment in reckoning.moments.items()},
        "provisional": reckoning.provisional,
        "explain": list(explanation(translator(lang), reckoning.explain)),
    }


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"{text!r} is not a moment; write it as 2026-11-23T10:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=settings_or_exit().zone)


def _pause(text: str) -> Pause:
    begin, separator, end = text.partition("/")
    if not separator:
        fail(f"--pause {text!r}: write FROM/TO, as in 2026-11-23T10:00/2026-11-24T09:00")
    return Pause(_moment(begin), _moment(end) if end else None)


def _local(moment: datetime | None) -> str | None:
    return moment.astimezone(settings_or_exit().zone).isoformat() if moment else None
