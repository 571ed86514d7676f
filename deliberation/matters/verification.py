"""What this slice adds to ``audit verify``: texts, the days of postings, the way from stage to stage.

Each check reads the log's own words first and holds the tables against them: a text that was changed no longer opens
its commitment, a day that was moved no longer follows from the instant of its entry, a stage that was set by hand is
not where the papers lead.
"""

from __future__ import annotations

from deliberation.audit.verification import Check
from deliberation.matters.course_check import check_transitions
from deliberation.matters.posting_check import check_days
from deliberation.matters.text_check import check_documents

checks = [
    Check("documents", check_documents),
    Check("postings", check_days),
    Check("transitions", check_transitions),
]
