"""The report on what was said: filled from the record, written on by the liaison, each version kept."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor, record
from deliberation.audit.canonical import canonical
from deliberation.communities.models import community
from deliberation.legislation.desk_models import Cluster
from deliberation.legislation.desk_rules import HANDLINGS, MERGE, NOT_SENT, USE
from deliberation.legislation.draft_models import articles_of
from deliberation.legislation.opinion_models import Opinion, OpinionCount, counts_by
from deliberation.legislation.opinion_rules import CHANNELS, KINDS
from deliberation.legislation.report_models import OpinionReport, newest_report
from deliberation.legislation.report_rules import PARTS, Facts, Told, Voice, filled
from deliberation.legislation.solicitation_models import Solicitation, collectings_of, text_asked_on
from deliberation.matters.days import day_of
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import Act, _

MOST_ARTICLES, MOST_VOICES = 40, 3
"""Articles that are quoted, those on which most was said, and opinions on each."""
SAME = Refusal(_("文字没有变化"), late=True)


def filled_from(session: Session, one: Solicitation) -> tuple[str, ...]:
    """The five parts as the record says."""
    return filled(facts_of(session, one))


def facts_of(session: Session, one: Solicitation) -> Facts:
    draft, version = text_asked_on(session, one)
    zone = community(session, one.community_id).zone
    kinds = _kinds(session, one.id)
    said = [each for each in articles_of(session, version) if kinds.get(each.key)]
    most = sorted(said, key=lambda each: (-sum(kinds[each.key].values()), each.position))[:MOST_ARTICLES]
    quoted = sorted(most, key=lambda each: each.position)
    by_group = counts_by(session, one.id, "category")
    by_handling, by_channel = counts_by(session, one.id, "handling"), counts_by(session, one.id, "channel")
    return Facts(
        draft=f"{draft.title}（{version.name}）",
        letter=_letter(one),
        first=day_of(one.opened_at, zone) if one.opened_at else None,
        last=day_of(one.last_moment, zone) if one.closes_at else None,
        given=one.given,
        standing=one.standing,
        channels={words: by_channel.get(channel, 0) for channel, words in CHANNELS.items()},
        groups={word or "没有写": n for word, n in sorted(by_group.items(), key=lambda pair: (-pair[1], pair[0]))},
        points=len({each.point_id for each in collectings_of(session, one.id)}),
        unheard=[group for group in one.groups if not by_group.get(group)],
        handled={words: by_handling.get(kind, 0) for kind, words in HANDLINGS.items()},
        whole=Told("", kinds.get("", {}), _voices(session, one, "")),
        articles=[Told(each.label, kinds[each.key], _voices(session, one, each.key)) for each in quoted],
        unquoted=len(said) - len(quoted),
    )


def _letter(one: Solicitation) -> str:
    number = f"（{one.letter_no}）" if one.letter_no else ""
    day = f"{one.letter_on.year}年{one.letter_on.month}月{one.letter_on.day}日" if one.letter_on else ""
    return f"{one.letter_from}{day}来函{number}"


def _kinds(session: Session, id: int) -> dict[str, dict[str, int]]:
    """Article's key → kind in words → how many stand."""
    found = select(OpinionCount.word, OpinionCount.kind, OpinionCount.standing).where(
        OpinionCount.solicitation_id == id, OpinionCount.dimension == "article", OpinionCount.standing > 0
    )
    by_key: dict[str, dict[str, int]] = defaultdict(dict)
    for key, kind, count in session.exec(found):
        by_key[key][kind] = count
    return {key: {KINDS[kind]: counts[kind] for kind in KINDS if kind in counts} for key, counts in by_key.items()}


def _voices(session: Session, one: Solicitation, key: str) -> Sequence[Voice]:
    """What is handed up first, then what most people say; nothing that was merged into another or is not sent."""
    size = func.coalesce(Cluster.size, 1)
    found = (
        select(Opinion, size)
        .outerjoin(Cluster, col(Cluster.id) == Opinion.cluster_id)
        .where(
            Opinion.version_id == one.version_id,
            Opinion.article == key,
            Opinion.solicitation_id == one.id,
            col(Opinion.withdrawn_at).is_(None),
            col(Opinion.handling).not_in([MERGE, NOT_SENT]),
        )
        .order_by(case((Opinion.handling == USE, 0), else_=1), size.desc(), col(Opinion.id))
        .limit(MOST_VOICES)
    )
    return [
        Voice(each.provision, each.original, KINDS[each.kind], each.proposal, each.reason, similar)
        for each, similar in session.exec(found)
    ]


def write_report(
    session: Session, now: datetime, *, one: Solicitation, parts: Sequence[str], actor: Actor
) -> OpinionReport:
    """Keep a version of its text. Raises Refused for what is written already."""
    last = newest_report(session, one.id)
    if last is not None and list(last.parts) == list(parts):
        raise Refused(SAME)
    made = OpinionReport(
        solicitation_id=one.id, number=last.number + 1 if last else 1, parts=list(parts), at=now,
        person_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, Act.REPORT_WRITTEN, one.community_id, made.subject, actor=actor, topic=one.subject,
        data={"solicitation": one.id, "version": made.number},
        secrets=parts_of(made.parts), kept={"text": digest_of_report(made.parts)},
    )  # fmt: skip
    return made


def parts_of(parts: Sequence[str]) -> dict[str, str]:
    """The texts as the log commits to them, a commitment each."""
    return {f"part_{at}": words for at, words in enumerate(parts[: len(PARTS)], 1)}


def digest_of_report(parts: Sequence[str]) -> str:
    """SHA-256 of all parts as canonical JSON: the log commits to it too, so that what is erased of them says nothing else."""
    return hashlib.sha256(canonical(list(parts))).hexdigest()
