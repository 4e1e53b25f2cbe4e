"""Ticket screens keep to the house's measures in both languages, whatever the ticket's state."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from domain.paragraphs import visible_length
from domain.screens import Screen
from domain.ticket_sheets import (
    DraftSheet,
    FileLine,
    HistoryLine,
    Promise,
    SaidLine,
    TicketSheet,
)
from domain.tickets import BounceReason, Category, Outcome, Solved, Status, Step, Urgency
from domain.words import Words
from views import drafts, ticket_additions, ticket_news, ticket_talk, ticket_words, tickets
from views.translations import LANGUAGES, Translator, translator

AT = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)
LONGEST = Words(zh="水电气网、环保、安全、道路", en="Applying for and receiving policy money")
OFFICE = Words(zh="钱塘区企业服务专班", en="Qiantang District enterprise service desk")
SHEET = TicketSheet(
    id=2**60,
    number="QT-20261123-0007",
    status=Status.DISPATCHED,
    kind=Category.POLICY_REDEMPTION,
    category=LONGEST,
    urgency=Urgency.NORMAL,
    received_at=AT,
    round=1,
    zone=ZoneInfo("Asia/Shanghai"),
    today=date(2026, 11, 23),
    department=Words(zh="区经济信息化和科学技术局", en="District Economy and Science Bureau"),
    handler="经办员甲",
    contact=Promise(date(2026, 11, 24), None, 1, is_over=False, provisional=False),
    answer=Promise(date(2026, 11, 30), None, 5, is_over=False, provisional=True),
    answered_on=date(2026, 11, 27),
    answered_by="经办员甲",
    closes_on=date(2026, 12, 4),
    measure=LONGEST,
    office_said="已协调银行。" * 200,
    last=HistoryLine(AT, Step.CLAIM, who="经办员甲"),
)
DRAFT = DraftSheet(
    text="银行贷款批不下来。" * 500,
    files=tuple(FileLine("document", "财务报表.pdf", 820_000) for _ in range(10)),
    category=LONGEST,
    urgency=Urgency.HIGH,
    consented=True,
    office=OFFICE,
    parts=2,
    contact="张三 13800000000",
    measures=(LONGEST,),
    similar=(2**60, "0007"),
)
#: Characters on a button by how many stand in its row (conversation design, principle 3).
WIDTHS = {"zh": {1: 18, 2: 9, 3: 6}, "en": {1: 34, 2: 18, 3: 13}}


def screens(t: Translator) -> Iterator[Screen]:
    yield tickets.receipt(t, SHEET)
    for status, outcome in product(Status, (None, *Outcome)):
        sheet = replace(SHEET, status=status, outcome=outcome)
        yield tickets.card(t, sheet)
        yield ticket_additions.supplement(t, sheet)
    yield tickets.listed(t, [SHEET] * tickets.TICKETS_PER_PAGE, 1, 3)
    yield tickets.listed(t, [], 0, 0)
    yield ticket_additions.ask_withdraw(t, SHEET)
    yield ticket_additions.which(t, SHEET, 2**60)
    yield ticket_additions.closed_already(t, SHEET)
    yield ticket_additions.added(t, SHEET, too_large=True)
    yield ticket_news.taken(t, SHEET)
    for solved, score in product((None, Solved.YES), (None, 4)):
        yield ticket_news.call_back(t, replace(SHEET, solved=solved, score=score), "已同意续贷。")
    yield ticket_news.reopened(t, replace(SHEET, responsible="负责人乙"))
    yield ticket_news.closed(t, SHEET)
    yield ticket_news.not_done_again(t, SHEET)
    yield ticket_news.merged(t, SHEET, "QT-20261123-0008")
    yield ticket_news.joined(t, SHEET)
    yield ticket_news.split(t, SHEET, "QT-20261123-0008", "另外，厂门口的路灯坏了")
    yield ticket_news.extended(t, SHEET)
    yield drafts.draft(t, DRAFT)
    yield drafts.danger(t)
    yield drafts.what_is_this(t, "document")
    yield drafts.urgencies(t)
    yield drafts.draft_categories(t)
    yield drafts.ask_contact(t)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_screens_fit_a_telephone(locale: str) -> None:
    for screen in screens(translator(locale)):
        assert visible_length(screen.text) <= 900, screen.text
        assert len(screen.keyboard) <= 6, screen.text
        for row in screen.keyboard:
            for button in row:
                width = WIDTHS[locale][len(row)]
                assert len(button.text) <= width, (button.text, len(row))


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_step_and_reason_has_words(locale: str) -> None:
    t = translator(locale)
    reasons = {
        Step.CALL: ("reached", "no_answer"),
        Step.NOTE: ("taken_back", "merged"),
        Step.RATE: tuple(Solved),
        Step.RESOLVE: tuple(Outcome),
        Step.REOPEN: ("asked", "not_solved"),
        Step.CLOSE: ("no_reply",),
        Step.DISPATCH: ("no_desk",),
        Step.EDIT: ("need_time",),
        Step.BOUNCE: tuple(BounceReason),
        Step.DECIDE_BOUNCE: ("back",),
    }
    for step in Step:
        for why in ("", *reasons.get(step, ())):
            if step is Step.RESOLVE and not why:
                continue
            line = ticket_words.history_line(
                t, SHEET, HistoryLine(AT, step, why=why, who="经办员甲")
            )

            assert "tickets." not in line
            assert "{" not in line


def test_a_message_in_the_conversation_is_escaped_and_shortened() -> None:
    said = SaidLine(1, AT, "企业<A&B>", mine=False, text="<b>" + "长" * 2000)

    screen = ticket_talk.talk(translator("zh"), SHEET, [said], 0)

    assert "企业&lt;A&amp;B&gt;" in screen.text
    assert "&lt;b&gt;" in screen.text
    assert visible_length(screen.text) < 900


def test_a_file_over_the_limit_asks_for_a_link() -> None:
    screen = drafts.draft(translator("zh"), replace(DRAFT, asks_link=True, text="见附件"))

    assert "请再发一个下载链接" in screen.text
