"""What the buttons of a company's tickets carry."""

from dataclasses import dataclass
from typing import ClassVar

from domain.tickets import Category, Solved
from views.presses import Press


@dataclass(frozen=True)
class AskOfficer(Press):
    """A draft about a measure: 请工作人员确认."""

    prefix: ClassVar[str] = "ta"
    measure_id: str


@dataclass(frozen=True)
class ShowTicket(Press):
    """C12."""

    prefix: ClassVar[str] = "tt"
    ticket_id: int


@dataclass(frozen=True)
class ListTickets(Press):
    """Every ticket of one's side, a page of them."""

    prefix: ClassVar[str] = "to"
    page: int


@dataclass(frozen=True)
class ShowTalk(Press):
    """看往来: what was said, the newest page first."""

    prefix: ClassVar[str] = "tw"
    ticket_id: int
    page: int


@dataclass(frozen=True)
class ShowHistory(Press):
    """看历史: every step, the newest page first."""

    prefix: ClassVar[str] = "th"
    ticket_id: int
    page: int


@dataclass(frozen=True)
class ShowFile(Press):
    """Send a file of the conversation again."""

    prefix: ClassVar[str] = "tf"
    message_id: int
    place: int


@dataclass(frozen=True)
class Supplement(Press):
    """补充: what is written next belongs to the ticket."""

    prefix: ClassVar[str] = "te"
    ticket_id: int


@dataclass(frozen=True)
class Supplied(Press):
    """发完了."""

    prefix: ClassVar[str] = "ti"
    ticket_id: int


@dataclass(frozen=True)
class HaveNone(Press):
    """没有这份: an answer too."""

    prefix: ClassVar[str] = "ty"
    ticket_id: int


@dataclass(frozen=True)
class NeedTime(Press):
    """需要更多时间: tells the officer so; the clock stays still."""

    prefix: ClassVar[str] = "tz"
    ticket_id: int


@dataclass(frozen=True)
class Urge(Press):
    """催办."""

    prefix: ClassVar[str] = "tb"
    ticket_id: int


@dataclass(frozen=True)
class AskWithdraw(Press):
    """撤回 asks once."""

    prefix: ClassVar[str] = "t1"
    ticket_id: int


@dataclass(frozen=True)
class Withdraw(Press):
    """确认撤回."""

    prefix: ClassVar[str] = "t2"
    ticket_id: int


@dataclass(frozen=True)
class Reopen(Press):
    """重新打开."""

    prefix: ClassVar[str] = "t3"
    ticket_id: int


@dataclass(frozen=True)
class RateSolved(Press):
    """解决了 / 部分解决 / 没解决, for one round."""

    prefix: ClassVar[str] = "t4"
    ticket_id: int
    round: int
    solved: Solved


@dataclass(frozen=True)
class PartUnsolved(Press):
    """Which errand of a bundle is not solved: it is done again."""

    prefix: ClassVar[str] = "bu"
    ticket_id: int
    round: int
    task_id: int


@dataclass(frozen=True)
class RateScore(Press):
    """1–5, for one round."""

    prefix: ClassVar[str] = "t5"
    ticket_id: int
    round: int
    score: int


@dataclass(frozen=True)
class Comment(Press):
    """写一句."""

    prefix: ClassVar[str] = "t6"
    ticket_id: int


@dataclass(frozen=True)
class AskTicketCategory(Press):
    """改类别 of a submitted ticket."""

    prefix: ClassVar[str] = "t7"
    ticket_id: int


@dataclass(frozen=True)
class PickTicketCategory(Press):
    """The category chosen for it."""

    prefix: ClassVar[str] = "t8"
    ticket_id: int
    category: Category


@dataclass(frozen=True)
class AddTo(Press):
    """加进去: a stored message belongs to that ticket."""

    prefix: ClassVar[str] = "t9"
    ticket_id: int
    message_id: int


@dataclass(frozen=True)
class AsNew(Press):
    """新问题: a stored message starts a draft."""

    prefix: ClassVar[str] = "tN"
    message_id: int


@dataclass(frozen=True)
class AskVisitIn(Press):
    """请上门: somebody of the office is to come because of this ticket."""

    prefix: ClassVar[str] = "vt"
    ticket_id: int


@dataclass(frozen=True)
class RateLater(Press):
    """Bring the rating to mind again in two days."""

    prefix: ClassVar[str] = "tL"
    ticket_id: int
    round: int
