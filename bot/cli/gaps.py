"""gaps: what companies asked for and did not get, by month."""

from datetime import date
from typing import Annotated, Any

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cli import stores
from bot.cli.output import AsJson, fail, print_json, settings_or_exit
from domain.unmet import Part, Unmet, UnmetReport, first_of_month
from services import unmet

_SUBJECTS = {
    Part.SEARCHES: ("words", "found"),
    Part.IRRELEVANT: ("measure", "reason"),
    Part.UNCLEAR: ("fact", None),
    Part.PROBLEMS: ("category", None),
}


def add_to(app: typer.Typer) -> None:
    """Hang the command on the command line."""
    app.command()(gaps)


def gaps(
    month: Annotated[str | None, typer.Option(help="2026-11; the month that runs.")] = None,
    as_json: AsJson = False,
) -> None:
    """Searches without a hit, measures marked irrelevant, questions nobody could answer, problems
    that no measure covers."""
    chosen = _month(month)

    async def ask(session: AsyncSession) -> UnmetReport:
        return await unmet.report(session, settings_or_exit().zone, chosen)

    report = stores.with_database(ask)
    if as_json:
        print_json(_document(report))
        return
    for part in Part:
        typer.echo(f"{part.value}: {report.total(part)}")
        for line in report.parts[part]:
            typer.echo(f"  {line.count:>4}  {line.subject}  {line.why}".rstrip())


def _month(text: str | None) -> date:
    if text is None:
        return first_of_month(stores.day(None))
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        fail(f"--month {text!r} is not a month; write it as 2026-11")


def _document(report: UnmetReport) -> dict[str, Any]:
    parts = {part.value: [_line(part, line) for line in report.parts[part]] for part in Part}
    return {
        "month": f"{report.month:%Y-%m}",
        **parts,
        "searches_without_words": report.wordless,
    }


def _line(part: Part, line: Unmet) -> dict[str, Any]:
    subject, why = _SUBJECTS[part]
    told: dict[str, Any] = {subject: line.subject}
    if why is not None:
        told[why] = line.why
    return {**told, "count": line.count, "industries": dict(line.industries)}
