"""A submission as a bundle for the body above: its entry, and the content whose digest the entry has."""

from __future__ import annotations

from deliberation.audit.bundle import Bundler
from deliberation.audit.bundle_check import BundleCheck
from deliberation.legislation.submission_models import content_kept, submission
from deliberation.legislation.submission_rules import read_content
from deliberation.legislation.tier_bundling import TierFile
from deliberation.refusal import Refusal
from deliberation.vocabulary import Act, _

OPINIONS = "opinions.jsonl"
NOT_PUBLIC = Refusal(_("上报的内容有姓名、联系方式和没有公开的话，没有公开版"), remedy=_("请用完整版：--edition full"))
SUBMISSIONS = TierFile(
    "submission", Act.SUBMISSION_MADE, OPINIONS, read_content, submission, content_kept,
    ("solicitation", "number", "opinions", "changes", "people", "left_out", "to", "asked"), NOT_PUBLIC,
)  # fmt: skip
gather_submission = SUBMISSIONS.gather
bundlers = (Bundler(SUBMISSIONS.kind, gather_submission),)
bundle_checks = (BundleCheck("submissions", SUBMISSIONS.check),)
