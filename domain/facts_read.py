"""Everything the clauses of a message say of a company, each reader asked in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from domain.clauses import Clause
from domain.founding import FOUNDED, day_corrected, founded
from domain.loans_said import gap_said, granted_on, speaks_of_loan
from domain.names_said import names_said
from domain.numbers_carried import YEARLY, Carried
from domain.numbers_said import numbers_said
from domain.phrases import any_of, begins_with, ends_with
from domain.polarity import begins_denial
from domain.premises_said import premises_said, seeks_premises
from domain.said import Certificate, Said
from domain.streets_said import street_said
from domain.terms_said import asks_guarantee, terms_said
from domain.titles_said import answered, certificates_said, end_day
from domain.trades_said import trade_said
from domain.voices import Voice
from domain.word_books import WordBooks
from domain.words_said import words_said

_PLANS = any_of(
    "想 打算 准备 计划 希望 考虑 我要做 我要开 要开一家 要开个 未来 明年 以后 will plan planning "
    "want going_to hope next_year"
)
_ONLY_ASKS = any_of("想问 想咨询 想了解 想请教 想知道 想请问 想打听 不想 want_to_ask want_to_know")
_NOW = begins_with("现在 目前 如今 后来 now", after="但 但是 不过 我们 公司")
_NOT_THEN = ends_with("不是 并非 不在 not wasn't")
_OF_ANOTHER = begins_with(
    "(是|属于|算)(我|我们|老板|人家|)(另外|另|别的|其他|母|总|兄弟|关联|集团)"
    "(那|的|)(一|)(家|个|公司|的) "
    ""
    "(that's|that_is|but_that's)…(parent|another|other|sister)",
    after="不过 但 但是 可 可是 那 那个 其实 都 只是 全",
)
_CERTIFICATE = any_of(
    "证(到|至|期|是|还|在|明年|后年|20) 证书 有效 到期 资质 certificate valid expires"
)

#: So many clauses behind one that speaks of a loan may still tell of it.
LOAN_BEFORE = 2
TRADE = "industry"


@dataclass
class FactsRead:
    """Facts and titles so far, and what a clause leaves to the next one."""

    books: WordBooks
    as_of: date
    said: list[Said] = field(default_factory=list)
    titles: list[Certificate] = field(default_factory=list)
    carried: Carried = field(default_factory=Carried)
    mentioned: list[str] = field(default_factory=list)
    guarantee: bool = False
    premises: bool = False
    denying: bool = False
    founding_denied: bool = False
    before: tuple[int, int] = (0, 0)

    def read(self, clause: Clause, written: str, *, by_loan: bool) -> None:
        """Take in one clause; `written` is its text with its capitals, `by_loan` says that a clause
        beside it speaks of a loan."""
        if _OF_ANOTHER.search(clause.text):
            self._take_back()
        self.before = (len(self.said), len(self.titles))
        self.denying = begins_denial(clause.text) or (self.denying and clause.listed)
        seeking = self.premises
        found = [*self._numbers(clause), *self._words(clause, by_loan=by_loan, seeking=seeking)]
        found += granted_on(clause, self.as_of, by_loan=by_loan)
        if not any(item.key == "loan_amount" for item in (*self.said, *found)):
            found += gap_said(clause, by_loan=by_loan)
        found += names_said(clause, written)
        found += self._founding(clause)
        self._keep(clause, [_as_planned(clause, item) for item in found])
        self._titles(clause)
        self.guarantee = asks_guarantee(clause) or (
            self.guarantee and any(item.key == "guarantee_amount" for item in found)
        )

    def _numbers(self, clause: Clause) -> Iterator[Said]:
        said, self.carried = numbers_said(clause, self.books.sayings, self.as_of, self.carried)
        spaces = list(premises_said(clause, needed=self.premises))
        self.premises = bool(spaces) or seeks_premises(clause)
        yield from said
        yield from spaces
        yield from terms_said(clause, guarantee=self.guarantee)

    def _words(self, clause: Clause, *, by_loan: bool, seeking: bool) -> Iterator[Said]:
        goes_on = self.denying and clause.listed
        last_year = self.as_of.year - 1
        yield from words_said(
            clause, self.books.sayings, last_year, by_loan=by_loan, denying=goes_on
        )
        yield from trade_said(clause, self.books.industries)
        yield from street_said(clause, self.books.streets, seeking=seeking)

    def _founding(self, clause: Clause) -> list[Said]:
        since = founded(clause.text, clause.start, self.as_of)
        is_anew = self.founding_denied or (clause.correcting and self._last_was(FOUNDED))
        self.founding_denied = (
            since is not None
            and _NOT_THEN.search(clause.text[: since.start - clause.start]) is not None
        )
        if clause.voice is not Voice.OWN or self.founding_denied:
            return []
        if since is None and is_anew:
            return day_corrected(clause.text, clause.start, self.as_of)
        return [since] if since else []

    def _take_back(self) -> None:
        """高企是有的，不过是我另外一家公司: the clause before was about another company."""
        del self.said[self.before[0] :]
        del self.titles[self.before[1] :]

    def _last_was(self, key: str) -> bool:
        return bool(self.said) and self.said[-1].key == key

    def _keep(self, clause: Clause, found: list[Said]) -> None:
        """What a correction says takes the place of what was said of the same fact."""
        if clause.correcting:
            keys = {item.key for item in found if item.key not in YEARLY}
            self.said = [item for item in self.said if item.key not in keys]
        elif _NOW.match(clause.text) and any(item.key == TRADE for item in found):
            self.said = [item for item in self.said if item.key != TRADE]
        self.said += found

    def _titles(self, clause: Clause) -> None:
        names = [hit.values[0] for hit in self.books.sayings.title_words.find(clause.text)]
        if names:
            found = certificates_said(clause, self.books.sayings, self.as_of)
            self.mentioned = names
        else:
            found = answered(clause, self.mentioned)
            self._end_title(clause)
        if clause.correcting and any(title.held for title in found):
            self.titles = self.titles[:-1]
        self.titles += found

    def _end_title(self, clause: Clause) -> None:
        """证书有效期至2027年12月, said of the title of the clause before."""
        day = end_day(clause.text, self.as_of) if _CERTIFICATE.search(clause.text) else None
        if day is not None and self.titles and self.titles[-1].held:
            self.titles[-1] = replace(self.titles[-1], ends=day)


def read_facts(
    clauses: Sequence[Clause], written: str, as_of: date, books: WordBooks, scale: float | None
) -> FactsRead:
    """The facts and titles of a message; `written` is the whole text with its capitals, `scale` the
    unit in yuan it states for its amounts."""
    facts = FactsRead(books, as_of, carried=Carried(scale=scale))
    loans = [speaks_of_loan(clause) for clause in clauses]
    for at, clause in enumerate(clauses):
        by_loan = any(loans[max(0, at - LOAN_BEFORE) : at + 2])
        facts.read(clause, written[clause.start :][: len(clause.text)], by_loan=by_loan)
    return facts


def _as_planned(clause: Clause, item: Said) -> Said:
    """What stands behind a wish or a future in its clause is a plan: 想做跨境电商."""
    before = _ONLY_ASKS.sub("", clause.text[: item.start - clause.start])
    return replace(item, planned=True) if _PLANS.search(before) else item
