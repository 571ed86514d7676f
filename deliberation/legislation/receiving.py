"""收下上报: a submission comes in whole or not at all; its opinions are the body's own from then on, and keep their origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.audit.canonical import canonical
from deliberation.audit.models import log_head
from deliberation.bulk import insert_many
from deliberation.communities.models import community
from deliberation.files import KeptFile
from deliberation.identity.reach import roles_of
from deliberation.legislation.copies import apply_change
from deliberation.legislation.desking import join_opinions
from deliberation.legislation.draft_models import articles_of, reading_in_force
from deliberation.legislation.export_spoiling import public_places, spoil_public_of
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_rules import KEPT_BACK, SHOWN, Said, Signature
from deliberation.legislation.opinion_writing import Brought, New, write_opinions
from deliberation.legislation.receipt_models import (
    ConfirmedKey,
    ReceivedOpinion,
    SubmissionReceipt,
    confirmed_key,
    copies_by_entry,
    last_number,
    receipt_named,
)
from deliberation.legislation.receiving_rules import (
    OTHER_CONTENT,
    OTHER_TEXT,
    Article,
    Placed,
    is_other_draft,
    may_follow,
    may_receive,
    may_trust,
    placed,
)
from deliberation.legislation.solicitation_models import Solicitation, text_asked_on
from deliberation.legislation.solicitation_rules import may
from deliberation.legislation.submission_rules import WITHDRAWN, Head, Line, Submitted
from deliberation.refusal import Invalid, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, Role

_COLUMNS = ("opinion_id", "receipt_id", "origin", "entry", "number", "body", "source_id", "handled", "words")


@dataclass(frozen=True)
class Keyed:
    """What came as a file: its digest, whose key signs it, and the key that was compared."""

    sha256: str
    vkey: str
    confirmed: str


@dataclass(frozen=True)
class Came(Keyed):
    """A submission that came as a file, and what it says."""

    found: Submitted


def receive_file(
    session: Session, now: datetime, *, of: Solicitation, came: Came, file: KeptFile | None, actor: Actor
) -> SubmissionReceipt:
    """Take in a submission of another installation. Raises Invalid (the key waits to be confirmed), Refused; all or nothing."""
    where = community(session, of.community_id)
    # The command line is the administrator's, whose right is the machine's.
    roles = roles_of(session, actor, where, now) if actor.person_id else frozenset({Role.LIAISON.value})
    refuse_if(may("receive_submissions", roles, of.stage_at(now)))
    head = came.found.head
    refuse_if(may_receive(head, log_head(session, of.community_id).origin, of.id))
    trust(session, now, of=of, source=(head.origin, head.body), came=came, actor=actor)
    mark = (head.origin, head.solicitation, head.number)
    is_new = receipt_named(session, of.id, mark) is None
    made = receive(
        session, now, of=of, found=came.found, sha256=came.sha256, actor=actor, bundle=file.sha256 if file else ""
    )
    if is_new and file is not None:
        made.attachment_id = file.attach(session, of.community_id, actor.person_id, now).id
        session.add(made)
        session.flush()
    return made


def trust(
    session: Session, now: datetime, *, of: Solicitation, source: tuple[str, str], came: Keyed, actor: Actor
) -> None:
    """Whether the key of another tier's log (``source``: origin and name) was compared; what is confirmed now is kept.

    Raises Refused for another key than the one compared, Invalid with what came where the key waits to be confirmed.
    """
    origin, body = source
    known = confirmed_key(session, of.community_id, origin)
    if no := may_trust(known.vkey if known else "", came.vkey, came.confirmed):
        if known:
            raise Refused(no)
        raise Invalid({"file": no}, [came])
    if known is not None:
        return
    session.add(
        ConfirmedKey(
            community_id=of.community_id, origin=origin, vkey=came.vkey, body=body, at=now, person_id=actor.person_id
        )
    )
    session.flush()
    data, kept = {"from": origin, "key": came.vkey}, {"body": body}
    record(
        session, Act.TIER_KEY_CONFIRMED, of.community_id, of.subject, actor=actor, data=data, kept=kept, topic=of.topic
    )


def receive(
    session: Session,
    now: datetime,
    *,
    of: Solicitation,
    found: Submitted,
    sha256: str,
    actor: Actor,
    here: Mapping[int, int] | None = None,
    bundle: str = "",
) -> SubmissionReceipt:
    """Write the copies of a submission; ``here``: of each entry the opinion itself; ``bundle``: SHA-256 of the file it came in.

    The same one twice changes nothing.
    """
    head = found.head
    if before := receipt_named(session, of.id, (head.origin, head.solicitation, head.number)):
        if before.sha256 != sha256:
            raise Refused(Refusal(OTHER_CONTENT.reason, {"number": head.number}, OTHER_CONTENT.remedy))
        return before
    refuse_if(may_follow(head.number, last_number(session, of.id, head.origin, head.solicitation)))
    spots = _placed(session, of, found)
    made = SubmissionReceipt(
        solicitation_id=of.id, origin=head.origin, asked=head.solicitation, number=head.number, body=head.body,
        opinions=head.opinions, changes=head.changes, people=head.people, left_out=head.left_out, sha256=sha256, at=now,
        person_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    copies, spoilt = copies_by_entry(session, of.id, head.origin), set()
    for line in found.lines:
        if earlier := copies.get(line.entry):  # Said otherwise since: the new words take its place.
            spoilt |= public_places(session, earlier, is_public=earlier.is_public)
            apply_change(session, now, earlier, WITHDRAWN, actor)
    _write(session, now, of, found, spots, made, actor, here or {})
    copies = copies_by_entry(session, of.id, head.origin)
    _join(session, now, of, found.lines, copies, actor)
    for one in found.changes:
        if copy := session.get(Opinion, copies[one.entry].id) if one.entry in copies else None:
            spoilt |= public_places(session, copy, is_public=copy.is_public)
            apply_change(session, now, copy, one.change, actor)
    spoil_public_of(session, now, spoilt)
    data = {
        "from": head.origin, "asked": head.solicitation, "number": head.number, "opinions": head.opinions,
        "changes": head.changes, "people": head.people, "left_out": head.left_out, "content": sha256,
    }  # fmt: skip
    kept = {"body": head.body, "bundle": bundle}
    record(
        session, Act.SUBMISSION_RECEIVED, of.community_id, of.subject, actor=actor, data=data, kept=kept, topic=of.topic
    )
    return made


def _placed(session: Session, of: Solicitation, found: Submitted) -> list[Placed]:
    """Where each stands in the text here. Raises Refused where it is about another draft."""
    _draft, version = text_asked_on(session, of)
    same = reading_in_force(session, version).digest == found.head.text
    articles = [Article(each.key, each.label, each.text) for each in articles_of(session, version)]
    by_key, by_label = {each.key: each for each in articles}, {each.label: each for each in reversed(articles)}
    spots = [placed(line, same, by_key, by_label) for line in found.lines]
    on_articles = sum(bool(line.article) for line in found.lines)
    refuse_if(OTHER_TEXT if is_other_draft(on_articles, sum(bool(each.note) for each in spots), same) else None)
    return spots


def _write(
    session: Session,
    now: datetime,
    of: Solicitation,
    found: Submitted,
    spots: Sequence[Placed],
    made: SubmissionReceipt,
    actor: Actor,
    here: Mapping[int, int],
) -> None:
    if not found.lines:
        return
    head = found.head
    new = [_copy(of, line, spot, head) for line, spot in zip(found.lines, spots, strict=True)]
    ids = write_opinions(session, now, new, Act.OPINION_RECEIVED, [actor] * len(new))
    rows = [
        (id, made.id, head.origin, line.entry, line.number, head.body, here.get(line.entry), line.handling, spot.words)
        for id, line, spot in zip(ids, found.lines, spots, strict=True)
    ]
    insert_many(session, ReceivedOpinion.__table__, _COLUMNS, rows)


def copy_of(number: int, body: str, handled: str, words: str) -> str:
    """What a copy says of its original, as the log commits to it: number and name of the point, its reason, words not found here."""
    return canonical([number, body, handled, words]).decode()


def _copy(of: Solicitation, line: Line, spot: Placed, head: Head) -> New:
    said_on = date.fromisoformat(line.said_on)
    signed = Signature(
        naming=line.naming, name=line.name, publishes=line.publishes, names=line.names and bool(line.name),
        category=line.category, province=line.province, contact=line.contact,
    )  # fmt: skip
    brought = Brought(
        line.channel, said_on, occasion=line.occasion, collector=line.point or head.body, note=spot.note, as_said=line.as_said,
        cosigners=line.cosigners,
    )  # fmt: skip
    return New(
        of, spot.anchor, spot.label, Said(spot.kind, line.proposal, line.reason), signed,
        SHOWN if line.is_public else KEPT_BACK, said_on, brought,
        data={
            "from": head.origin, "entry": line.entry, "cosigners": line.cosigners, "asked": head.solicitation,
            "submission": head.number,
        },
        kept={"copy": copy_of(line.number, head.body, line.handling, spot.words)},
    )  # fmt: skip


def _join(
    session: Session,
    now: datetime,
    of: Solicitation,
    lines: Sequence[Line],
    copies: Mapping[int, Opinion],
    actor: Actor,
) -> None:
    """Show as one what the point showed as one, as far as the desk here has not put the lead elsewhere."""
    groups: dict[int, list[int]] = {}
    for line in lines:
        if line.lead is not None and line.lead in copies and line.entry in copies:
            groups.setdefault(line.lead, []).append(copies[line.entry].id)
    for lead, ids in groups.items():
        join_opinions(session, now, of=of, lead=session.get(Opinion, copies[lead].id), ids=ids, actor=actor)
