"""Whatever is written on any screen, read in a fixed order: danger, way-words, numbers, answers,
then problem, search or facts. Everything sent that is no text may be a problem.
"""

import re
from dataclasses import replace
from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, Message

from domain.actors import Hat
from domain.clients import names_another
from domain.errors import NotFound
from domain.incoming import Incoming
from domain.intents import Intent
from domain.lexicon import plain
from domain.screens import Reply, answer
from domain.triage import in_danger
from domain.understanding import Understanding, asks_something
from domain.uscc import read_uscc
from handlers import (
    clients,
    companies,
    drafts,
    matching,
    measures,
    notice_choices,
    past,
    people,
    seasons,
)
from handlers.incoming import read
from handlers.routing import Routes
from handlers.sittings import AGENT, sit
from models import Conversation
from models.unmet import UnmetKind
from services import messages, ticket_drafts
from services.office import Office
from services.sittings import CHECK, CLIENT, CODE, NAME, PAST, RENEWED, WHOM
from views import matching as matching_views
from views import searches
from views import words as views

LONG_STORY = 1500
"""So long a text in which nothing can be read is told to somebody who reads it."""

FORWARDED_FROM = 60
"""A forwarded text of so many characters is a notice; a shorter one may be one's own words."""

TICKET_NUMBER = re.compile(r"qt-\d{8}-\d{4}", re.IGNORECASE)
_CANCEL = frozenset({"取消", "算了", "不用了", "退出", "cancel", "never mind", "stop"})
_MENU = frozenset({"菜单", "返回", "主菜单", "帮助", "menu", "back", "help", "home"})
_QUIETER = re.compile(
    r"(?:晚上|夜里|以后|请|麻烦)*(?:别|不要|少)(?:再|老|总是|一直)?(?:给我|给我们)?"
    r"(?:发|提醒|推送|通知|打扰)(?:我|我们)?(?:了|点|些|消息|通知|提醒|政策|推送|啦)*[吧啊呀!。~]*|通知设置|提醒设置|"
    r"(?:fewer|no more|stop the) (?:notices|notifications|messages|reminders)[.!]*"
)
_GREETING = re.compile(
    r"(?:您好|你好|嗨|哈喽|在吗|在么|早上好|下午好|hello|hi|hey|good morning)[呀啊吗!,。.~]*"
)
_THANKS = re.compile(
    r"(?:好的?,?)?(?:谢谢|多谢|感谢|辛苦|thanks|thank you)(?:了|您|你|啊|!|。|so much)*"
)
_NOTED = re.compile(
    r"(?:好|好的|好吧|行|可以|嗯+|哦|收到|知道了?|明白了?|了解了?|再见|拜拜|ok|okay|fine|got it|"
    r"i see|bye|goodbye)[的了啊呀吧!,。.~]*"
)
_OFFICER = re.compile(
    r"(?:我|我们)?(?:想|要|请|帮我|麻烦)?(?:转|找|接|联系|问)?(?:一下)?"
    r"(?:人工|真人|客服|工作人员|办事员|值班人员)(?:服务|客服)?[吧啊!。]*|"
    r"(?:i (?:want|need|would like) to )?(?:please )?(?:talk to|speak to|ask|contact)? ?"
    r"(?:an? |the )?(?:human|person|officer|operator|agent)(?: please)?[.!]*"
)
_ABOUT_THE_QUESTION = re.compile(
    r"怎么算|怎么填|怎么答|什么意思|是什么$|是啥|包括|包含|算不算|算吗|指的?是|为什么(?:要)?(?:问|填)|"
    r"what (?:does|do you|is) (?:it|this|that|you)|(?<![a-z])means?(?![a-z])|include|why do you"
)
_ENGLISH = re.compile(r"(?=(?:[^a-z]*[a-z]){10})[\x00-\x7f‘’“”–—€]+", re.IGNORECASE)
_WHO = re.compile(
    r".{0,6}(?:是不是(?:真)?人|是人吗|机器人|谁(?:来)?决定|谁说了算|"
    r"are you (?:a )?(?:human|person|bot)|who decides).{0,8}"
)


async def hear(message: Message, **given: Any) -> Any:
    """A private message that nothing else has claimed."""
    if message.chat.type != "private" or given["actor"].hat is Hat.OFFICE:
        return UNHANDLED
    text = (message.text or "").strip()
    if text.startswith("/"):
        return UNHANDLED
    if not text:
        return await _hear_other(message, given)
    if given["t"].locale == "zh" and _ENGLISH.fullmatch(text):
        await _offer_english(given)
    return await _by_order(message, text, given)


async def _offer_english(given: dict[str, Any]) -> None:
    """English is read whatever the language of the screens; once it is offered for them too."""
    place = given["place"]
    await messages.owe(
        given["session"],
        place,
        views.offer_english(given["t"]),
        now=given["now"],
        key=f"offer_english:{place.bot_id}:{place.chat_id}",
    )


async def _hear_other(message: Message, given: dict[str, Any]) -> Any:
    """Pictures, files, recordings, places: perhaps a problem. What says nothing is left."""
    if read(message).is_trifle:
        return UNHANDLED
    return await drafts.offer_draft(message, **given)


async def _by_order(message: Message, text: str, given: dict[str, Any]) -> Reply:
    said, office = plain(text), given["office"]
    is_notice = message.forward_origin is not None and len(text) >= FORWARDED_FROM
    if is_notice:
        given["talk"].keep(query=text)
        return answer(views.forwarded(given["t"]))
    if _is_danger(said, office):
        return await drafts.offer_draft(message, **given)
    reply = await _way_words(message, said, given) or await _numbers(text, given)
    if reply is None:
        reply = await _answer(text, given) or await _small_talk(message, said, given)
    return reply or await _reading(message, text, given)


def _is_danger(said: str, office: Office) -> bool:
    book = office.catalogue.triage
    return book is not None and in_danger(said, book)


async def _way_words(message: Message, said: str, given: dict[str, Any]) -> Reply | None:
    if said in _CANCEL:
        return await people.call(people.cancel, message, given)
    if said in _MENU:
        return await people.call(people.show_menu, message, given)
    return None


async def _numbers(text: str, given: dict[str, Any]) -> Reply | None:
    """A ticket's number that was not found earlier is nobody's; a company's code opens nothing."""
    if given["talk"].state in {NAME, CLIENT}:
        return None
    if TICKET_NUMBER.fullmatch(text):
        raise NotFound
    if read_uscc(text) is not None:
        return await companies.typed_code(text, **given)
    return None


async def _answer(text: str, given: dict[str, Any]) -> Reply | None:
    """An answer to the question that is open in this chat."""
    match given["talk"].state:
        case state if state == NAME:
            return await companies.typed_name(text, **given)
        case state if state == CODE:
            return await companies.typed_code(text, **given)
        case state if state == CLIENT:
            return await clients.typed_name(text, **given)
        case state if state == PAST and (reply := await past.typed_day(text, **given)) is not None:
            return reply
        case state if state == RENEWED:
            return await seasons.typed_day(text, **given)
        case _ if _ABOUT_THE_QUESTION.search(plain(text)):
            return await matching.missed_answer(**given)
        case _:
            return await matching.typed_answer(text, **given)


async def _small_talk(message: Message, said: str, given: dict[str, Any]) -> Reply | None:
    if _THANKS.fullmatch(said):
        return answer(views.thanks(given["t"]))
    if _WHO.fullmatch(said):
        return answer(views.program(given["t"]))
    if _NOTED.fullmatch(said):
        return answer(views.noted(given["t"]))
    if _QUIETER.fullmatch(said):
        return await people.call(notice_choices.show, message, given)
    if _OFFICER.fullmatch(said):
        return await people.call(drafts.ask, message, given, argument="")
    if _GREETING.fullmatch(said):
        return await people.call(people.greet, message, given)
    return None


async def _reading(message: Message, text: str, given: dict[str, Any]) -> Reply:
    """By what it is understood to be; whoever takes it from here need not read it again."""
    given = {**given, "heard": {}}
    heard = _understood(text, given)
    is_of_agent = heard.facts.get("asks_as") == AGENT or names_another(text)
    if is_of_agent and heard.intent is not Intent.PROBLEM:
        return await clients.ask_whom(text, **given)
    if given["talk"].state == CHECK and heard.facts and heard.intent is not Intent.PROBLEM:
        return await companies.describe(text, **given)
    match heard.intent:
        case Intent.PROBLEM if len(heard.facts) > 1:
            given["talk"].keep(query=text)
            return answer(views.which(given["t"], ("problem", "facts")))
        case Intent.PROBLEM:
            return await drafts.offer_draft(message, **given)
        case Intent.PROFILE:
            return await companies.describe(text, **given)
        case Intent.SEARCH:
            return await _search(text, heard, given)
        case _:
            return await _last_try(message, text, given)


def _understood(text: str, given: dict[str, Any]) -> Understanding:
    """Once it is known which client it is, nobody asks any more who asks."""
    sitting = sit(given)
    heard = sitting.understood(text)
    if not sitting.is_for_client:
        return heard
    return replace(heard, facts={key: heard.facts[key] for key in heard.facts if key != "asks_as"})


async def _search(text: str, heard: Understanding, given: dict[str, Any]) -> Reply:
    """A question about policies; one with facts of the company is a description too."""
    if heard.facts and heard.needs:
        return await companies.describe(text, **given)
    return await measures.search(text, **given)


async def _last_try(message: Message, text: str, given: dict[str, Any]) -> Reply:
    """A long story is for an officer; what asks is a search, with an officer where it finds
    nothing; words beside a file belong to it; a name of a policy needs no verb; else the open
    question again, or the likeliest ways on."""
    if len(text) >= LONG_STORY:
        return await drafts.offer_draft(message, **given)
    if given["talk"].state == WHOM:
        return await clients.typed_name(text, **given)
    if asks_something(plain(text), given["office"].catalogue.sayings):
        return await measures.search(text, **given)
    if ticket_drafts.awaits_words(given["talk"]):
        return await drafts.offer_draft(message, **given)
    missed = await matching.missed_answer(**given)
    if missed is not None:
        return missed
    hits = measures.hits_of(text, given)
    if hits:
        return await measures.found(text, hits, **given)
    given["talk"].keep(query=text)
    return answer(views.unread(given["t"]))


async def read_as(query: CallbackQuery, press: views.ReadAs, **given: Any) -> Reply:
    """The words that wait, read as the person says."""
    text = str(given["talk"].data.get("query", ""))
    match press.reading:
        case "problem" if text:
            return await _as_problem(text, given)
        case "search" if text:
            return await measures.search(text, **given)
        case "facts" if text:
            return await companies.describe(text, **given)
        case _:
            return await people.call(drafts.ask, query, given, argument="")


async def _as_problem(text: str, given: dict[str, Any]) -> Reply:
    ticket_drafts.look_away(given["talk"])
    return await drafts.take_in(Incoming(text=text), **given)


async def ask_for_search(query: CallbackQuery, **given: Any) -> Reply:
    """都不是, or nothing fits: an officer looks."""
    text = str(given["talk"].data.get("query", ""))
    if not text:
        return await people.call(drafts.ask, query, given, argument="")
    if measures.hits_of(text, given):
        await measures.note_unmet(UnmetKind.NONE_OF_THESE, text, given)
    return await _as_problem(text, given)


async def ask_all(_: CallbackQuery, press: matching_views.AskAll, **given: Any) -> Reply:
    """一次问清: every measure of a need that an officer must confirm, in one draft."""
    wanted = await matching.for_officer(press.need, **given)
    return await drafts.ask_about(wanted, **given)


async def hear_again(message: Message, talk: Conversation, **given: Any) -> Any:
    """The sentence of an open fact check was edited: it is read anew."""
    text = (message.text or "").strip()
    is_checked = talk.state == CHECK and talk.data.get("texts")
    if message.chat.type != "private" or not text or not is_checked:
        return UNHANDLED
    talk.keep(texts=talk.data["texts"][:-1])
    return await companies.describe(text, **given, talk=talk)


def add_routes(routes: Routes) -> None:
    """Routes of this module: asked last but for the unknown."""
    routes.on_press(
        {
            views.ReadAs: read_as,
            searches.AskNobody: ask_for_search,
            matching_views.AskAll: ask_all,
        },
    )
    routes.on_message(hear)
    routes.on_edited(hear_again)
