"""People at keyboards who go on whether the bot lives or not, and note what they are promised.

Each waits for what it needs to see before it presses, so a lost answer leaves somebody waiting.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from sandbox.seats import DESK_CHAT_ID, SEAT_BY_KEY
from sandbox.store import Stored
from tests.crash.record import LocalTelegram, keys_of, words_of
from tests.handlers.office import PNG

#: So long somebody waits for an answer while the bot is killed and started.
_PATIENCE_SECONDS = 150
_LOOK_AGAIN_SECONDS = 1.0
_NUMBER = re.compile(r"QT-\d{8}-\d{4}")
SENTENCE = "做芯片封装的，2015年成立，80来人，去年3000万，想贷款换设备"
_TROUBLES = ("银行贷款批不下来，拖了两个月", "银行抵押评估太低，贷款额度不够", "续贷一直没有回音")
KEPT_APART = "留待合并"


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
    questions: int = 0
    supplies: int = 0
    ratings: int = 0
    merges: list[tuple[str, str]] = field(default_factory=list)
    bundles: int = 0
    calendar_changes: int = 0
    waits: list[str] = field(default_factory=list)

    def entries(self) -> int:
        """How many effects are looked for."""
        lists = (self.profiles, self.tickets, self.files, self.replies, self.answers, self.notes)
        single = self.questions + self.supplies + self.ratings + self.bundles
        counted = self.helps.total() + self.languages.total() + self.calendar_changes
        return sum(len(one) for one in (*lists, self.merges)) + single + counted


@dataclass
class Load:
    """Everybody who plays, and the pause that lets time pass between their forms."""

    local: LocalTelegram
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

    async def come_to_rest(self, seconds: float) -> bool:
        """Let everybody end the form they are in; nobody begins another."""
        self._is_open.clear()
        self.local.telegram.pages.ring()
        try:
            async with asyncio.timeout(seconds):
                while not all(player.rests for player in self.players):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        except TimeoutError:
            self.ledger.waits += [one.waits_for for one in self.players if not one.rests]
            return False
        return True

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
        self.waits_for = ""
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
            except TimeoutError:
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
        chat = chat or self.chat
        self.waits_for = f"{self.seat} waits for {labels} {words} in {chat}/{thread}"
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while True:
                    for one in reversed(self.local.newer(chat, after)):
                        fits = _has(one, labels) and all(word in words_of(one) for word in words)
                        if fits and thread in {None, one.thread}:
                            return one
                    await self.local.telegram.pages.heard(_LOOK_AGAIN_SECONDS)
        except TimeoutError:
            self.ledger.waits.append(self.waits_for)
            raise


def _has(message: Stored, labels: Sequence[str]) -> bool:
    return not labels or any(text in labels for text, _ in keys_of(message))


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
        found = _NUMBER.search(words_of(receipt))
        assert found is not None
        self.open.append(found[0])
        return found[0]

    async def rates(self, message: Stored, number: str) -> None:
        asked = await self.sees("5 很满意", after=self.presses(message, "解决了"))
        await self.sees(after=self.presses(asked, "5 很满意"), words=["您评了 5 分"])
        self.ledger.ratings += 1
        self.open = [one for one in self.open if one != number]

    async def supplies(self, message: Stored, number: str) -> None:
        after = self.presses(message, "现在补充")
        await self.sees(after=after, words=[number])
        token = self.load.token()
        after = self.attaches("document", (f"{token}.pdf", token.encode()))
        added = await self.sees("发完了", after=after, words=["已加到"])
        await self.sees(after=self.presses(added, "发完了"), words=[number])
        self.ledger.supplies += 1


class Officer(Player):
    """Works at the desk's topics: takes tickets, answers, notes, asks back and resolves."""

    def __init__(self, load: Load, seat: str) -> None:
        super().__init__(load, seat)
        self.name = SEAT_BY_KEY[seat].name
        self.seen = 0
        #: Cards of the tickets in hand, and how much was done for each.
        self.mine: dict[int, int] = {}

    async def acts(self) -> bool:
        for card in self.local.newer(DESK_CHAT_ID, self.seen):
            self.seen = card.rev
            if _has(card, ["受理"]) and KEPT_APART not in words_of(card):
                await self.takes(card)
                return True
        for number in self.mine:
            found = self.local.store.message(DESK_CHAT_ID, number)
            if found is not None and "办理中" in words_of(found).splitlines()[0]:
                await self.works(found)
                return True
        return False

    async def takes(self, card: Stored) -> None:
        """Whoever is first has it; the other sees so on the same card."""
        await asyncio.sleep(self.load.random.random() / 2)
        self.presses(card, "受理")
        taken = await self._taken(card)
        if f"受理：{self.name}" in words_of(taken):
            self.mine[taken.id] = 0

    async def works(self, card: Stored) -> None:
        """One thing at a time, in the order an officer would do them."""
        done = self.mine[card.id]
        self.mine[card.id] += 1
        if done == 0:
            await self.replies(card)
            self.notes(card.thread)
        elif done == 1 and self.load.random.random() < 0.5:
            await self.asks_back(card)
        else:
            await self.resolves(card)
            del self.mine[card.id]

    async def _taken(self, card: Stored) -> Stored:
        """The card once it names who took it, which it may have done before one pressed."""
        self.waits_for = f"{self.seat} waits for who took {words_of(card)[:16]}"
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while True:
                    found = self.local.store.message(card.chat, card.id)
                    if found is not None and "受理：" in words_of(found):
                        return found
                    await self.local.telegram.pages.heard(_LOOK_AGAIN_SECONDS)
        except TimeoutError:
            self.ledger.waits.append(self.waits_for)
            raise

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
        self.ledger.questions += 1

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
