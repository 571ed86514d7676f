"""A feedback as a bundle for the point: its entry, and the content whose digest the entry has; and read again from one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlmodel import Session, col, select

from deliberation.audit.bundle import FULL, Bundler, Contents
from deliberation.audit.bundle_check import Bundle, BundleCheck
from deliberation.audit.log_check import Fault
from deliberation.audit.models import Entry
from deliberation.legislation.calling import DOES_NOT_HOLD, opened_bundle
from deliberation.legislation.feedback_models import feedback, feedback_kept
from deliberation.legislation.feedback_rules import read_content
from deliberation.legislation.feeding_back import Returned
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.tier_lines import Unreadable
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import Act, _

KIND, ANSWERS = "feedback", "answers.jsonl"
NOT_THAT = _("{file} 不是记录里存证的那一份")
NOT_PUBLIC = Refusal(_("反馈的内容有对没有公开的意见的答复，没有公开版"), remedy=_("请用完整版：--edition full"))


def gather_feedback(session: Session, number: int, edition: str) -> Contents:
    """The feedback of ``feedback/<number>`` as it went down. Raises Missing, Refused for a public edition."""
    if edition != FULL:
        raise Refused(NOT_PUBLIC)
    made = feedback(session, number)
    of = solicitation(session, made.solicitation_id)
    found = select(Entry.index).where(
        Entry.community_id == of.community_id, Entry.object == made.subject, col(Entry.act) == Act.ANSWERS_HANDED_DOWN
    )
    indices = list(session.exec(found))
    files = {ANSWERS: feedback_kept(session, made.id).encode()}
    # Who did it is the body's own affair: nothing is opened.
    return Contents(of.community_id, made.subject, indices, files, frozenset(indices))


bundlers = (Bundler(KIND, gather_feedback),)


def check_feedback(bundle: Bundle) -> Iterator[Fault | None]:
    """The content against its entry: its digest, and what both say of it."""
    if not bundle.subject.startswith(f"{KIND}/"):
        return
    index, data = bundle.about(bundle.subject, Act.ANSWERS_HANDED_DOWN) or (None, {})
    content = bundle.files.get(ANSWERS, b"")
    yield _fault(bundle, index, data.get("content") == hashlib.sha256(content).hexdigest())
    try:
        head = read_content(content).head
    except Unreadable:
        yield _fault(bundle, index, False)
        return
    names = ("solicitation", "number", "opinions", "to", "asked")
    same = head.origin == bundle.origin and all(data.get(name) == getattr(head, name) for name in names)
    yield _fault(bundle, index, same)


def _fault(bundle: Bundle, index: int | None, holds: bool) -> Fault | None:
    return None if holds else Fault("document", NOT_THAT, {"file": ANSWERS}, bundle.origin, index, ANSWERS)


bundle_checks = (BundleCheck("feedbacks", check_feedback),)


def read_feedback(content: bytes, confirmed: str = "") -> Returned:
    """What came, and whose key signs it. Raises Refused, with a sentence for whatever is wrong."""
    bundle, vkey = opened_bundle(content, KIND, bundle_checks)
    said = bundle.files.get(ANSWERS, b"")
    try:
        return Returned(hashlib.sha256(said).hexdigest(), vkey, confirmed, read_content(said))
    except Unreadable as no:
        raise Refused(Refusal(DOES_NOT_HOLD.reason, {"fault": f"{ANSWERS}: {no}"}, DOES_NOT_HOLD.remedy)) from None
