"""Every screen of people and the office: short enough, few rows, a way back, in both languages."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.actors import Hat, Role
from domain.alarms import AlarmKind
from domain.catalogue import DepartmentInfo
from domain.paragraphs import visible_length
from domain.screens import Screen
from domain.words import Words
from models import Alarm, Company, Invitation, JoinRequest, Membership, Person
from models.ids import new_id
from views import alarms, colleagues, offices, people, privacy, unknown
from views.colleagues import Circle
from views.offices import Figures
from views.people import Go, Menu, Standing
from views.permissions import presses
from views.presses import Press
from views.privacy import Kept
from views.translations import LANGUAGES, Translator, translator

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Words(zh="钱塘区企业服务专班", en="Qiantang District enterprise service desk")
FINANCE = DepartmentInfo(
    key="finance",
    name=Words(zh="区财政局（金融）", en="District Finance Bureau (financial services)"),
    short=Words(zh="财政金融", en="Finance"),
)
LINK = "https://t.me/qihang_bot?start=c_" + "x" * 32
COMPANY = Company(name="杭州示例封装有限公司", created_at=NOW)
PERSON = Person(telegram_id=1, name="王芳 <b>", username="wangfang", created_at=NOW)
OTHER = Person(telegram_id=2, name="陈立", created_at=NOW)
MEMBERSHIP = Membership(person_id=PERSON.id, role=Role.MEMBER, company_id=COMPANY.id, since=NOW)
AGENT = Membership(person_id=OTHER.id, role=Role.AGENT, company_id=COMPANY.id, since=NOW)
HEAD = Membership(person_id=OTHER.id, role=Role.HEAD, department="finance", since=NOW)
INVITATION = Invitation(
    secret_hash="0", role=Role.HEAD, department="finance", created_at=NOW, expires_at=NOW
)
REQUEST = JoinRequest(person_id=OTHER.id, company_id=COMPANY.id, created_at=NOW)
CIRCLE = Circle(
    COMPANY, PERSON.id, ((MEMBERSHIP, PERSON), (AGENT, OTHER)), (INVITATION,), ((REQUEST, OTHER),)
)
BOTH = Standing(
    Hat.COMPANY,
    companies=((1, "甲" * 40), (2, ""), (3, "丙公司")),
    in_office=True,
    is_admin=True,
)


def an_alarm(kind: AlarmKind) -> Alarm:
    """With every number that any alarm may have."""
    details = dict.fromkeys(("minutes", "count", "year", "nights", "free"), 12)
    more = {"last": "2026-11-22", "error": "OSError: <b>"}
    return Alarm(kind=kind, since=NOW - timedelta(hours=3), details={**details, **more})


FIGURES = Figures(
    3,
    timedelta(minutes=9),
    1,
    2,
    1,
    4,
    [FINANCE] * 17,
    [FINANCE] * 17,
    (),
    [an_alarm(kind) for kind in AlarmKind],
)


def screens(t: Translator) -> Iterator[Screen]:
    """Every screen once, at its fullest."""
    yield people.welcome(t, OFFICE)
    yield people.welcome(t, OFFICE, first="erased")
    for hat in Hat:
        yield people.menu(t, Standing(hat, BOTH.companies, True, True), open_tickets=2)
    yield people.menu(t, Standing())
    yield people.help_page(t, Standing(Hat.OFFICE, (), True, True), telegram_id=1)
    yield people.help_page(t, Standing(), telegram_id=1001)
    yield people.settings(t, BOTH)
    yield people.language(t)
    yield people.companies(t, BOTH)
    yield people.cancelled(t, BOTH, dropped=True)
    yield people.cancelled(t, BOTH, dropped=False)
    yield from privacy_screens(t)
    yield from colleague_screens(t)
    yield from office_screens(t)
    yield unknown.command(t, "<b>", ("policies", "ask", "tickets"))
    yield unknown.not_read(t, ("queue", "mine", "find"))
    yield unknown.words_please(t)


def privacy_screens(t: Translator) -> Iterator[Screen]:
    kept = Kept((("", 3), (COMPANY.name, 4)), 2, 40, 1)
    yield privacy.page(t, OFFICE, agreed_at=NOW, zone=ZONE)
    yield privacy.page(t, OFFICE, agreed_at=None, zone=ZONE, first="taken_back")
    yield privacy.everything(t, kept)
    yield privacy.file(t, b"{}", NOW.date())
    yield privacy.confirm_erasure(t, kept)
    yield privacy.open_tickets_first(t, ("QT-20261123-0007",))


def colleague_screens(t: Translator) -> Iterator[Screen]:
    yield colleagues.page(t, CIRCLE, ZONE)
    yield colleagues.choose_member(t, CIRCLE, 0)
    yield colleagues.choose_link(t, CIRCLE, 0, ZONE)
    yield colleagues.request_card(t, REQUEST, OTHER, COMPANY)
    yield colleagues.decided(t, OTHER, accepted=True)
    yield colleagues.decided(t, OTHER, accepted=False)
    yield colleagues.link_made(t, LINK, NOW, ZONE)
    yield colleagues.joined(t, COMPANY)
    yield colleagues.confirm_removal(t, AGENT, OTHER)
    yield colleagues.confirm_leaving(t, Circle(COMPANY, PERSON.id, ((MEMBERSHIP, PERSON),)))
    yield colleagues.left(t, COMPANY)
    yield colleagues.no_company(t)
    yield colleagues.join_answered(t, COMPANY, accepted=False)
    yield colleagues.removed(t, COMPANY)
    yield colleagues.member_joined(t, OTHER, COMPANY)


def office_screens(t: Translator) -> Iterator[Screen]:
    yield offices.invite(t)
    yield offices.choose_department(t, Role.HEAD, [FINANCE] * 17, 0)
    yield offices.link_made(t, LINK, INVITATION, FINANCE.name.of(t.locale), ZONE)
    yield offices.links(t, [(INVITATION, "finance")] * 9, 1, ZONE)
    yield offices.links(t, [], 0, ZONE)
    yield offices.staff(t, [(HEAD, OTHER, FINANCE.name.of(t.locale))] * 9, 0)
    yield offices.staff(t, [], 0)
    yield offices.confirm_dismissal(t, HEAD, OTHER, "finance")
    yield offices.unconfirmed(t, [FINANCE] * 17, 1)
    yield offices.unconfirmed(t, [], 0)
    yield offices.health(t, FIGURES, NOW, ZONE)
    yield offices.came(t, OTHER, Role.DUTY, None)
    for kind in AlarmKind:
        yield alarms.alarm(t, an_alarm(kind), ZONE)
        yield alarms.over(t, an_alarm(kind), NOW, ZONE)


@pytest.fixture(params=LANGUAGES)
def t(request: pytest.FixtureRequest) -> Translator:
    return translator(request.param)


def test_every_screen_fits(t: Translator) -> None:
    for screen in screens(t):
        limit = 900 if t.locale == "zh" else 1500
        assert visible_length(screen.text) <= limit, screen.text
        assert len(screen.keyboard) <= 7, screen.text


def test_every_screen_has_a_way_on(t: Translator) -> None:
    for screen in screens(t):
        every = [button for row in screen.keyboard for button in row]
        assert every, screen.text
        assert all(button.text and (button.data or button.url or button.copies) for button in every)


def test_all_but_the_menu_itself_lead_to_the_menu(t: Translator) -> None:
    for screen in [*privacy_screens(t), *colleague_screens(t), *office_screens(t)]:
        assert screen.keyboard[-1][-1].data == Menu().pack(), screen.text


def test_what_people_wrote_is_escaped(t: Translator) -> None:
    assert "王芳 &lt;b&gt;" in colleagues.page(t, CIRCLE, ZONE).text
    assert "&lt;b&gt;" in alarms.alarm(t, an_alarm(AlarmKind.UPDATE_PARKED), ZONE).text


def test_english_is_complete() -> None:
    for screen in screens(translator("en")):
        buttons = " ".join(button.text for row in screen.keyboard for button in row)
        words = f"{screen.text} {buttons}"
        named = (
            "中文",
            "语言",
            "王芳",
            "陈立",
            COMPANY.name,
            "甲" * 40,
            "甲" * 24,
            "丙公司",
        )
        for name in named:
            words = words.replace(name, "")
        assert not [sign for sign in words if "一" <= sign <= "鿿"], words


def test_no_two_buttons_share_a_prefix() -> None:
    prefixes = [each.prefix for each in presses()]

    assert len(prefixes) == len(set(prefixes))


@pytest.mark.parametrize(
    "press",
    [
        Go("departments"),
        people.UseCompany(new_id()),
        people.Speak("en", "welcome"),
        colleagues.Remove(new_id(), sure=True),
        colleagues.Decide(new_id(), accepted=False),
        offices.InviteTo(Role.OFFICER, "human_resources_and_social_security"),
        offices.Confirm("human_resources_and_social_security", 12),
    ],
)
def test_a_press_is_read_back_as_it_was(press: Press) -> None:
    assert type(press).unpack(press.pack()) == press
