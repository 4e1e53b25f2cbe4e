"""What the outside sees: alive, ready, and figures that say what happened."""

import re
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from aiohttp import web
from sqlalchemy import event

from bot.database import Database
from bot.health import Figures
from bot.web import health_routes
from domain.alarms import RULES, AlarmKind
from services import alarms, health
from tests.town import Town

RULE_FILE = Path(__file__).resolve().parent.parent.parent / "deploy" / "prometheus-rules.yml"


class Outside:
    """Somebody who asks a town over HTTP; `hung` is what hangs."""

    def __init__(self, town: Town) -> None:
        self.town, self.hung, self.url = town, "", ""
        self.figures: Figures = town.intake._figures

    async def asks(self, path: str) -> tuple[int, str]:
        async with self.town.http.get(f"{self.url}/{path}") as answer:
            return answer.status, await answer.text()

    async def count(self) -> None:
        now = self.town.clock()
        async with self.town.database.read() as session:
            load = await health.load(session, now=now)
            ringing = {one.kind for one in await alarms.ringing(session)}
        self.figures.show(load, alarms=ringing, backup_age=None)
        self.figures.show_build("0001", 7)

    async def figure(self, name: str) -> float | None:
        """The number behind a name with its labels; None where there is none."""
        _, page = await self.asks("metrics")
        found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
        return float(found[1]) if found else None


@pytest.fixture
async def outside(town: Town) -> AsyncGenerator[Outside]:
    asker = Outside(town)
    app = web.Application()
    health_routes(
        app,
        asker.figures,
        lambda: True,
        asker.count,
        probe=town.database.probe,
        stuck=lambda: asker.hung,
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    asker.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield asker
    await runner.cleanup()


async def test_figures_say_what_happened_and_what_is_owed(outside: Outside) -> None:
    town = outside.town
    await town.player("company").says("/help")
    await town.passes(hours=2)

    assert await outside.figure('qihang_updates_total{kind="message",result="done"}') == 1
    assert await outside.figure('qihang_update_seconds_count{kind="message"}') == 1
    assert await outside.figure('qihang_delivery_seconds_count{traffic="reply"}') == 1
    assert await outside.figure('qihang_sent_total{answer="done",kind="send"}') == 1
    ran = 'qihang_job_runs_total{job_name="clean_up",result="done"}'
    assert (await outside.figure(ran) or 0) > 0
    owed = 'qihang_outbox_owed{state="pending",traffic="broadcast"}'
    assert await outside.figure(owed) == 0
    assert await outside.figure('qihang_alarm{alarm="disk_full"}') == 0
    assert "qihang_build_info{" in (await outside.asks("metrics"))[1]


async def test_without_a_database_the_process_still_speaks_for_itself(outside: Outside) -> None:
    town = outside.town
    await town.player("company").says("/help")
    assert (await outside.asks("readyz"))[0] == 200
    assert await outside.figure("qihang_inbox_open") == 0

    refuse = _refuse_everything(town)
    assert (await outside.asks("readyz"))[0] == 503
    assert await outside.figure("qihang_database_up") == 0
    assert str(await outside.figure("qihang_inbox_open")) == "nan"
    assert await outside.figure('qihang_tickets{status="closed"}') is None
    assert await outside.figure('qihang_updates_total{kind="message",result="done"}') == 1
    assert (await outside.asks("healthz"))[0] == 200  # a new start would not bring it back

    refuse.clear()
    assert (await outside.asks("readyz"))[0] == 200


async def test_what_hangs_asks_for_a_new_start(outside: Outside) -> None:
    outside.hung = "courier"

    status, said = await outside.asks("healthz")

    assert (status, "courier" in said) == (503, True)


async def test_a_session_that_never_ends_is_seen(sqlite_url: str) -> None:
    database = Database(sqlite_url)

    async with database.read():
        assert database.busy_for() > 0
    assert database.busy_for() <= 0
    await database.close()


def _refuse_everything(town: Town) -> list[bool]:
    """The database says no to every statement, until the list is empty."""
    refuses = [True]

    def refuse(connection: object, *_: object) -> None:
        if refuses:
            raise OSError("the disk is gone")

    for engine in (town.database._writer, town.database._reader):
        event.listen(engine.sync_engine, "before_cursor_execute", refuse)
    return refuses


def test_the_rules_for_prometheus_name_what_exists_with_the_chat_s_thresholds() -> None:
    (group,) = yaml.safe_load(RULE_FILE.read_text(encoding="utf-8"))["groups"]
    expressions = {rule["alert"]: rule["expr"] for rule in group["rules"]}
    known = {metric.name for metric in Figures().registry.collect()}
    named = set(re.findall(r"qihang_[a-z_]+", " ".join(expressions.values())))

    assert {name.removesuffix("_total") for name in named} <= known
    for alert, kind in (
        ("QihangInboxBacklog", AlarmKind.INBOX_BACKLOG),
        ("QihangOutboxBacklog", AlarmKind.OUTBOX_BACKLOG),
        ("QihangNoticesLate", AlarmKind.NOTICES_LATE),
        ("QihangManyUpdatesParked", AlarmKind.MANY_PARKED),
    ):
        assert expressions[alert].endswith(f"> {RULES[kind].raises:g}")
    away = int(RULES[AlarmKind.TELEGRAM_AWAY].raises / timedelta(minutes=1).total_seconds())
    assert f"[{away}m]" in expressions["QihangTelegramAway"]
