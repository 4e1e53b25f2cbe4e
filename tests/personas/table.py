"""The table of personas, read from personas.yaml."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

TABLE: Final = Path(__file__).with_name("personas.yaml")
AS_OF: Final = date(2026, 11, 23)
"""The day of the question unless a persona names another."""


@dataclass(frozen=True)
class Persona:
    """A company: its profile file, the day it asks, and what each measure must answer.

    `verdicts` says per measure what is expected: `is` is the outcome, the other keys are those of
    the table's head; what a cell does not say is not tested.
    """

    id: str
    story: str
    as_of: date
    profile: Mapping[str, Any]
    verdicts: Mapping[str, Mapping[str, Any]]
    size: tuple[str, ...] | None


@cache
def personas() -> list[Persona]:
    """Every persona of the table, in its order."""
    table = _plain(yaml.safe_load(TABLE.read_text(encoding="utf-8")))
    read: dict[str, Persona] = {}
    for row in table["personas"]:
        like = read[row["like"]] if "like" in row else _stranger(table["unless_said"])
        assert row["id"] not in read, f"told twice: {row['id']}"
        read[row["id"]] = _changed(like, row)
    return list(read.values())


def _stranger(unless_said: Mapping[str, list[str]]) -> Persona:
    """Somebody who has said nothing, with the answers that hold unless a persona says otherwise."""
    verdicts = {measure: {"is": word} for word, ids in unless_said.items() for measure in ids}
    return Persona("", "", AS_OF, {}, verdicts, None)


def _changed(like: Persona, row: Mapping[str, Any]) -> Persona:
    """The persona of a row: another one with facts and answers of its own."""
    facts = {**like.profile, **row.get("facts", {})}
    unknown = row.get("verdicts", {}).keys() - like.verdicts.keys()
    assert not unknown, f"{row['id']}: no such measure: {unknown}"
    return Persona(
        id=row["id"],
        story=row["story"],
        as_of=date.fromisoformat(row["as_of"]) if "as_of" in row else like.as_of,
        profile={key: value for key, value in facts.items() if value is not None},
        verdicts={**like.verdicts, **row.get("verdicts", {})},
        size=tuple(row["size"]) if "size" in row else like.size,
    )


def _plain(table: object) -> Any:
    """As JSON has it: years are words and days are ISO, as in a profile file."""
    return json.loads(json.dumps(table, default=date.isoformat))
