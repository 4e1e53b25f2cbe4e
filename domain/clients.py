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


def names_another(text: str) -> bool:
    """Whether an agent turns to another client than the one spoken of."""
    return bool(_ANOTHER.search(text))


def as_own(text: str) -> str:
    """The text with the client as 我们公司 (“our company”), so that its facts are the speaker's.

    「帮客户问一下：做食品批发的，12个人」 becomes 「我们公司问一下：做食品批发的，12个人」.
    """
    return _OF_A_CLIENT_EN.sub("our company", _OF_A_CLIENT.sub("我们公司", text)).strip()
