"""What the page of decisions shows: opinions by what was decided, one of them with its evidence, how far the answers are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, or_, select

from deliberation.legislation.adoption_models import Adoption, OpinionAnswer, decisions_of, newest_decision, past_of
from deliberation.legislation.adoption_rules import ADOPTIONS, REASONS
from deliberation.legislation.answering import answering_now, waiting
from deliberation.legislation.candidate_rules import AS_PROPOSED, IN_PART, STRENGTHS, Candidate, Case, candidate
from deliberation.legislation.carried_view import (
    Stand,
    article_there,
    later_versions,
    partner_of,
    stand_of,
    version_asked,
)
from deliberation.legislation.comparing import comparisons
from deliberation.legislation.desk_models import Cluster, clusters_by_id, members_of
from deliberation.legislation.desk_view import title_of
from deliberation.legislation.draft_models import DraftVersion, articles_of
from deliberation.legislation.opinion_models import Opinion, counts_by
from deliberation.legislation.opinion_rules import KINDS
from deliberation.legislation.opinion_view import rows_of, voice
from deliberation.legislation.solicitation_view import Asked, articles_heard, said_options
from deliberation.legislation.statute.quoted import GONE
from deliberation.refusal import Refused
from deliberation.vocabulary import _
from deliberation.web import Visit

PAGE, SAME, MOST_ADDED = 30, 20, 200
OPEN, ALL = "open", "all"
VIEWS: dict[str, str] = {OPEN: _("还没有决定"), **ADOPTIONS, ALL: _("全部")}
FILLS = {"adopted": "yes", "partly": "soft", "not_adopted": "no", "reference": "some"}


@dataclass(frozen=True)
class Sieve:
    """What is looked at: what was decided, an article, a kind, the version that it is held against."""

    view: str = OPEN
    article: str = ""
    kind: str = ""
    version: str = ""
    before: str = ""

    def where(self, here: Asked) -> list[Any]:
        """The conditions. Those merged into others go with their leads; what was merged later brings its lead back."""
        member = aliased(Opinion)
        leads = select(Cluster.lead_id).where(Cluster.solicitation_id == here.one.id)
        late = select(member.id).where(
            member.cluster_id == Opinion.cluster_id, member.adoption_id.is_(None), member.withdrawn_at.is_(None)
        )
        found: list[Any] = [
            Opinion.solicitation_id == here.one.id,
            col(Opinion.withdrawn_at).is_(None),
            or_(col(Opinion.cluster_id).is_(None), col(Opinion.id).in_(leads)),
        ]
        if self.view == OPEN:
            found.append(
                or_(col(Opinion.adoption_id).is_(None), and_(col(Opinion.cluster_id).is_not(None), late.exists()))
            )
        elif self.view in ADOPTIONS:
            found.append(
                select(Adoption.id).where(Adoption.id == Opinion.adoption_id, Adoption.kind == self.view).exists()
            )
        if self.article:
            found.append(Opinion.article == ("" if self.article == "0" else self.article))
        if self.kind in KINDS:
            found.append(Opinion.kind == self.kind)
        return found

    def address(self, here: Asked, **more: Any) -> str:
        fields = vars(self) | {"before": ""} | more
        typed = {name: value for name, value in fields.items() if value and (name, value) != ("view", OPEN)}
        return f"/solicitations/{here.one.id}/adoption" + (f"?{urlencode(typed)}" if typed else "")

    def fields(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if name != "before"}


def sieve_of(visit: Visit) -> Sieve:
    typed = {name: visit.typed(name, visit.query.get(name, ""))[:40] for name in vars(Sieve())}
    return Sieve(**typed | {"view": typed["view"] if typed["view"] in VIEWS else OPEN})


def found_by(here: Asked, sieve: Sieve, limit: int, *, undecided: bool = False) -> list[Opinion]:
    """The opinions that pass, the earliest first; ``undecided``: only those on which nothing stands."""
    found = select(Opinion).where(*sieve.where(here))
    if undecided:
        found = found.where(col(Opinion.adoption_id).is_(None))
    if sieve.before.isascii() and sieve.before.isdigit() and len(sieve.before) < 16:
        found = found.where(col(Opinion.id) > int(sieve.before))
    return list(here.visit.session.exec(found.order_by(col(Opinion.id)).limit(limit)))


def adoption(here: Asked, at: int | None) -> dict[str, Any]:
    """The whole page. ``at`` is the opinion that is looked at; the first of the list otherwise."""
    session, sieve = here.visit.session, sieve_of(here.visit)
    found = found_by(here, sieve, PAGE + 1)
    listed = found[:PAGE]
    chosen = session.get(Opinion, at) if at else listed[0] if listed else None
    if chosen is not None and (chosen.solicitation_id != here.one.id or chosen.withdrawn_at is not None):
        chosen = None
    to = version_asked(here)
    return (
        here.base()
        | progress(here)
        | {
            "sieve": sieve,
            "newest": newest_decision(session, here.one.id),
            "to": to,
            "later": [(each.number, each.name) for each in later_versions(here)],
            "views": said_options(here.visit, VIEWS),
            "kinds_said": [("", here.say(_("全部"))), *said_options(here.visit, KINDS)],
            "articles": articles_heard(here),
            "rows": _rows(here, sieve, listed, chosen),
            "more": sieve.address(here, before=listed[-1].id) if len(found) > PAGE else "",
            "reasons": _reasons(here),
            "decisions_said": ADOPTIONS,
        }
        | (_chosen(here, sieve, listed, chosen, to) if chosen is not None else {"chosen": None})
    )


def progress(here: Asked) -> dict[str, Any]:
    """How many were decided how, how many of those were told."""
    session, total = here.visit.session, here.one.standing
    decided, told = (counts_by(session, here.one.id, name) for name in ("adoption", "answered"))
    running = answering_now(session, here.one.id)
    by_hand = select(OpinionAnswer.id).where(
        OpinionAnswer.solicitation_id == here.one.id, col(OpinionAnswer.told_at).is_(None), OpinionAnswer.way == ""
    )
    return {
        "total": total,
        "decided": sum(decided.values()),
        "told": sum(told.values()),
        "kinds_done": [(FILLS[kind], words, decided.get(kind, 0)) for kind, words in ADOPTIONS.items()],
        "parts": [(decided[kind] * 10_000 // total, FILLS[kind]) for kind in ADOPTIONS if decided.get(kind) and total],
        "to_tell": waiting(session, here.one),
        "running": running,
        "by_hand": session.exec(by_hand.limit(1)).first() is not None,
        "against": {act: here.against(act) for act in ("adopt_opinions", "answer_opinions", "set_answers_due")},
    }


def _rows(here: Asked, sieve: Sieve, listed: Sequence[Opinion], chosen: Opinion | None) -> list[dict[str, Any]]:
    session = here.visit.session
    sizes = clusters_by_id(session, {each.cluster_id for each in listed if each.cluster_id})
    made = decisions_of(session, [each.adoption_id for each in listed if each.adoption_id])
    return [
        {
            "one": each,
            "title": title_of(each),
            "size": sizes[each.cluster_id].size if each.cluster_id in sizes else 1,
            "words": ADOPTIONS[made[each.adoption_id].kind] if each.adoption_id in made else "",
            "href": sieve.address(here, at=each.id, before=sieve.before),
            "is_here": chosen is not None and each.id == chosen.id,
        }
        for each in listed
    ]


def _reasons(here: Asked) -> list[str]:
    """Reasons to choose from: those written here lately, then the common ones."""
    lately = select(Adoption.reason).where(Adoption.solicitation_id == here.one.id, Adoption.reason != "")
    known = list(dict.fromkeys(here.visit.session.exec(lately.order_by(col(Adoption.id).desc()).limit(50))))[:8]
    return known + [said for _word, said in said_options(here.visit, REASONS) if said not in known]


# --- the one that is looked at


def _chosen(
    here: Asked, sieve: Sieve, listed: Sequence[Opinion], chosen: Opinion, to: DraftVersion | None
) -> dict[str, Any]:
    session = here.visit.session
    made = session.get(Cluster, chosen.cluster_id) if chosen.cluster_id else None
    lead = session.get(Opinion, made.lead_id) if made is not None else chosen
    members = members_of(session, made.id, limit=SAME + 1) if made is not None else []
    others = [each for each in members if each.id != lead.id][:SAME]
    past = past_of(session, lead.id)
    ids = [each.id for each in listed]
    at = ids.index(chosen.id) if chosen.id in ids else None
    around = {}
    for name, step in (("next", 1), ("previous", -1)):
        is_there = at is not None and 0 <= at + step < len(ids)
        id = ids[at + step] if is_there else ""
        around[name] = {"id": id, "href": sieve.address(here, at=id, before=sieve.before) if is_there else ""}
    evidence = evidence_of(session, here.version, to, lead)
    return {
        "chosen": lead,
        "cluster": made,
        "same": rows_of(others),
        "undecided": sum(each.adoption_id is None for each in members),
        "past": past,
        "stands": past[0] if past and lead.adoption_id == past[0].id else None,
        "evidence": evidence,
        "options": [("", ""), *((each.key, each.label) for each in articles_of(session, to))] if to else [],
    } | voice(lead) | around  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """Old and new text beside each other, and what the rule found in them."""

    stand: Stand | None
    found: Candidate
    there: Any
    text: str

    @property
    def words(self) -> str:
        return STRENGTHS[self.found.strength]

    @property
    def is_strong(self) -> bool:
        return self.found.strength in (AS_PROPOSED, IN_PART)


def evidence_of(session: Session, own: DraftVersion, to: DraftVersion | None, one: Opinion) -> Evidence | None:
    """What the next version says for an opinion; None while there is none."""
    if to is None:
        return None
    stand = stand_of(session, one, to)
    now = stand.row.words if stand is not None and stand.is_placed and one.article else None
    is_gone = stand is not None and not stand.is_placed and stand.row.why == GONE
    added = _added(session, own, to)
    found = candidate(Case(one.kind, one.original, one.proposal, now, is_gone, [words for _key, words in added]))
    key = added[found.found_in][0] if found.found_in >= 0 else stand.row.article if stand is not None else ""
    text = added[found.found_in][1] if found.found_in >= 0 else now or ""
    there = article_there(session, to, key or partner_of(session, own, to, one.article))
    return Evidence(stand, found, there, text)


def _added(session: Session, own: DraftVersion, to: DraftVersion) -> list[tuple[str, str]]:
    """What came in new: whole articles, and in changed ones what was put in; (key, words)."""
    try:
        pairs = comparisons.of(session, own, to)
    except Refused:
        return []
    found = []
    for pair in pairs:
        if pair.new is None:
            continue
        put = ["".join(words for sign, words in runs if sign == "+") for runs in pair.new.paragraphs]
        if words := "\n".join(each for each in put if each):
            found.append((pair.new.key, words))
    return found[:MOST_ADDED]
