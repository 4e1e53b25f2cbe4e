"""代企业登记: which company, what it says, and the number to tell it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain.screens import Button, Html, Screen
from domain.ticket_sheets import TicketSheet
from domain.tickets import Urgency
from domain.visible import shortened
from domain.words import Words
from models import Company
from views.people import back_row, company_name
from views.presses import CasePress, Press
from views.promises import promises
from views.ticket_presses import ShowTicket
from views.ticket_words import key, quoted, words_of
from views.tickets import where
from views.translations import Translator


@dataclass(frozen=True)
class RegisterFor(CasePress):
    """For the company of a ticket."""

    prefix: ClassVar[str] = "rf"
    ticket_id: int


@dataclass(frozen=True)
class PickCompany(CasePress):
    """One of the companies found."""

    prefix: ClassVar[str] = "rc"
    company_id: int


@dataclass(frozen=True)
class NewCompany(CasePress):
    """None of them: by the name that was typed."""

    prefix: ClassVar[str] = "rn"


@dataclass(frozen=True)
class Register(CasePress):
    """登记."""

    prefix: ClassVar[str] = "rs"


@dataclass(frozen=True)
class WriteAgain(CasePress):
    """重写."""

    prefix: ClassVar[str] = "rw"


@dataclass(frozen=True)
class DropRegistering(CasePress):
    """不登记."""

    prefix: ClassVar[str] = "rd"


def _key(t: Translator, name: str, press: Press) -> Button:
    return Button(t.plain(f"registering.button.{name}"), data=press.pack())


def entry(t: Translator, ticket_id: int) -> Button:
    """Among what is needed less often on a ticket's card."""
    return _key(t, "entry", RegisterFor(ticket_id))


def ask_company(t: Translator) -> Screen:
    """Name or code."""
    return Screen(
        text=Html.lines(t("registering.title"), t("registering.which")),
        keyboard=(back_row(t, _key(t, "drop", DropRegistering())),),
    )


def found(t: Translator, words: str, companies: Sequence[Company], *, may_be_new: bool) -> Screen:
    """The companies of that name; or a new one."""
    rows = [
        (Button(shortened(company_name(t, one.name), 30), data=PickCompany(one.id).pack()),)
        for one in companies
    ]
    new = ((_key(t, "new", NewCompany()),),) if may_be_new else ()
    line = "registering.found" if companies else "registering.none"
    return Screen(
        text=Html.lines(t(line, words=words), t("registering.again")),
        keyboard=(*rows, *new, back_row(t, _key(t, "drop", DropRegistering()))),
    )


def ask_words(t: Translator, name: str) -> Screen:
    """What the company says."""
    return Screen(
        text=Html.lines(
            t("registering.for", company=company_name(t, name)), t("registering.write")
        ),
        keyboard=(back_row(t, _key(t, "drop", DropRegistering())),),
    )


def check(t: Translator, name: str, words: str, category: Words | None, urgency: Urgency) -> Screen:
    """What will be registered, and where it goes."""
    return Screen(
        text=Html.lines(
            t("registering.check", company=company_name(t, name)),
            quoted(words),
            t(
                "registering.sorted",
                category=words_of(t, category),
                urgency=t.plain(f"tickets.urgency.{urgency}"),
            ),
            t("registering.more"),
        ),
        keyboard=(
            (_key(t, "register", Register()),),
            (_key(t, "again", WriteAgain()), _key(t, "drop", DropRegistering())),
        ),
        role="registering",
    )


def done(
    t: Translator, sheet: TicketSheet, name: str, *, is_told: bool, back: Button | None = None
) -> Screen:
    """The number; where nobody of the company is here, it is to be told by telephone."""
    told = "registering.told" if is_told else "registering.tell_them"
    return Screen(
        text=Html.lines(
            t("registering.done", number=sheet.number, company=company_name(t, name)),
            where(t, sheet),
            promises(t, sheet),
            t(told),
        ),
        keyboard=(back_row(t, back),),
    )


def dropped(t: Translator) -> Screen:
    """Nothing was registered."""
    return Screen(text=t("registering.dropped"), keyboard=(back_row(t),))


def told(t: Translator, sheet: TicketSheet, *, officer: str, words: str) -> Screen:
    """To the company: an officer wrote this down; it is theirs to follow, correct or take back."""
    return Screen(
        text=Html.lines(
            t("registering.to_company", number=sheet.number, name=officer),
            quoted(words),
            where(t, sheet),
            promises(t, sheet),
            t("registering.wrong"),
        ),
        keyboard=((key(t, "progress", ShowTicket(sheet.id)),),),
    )
