"""What the screens of a company's tickets share: their keys, quoted words, a step in words."""

from domain.screens import Button, Html, Row
from domain.ticket_sheets import HistoryLine, TicketSheet
from domain.tickets import Step
from domain.visible import shortened
from domain.words import Words
from views import formats
from views.people import back_row
from views.presses import Press
from views.ticket_presses import ShowTicket
from views.translations import Translator

#: So many letters of a message are quoted; the whole is a press away.
QUOTED = 400


def key(t: Translator, name: str, press: Press) -> Button:
    """A button; its words are `tickets.button.<name>`."""
    return Button(t.plain(f"tickets.button.{name}"), data=press.pack())


def words_of(t: Translator, words: Words | None) -> str:
    """A text in the reader's language, empty when there is none."""
    return words.of(t.locale) if words else ""


def quoted(words: str, *, limit: int | None = None) -> Html:
    """Somebody's words, as written; folded when there are many."""
    text = words if limit is None else shortened(words, limit, "…")
    return Html(f"<blockquote expandable>{Html.safe(text)}</blockquote>")


def back_to(t: Translator, sheet: TicketSheet) -> Row:
    """The last row: the ticket, and the menu."""
    return back_row(t, key(t, "back", ShowTicket(sheet.id)))


def history_line(t: Translator, sheet: TicketSheet, line: HistoryLine) -> Html:
    """`11月23日（周一）14:05 周明受理`."""
    who = t.plain("tickets.you") if line.mine else line.who or t.plain("tickets.system")
    wording = f"tickets.step.{line.step}"
    is_told = line.step is not Step.RECKON or "until" in line.values
    if line.why and is_told and t.has(f"{wording}_{line.why}"):
        wording = f"{wording}_{line.why}"
    words = t(wording, who=who, **_step_values(t, line))
    return t(
        "tickets.history.line",
        at=formats.moment(t, line.at, sheet.zone, today=sheet.today),
        words=words,
    )


def _step_values(t: Translator, line: HistoryLine) -> dict[str, str]:
    values = dict(line.values)
    place = words_of(t, values.get("department")) or t.plain("tickets.unconfirmed")
    urgency = values.get("urgency")
    return {
        "department": place,
        "category": words_of(t, values.get("category")),
        "urgency": t.plain(f"tickets.urgency.{urgency}") if urgency else "",
        "outcome": t.plain(f"tickets.outcome.{line.why}") if line.step is Step.RESOLVE else "",
        "person": values.get("person", ""),
        "until": formats.day(t, values["until"]) if "until" in values else "",
    }
