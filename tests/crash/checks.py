"""What must be true after everything, by name; each check gives the faults it found, in words."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise

from domain.calendar_changes import ChangeSource
from domain.paragraphs import bare_text
from domain.tickets import LIFE_CYCLE, Status, Step, ticket_status
from models import Message, Outbox, TicketEvent
from models.messages import Direction, InboxState, OutboxKind, OutboxState
from models.notices import NoticeState
from tests.crash.evidence import Evidence
from tests.crash.record import Taken

_FIRST_UPDATE = 100_000_001
_ALBUM, _TOPIC = "sendMediaGroup", "createForumTopic"
_HELP, _LANGUAGE = "我能帮您做什么", "语言 / Language"
#: The spinner of a press is not owed, an edit that was made already changes nothing, and the last
#: question of a dead process ends with its heir's first.
_HARMLESS = (
    "query is too old",
    "message is not modified",
    "TOPIC_NOT_MODIFIED",
    "terminated by other getUpdates",
)


def updates(found: Evidence) -> Iterator[str]:
    """Every update that Telegram made was stored once and given its effect."""
    made = range(_FIRST_UPDATE, found.local.store.last_number("update") + 1)
    stored = Counter(row.update_id for row in found.inbox)
    yield from (f"update {number} was lost" for number in made if not stored[number])
    yield from (f"update {number} is there {n} times" for number, n in stored.items() if n > 1)
    yield from (f"{row.state}: {row.error}" for row in found.inbox if row.state != InboxState.DONE)


def effects(found: Evidence) -> Iterator[str]:
    """What people did had its effect exactly once."""
    for name, (wanted, got) in _counts(found).items():
        if wanted != got:
            yield f"{name}: {wanted} were due, {got} are there"
    yield from _steps(found)
    yield from _words(found)
    yield from _histories(found)
    yield from _forms(found)


def _counts(found: Evidence) -> dict[str, tuple[int, int]]:
    ledger, steps = found.ledger, Counter(event.step for event in found.events)
    noted = sum(one.step is Step.NOTE and not one.why for one in found.events)
    changes = [one for one in found.changes if one.number and one.source is ChangeSource.CHAT]
    bundles = [one for one in found.tickets if one.bundle]
    merged = sum(one.why == "merged" for one in found.events)
    return {
        "profiles": (len(ledger.profiles), len(found.companies)),
        "tickets": (len(ledger.tickets) + ledger.bundles, len(found.tickets)),
        "replies": (len(ledger.replies), steps[Step.REPLY]),
        "answers": (len(ledger.answers), steps[Step.RESOLVE]),
        "notes": (len(ledger.notes), noted),
        "merges": (len(ledger.merges), steps[Step.MERGE]),
        "merges in the other's history": (len(ledger.merges), merged),
        "bundles": (ledger.bundles, len(bundles)),
        "tasks": (len(found.tickets) + len(bundles), len(found.tasks)),
        "changes of the calendar": (ledger.calendar_changes, len(changes)),
        **{
            f"{name} of {chat}": (count, _answers(found, chat, words))
            for name, words, said in (
                ("help", _HELP, ledger.helps),
                ("language", _LANGUAGE, ledger.languages),
            )
            for chat, count in said.items()
        },
    }


def _answers(found: Evidence, chat: int, words: str) -> int:
    return sum(row.chat_id == chat and _says(row, words) for row in found.outbox)


def _says(row: Outbox, words: str) -> bool:
    text = bare_text(row.payload.get("text", ""))
    return row.kind is OutboxKind.SEND and text.startswith(words)


def _steps(found: Evidence) -> Iterator[str]:
    """What was done about one ticket stands in its history, as often as it was done.

    Files for an answered question are added. So are they when an officer answers before the
    question is: the card that stood before her was not redrawn yet.
    """
    ledger = found.ledger
    for name, wanted, taken in (
        ("questions", ledger.questions, {Step.ASK_BACK}),
        ("supplies", ledger.supplies, {Step.SUPPLY, Step.ADD}),
        ("scores", ledger.ratings, {Step.RATE}),
    ):
        due = Counter(wanted)
        for ticket in found.tickets:
            lines = found.lines_of[ticket.id]
            there = sum(one.step in taken and _counts_as(name, one) for one in lines)
            if there != due[ticket.number]:
                path = " ".join(one.step for one in lines)
                yield f"{name} of {ticket.number}: {due[ticket.number]} due, {there} there: {path}"


def _counts_as(name: str, event: TicketEvent) -> bool:
    """Solved or not is said first, the score after it."""
    return name != "scores" or bool(event.details.get("score"))


def _words(found: Evidence) -> Iterator[str]:
    """Each word that somebody wrote stands in one ticket, as what it was meant to be."""
    ledger = found.ledger
    for tokens, direction in (
        (ledger.tickets, Direction.IN),
        (ledger.replies, Direction.OUT),
        (ledger.answers, Direction.OUT),
        (ledger.notes, Direction.NOTE),
    ):
        kept = [
            one.text
            for one in found.messages
            if one.person_id and one.ticket_id and one.direction is direction and not one.relays
        ]
        everything = "\n".join(kept)
        for token in tokens:
            if (times := everything.count(token)) != 1:
                yield f"{token} stands in tickets {times} times as {direction}"
    for chat, number in ledger.files:
        message = found.by_number.get((chat, number))
        if message is None or message.ticket_id is None:
            yield f"a file of {chat} ({number}) is in no ticket"


def _histories(found: Evidence) -> Iterator[str]:
    by_number = {one.number: one for one in found.tickets}
    for gone, stays in found.ledger.merges:
        if by_number[gone].merged_into != by_number[stays].id:
            yield f"{gone} was not merged into {stays}"
    if found.unreckoned:
        yield f"{found.unreckoned} tasks are not due when the calendar says"
    late = [one.number for one in found.changes if one.number and one.reckoned_at is None]
    if late:
        yield f"changes {late} of the calendar were not reckoned to the end"


def _forms(found: Evidence) -> Iterator[str]:
    facts = Counter((one.company_id, one.key, one.year, one.item) for one in found.facts)
    yield from (f"fact {key} was saved {n} times" for key, n in facts.items() if n > 1)
    yield from (f"{one.seat} waited in vain for {one.what}" for one in found.ledger.in_vain)


def owed(found: Evidence) -> Iterator[str]:
    """Every message that was owed arrived, and stands there as it was said last."""
    for row in found.outbox:
        if row.state not in {OutboxState.SENT, OutboxState.DROPPED} and not row.broadcast:
            yield f"row {row.id} ({row.kind}) is {row.state}: {row.error}"
    looks: dict[tuple[int, int], str] = {}
    for call in found.local.taken:
        if call.method != _ALBUM:
            looks.update({(call.chat, number): call.text for number in call.messages})
    for message_id, rows in found.rows_of.items():
        yield from _arrived(found.by_id[message_id], rows, looks, found)


def _arrived(
    message: Message, rows: list[Outbox], looks: dict[tuple[int, int], str], found: Evidence
) -> Iterator[str]:
    said = [row for row in rows if row.state is OutboxState.SENT]
    if not said:
        return
    number, last = message.telegram_id, said[-1].payload.get("text", "")
    if number is None or found.local.store.message(message.chat_id, number) is None:
        yield f"row {said[0].id} never arrived in {message.chat_id}: {bare_text(last)[:40]!r}"
    elif looks.get((message.chat_id, number), last) != last:
        yield f"row {said[-1].id} never showed in {message.chat_id}: {bare_text(last)[:40]!r}"


def repeats(found: Evidence) -> Iterator[str]:
    """A message that came twice was on its way when its courier was killed."""
    allowed = Counter((one.chat, one.text) for one in found.in_flight if not one.broadcast)
    for call in surplus(found):
        key = (call.chat, "" if call.method == _TOPIC else call.text)  # a topic has no text
        if allowed[key] <= 0:
            yield f"{call.method} to {call.chat} without reason: {bare_text(call.text)[:40]!r}"
        allowed[key] -= 1


def surplus(found: Evidence) -> list[Taken]:
    """Messages at Telegram that are nobody's: the first copies of what was sent again."""
    threads = {(one.chat_id, one.thread_id) for one in found.topics}
    more = []
    for call in found.local.taken:
        if call.method == _TOPIC:
            if (call.chat, call.messages[0]) not in threads:
                more.append(call)
        elif call.method.startswith("send") and not found.row_behind(call.chat, call.messages[0]):
            more.append(call)
    return more


def order(found: Evidence) -> Iterator[str]:
    """In each chat, or topic, messages stand as they were owed, and updates had effect as sent."""
    last: dict[tuple[int, int | None, bool], Outbox] = {}
    for call in found.local.taken:
        row = found.row_behind(call.chat, call.messages[0]) if call.messages else None
        if row is None or not call.method.startswith("send"):
            continue
        lane = (row.chat_id, row.topic_id, row.notice_id is not None)
        if lane in last and last[lane].id > row.id:
            yield f"in {lane[:2]} row {row.id} came after {last[lane].id}"
        last[lane] = row
    for chat, rows in found.inbox_of.items():
        for before, after in pairwise(rows):
            if before.update_id > after.update_id:
                yield f"{chat}: update {before.update_id} stands before {after.update_id}"
    yield from _words_in_order(found)
    yield from _answers_in_order(found)


def _words_in_order(found: Evidence) -> Iterator[str]:
    """Our numbers are given as things take effect, moments are read before one's turn has come."""
    last: dict[int, int] = {}
    for message in found.messages:
        number, chat = message.telegram_id, message.chat_id
        if number is None or message.person_id is None or message.id in found.rows_of:
            continue
        if number < last.get(chat, 0):
            yield f"{chat}: message {number} had effect after {last[chat]}"
        last[chat] = number


def _answers_in_order(found: Evidence) -> Iterator[str]:
    answers = {"/help": _HELP, "/language": _LANGUAGE}
    for chat in found.ledger.helps:
        texts = [one.payload.get("message", {}).get("text") for one in found.inbox_of[chat]]
        asked = [answers[text] for text in texts if text in answers]
        said = [
            words
            for row in found.outbox
            for words in answers.values()
            if row.chat_id == chat and _says(row, words)
        ]
        if said != asked:
            yield f"{chat}: the answers do not stand in the order of the questions"


def history(found: Evidence) -> Iterator[str]:
    """Each task's lines are a path through the life cycle that ends where the task stands."""
    lines: dict[int, list[TicketEvent]] = defaultdict(list)
    for event in found.events:
        if event.task_id is not None:
            lines[event.task_id].append(event)
    stands: dict[int, list[Status]] = defaultdict(list)
    for task in found.tasks:
        stands[task.ticket_id].append(task.status)
        yield from _path(task.id, lines[task.id], task.status)
    for ticket in found.tickets:
        first = next((one.step for one in found.lines_of[ticket.id]), None)
        if first is not Step.RECEIVE:
            yield f"{ticket.number} begins with {first}"
        if ticket_status(stands[ticket.id]) is not ticket.status:
            yield f"{ticket.number} is {ticket.status}, its tasks {stands[ticket.id]}"


def _path(task_id: int, lines: list[TicketEvent], ends: Status) -> Iterator[str]:
    at = Status.RECEIVED
    for line in lines:
        row = LIFE_CYCLE[line.step]
        is_first = line.step is Step.RECEIVE and line is lines[0]
        if not is_first and (line.frm != at or at not in row.frm):
            yield f"task {task_id}: {line.step} from {line.frm}, which stood at {at}"
        if line.to != (row.to or line.frm):
            yield f"task {task_id}: {line.step} leads to {line.to}"
        at = Status(line.to) if line.to else at
    if at is not ends:
        yield f"task {task_id}: the lines end at {at}, it stands at {ends}"


def notices(found: Evidence) -> Iterator[str]:
    """What was due was said, once."""
    now = found.local.clock()
    for notice in found.notices:
        if notice.state is NoticeState.OPEN and notice.due_at <= now:
            yield f"notice {notice.key} is due since {notice.due_at}"
    said = Counter(
        (row.notice_id, row.chat_id, row.payload.get("text", ""))
        for row in found.outbox
        if row.notice_id is not None and row.state is not OutboxState.DROPPED
    )
    yield from (f"notice {key[0]} was said {n} times" for key, n in said.items() if n > 1)


def database(found: Evidence) -> Iterator[str]:
    """Nothing is damaged, nothing dangles, no call was refused, and nothing failed in the logs."""
    yield from found.damages
    yield from found.troubles
    for refused in found.local.store.rejected():
        if not any(words in refused["description"] for words in _HARMLESS):
            yield f"Telegram refused {refused['method']}: {refused['description']}"


CHECKS: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "updates": updates,
    "effects": effects,
    "owed": owed,
    "repeats": repeats,
    "order": order,
    "history": history,
    "notices": notices,
    "database": database,
}
