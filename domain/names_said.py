"""What a company is called, and its code (统一社会信用代码), when a sentence names them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.clauses import Clause
from domain.said import Said
from domain.uscc import read_uscc
from domain.voices import Voice

_NAME = re.compile(
    r"(?:公司名称?|企业名称?|单位名称?|名称|全称|公司叫做?|企业叫做?|我们叫|我们是|我司是|"
    r"我公司是|我司|叫|^)(?:是|为|:| )*"
    r"(?P<name>[\u4e00-\u9fffa-z0-9()]{2,22}?(?:股份有限公司|有限责任公司|有限公司|\(有限合伙\)))"
)
_CODE = re.compile(r"(?<![0-9a-z])[0-9a-z]{18}(?![0-9a-z])")
_NOT_NAME = re.compile(r"^(?:一家|一个|家|个|做|的|给|为|帮|替)|客户|隔壁|朋友|母公司|集团旗下")


def names_said(clause: Clause, written: str) -> Iterator[Said]:
    """The name, as it was written, and the code of a clause."""
    if clause.voice is not Voice.OWN or clause.asking:
        return
    if (match := _NAME.search(clause.text)) and not _NOT_NAME.search(match["name"]):
        start, end = clause.start + match.start("name"), clause.start + match.end("name")
        yield Said("name", written[start:end], start, end)
    for match in _CODE.finditer(clause.text):
        if (code := read_uscc(match.group().upper())) is not None:
            start, end = clause.start + match.start(), clause.start + match.end()
            yield Said("uscc", code.code, start, end)
