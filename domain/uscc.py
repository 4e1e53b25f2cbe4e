"""统一社会信用代码, the company code of GB 32100-2015, read from what people type.

A code that fails its check digit is kept "to be checked", not thrown away; the region is never a
reason to refuse, since firms move and districts change.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
#: The registering departments of GB 32100-2015 and its supplements; N: rural collectives.
REGISTRARS = "123456789ANY"

_SHAPE = re.compile(rf"[{REGISTRARS}][{ALPHABET}]\d{{6}}[{ALPHABET}]{{9}}[{ALPHABET}]")
_PIECES = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z](?:[ \t-]?[0-9A-Za-z]){17}(?![0-9A-Za-z])")
_BIRTHDAY = re.compile(r"\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")


@dataclass(frozen=True, slots=True)
class Uscc:
    """A company code as 18 characters; `sure` says that its check digit is right."""

    code: str
    sure: bool

    @property
    def region(self) -> str:
        """The six digits of the place of registration, information only."""
        return self.code[2:8]


def check_character(body: str) -> str:
    """The 18th character for the first 17: 31 less their weighted sum modulo 31, 31 being 0."""
    total = sum(ALPHABET.index(char) * weight for char, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def read_uscc(text: str) -> Uscc | None:
    """The company code in a text, however spaced; None when there is none."""
    plain = unicodedata.normalize("NFKC", text).replace("–", "-").replace("—", "-")
    unsure = None
    for match in _PIECES.finditer(plain):
        code = re.sub(r"[ \t-]", "", match.group()).upper()
        if not _SHAPE.fullmatch(code):
            continue
        if check_character(code[:17]) == code[17]:
            return Uscc(code, sure=True)
        if not _BIRTHDAY.fullmatch(code):
            unsure = unsure or Uscc(code, sure=False)
    return unsure


def is_personal_id(number: str) -> bool:
    """Whether 18 characters are a citizen's number: a birthday inside and the check of GB 11643."""
    if not _BIRTHDAY.fullmatch(number):
        return False
    total = sum(int(digit) * (pow(2, 17 - place, 11)) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17]
