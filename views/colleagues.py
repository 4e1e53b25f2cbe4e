"""C19: who belongs to a company, how others come in, and how one leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from domain.actors import Role
from domain.screens import ONE_TIME, Button, Html, Row, Screen
from domain.visible import shortened
from domain.words import Words
from models import Company, Invitation, JoinRequest, Membership, Person
from views import formats
from views.people import Menu, back_row, company_name, consent_button, consent_terms, go_button
from views.presses import Press
from views.translations import Translator

#: How many are named on one screen; a company of more colleagues than that asks the office.
_SHOWN = 20
_BUTTONS = 4


@dataclass(frozen=True)
class Colleagues(Press):
    """Back to the list."""

    prefix: ClassVar[str] = "py"


@dataclass(frozen=True)
class InviteColleague(Press):
    """Make a one-time link."""

    prefix: ClassVar[str] = "pi"


@dataclass(frozen=True)
class Choose(Press):
    """Show whom to remove (`members`), what to revoke (`links`), whom to answer (`requests`)."""

    prefix: ClassVar[str] = "pn"
    what: str
    page: int = 0


@dataclass(frozen=True)
class Remove(Press):
    """Remove a colleague; only the second, sure one does."""

    prefix: ClassVar[str] = "pr"
    membership_id: int
    sure: bool = False


@dataclass(frozen=True)
class Revoke(Press):
    """Take back an unused link."""

    prefix: ClassVar[str] = "pw"
    invitation_id: int


@dataclass(frozen=True)
class Decide(Press):
    """Let somebody in, or not."""

    prefix: ClassVar[str] = "pd"
    request_id: int
    accepted: bool


@dataclass(frozen=True)
class Leave(Press):
    """Leave the company; only the second, sure one does."""

    prefix: ClassVar[str] = "px"
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Circle:
    """A company with its people: members, unused links, and who asks to come in."""

    company: Company
    viewer_id: int
    members: Sequence[tuple[Membership, Person]]
    links: Sequence[Invitation] = ()
    requests: Sequence[tuple[JoinRequest, Person]] = ()

    @property
    def is_client(self) -> bool:
        """Whether who looks is only an agent for it."""
        roles = {link.role for link, person in self.members if person.id == self.viewer_id}
        return roles == {Role.AGENT}

    @property
    def is_taken_over(self) -> bool:
        """Whether the client itself is here."""
        return any(link.role is Role.MEMBER for link, _ in self.members)


def page(t: Translator, circle: Circle, zone: ZoneInfo) -> Screen:
    """Members by name, with what can be done about them."""
    whose = "_client" if circle.is_client else ""
    return Screen(
        text=Html.lines(
            t(f"people.colleagues.title{whose}", company=company_name(t, circle.company.name)),
            t("people.colleagues.hand_over") if circle.is_client else None,
            *(_member(t, link, person, circle, zone) for link, person in circle.members[:_SHOWN]),
            _waiting(t, circle),
        ),
        keyboard=(
            (_button(t, f"invite{whose}", InviteColleague()),),
            *_choices(t, circle),
            (_button(t, f"leave{whose}", Leave()),),
            back_row(t, go_button(t, "settings")),
        ),
    )


def _member(
    t: Translator, link: Membership, person: Person, circle: Circle, zone: ZoneInfo
) -> Html:
    name = person_name(t, person)
    if person.id == circle.viewer_id:
        name = t.plain("people.colleagues.you", name=name)
    if link.role is Role.AGENT:
        name = t.plain("people.colleagues.agent", name=name)
    since = formats.day(t, link.since.astimezone(zone).date())
    return t("people.colleagues.member", name=name, since=since)


def person_name(t: Translator, person: Person) -> str:
    """Name and Telegram name of a person, as far as they are known."""
    name = person.name or t.plain("people.unnamed_person")
    return f"{name} @{person.username}" if person.username else name


def _waiting(t: Translator, circle: Circle) -> Html | None:
    if circle.requests:
        return t.plural("people.colleagues.requests_wait", len(circle.requests))
    return t.plural("people.colleagues.links_open", len(circle.links)) if circle.links else None


def _choices(t: Translator, circle: Circle) -> tuple[Row, ...]:
    rows: tuple[Row, ...] = ()
    if circle.requests:
        rows += ((_button(t, "requests", Choose("requests")),),)
    pair: Row = ()
    if len(circle.members) > 1 and not circle.is_client:
        pair += (_button(t, "remove", Choose("members")),)
    if circle.links:
        pair += (_button(t, "revoke", Choose("links")),)
    return (*rows, pair) if pair else rows


def choose_member(t: Translator, circle: Circle, number: int) -> Screen:
    """Whom to remove."""
    buttons = tuple(
        Button(shortened(person_name(t, person), 30), data=Remove(link.id).pack())
        for link, person in circle.members
        if person.id != circle.viewer_id
    )
    return _choice(t, t("people.colleagues.choose_member"), buttons, "members", number)


def choose_link(t: Translator, circle: Circle, number: int, zone: ZoneInfo) -> Screen:
    """Which unused link to take back."""
    buttons = tuple(
        Button(
            t.plain("people.colleagues.link", until=formats.moment(t, link.expires_at, zone)),
            data=Revoke(link.id).pack(),
        )
        for link in circle.links
    )
    return _choice(t, t("people.colleagues.choose_link"), buttons, "links", number)


def _choice(
    t: Translator, text: Html, buttons: tuple[Button, ...], what: str, number: int
) -> Screen:
    shown = buttons[number * _BUTTONS : (number + 1) * _BUTTONS]
    rows: tuple[Row, ...] = tuple((button,) for button in shown)
    if len(buttons) > (number + 1) * _BUTTONS:
        rows += ((_button(t, "more", Choose(what, number + 1)),),)
    return Screen(text=text, keyboard=(*rows, _back(t)))


def request_card(t: Translator, request: JoinRequest, person: Person, company: Company) -> Screen:
    """Who asks to come in; also what members are told."""
    return Screen(
        text=Html.lines(
            t("people.colleagues.asks", name=person_name(t, person)),
            t("people.colleagues.asks_for", company=company_name(t, company.name)),
            t("people.colleagues.asks_hint"),
        ),
        keyboard=(
            (
                _button(t, "let_in", Decide(request.id, accepted=True)),
                _button(t, "refuse", Decide(request.id, accepted=False)),
            ),
            back_row(t),
        ),
    )


def decided(t: Translator, person: Person, *, accepted: bool) -> Screen:
    """What the member decided."""
    key = "people.colleagues.let_in" if accepted else "people.colleagues.refused"
    return Screen(text=t(key, name=person_name(t, person)), keyboard=(_back(t),))


def link_made(t: Translator, link: str, expires_at: datetime, zone: ZoneInfo) -> Screen:
    """The one-time link: to copy, to pass on, and when it ends."""
    until = formats.moment(t, expires_at, zone)
    return Screen(
        text=Html.lines(
            t("people.colleagues.link_made"),
            t("people.colleagues.link_itself", link=link),
            t("people.colleagues.link_rules", until=until),
        ),
        keyboard=(
            (Button(t.plain("people.colleagues.button.copy"), copies=link),),
            (Button(t.plain("people.colleagues.button.pass_on"), url=share_link(link)),),
            _back(t),
        ),
        role=ONE_TIME,
    )


def start_link(bot_username: str, payload: str) -> str:
    """A link that opens the bot with a payload."""
    return f"https://t.me/{bot_username}?start={payload}"


def share_link(link: str) -> str:
    """Telegram's own way to pass a link on to a chat."""
    return f"https://t.me/share/url?url={quote(link, safe='')}"


def invited(t: Translator, company: Company, office: Words) -> Screen:
    """What a guest sees before agreeing."""
    return Screen(
        text=Html.lines(
            t("people.colleagues.invited", company=company_name(t, company.name)),
            t("people.colleagues.invited_hint"),
            consent_terms(t, office),
        ),
        keyboard=(
            (consent_button(t, "join"),),
            (Button(t.plain("people.colleagues.button.not_join"), data=Menu().pack()),),
        ),
    )


def joined(t: Translator, company: Company) -> Screen:
    """The guest belongs to the company now."""
    return Screen(
        text=Html.lines(
            t("people.colleagues.joined", company=company_name(t, company.name)),
            t("people.colleagues.joined_hint"),
        ),
        keyboard=(
            (go_button(t, "policies"), go_button(t, "tickets")),
            (go_button(t, "profile"),),
            back_row(t),
        ),
    )


def confirm_removal(t: Translator, membership: Membership, person: Person) -> Screen:
    """Before a colleague is removed."""
    return Screen(
        text=Html.lines(
            t("people.colleagues.confirm_removal", name=person_name(t, person)),
            t("people.colleagues.confirm_removal_hint"),
        ),
        keyboard=((_button(t, "remove_sure", Remove(membership.id, sure=True)),), _back(t)),
    )


def confirm_leaving(t: Translator, circle: Circle) -> Screen:
    """Before one leaves; the last one is told that nobody remains."""
    last = None
    if len(circle.members) == 1:
        last = t(f"people.colleagues.{'client_erased' if circle.is_client else 'last_one'}")
    return Screen(
        text=Html.lines(
            t("people.colleagues.confirm_leaving", company=company_name(t, circle.company.name)),
            t("people.colleagues.confirm_leaving_hint"),
            last,
        ),
        keyboard=((_button(t, "leave_sure", Leave(sure=True)),), _back(t)),
    )


def left(t: Translator, company: Company) -> Screen:
    """One does not belong there any more."""
    return Screen(
        text=t("people.colleagues.left", company=company_name(t, company.name)),
        keyboard=(back_row(t),),
    )


def no_company(t: Translator) -> Screen:
    """Colleagues come with a company; first say something about it."""
    return Screen(
        text=Html.lines(t("people.colleagues.no_company"), t("people.colleagues.no_company_hint")),
        keyboard=(back_row(t),),
    )


def join_answered(t: Translator, company: Company, *, accepted: bool) -> Screen:
    """What who asked is told; after a no, nothing of the company is named."""
    if accepted:
        return joined(t, company)
    return Screen(
        text=Html.lines(t("people.colleagues.not_let_in"), t("people.colleagues.not_let_in_hint")),
        keyboard=((go_button(t, "ask"),), back_row(t)),
    )


def removed(t: Translator, company: Company) -> Screen:
    """What somebody who was removed is told."""
    return Screen(
        text=Html.lines(
            t("people.colleagues.you_were_removed", company=company_name(t, company.name)),
            t("people.colleagues.you_were_removed_hint"),
        ),
        keyboard=(back_row(t),),
    )


def member_joined(t: Translator, person: Person, company: Company) -> Screen:
    """What the inviter is told."""
    return Screen(
        text=t(
            "people.colleagues.came",
            name=person_name(t, person),
            company=company_name(t, company.name),
        ),
        keyboard=(_back(t),),
    )


def _button(t: Translator, name: str, press: Press) -> Button:
    return Button(t.plain(f"people.colleagues.button.{name}"), data=press.pack())


def _back(t: Translator) -> Row:
    return back_row(t, _button(t, "back", Colleagues()))
