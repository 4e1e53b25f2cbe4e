"""The office sets itself up: staff and their links, departments, and how the bot is doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, TypeVar
from zoneinfo import ZoneInfo

from domain.actors import Role
from domain.catalogue import DepartmentInfo
from domain.screens import ONE_TIME, Button, Html, Row, Screen
from domain.visible import shortened
from models import Alarm, Invitation, Membership, Person
from views import alarms, formats
from views.calendar import missing
from views.colleagues import person_name, share_link
from views.people import Go, back_row, go_button
from views.presses import AdminPress, Press
from views.translations import Translator

_Item = TypeVar("_Item")
#: Buttons on one page of a list.
PAGE = 4
#: Roles that span the office; the others belong to a department.
_OF_THE_OFFICE = (Role.DUTY, Role.EDITOR)
#: A message that waits longer than this means that something is wrong.


@dataclass(frozen=True)
class InviteTo(AdminPress):
    """Make a link for a role; without a department where the role needs one: choose it first."""

    prefix: ClassVar[str] = "or"
    role: Role
    department: str | None = None


@dataclass(frozen=True)
class ChooseDepartment(AdminPress):
    """A page of departments for a role."""

    prefix: ClassVar[str] = "od"
    role: Role
    page: int = 0


@dataclass(frozen=True)
class OfficeLinks(AdminPress):
    """Unused links into the office."""

    prefix: ClassVar[str] = "ol"
    page: int = 0


@dataclass(frozen=True)
class RevokeOffice(AdminPress):
    """Take one back."""

    prefix: ClassVar[str] = "ov"
    invitation_id: int


@dataclass(frozen=True)
class Staff(AdminPress):
    """Who holds which role."""

    prefix: ClassVar[str] = "os"
    page: int = 0


@dataclass(frozen=True)
class Dismiss(AdminPress):
    """End an office role; only the second, sure one does. Open tasks go to `to_id`, or (None) back
    to the queues."""

    prefix: ClassVar[str] = "ox"
    membership_id: int
    sure: bool = False
    to_id: int | None = None


@dataclass(frozen=True)
class Unconfirmed(AdminPress):
    """A page of departments that nobody has confirmed yet."""

    prefix: ClassVar[str] = "op"
    page: int = 0


@dataclass(frozen=True)
class Confirm(AdminPress):
    """Vouch for a department."""

    prefix: ClassVar[str] = "oc"
    department: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What /health shows; departments are those of the catalogue."""

    owed: int
    oldest_owed: timedelta | None
    notices_due: int
    failed: int
    parked: int
    unreachable: int
    unstaffed: Sequence[DepartmentInfo]
    unconfirmed: Sequence[DepartmentInfo]
    missing_years: Sequence[int] = ()
    alarms: Sequence[Alarm] = ()


def invite(t: Translator) -> Screen:
    """A2: choose a role."""
    return Screen(
        text=Html.lines(t("offices.invite.title"), t("offices.invite.hint")),
        keyboard=(
            (_role(t, Role.OFFICER), _role(t, Role.HEAD)),
            (_role(t, Role.DUTY), _role(t, Role.EDITOR)),
            (_button(t, "links", OfficeLinks()), _button(t, "staff", Staff())),
            back_row(t),
        ),
    )


def _role(t: Translator, role: Role) -> Button:
    press = InviteTo(role) if role in _OF_THE_OFFICE else ChooseDepartment(role)
    return Button(role_name(t, role), data=press.pack())


def role_name(t: Translator, role: Role) -> str:
    """A role in words."""
    return t.plain(f"offices.role.{role}")


def choose_department(
    t: Translator, role: Role, departments: Sequence[DepartmentInfo], number: int
) -> Screen:
    """Which department the role is for."""
    buttons = [
        Button(info.name.of(t.locale), data=InviteTo(role, info.key).pack()) for info in departments
    ]
    return Screen(
        text=t("offices.invite.department", role=role_name(t, role)),
        keyboard=_paged(t, buttons, number, ChooseDepartment(role, number + 1), go_back(t)),
    )


def go_back(t: Translator) -> Button:
    """Back to the choice of roles."""
    return _button(t, "back", Go("invite"))


def link_made(
    t: Translator, link: str, invitation: Invitation, department: str | None, zone: ZoneInfo
) -> Screen:
    """The one-time link, shown once."""
    until = formats.moment(t, invitation.expires_at, zone)
    return Screen(
        text=Html.lines(
            t("offices.link.made", role=_post(t, invitation.role, department)),
            t("offices.link.itself", link=link),
            t("offices.link.rules", until=until),
        ),
        keyboard=(
            (Button(t.plain("offices.button.copy"), copies=link),),
            (Button(t.plain("offices.button.pass_on"), url=share_link(link)),),
            back_row(t, go_back(t)),
        ),
        role=ONE_TIME,
    )


def _post(t: Translator, role: Role, department: str | None) -> str:
    if department is None:
        return role_name(t, role)
    return t.plain("offices.post", department=department, role=role_name(t, role))


def links(
    t: Translator, every: Sequence[tuple[Invitation, str | None]], number: int, zone: ZoneInfo
) -> Screen:
    """Unused links, each with its department's name, and a button that takes it back."""
    buttons = [
        Button(
            t.plain("offices.link.revoke", role=_post(t, link.role, department)),
            data=RevokeOffice(link.id).pack(),
        )
        for link, department in every
    ]
    lines = [
        t(
            "offices.link.line",
            role=_post(t, link.role, department),
            until=formats.moment(t, link.expires_at, zone),
        )
        for link, department in _page(every, number)
    ]
    title = t.plural("offices.link.open", len(every)) if every else t("offices.link.none")
    return Screen(
        text=Html.lines(title, *lines),
        keyboard=_paged(t, buttons, number, OfficeLinks(number + 1), go_back(t)),
    )


def staff(
    t: Translator, every: Sequence[tuple[Membership, Person, str | None]], number: int
) -> Screen:
    """Who holds which role, and a button that ends it."""
    buttons = [
        Button(
            t.plain("offices.staff.dismiss", name=shortened(person_name(t, person), 24)),
            data=Dismiss(link.id).pack(),
        )
        for link, person, _ in every
    ]
    lines = [
        t("offices.staff.line", name=person_name(t, person), role=_post(t, link.role, department))
        for link, person, department in _page(every, number)
    ]
    title = t.plural("offices.staff.title", len(every)) if every else t("offices.staff.none")
    return Screen(
        text=Html.lines(title, *lines),
        keyboard=_paged(t, buttons, number, Staff(number + 1), go_back(t)),
    )


def confirm_dismissal(
    t: Translator,
    link: Membership,
    person: Person,
    department: str | None,
    *,
    in_hand: int = 0,
    heirs: Sequence[Person] = (),
) -> Screen:
    """Before a role ends: `in_hand` open tasks go to one of the `heirs`, or back to the queue."""
    return Screen(
        text=Html.lines(
            t(
                "offices.staff.confirm",
                name=person_name(t, person),
                role=_post(t, link.role, department),
            ),
            t.plural("offices.staff.in_hand", in_hand)
            if in_hand
            else t("offices.staff.nothing_in_hand"),
        ),
        keyboard=(
            *((_heir(t, link, one),) for one in (heirs[:PAGE] if in_hand else ())),
            (
                _button(
                    t,
                    "dismiss_to_queue" if in_hand else "dismiss_sure",
                    Dismiss(link.id, sure=True),
                ),
            ),
            back_row(t, _button(t, "back", Staff())),
        ),
    )


def _heir(t: Translator, link: Membership, person: Person) -> Button:
    words = t.plain("offices.button.dismiss_to", name=person_name(t, person))
    return Button(words, data=Dismiss(link.id, sure=True, to_id=person.id).pack())


def arrived(t: Translator, role: Role, department: str | None) -> Screen:
    """What a new colleague of the office sees: the post, and the first three buttons."""
    edits = role is Role.EDITOR
    first = ("catalogue", "gaps") if edits else ("queue", "mine")
    return Screen(
        text=Html.lines(
            t("offices.arrived.title", role=_post(t, role, department)),
            t("offices.arrived.editor" if edits else "offices.arrived.hint"),
        ),
        keyboard=(
            tuple(go_button(t, command) for command in first),
            (_button(t, "help", Go("help")),),
        ),
    )


def unconfirmed(t: Translator, departments: Sequence[DepartmentInfo], number: int) -> Screen:
    """Departments that are only a guess of the catalogue, one tap each."""
    buttons = [
        Button(
            t.plain("offices.departments.confirm", name=info.name.of(t.locale)),
            data=Confirm(info.key, number).pack(),
        )
        for info in departments
    ]
    if not departments:
        return Screen(
            text=t("offices.departments.all_confirmed"),
            keyboard=(back_row(t, go_button(t, "health")),),
        )
    return Screen(
        text=Html.lines(
            t.plural("offices.departments.title", len(departments)),
            t("offices.departments.hint"),
        ),
        keyboard=_paged(t, buttons, number, Unconfirmed(number + 1), go_button(t, "health")),
    )


def health(t: Translator, figures: Figures, now: datetime, zone: ZoneInfo) -> Screen:
    """A4: what an administrator can act on."""
    trouble = figures.alarms or figures.failed
    rows: tuple[Row, ...] = ()
    if figures.unconfirmed:
        rows += ((_button(t, "confirm_departments", Unconfirmed()),),)
    if figures.unstaffed:
        rows += ((_button(t, "invite", Go("invite")),),)
    return Screen(
        text=Html.lines(
            t("offices.health.trouble") if trouble else t("offices.health.fine"),
            t("offices.health.at", at=formats.moment(t, now, zone)),
            *(alarms.line(t, one, zone) for one in figures.alarms),
            _owed(t, figures),
            t("offices.health.notices_due", count=figures.notices_due),
            t("offices.health.failed", count=figures.failed),
            t("offices.health.parked", count=figures.parked),
            t("offices.health.unreachable", count=figures.unreachable),
            _named(t, "offices.health.unstaffed", figures.unstaffed),
            _named(t, "offices.health.unconfirmed", figures.unconfirmed),
            *missing(t, figures.missing_years),
        ),
        keyboard=(*rows, (_button(t, "refresh", Go("health")),), back_row(t)),
    )


def _owed(t: Translator, figures: Figures) -> Html:
    if figures.oldest_owed is None:
        return t("offices.health.owed_none")
    minutes = int(figures.oldest_owed.total_seconds() // 60)
    return t("offices.health.owed", count=figures.owed, minutes=minutes)


def _named(t: Translator, key: str, departments: Sequence[DepartmentInfo]) -> Html | None:
    if not departments:
        return None
    separator = "、" if t.locale == "zh" else ", "
    names = separator.join(info.short.of(t.locale) for info in departments)
    return t(key, count=len(departments), names=names)


def came(t: Translator, person: Person, role: Role, department: str | None) -> Screen:
    """What the administrator is told when a link was used."""
    words = t("offices.came", name=person_name(t, person), role=_post(t, role, department))
    return Screen(text=words, keyboard=(back_row(t, _button(t, "staff", Staff())),))


def _page(every: Sequence[_Item], number: int) -> Sequence[_Item]:
    return every[number * PAGE : (number + 1) * PAGE]


def _paged(
    t: Translator, buttons: Sequence[Button], number: int, following: Press, back: Button
) -> tuple[Row, ...]:
    """One button per row, a way to the next page, a way back."""
    rows: tuple[Row, ...] = tuple((button,) for button in _page(buttons, number))
    if len(buttons) > (number + 1) * PAGE:
        rows += ((_button(t, "more", following),),)
    return (*rows, back_row(t, back))


def _button(t: Translator, name: str, press: Press) -> Button:
    return Button(t.plain(f"offices.button.{name}"), data=press.pack())
