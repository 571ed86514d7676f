"""What a posting says to begin with: what was decided or done, in an election the list of voters and then the result.

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
    if facts.is_ended:
        return ""
    if not facts.procedure.id.endswith("_election"):
        return _outcome(session, matter, facts)
    return _voters(session, matter, place, facts) if facts.step.ring == "notify" else _result(session, matter)


OUTCOMES = {
    "supervise": (("implementation", "落实情况"),),
    "": (("resolution", "决定"), ("review", "审议意见"), ("minutes", "协商结果")),
}
"""What is made known, the weightiest first: after the work its report, before it what was decided."""


def _outcome(session: Session, matter: Matter, facts: Facts) -> str:
    """The newest paper of the kind that is made known here, with what may be done about it until when."""
    papers = documents_of(session, matter.id)
    kinds = (*OUTCOMES.get(facts.step.ring, ()), *OUTCOMES[""])
    found = ((one, name) for kind, name in kinds for one in reversed(papers) if one.kind == kind and one.body)
    paper, name = next(found, (None, ""))
    if paper is None:
        return ""
    parts = [f"现将“{matter.title}”的{name}公示如下：", paper.body]
    posting, answer = (facts.step.days.get(word) for word in ("posting", "answer"))
    if posting:
        parts.append(f"公示{posting.count}日，从张贴的第二天起算（{posting.source}）。")
    if answer:
        parts.append(
            f"对公示的内容有不同意见的，可以在公示期内提出异议；自收到之日起{answer.count}日内书面答复（{answer.source}）。"
        )
    return "\n\n".join(parts)


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
