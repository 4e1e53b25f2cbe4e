"""What an agent says of a client, read as the client would say it of itself."""

import re

_OF_A_CLIENT = re.compile(
    r"(?:(?:我|我们)?(?:是)?(?:替|帮|给|为|代|受)(?:我的|我们的?|一个|一家|某个?|个)?)?"
    r"(?:客户(?:公司|企业)?|委托(?:人|方|企业|公司))(?:委托)?"
)
_OF_A_CLIENT_EN = re.compile(
    r"(?:(?:asking|on behalf|speaking|acting) (?:of|for) )?(?:a|my|our|the|one of my|one of our)"
    r" (?:customer|client)(?:'s|’s)?(?: company)?s?(?![a-z])",
    re.IGNORECASE,
)


_ANOTHER = re.compile(
    r"(?:另|再|又|还有|换|下)(?:外|来|帮|替|给|是)?(?:一|1)?[家个位]?(?:客户|委托)|"
    r"(?:another|next|different) client",
    re.IGNORECASE,
)


_CLIENT_HERE = re.compile(
    r"(?P<zh>客户|委托方|委托人|甲方|(?<!其)他们|她们|他家|对方|人家)|"
    r"(?<![a-z])(?:(?:my|our|the|a|this) (?:customer|client)|they|he|she)(?![a-z])(?!'s)|"
    r"(?<![a-z])(?P<of>(?:my|our|the|a|this) client's|their|his|them|they're)(?![a-z])"
)


def as_own_in_place(plain: str) -> str:
    """A plain text with the client, and them, as 我们 (we, our); every other character keeps its
    place."""
    return _CLIENT_HERE.sub(_us, plain)


def _us(match: re.Match[str]) -> str:
    us = "我们" if match["zh"] else "our" if match["of"] else "we"
    return us.ljust(match.end() - match.start())


def names_another(text: str) -> bool:
    """Whether an agent turns to another client than the one spoken of."""
    return bool(_ANOTHER.search(text))


def as_own(text: str) -> str:
    """The text with the client as 我们公司 (“our company”), so that its facts are the speaker's.

    「帮客户问一下：做食品批发的，12个人」 becomes 「我们公司问一下：做食品批发的，12个人」.
    """
    return _OF_A_CLIENT_EN.sub("our company", _OF_A_CLIENT.sub("我们公司", text)).strip()
