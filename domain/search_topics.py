"""What a search was about, to name it when nothing fits: 办公室装修有补贴吗 is 办公室装修补贴."""

from __future__ import annotations

import re

LONGEST = 24
"""A longer text is a story; it has no name that fits a headline."""

_MONEY = r"补贴|补助|奖励|扶持|优惠|政策|支持|资助|减免"
_BEFORE = re.compile(
    r"^(?:请问|你好|您好|麻烦|想问问?|问问?|咨询|了解|打听|一下|下|我们?|公司|厂里|想要?|需要|要|"
    r"申请|办理|办(?![公事])|能?帮我|知道|有没有|有无|哪里有|哪里能|帮忙?|能不能|可不可以|可以|请|"
    r"[,，、。\s])+"
)
_AFTER = re.compile(
    r"(?:有没有|有吗|有啥|吗|呢|吧|啊|呀|么|怎么办理?|怎么申请|怎么申报|怎么弄|怎么领|怎么搞|"
    r"怎么样|怎样|如何申请|在哪里?|哪里有|哪里办|找谁|多少钱|可以|行不行|能不能|[?？!！。.,，、\s])+$"
)
_HAS_MONEY = re.compile(rf"(?:有|能拿|能领|能享受)(?:没有|什么|哪些|啥)?(?={_MONEY})")
_ENGLISH_BEFORE = re.compile(
    r"^(?:hi|hello|please|is there|are there|do you have|have you got|any|an?|the|i|we|want|need|"
    r"am|are|would like|looking for|where|how|can|could|do|to|get|apply for|tell me|"
    r"about|[,.\s])+\b",
    re.IGNORECASE,
)
_SAYS_SOMETHING = re.compile(r"[\u3400-\u9fff]{2}|[a-zA-Z]{3}")


def topic_of(text: str) -> str:
    """A short name of what was asked, in the words of who asked; empty when there is none."""
    said = " ".join(text.split())
    topic = _AFTER.sub("", _BEFORE.sub("", said))
    topic = _HAS_MONEY.sub("", topic)
    if topic.isascii():
        topic = _ENGLISH_BEFORE.sub("", topic).strip(" ?!.,")
    width = sum(1 if char.isascii() else 2 for char in topic)
    return topic if _SAYS_SOMETHING.search(topic) and width <= 2 * LONGEST else ""
