"""Every answer of Telegram, mapped once to what it means for the courier."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.masking import said
from bot.wire import never_left


class Meaning(StrEnum):
    """What to do with the row."""

    DONE = "done"
    RETRY = "retry"
    UNKNOWN = "unknown"
    MIGRATED = "migrated"
    UNREACHABLE = "unreachable"
    SEND_ANEW = "send_anew"
    RECREATE_TOPIC = "recreate_topic"
    PLAIN = "plain"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Answer:
    """The meaning, with what Telegram added to it. `album_ids` number the messages of a group."""

    meaning: Meaning
    error: str = ""
    wait: timedelta | None = None
    migrate_to: int | None = None
    telegram_id: int | None = None
    album_ids: tuple[int, ...] = ()
    thread_id: int | None = None
    content: bytes | None = None

    @property
    def is_plain(self) -> bool:
        """Done, and nothing but perhaps a message came of it."""
        is_more = self.album_ids or self.thread_id is not None or self.content is not None
        return self.meaning is Meaning.DONE and not is_more


#: Parts of Telegram's descriptions of bad requests, in lower case; the first that fits decides.
_BAD_REQUESTS: tuple[tuple[str, Meaning], ...] = (
    ("message is not modified", Meaning.DONE),
    ("topic_not_modified", Meaning.DONE),
    ("message to edit not found", Meaning.SEND_ANEW),
    ("message can't be edited", Meaning.SEND_ANEW),
    ("message_id_invalid", Meaning.SEND_ANEW),
    ("message thread not found", Meaning.RECREATE_TOPIC),
    ("topic_closed", Meaning.RECREATE_TOPIC),
    ("topic_deleted", Meaning.RECREATE_TOPIC),
    ("topic_id_invalid", Meaning.RECREATE_TOPIC),
    ("can't parse entities", Meaning.PLAIN),
    ("chat not found", Meaning.UNREACHABLE),
    ("peer_id_invalid", Meaning.UNREACHABLE),
)


def read_error(error: Exception) -> Answer:
    """What an exception of the client says."""
    text = said(error)
    match error:
        case TelegramRetryAfter():
            return Answer(Meaning.RETRY, text, wait=timedelta(seconds=error.retry_after))
        case TelegramMigrateToChat():
            return Answer(Meaning.MIGRATED, text, migrate_to=error.migrate_to_chat_id)
        case TelegramForbiddenError():
            return Answer(Meaning.UNREACHABLE, text)
        case TelegramBadRequest():
            return Answer(_bad_request(error.message), text)
        case TelegramEntityTooLarge():
            return Answer(Meaning.GIVE_UP, text)
        case TelegramServerError() | TelegramUnauthorizedError() | TelegramNotFound():
            return Answer(Meaning.RETRY, text)  # down, or the token was changed: nothing is lost
        case TelegramNetworkError():
            return Answer(Meaning.RETRY if never_left(error) else Meaning.UNKNOWN, text)
        case ClientDecodeError():
            return Answer(Meaning.UNKNOWN, text)
        case TelegramAPIError():
            return Answer(Meaning.GIVE_UP, text)
        case OSError() | TimeoutError():
            return Answer(Meaning.UNKNOWN, text)
        case _:
            return Answer(Meaning.GIVE_UP, text)


def _bad_request(text: str) -> Meaning:
    lowered = text.lower()
    return next((meaning for part, meaning in _BAD_REQUESTS if part in lowered), Meaning.GIVE_UP)
