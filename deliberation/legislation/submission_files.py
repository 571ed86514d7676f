"""A submission in a file, opened before the writer's door: every check of the bundle, then its content."""

from __future__ import annotations

import hashlib

from deliberation.legislation.calling import DOES_NOT_HOLD, opened_bundle
from deliberation.legislation.receiving import Came
from deliberation.legislation.submission_bundling import OPINIONS, bundle_checks
from deliberation.legislation.submission_rules import read_content
from deliberation.legislation.tier_lines import Unreadable
from deliberation.refusal import Refusal, Refused

KIND = "submission"


def read_submission(content: bytes, confirmed: str = "") -> Came:
    """What came, and whose key signs it. Raises Refused, with a sentence for whatever is wrong."""
    bundle, vkey = opened_bundle(content, KIND, bundle_checks)
    said = bundle.files.get(OPINIONS, b"")
    try:
        return Came(hashlib.sha256(said).hexdigest(), vkey, confirmed, read_content(said))
    except Unreadable as no:
        raise Refused(Refusal(DOES_NOT_HOLD.reason, {"fault": f"{OPINIONS}: {no}"}, DOES_NOT_HOLD.remedy)) from None
