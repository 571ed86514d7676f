"""The verbs of 意见建议: given (a bulk verb), changed, withdrawn, cosigned, made public or kept back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import bindparam, select, tuple_
from sqlmodel import Session, col

from deliberation.audit.actions import Actor, record
from deliberation.bulk import insert_many, select_many
from deliberation.communities.models import community
from deliberation.forms import FormKey
from deliberation.identity.reach import roles_of
from deliberation.legislation.adopting import uncount_decided
from deliberation.legislation.anchor_rules import Anchor, anchored
from deliberation.legislation.copies import follow
from deliberation.legislation.desking import begin_again, leave_cluster
from deliberation.legislation.draft_models import DraftArticle, DraftVersion
from deliberation.legislation.export_spoiling import spoil_public
from deliberation.legislation.following import follow_again
from deliberation.legislation.opinion_models import (
    Opinion,
    OpinionCosigner,
    OpinionEarlier,
    earlier_of,
    has_cosigned,
)
from deliberation.legislation.opinion_rules import (
    KEPT_BACK,
    SHOWN,
    Said,
    Signature,
    may_change,
    may_cosign,
    may_give,
    may_publish,
    may_say_otherwise,
    signature_mistakes,
    state_at_first,
    word_mistakes,
)
from deliberation.legislation.opinion_writing import New, Tally, keep_tally, write_opinions
from deliberation.legislation.solicitation_models import Solicitation, solicitation, solicitations_by_id
from deliberation.legislation.solicitation_rules import may
from deliberation.legislation.submission_rules import HIDDEN, WITHDRAWN
from deliberation.matters.days import day_of
from deliberation.refusal import Invalid, Missing, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, Role, _

VISITOR = Actor(Role.VISITOR.value)


@dataclass(frozen=True, slots=True)
class Given:
    """One opinion as it is handed in. ``who`` and ``key`` are those of its form; ``nonce`` and ``code`` of no account."""

    solicitation_id: int
    article: str
    place: str
    quote: str
    around: tuple[str, str]
    said: Said
    signed: Signature
    person_id: int | None = None
    who: str = ""
    key: str = ""
    nonce: str = ""
    code: str = ""


def code_hash(code: str) -> bytes:
    """What the database keeps of an author's code, however it was typed."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(b"deliberation/opinion-code/" + plain.encode()).digest()


@dataclass(frozen=True, slots=True)
class _Open:
    """A solicitation as each form asks for it: read once a batch."""

    of: Solicitation
    stage: str
    today: date
    version_id: int
    without_account: bool
    namings: tuple[str, ...]
    path: str


@dataclass(slots=True)
class _Batch:
    """What one batch has read, and what it is going to write."""

    session: Session
    now: datetime
    open: dict[int, _Open] = field(default_factory=dict)
    articles: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    answered: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    new: list[New] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)
    places: list[int] = field(default_factory=list)


def give_opinions(session: Session, now: datetime, given: Sequence[Given]) -> list[int | Exception]:
    """Take these opinions, in their order. For each its id, or why not (Refused, Invalid, Missing).

    A repeat of a form's key does nothing and is answered like the first time.
    """
    batch = _Batch(session, now)
    _read(batch, given)
    answers: list[int | Exception | None] = []
    first_of: dict[tuple[str, str], int] = {}
    for at, one in enumerate(given):
        mark = (one.who, one.key)
        if one.key and mark in first_of:
            answers.append(None)  # The same form twice in one batch: answered below like its first.
            continue
        answer = _take(batch, one)
        answers.append(answer)
        if answer is None:
            batch.places.append(at)
            if one.key:
                first_of[mark] = at
    ids = write_opinions(session, now, batch.new, Act.OPINION_GIVEN, batch.actors) if batch.new else []
    for at, id in zip(batch.places, ids, strict=True):
        answers[at] = id
    for at, one in enumerate(given):
        if answers[at] is None:
            answers[at] = answers[first_of[one.who, one.key]]
    _keep_keys(batch, given, answers)
    return answers


def _take(batch: _Batch, one: Given) -> int | Exception | None:
    known = batch.open.get(one.solicitation_id)
    if known is None:
        return Missing()
    if one.key and (first := batch.answered.get((one.who, one.key))) and first[0] == known.path:
        return int(first[1].removeprefix("/opinions/").partition("/")[0])
    if no := may_give(known.stage, one.person_id is not None, known.without_account):
        return Refused(no)
    label, anchor = _anchor(batch, known, one)
    if isinstance(anchor, Exception):
        return anchor
    if found := word_mistakes(one.said, anchor) | signature_mistakes(one.signed, known.namings):
        return Invalid(found)
    state = state_at_first(one.person_id is not None, one.signed.publishes)
    kept = None if one.person_id is not None or not one.code else code_hash(one.code)
    batch.new.append(
        New(known.of, anchor, label, one.said, one.signed, state, known.today, person_id=one.person_id,
            nonce=one.nonce if kept else "", code_hash=kept)
    )  # fmt: skip
    batch.actors.append(VISITOR if one.person_id is None else Actor(Role.RESIDENT.value, one.person_id))
    return None


def _anchor(batch: _Batch, of: _Open, one: Given) -> tuple[str, Anchor | Exception]:
    if not one.article:
        return "", Anchor()
    found = batch.articles.get((of.version_id, one.article))
    if found is None:
        return "", Invalid({"article": Refusal(_("这份草案里没有这一条"))})
    label, text = found
    anchor = anchored(one.article, text, one.place, one.quote, one.around)
    return label, Invalid({"quote": anchor}) if isinstance(anchor, Refusal) else anchor


# --- reading, once a batch

_ARTICLES = (
    select(DraftArticle.version_id, DraftArticle.key, DraftArticle.label, DraftArticle.text)
    .join(
        DraftVersion, (col(DraftVersion.id) == DraftArticle.version_id) & (col(DraftVersion.reading) == DraftArticle.reading)
    )
    .where(tuple_(col(DraftArticle.version_id), col(DraftArticle.key)).in_(bindparam("articles", expanding=True)))
)  # fmt: skip
_KEYS = select(FormKey.who, FormKey.key, FormKey.path, FormKey.location).where(
    tuple_(col(FormKey.who), col(FormKey.key)).in_(bindparam("marks", expanding=True))
)


def _read(batch: _Batch, given: Sequence[Given]) -> None:
    session = batch.session
    found = solicitations_by_id(session, {one.solicitation_id for one in given})
    # One that is not open yet does not exist for those who would answer it.
    for id, each in found.items():
        if each.opened_at is not None:
            batch.open[id] = _opened(session, batch.now, each)
    wanted = {
        (batch.open[one.solicitation_id].version_id, one.article)
        for one in given
        if one.article and one.solicitation_id in batch.open
    }
    for version, key, label, text in select_many(session, _ARTICLES, articles=sorted(wanted)):
        batch.articles[version, key] = (label, text)
    marks = {(one.who, one.key) for one in given if one.key}
    for who, key, path, location in select_many(session, _KEYS, marks=sorted(marks)):
        batch.answered[who, key] = (path, location)


def _opened(session: Session, now: datetime, of: Solicitation) -> _Open:
    today = day_of(now, community(session, of.community_id).zone)
    namings, path = tuple(of.namings), f"/solicitations/{of.id}/opinions"
    return _Open(of, of.stage_at(now), today, of.version_id, of.without_account, namings, path)


def _keep_keys(batch: _Batch, given: Sequence[Given], answers: Sequence[int | Exception | None]) -> None:
    rows = {}
    for one, answer in zip(given, answers, strict=True):
        mark = (one.who, one.key)
        if one.key and isinstance(answer, int) and mark not in batch.answered and mark not in rows:
            rows[mark] = (*mark, f"/solicitations/{one.solicitation_id}/opinions", f"/opinions/{answer}", batch.now)
    if rows:
        columns = ("who", "key", "path", "location", "at")
        insert_many(batch.session, FormKey.__table__, columns, list(rows.values()))


# --- afterwards


def change_opinion(session: Session, now: datetime, *, one: Opinion, said: Said, is_author: bool, actor: Actor) -> None:
    """Say it otherwise; what it said before is kept. Of no account it is read again before it is public."""
    of = solicitation(session, one.solicitation_id)
    refuse_if(may_change(of.stage_at(now), is_author, one.withdrawn_at is not None))
    if found := word_mistakes(said, one.anchor):
        raise Invalid(found)
    if (one.kind, one.proposal, one.reason) == (said.kind, said.proposal, said.reason):
        return
    refuse_if(may_say_otherwise(one.cosigners, len(earlier_of(session, one.id))))
    begin_again(session, now, one)
    _undecide(session, of, one)
    one.adoption_id = one.answered_at = None
    tally, was_public = Tally(), one.is_public
    tally.add(one, -1, -int(was_public))
    session.add(OpinionEarlier(opinion_id=one.id, kind=one.kind, proposal=one.proposal, reason=one.reason, until=now))
    one.kind, one.proposal, one.reason, one.changed_at = said.kind, said.proposal, said.reason, now
    one.as_said = ""  # Those were the words before; they stay with the earlier ones.
    if one.person_id is None:
        one.state, one.state_reason = state_at_first(signed_in=False, publishes=one.publishes), ""
    session.add(one)
    session.flush()
    tally.add(one, 1, int(one.is_public))
    keep_tally(session, tally)
    follow_again(session, now, one)
    secrets = {"kind": said.kind, "proposal": said.proposal, "reason": said.reason}
    spoil_public(session, now, one, was_public=was_public)
    _record(session, Act.OPINION_CHANGED, one, actor, secrets)
    follow(session, now, one, HIDDEN, actor)  # Copies have the old words, until the new ones go up.


def _undecide(session: Session, of: Solicitation, one: Opinion) -> None:
    """A body above that closed earlier may have decided on what is said otherwise now, or taken back: it counts no more."""
    if one.adoption_id is not None:
        uncount_decided(session, of, (col(Opinion.id) == one.id,))


def withdraw_opinion(session: Session, now: datetime, *, one: Opinion, is_author: bool, actor: Actor) -> None:
    """Take it back: it counts nowhere any more, and nobody but its author reads it."""
    of = solicitation(session, one.solicitation_id)
    refuse_if(may_change(of.stage_at(now), is_author, one.withdrawn_at is not None))
    if one.cluster_id is not None:
        leave_cluster(session, now, one)
    _undecide(session, of, one)
    tally, was_public = Tally(), one.is_public
    tally.add(one, -1, -int(was_public))
    one.withdrawn_at = now
    session.add(one)
    session.flush()
    keep_tally(session, tally)
    _record(session, Act.OPINION_WITHDRAWN, one, actor, {})
    spoil_public(session, now, one, was_public=was_public)
    follow(session, now, one, WITHDRAWN, actor)


def cosign_opinion(session: Session, now: datetime, *, one: Opinion, actor: Actor, is_author: bool = False) -> None:
    """Say the same as another."""
    of = solicitation(session, one.solicitation_id)
    refuse_if(
        may_cosign(
            of.stage_at(now),
            is_public=one.is_public,
            is_author=is_author or one.person_id == actor.person_id,
            has_signed=has_cosigned(session, one.id, actor.person_id),
        )
    )
    session.add(OpinionCosigner(opinion_id=one.id, person_id=actor.person_id, at=now))
    one.cosigners += 1
    session.add(one)
    session.flush()
    _record(session, Act.OPINION_COSIGNED, one, actor, {})


def publish_opinion(session: Session, now: datetime, *, one: Opinion, actor: Actor) -> None:
    """Let everybody read it: the liaison has read it, and its author agreed."""
    _guard(session, now, one, actor)
    refuse_if(may_publish(one.state, one.publishes, one.withdrawn_at is not None))
    _set_state(session, one, SHOWN, "")
    _record(session, Act.OPINION_PUBLISHED, one, actor, {})


def keep_back(session: Session, now: datetime, *, one: Opinion, reason: str, actor: Actor) -> None:
    """Not let it be read by everybody, with a reason that its author reads; it counts and is worked on like the others."""
    _guard(session, now, one, actor)
    if one.withdrawn_at is not None or one.state == KEPT_BACK:
        raise Refused(Refusal(_("这条意见已经不公开"), late=True))
    was_public = one.is_public
    _set_state(session, one, KEPT_BACK, reason)
    spoil_public(session, now, one, was_public=was_public)
    _record(session, Act.OPINION_KEPT_BACK, one, actor, {"reason": reason})
    follow(session, now, one, HIDDEN, actor)


def _set_state(session: Session, one: Opinion, state: str, reason: str) -> None:
    tally = Tally()
    tally.add(one, 0, int(state == SHOWN) - int(one.is_public))
    one.state, one.state_reason = state, reason
    session.add(one)
    session.flush()
    keep_tally(session, tally)


def _guard(session: Session, now: datetime, one: Opinion, actor: Actor) -> None:
    of = solicitation(session, one.solicitation_id)
    where = community(session, of.community_id)
    refuse_if(may("publish_opinion", roles_of(session, actor, where, now), of.stage_at(now)))


def _record(session: Session, act: Act, one: Opinion, actor: Actor, secrets: dict[str, str]) -> None:
    data = {"solicitation": one.solicitation_id, "number": one.number}
    topic = f"solicitation/{one.solicitation_id}"
    # What the author wrote is theirs, also where the liaison acts on it.
    owner = actor.person_id if act != Act.OPINION_KEPT_BACK else one.person_id
    record(
        session, act, one.community_id, one.subject, actor=actor, data=data, secrets=secrets, topic=topic, owner=owner
    )
