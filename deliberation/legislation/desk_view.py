"""What the desk shows: the opinions that wait, one of them with those merged into it and those like it, how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlmodel import col, select

from deliberation.legislation.desk_joining import others
from deliberation.legislation.desk_models import (
    Cluster,
    OpinionGroup,
    OpinionHandling,
    OpinionTag,
    clusters_by_id,
    handlings_of,
    members_of,
    tags_by_opinion,
    tags_in,
    waiting_groups,
)
from deliberation.legislation.desk_rules import HANDLINGS, MERGE, NOT_SENT, REASONS, USE
from deliberation.legislation.index_models import OpinionForm, OpinionsFollowed, opinions_with
from deliberation.legislation.opinion_models import Opinion, author_of, counts_by
from deliberation.legislation.opinion_rules import CHANNELS, KINDS
from deliberation.legislation.opinion_view import rows_of
from deliberation.legislation.receipt_models import ReceivedOpinion, copies_from, received_by_id, sources_of
from deliberation.legislation.seeking import NONE, PERSON, TAG, counted, newest_first, sifted
from deliberation.legislation.solicitation_view import Asked, articles_heard, collectors, said_options
from deliberation.vocabulary import _
from deliberation.web import Visit

PAGE, SAME, LIKE, LATELY = 30, 50, 20, 500
WAITING, ALL, GROUPS = "waiting", "all", "groups"
VIEWS: dict[str, str] = {WAITING: _("待处理"), ALL: _("全部"), **{kind: HANDLINGS[kind] for kind in HANDLINGS}}
FILLS = {USE: "yes", MERGE: "soft", NOT_SENT: "no"}
WITHDRAWN = _("（已撤回的一条）")
TITLE = 26
"""Signs of an opinion by which it stands in the list."""


@dataclass(frozen=True)
class Sieve:
    """What is looked at: the words typed, how it was handled, an article, a kind, a channel, a tag, whose it is."""

    q: str = ""
    view: str = WAITING
    article: str = ""
    kind: str = ""
    channel: str = ""
    tag: str = ""
    to: str = ""
    source: str = ""
    before: str = ""

    def asked(self) -> dict[str, str]:
        """The choices of which it is counted how many pass, by the column. A word that is none of them narrows nothing."""
        found = {}
        if self.view != ALL:
            found["handling"] = self.view if self.view in HANDLINGS else ""
        if self.article:
            found["article"] = "" if self.article == "0" else self.article
        if self.kind in KINDS:
            found["kind"] = self.kind
        if self.channel in CHANNELS:
            found["channel"] = self.channel
        return found

    @property
    def is_for_one(self) -> bool:
        return self.to.isascii() and self.to.isdigit()

    @property
    def is_of_source(self) -> bool:
        return self.source.isascii() and self.source.isdigit()

    def where(self, here: Asked, lead: str | None = None) -> list[Any]:
        """The conditions. ``lead``: the choice along which is looked, where it matters (``seeking``)."""
        found: list[Any] = [Opinion.handling != MERGE] if self.view == ALL else []
        if self.article:
            found.append(Opinion.version_id == here.version.id)
        for name, value in self.asked().items():
            found.append(sifted(getattr(Opinion, name), value, leads=lead in (None, name)))
        if self.tag:
            tagged = select(OpinionTag.opinion_id).where(
                OpinionTag.solicitation_id == here.one.id, OpinionTag.word == self.tag
            )
            found.append(col(Opinion.id).in_(tagged))
        if self.is_of_source:
            found.append(col(Opinion.id).in_(copies_from(here.one.id, int(self.source[:9]))))
        if self.is_for_one:
            found.append(Opinion.assigned_to_id == int(self.to[:9]))
        return found

    def address(self, here: Asked, **more: Any) -> str:
        """The desk with this sieve and something more."""
        fields = vars(self) | {"before": ""} | more
        typed = {name: value for name, value in fields.items() if value and (name, value) != ("view", WAITING)}
        return f"/solicitations/{here.one.id}/desk" + (f"?{urlencode(typed)}" if typed else "")

    @property
    def is_narrow(self) -> bool:
        return self != Sieve(view=self.view) or self.view != WAITING

    def fields(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if name != "before"}


def sieve_of(visit: Visit) -> Sieve:
    """What the address or the form says."""
    typed = {name: visit.typed(name, visit.query.get(name, ""))[:100] for name in vars(Sieve())}
    return Sieve(**typed | {"view": typed["view"] if typed["view"] in VIEWS else WAITING})


def found_by(here: Asked, sieve: Sieve, limit: int) -> list[Opinion]:
    """The opinions that pass, newest first."""
    before = int(sieve.before) if sieve.before.isascii() and sieve.before.isdigit() and len(sieve.before) < 16 else None
    session = here.visit.session
    if sieve.q.strip():
        return opinions_with(session, here.one.id, sieve.q, before=before, where=sieve.where(here), limit=limit)
    counts = counted(session, here.one, sieve.asked())
    if 0 in counts.values():
        return []
    lead = (
        TAG
        if sieve.tag or sieve.is_of_source
        else PERSON
        if sieve.is_for_one
        else min(counts, key=counts.__getitem__, default=NONE)
    )
    return newest_first(session, here.one, sieve.where(here, lead), lead, before, limit)


def desk(here: Asked, at: int | None) -> dict[str, Any]:
    """The whole page. ``at`` is the opinion that is looked at; the first of the list otherwise."""
    visit, session, one = here.visit, here.visit.session, here.one
    sieve = sieve_of(visit)
    found = found_by(here, sieve, PAGE + 1)
    listed = found[:PAGE]
    chosen = session.get(Opinion, at) if at else listed[0] if listed else None
    if chosen is not None and (chosen.solicitation_id != one.id or chosen.withdrawn_at is not None):
        chosen = None
    return (
        here.base()
        | progress(here)
        | {
            "sieve": sieve,
            "views": said_options(visit, VIEWS),
            "sources": [(each.id, each.body) for each in sources_of(session, one.id)],
            "kinds_said": [("", here.say(_("全部"))), *said_options(visit, KINDS)],
            "channels_said": [("", here.say(_("全部"))), *said_options(visit, CHANNELS)],
            "articles": articles_heard(here),
            "people": collectors(here),
            "tags": tags_in(session, one.id),
            "rows": _rows(here, sieve, listed, chosen),
            "more": sieve.address(here, before=listed[-1].id) if len(found) > PAGE else "",
            "groups": _groups(here),
            "against": here.against("handle_opinions"),
            "reasons": _reasons(here),
        }
        | (_chosen(here, sieve, listed, chosen) if chosen is not None else {"chosen": None})
    )


def progress(here: Asked) -> dict[str, Any]:
    """How many were handled how, and how far the index is."""
    counts = counts_by(here.visit.session, here.one.id, "handling")
    total, done = here.one.standing, sum(counts.values())
    known = here.visit.session.get(OpinionsFollowed, here.one.id)
    return {
        "total": total,
        "done": done,
        "handled": [(FILLS[kind], HANDLINGS[kind], counts.get(kind, 0)) for kind in HANDLINGS],
        "parts": [(counts[kind] * 10_000 // total, FILLS[kind]) for kind in HANDLINGS if counts.get(kind) and total],
        "waiting": total - done,
        "behind": here.one.given - (known.upto if known else 0),
        "followed": known.done if known else 0,
    }


def _rows(here: Asked, sieve: Sieve, listed: Sequence[Opinion], chosen: Opinion | None) -> list[dict[str, Any]]:
    session = here.visit.session
    sizes = clusters_by_id(session, {each.cluster_id for each in listed if each.cluster_id})
    tags = tags_by_opinion(session, [each.id for each in listed])
    marks = received_by_id(session, [each.id for each in listed])
    return [
        {
            "one": each,
            "title": title_of(each),
            "kind_words": KINDS[each.kind],
            "size": sizes[each.cluster_id].size if each.cluster_id in sizes else 1,
            "handling": HANDLINGS.get(each.handling, ""),
            "tags": tags.get(each.id, []),
            "body": marks[each.id].body if each.id in marks else "",
            "href": sieve.address(here, at=each.id, before=sieve.before),
            "is_here": chosen is not None and each.id == chosen.id,
        }
        for each in listed
    ]


def title_of(one: Opinion) -> str:
    words = " ".join((one.proposal or one.reason or KINDS[one.kind]).split())
    return words if len(words) <= TITLE else words[: TITLE - 1] + "…"


def _groups(here: Asked) -> list[dict[str, Any]]:
    """What the program found to be alike and nobody has decided on, the largest first."""
    session = here.visit.session
    groups = waiting_groups(session, here.one.id, limit=8)
    heads = {
        each.id: each for each in session.exec(select(Opinion).where(col(Opinion.id).in_([g.head for g in groups])))
    }
    # A head that was taken back is its author's alone; what stands in its group is found when it is opened.
    return [
        {
            "group": each,
            "title": title_of(heads[each.head]) if heads[each.head].withdrawn_at is None else here.say(WITHDRAWN),
        }
        for each in groups
    ]


def _reasons(here: Asked) -> list[str]:
    """Reasons to choose from: those written here lately, then the common ones."""
    # The last ones first and only then whose they are: the other way round it would go through all opinions.
    session = here.visit.session
    last = select(OpinionHandling.opinion_id, OpinionHandling.reason).order_by(col(OpinionHandling.id).desc())
    lately = [(id, reason) for id, reason in session.exec(last.limit(LATELY)) if reason]
    ours = select(Opinion.id).where(
        col(Opinion.id).in_({id for id, _reason in lately}), Opinion.solicitation_id == here.one.id
    )
    own = set(session.exec(ours)) if lately else set()
    known = list(dict.fromkeys(reason for id, reason in lately if id in own))[:8]
    return known + [said for _word, said in said_options(here.visit, REASONS) if said not in known]


# --- the one that is looked at


def _chosen(here: Asked, sieve: Sieve, listed: Sequence[Opinion], chosen: Opinion) -> dict[str, Any]:
    session = here.visit.session
    made = session.get(Cluster, chosen.cluster_id) if chosen.cluster_id else None
    lead = session.get(Opinion, made.lead_id) if made is not None else chosen
    members = members_of(session, made.id, limit=SAME) if made is not None else [chosen]
    same = sorted(members, key=lambda each: (each.id != lead.id, each.id))
    if lead not in same:
        same = [lead, *same]
    like, group = _like(here, lead, made)
    around = _around(here, sieve, listed, chosen)
    return (
        {
            "chosen": lead,
            "cluster": made,
            "same": rows_of(same),
            "like": rows_of(like),
            "group": group,
            "history": [(HANDLINGS[each.kind], each) for each in handlings_of(session, lead.id)],
            "author": author_of(session, lead.id),
            "received": session.get(ReceivedOpinion, lead.id),
            "own_tags": tags_by_opinion(session, [lead.id]).get(lead.id, []),
        }
        | around
        | others(here, lead)
    )


def _like(here: Asked, lead: Opinion, made: Cluster | None) -> tuple[list[Opinion], OpinionGroup | None]:
    """Opinions that are like this one and stand elsewhere, and the group that the program made of them."""
    session = here.visit.session
    form = session.get(OpinionForm, lead.id)
    if form is None:
        return [], None
    # From the group's own index on, in its order: of a campaign of thousands only those that are shown are read.
    found = (
        select(Opinion)
        .join(OpinionForm, col(OpinionForm.opinion_id) == Opinion.id)
        .where(
            OpinionForm.solicitation_id == here.one.id,
            OpinionForm.head == form.head,
            col(OpinionForm.opinion_id) != lead.id,
            col(Opinion.cluster_id).is_(None),
            col(Opinion.withdrawn_at).is_(None),
        )
    )
    group = session.get(OpinionGroup, (here.one.id, form.head))
    return list(session.exec(found.order_by(col(OpinionForm.opinion_id)).limit(LIKE))), group


def _around(here: Asked, sieve: Sieve, listed: Sequence[Opinion], chosen: Opinion) -> dict[str, dict[str, Any]]:
    """Where the list goes on from the one that is looked at, and back: id and address, empty at its ends."""
    ids = [each.id for each in listed]
    at = ids.index(chosen.id) if chosen.id in ids else None
    found: dict[str, dict[str, Any]] = {}
    for name, step in (("next", 1), ("previous", -1)):
        is_there = at is not None and 0 <= at + step < len(ids)
        id = ids[at + step] if is_there else ""
        found[name] = {"id": id, "href": sieve.address(here, at=id, before=sieve.before) if is_there else ""}
    return found
