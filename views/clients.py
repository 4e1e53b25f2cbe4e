"""替谁问: an agent's clients, each apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain.screens import Button, Html, Row, Screen
from domain.visible import shortened
from models import Company
from views.people import back_row, company_name
from views.presses import Press
from views.translations import Translator

SHOWN = 3
"""Clients with a button of their own on a page."""


@dataclass(frozen=True)
class ShowClients(Press):
    """替谁问, from a page on."""

    prefix: ClassVar[str] = "ky"
    page: int = 0


@dataclass(frozen=True)
class ChooseClient(Press):
    """One of one's clients."""

    prefix: ClassVar[str] = "kc"
    company_id: int


@dataclass(frozen=True)
class NewClient(Press):
    """新客户: the name is asked."""

    prefix: ClassVar[str] = "kn"


@dataclass(frozen=True)
class UnnamedClient(Press):
    """先不写名称."""

    prefix: ClassVar[str] = "ku"


@dataclass(frozen=True)
class OwnCompany(Press):
    """是我们自己的企业."""

    prefix: ClassVar[str] = "kz"


def whom(t: Translator, clients: Sequence[Company], active_id: int | None, page: int) -> Screen:
    """替谁问 comes first; what is kept of each client is seen by the agent only."""
    pages = max(1, -(-len(clients) // SHOWN))
    page = min(max(page, 0), pages - 1)
    rows: list[Row] = [
        (_client_button(t, client, active_id),)
        for client in clients[page * SHOWN : (page + 1) * SHOWN]
    ]
    turn = tuple(
        _button(t, key, ShowClients(to))
        for key, to in (("previous", page - 1), ("more", page + 1))
        if 0 <= to < pages
    )
    rows += [turn] if turn else []
    return Screen(
        text=Html.lines(t("clients.title"), t("clients.apart")),
        keyboard=(
            *rows,
            (_button(t, "new", NewClient()), _button(t, "own", OwnCompany())),
            back_row(t),
        ),
    )


def _client_button(t: Translator, client: Company, active_id: int | None) -> Button:
    name = shortened(company_name(t, client.name), SHORT_NAME)
    words = t.plain("clients.now", name=name) if client.id == active_id else name
    return Button(words, data=ChooseClient(client.id).pack())


SHORT_NAME = 16
"""Characters of a client's name on a button."""


def ask_name(t: Translator) -> Screen:
    """The client's name, or later: a request to the office needs it."""
    return Screen(
        text=Html.lines(t("clients.name"), t("clients.name_why")),
        keyboard=(
            (_button(t, "unnamed", UnnamedClient()),),
            back_row(t, _button(t, "back", ShowClients())),
        ),
    )


def describe(t: Translator, name: str) -> Screen:
    """What is to be said of a client next."""
    return Screen(
        text=Html.lines(
            t("clients.describe", name=company_name(t, name)),
            t("clients.example"),
        ),
        keyboard=(back_row(t, _button(t, "back", ShowClients())),),
    )


def _button(t: Translator, key: str, press: Press) -> Button:
    return Button(t.plain(f"clients.button.{key}"), data=press.pack())
