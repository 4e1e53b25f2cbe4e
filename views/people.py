"""Welcome, consent, the menu and settings; and the two buttons every screen ends with."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from domain import retention
from domain.actors import Hat
from domain.screens import Button, Html, Row, Screen
from domain.visible import shortened
from domain.words import Words
from views.commands import ADMIN_COMMANDS, COMPANY_COMMANDS, EDITOR_COMMANDS, OFFICE_COMMANDS
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


@dataclass(frozen=True)
class Consent(Press):
    """Agree to the keeping of data; `then` says what goes on (handlers.people.AFTER_CONSENT)."""

    prefix: ClassVar[str] = "pc"
    then: str = ""


@dataclass(frozen=True)
class JustLook(Press):
    """先看看，不保存: the guided questions, of which nothing is kept."""

    prefix: ClassVar[str] = "pl"


@dataclass(frozen=True)
class Speak(Press):
    """Change the language; `on` names the screen that is redrawn (welcome, language)."""

    prefix: ClassVar[str] = "ps"
    locale: str
    on: str = "language"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who the menu is for: the hat worn, the company spoken for and the others, and duties.

    `companies` are (id, name), the active one first, `clients` those one is only an agent for;
    `in_office`, `edits` and `is_admin` say which office commands are of use.
    """

    hat: Hat = Hat.COMPANY
    companies: tuple[tuple[int, str], ...] = ()
    in_office: bool = False
    edits: bool = False
    is_admin: bool = False
    clients: frozenset[int] = frozenset()


def menu_button(t: Translator) -> Button:
    """菜单, which ends every screen."""
    return Button(t.plain("people.button.menu"), data=Menu().pack())


def back_row(t: Translator, back: Button | None = None) -> Row:
    """The last row: the way back, if there is one, and the menu."""
    return (menu_button(t),) if back is None else (back, menu_button(t))


def go_button(t: Translator, command: str) -> Button:
    """A button that opens what a command opens; its words are `people.go.<command>`."""
    return Button(t.plain(f"people.go.{command}"), data=Go(command).pack())


def menu(
    t: Translator, standing: Standing, *, greeting: str = "menu", open_tickets: int = 0
) -> Screen:
    """C21. `greeting` is the key of the first line: menu, back (欢迎回来), cancelled …"""
    rows = _office_rows(t, standing) if standing.hat is Hat.OFFICE else _company_rows(t)
    return Screen(
        text=Html.lines(
            t(f"people.greeting.{greeting}"),
            _who(t, standing),
            t.plural("people.menu.open_tickets", open_tickets) if open_tickets else None,
            t(f"people.menu.hint.{standing.hat}"),
        ),
        keyboard=(*rows, *_switches(t, standing)),
    )


def _who(t: Translator, standing: Standing) -> Html | None:
    if standing.hat is Hat.OFFICE:
        return t("people.menu.as_office")
    if not standing.companies:
        return None
    active_id, name = standing.companies[0]
    key = "as_agent" if active_id in standing.clients else "as_company"
    return t(f"people.menu.{key}", company=company_name(t, name))


def company_name(t: Translator, name: str) -> str:
    """The company's name, or what stands for it while it has none."""
    return name or t.plain("people.unnamed_company")


def _company_rows(t: Translator) -> tuple[Row, ...]:
    return (
        (go_button(t, "policies"), go_button(t, "ask")),
        (go_button(t, "tickets"), go_button(t, "profile")),
        (go_button(t, "watches"), go_button(t, "visit")),
        (go_button(t, "settings"),),
    )


def _office_rows(t: Translator, standing: Standing) -> tuple[Row, ...]:
    rows: tuple[Row, ...] = (
        (go_button(t, "queue"), go_button(t, "mine"), go_button(t, "stats")),
        (go_button(t, "find"), go_button(t, "visits"), go_button(t, "register")),
        (go_button(t, "leave"), go_button(t, "settings")),
    )
    if standing.edits:
        rows += (tuple(go_button(t, command) for command in EDITOR_COMMANDS),)
    if standing.is_admin:
        rows += (tuple(go_button(t, one) for one in ("invite", "calendar", "health")),)
    return rows


def _switches(t: Translator, standing: Standing) -> tuple[Row, ...]:
    if standing.hat is Hat.OFFICE:
        return ((_wear(t, Hat.COMPANY),),) if standing.companies else ()
    rows: tuple[Row, ...] = ()
    if standing.clients:
        rows += ((go_button(t, "clients"),),)
    others = [one for one in standing.companies[1:] if one[0] not in standing.clients]
    if len(others) > _COMPANIES_IN_MENU:
        rows += ((Button(t.plain("people.button.companies"), data=Companies().pack()),),)
    else:
        rows += tuple((_use(t, company_id, name),) for company_id, name in others)
    return (*rows, (_wear(t, Hat.OFFICE),)) if standing.in_office else rows


def _use(t: Translator, company_id: int, name: str) -> Button:
    words = t.plain("people.button.use", company=shortened(company_name(t, name), 24))
    return Button(words, data=UseCompany(company_id).pack())


def _wear(t: Translator, hat: Hat) -> Button:
    return Button(t.plain(f"people.wear.{hat}"), data=Wear(hat).pack())


def welcome(t: Translator, office: Words, *, first: str = "hello") -> Screen:
    """C1 with the consent in full; `first` is the key of the first line (hello, erased …)."""
    other = "en" if t.locale == "zh" else "zh"
    return Screen(
        text=Html.lines(
            t(f"people.welcome.{first}", office=office.of(t.locale)),
            t("people.welcome.body"),
            consent_terms(t, office),
        ),
        keyboard=(
            (consent_button(t, "guided"),),
            (
                Button(t.plain("people.button.just_look"), data=JustLook().pack()),
                _speak(t, other, "welcome"),
            ),
        ),
    )


def consent_terms(t: Translator, office: Words) -> Html:
    """Who processes what, why, how long, who sees it, where it goes, how to take it back."""
    return t(
        "people.consent.terms",
        office=office.of(t.locale),
        raw=retention.RAW_RECORDS.days,
        waiting=retention.WAITING_FOR_CONSENT // timedelta(hours=1),
        draft=retention.UNCONFIRMED.days,
        backups=retention.BACKUPS.days,
    )


def consent_button(t: Translator, then: str) -> Button:
    """Agrees, and says what goes on afterwards: `people.agree.<then>`."""
    return Button(t.plain(f"people.agree.{then}"), data=Consent(then).pack())


def _speak(t: Translator, locale: str, on: str) -> Button:
    return Button(t.plain(f"people.speak.{locale}"), data=Speak(locale, on).pack())


def language(t: Translator) -> Screen:
    """C18."""
    return Screen(
        text=t("people.language.title"),
        keyboard=((_speak(t, "zh", "language"), _speak(t, "en", "language")), back_row(t)),
    )


def settings(t: Translator, standing: Standing) -> Screen:
    """Language, privacy and notices for all, colleagues for who speaks for a company."""
    rows: tuple[Row, ...] = ((go_button(t, "language"), go_button(t, "privacy")),)
    others = ("notices", "colleagues") if standing.companies else ("notices",)
    rows += (tuple(go_button(t, command) for command in others),)
    rows += ((go_button(t, "clients"),),)
    return Screen(text=t("people.settings.title"), keyboard=(*rows, back_row(t)))


def companies(t: Translator, standing: Standing) -> Screen:
    """Every company one may speak for; the active one is named in the text."""
    others = standing.companies[1:]
    return Screen(
        text=Html.lines(t("people.companies.title"), _who(t, standing)),
        keyboard=(*((_use(t, company_id, name),) for company_id, name in others), back_row(t)),
    )


def help_page(t: Translator, standing: Standing, *, telegram_id: int) -> Screen:
    """The menu with the commands of one's role; who has no role reads the number to be given."""
    base = menu(t, standing, greeting="help")
    commands = [f"/{name} {t.plain(f'commands.{name}')}" for name in _commands(standing)]
    own = None if standing.in_office else t("people.help.telegram_id", id=str(telegram_id))
    return Screen(text=Html.lines(base.text, "", *commands, own), keyboard=base.keyboard)


def _commands(standing: Standing) -> tuple[str, ...]:
    """Commands of use to somebody, the company's first."""
    office = OFFICE_COMMANDS if standing.in_office else ()
    editor = EDITOR_COMMANDS if standing.edits else ()
    return COMPANY_COMMANDS + office + editor + (ADMIN_COMMANDS if standing.is_admin else ())


def cancelled(t: Translator, standing: Standing, *, dropped: bool) -> Screen:
    """What was open is dropped, or there was nothing."""
    return menu(t, standing, greeting="cancelled" if dropped else "nothing_open")
