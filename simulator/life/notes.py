"""What workers write: short notes put together from phrases, different for each case, and never a name.

A note depends on the case alone (no randomness is drawn), so that writing them changes nothing else.
"""

from __future__ import annotations

import zlib

_SHARE = 0.6  # of the cases have a note
_STOCK_SHARE = 0.08  # of the notes are one of the stock phrases that everybody uses
_TERSE_ONE_IN, _TERSE_SHARE = 20, 0.85  # some honest workers hardly ever write anything else
_WHERE = (
    "楼道口", "小区东门", "路口南侧", "菜市场旁", "地下车库", "三单元门前", "公交站后面", "学校围墙边", "河边步道",
    "at the east gate", "by the bus stop", "behind the market", "on the third floor", "near the school",
    "in the car park", "along the river walk", "in front of the shops", "at the crossing", "in the stairwell",
)  # fmt: skip
_WHAT = {
    "dispute": ("邻居因噪音争执", "因停车位争吵", "漏水赔偿谈不拢", "neighbours argue", "a parking quarrel"),
    "public-security": ("有陌生人徘徊", "电动车被盗", "门锁被撬", "a bicycle is missing", "a broken lock was found"),
    "emergency": ("有烧焦气味", "消防通道被堵", "电线裸露", "a smell of gas", "the fire lane is blocked"),
    "urban-management": ("垃圾未清运", "井盖松动", "占道经营", "a loose manhole cover", "rubbish is piling up"),
    "food-safety": ("餐饮证照过期", "食品存放不当", "后厨有油污", "an expired licence", "food is too warm"),
    "labour": ("拖欠工资", "未签合同", "加班没有报酬", "wages are two weeks late", "no contract was signed"),
    "civil-affairs": ("独居老人需要帮助", "申请低保", "轮椅坡道损坏", "an old man needs help", "the ramp is broken"),
    "family-planning": ("新生儿登记", "孕妇需随访", "咨询补贴", "a visit after a birth", "asks for an allowance"),
}  # fmt: skip
_THEN = (
    "已拍照", "已告知当事人", "居民多次反映", "影响通行", "情况不严重", "需要部门配合", "明天再看一次",
    "photo taken", "the resident was told", "needs a second visit", "not urgent", "it is getting worse",
)  # fmt: skip
_DONE = (
    "现场已清理", "双方已谈妥", "已更换", "已修好", "已登记", "已劝离", "材料已补齐",
    "cleared up on site", "both sides agreed", "replaced", "repaired", "registered", "papers are complete",
)  # fmt: skip
_STOCK = ("已处理", "已上报", "情况属实", "done", "as reported")
_HOURS = ("上午", "中午", "下午", "傍晚", "in the morning", "at noon", "in the afternoon", "towards evening")


def reported(case: str, category: str, worker: str) -> str | None:
    """Returns what a worker writes with the report of a case, or None: not everybody writes something."""
    draw = _Draw(f"{case}/reported")
    if draw.share() >= _SHARE:
        return None
    if draw.share() < _stock_share(worker):
        return draw.one_of(_STOCK)
    return f"{draw.one_of(_WHERE)} {draw.one_of(_WHAT[category])}, {draw.one_of(_THEN)}"


def handled(case: str, worker: str) -> str | None:
    """Returns what a worker writes when a case was handled, or None."""
    draw = _Draw(f"{case}/handled")
    if draw.share() >= _SHARE:
        return None
    if draw.share() < _stock_share(worker):
        return draw.one_of(_STOCK)
    return f"{draw.one_of(_HOURS)} {draw.one_of(_WHERE)}: {draw.one_of(_DONE)}, {draw.one_of(_THEN)}"


def _stock_share(worker: str) -> float:
    """Returns how often a worker is content with a stock phrase; one in twenty nearly always is."""
    return _TERSE_SHARE if zlib.crc32(worker.encode()) % _TERSE_ONE_IN == 0 else _STOCK_SHARE


class _Draw:
    """Choices that follow from a text."""

    def __init__(self, text: str) -> None:
        self._text, self._count = text, 0

    def _next(self) -> int:
        self._count += 1
        return zlib.crc32(f"{self._count}/{self._text}".encode())

    def share(self) -> float:
        """Returns a number from 0 to 1."""
        return self._next() / 2**32

    def one_of(self, phrases: tuple[str, ...]) -> str:
        """Returns one of the phrases."""
        return phrases[self._next() % len(phrases)]
