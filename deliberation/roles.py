"""What a role is called where somebody holds it."""

from __future__ import annotations

from deliberation.vocabulary import ROLE_NAMES, Role, _

VILLAGER = _("村民")


def role_name(role: str, kind: str = "") -> str:
    """The Chinese term of a role in a community of this kind: whoever lives in a village is a villager. Raises ValueError."""
    known = Role(role)
    return VILLAGER if known is Role.RESIDENT and kind == "village" else ROLE_NAMES[known]


def office_name(office: str, kind: str) -> str:
    """An office as it is kept with a task (a gettext key), called as it is where the task belongs."""
    return role_name(Role.RESIDENT, kind) if office == ROLE_NAMES[Role.RESIDENT] else office
