"""The life cycle of a task as a page of the docs, read off the one table."""

from collections.abc import Iterable, Iterator

from domain.tickets import LIFE_CYCLE, Party, Status, Step, Transition
from views.translations import Translator


def page(t: Translator) -> str:
    """Markdown: what it is, a Mermaid diagram of what moves a task, a table of every step."""
    return "\n".join(
        (
            t.plain("life_cycle.title"),
            "",
            t.plain("life_cycle.about"),
            "",
            "```mermaid",
            *_diagram(t),
            "```",
            "",
            t.plain("life_cycle.table"),
            "",
            *_table(t),
            "",
        )
    )


def _diagram(t: Translator) -> Iterator[str]:
    yield "stateDiagram-v2"
    for status in Status:
        yield f"    {status}: {_status(t, status)}"
    yield f"    [*] --> {Status.RECEIVED}: {_step(t, Step.RECEIVE)}"
    for frm in Status:
        for to in Status:
            steps = [step for step, row in LIFE_CYCLE.items() if frm in row.frm and row.to is to]
            if steps and frm is not to:
                yield f"    {frm} --> {to}: {_listed(t, (_step(t, step) for step in steps))}"
    yield f"    {Status.CLOSED} --> [*]"


def _table(t: Translator) -> Iterator[str]:
    columns = ("step", "from", "to", "who", "guards")
    yield "| " + " | ".join(t.plain(f"life_cycle.column.{column}") for column in columns) + " |"
    yield "|---" * len(columns) + "|"
    for step, row in LIFE_CYCLE.items():
        cells = (_step(t, step), _from(t, row), _to(t, row), _who(t, row), _guards(t, row))
        yield "| " + " | ".join(cells) + " |"


def _from(t: Translator, row: Transition) -> str:
    if row.frm == frozenset(Status):
        return t.plain("life_cycle.any")
    return _listed(t, (_status(t, status) for status in Status if status in row.frm)) or "—"


def _to(t: Translator, row: Transition) -> str:
    return _status(t, row.to) if row.to is not None else t.plain("life_cycle.stays")


def _who(t: Translator, row: Transition) -> str:
    return _listed(t, (t.plain(f"life_cycle.party.{one}") for one in Party if one in row.by))


def _guards(t: Translator, row: Transition) -> str:
    guards = _listed(t, (t.plain(f"life_cycle.guard.{one}") for one in sorted(row.guards)))
    free = _listed(t, (t.plain(f"life_cycle.party.{one}") for one in Party if one in row.free))
    return t.plain("life_cycle.free", guards=guards, parties=free) if free else guards


def _status(t: Translator, status: Status) -> str:
    return t.plain(f"desks.status.{status}")


def _step(t: Translator, step: Step) -> str:
    return t.plain(f"life_cycle.step.{step}")


def _listed(t: Translator, words: Iterable[str]) -> str:
    return t.plain("desks.comma").join(words)
