"""Welcome, consent, the menu, language and privacy; and the two buttons every screen ends with."""

from dataclasses import dataclass
from typing import ClassVar

from domain.actors import Hat
from domain.screens import Button, Html, Row, Screen
from views.presses import Press
from views.translations import Translator

#: More companies than this are switched on a list of their own.
_COMPANIES_IN_MENU = 2


@dataclass(frozen=True)
class Menu(Press):
    """Back to the menu, from anywhere."""

    prefix: ClassVar[str] = "pm"


@dataclass(frozen=True)
class Go(Press):
    """Does what the command of that name does; `handlers.routing.on_command` answers it."""

    prefix: ClassVar[str] = "pg"
    command: str


@dataclass(frozen=True)
class UseCompany(Press):
    """Speak for this company from now on."""

    prefix: ClassVar[str] = "pu"
    company_id: int


@dataclass(frozen=True)
class Companies(Press):
    """List the companies one may speak for."""

    prefix: ClassVar[str] = "pk"


@dataclass(frozen=True)
class Wear(Press):
    """Change the hat: company or office."""

    prefix: ClassVar[str] = "ph"
    hat: Hat


@dataclass(frozen=True, slots=True)
class Standing:
    """Who the menu is for: the hat worn, the company spoken for and the others, and duties.

    `companies` are (id, name), the active one first; `in_office` and `is_admin` say which office
    commands are of use.
    """

    hat: Hat = Hat.COMPANY
    companies: tuple[tuple[int, str], ...] = ()
    in_office: bool = False
    is_admin: bool = False


def menu_button(t: Translator) -> Button:
    """菜单, which ends every screen."""
    return Button(t.plain("people.button.menu"), data=Menu().pack())


def back_row(t: Translator, back: Button | None = None) -> Row:
    """The last row: the way back, if there is one, and the menu."""
    return (menu_button(t),) if back is None else (back, menu_button(t))


def go_button(t: Translator, command: str) -> Button:
    """A button that opens what a command opens; its words are `people.go.<command>`."""
    return Button(t.plain(f"people.go.{command}"), data=Go(command).pack())


def menu(t: Translator, standing: Standing, *, greeting: str = "menu") -> Screen:
    """C21. `greeting` is the key of the first line: menu, back (欢迎回来), cancelled …"""
    rows = _office_rows(t, standing) if standing.hat is Hat.OFFICE else _company_rows(t)
    return Screen(
        text=Html.lines(
            t(f"people.greeting.{greeting}"),
            _who(t, standing),
            t(f"people.menu.hint_{standing.hat}"),
        ),
        keyboard=(*rows, *_switches(t, standing)),
    )


def _who(t: Translator, standing: Standing) -> Html | None:
    if standing.hat is Hat.OFFICE:
        return t("people.menu.as_office")
    if not standing.companies:
        return None
    return t("people.menu.as_company", company=company_name(t, standing.companies[0][1]))


def company_name(t: Translator, name: str) -> str:
    """The company's name, or what stands for it while it has none."""
    return name or t.plain("people.unnamed_company")


def _company_rows(t: Translator) -> tuple[Row, ...]:
    return (
        (go_button(t, "policies"), go_button(t, "ask")),
        (go_button(t, "tickets"), go_button(t, "profile")),
        (go_button(t, "watches"), go_button(t, "settings")),
    )


def _office_rows(t: Translator, standing: Standing) -> tuple[Row, ...]:
    rows: tuple[Row, ...] = (
        (go_button(t, "queue"), go_button(t, "mine")),
        (go_button(t, "find"), go_button(t, "settings")),
    )
    if standing.is_admin:
        rows += ((go_button(t, "invite"), go_button(t, "health")),)
    return rows


def _switches(t: Translator, standing: Standing) -> tuple[Row, ...]:
    if standing.hat is Hat.OFFICE:
        return ((_wear(t, Hat.COMPANY),),) if standing.companies else ()
    rows: tuple[Row, ...] = ()
    others = standing.companies[1:]
    if len(others) > _COMPANIES_IN_MENU:
        rows += ((Button(t.plain("people.button.companies"), data=Companies().pack()),),)
    else:
        rows += tuple((_use(t, company_id, name),) for company_id, name in others)
    return (*rows, (_wear(t, Hat.OFFICE),)) if standing.in_office else rows


def _use(t: Translator, company_id: int, name: str) -> Button:
    words = t.plain("people.button.use", company=company_name(t, name)[:24])
    return Button(words, data=UseCompany(company_id).pack())


def _wear(t: Translator, hat: Hat) -> Button:
    return Button(t.plain(f"people.wear.{hat}"), data=Wear(hat).pack())
