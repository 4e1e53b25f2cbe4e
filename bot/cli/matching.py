"""match, search, understand, triage: what the bot makes of a profile or of words."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import stores
from bot.cli.output import AsJson, fail, print_json
from domain.catalogue import Catalogue
from domain.facts import BadFact
from domain.match_report import match_document
from domain.profile_files import BadProfile, parse_profile
from domain.tickets import Category
from domain.triage import similar
from domain.triage import triage as propose
from domain.understanding import understand as read_sentence

AsOf = Annotated[str | None, typer.Option("--as-of", help="The day to judge by: 2026-11-23.")]


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the command line."""
    app.command()(match)
    app.command()(search)
    app.command()(understand)
    app.command()(triage)


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


def understand(
    text: Annotated[str, typer.Argument(help="A free sentence.")],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Facts and needs read from a sentence, and what the sentence is for."""
    read = read_sentence(text, stores.day(as_of), stores.word_books())
    document = {
        "facts": read.facts,
        "denied": read.denied,
        "needs": list(read.needs),
        "intent": read.intent,
    }
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        typer.echo(f"{name}: {json.dumps(value, ensure_ascii=False)}")


def triage(
    text: Annotated[str, typer.Argument(help="A problem as somebody tells it.")],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Proposed category, department and urgency, and similar earlier tickets."""
    book = stores.catalogue().triage
    if book is None:
        fail("catalogue/categories.yaml is missing")
    found = propose(text, book, stores.day(as_of))
    document = {
        "category": found.category,
        "department": found.department,
        "urgency": found.urgency,
        "danger": found.danger,
        "similar": list(similar(text, _earlier_texts(Category(found.category)))),
    }
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        typer.echo(f"{name}: {value}")


def _earlier_texts(category: Category) -> dict[str, str]:
    """The words of earlier tickets by number; none before there is a database."""
    if not stores.has_database():
        return {}
    from services.ticket_queries import recent_texts  # noqa: PLC0415

    return stores.with_database(lambda session: recent_texts(session, category))
