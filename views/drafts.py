"""C10 and S10: what somebody is about to submit, and what comes before anything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.screens import Button, Html, Keyboard, Row, Screen
from domain.ticket_sheets import DraftSheet
from domain.tickets import Category, Urgency
from domain.visible import shortened
from domain.words import Words
from views import formats
from views.notice_choices import fewer_button
from views.people import back_row, consent_terms, menu_button
from views.presses import Press
from views.ticket_additions import categories
from views.ticket_talk import file_words
from views.ticket_words import key
from views.translations import Translator

#: Words shown of a draft; all of them are submitted.
_SHOWN = 300


@dataclass(frozen=True)
class Submit(Press):
    """提交, or 同意并提交."""

    prefix: ClassVar[str] = "ts"


@dataclass(frozen=True)
class SubmitAuthorised(Press):
    """已获授权，提交: an agent's word that the client agreed, and the request."""

    prefix: ClassVar[str] = "tA"


@dataclass(frozen=True)
class NameClient(Press):
    """写客户名称: without it nothing can be submitted for a client."""

    prefix: ClassVar[str] = "tC"


@dataclass(frozen=True)
class ShowDraft(Press):
    """Back to the draft."""

    prefix: ClassVar[str] = "tr"


@dataclass(frozen=True)
class AskCategory(Press):
    """改类别."""

    prefix: ClassVar[str] = "tc"


@dataclass(frozen=True)
class PickCategory(Press):
    """The category chosen."""

    prefix: ClassVar[str] = "tg"
    category: Category


@dataclass(frozen=True)
class AskUrgency(Press):
    """改紧急."""

    prefix: ClassVar[str] = "tu"


@dataclass(frozen=True)
class PickUrgency(Press):
    """The urgency chosen."""

    prefix: ClassVar[str] = "tv"
    urgency: Urgency


@dataclass(frozen=True)
class AddMore(Press):
    """加材料."""

    prefix: ClassVar[str] = "tm"


@dataclass(frozen=True)
class AskContact(Press):
    """联系方式."""

    prefix: ClassVar[str] = "tn"


@dataclass(frozen=True)
class NoContact(Press):
    """不留联系方式."""

    prefix: ClassVar[str] = "tx"


@dataclass(frozen=True)
class Discard(Press):
    """不提交: nothing of it is kept."""

    prefix: ClassVar[str] = "td"


@dataclass(frozen=True)
class CalledForHelp(Press):
    """已打电话，按紧急告知区里."""

    prefix: ClassVar[str] = "tl"


@dataclass(frozen=True)
class NoDanger(Press):
    """不是危险，是别的问题."""

    prefix: ClassVar[str] = "tk"


@dataclass(frozen=True)
class IsProblem(Press):
    """要反映的问题: what a file without words is."""

    prefix: ClassVar[str] = "tp"


@dataclass(frozen=True)
class IsPolicy(Press):
    """政策通知，想了解."""

    prefix: ClassVar[str] = "tq"


@dataclass(frozen=True)
class JoinTicket(Press):
    """并进 0007."""

    prefix: ClassVar[str] = "tj"
    ticket_id: int


def draft(t: Translator, sheet: DraftSheet) -> Screen:
    """C10: check it, then submit."""
    return Screen(
        text=Html.lines(
            t("tickets.draft.title"),
            _words(sheet),
            _measures(t, sheet),
            _files(t, sheet),
            _sorted(t, sheet),
            t("tickets.draft.contact", contact=sheet.contact) if sheet.contact else None,
            _client(t, sheet),
            t("tickets.too_large") if sheet.asks_link else None,
            t("tickets.draft.personal_id") if sheet.masked else None,
            _hint(t, sheet),
            t("tickets.draft.unsaved") if sheet.unsaved else None,
            None if sheet.consented else consent_terms(t, sheet.office),
        ),
        keyboard=_draft_keys(t, sheet),
        role="ticket_draft",
    )


def _words(sheet: DraftSheet) -> Html | None:
    text = shortened(sheet.text, _SHOWN, "…")
    return Html(f"<blockquote>{Html.safe(text)}</blockquote>") if text else None


def _measures(t: Translator, sheet: DraftSheet) -> Html | None:
    if not sheet.measures:
        return None
    names = "、" if t.locale == "zh" else ", "
    return t("tickets.draft.about", names=names.join(each.of(t.locale) for each in sheet.measures))


def _files(t: Translator, sheet: DraftSheet) -> Html | None:
    if not sheet.files:
        return None
    separator = "，" if t.locale == "zh" else ", "
    return t("tickets.draft.files", files=separator.join(file_words(t, f) for f in sheet.files))


def _client(t: Translator, sheet: DraftSheet) -> Html | None:
    """Whose request it is, where an agent makes it: it needs the name and an authorisation."""
    if sheet.client is None:
        return None
    if not sheet.client:
        return t("tickets.draft.client_unnamed")
    return t("tickets.draft.client", name=sheet.client)


def _sorted(t: Translator, sheet: DraftSheet) -> Html:
    return t(
        "tickets.draft.sorted",
        category=sheet.category.of(t.locale) if sheet.category else "",
        urgency=t.plain(f"tickets.urgency.{sheet.urgency}"),
    )


def _hint(t: Translator, sheet: DraftSheet) -> Html:
    """How to go on; a recording alone needs a line of text."""
    if not sheet.text and any(file.kind in {"voice", "audio"} for file in sheet.files):
        return t("tickets.draft.voice")
    if not sheet.text and not sheet.measures:
        return t("tickets.draft.no_words")
    if sheet.parts > 1:
        return t(
            "tickets.draft.parts", parts=sheet.parts, characters=len(sheet.text.replace("\n", ""))
        )
    return t("tickets.draft.hint")


def _draft_keys(t: Translator, sheet: DraftSheet) -> Keyboard:
    rows: list[Row] = [(_submit_key(t, sheet),)]
    if sheet.similar is not None:
        ticket_id, number = sheet.similar
        words = t.plain("tickets.button.join", number=number)
        rows.append((Button(words, data=JoinTicket(ticket_id).pack()),))
    return (
        *rows,
        (key(t, "category", AskCategory()), key(t, "urgency", AskUrgency())),
        (key(t, "add_more", AddMore()), key(t, "contact", AskContact())),
        (key(t, "discard", Discard()), menu_button(t)),
    )


def _submit_key(t: Translator, sheet: DraftSheet) -> Button:
    if sheet.client == "":
        return key(t, "name_client", NameClient())
    if sheet.client is not None:
        return key(t, "submit_authorised", SubmitAuthorised())
    return key(t, "submit" if sheet.consented else "agree_and_submit", Submit())


def client_name(t: Translator) -> Screen:
    """The name of the client for whom a request is made."""
    return Screen(
        text=t("tickets.draft.client_name"),
        keyboard=(back_row(t, key(t, "back", ShowDraft())),),
    )


def measure_words(t: Translator, names: Sequence[Words]) -> str:
    """What a draft about measures asks, in the person's language."""
    separator = "、" if t.locale == "zh" else ", "
    return t.plain(
        "tickets.draft.measure_words", names=separator.join(name.of(t.locale) for name in names)
    )


def ask_words(t: Translator) -> Screen:
    """/ask without a draft: write, or send a picture, a file, a recording."""
    return Screen(
        text=Html.lines(t("tickets.ask.title"), t("tickets.ask.how")), keyboard=(back_row(t),)
    )


def danger(t: Translator) -> Screen:
    """S10, before consent, form or anything else. Numbers as text: buttons cannot dial."""
    return Screen(
        text=Html.lines(
            t("tickets.danger.title"), t("tickets.danger.chat"), t("tickets.danger.then")
        ),
        keyboard=(
            (key(t, "called", CalledForHelp()),),
            (key(t, "no_danger", NoDanger()),),
        ),
    )


def what_is_this(t: Translator, kind: str) -> Screen:
    """A picture or a file without a word."""
    return Screen(
        text=t("tickets.what.title", file=t.plain(f"tickets.file.{kind}")),
        keyboard=(
            (key(t, "is_problem", IsProblem()),),
            (key(t, "is_policy", IsPolicy()),),
            (key(t, "no_use", Discard()), menu_button(t)),
        ),
        role="ticket_draft",
    )


def policy_words(t: Translator) -> Screen:
    """A picture cannot be read: its title in words can."""
    return Screen(text=t("tickets.what.policy"), keyboard=(back_row(t),))


def draft_categories(t: Translator) -> Screen:
    """改类别."""
    return categories(t, PickCategory, key(t, "back", ShowDraft()))


def urgencies(t: Translator) -> Screen:
    """改紧急, with what each means."""
    keys = tuple(
        (Button(t.plain(f"tickets.urgency_long.{each}"), data=PickUrgency(each).pack()),)
        for each in Urgency
    )
    return Screen(
        text=Html.lines(t("tickets.urgency_title"), t("tickets.urgency_hint")),
        keyboard=(*keys, back_row(t, key(t, "back", ShowDraft()))),
    )


def add_more(t: Translator) -> Screen:
    """加材料."""
    return Screen(
        text=Html.lines(t("tickets.more.title"), t("tickets.more.how")),
        keyboard=(back_row(t, key(t, "back", ShowDraft())),),
    )


def ask_contact(t: Translator) -> Screen:
    """联系方式: shared by a key over the composer, typed, or none."""
    return Screen(
        text=Html.lines(t("tickets.contact.title"), t("tickets.contact.who_sees")),
        keyboard=((key(t, "no_contact", NoContact()), key(t, "back", ShowDraft())),),
    )


def share_contact(t: Translator) -> Screen:
    """The key that shares one's own number lives over the composer, so it is a message of its
    own."""
    key = Button(t.plain("tickets.button.share_contact"), asks_contact=True)
    return Screen(text=t("tickets.contact.share"), reply_keys=((key,),), quiet=True)


def contact_kept(t: Translator) -> Screen:
    """Takes the key over the composer away again."""
    return Screen(text=t("tickets.contact.kept"), reply_keys=(), quiet=True)


def contact_put_away(t: Translator) -> Screen:
    """The same without a number."""
    return Screen(text=t("tickets.contact.none"), reply_keys=(), quiet=True)


def contact_unread(t: Translator) -> Screen:
    """No telephone number in the words."""
    return Screen(
        text=t("tickets.contact.unread"),
        keyboard=((key(t, "no_contact", NoContact()), key(t, "back", ShowDraft())),),
    )


def waiting(t: Translator, until: date) -> Screen:
    """A day of silence: go on, or let it go."""
    return Screen(
        text=Html.lines(
            t("tickets.waiting.title"),
            t("tickets.waiting.until", day=formats.day(t, until)),
        ),
        keyboard=(
            (key(t, "go_on", ShowDraft()), key(t, "discard", Discard())),
            (fewer_button(t),),
        ),
    )


def discarded(t: Translator) -> Screen:
    """不提交."""
    return Screen(text=t("tickets.discarded"), keyboard=(back_row(t),))


def joined(t: Translator, number: str) -> Screen:
    """Added to a ticket that was open already."""
    return Screen(text=t("tickets.added.title", number=number), keyboard=(back_row(t),))


def nothing_open(t: Translator) -> Screen:
    """The draft of this button was submitted or put away."""
    return Screen(text=t("tickets.no_draft"), keyboard=(back_row(t),))
