"""Long transactions to be killed in the middle: brought up to the last press, which comes later."""

from sandbox.seats import DESK_CHAT_ID
from sandbox.store import Stored
from tests.crash.players import KEPT_APART, Company, Load, Player, label_on


class Scene(Player):
    """Prepared while the bot lives; `fires` presses the last key, perhaps while it is dead."""

    name = ""

    def __init__(self, load: Load, seat: str) -> None:
        super().__init__(load, seat)
        self._last: tuple[Stored, str] | None = None

    async def acts(self) -> bool:
        return False

    async def prepares(self) -> None:
        """Go as far as the last key."""
        raise NotImplementedError

    def fires(self) -> None:
        """Press it, and note what is promised."""
        if self._last is None:
            return
        self.presses(*self._last)
        self._last = None
        self.is_promised()

    def is_promised(self) -> None:
        raise NotImplementedError


class Client(Company):
    """Raises what is merged later; does nothing else by itself."""

    mark = KEPT_APART

    async def acts(self) -> bool:
        return False


class Merging(Scene):
    """The head of the department merges two tickets of one company."""

    name = "merge"

    def __init__(self, load: Load, seat: str, client: Client) -> None:
        super().__init__(load, seat)
        self._client = client
        self._pair = ("", "")

    async def prepares(self) -> None:
        if not self._client.is_known:
            await self._client.describes_itself()
        after = self.revision()
        gone, stays = await self._client.raises(), await self._client.raises()
        card = await self._at(0, after, "更多", words=[gone, "问："])
        menu = await self._at(card.thread, self.presses(card, "更多"), "合并")
        choice = await self._at(card.thread, self.presses(menu, "合并"), "取消", words=["哪一件"])
        self.says(stays[-4:], thread=card.thread)
        last = await self._at(card.thread, choice.rev, "合并", words=[stays])
        self._last, self._pair = (last, "合并"), (gone, stays)

    def is_promised(self) -> None:
        self.ledger.merges.append(self._pair)

    async def _at(
        self, thread: int, after: int, *labels: str, words: list[str] | None = None
    ) -> Stored:
        return await self.sees(
            *labels, after=after, words=words or (), chat=DESK_CHAT_ID, thread=thread or None
        )


class Bundle(Scene):
    """A company fills the one form, which opens a task for each department."""

    name = "bundle"

    async def prepares(self) -> None:
        await self.sees(after=self.says("/start"))
        found = await self.sees("1 人才一件事", "填一次，一起办", after=self.says("员工落户怎么办"))
        if label_on(found, "1 人才一件事", "填一次，一起办") == "1 人才一件事":
            found = await self.sees("填一次，一起办", after=self.presses(found, "1 人才一件事"))
        shown = await self.sees("落户", after=self.presses(found, "填一次，一起办"))
        for label, then in (("落户", "已选 落户"), ("子女入学", "下一步"), ("下一步", "硕士")):
            shown = await self.sees(then, after=self.presses(shown, label))
        for label, then in (("硕士", "35–44 岁"), ("35–44 岁", "不清楚"), ("不清楚", "小学")):
            shown = await self.sees(then, after=self.presses(shown, label))
        send = await self.sees("同意并提交", "提交", after=self.presses(shown, "小学"))
        self._last = (send, label_on(send, "同意并提交", "提交"))

    def is_promised(self) -> None:
        self.ledger.bundles += 1


class Calendar(Scene):
    """An administrator gives a day off, and takes it back the next time."""

    name = "calendar"
    _saved: bool = False

    async def prepares(self) -> None:
        if self._saved:
            shown = await self.sees("撤销", after=0, words=["已保存"])
            self._last = (shown, "撤销")
            return
        await self.sees("菜单", after=self.says("/calendar"), words=["办公日历"])
        day = "12月1日休息，12月2日休息，12月3日休息"
        shown = await self.sees("保存", after=self.says(day), words=["待保存"])
        self._last = (shown, "保存")

    def is_promised(self) -> None:
        self._saved = not self._saved
        self.ledger.calendar_changes += 1
