"""What a sentence says: facts of the company, needs, and whether it tells, asks or complains.

Precision first: what is said of others, of the future, as a question or as a supposition is no
fact. Nothing read here is kept before the person has confirmed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sized
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.clauses import Clause, split_clauses
from domain.clients import as_own_in_place
from domain.facts_read import FactsRead, read_facts
from domain.intents import Heard, Intent, clues_of, intent_of, troubles
from domain.lexicon import legible, taken_in
from domain.needs_said import needs_said
from domain.parts_said import with_parts_summed
from domain.phrases import any_of
from domain.said import Certificate, Said
from domain.sayings import CERTIFICATIONS, SayingBook
from domain.scales_said import scale_said
from domain.voices import Voice
from domain.word_books import WordBooks

ABOUT_A_PLAN = frozenset(
    {"listing_plan", "loan_amount", "loan_purpose", "via_startup_guarantee", "guarantee_amount",
     "guarantee_months", "land_need_mu", "space_need_m2", "asks_as", "expected_market_value"}
)  # fmt: skip
MAY_BE_DONE = frozenset(
    {"loan_amount", "loan_purpose", "via_startup_guarantee", "expected_market_value"}
)
"""Of these, what may be told of the past: 贷了200万买原材料."""

OF_A_FOUNDER = ABOUT_A_PLAN | {"industry", "cross_border_ecommerce", "street", "talent_level"}
"""All that can be a fact before there is a company."""

AGENT, FIXED_ASSETS = "agent", "固定资产"
_ASKS_ANYTHING = any_of(
    "请问 谁 几点 几号 (哪|哪里|哪儿|哪个|哪些) 怎 多少 为什么 帮我 帮忙 能帮 我想 我要 想要 "
    "想办 要办 (can|could)_(i|we|you) do_you is_there are_there (i|we)_(want|need|would_like) "
    "how where when who whom why"
)


_AGENTS_TRADE = any_of(
    "代账 记账 代理 咨询 事务所 财税 中介 bookkeeping accounting consulting consultancy"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Where in the plain text a fact was read."""

    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Understanding:
    """Facts in the shape of a profile file, denied items, needs, and what the message is for.

    `plain` is the text as it was read (NFKC, lower case); `spans` refer to it.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    denied: dict[str, list[str]] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)
    intent: Intent = Intent.OTHER
    spans: tuple[Span, ...] = ()
    plain: str = ""


def understand(text: str, as_of: date, books: WordBooks) -> Understanding:
    """Facts, needs and intent of a message; per-year facts are keyed by year from `as_of`."""
    written = taken_in(legible(text))
    plain = written.lower()
    scale, told = scale_said(plain)
    clauses = split_clauses(told)
    read = read_facts(clauses, written, as_of, books, scale)
    if any(item.value == AGENT for item in read.said):
        clauses = split_clauses(as_own_in_place(told))
        client = read_facts(clauses, written, as_of, books, scale)
        read = _of_the_client(plain, read.said, client)
    said = with_parts_summed(_of_this_company(read.said), plain, books.streets.words)
    titles = read.titles
    needs = needs_said(clauses, said, books.needs)
    heard = _heard(clauses, said, titles, needs)
    facts, denied = _profile(said, titles)
    spans = [Span(item.key, item.start, item.end) for item in said]
    spans += [Span(CERTIFICATIONS, title.start, title.end) for title in titles]
    intent = intent_of(clues_of(plain, clauses, heard, books, as_of))
    return Understanding(facts, denied, needs, intent, tuple(spans), plain)


def tells_trouble(text: str, book: SayingBook) -> bool:
    """Whether a plain text plainly complains of something, whatever else it says."""
    return "trouble" in troubles(split_clauses(text), book)


def asks_something(text: str, book: SayingBook) -> bool:
    """Whether a plain text reads like a question or a wish, whatever it is about."""
    is_question = any(clause.asking for clause in split_clauses(text))
    return is_question or bool(_ASKS_ANYTHING.search(text) or book.asking_words.find(text))


def _of_the_client(plain: str, said: list[Said], client: FactsRead) -> FactsRead:
    """What an agent says of a client (read as its own), and who asks; 我是代账会计, what agents say
    they are, is not the trade of the client."""
    who = [item for item in said if item.key == "asks_as"]
    facts = [item for item in client.said if item.key not in {"asks_as", "industry"}]
    trades = [
        item for item in client.said
        if item.key == "industry" and not _AGENTS_TRADE.search(plain[item.start : item.end])
    ]  # fmt: skip
    client.said = [*who, *facts, *trades]
    return client


def _of_this_company(said: list[Said]) -> list[Said]:
    """Before a company exists only its plans are facts, otherwise only some plans are."""
    if any(item.value == "founder_to_be" for item in said):
        said = [item for item in said if item.key in OF_A_FOUNDER]
    else:
        said = [item for item in said if not item.planned or item.key in ABOUT_A_PLAN]
    return _without_rivals(said)


def _without_rivals(said: list[Said]) -> list[Said]:
    """Two streets (registered here, producing there) leave the street open; so do two trades."""
    for key in ("street", "industry"):
        if len({item.value for item in said if item.key == key}) > 1:
            said = [item for item in said if item.key != key]
    return said


def _profile(
    said: Iterable[Said], titles: Iterable[Certificate]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What is said later counts; titles become a list, or an object when a day was said."""
    facts: dict[str, Any] = {}
    for item in said:
        if item.value == FIXED_ASSETS and item.key in facts:
            continue
        if item.year is None:
            facts[item.key] = item.value
        else:
            facts.setdefault(item.key, {})[str(item.year)] = item.value
    states = {title.name: title for title in titles}
    held = {name: title.ends for name, title in states.items() if title.held}
    if any(held.values()):
        facts[CERTIFICATIONS] = {name: day and day.isoformat() for name, day in held.items()}
    elif held:
        facts[CERTIFICATIONS] = list(held)
    denied = [name for name, title in states.items() if not title.held]
    return facts, {CERTIFICATIONS: denied} if denied else {}


def _heard(
    clauses: Iterable[Clause], said: Iterable[Said], titles: Sized, needs: Iterable[str]
) -> Heard:
    """What speaks for an intent: a plan is told where nothing is wished for or asked."""
    keys = {item.key for item in said}
    wishes = any(c.wishing or c.asking or c.voice is Voice.FUTURE for c in clauses)
    told = keys - (ABOUT_A_PLAN if wishes else ABOUT_A_PLAN - MAY_BE_DONE)
    return Heard(
        told=len(told) + 2 * len(titles),
        planned=len(keys - told - {"asks_as"}),
        needs=tuple(needs),
        asks_as=frozenset(item.value for item in said if item.key == "asks_as"),
    )
