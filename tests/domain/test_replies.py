"""Stock replies: offered where they fit, filled in whole or not at all."""

from dataclasses import replace

import pytest

from domain.replies import Occasion, Place, ReplyBook, StockReply, Use, faults_in
from domain.tickets import Category, Outcome
from domain.words import Words
from tests.companies import real_catalogue

KNOWN = {place: f"<{place}>" for place in Place}
REPLY = Occasion(Use.REPLY, "finance", Category.FINANCING)


def reply(key: str, text: str = "好", **rest: object) -> StockReply:
    """A reply with the same words in both languages."""
    words = Words(zh=text, en=text)
    return StockReply.model_validate(
        {"key": key, "use": "reply", "name": words, "text": words} | rest
    )


def test_every_place_is_filled_in() -> None:
    words = reply("a", "{company}：{number} 由{officer}办理，{day}前答复。")

    text = words.filled(KNOWN, "zh")

    assert text == "<company>：<number> 由<officer>办理，<day>前答复。"


def test_a_name_with_braces_is_a_name() -> None:
    assert reply("a", "{company}您好").filled({Place.COMPANY: "{day}公司"}, "zh") == "{day}公司您好"


@pytest.mark.parametrize("known", [{}, {Place.DAY: ""}])
def test_words_with_a_place_nothing_is_known_for_are_not_offered(known: dict[Place, str]) -> None:
    book = ReplyBook(replies=(reply("dated", "{day}前答复"), reply("plain")))

    assert [one.key for one in book.fitting(REPLY, known, "zh")] == ["plain"]
    assert book.replies[0].filled(known, "zh") is None


def test_what_is_about_the_kind_or_the_department_comes_first() -> None:
    book = ReplyBook(
        replies=(
            reply("general"),
            reply("of-the-kind", categories=["financing"]),
            reply("of-another-kind", categories=["tax_fee"]),
            reply("of-another-department", departments=["tax"]),
            reply("of-the-department", departments=["finance"]),
            reply("question", use="question"),
        )
    )

    offered = [one.key for one in book.fitting(REPLY, KNOWN, "zh")]

    assert offered == ["of-the-kind", "of-the-department", "general"]


def test_an_answer_fits_its_outcome() -> None:
    done = reply("done", use="answer", outcomes=["solved"])

    fits = [
        done.is_for(Occasion(Use.ANSWER, "finance", Category.OTHER, outcome))
        for outcome in (Outcome.SOLVED, Outcome.EXPLAINED, None)
    ]

    assert fits == [True, False, False]


def test_words_about_earlier_ones_need_some() -> None:
    again = reply("again", heard=True)

    assert again.is_for(replace(REPLY, heard=True))
    assert not again.is_for(REPLY)


@pytest.mark.parametrize(
    ("text", "found"),
    [("{day}前", []), ("{days}前", ["days"]), ("{}", [""]), ("{day", ["{"]), ("金额}", ["}"])],
)
def test_braces_that_cannot_be_filled_in_are_found(text: str, found: list[str]) -> None:
    assert list(faults_in(text)) == found


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_offices_own_replies_leave_no_brace_and_serve_every_kind(locale: str) -> None:
    book = real_catalogue().replies

    texts = [one.filled(KNOWN, locale) for one in book.replies]

    assert all(text and not set(text) & set("{}") for text in texts)
    for category in set(Category) - {Category.OTHER}:
        questions = book.fitting(Occasion(Use.QUESTION, "duty", category), KNOWN, locale)
        assert questions[0].categories == (category,)
    for outcome in Outcome:
        occasion = Occasion(Use.ANSWER, "duty", Category.OTHER, outcome, heard=True)
        assert book.fitting(occasion, KNOWN, locale)
