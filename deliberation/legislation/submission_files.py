"""A submission in a file, opened before the writer's door: every check of the bundle, then its content."""

from __future__ import annotations

from deliberation.legislation.receiving import Came
from deliberation.legislation.submission_bundling import SUBMISSIONS, bundle_checks


def read_submission(content: bytes, confirmed: str = "") -> Came:
    """What came, and whose key signs it. Raises Refused, with a sentence for whatever is wrong."""
    sha256, vkey, found = SUBMISSIONS.opened(content, bundle_checks)
    return Came(sha256, vkey, confirmed, found)
