"""Checks the wording: every key used has words in every language, with the same placeholders."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from views.translations import LANGUAGES, LOCALES

_KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
_TAG = re.compile(r"</?[a-z-]+[^>]*>")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the wording, and where."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def faults(code: Path) -> list[Fault]:
    """All faults of the wording, against the packages below `code` that use it."""
    wording = {language: _read(language) for language in LANGUAGES}
    used, prefixes = _used(code)
    return [*_missing(wording, used), *_uneven(wording), *_unused(wording, used, prefixes)]


Wording = dict[str, tuple[str, ...]]


def _read(language: str) -> Wording:
    words: Wording = {}
    for path in sorted((LOCALES / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            entries = [entry for entry in read_po(file) if entry.id]
        # A key is looked up in the file of its noun; anywhere else it is never found.
        own = [entry for entry in entries if _key(entry).startswith(f"{path.stem}.")]
        words |= {_key(entry): _forms(entry) for entry in own}
    return words


def _key(entry: Message) -> str:
    return entry.id if isinstance(entry.id, str) else str(entry.id[0])


def _forms(entry: Message) -> tuple[str, ...]:
    string = entry.string
    return (string,) if isinstance(string, str) else tuple(string or ())


def _missing(wording: dict[str, Wording], used: dict[str, str]) -> Iterator[Fault]:
    for language, words in wording.items():
        for key, where in sorted(used.items()):
            if not any(words.get(key, ())):
                yield Fault(where, f"{key} has no words in {language}")


def _uneven(wording: dict[str, Wording]) -> Iterator[Fault]:
    first, *others = LANGUAGES
    for key, forms in wording[first].items():
        for language in others:
            other = wording[language].get(key)
            if other is None:
                yield Fault(key, f"stands in {first} but not in {language}")
            elif _shape(forms) != _shape(other):
                yield Fault(key, f"placeholders or tags differ between {first} and {language}")
    for language in others:
        for key in wording[language].keys() - wording[first].keys():
            yield Fault(key, f"stands in {language} but not in {first}")


def _shape(forms: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    text = forms[-1]
    names = frozenset(name for _, name, _, _ in Formatter().parse(text) if name)
    return names, tuple(sorted(_TAG.findall(text)))


def _unused(
    wording: dict[str, Wording], used: dict[str, str], prefixes: set[str]
) -> Iterator[Fault]:
    for key in wording[LANGUAGES[0]]:
        if key not in used and not any(key.startswith(prefix) for prefix in prefixes):
            yield Fault(key, "is used nowhere")


def _used(code: Path) -> tuple[dict[str, str], set[str]]:
    """Keys written out in the code, and the prefixes of those put together while running."""
    keys: dict[str, str] = {}
    prefixes: set[str] = set()
    for package in ("views", "handlers", "scheduler", "bot"):
        for path in sorted((code / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    if _is_key(node.value):
                        keys.setdefault(node.value, f"{path.relative_to(code)}:{node.lineno}")
                elif isinstance(node, ast.JoinedStr):
                    prefixes |= _prefix(node)
    return keys, prefixes


def _is_key(text: str) -> bool:
    if not _KEY.fullmatch(text):
        return False
    noun = text.partition(".")[0]
    return (LOCALES / LANGUAGES[0] / "LC_MESSAGES" / f"{noun}.po").exists()


def _prefix(node: ast.JoinedStr) -> set[str]:
    first = node.values[0] if node.values else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str) and "." in first.value:
        return {first.value}
    return set()
