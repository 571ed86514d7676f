"""Who may sit where."""

from __future__ import annotations

from collections.abc import Collection

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

APART = _("村民委员会组织法第三十七条、城市居民委员会组织法第三十六条")


def may_sit(kind: str, seats: Collection[str]) -> Refusal | None:
    """Members of the committee cannot sit on the supervision body, nor the other way round."""
    pair = {"supervision", "committee"}
    if kind in pair and seats and (pair - {kind}) & set(seats):
        return Refusal(_("村（居）民委员会成员不能担任监督委员会成员"), source=APART)
    return None
