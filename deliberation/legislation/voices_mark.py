"""What the public reads beside an article, as a mark that changes with it: pages of other slices fetch it anew by that."""

from __future__ import annotations

import hashlib

from sqlmodel import Session

from deliberation.legislation.draft_models import article_keyed, draft_law, versions_of
from deliberation.legislation.fate_view import said_before
from deliberation.legislation.opinion_models import counts_on, public_on
from deliberation.legislation.opinion_view import PAGE
from deliberation.legislation.solicitation_models import solicitations_of
from deliberation.matters.about_rules import article_of
from deliberation.refusal import Missing


def mark_of_article(session: Session, word: str) -> tuple[frozenset[int], str] | None:
    """The communities in whose logs it is entered, and a digest of the article, the counts and the opinions shown first."""
    meant = article_of(word)
    if meant is None:
        return None
    try:
        draft = draft_law(session, meant.draft_id)
        version = versions_of(session, draft.id)[-1]
        article = article_keyed(session, version, meant.key)
    except Missing:
        return None
    asked = solicitations_of(session, draft.id)
    counts = counts_on(session, [each.id for each in asked if each.version_id == version.id], meant.key)
    newest = public_on(session, version.id, meant.key, limit=PAGE + 1)
    earlier = [row["one"] for row in said_before(session, version, meant.key, None)["earlier"]]
    shown = [
        (one.id, one.changed_at, one.name, one.proposal, one.reason, one.cosigners, one.category)
        for one in [*newest, *earlier]
    ]
    seen = repr((version.id, version.reading, article.text, sorted(counts.items()), shown))
    places = frozenset({draft.community_id, *(each.community_id for each in asked)})
    return places, hashlib.sha256(seen.encode()).hexdigest()[:16]
