"""Whether the words around a name affirm or deny it: 有, 没有, 不在, 还没, have no."""

from __future__ import annotations

from domain.phrases import any_of, begins_with, ends_with

_BETWEEN = (
    "有 被 给 进 入 过 列入 列进 纳入 上 在 任何 什么 啥 发生 出 出现 存在 属于 涉及 做 搞 办 "
    "拿到 拿 评上 评 申请 取得 获得 得到 通过 认定 拥有 自己 自主 注册 建立 建 一个 一件 一项 "
    "半个 欠税 欠费 欠款 或 或者 和 及 以及 也没 查 查出 查到 查处 罚 处罚 记录 受 受到 收到 沾 "
    "碰 任何的 一次 一起 过任何 的 到 成 为 了 是 能 经营 违规 重大 较大 严重 一般 安全 生产 质量 "
    "环保 相关 正式 完善 "
    "any an a the yet been fined or have had has ever listed on own registered recognised "
    "recognized "
    "certified major serious our owned got"
)
_DENIED_BEFORE = ends_with(
    "(从来|从|还|暂|)没 (从来|从|还|暂|)没有 从未 暂无 还无 无 并未 未 尚未 不曾 不是 并非 不算 "
    "不在 不属于 不存在 不涉及 不具备 不拥有 不持有 不做 不搞 不 without never not no don't "
    "do_not doesn't haven't hasn't isn't aren't none_of neither nor",
    then=_BETWEEN,
)
_DENIED_AFTER = begins_with(
    "没$ 没有$ 无$ (没|没有)(做|申请|注册|办|过|的|弄|一) 不做 未(申请|注册|取得)",
    after="记录 情况 行为 问题 方面 业务 这块 那个 登记 证书 我们 公司 也 都 还 一直 目前 现在 "
    "暂时 倒 倒是 一个 一件 一项 半个",
)
_AFFIRMED_BEFORE = ends_with(
    "有 拥有 具备 具有 持有 建立 通过 注册 取得 拿了 办了 属于 是 做 搞 弄 整 从事 经营 发生过 "
    "出过 存在 被列入 列入了 被拉进 在 have has had own do run are is in with got",
    then="了 过 自己 自主 自主品牌 品牌 专利 软著 和 与 及 以及 的 一个 几个 一些 完善 健全 完整 "
    "国家级 省级 市级 区级 我们 家 一家 "
    "国家 an a our own the registered been of #(个|件|项|枚)",
)
_AFFIRMED_AFTER = begins_with(
    "有 齐全 健全 完善 (建|建立|制定|搭建|做|搞|弄|定|有)(好|)了 建好 下来了 拿到了 通过 注册了 "
    "自己的 是自己 #(个|件|项|枚)",
    after="记录 情况 制度 体系 我们 公司 也 都 已 已经 早就",
    but="有没 有什么 有啥 有吗",
)
_ASKED_BEFORE = ends_with("(有没有|是不是|要不要|算不算|做不做)…")
_BEGINS_DENIAL = any_of(
    "没有 没(被|出|欠|拖|偷|进) (并|)未 从不 从未 不在 不属于 不涉及 "
    "无(拖|欠|任何|安全|重大|环|违|偷|不良|失信) no"
)


def affirmed(text: str, start: int, end: int) -> bool | None:
    """True when the name at `start:end` of a clause is said to be, False when not, else None."""
    before, after = text[:start], text[end:]
    if _ASKED_BEFORE.search(before):
        return None
    if _DENIED_BEFORE.search(before) or _DENIED_AFTER.search(after):
        return False
    if _AFFIRMED_BEFORE.search(before) or _AFFIRMED_AFTER.search(after):
        return True
    return None


def denied(text: str, start: int) -> bool:
    """Whether what begins at `start` of a clause is denied by the words right before it."""
    return bool(_DENIED_BEFORE.search(text[:start]))


def begins_denial(text: str) -> bool:
    """Whether a clause denies something that a list after it may go on with: 没有欠薪、偷税."""
    return bool(_BEGINS_DENIAL.search(text))
