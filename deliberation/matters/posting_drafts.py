"""What a posting of an election says to begin with: the list of voters before it, the notice of its result after it.

Documents of the community, and so Chinese; the officer changes what they like.
"""

from __future__ import annotations

from sqlmodel import Session

from deliberation.communities.models import Community
from deliberation.identity.models import names_of
from deliberation.matters.deciders import deciders
from deliberation.matters.facts import Facts
from deliberation.matters.models import Matter, documents_of
from deliberation.refusal import Refused


def draft_of_posting(session: Session, matter: Matter, place: Community, facts: Facts) -> str:
    """The text of the posting at the present step; empty where there is nothing to begin with."""
    if facts.is_ended or not facts.procedure.id.endswith("_election"):
        return ""
    return _voters(session, matter, place, facts) if facts.step.ring == "notify" else _result(session, matter)


def _voters(session: Session, matter: Matter, place: Community, facts: Facts) -> str:
    poll = next(facts.taken(step.id) for step in facts.procedure.steps if step.kind == "poll")
    try:
        lines = deciders(session, facts.now, matter=matter, place=place, step=poll)
    except Refused:  # Why there is no list yet is said where the vote is to be opened.
        return ""
    people = list(dict.fromkeys(line.person_id for line in lines))
    names = names_of(session, people)
    objection, answer = (facts.step.days.get(name) for name in ("objection", "answer"))
    parts = [f"共{len(people)}人：", "、".join(names[who] for who in people)]
    if objection and answer:
        parts.append(
            f"对名单有异议的，应当自公布之日起{objection.count}日内向选举委员会提出；选举委员会自收到之日起{answer.count}日内"
            f"作出处理决定，并公布处理结果（{objection.source}）。"
        )
    return "\n\n".join(parts)


def _result(session: Session, matter: Matter) -> str:
    notices = [one.body for one in documents_of(session, matter.id) if one.kind == "resolution"]
    return notices[-1] if notices else ""
