"""C20: what one wants to hear of, how often, and who hears it for the company."""

from dataclasses import dataclass
from typing import ClassVar

from domain.quiet_hours import QuietHours
from domain.screens import Button, Html, Row, Screen
from models import NoticeChoice
from models.notices import Pace
from views.people import back_row, company_name, go_button
from views.presses import Press
from views.translations import Translator


@dataclass(frozen=True)
class ShowChoices(Press):
    """少发这类."""

    prefix: ClassVar[str] = "nc"


@dataclass(frozen=True)
class ChoosePace(Press):
    """Changes in policies daily, weekly, or not at all."""

    prefix: ClassVar[str] = "np"
    pace: Pace


@dataclass(frozen=True)
class ChooseDeadlines(Press):
    """Reminders of openings and ends, or none."""

    prefix: ClassVar[str] = "nd"
    wanted: bool


@dataclass(frozen=True)
class ChooseReminders(Press):
    """Reminders of drafts and of answers to rate, or none; answers themselves always arrive."""

    prefix: ClassVar[str] = "ni"
    wanted: bool


@dataclass(frozen=True)
class BeContact(Press):
    """News of policies for this company goes to me."""

    prefix: ClassVar[str] = "nm"
    company_id: int


@dataclass(frozen=True, slots=True)
class PolicyContact:
    """Who of the company spoken for hears of policies; `name` None: nobody does."""

    company_id: int
    company: str
    name: str | None
    is_me: bool


def fewer_button(t: Translator) -> Button:
    """少发这类, under every notice of our own making."""
    return Button(t.plain("news.button.fewer"), data=ShowChoices().pack())


def choices(
    t: Translator, choice: NoticeChoice, contact: PolicyContact | None, quiet: QuietHours
) -> Screen:
    """What is chosen now, and the other choices as buttons."""
    on, reminds = _switch(choice.deadlines), _switch(choice.reminders)
    text = Html.lines(
        t("news.choices.title"),
        t(f"news.policies.{choice.policies}"),
        t(f"news.deadlines.{on}"),
        t("news.choices.tickets"),
        t(f"news.reminders.{reminds}"),
        t(
            "news.choices.quiet",
            starts=f"{quiet.starts:%H:%M}",
            ends=f"{quiet.ends:%H:%M}",
        ),
        _contact_line(t, contact),
    )
    rows: list[Row] = [
        tuple(
            _button(t, f"pace_{pace}", ChoosePace(pace))
            for pace in Pace
            if pace is not choice.policies
        ),
        (_button(t, f"deadlines_{on}", ChooseDeadlines(not choice.deadlines)),),
        (_button(t, f"reminders_{reminds}", ChooseReminders(not choice.reminders)),),
    ]
    if contact is not None and not contact.is_me:
        rows.append((_button(t, "be_contact", BeContact(contact.company_id)),))
    return Screen(text=text, keyboard=(*rows, back_row(t, go_button(t, "settings"))))


def _switch(is_on: bool) -> str:
    return "on" if is_on else "off"


def _contact_line(t: Translator, contact: PolicyContact | None) -> Html | None:
    if contact is None:
        return None
    company = company_name(t, contact.company)
    if contact.is_me:
        return t("news.choices.contact_me", company=company)
    if contact.name is None:
        return t("news.choices.contact_nobody", company=company)
    name = contact.name or t.plain("people.unnamed_person")
    return t("news.choices.contact_other", company=company, name=name)


def _button(t: Translator, key: str, press: Press) -> Button:
    return Button(t.plain(f"news.button.{key}"), data=press.pack())
