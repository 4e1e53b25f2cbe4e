"""C17: what is kept of a person, and what they can do about it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.screens import Attachment, AttachmentKind, Button, Html, Screen
from domain.words import Words
from views import formats
from views.people import Go, back_row, company_name, consent_button, consent_terms, go_button
from views.presses import Press
from views.translations import Translator


@dataclass(frozen=True)
class Privacy(Press):
    """Back to the page."""

    prefix: ClassVar[str] = "pp"


@dataclass(frozen=True)
class SeeAll(Press):
    """看全部."""

    prefix: ClassVar[str] = "pa"


@dataclass(frozen=True)
class Export(Press):
    """导出文件."""

    prefix: ClassVar[str] = "pe"


@dataclass(frozen=True)
class TakeBack(Press):
    """撤回同意: one tap, as giving was."""

    prefix: ClassVar[str] = "pt"


@dataclass(frozen=True)
class Erase(Press):
    """删除; only the second, sure one erases."""

    prefix: ClassVar[str] = "pz"
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """Counts of what is kept; companies as (name, number of facts)."""

    companies: tuple[tuple[str, int], ...] = ()
    tickets: int = 0
    messages: int = 0
    watches: int = 0


def page(
    t: Translator,
    office: Words,
    *,
    agreed_at: datetime | None,
    zone: ZoneInfo,
    first: str = "title",
) -> Screen:
    """The terms, whether they were agreed to, and four ways to act on it."""
    return Screen(
        text=Html.lines(
            t(f"people.privacy.{first}"),
            _agreed(t, agreed_at, zone),
            consent_terms(t, office),
        ),
        keyboard=(
            (_button(t, "see_all", SeeAll()), _button(t, "export", Export())),
            (
                consent_button(t, "privacy")
                if agreed_at is None
                else _button(t, "take_back", TakeBack()),
                _button(t, "erase", Erase()),
            ),
            back_row(t, go_button(t, "settings")),
        ),
    )


def _agreed(t: Translator, agreed_at: datetime | None, zone: ZoneInfo) -> Html:
    if agreed_at is None:
        return t("people.privacy.not_agreed")
    return t("people.privacy.agreed", at=formats.moment(t, agreed_at, zone))


def everything(t: Translator, kept: Kept) -> Screen:
    """What is kept, counted; the file has every word of it."""
    return Screen(
        text=Html.lines(
            t("people.privacy.kept"),
            *(
                t("people.privacy.kept_company", company=company_name(t, name), facts=facts)
                for name, facts in kept.companies
            ),
            t("people.privacy.kept_counts", **_counts(kept)),
            t("people.privacy.kept_profile"),
        ),
        keyboard=((_button(t, "export", Export()), go_button(t, "profile")), _back(t)),
    )


def _counts(kept: Kept) -> dict[str, int]:
    return {"tickets": kept.tickets, "messages": kept.messages, "watches": kept.watches}


def file(t: Translator, content: bytes, today: date) -> Screen:
    """The export as a document."""
    return Screen(
        text=t("people.privacy.file"),
        attachment=Attachment(
            kind=AttachmentKind.DOCUMENT, name=f"qihang-{today.isoformat()}.json", content=content
        ),
        keyboard=(_back(t),),
    )


def confirm_erasure(t: Translator, kept: Kept) -> Screen:
    """What goes and what stays, before the one confirmation."""
    alone = t("people.privacy.erase_companies") if kept.companies else None
    return Screen(
        text=Html.lines(t("people.privacy.erase_title"), t("people.privacy.erase_what"), alone),
        keyboard=((_button(t, "erase_sure", Erase(sure=True)),), _back(t)),
    )


def open_tickets_first(t: Translator, numbers: tuple[str, ...]) -> Screen:
    """Withdraw them, or wait for the answer: the choice comes before erasing."""
    return Screen(
        text=Html.lines(
            t("people.privacy.open_tickets", numbers="、".join(numbers)),
            t("people.privacy.open_tickets_choice"),
        ),
        keyboard=(
            (_button(t, "to_tickets", Go("tickets")),),
            (_button(t, "wait", Privacy()),),
            back_row(t),
        ),
    )


def _button(t: Translator, name: str, press: Press) -> Button:
    return Button(t.plain(f"people.privacy.button.{name}"), data=press.pack())


def _back(t: Translator) -> tuple[Button, ...]:
    return back_row(t, _button(t, "back", Privacy()))
