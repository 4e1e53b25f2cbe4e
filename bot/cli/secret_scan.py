"""secrets: whether a tracked file holds something that should be in nobody's repository."""

import hashlib
import math
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from bot.cli.output import fail
from bot.settings import ROOT

secrets_app = typer.Typer(no_args_is_help=True, help="Secrets that were written into files.")

#: What was looked at and is none: a print of the value, the file, and why.
ALLOWED = ROOT / "deploy" / "secrets-allowed.txt"
_LARGEST = 1024 * 1024
_LEFT_OUT = frozenset({".git", ".venv", "var", "__pycache__"})
#: Bits per sign: words stay below, random letters and digits do not.
_RANDOM = 3.3
_MIXED = re.compile(r"(?=\w{4})(?:[a-zA-Z]+\d|\d+[a-zA-Z])")
_SHAPES = (
    ("a bot token", re.compile(r"\b\d{8,10}:[\w-]{35}(?![\w-])")),
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("an AWS key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_\w{36,}|github_pat_\w{40,})")),
    ("a Google key", re.compile(r"\bAIza[\w-]{35}")),
    ("a signed web token", re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}")),
)
#: These count only when the value looks random.
_NAMED = (
    ("a password in an address", re.compile(r"://[^\s/:@\"']*:([^\s/@\"']{8,})@")),
    (
        "a secret by its name",
        re.compile(
            r"(?i)(?:token|secret|passw(?:or)?d|api_?key|access_?key|private_?key)[\w-]{0,40}"
            r"[\"']?[ \t]*[:=][ \t]*[\"']?([\w+/=.-]{16,})"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that looks like a secret; the value itself is never shown."""

    line: int
    what: str
    print: str


def add_to(app: typer.Typer) -> None:
    """Hang the command on the command line."""
    app.add_typer(secrets_app, name="secrets")


@secrets_app.command("check")
def check_secrets() -> None:
    """No tracked file holds a token, a key or a password."""
    allowed = _allowed()
    found = [
        f"{name}:{hit.line}: {hit.what}; if it is none: {hit.print} {name}  # why"
        for name, text in _texts(ROOT)
        for hit in hits(text)
        if (hit.print, name) not in allowed
    ]
    if found:
        typer.echo("\n".join(found), err=True)
        fail(f"take it out and change it, or add the line to {ALLOWED.relative_to(ROOT)}")
    typer.echo("no secret is in a file")


def hits(text: str) -> Iterator[Hit]:
    """Everything in a text that looks like a secret."""
    for what, shape in _SHAPES:
        for match in shape.finditer(text):
            yield Hit(_line_of(match), what, _print(match[0]))
    for what, shape in _NAMED:
        for match in shape.finditer(text):
            if _is_random(match[1]):
                yield Hit(_line_of(match), what, _print(match[1]))


def _line_of(match: re.Match[str]) -> int:
    return match.string.count("\n", 0, match.start(match.lastindex or 0)) + 1


def _is_random(value: str) -> bool:
    """Letters and digits mixed, and no sign much more often than another: no words, no name."""
    if not any(_MIXED.search(part) for part in re.split(r"[-_./=+]", value)):
        return False
    shares = [count / len(value) for count in Counter(value).values()]
    return -sum(share * math.log2(share) for share in shares) >= _RANDOM


def _print(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:16]


def _allowed() -> set[tuple[str, str]]:
    lines = ALLOWED.read_text(encoding="utf-8").splitlines() if ALLOWED.exists() else []
    parts = [line.partition("#")[0].split() for line in lines]
    return {(part[0], part[1]) for part in parts if len(part) == 2}


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for name in _names(folder):
        path = folder / name
        if path.suffix == ".lock" or not path.is_file() or path.stat().st_size > _LARGEST:
            continue
        content = path.read_bytes()
        if b"\0" not in content[:1024]:
            yield name, content.decode("utf-8", "replace")


def _names(folder: Path) -> Sequence[str]:
    """Tracked files; outside of a repository everything that is not made here."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607 - wherever the developer has it
            cwd=folder,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        every = (path.relative_to(folder) for path in folder.rglob("*"))
        return [str(path) for path in every if not _LEFT_OUT & set(path.parts)]
    return [name for name in listed.stdout.decode().split("\0") if name]
