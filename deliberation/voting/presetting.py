"""A community's own word on a preset: stricter than the law, or its own where no law speaks."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor
from deliberation.communities.actions import put_setting
from deliberation.communities.models import Community
from deliberation.identity.reach import roles_of
from deliberation.identity.rules import may_manage_community
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.vocabulary import _
from deliberation.voting.preset_rules import Change, against_change, setting_of
from deliberation.voting.presets import PRESETS


def change_preset(
    session: Session, now: datetime, *, of: Community, preset: str, change: Change, source: str, actor: Actor
) -> None:
    """Set what passes by a preset from the next poll on; open polls keep theirs. Raises Refused, Invalid (``preset``)."""
    refuse_if(may_manage_community(roles_of(session, actor, of, now)))
    if preset not in PRESETS:
        raise Invalid({"preset": Refusal(_("请从列出的选项中选择"))})
    if no := against_change(PRESETS[preset], change):
        raise Invalid({"preset": no})
    put_setting(session, now, of=of, name=setting_of(preset), value=change.value, source=source, actor=actor)
