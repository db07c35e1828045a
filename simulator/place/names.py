"""Invented names that could stand on a map of a Chinese river city, each in Chinese and in pinyin."""

from __future__ import annotations

import numpy as np

CITY = ("宜昌市", "Yichang")
DISTRICTS = {
    "420502": ("西陵区", "Xiling District"),
    "420503": ("伍家岗区", "Wujiagang District"),
    "420504": ("点军区", "Dianjun District"),
    "420505": ("猇亭区", "Xiaoting District"),
    "420506": ("夷陵区", "Yiling District"),
}
_STREET_NAMES = (
    "望江 Wangjiang,桃林 Taolin,云台 Yuntai,橘园 Juyuan,松坪 Songping,临波 Linbo,石桥 Shiqiao,翠屏 Cuiping,锦溪 Jinxi,白鹤 Baihe,"
    "青岩 Qingyan,长亭 Changting,东渡 Dongdu,南坡 Nanpo,桂塘 Guitang,枫林 Fenglin,龙泉 Longquan,金沙 Jinsha,鹿苑 Luyuan,星湖 Xinghu,"
    "安澜 Anlan,杏花 Xinghua,兰陵 Lanling,古渡 Gudu,紫云 Ziyun,凤鸣 Fengming,丹水 Danshui,玉泉 Yuquan,竹溪 Zhuxi,梅岭 Meiling,"
    "朝阳 Chaoyang,柳林 Liulin,平湖 Pinghu,雷公 Leigong,太平 Taiping,双井 Shuangjing,新港 Xingang,合益 Heyi,大树 Dashu,永和 Yonghe"
)
_STEMS = (
    "云 Yun,锦 Jin,松 Song,桂 Gui,兰 Lan,竹 Zhu,柏 Bai,梅 Mei,橘 Ju,柳 Liu,东 Dong,南 Nan,西 Xi,北 Bei,新 Xin,平 Ping,安 An,福 Fu,"
    "康 Kang,长 Chang,清 Qing,金 Jin,银 Yin,石 Shi,白 Bai,紫 Zi,玉 Yu,临 Lin,望 Wang,翠 Cui,枫 Feng,鹤 He,龙 Long,朝 Zhao,明 Ming,"
    "双 Shuang,大 Da,永 Yong,荷 He,杏 Xing"
)
_TAILS = (
    "湖 hu,江 jiang,溪 xi,山 shan,岭 ling,坪 ping,湾 wan,桥 qiao,园 yuan,林 lin,坡 po,泉 quan,洲 zhou,岗 gang,台 tai,阁 ge,亭 ting,"
    "塘 tang,渡 du,门 men,井 jing,巷 xiang,坝 ba,冲 chong,庙 miao,沟 gou,苑 yuan,店 dian,市 shi,里 li,塔 ta,屋 wu"
)
_ORDINALS = "一二三四五六七八九十"


def _pairs(table: str) -> list[tuple[str, str]]:
    return [(word, pinyin) for word, pinyin in (entry.split(" ") for entry in table.split(","))]


def streets(count: int, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Returns the names of `count` streets; beyond the known words they are numbered like districts of a new town."""
    words = _pairs(_STREET_NAMES)
    order = rng.permutation(len(words))
    named = []
    for index in range(count):
        zh, en = words[order[index % len(words)]]
        again = index // len(words)
        zh_more = "" if not again else f"{_ORDINALS[(again - 1) % 10] * (1 + (again - 1) // 10)}里"
        named.append((f"{zh}{zh_more}街道", f"{en} Subdistrict" + (f" {again + 1}" if again else "")))
    return named


def communities(count: int, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Returns the names of `count` communities, no two alike in Chinese or in English."""
    seen: set[str] = set()
    words = []
    for zh, en in ((a[0] + b[0], a[1] + b[1]) for a in _pairs(_STEMS) for b in _pairs(_TAILS)):
        if en not in seen:
            seen.add(en)
            words.append((zh, en))
    order = rng.permutation(len(words))
    named = []
    for index in range(count):
        zh, en = words[order[index % len(words)]]
        again = index // len(words)
        suffix = _ORDINALS[again % 10] * (1 + again // 10) + "村" if again else ""
        named.append((f"{zh}{suffix}社区", f"{en} Community" + (f" {again + 1}" if again else "")))
    return named


def grid(number: int) -> tuple[str, str]:
    """Returns the name of a grid, which is its number inside the community."""
    return f"{number:02d}网格", f"Grid {number:02d}"
