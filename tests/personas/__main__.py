"""Print the table of personas as Markdown: python -m tests.personas > docs/personas.md."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tests.personas.table import AS_OF, Persona, personas

LETTERS: Final = {
    "eligible": "**E**",
    "ineligible": "I",
    "undetermined": "?",
    "officer_check": "O",
}
COLUMNS: Final = {
    "annual-report-merge": "annual report",
    "hi-tech-enterprise": "high-tech",
    "srdi-sme": "SRDI",
    "ip-demonstration-enterprise": "IP",
    "loan-interest-subsidy": "subsidy",
    "financing-guarantee": "guarantee",
    "listing-support": "listing",
}
HEAD: Final = """\
# Personas

Companies made up to stand at every threshold of the measures with official conditions: just below,
at, just above, and with a range across it. The answers are worked out from the documents, not from
the code, in [tests/personas/personas.yaml](../tests/personas/personas.yaml), where each one names
what decides it. A test holds the catalogue and the rules to them.

**E** eligible, with the way in where there are several · I ineligible · O an officer must confirm ·
? undetermined, and worth noting why · empty: undetermined, too little is said. The fifteen measures
with partial conditions answer O, whatever is met, until an officer has said no. The day is
2026-11-23 unless said.

"""


def markdown() -> str:
    """The whole page."""
    titles = ("persona", "who", *COLUMNS.values())
    lines = [_row(titles), _row("---" for _ in titles), *(_line(one) for one in personas())]
    return HEAD + "\n".join(lines) + "\n"


def _line(persona: Persona) -> str:
    day = "" if persona.as_of == AS_OF else f" *({persona.as_of})*"
    cells = (_cell(persona.verdicts[measure]) for measure in COLUMNS)
    return _row((persona.id, f"{persona.story}{day}", *cells))


def _cell(verdict: Mapping[str, Any]) -> str:
    if "because" not in verdict:
        return ""
    letter = LETTERS[verdict["is"]]
    route = verdict.get("route") if verdict["is"] == "eligible" else None
    return f"{letter} {route}" if route else letter


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(markdown())
