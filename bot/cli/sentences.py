"""understand, triage: what the bot makes of a sentence."""

import json
from typing import Annotated

import typer

from bot.cli import stores
from bot.cli.output import AsJson, AsOf, fail, print_json
from domain.tickets import Category
from domain.triage import similar
from domain.triage import triage as propose
from domain.understanding import understand as read_sentence


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the command line."""
    app.command()(understand)
    app.command()(triage)


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
    from services.ticket_queries import recent_texts  # noqa: PLC0415 - only a database needs SQL

    return stores.with_database(lambda session: recent_texts(session, category))
