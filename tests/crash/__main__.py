"""`python -m tests.crash`: kill the bot under load, and say honestly what became of it."""

import argparse
import asyncio
import logging
import secrets
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bot.database import upgrade
from bot.settings import async_database_url
from tests import postgres
from tests.crash.injuries import unnoticed
from tests.crash.plan import plan
from tests.crash.run import Report, open_run
from tests.crash.story import keep, tell
from tests.real_office import the_office

_LINES = 12


def main() -> int:
    """Run on the databases asked for; status 1 when anything was lost, doubled or out of order."""
    asked = _arguments()
    logging.getLogger("sandbox").setLevel(logging.ERROR)
    sys.stdout.write(f"seed {asked.seed}\n")
    failed = 0
    for name in ("sqlite", "postgres") if asked.database == "both" else (asked.database,):
        began = time.monotonic()
        folder = Path(tempfile.mkdtemp(prefix=f"qihang-crash-{name}-"))
        report, blind = _on(name, folder, asked)
        _print(name, report, blind, time.monotonic() - began)
        if not report.found and not blind:
            shutil.rmtree(folder)
        else:
            keep(report.evidence, folder / "rows.jsonl")
            sys.stdout.write(f"\nwhat is left of it: {folder}\n")
            failed += 1
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--kills", type=int, default=200, help="kills on each database")
    parser.add_argument("--minutes", type=float, default=90, help="or so long, on each database")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    return parser.parse_args()


def _on(name: str, folder: Path, asked: argparse.Namespace) -> tuple[Report, list[str]]:
    """What a run came to; and, when it was whole, the checks that miss their injury."""
    with ExitStack() as stack:
        if name == "sqlite":
            (folder / "machine-0").mkdir()
            url = f"sqlite+aiosqlite:///{folder / 'machine-0' / 'qihang.db'}"
            upgrade(url)
            return asyncio.run(_killed(name, folder, url, asked, machines=1))
        server = stack.enter_context(postgres.open_server())
        server.make_template(lambda url: upgrade(async_database_url(url)))
        told = stack.enter_context(server.fresh_database())
        url = async_database_url(told)
        return asyncio.run(_killed(name, folder, url, asked, machines=2, database_url=told))


async def _killed(
    name: str, folder: Path, url: str, asked: argparse.Namespace, **more: Any
) -> tuple[Report, list[str]]:
    ends = time.monotonic() + asked.minutes * 60
    async with open_run(folder, url, the_office(), seed=asked.seed, **more) as run:
        for kill in plan(asked.kills, run.random, is_sqlite=name == "sqlite"):
            await run.kills(kill)
            _progress(f"{name}: {len(run.deaths)} kills; {kill}")
            if len(run.deaths) >= asked.kills or time.monotonic() > ends:
                break
        await run.settles()
        await run.winds_up()
        report = await run.is_checked()
        return report, [] if report.found else await unnoticed(run)


def _progress(line: str) -> None:
    stamp = f"{time.monotonic():.0f} {line}"
    sys.stderr.write(f"\r\x1b[K{stamp[:150]}" if sys.stderr.isatty() else f"{stamp}\n")
    sys.stderr.flush()


def _print(name: str, report: Report, blind: list[str], seconds: float) -> None:
    write = sys.stdout.write
    write(f"\n{name}: {len(report.deaths)} kills in {seconds:.0f} s\n\n")
    write(f"  {'point':24}{'kills':>8}{'by itself':>12}\n")
    for point, (count, own) in report.by_point.items():
        write(f"  {point:24}{count:8}{own:12}\n")
    write("\n")
    for figure, value in report.figures.items():
        write(f"  {figure:32}{value:10.0f}\n")
    write("\n")
    for check, faults in report.faults.items():
        write(f"  {check:24}{'holds' if not faults else f'{len(faults)} FAULTS'}\n")
        for fault in faults[:_LINES]:
            write(f"    {fault}\n")
    for line in tell(report.evidence):
        write(f"\n  {line}")
    if not report.found:
        noticed = len(report.faults) - len(blind)
        write(f"\n  control: {noticed} of {len(report.faults)} injuries were noticed")
        write(f"; NOT by {', '.join(blind)}\n" if blind else "\n")


if __name__ == "__main__":
    sys.exit(main())
