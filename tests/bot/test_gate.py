"""What the gate holds: one clock, and no secret in a file."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.secret_scan import hits
from bot.settings import ROOT

_PACKAGES = ("bot", "handlers", "scheduler", "views", "services", "models", "domain")
#: Calls that read a clock, by the last part of their name.
_CLOCKS = frozenset({"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"})
_OF_DAY = "datetime.time"
_NAMES_A_CLOCK = re.compile(rf"\b(?:{'|'.join(sorted(_CLOCKS))})\b")
_OFFENCES = """
import time
from datetime import UTC, date, datetime
STARTED = datetime.now(UTC)
def late(day: date = date.today()) -> float:
    return time.time()
def early() -> datetime:
    return datetime.utcnow()
"""


def test_fault_50_the_lint_refuses_every_clock_but_the_one(tmp_path: Path) -> None:
    offender = tmp_path / "offender.py"
    offender.write_text(_OFFENCES, encoding="utf-8")

    said = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "ruff", "check", "--no-cache",
         "--config", str(ROOT / "pyproject.toml"), "--select", "TID251",
         "--output-format", "concise", str(offender)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip

    assert said.returncode == 1
    for name in ("datetime.now", "date.today", "time.time", "datetime.utcnow"):
        assert f"`{name}` is banned" in said.stdout or f".{name}` is banned" in said.stdout
    assert "only bot/clock.py reads the clock" in said.stdout


def test_fault_50_nothing_keeps_a_moment_from_when_it_was_imported() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for package in _PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for text in [path.read_text(encoding="utf-8")]
        if _NAMES_A_CLOCK.search(text)
        for line in _read_while_importing(ast.parse(text))
    ]

    assert found == []


def test_fault_50_the_walk_finds_what_the_lint_knows_no_name_for() -> None:
    offences = (
        "from time import monotonic as tick\nBEGAN = tick()",
        "class A:\n    at = clock.now()",
        "def f(at=loop.time()): ...",
        "def f(*, at=datetime.datetime.now(UTC)): ...",
        "f = lambda at=date.today(): at",
    )

    assert [list(_read_while_importing(ast.parse(one))) for one in offences] == [
        [2], [2], [1], [1], [1]
    ]  # fmt: skip
    assert list(_read_while_importing(ast.parse("def f():\n    return clock.now()"))) == []


def _read_while_importing(module: ast.Module) -> Iterator[int]:
    """Lines where a clock is read when the module is imported, not when a function is called."""
    bare = {
        one.asname or one.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for one in node.names
    }
    for node in _run_while_importing(module):
        if isinstance(node, ast.Call) and _reads_a_clock(node.func, bare):
            yield node.lineno


def _run_while_importing(node: ast.AST) -> Iterator[ast.AST]:
    """Everything below but the bodies of functions; their defaults and decorators are run."""
    for name, value in ast.iter_fields(node):
        if name == "body" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child
                yield from _run_while_importing(child)


def _reads_a_clock(func: ast.expr, bare: set[str]) -> bool:
    """`datetime.time(2)` and `time(2)` of that module are times of day, and read none."""
    if isinstance(func, ast.Name):
        return func.id in bare
    if not isinstance(func, ast.Attribute) or func.attr not in _CLOCKS:
        return False
    return not (isinstance(func.value, ast.Name) and f"{func.value.id}.{func.attr}" == _OF_DAY)


#: Put together here, so that the scan of this very file finds nothing.
_RANDOM = "q7Zk2" + "PdX9mT4" + "vB8sLw3R"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("BOT = '12345678:" + "AAE-" + _RANDOM + "-0123456789'", "a bot token"),
        ("-----BEGIN RSA " + "PRIVATE KEY-----", "a private key"),
        ("id: AKIA" + "IOSFODNN7EXAMPL0", "an AWS key"),
        ("ghp_" + _RANDOM * 2, "a GitHub token"),
        ("url=postgresql://q:" + _RANDOM + "@db/q", "a password in an address"),
        ("webhook_" + f'secret = "{_RANDOM}"', "a secret by its name"),
        ("API_" + f"KEY: {_RANDOM}", "a secret by its name"),
    ],
)
def test_a_secret_in_a_file_is_found(text: str, what: str) -> None:
    (hit,) = hits(f"first\n{text}\nlast")

    assert (hit.line, hit.what) == (2, what)


@pytest.mark.parametrize(
    "text",
    [
        "BOT_TOKEN=123456:letters-and-digits",
        "postgresql://qihang:secret@localhost/qihang",
        'SECRET = "a-secret-of-sixteen"',
        "secret_token=secret.get_secret_value() if secret else None",
        "password: the-one-that-was-chosen-2026",
        "token = hashlib.sha256(secret.encode()).hexdigest()",
        "--hash=sha256:" + "0f" * 32,
    ],
)
def test_words_about_secrets_are_none(text: str) -> None:
    assert list(hits(text)) == []
