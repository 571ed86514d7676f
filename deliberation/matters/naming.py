"""Which village group or which collective a matter is of: what a community offers, and what does not fit its procedure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from deliberation.assemblies.models import assemblies_of_kind
from deliberation.communities.models import Community
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

GROUP, COLLECTIVE = "village_group", "collective_economy"
OF_ONE = {GROUP: "group", COLLECTIVE: "collective"}
"""Procedures by which one group or one collective decides, with the kind of body that it has to be."""
WHICH = {
    GROUP: Refusal(_("请选由哪个村民小组决定"), source=_("村民委员会组织法第三十二条")),
    COLLECTIVE: Refusal(_("请选由哪个农村集体经济组织决定")),
}
NOT_OF_ONE = Refusal(
    _("只有村民小组会议决定、农村集体经济组织决定的程序，才选小组或者集体经济组织"),
    remedy=_("请选“不是”，或者改选程序"),
)


@dataclass(frozen=True)
class Named:
    """The groups and the collectives of a community, by their names."""

    groups: tuple[str, ...]
    collectives: tuple[str, ...]

    def of(self, procedure: str) -> Sequence[str]:
        return {GROUP: self.groups, COLLECTIVE: self.collectives}.get(procedure, ())

    @property
    def offered(self) -> list[str]:
        """What the form lets somebody choose; a single collective needs no choice."""
        return [*self.groups, *(self.collectives if len(self.collectives) > 1 else ())]


def named_in(session: Session, place: Community) -> Named:
    return Named(
        *(tuple(one.name for one in assemblies_of_kind(session, place.id, [kind])) for kind in OF_ONE.values())
    )


def against_name(named: Named, procedure: str, name: str) -> Refusal | None:
    """Why a matter under this procedure cannot be of what is named; a single collective may be left unnamed."""
    if procedure not in OF_ONE:
        return NOT_OF_ONE if name else None
    known = named.of(procedure)
    if name in known or (not name and procedure == COLLECTIVE and len(known) == 1):
        return None
    return WHICH[procedure]
