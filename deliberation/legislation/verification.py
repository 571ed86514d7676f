"""What this slice adds to ``audit verify``: drafts with every reading, solicitations, opinions and the desk, as they were entered."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.log_check import Fault
from deliberation.audit.verification import Check
from deliberation.legislation.adoption_check import check_adoptions
from deliberation.legislation.answer_check import check_answers
from deliberation.legislation.carrying_check import check_carryings
from deliberation.legislation.draft_models import (
    DraftArticle,
    DraftLaw,
    DraftReading,
    DraftVersion,
    readings_of,
    source_file,
    text_of,
    versions_of,
)
from deliberation.legislation.draft_reading import articles_in, digest
from deliberation.legislation.drafting import subject_of
from deliberation.legislation.export_check import check_exports
from deliberation.legislation.opinion_check import check_opinions
from deliberation.legislation.receipt_check import check_receipts
from deliberation.legislation.report_check import check_reports
from deliberation.legislation.solicitation_check import check_solicitations
from deliberation.legislation.statute.law_json import NotALaw, law_from_json
from deliberation.legislation.tier_check import check_calls, check_feedbacks, check_submissions
from deliberation.matters.text_check import Entered, Key, entries_of, openings_for, origins_of
from deliberation.vocabulary import Act, _

ACTS = (Act.DRAFT_BROUGHT, Act.DRAFT_VERSION_ADDED, Act.DRAFT_READING_CORRECTED, Act.DRAFT_PUBLISHED)
NO_ENTRY = _("{subject} 没有存证记录")
OTHER_TEXT = _("{subject} 的文本不是存证的那一版")
OTHER_WORDS = _("{subject} 的“{field}”不是 {index} 号记录存证的原文")
OTHER_FACTS = _("{subject} 的“{field}”与 {index} 号记录不符")
GONE = _("{index} 号记录的 {subject} 已经不在")


class Log:
    """The entries about drafts by the thing they are about, with what opens them."""

    def __init__(self, session: Session):
        entries = entries_of(session, ACTS)
        self.openings, self.origins = openings_for(session, entries), origins_of(session)
        self.own: dict[Key, list[Entered]] = defaultdict(list)
        for one in entries:
            self.own[one.community_id, one.object].append(one)

    def take(self, community_id: int, subject: str) -> list[Entered]:
        return self.own.pop((community_id, subject), [])

    def against(self, one: Entered, texts: Mapping[str, str], plain: Mapping[str, Any]) -> tuple[str, str] | None:
        """(reason, field) of the first value that is not what the entry says; what was erased has nothing to compare."""
        opened = self.openings.get((one.community_id, one.index), {})
        for name, value in texts.items():
            if opened.get(name, value) != value:
                return OTHER_WORDS, name
        for name, value in plain.items():
            if one.data and one.data.get(name) != value:
                return OTHER_FACTS, name
        return None

    def fault(self, place: tuple[int, str], wrong: tuple[str, str] | None, one: Entered | None) -> Fault | None:
        if wrong is None:
            return None
        (community_id, subject), (reason, field), index = place, wrong, one.index if one else None
        facts = {"subject": subject, "field": field, "index": index}
        return Fault("document", reason, facts, self.origins.get(community_id, ""), index, subject)


def check_drafts(session: Session) -> Iterator[Fault | None]:
    """Every draft, version and reading against its entry, and every entry against what is there."""
    log = Log(session)
    for draft in session.exec(select(DraftLaw).order_by(col(DraftLaw.id))).all():
        yield _draft(log, draft)
        for version in versions_of(session, draft.id):
            yield from _version(session, log, draft, version)
    for (community_id, subject), entries in log.own.items():
        yield log.fault((community_id, subject), (GONE, ""), entries[0])


def _draft(log: Log, draft: DraftLaw) -> Fault | None:
    place = (draft.community_id, draft.topic)
    by_act = {one.act: one for one in log.take(*place)}
    brought, published = by_act.get(Act.DRAFT_BROUGHT), by_act.get(Act.DRAFT_PUBLISHED)
    if brought is None:
        return log.fault(place, (NO_ENTRY, ""), None)
    if published is not None and not draft.is_public:
        return log.fault(place, (OTHER_FACTS, "published"), published)
    return log.fault(place, log.against(brought, {"title": draft.title}, {}), brought)


def _version(session: Session, log: Log, draft: DraftLaw, version: DraftVersion) -> Iterator[Fault | None]:
    place = (draft.community_id, subject_of(version))
    entries, readings = log.take(*place), readings_of(session, version.id)
    numbers = [one.data.get("reading", 1) for one in entries]
    if not entries or numbers != [reading.number for reading in readings] or version.reading != len(readings):
        yield log.fault(place, (OTHER_TEXT if entries else NO_ENTRY, ""), entries[-1] if entries else None)
        return
    file = source_file(session, version)
    added = {"dated": version.dated_on.isoformat() if version.dated_on else None, "file": file.sha256 if file else None}
    for one, reading in zip(entries, readings, strict=True):
        is_first = reading.number == 1
        words = {"name": version.name, "source": version.source_url} if is_first else {"reason": reading.reason}
        plain = {"text": reading.digest, "lines": reading.lines_digest} | (added if is_first else {})
        wrong = log.against(one, words, plain) or _text(session, version, reading)
        yield log.fault(place, wrong, one)


def _text(session: Session, version: DraftVersion, reading: DraftReading) -> tuple[str, str] | None:
    """Whether lines, document and the rows of the articles are those of the digests."""
    kept = text_of(session, reading)
    if digest(kept.document) != reading.digest:
        return OTHER_TEXT, "text"
    if digest(kept.lines) != reading.lines_digest:
        return OTHER_TEXT, "lines"
    found = select(DraftArticle.key, DraftArticle.label, DraftArticle.heading, DraftArticle.path, DraftArticle.text)
    found = found.where(DraftArticle.version_id == version.id, DraftArticle.reading == reading.number)
    rows = [tuple(row) for row in session.exec(found.order_by(col(DraftArticle.position)))]
    try:
        law = law_from_json(json.loads(kept.document))
    except (ValueError, NotALaw):
        return OTHER_TEXT, "text"
    if rows != [(one.key, one.label, one.heading, one.path, one.text) for one in articles_in(law)]:
        return OTHER_TEXT, "articles"
    return None


checks = [
    Check("drafts", check_drafts),
    Check("solicitations", check_solicitations),
    Check("opinions", check_opinions),
    Check("carryings", check_carryings),
    Check("adoptions", check_adoptions),
    Check("answers", check_answers),
    Check("reports", check_reports),
    Check("exports", check_exports, reads_files=True),
    Check("calls", check_calls),
    Check("submissions", check_submissions),
    Check("receipts", check_receipts, reads_files=True),
    Check("feedbacks", check_feedbacks),
]
