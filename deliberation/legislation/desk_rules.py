"""The desk of a contact point: what it does with an opinion, what may be merged, who may. Pure.

The point sorts and merges; nothing is dropped, and the author's own words stay beside edited ones (domain.md 4.2).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

USE, MERGE, NOT_SENT = "use", "merge", "not_sent"
HANDLINGS: dict[str, str] = {USE: _("采用"), MERGE: _("合并"), NOT_SENT: _("不上报")}
"""联系点处理 as the table of opinions has it (contracts.md)."""
BY_HAND = (USE, NOT_SENT)
"""What a person chooses; merged is what merging makes of an opinion."""
REASONS: dict[str, str] = {
    "elsewhere": _("不属于本法调整的范围，已告知可以向哪里反映"),
    "already": _("草案已经写明"),
    "unclear": _("意思不清楚，联系不上本人核实"),
    "executive": _("属于实施细则的内容，转有关部门参考"),
}
"""Reasons to begin from; whoever handles it puts them into the words of the case."""
NO_REASON = Refusal(_("不上报的意见要写理由，提意见的人看得到"))
MOST_TAGS, MOST_TAG = 8, 20
MOST_AT_ONCE = 500
"""Opinions that are chosen one by one on a page and handled together."""


@dataclass(frozen=True)
class Standing:
    """An opinion on the desk: whose solicitation, whether it was taken back, the cluster it is in, whether it leads it."""

    id: int
    solicitation_id: int
    is_withdrawn: bool = False
    cluster_id: int | None = None
    leads: bool = False
    handling: str = ""


def may_handle(one: Standing, kind: str, reason: str) -> Refusal | None:
    """Whether the point may do this with an opinion. What is not sent up has a reason that its author reads."""
    if kind not in BY_HAND:
        return Refusal(_("请从列出的选项中选择"))
    if one.is_withdrawn:
        return Refusal(_("意见已经撤回"), late=True)
    if one.cluster_id is not None and not one.leads:
        return Refusal(_("这条意见已经并入同类意见，随代表意见一起处理"), remedy=_("要单独处理的，请先拆出来"))
    if kind == NOT_SENT and not reason:
        return NO_REASON
    return None


def may_merge(lead: Standing, others: Collection[Standing]) -> Refusal | None:
    """Whether these may be shown as one with the lead before them."""
    if not others:
        return Refusal(_("请至少选两条意见"))
    if any(one.solicitation_id != lead.solicitation_id for one in others):
        return Refusal(_("只能归并同一次征求意见里的意见"))
    if lead.is_withdrawn or any(one.is_withdrawn for one in others):
        return Refusal(_("意见已经撤回"), late=True)
    if lead.cluster_id is not None and not lead.leads:
        return Refusal(_("这条意见已经并入别的同类意见，不能做代表意见"))
    if any(one.cluster_id is not None and one.cluster_id != lead.cluster_id for one in others):
        return Refusal(_("有的意见已经并入别的同类意见"), remedy=_("请先拆出来，再归并"))
    if all(one.cluster_id is not None for one in others):
        return Refusal(_("这些意见已经归并在一起"), late=True)
    return None


def next_lead(left: Sequence[int]) -> int | None:
    """Who leads when the lead goes: the earliest of those left; nobody where one or none is left."""
    return min(left) if len(left) > 1 else None


def tags_of(typed: str) -> tuple[str, ...]:
    """Tags as typed, apart by spaces, commas or 、; the same one once."""
    for mark in ",，、;；#＃":
        typed = typed.replace(mark, " ")
    return tuple(dict.fromkeys(word[:MOST_TAG] for word in typed.split()))[:MOST_TAGS]


def may_reword(one: Standing, before: str, after: str) -> Refusal | None:
    """Whether the proposal may be put into other words: what the author said stays beside it."""
    if one.is_withdrawn:
        return Refusal(_("意见已经撤回"), late=True)
    if not after:
        return Refusal(_("请填写"))
    if after == before:
        return Refusal(_("文字没有变化"))
    return None
