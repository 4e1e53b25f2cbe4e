"""People at keyboards who go on whether the bot lives or not, and note what they are promised.

Each waits for what it needs to see before it presses, so a lost answer leaves somebody waiting.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from sandbox.seats import DESK_CHAT_ID, SEAT_BY_KEY
from sandbox.store import Stored
from tests.crash.backlog import DEPTH, Backlog
from tests.crash.record import LocalTelegram, keys_of, words_of
from tests.handlers.office import PNG

_LOOK_AGAIN_SECONDS = 1.0
_NUMBER = re.compile(r"QT-\d{8}-\d{4}")
SENTENCE = "做芯片封装的，2015年成立，80来人，去年3000万，想贷款换设备"
_TROUBLES = ("银行贷款批不下来，拖了两个月", "银行抵押评估太低，贷款额度不够", "续贷一直没有回音")
KEPT_APART = "留待合并"


class InVain(Exception):
    """What somebody waited for cannot come any more."""


@dataclass(frozen=True)
class Wait:
    """Somebody waits to see something in a chat, perhaps in one topic of it."""

    seat: str
    chat: int
    thread: int | None
    what: str
    since: datetime
    until: datetime


@dataclass
class Ledger:
    """What must have happened exactly once; each entry is a word or a number that names it."""

    helps: Counter[int] = field(default_factory=Counter)
    languages: Counter[int] = field(default_factory=Counter)
    profiles: list[int] = field(default_factory=list)
    tickets: list[str] = field(default_factory=list)
    files: list[tuple[int, int]] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: By the tickets' numbers, as what follows.
    questions: list[str] = field(default_factory=list)
    supplies: list[str] = field(default_factory=list)
    ratings: list[str] = field(default_factory=list)
    merges: list[tuple[str, str]] = field(default_factory=list)
    bundles: int = 0
    calendar_changes: int = 0
    in_vain: list[Wait] = field(default_factory=list)

    def entries(self) -> int:
        """How many effects are looked for."""
        lists = (self.profiles, self.tickets, self.files, self.replies, self.answers, self.notes)
        of_tickets = (self.questions, self.supplies, self.ratings, self.merges)
        counted = self.helps.total() + self.languages.total()
        listed = sum(len(one) for one in (*lists, *of_tickets))
        return listed + counted + self.bundles + self.calendar_changes


@dataclass
class Load:
    """Everybody who plays, and the pause that lets time pass between their forms."""

    local: LocalTelegram
    backlog: Backlog
    random: Random
    ledger: Ledger = field(default_factory=Ledger)
    players: list["Player"] = field(default_factory=list)
    is_over: bool = False
    _is_open: asyncio.Event = field(default_factory=asyncio.Event)
    _serial: int = 0

    def token(self) -> str:
        """A word that nobody else writes."""
        self._serial += 1
        return f"第{self._serial:05d}号"

    async def come_to_rest(self) -> None:
        """Let everybody end the form they are in; nobody begins another."""
        self._is_open.clear()
        self.local.telegram.pages.ring()
        while not all(player.rests for player in self.players):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    def go_on(self) -> None:
        self._is_open.set()

    async def may_go_on(self) -> None:
        await self._is_open.wait()


class Player:
    """Somebody with a seat; `acts` does one whole thing, or nothing when there is nothing to do."""

    def __init__(self, load: Load, seat: str) -> None:
        self.load = load
        self.local = load.local
        self.seat = seat
        self.chat = SEAT_BY_KEY[seat].user_id
        self.rests = True
        load.players.append(self)

    @property
    def ledger(self) -> Ledger:
        return self.load.ledger

    async def plays(self) -> None:
        """Until everything is over."""
        while not self.load.is_over:
            self.rests = True
            await self.load.may_go_on()
            self.rests = False
            try:
                did = await self.acts()
            except InVain:
                did = False
            if not did:
                self.rests = True
                await self.local.telegram.pages.heard(_LOOK_AGAIN_SECONDS)

    async def acts(self) -> bool:
        raise NotImplementedError

    def says(self, text: str, **where: int) -> int:
        """Write; the revision before it."""
        before = self.revision()
        self.local.say(self.seat, text, **where)
        return before

    def presses(self, message: Stored, label: str) -> int:
        """Press a key; the revision before it."""
        before = self.revision()
        self.local.press(self.seat, message, label)
        return before

    def attaches(self, kind: str, *files: tuple[str, bytes], caption: str = "") -> int:
        """Send files that belong to a ticket, and note them."""
        before = self.revision()
        sent = self.local.attach(self.seat, kind, *files, caption=caption)
        self.ledger.files += [(one.chat, one.id) for one in sent]
        return before

    def revision(self) -> int:
        return self.local.store.last_number("rev")

    async def sees(
        self,
        *labels: str,
        after: int,
        words: Sequence[str] = (),
        chat: int = 0,
        thread: int | None = None,
    ) -> Stored:
        """The newest message since then that has one of these keys and all these words."""
        place = chat or self.chat

        def found() -> Stored | None:
            for one in reversed(self.local.newer(place, after)):
                fits = _has(one, labels) and all(word in words_of(one) for word in words)
                if fits and thread in {None, one.thread}:
                    return one
            return None

        return await self.waits(found, f"{labels} {words}", place, thread)

    async def waits(
        self, look: Callable[[], Stored | None], what: str, chat: int, thread: int | None = None
    ) -> Stored:
        """Until it is seen; raises InVain when nothing can come any more."""
        backlog = self.load.backlog
        since, ends = self.local.clock(), backlog.after(DEPTH)
        while True:
            is_over = backlog.generation >= ends
            if (found := look()) is not None:
                return found
            if is_over:
                until = self.local.clock()
                self.ledger.in_vain.append(Wait(self.seat, chat, thread, what, since, until))
                raise InVain
            await self.local.telegram.pages.heard(_LOOK_AGAIN_SECONDS)


def _has(message: Stored, labels: Sequence[str]) -> bool:
    return not labels or any(text in labels for text, _ in keys_of(message))


def _is_card(message: Stored) -> bool:
    first, *_ = words_of(message).splitlines() or [""]
    return bool(_NUMBER.match(first)) and "\n问：" in words_of(message)


def number_in(message: Stored) -> str:
    """The ticket's number that it names first."""
    found = _NUMBER.search(words_of(message))
    assert found is not None
    return found[0]


def label_on(message: Stored, *labels: str) -> str:
    """Which of these keys the message has."""
    return next(text for text, _ in keys_of(message) if text in labels)


class Chatter(Player):
    """Writes one thing after another without waiting for any answer, dead or alive."""

    async def acts(self) -> bool:
        await asyncio.sleep(self.load.random.uniform(1, 4))
        text, counter = self.load.random.choice(
            (("/help", self.ledger.helps), ("/language", self.ledger.languages))
        )
        self.says(text)
        counter[self.chat] += 1
        return True


class Company(Player):
    """Fills a profile, raises tickets with files, answers questions, rates answers."""

    most_open = 2
    mark = ""

    def __init__(self, load: Load, seat: str) -> None:
        super().__init__(load, seat)
        self.is_known = False
        self.open: list[str] = []
        self.seen = 0
        #: What was answered already: the question may come twice.
        self.rated: set[str] = set()
        self.supplied: set[str] = set()

    async def acts(self) -> bool:
        if not self.is_known:
            await self.describes_itself()
            return True
        for message in self.local.newer(self.chat, self.seen):
            self.seen = message.rev
            number = _NUMBER.search(words_of(message))
            if number is None:
                continue
            if _has(message, ["解决了"]) and number[0] not in self.rated:
                self.rated.add(number[0])
                await self.rates(message, number[0])
                return True
            if _has(message, ["现在补充"]) and number[0] not in self.supplied:
                self.supplied.add(number[0])
                await self.supplies(message, number[0])
                return True
        if len(self.open) < self.most_open:
            await self.raises()
            return True
        return False

    async def describes_itself(self) -> None:
        await self.sees(after=self.says("/start"), words=["企航"])
        draft = await self.sees("同意保存，看结果", after=self.says(SENTENCE))
        await self.sees("改资料", after=self.presses(draft, "同意保存，看结果"))
        self.ledger.profiles.append(self.chat)
        self.is_known = True

    async def raises(self) -> str:
        """A ticket, often with files; its number."""
        token = self.load.token()
        words = f"{self.load.random.choice(_TROUBLES)}，{self.mark}{token}"
        draft = await self.sees("提交", "是新问题", after=self.says(words))
        if label_on(draft, "提交", "是新问题") == "是新问题":
            draft = await self.sees("提交", after=self.presses(draft, "是新问题"))
        match self.load.random.randrange(4):
            case 0:
                self.attaches("document", (f"{token}.pdf", token.encode()))
            case 1:
                self.attaches("photo", ("a.png", PNG), ("b.png", PNG), caption="照片")
        receipt = await self.sees(after=self.presses(draft, "提交"), words=["已收到：QT-"])
        self.ledger.tickets.append(token)
        number = number_in(receipt)
        self.open.append(number)
        return number

    async def rates(self, message: Stored, number: str) -> None:
        asked = await self.sees("5 很满意", after=self.presses(message, "解决了"))
        await self.sees(after=self.presses(asked, "5 很满意"), words=["您评了 5 分"])
        self.ledger.ratings.append(number)
        self.open = [one for one in self.open if one != number]

    async def supplies(self, message: Stored, number: str) -> None:
        after = self.presses(message, "现在补充")
        await self.sees(after=after, words=[number])
        token = self.load.token()
        after = self.attaches("document", (f"{token}.pdf", token.encode()))
        added = await self.sees("发完了", after=after, words=["已加到"])
        await self.sees(after=self.presses(added, "发完了"), words=[number])
        self.ledger.supplies.append(number)


class Officer(Player):
    """Works at the desk's topics: takes tickets, answers, notes, asks back and resolves.

    Always at the newest card of a topic: one that was on its way when the bot died may stand there
    twice, and only the second is redrawn.
    """

    def __init__(self, load: Load, seat: str) -> None:
        super().__init__(load, seat)
        self.name = SEAT_BY_KEY[seat].name
        self.seen = 0
        #: Topics of the tickets in hand, and how much was done for each.
        self.mine: dict[int, int] = {}

    async def acts(self) -> bool:
        for card in self.local.newer(DESK_CHAT_ID, self.seen):
            self.seen = card.rev
            if _has(card, ["受理"]) and KEPT_APART not in words_of(card):
                await self.takes(card)
                return True
        for thread in self.mine:
            found = self._card_in(thread)
            if found is not None and "办理中" in words_of(found).splitlines()[0]:
                await self.works(found)
                return True
        return False

    def _card_in(self, thread: int) -> Stored | None:
        cards = self.local.newer(DESK_CHAT_ID, 0, thread)
        return max(filter(_is_card, cards), key=lambda card: card.id, default=None)

    async def takes(self, card: Stored) -> None:
        """Whoever is first has it; the other sees so on the same card."""
        await asyncio.sleep(self.load.random.random() / 2)
        self.presses(card, "受理")
        taken = await self._taken(card.thread)
        if f"受理：{self.name}" in words_of(taken):
            self.mine.setdefault(taken.thread, 0)

    async def works(self, card: Stored) -> None:
        """One thing at a time, in the order an officer would do them."""
        done = self.mine[card.thread]
        self.mine[card.thread] += 1
        if done == 0:
            await self.replies(card)
            self.notes(card.thread)
        elif done == 1 and self.load.random.random() < 0.5:
            await self.asks_back(card)
        else:
            await self.resolves(card)
            del self.mine[card.thread]

    async def _taken(self, thread: int) -> Stored:
        """The card once it names who took it, which it may have done before one pressed."""

        def found() -> Stored | None:
            card = self._card_in(thread)
            return card if card is not None and "受理：" in words_of(card) else None

        return await self.waits(found, "who took it", DESK_CHAT_ID, thread)

    async def replies(self, card: Stored) -> None:
        token = self.load.token()
        await self._at(card.thread, "取消", after=self.presses(card, "回复企业"), words=["写下"])
        preview = await self._at(
            card.thread, "发送", after=self.says(f"正在核实{token}", thread=card.thread)
        )
        await self._at(card.thread, after=self.presses(preview, "发送"), words=["已发给企业"])
        self.ledger.replies.append(token)

    def notes(self, thread: int) -> None:
        token = self.load.token()
        self.says(f"内部：{token}", thread=thread)
        self.ledger.notes.append(token)

    async def asks_back(self, card: Stored) -> None:
        menu = await self._at(card.thread, "补照片", after=self.presses(card, "请企业补充"))
        limit = await self._at(card.thread, "5 个工作日", after=self.presses(menu, "补照片"))
        after = self.presses(limit, "5 个工作日")
        await self._at(card.thread, after=after, words=["已请企业补充"])
        self.ledger.questions.append(number_in(card))

    async def resolves(self, card: Stored) -> None:
        token = self.load.token()
        menu = await self._at(card.thread, "已解决", after=self.presses(card, "办结"))
        await self._at(card.thread, "已办妥", after=self.presses(menu, "已解决"))
        preview = await self._at(
            card.thread, "提交", after=self.says(f"可以申报{token}", thread=card.thread)
        )
        await self._at(card.thread, after=self.presses(preview, "提交"), words=["已答复：已解决"])
        self.ledger.answers.append(token)

    async def _at(self, thread: int, *labels: str, after: int, words: Sequence[str] = ()) -> Stored:
        return await self.sees(*labels, after=after, words=words, chat=DESK_CHAT_ID, thread=thread)
