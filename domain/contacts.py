"""Telephone numbers in a text, and citizens' numbers that must not be passed on."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from domain.uscc import ALPHABET, check_character, is_personal_id

_MOBILE = r"(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}"
_LANDLINE = (
    r"(?:(?:\+|00)?86[ -]?)?(?:\(0\d{2,3}\)|0\d{2,3})[ -]?[2-9]\d{2,3}[ -]?\d{4}"
    r"(?:(?:转|-| ?ext\.? ?)\d{1,5})?"
)
_SERVICE = r"[48]00[ -]?\d{3}[ -]?\d{4}"
_FOREIGN = r"\+(?!86)[1-9]\d{0,2}(?:[ -]?\d){6,12}"
_PHONE = re.compile(
    rf"(?<![\dA-Za-z])(?P<n>{_MOBILE}|{_LANDLINE}|{_SERVICE}|"
    rf"{_FOREIGN})(?![\dA-Za-z])",
    re.IGNORECASE,
)
_EIGHTEEN = re.compile(r"(?<![0-9A-Za-z])\d(?:[ -]?\d){16}[ -]?[0-9Xx](?![0-9A-Za-z])")
MASK = "*"


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in digits (with + when foreign), and where it stands in the text."""

    number: str
    start: int
    end: int


def find_phones(text: str) -> list[Phone]:
    """Telephone numbers of a text: mobile, landline with area code, 400/800, foreign with +."""
    plain = _same_length(text)
    hidden = _EIGHTEEN.sub(lambda match: "x" * len(match.group()), plain)
    return [Phone(_digits(match["n"]), *match.span()) for match in _PHONE.finditer(hidden)]


def _same_length(text: str) -> str:
    """Full-width digits and signs as plain ones, every character staying in its place."""
    narrow = (unicodedata.normalize("NFKC", char) for char in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, narrow, strict=True))


def _digits(written: str) -> str:
    foreign = written.startswith("+") and not written.startswith("+86")
    number, _, extension = re.sub(r"[ ()-]|ext\.?", "", written).partition("转")
    number = re.sub(r"[^\d]", "", number)
    if not foreign:
        number = re.sub(r"^(?:00)?86(?=1\d{10}$|0\d{9,})", "", number)
    return ("+" if foreign else "") + number + (f"-{extension}" if extension else "")


def mask_personal_ids(text: str) -> tuple[str, int]:
    """The text with citizens' numbers masked but for the first six and last two, and how many.

    A company code has 18 places too: what passes the company's check digit and fails the
    citizen's is left alone.
    """
    plain = _same_length(text)
    pieces, place, masked = [], 0, 0
    for match in _EIGHTEEN.finditer(plain):
        number = re.sub(r"[ -]", "", match.group()).upper()
        if _is_company(number) or not _may_be_citizen(number):
            continue
        pieces += [text[place : match.start()], number[:6] + MASK * 10 + number[-2:]]
        place, masked = match.end(), masked + 1
    return "".join([*pieces, text[place:]]), masked


def _is_company(number: str) -> bool:
    known = all(char in ALPHABET for char in number)
    return known and check_character(number[:17]) == number[17] and not is_personal_id(number)


def _may_be_citizen(number: str) -> bool:
    """A right check digit, or a birthday with a slip in the check digit: masked all the same."""
    if is_personal_id(number):
        return True
    birthday = re.match(r"[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", number)
    return bool(birthday)
