"""The errands of a bundle's ticket, for its company: one line of progress, one line each."""

from collections import Counter
from collections.abc import Iterator

from domain.screens import Html
from domain.ticket_sheets import PartLine, TicketSheet
from domain.tickets import Status
from views.promises import when
from views.translations import Translator

#: What a state counts as in the line of progress, in the order in which it is said.
_COUNTED = {
    Status.ANSWERED: "done",
    Status.CLOSED: "done",
    Status.IN_PROGRESS: "at_work",
    Status.WAITING_COMPANY: "asked",
    Status.RECEIVED: "waiting",
    Status.DISPATCHED: "waiting",
}
_ENDED = (Status.ANSWERED, Status.CLOSED)


def lines(t: Translator, sheet: TicketSheet) -> Iterator[Html | None]:
    """What the whole is, how far it came, and where each errand stands."""
    if sheet.bundle is not None:
        yield Html.safe(sheet.bundle.of(t.locale))
    yield progress(t, sheet)
    yield from (_line(t, sheet, part) for part in sheet.parts)
    if any(part.status not in _ENDED for part in sheet.parts):
        yield t("tickets.receipt.target")


def progress(t: Translator, sheet: TicketSheet) -> Html:
    """共 2 件，办好 1，办理中 1."""
    counts = Counter(_COUNTED[part.status] for part in sheet.parts)
    told = [
        t.plain(f"tickets.parts.{kind}", count=counts[kind])
        for kind in dict.fromkeys(_COUNTED.values())
        if counts[kind]
    ]
    total = t.plain("tickets.parts.total", count=len(sheet.parts))
    return Html.safe(t.plain("tickets.parts.joint").join([total, *told]))


def _line(t: Translator, sheet: TicketSheet, part: PartLine) -> Html:
    """落户：办理中，经办员甲，11月30日（周一）前答复."""
    told = [_standing(t, part)]
    if part.handler is not None and part.status not in _ENDED:
        told.append(part.handler)
    if part.answer is not None and part.status not in _ENDED:
        told.append(t.plain("tickets.parts.until", day=when(t, sheet, part.answer)))
    joint = t.plain("tickets.parts.joint")
    return t("tickets.parts.line", name=part.name.of(t.locale), text=joint.join(told))


def _standing(t: Translator, part: PartLine) -> str:
    if part.status in _ENDED and part.outcome is not None:
        return t.plain(f"tickets.outcome.{part.outcome}")
    return t.plain(f"tickets.status.{part.status}")


def outcomes(t: Translator, sheet: TicketSheet) -> Iterator[Html]:
    """How each errand ended; nothing where there is only one answer."""
    yield from (_line(t, sheet, part) for part in sheet.parts)


def about(t: Translator, sheet: TicketSheet) -> Html | None:
    """Which errand a word is about."""
    if sheet.part is None:
        return None
    return t("tickets.parts.about", name=sheet.part.of(t.locale))
