"""Text from people as it may stand beside ours: nothing that turns, hides or piles up.

Signs that order reading (bidi controls) would turn the rest of a card, those nobody can see make
two names look alike, and heaps of accents cover the lines around them. Right-to-left letters
themselves stay: they are kept apart, so that they order only what is theirs.
"""

import re
import unicodedata
from typing import Final

#: Letters that make no joined emoji or word: soft hyphen, zero width, bidi controls, tags, fillers.
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_MARKS = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
#: Vietnamese and phonetic writing pile up three.
_HEAP = re.compile(rf"({_MARKS}{{4}}){_MARKS}+")
_RIGHT_TO_LEFT = re.compile(
    r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ISOLATE, _END_OF_IT = "\u2068", "\u2069"
_JOINER = "\u200d"
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)


def seen(text: str) -> str:
    """The text without what nobody sees, and with heaps of accents cut to four."""
    if text.isascii():
        return text
    return _HEAP.sub(r"\1", _UNSEEN.sub("", text))


def apart(text: str) -> str:
    """The same, fit to stand within a line of ours."""
    text = seen(text)
    if not _RIGHT_TO_LEFT.search(text):
        return text
    return "\n".join(
        f"{_ISOLATE}{line}{_END_OF_IT}" if _RIGHT_TO_LEFT.search(line) else line
        for line in text.split("\n")
    )


def name(text: str, longest: int) -> str:
    """A name as it is kept: one line, nothing unseen, at most so long."""
    printable = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in seen(text))
    return shortened(" ".join(printable.split()), longest).strip()


def shortened(text: str, longest: int, end: str = "") -> str:
    """At most so many characters, cut between signs; `end` follows what was cut."""
    if len(text) <= longest:
        return text
    place = longest
    while place and is_inside_sign(text, place):
        place -= 1
    return text[: place or longest] + end


def is_inside_sign(text: str, place: int) -> bool:
    """Whether what a person sees as one sign goes on here: accents, emoji with a skin or joined,
    the second letter of a flag."""
    if not 0 < place < len(text):
        return False
    following, before = text[place], text[place - 1]
    is_skin = "\U0001f3fb" <= following <= "\U0001f3ff"
    is_mark = unicodedata.category(following) in {"Mn", "Me", "Mc"}
    if is_skin or is_mark or _JOINER in {following, before}:
        return True
    return ord(following) in _FLAG_LETTERS and _flag_letters_before(text, place) % 2 == 1


def _flag_letters_before(text: str, place: int) -> int:
    start = place
    while start and ord(text[start - 1]) in _FLAG_LETTERS:
        start -= 1
    return place - start
