"""A feedback as a bundle for the point: its entry, and the content whose digest the entry has; and read again from one."""

from __future__ import annotations

from deliberation.audit.bundle import Bundler
from deliberation.audit.bundle_check import BundleCheck
from deliberation.legislation.feedback_models import feedback, feedback_kept
from deliberation.legislation.feedback_rules import read_content
from deliberation.legislation.feeding_back import Returned
from deliberation.legislation.tier_bundling import TierFile
from deliberation.refusal import Refusal
from deliberation.vocabulary import Act, _

NOT_PUBLIC = Refusal(_("反馈的内容有对没有公开的意见的答复，没有公开版"), remedy=_("请用完整版：--edition full"))
FEEDBACKS = TierFile(
    "feedback", Act.ANSWERS_HANDED_DOWN, "answers.jsonl", read_content, feedback, feedback_kept,
    ("solicitation", "number", "opinions", "to", "asked"), NOT_PUBLIC,
)  # fmt: skip
gather_feedback = FEEDBACKS.gather
bundlers = (Bundler(FEEDBACKS.kind, gather_feedback),)
bundle_checks = (BundleCheck("feedbacks", FEEDBACKS.check),)


def read_feedback(content: bytes, confirmed: str = "") -> Returned:
    """What came, and whose key signs it. Raises Refused, with a sentence for whatever is wrong."""
    sha256, vkey, found = FEEDBACKS.opened(content, bundle_checks)
    return Returned(sha256, vkey, confirmed, found)
