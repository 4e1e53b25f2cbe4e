"""Everyday and mistyped words for what the measures call otherwise; used when searching."""

from __future__ import annotations

from domain.lexicon import Lexicon

_SAID: dict[str, str] = {
    "融资 贷款": "缺钱 没钱 差钱 钱不够 资金紧张 资金困难 融资难 借钱 贷款难 资金链 周转不开",
    "贴息": "帖息 补息 利息补贴 利息补助 少付点利息 少付利息 省点利息 降利息 利息太高 利息高",
    "融资担保": "没抵押 没有抵押 没抵押物 没有抵押物 找人担保",
    "股权融资": "找投资 找投资人 拉投资 引进投资 风投",
    "高新技术企业": "高薪技术企业 高兴技术企业 高新企业 高新证书 高企证 国高新",
    "专精特新": "专精特心 专精特兴 专精特薪 专精特欣 专精特性",
    "高校": "浙大 浙江大学 浙江工商 杭电 大学 院校 科研院所 教授",
    "跨境电商": "亚马逊 速卖通 独立站 temu shein 虾皮 ebay",
    "品牌出海 出口": "卖到国外 卖到海外 卖去国外 卖给老外 走出国门 打开国外市场 开拓海外市场",
    "海外知识产权纠纷": "海外侵权 国外侵权 国外被告 美国被告 337调查 海外官司 国外官司",
    "用地": "拿地 拿一块地 要块地 买地 批地 找块地 找一块地 一块地 工业地",
    "办公场地": "办公地方 办公的地方 办公场所 办公空间 找地方办公 便宜的办公",
    "孵化器": "刚起步 初创 创业场地 创业空间",
    "抢订单": "没订单 缺订单 没有订单 订单不够 找客户 拓客",
    "子女入学": "小孩读书 孩子读书 小孩上学 娃上学 孩子入学 小孩入学 转学",
    "创新金融贷": "创新贷 科创贷",
    "拖欠账款": "欠我货款 欠货款 欠款不还 欠我钱 欠我们钱 要不到钱 讨债 欠我工程款 拖着不付",
    "招聘 人才": "招不到人 缺人 用工难 招工难 招不到工 找不到人 人手不够",
    "信用修复": "失信 恢复信用 信用不好 信用污点 信用有问题",
    "经营异常": "被列异常 异常了 工商异常",
    "综合查一次": "天天查 天天检查 老来检查 查得太多 检查太多 检查太频繁 重复检查",
    "企业年报": "工商年检 年审 工商年报",
    "技术改造": "机器换人 改造生产线 升级生产线 生产线升级",
    "数字化": "上系统 上云 智能工厂 数字工厂 信息化",
    "上市": "挂牌 敲钟 ipo上市",
    "物流": "运费 发货 运输成本",
}
_EVERYDAY: Lexicon[str] = Lexicon(
    (word, formal) for formal, words in _SAID.items() for word in words.split()
)


def formal_words(text: str) -> str:
    """A plain text with its everyday words replaced by what the measures say."""
    pieces, place = [], 0
    for hit in _EVERYDAY.find(text):
        pieces += [text[place : hit.start], f" {hit.values[0]} "]
        place = hit.end
    return "".join([*pieces, text[place:]])
