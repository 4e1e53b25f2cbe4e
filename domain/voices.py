"""Of whom and of when a clause speaks: the company, others, a plan, a supposition, a rule."""

from __future__ import annotations

import re
from enum import StrEnum

from domain.phrases import any_of, begins_with, ends_near


class Voice(StrEnum):
    """Of whom and of when a clause speaks; only the company's own present and past are facts."""

    OWN = "own"
    OTHER = "other"
    FUTURE = "future"
    UNREAL = "unreal"
    RULE = "rule"


_OWN = any_of(
    "我们 我司 我公司 我厂 本公司 本厂 咱 俺 本企业 我企业 我单位 我店 本店 我家 这家 这边 我这 "
    "自己 we our "
    "us ours my_company ourselves"
)
_OTHER = any_of(
    "隔壁 朋友 客户 同行 别人 人家 别家 他们 她们 对手 供应商 邻居 行业平均 同行业 业内 平均水平 "
    "听说 据说 对面 某家 (别的|其他|有的|有些|有家)公司 (别的|其他)企业 其他家 亲戚 老乡 弟弟 "
    "哥哥 姐姐 妹妹 叔叔 舅舅 表哥 表弟 堂哥 堂弟 小舅子 姐夫 儿子 女儿 合作方 合作的 甲方 乙方 "
    "母公司 总公司 (总部|集团)(有|在|那边|共|一共|全国|旗下|去年|是|今年|规模|公司有|总共) "
    "集团公司 下游 上游 旁边(那|)家 楼上 楼下 我(表|堂|)(哥|弟|姐|妹|叔|舅|爸|妈) "
    "我(老公|老婆|爱人|先生|太太|同学) 同学 (他|她)(的|是|有|家|公司|能|想|做|那|开|自己) "
    "参加培训的 customer client neighbour neighbor friend competitor supplier they their he she "
    "parent_company another_(company|firm|business|factory) other_(companies|firms) next_door "
    "previous_employer brother sister uncle cousin husband wife headquarters the_group landlord "
    "(partner|boss|friend|neighbour|supplier|customer|client)'s "
    "对方 供货给我们 给我们(供货|供料|供应|代工|配套)的 那家(公司|企业|厂|店|单位|是|有|做|的) "
    "(subsidiary|part|branch)_of belongs_to 我(另外|另|别的)(那|的|)(一|)(家|个)"
)
_OUR_OTHERS = any_of(
    "我们(集团|母公司|总部|总公司|客户|的客户|供应商) "
    "our_(parent|mother|holding)… our_(headquarters|group|supplier|competitor|neighbour)"
)
#: Others who are only served: 给客户做模具, our customers are hospitals.
_SERVING = (
    re.compile(r"(?:老板|法人|老总|股东|合伙人|创始人|厂长|经理)(?:就|也|都)?是$"),
    ends_near("侵犯 被 用 给 为 帮 替 卖给 供应 服务 供 面向 向 跟 和 与", 6),
    re.compile(r"(?<![a-z])(?:for|to|serve|supply|supplying|help) (?:\w+ ){0,2}$"),
)
_ARE_SERVED = begins_with(
    "客户(主要|是|有|都|总共|一共|大概|分布|遍布|覆盖|包括|数) (customers|clients)_are"
)
_FUTURE = any_of(
    "明年 后年 明后年 下半年 未来 打算 计划 准备 预计 预期 预算 将要 将会 即将 争取 目标 拟 "
    "盼 梦想 有朝一日 但愿 下个月 下季度 就能 先把 再把 等…就 会增加 会达到 会到 能到 能达到 可达 "
    "会有 将有 将达 "
    "年底前 年底要 年底能 希望 规划 有望 力争 筹备 筹建 今后 以后要 快要到 要招 再招 要做到 "
    "要达到 下一步 接下来 (两|三|四|五|几|十|#)年(后|之后|以后) 将来 will plan planning intend "
    "going_to next_year expect expected expecting hope aim "
    "forecast target would_like 'll"
)
#: A time to come is meant in the next clause too, a mere wish is not (准备申请高企，80人).
_LASTING_FUTURE = any_of(
    "明年 后年 明后年 未来 预计 预期 目标 下半年 规划 (两|三|四|五|几|十|#)年(后|之后|以后|内) "
    "将来 到时候 "
    "next_year expect forecast target will"
)
_PRESENT = any_of(
    "现在 目前 现有 已经 当前 去年 前年 截至 如今 眼下 剩 今年 后来 now currently "
    "today "
    "last_year at_present"
)
_UNREAL = any_of(
    "旺季 淡季 忙季 如果 假如 假设 假使 万一 倘若 若是 比如 例如 就好了 最多的时候 最多时 高峰期 "
    "高峰时 "
    "鼎盛 以前在 以前是 (以前的|原来的|前|上家|上一家)公司 上一家 前东家 老东家 早年 前几年 "
    "曾经有 原来有 以前有 之前有 (之前|以前)(贷过|借过|融过) 之前在…(异常|名单|失信|黑) 原先 当初 "
    "if suppose imagine "
    "for_example would_be would_we "
    "previous_owner former_owner used_to at_peak once_had"
)
#: 原来200人，裁员后剩130: a number of then.
_THEN = re.compile(
    r"(?:^|我们|公司|厂里|工厂)(?:原来|以前|之前|原本|最早|最初|起初|刚开始|一开始|开始时|鼎盛时)"
    r"(?:是|有|才|只|就|也|大概|差不多|不到|将近|近|约)*[\d一二两三四五六七八九十百几]"
)
_IF = re.compile(r"(?<![主只重首需])要是|若(?!干)|的话")
#: 员工的话80人, 高企的话还没评: of what the clause speaks, not a supposition.
_TOPIC = re.compile(
    r"^(?:那|我们|公司|去年|前年|今年|目前|现在|这边|的)*"
    r"(?:员工|人数?|人员|团队|营业?收入?|收入|产值|销售额?|研发(?:人员|费用|投入)?|净?利润|净利|专利|发明(?:专利)?|"
    r"软著|商标|高企|高新|科小|专精特新|小巨人|资质|地址|位置|厂房|出口|外销|内销|贷款|规模|行业|产品|主营|负债|"
    r"资产|成立(?:时间)?|注册(?:时间)?|客户|用途|金额|额度|期限)的话"
)
_RULE = any_of(
    "要求 规定 (申报|认定|评定|申请)条件 写着 应满足 需要满足 需满足 须满足 门槛 标准是 条件是 "
    "(政策|政策上|文件|通知|办法)说 应当 据规定 必须达到 要达到…才 require required requirement "
    "must_have rules_say"
)


def voice_of(text: str, before: tuple[str, Voice] | None) -> Voice:
    """The voice of a clause; `before` is the clause before it in the sentence with its voice, which
    may carry on."""
    if _UNREAL.search(text) or _THEN.search(text) or _IF.search(_TOPIC.sub("", text)):
        return Voice.UNREAL
    if _RULE.search(text):
        return Voice.RULE
    if _is_about_others(text):
        return Voice.OTHER
    if _FUTURE.search(text):
        return Voice.FUTURE
    if before and before[1] is not Voice.OWN and not _turns_back(text, *before):
        return before[1]
    return Voice.OWN


def names_company_now(text: str) -> bool:
    """Whether a clause says by itself that it is about the company now: 我们80人能申请吗."""
    return bool(_OWN.search(text) or _PRESENT.search(text))


def _is_about_others(text: str) -> bool:
    if _OUR_OTHERS.search(text):
        return True
    other, own = _OTHER.search(text), _OWN.search(text)
    if other is None or _ARE_SERVED.match(text[other.start() :]):
        return False
    if any(pattern.search(text[: other.start()]) for pattern in _SERVING):
        return False
    return own is None or own.start() < other.end() + len(" in the")


def _turns_back(text: str, before: str, voice: Voice) -> bool:
    """Whether a clause leaves the voice before it: 我们 brings the company back, 现在 the present,
    and any clause does after a mere wish."""
    if _OWN.search(text):
        return True
    if voice is Voice.FUTURE:
        return bool(_PRESENT.search(text)) or not _LASTING_FUTURE.search(before)
    return voice in {Voice.RULE, Voice.UNREAL} and bool(_PRESENT.search(text))
