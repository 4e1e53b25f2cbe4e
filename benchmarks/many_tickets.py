"""Many made-up tickets with their history, in a SQLite file of its own."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from bot.database import upgrade
from domain.catalogue import Catalogue
from domain.tickets import Category, Outcome, Status, Step, Urgency
from models.company_rows import company_row_state, company_rows, word

COMPANIES = 10_000
OFFICERS = 400
EVENTS_EACH = 8
MESSAGES_EACH = 3
_SPAN = timedelta(days=330)
_OPEN = (Status.DISPATCHED, Status.IN_PROGRESS, Status.IN_PROGRESS, Status.WAITING_COMPANY)
_TROUBLES = (
    "银行贷款批不下来",
    "厂房消防验收卡住了",
    "招不到熟练工人",
    "出口退税迟迟没有到账",
    "客户拖欠货款",
)
_PLACES = ("下沙", "白杨", "河庄", "义蓬", "新湾", "临江", "前进")
_TRADES = ("封装", "精密机械", "生物医药", "供应链", "软件")
RARE = "蒸汽管道冻裂"
"""Words that stand in one ticket only, and an old one."""


def url_of(path: Path) -> str:
    """The database in that file."""
    return f"sqlite+aiosqlite:///{path}"


class ManyTickets:
    """`open_` open tickets and as many closed ones as it takes for `events` lines of history."""

    def __init__(self, catalogue: Catalogue, now: datetime, *, open_: int, events: int) -> None:
        self._random = Random(1)
        self._now = now
        self._open = open_
        self._all = events // EVENTS_EACH
        self._catalogue = catalogue
        self._departments = [one.key for one in catalogue.departments]

    def build(self, path: Path) -> None:
        """Write them straight into the tables, as the bot leaves them."""
        upgrade(url_of(path))
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            file.execute("PRAGMA synchronous = OFF")
            file.execute("BEGIN")
            self._people(file)
            for numbers in self._slices(10_000):
                self._tickets(file, numbers)
            file.execute("COMMIT")
            file.execute("ANALYZE")
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _slices(self, size: int) -> Iterator[range]:
        for start in range(0, self._all, size):
            yield range(start + 1, min(start + size, self._all) + 1)

    def _people(self, file: sqlite3.Connection) -> None:
        since = _text(self._now - _SPAN)
        _insert(
            file,
            "person",
            (
                {"id": number, "telegram_id": number, "name": f"人员{number}", "username": "",
                 "locale": "zh", "hat": "company", "created_at": since, "version": 1}
                for number in range(1, OFFICERS + COMPANIES + 1)
            ),
        )  # fmt: skip
        names = (
            f"杭州{place}{trade}{number}有限公司"
            for number in range(1, COMPANIES + 1)
            for place, trade in [(_PLACES[number % 7], _TRADES[number % 5])]
        )
        _insert(
            file,
            "company",
            (
                {"id": number, "name": name, "uscc_checked": 0, "created_at": since, "version": 1}
                for number, name in enumerate(names, 1)
            ),
        )
        self._company_rows(file)

    def _company_rows(self, file: sqlite3.Connection) -> None:
        rows = company_rows(self._catalogue.facts, self._now.date())
        for table in (rows.table, company_row_state):
            file.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))
        file.execute("INSERT INTO company_row_state VALUES (1, ?, 0)", (rows.fingerprint,))
        _insert(
            file,
            "company_row",
            (
                {"company_id": number, "stamp": rows.stamp, word("street"): _PLACES[number % 7],
                 word("industry"): ("3973", "35", "27", "59", "65")[number % 5]}
                for number in range(1, COMPANIES + 1)
            ),
        )  # fmt: skip

    def _tickets(self, file: sqlite3.Connection, numbers: range) -> None:
        made = [self._ticket(number) for number in numbers]
        for table in ("ticket", "task", "task_round", "ticket_event", "message"):
            _insert(file, table, (row for one in made for row in one[table]))

    def _ticket(self, number: int) -> dict[str, list[dict[str, Any]]]:
        """One ticket with everything that hangs on it; the newest ones are open."""
        random = self._random
        is_open = number > self._all - self._open
        age = _SPAN * (1 - number / self._all) + timedelta(minutes=random.randrange(600))
        at = self._now - age
        status = random.choice(_OPEN) if is_open else Status.CLOSED
        company = random.randrange(COMPANIES) + 1
        shared = {
            "company_id": company,
            "person_id": OFFICERS + company,
            "received_at": _text(at),
            "status": status,
        }
        moments = self._moments(at, status)
        solved = random.choice(("yes", "yes", "yes", "partly", "no")) if not is_open else None
        score = random.randrange(1, 6) if not is_open else None
        ticket = {
            **shared, "id": number, "number": f"QT-{at:%Y%m%d}-{number:06d}",
            "category": random.choice(tuple(Category)), "urgency": random.choice(tuple(Urgency)),
            "danger": 0, "locale": "zh", "round": 1, "solved": solved, "score": score,
            "outcome": None if is_open else Outcome.SOLVED.name, "version": 9,
        }  # fmt: skip
        department = random.choice(self._departments)
        handler = random.randrange(OFFICERS) + 1 if status is not Status.DISPATCHED else None
        task = {
            "id": number, "ticket_id": number, "department": department, "role": "lead",
            "status": status, "handler_id": handler, "dispatched_at": _text(at), **moments,
            "outcome": ticket["outcome"], "version": 9,
        }  # fmt: skip
        counted = {
            "task_id": number, "round": 1, "ticket_id": number, "company_id": company,
            "department": department, "category": ticket["category"], "is_lead": 1,
            "is_open": is_open, "is_waiting": status is Status.WAITING_COMPANY, "is_withdrawn": 0,
            "started_at": _text(at), "contact_due": moments["contact_due"],
            "answer_due": moments["answer_due"],
            "contact_minutes": random.randrange(900) if moments["contacted_at"] else None,
            "answer_minutes": None if is_open else random.randrange(3000),
            "is_on_time": None if is_open else random.random() < 0.9,
            "solved": solved, "score": score,
        }  # fmt: skip
        return {
            "ticket": [ticket],
            "task": [task],
            "task_round": [counted],
            "ticket_event": [self._event(number, place, at) for place in range(EVENTS_EACH)],
            "message": [self._message(number, place, at) for place in range(MESSAGES_EACH)],
        }

    def _moments(self, at: datetime, status: Status) -> dict[str, str | None]:
        hours = self._random.randrange(1, 60)
        contacted = None if status is Status.DISPATCHED else _text(at + timedelta(hours=hours))
        answered = _text(at + timedelta(hours=2 * hours)) if status is Status.CLOSED else None
        return {
            "accept_due": _text(at + timedelta(days=1)),
            "contact_due": _text(at + timedelta(days=1)),
            "answer_due": _text(at + timedelta(days=self._random.randrange(3, 200))),
            "accepted_at": contacted,
            "contacted_at": contacted,
            "answered_at": answered,
        }

    def _event(self, ticket: int, place: int, at: datetime) -> dict[str, Any]:
        step = (Step.RECEIVE, Step.DISPATCH, Step.CLAIM, Step.NOTE)[min(place, 3)]
        return {
            "id": ticket * EVENTS_EACH + place, "ticket_id": ticket, "task_id": ticket,
            "at": _text(at + timedelta(hours=place)), "actor_id": 1 + ticket % OFFICERS,
            "step": step, "why": "", "details": json.dumps({"message_id": ticket}),
        }  # fmt: skip

    def _message(self, ticket: int, place: int, at: datetime) -> dict[str, Any]:
        direction, role = (("in", ""), ("out", "ticket_card"), ("out", "reply"))[place]
        words = f"{_TROUBLES[ticket % 5]}，第 {ticket} 号来文，" + "请尽快联系我们处理。" * 6
        if ticket == 100 and place == 0:
            words = f"{RARE}，车间停产"
        return {
            "id": ticket * MESSAGES_EACH + place, "bot_id": 1, "chat_id": ticket, "kind": "text",
            "direction": direction, "role": role, "ticket_id": ticket, "text": words,
            "attachments": "[]", "versions": "[]", "at": _text(at + timedelta(hours=place)),
            "version": 1,
        }  # fmt: skip


def _insert(file: sqlite3.Connection, table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows)
    names, marks = ", ".join(f'"{name}"' for name in first), ", ".join("?" * len(first))
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  our own names
    file.execute(statement, tuple(first.values()))
    file.executemany(statement, (tuple(row.values()) for row in rows))


def _text(moment: datetime) -> str:
    """A moment as it stands in the file."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
