"""The terms of proxies, frozen with a poll at its opening and with a meeting at its convening: how many one may hold."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from deliberation.communities.models import Community, local_setting
from deliberation.vocabulary import _
from deliberation.voting import proxy_rules as rules
from deliberation.voting.election_rules import proxy_source, takes_proxies
from deliberation.voting.meeting_models import Meeting
from deliberation.voting.models import Poll
from deliberation.voting.presets import PRESETS

LIMIT_SETTING = "three_proxies"
"""The local setting by which one person holds at most three (Weifang, domain.md 3.2); national law names no number."""
OWNERS_PRESETS = frozenset({"owners_ordinary", "owners_special"})


def terms_today(session: Session, community: Community, preset: str) -> rules.Terms:
    """What would be frozen if a poll were opened, or a meeting convened, now."""
    setting = local_setting(session, community, LIMIT_SETTING) if preset in OWNERS_PRESETS else None
    limited = setting is not None and setting.value == "yes"
    return _terms(preset, rules.THREE if limited else None, setting.source if limited else "")


def frozen_terms(one: Poll | Meeting) -> rules.Terms:
    """What was frozen then, whatever the local setting says today."""
    return _terms(one.preset, one.proxy_limit, one.proxy_limit_source)


def _terms(preset: str, limit: int | None, source: str) -> rules.Terms:
    if takes_proxies(preset):
        law = proxy_source(preset)
        return rules.Terms(True, law, limit=rules.THREE, limit_source=law, of_election=True)
    if "proxy" not in PRESETS[preset].channels:
        return rules.Terms(False)
    if preset not in OWNERS_PRESETS:
        return rules.Terms(True, rules.COLLECTIVE, within_household=True)
    return rules.Terms(True, rules.OWNERS, limit=limit, limit_source=source)


def as_columns(terms: rules.Terms) -> dict[str, Any]:
    """What a poll or a meeting keeps of them."""
    return {"proxy_limit": terms.limit, "proxy_limit_source": terms.limit_source}


def in_entry(one: Poll | Meeting) -> dict[str, int]:
    """What the entry says of them in clear: whether there are proxies, and how many one may hold (0: no number)."""
    return {"proxies": int(frozen_terms(one).is_allowed), "proxy_limit": one.proxy_limit or 0}


_MOST = _("每人最多接受{n}人的委托")
_FREE = _("法律没有规定每人最多接受几人的委托，本地也没有设置")
_ELECTION = _("外出不能参加投票的，可以书面委托；每人最多接受{n}人的委托，候选人不得接受委托")
_HOUSEHOLD = _("只能委托本户内的其他成员")
FROZEN_LIMIT = _("打开表决（开会的，召集会议）时定下，以后不能放宽")


def said_terms(terms: rules.Terms) -> dict[str, Any] | None:
    """The limit in words with its source, for every page that shows it; None where there are no proxies."""
    if not terms.is_allowed:
        return None
    words = _HOUSEHOLD if terms.within_household else _FREE if terms.limit is None else _MOST
    if terms.of_election:
        return {
            "words": _ELECTION,
            "facts": {"n": terms.limit},
            "is_local": False,
            "source": terms.source,
            "by_law": True,
        }
    is_local = terms.limit is not None
    return {
        "words": words,
        "facts": {"n": terms.limit or 0},
        "is_local": is_local,
        "by_law": False,
        "source": terms.limit_source if is_local else terms.source,
    }
