"""A demand that has reached its share becomes a matter: who may bring it, under which procedure, in whose words."""

from __future__ import annotations

from sqlmodel import Session

from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor
from deliberation.matters import convening_rules as rules
from deliberation.matters.convening import enter
from deliberation.matters.demanding import signers
from deliberation.matters.demands import share
from deliberation.matters.gathering import procedure_of
from deliberation.matters.models import Demand, Matter
from deliberation.matters.procedure import Procedure
from deliberation.matters.rules import may, roles_of
from deliberation.matters.words import BODIES
from deliberation.refusal import Refusal, Word, refuse_if
from deliberation.vocabulary import Act, _

NOT_YOURS = Refusal(
    _("只有在这份提请上联名的人和召集人可以把它列为议题"), remedy=_("您可以另外提出议题，不和这份提请相连")
)


def against_bringing(session: Session, demand: Demand, community_id: int, standing: Standing) -> Refusal | None:
    """Why this person cannot propose a demand as a matter here."""
    if demand.community_id != community_id:
        return Refusal(_("这份提请不属于这个单位"))
    if demand.reached_at is None:
        return rules.NOT_REACHED
    if demand.matter_id is not None:
        return Refusal(_("这份提请已经列为议题"), late=True)
    if demand.called_at is not None:
        return rules.IS_CALLED
    convenes = may("answer_demand", standing.roles, None) is None
    return None if convenes or standing.person_id in signers(session, demand.id) else NOT_YOURS


def against_procedure(demand: Demand, procedure: Procedure) -> Refusal | None:
    """Why what was demanded cannot be decided so: the demanded meeting itself has to decide in one of its steps."""
    wanted = share(demand.share).body
    deciding = [step for step in procedure.steps if step.kind == "poll"]
    if any(wanted in {step.body, *(step.taken_as(way).body for way in step.variants)} for step in deciding):
        return None
    return Refusal(
        _("这份提请要开的是{body}的会议，这种程序不由它决定"),
        {"body": Word(BODIES[wanted])},
        remedy=_("请改选由它决定的程序"),
        source=demand.source,
    )


def against_title(demand: Demand, title: str) -> Refusal | None:
    """Why a matter cannot be named so: what was signed stands in its title."""
    if demand.title in title:
        return None
    return Refusal(_("题目要写着联名的题目“{title}”，可以补充，不能换成别的"), {"title": demand.title})


def in_their_words(demand: Demand, summary: str) -> str:
    """The summary with the reason that was signed, which stands first where somebody left it out."""
    return summary if demand.reason in summary else f"{demand.reason}\n\n{summary}"


def bring(session: Session, *, demand: Demand, matter: Matter, standing: Standing) -> None:
    """The matter on which the demanded meeting is to decide. Raises Refused."""
    refuse_if(against_bringing(session, demand, matter.community_id, standing))
    refuse_if(against_procedure(demand, procedure_of(session, matter)))
    refuse_if(against_title(demand, matter.title))
    if demand.reason not in matter.summary:
        refuse_if(Refusal(_("议题里要有联名的理由")))
    demand.matter_id = matter.id
    role = next(role for role in roles_of("propose_matter") if role in standing.roles)
    data = {"matter": matter.id, "signed": len(signers(session, demand.id))}
    enter(session, demand, Act.DEMAND_BROUGHT, Actor(role, standing.person_id), data, {})
