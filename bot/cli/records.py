"""ticket, outbox, notice: what an operator needs when somebody phones."""

from datetime import datetime
from typing import Annotated, Any

import typer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cli import stores
from bot.cli.output import AsJson, fail, print_json
from models import Message, Notice, Outbox, Person, Task, Ticket, TicketEvent
from models.messages import OutboxState
from models.notices import NoticeState

ticket_app = typer.Typer(no_args_is_help=True, help="Tickets.")
outbox_app = typer.Typer(no_args_is_help=True, help="Messages that are owed.")
notice_app = typer.Typer(no_args_is_help=True, help="What must be said, now or later.")


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the command line."""
    app.add_typer(ticket_app, name="ticket")
    app.add_typer(outbox_app, name="outbox")
    app.add_typer(notice_app, name="notice")


@ticket_app.command("list")
def list_tickets(
    status: Annotated[str | None, typer.Option(help="Only tickets of this status.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tickets, newest first."""

    async def ask(session: AsyncSession) -> list[Ticket]:
        statement = select(Ticket).order_by(col(Ticket.id).desc())
        if status is not None:
            statement = statement.where(col(Ticket.status) == status)
        return list((await session.exec(statement)).all())

    found = [_ticket(ticket) for ticket in stores.with_database(ask)]
    if as_json:
        print_json({"tickets": found})
        return
    for ticket in found:
        typer.echo("  ".join(str(value) for value in ticket.values()))


@ticket_app.command("show")
def show_ticket(
    number: Annotated[str, typer.Argument(help="As in QT-20261123-0007.")], as_json: AsJson = False
) -> None:
    """One ticket with its tasks, history and messages."""

    async def ask(session: AsyncSession) -> dict[str, Any] | None:
        statement = select(Ticket).where(col(Ticket.number) == number)
        ticket = (await session.exec(statement)).first()
        return await _whole(session, ticket) if ticket else None

    found = stores.with_database(ask)
    if found is None:
        fail(f"there is no ticket {number}; `ticket list` shows them all")
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        if isinstance(value, list):
            typer.echo(f"{name}:")
            for line in value:
                typer.echo("  " + "  ".join(f"{key}={part}" for key, part in line.items()))
        else:
            typer.echo(f"{name}: {value}")


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "status": ticket.status,
        "category": ticket.category,
        "urgency": ticket.urgency,
    }


async def _whole(session: AsyncSession, ticket: Ticket) -> dict[str, Any]:
    tasks = (await session.exec(select(Task).where(col(Task.ticket_id) == ticket.id))).all()
    events = (
        await session.exec(
            select(TicketEvent)
            .where(col(TicketEvent.ticket_id) == ticket.id)
            .order_by(col(TicketEvent.id))
        )
    ).all()
    messages = (
        await session.exec(
            select(Message).where(col(Message.ticket_id) == ticket.id).order_by(col(Message.id))
        )
    ).all()
    names = {person.id: person.name for person in (await session.exec(select(Person))).all()}
    return {
        **_ticket(ticket),
        "tasks": [
            {
                "department": task.department,
                "item": task.item,
                "status": task.status,
                "handler": names.get(task.handler_id or 0),
                "due": task.answer_due,
            }
            for task in tasks
        ],
        "events": [
            {
                "at": event.at,
                "actor": names.get(event.actor_id or 0),
                "step": event.step,
                "from": event.frm,
                "to": event.to,
                "why": event.why,
            }
            for event in events
        ],
        "messages": [
            {"at": row.at, "direction": row.direction, "kind": row.kind, "text": row.text}
            for row in messages
        ],
    }


@outbox_app.command("list")
def list_outbox(as_json: AsJson = False) -> None:
    """What is owed or was given up, with its state and age in seconds."""

    async def ask(session: AsyncSession) -> list[Outbox]:
        statement = (
            select(Outbox)
            .where(col(Outbox.state).not_in((OutboxState.SENT, OutboxState.DROPPED)))
            .order_by(col(Outbox.id))
        )
        return list((await session.exec(statement)).all())

    rows = [
        {
            "id": row.id,
            "kind": row.kind,
            "chat": row.chat_id,
            "broadcast": row.broadcast,
            "state": row.state,
            "attempts": row.attempts,
            "age": _age(row.created_at),
            "error": row.error,
        }
        for row in stores.with_database(ask)
    ]
    _print_rows("outbox", rows, as_json=as_json)


@notice_app.command("list")
def list_notices(as_json: AsJson = False) -> None:
    """Notices still to be said, with their age in seconds (negative: due later)."""

    async def ask(session: AsyncSession) -> list[Notice]:
        statement = (
            select(Notice).where(col(Notice.state) == NoticeState.OPEN).order_by(col(Notice.due_at))
        )
        return list((await session.exec(statement)).all())

    rows = [
        {
            "id": row.id,
            "kind": row.kind,
            "state": row.state,
            "subject": row.subject,
            "due_at": row.due_at,
            "age": _age(row.due_at),
        }
        for row in stores.with_database(ask)
    ]
    _print_rows("notices", rows, as_json=as_json)


def _print_rows(name: str, rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json({name: rows})
        return
    for row in rows:
        typer.echo("  ".join(f"{key}={value}" for key, value in row.items()))
    if not rows:
        typer.echo("nothing")


def _age(since: datetime) -> int:
    return int((stores.now() - since).total_seconds())
