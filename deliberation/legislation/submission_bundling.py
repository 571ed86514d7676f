"""A submission as a bundle for the body above: its entry, and the content whose digest the entry has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlmodel import Session, col, select

from deliberation.audit.bundle import FULL, Bundler, Contents
from deliberation.audit.bundle_check import Bundle, BundleCheck
from deliberation.audit.log_check import Fault
from deliberation.audit.models import Entry
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.submission_models import content_kept, submission
from deliberation.legislation.submission_rules import read_content
from deliberation.legislation.tier_lines import Unreadable
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import Act, _

OPINIONS = "opinions.jsonl"
NOT_THAT = _("{file} 不是记录里存证的那一份")

NOT_PUBLIC = Refusal(_("上报的内容有姓名、联系方式和没有公开的话，没有公开版"), remedy=_("请用完整版：--edition full"))


def gather_submission(session: Session, number: int, edition: str) -> Contents:
    """The submission of ``submission/<number>`` as it went up. Raises Missing, Refused for a public edition."""
    if edition != FULL:
        raise Refused(NOT_PUBLIC)
    made = submission(session, number)
    of = solicitation(session, made.solicitation_id)
    found = select(Entry.index).where(
        Entry.community_id == of.community_id, Entry.object == made.subject, col(Entry.act) == Act.SUBMISSION_MADE
    )
    indices = list(session.exec(found))
    files = {OPINIONS: content_kept(session, made.id).encode()}
    # Who did it is the point's own affair: nothing is opened.
    return Contents(of.community_id, made.subject, indices, files, frozenset(indices))


bundlers = (Bundler("submission", gather_submission),)


def check_submission(bundle: Bundle) -> Iterator[Fault | None]:
    """The content against its entry: its digest, and what both say of it."""
    if not bundle.subject.startswith("submission/"):
        return
    index, data = bundle.about(bundle.subject, Act.SUBMISSION_MADE) or (None, {})
    content = bundle.files.get(OPINIONS, b"")
    yield _fault(bundle, index, data.get("content") == hashlib.sha256(content).hexdigest())
    try:
        head = read_content(content).head
    except Unreadable:
        yield _fault(bundle, index, False)
        return
    names = ("solicitation", "number", "opinions", "changes", "people", "left_out", "to", "asked")
    same = head.origin == bundle.origin and all(data.get(name) == getattr(head, name) for name in names)
    yield _fault(bundle, index, same)


def _fault(bundle: Bundle, index: int | None, holds: bool) -> Fault | None:
    return None if holds else Fault("document", NOT_THAT, {"file": OPINIONS}, bundle.origin, index, OPINIONS)


bundle_checks = (BundleCheck("submissions", check_submission),)
