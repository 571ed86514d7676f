"""Drafts come in, in one version after another, and how they were read is put right (立法联系点)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.bulk import insert_many
from deliberation.communities.models import Community, community
from deliberation.files import Attachment
from deliberation.identity.reach import roles_of
from deliberation.legislation.draft_models import (
    ARTICLE_COLUMNS,
    DraftArticle,
    DraftLaw,
    DraftReading,
    DraftText,
    DraftVersion,
    articles_of,
    draft_law,
    reading_in_force,
    versions_of,
)
from deliberation.legislation.draft_reading import ReadText
from deliberation.legislation.draft_rules import ABSENT, HELD, KEPT, PUBLIC, may
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _

SAME_NAME = Refusal(_("这部草案已经有叫“{name}”的一稿"), remedy=_("请换一个稿次名称"))
SAME_TEXT = Refusal(_("改过以后和现在的读法一样，没有可以更正的"))
MEANWHILE = Refusal(_("您打开以后，这一稿又有了新的更正"), remedy=_("请在新的读法上再改"), late=True)


@dataclass(frozen=True)
class Draft:
    """A version as it comes: what it is called, its day, where it is published, what was read, the file as it came."""

    name: str
    text: ReadText
    dated_on: date | None = None
    source_url: str = ""
    file: Attachment | None = None


@dataclass(frozen=True)
class Correction:
    """A reading put right: on which reading it was made, what came out, and why."""

    base: int
    text: ReadText
    reason: str = ""


def bring_draft(
    session: Session, now: datetime, *, community: Community, title: str, first: Draft, actor: Actor
) -> DraftLaw:
    """Bring in a draft with its first version. Nobody outside the contact point sees it before it is published."""
    _guard(session, now, "bring_draft", community, ABSENT, actor)
    made = DraftLaw(
        community_id=community.id, title=title or first.text.title, brought_at=now, brought_by_id=actor.person_id
    )
    session.add(made)
    session.flush()
    record(session, Act.DRAFT_BROUGHT, made.community_id, made.topic, actor=actor, secrets={"title": made.title})
    _write_version(session, now, made, first, actor)
    return made


def add_version(session: Session, now: datetime, *, draft: DraftLaw, version: Draft, actor: Actor) -> DraftVersion:
    """Add the next version (稿次) with its first reading. Raises Refused for a name that is taken."""
    _guard_draft(session, now, "add_version", draft, actor)
    if any(each.name == version.name for each in versions_of(session, draft.id)):
        raise Refused(Refusal(SAME_NAME.reason, {"name": version.name}, SAME_NAME.remedy))
    return _write_version(session, now, draft, version, actor)


def _write_version(session: Session, now: datetime, draft: DraftLaw, version: Draft, actor: Actor) -> DraftVersion:
    made = DraftVersion(
        draft_id=draft.id,
        number=len(versions_of(session, draft.id)) + 1,
        name=version.name,
        dated_on=version.dated_on,
        source_url=version.source_url,
        attachment_id=version.file.id if version.file else None,
        added_at=now,
        added_by_id=actor.person_id,
    )
    session.add(made)
    session.flush()
    _write_reading(session, now, made, Correction(0, version.text), actor)
    record(
        session,
        Act.DRAFT_VERSION_ADDED,
        draft.community_id,
        subject_of(made),
        actor=actor,
        data=_digests(made, version.text)
        | ({"dated": made.dated_on.isoformat()} if made.dated_on else {})
        | ({"file": version.file.sha256} if version.file else {}),
        secrets={"name": made.name, "source": made.source_url},
        topic=draft.topic,
    )
    return made


def _digests(version: DraftVersion, text: ReadText) -> dict[str, int | str]:
    """What the log says in clear of a reading: a law is nobody's secret, and its digest must outlive every erasure."""
    return {
        "draft": version.draft_id,
        "version": version.number,
        "reading": version.reading,
        "articles": len(text.articles),
        "text": text.digest,
        "lines": text.lines_digest,
    }


def subject_of(version: DraftVersion) -> str:
    """The word by which the log knows a version: ``draft/3/version/1``."""
    return f"draft/{version.draft_id}/version/{version.number}"


def correct_reading(
    session: Session, now: datetime, *, version: DraftVersion, correction: Correction, actor: Actor
) -> DraftReading:
    """Put another reading in force; the earlier ones stay. Raises Refused while opinions on this text are asked for."""
    draft = draft_law(session, version.draft_id)
    _guard_draft(session, now, "correct_reading", draft, actor)
    refuse_if(HELD if version.held_at is not None else None)
    refuse_if(MEANWHILE if correction.base != version.reading else None)
    before = reading_in_force(session, version)
    refuse_if(SAME_TEXT if before.lines_digest == correction.text.lines_digest else None)
    made = _write_reading(session, now, version, correction, actor)
    record(
        session,
        Act.DRAFT_READING_CORRECTED,
        draft.community_id,
        subject_of(version),
        actor=actor,
        data=_digests(version, correction.text),
        secrets={"reason": correction.reason},
        topic=f"draft/{version.draft_id}",
    )
    return made


def publish_draft(session: Session, now: datetime, *, draft: DraftLaw, actor: Actor) -> None:
    """From now on everybody may read it. Raises Refused the second time."""
    _guard_draft(session, now, "publish_draft", draft, actor)
    draft.published_at = now
    session.add(draft)
    session.flush()
    record(session, Act.DRAFT_PUBLISHED, draft.community_id, draft.topic, actor=actor)


def _guard_draft(session: Session, now: datetime, act: str, draft: DraftLaw, actor: Actor) -> None:
    stands = PUBLIC if draft.is_public else KEPT
    _guard(session, now, act, community(session, draft.community_id), stands, actor)


def _guard(session: Session, now: datetime, act: str, where: Community, stands: str, actor: Actor) -> None:
    """The table of rights, asked again where it is done, whoever called."""
    refuse_if(may(act, roles_of(session, actor, where, now), stands))


# --- writing a reading down


def _write_reading(
    session: Session, now: datetime, version: DraftVersion, read: Correction, actor: Actor
) -> DraftReading:
    """The reading that is in force from now on, its text and its articles, which keep how many opinions they have."""
    counted = {one.key: one.opinions for one in articles_of(session, version) if one.opinions} if read.base else {}
    text = read.text
    version.reading = read.base + 1
    session.add(version)
    made = DraftReading(
        version_id=version.id,
        number=version.reading,
        reason=read.reason,
        title=text.title,
        status=text.status,
        counts=dict(text.counts),
        warnings=text.warnings,
        digest=text.digest,
        lines_digest=text.lines_digest,
        at=now,
        person_id=actor.person_id,
    )
    session.add(made)
    session.flush()
    session.add(DraftText(reading_id=made.id, lines=text.lines, document=text.document, frame=dict(text.frame)))
    session.flush()
    rows = [
        (version.id, version.reading, one.position, one.section, one.key, one.label, one.heading, one.path, one.text,
         one.search, counted.get(one.key, 0))
        for one in text.articles
    ]  # fmt: skip
    insert_many(session, DraftArticle.__table__, ARTICLE_COLUMNS, rows)
    return made
