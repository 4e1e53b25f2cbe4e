"""match, search: measures for a profile or for words."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import stores
from bot.cli.output import AsJson, AsOf, fail, print_json
from domain.catalogue import Catalogue
from domain.facts import BadFact
from domain.match_report import match_document
from domain.profile_files import BadProfile, parse_profile


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the command line."""
    app.command()(match)
    app.command()(search)


def match(
    profile: Annotated[Path, typer.Argument(help="A profile file (JSON).")],
    as_of: AsOf = None,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    as_json: AsJson = False,
) -> None:
    """Verdicts for a profile, and the next best question."""
    catalogue = stores.catalogue_in_force()
    try:
        document = json.loads(profile.read_text(encoding="utf-8"))
        known = parse_profile(document, catalogue.facts)
    except OSError as error:
        fail(f"cannot read {profile}: {error.strerror}")
    except json.JSONDecodeError as error:
        fail(f"{profile} is not JSON: line {error.lineno}, {error.msg}")
    except (BadProfile, BadFact) as error:
        fail(f"{profile}: {error}")
    except (ValueError, RecursionError) as error:
        fail(f"{profile} cannot be read: {str(error).partition(';')[0]}")
    report = match_document(catalogue, known, stores.day(as_of), locale=lang)
    if as_json:
        print_json(report)
        return
    _print_verdicts(report, catalogue, lang)


def _print_verdicts(report: dict[str, Any], catalogue: Catalogue, lang: str) -> None:
    for verdict in report["verdicts"]:
        measure = catalogue.measure(verdict["measure"])
        name = measure.name.of(lang) if measure else verdict["measure"]
        missing = ", ".join(verdict["missing"])
        typer.echo(f"{verdict['outcome']:<14} {name}" + (f"  ? {missing}" if missing else ""))
        for failed in verdict["failed"]:
            typer.echo(f"{'':<14} ✗ {failed['text']}")


def search(
    text: Annotated[str, typer.Argument(help="What somebody might type.")],
    limit: Annotated[int, typer.Option(min=1, max=75)] = 5,
    as_json: AsJson = False,
) -> None:
    """Measures for a text, best first; nothing when nothing fits."""
    catalogue = stores.catalogue_in_force()
    names = {measure.id: measure.name for measure in catalogue.measures}
    results = [
        {"measure": found, "name": names[found].zh, "score": round(score, 4)}
        for found, score in catalogue.index.search(text, limit)
    ]
    if as_json:
        print_json({"results": results})
        return
    for result in results:
        typer.echo(f"{result['score']:8.3f}  {result['measure']:<32} {result['name']}")
    if not results:
        typer.echo("nothing fits")
