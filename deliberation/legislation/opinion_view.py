"""What the pages of opinions show: the form with the text beside it, one opinion, the public ones on an article."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from typing import Any

from deliberation.audit.models import entries_about, log_head
from deliberation.buckets import Bucket
from deliberation.gate import network_of
from deliberation.legislation.anchor_rules import places
from deliberation.legislation.consenting import against_taking_back
from deliberation.legislation.desk_models import Cluster, handlings_of
from deliberation.legislation.desk_rules import HANDLINGS
from deliberation.legislation.draft_models import DraftArticle, DraftLaw, DraftVersion, article_keyed
from deliberation.legislation.opining import code_hash
from deliberation.legislation.opinion_models import (
    Opinion,
    author_of,
    counts_on,
    earlier_of,
    files_of,
    has_cosigned,
    public_on,
)
from deliberation.legislation.opinion_rules import (
    CHANNELS,
    KINDS,
    ON_ARTICLE,
    ON_WHOLE,
    REWORDING,
    may_change,
    may_cosign,
    may_publish,
    may_say_otherwise,
)
from deliberation.legislation.receipt_models import ReceivedOpinion
from deliberation.legislation.solicitation_models import solicitations_of
from deliberation.legislation.solicitation_rules import NAMINGS
from deliberation.legislation.solicitation_view import Asked, said_options
from deliberation.legislation.submission_models import has_gone_up
from deliberation.matters.difference import ALIKE, SAME, Piece, difference
from deliberation.refusal import Missing, Refusal
from deliberation.vocabulary import _
from deliberation.web import Visit

PAGE, WHOLE_PAGE = 10, 50
"""Opinions beside a text, and on a page of their own."""
LONGEST_COMPARED = 20_000
"""Characters of both together up to which a proposal is shown as a difference."""
CODE = "opinion"
"""The cookie that keeps the code of an opinion looked up, so that no address holds it."""
by_device, by_address = Bucket(6, 600), Bucket(60, 600)
"""Opinions without an account: how many in ten minutes from one browser and from one network before one has to wait."""


def seconds_to_wait(visit: Visit) -> int:
    """Take one try of somebody without an account; 0 if it is allowed, else how long to wait."""
    for bucket, key in ((by_device, visit.call.visitor), (by_address, network_of(visit.call.address))):
        if not bucket.take(key):
            return bucket.wait(key)
    return 0


def code_of(visitor: str, nonce: str) -> str:
    """The author's code, made of the browser's own secret, so that the database alone does not give it away."""
    made = hashlib.sha256(b"deliberation/opinion/" + visitor.encode() + b"/" + nonce.encode()).digest()
    return as_given(base64.b32encode(made[:10]).decode())


def as_given(code: str) -> str:
    """A code as receipts show it, in fours, however it was typed."""
    plain = "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum())
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def own_code(visit: Visit, one: Opinion) -> str:
    """The code by which this browser is the author's: its own, or one that was looked up; empty if it is not."""
    if one.code_hash is None:
        return ""
    given = visit.call.cookies.get(visit.house.cookie_prefix + CODE, "")
    visitor = visit.call.cookies.get(visit.house.cookie_prefix + "visitor", "")
    for code in (given, code_of(visitor, one.nonce) if visitor else ""):
        if code and code_hash(code) == one.code_hash:
            return as_given(code)
    return ""


def is_author(visit: Visit, one: Opinion) -> bool:
    if one.person_id is not None:
        return visit.person is not None and visit.person.id == one.person_id
    return bool(own_code(visit, one))


def is_theirs(visit: Visit, one: Opinion, reads: bool) -> bool:
    """Whose consent it is to take back: the author's; for what came offline the liaison enters what its author said."""
    return is_author(visit, one) or (reads and one.person_id is None and one.code_hash is None)


# --- giving one


def article_asked(here: Asked, key: str) -> DraftArticle | None:
    """The article of a form; None for the whole draft. Raises Missing."""
    return article_keyed(here.visit.session, here.version, key) if key else None


def form(here: Asked, key: str) -> dict[str, Any]:
    """The form beside the text that it is about."""
    visit, article = here.visit, article_asked(here, key)
    parts = [(one.key, one.label) for one in places(article.text)] if article else []
    kinds = {kind: KINDS[kind] for kind in (ON_ARTICLE if article else ON_WHOLE)}
    return here.base() | {
        "article": article,
        "parts": parts,
        "lines": article.text.split("\n") if article else [],
        "kinds_said": said_options(visit, kinds),
        "first_kind": next(iter(kinds)),
        "namings_said": said_options(visit, {word: NAMINGS[word] for word in here.one.namings}),
        "against": here.against_giving,
        "rewording": sorted(REWORDING),
        "asked_place": visit.query.get("place", ""),
        "asked_quote": visit.query.get("quote", "")[:2000],
    }


# --- one opinion


def opinion_shown(here: Asked, one: Opinion) -> dict[str, Any]:
    """One opinion for its reader: the public words, for its author and the liaison more. Raises Missing for others."""
    visit = here.visit
    mine, reads = is_author(visit, one), here.allows("read_opinions")
    if not (one.is_public or mine or (reads and one.withdrawn_at is None)):
        raise Missing
    head, entries = log_head(visit.session, one.community_id), entries_about(visit.session, one.subject)
    author = author_of(visit.session, one.id) if mine or reads else None
    forwards = author is not None and author.forwards
    return (
        here.base()
        | {
            "opinion": one,
            "mine": mine,
            "reads": reads,
            "code": own_code(visit, one) if mine else "",
            "entry": f"{head.origin}#{entries[0].index}" if entries else "",
            "index": entries[0].index if entries else None,
            "author": author,
            "received": visit.session.get(ReceivedOpinion, one.id) if reads else None,
            "earlier": earlier_of(visit.session, one.id) if mine or reads else [],
            "handled": handled(visit, one) if mine or reads else None,
            "has_gone_up": reads and has_gone_up(visit.session, one.id),
            "files": files_of(visit.session, one.id) if reads else [],
            "kinds_said": said_options(
                visit, {kind: KINDS[kind] for kind in (ON_ARTICLE if one.article else ON_WHOLE)}
            ),
            "against": {
                "change": may_change(here.stage, mine, one.withdrawn_at is not None)
                or may_say_otherwise(one.cosigners, len(earlier_of(visit.session, one.id))),
                "withdraw": may_change(here.stage, mine, one.withdrawn_at is not None),
                "unpublish": against_taking_back(one, is_theirs(visit, one, reads), words_too=True),
                "unname": against_taking_back(one, is_theirs(visit, one, reads), words_too=False, forwards=forwards),
                "cosign": against_cosigning(here, one),
                "publish": may_publish(one.state, one.publishes, one.withdrawn_at is not None),
            },
        }
        | voice(one)
    )


def handled(visit: Visit, one: Opinion) -> dict[str, Any] | None:
    """What the contact point decided, for its author: the word, the reason, when; of a merged one what its lead came to."""
    made = visit.session.get(Cluster, one.cluster_id) if one.cluster_id else None
    is_merged = made is not None and made.lead_id != one.id
    decided = handlings_of(visit.session, made.lead_id if is_merged else one.id)
    last = decided[0] if decided and (is_merged or one.handling) else None
    if last is None and not is_merged:
        return None
    return {
        "size": made.size if is_merged else 0,
        "words": HANDLINGS[last.kind] if last else "",
        "reason": last.reason if last else "",
        "at": last.at if last else None,
    }


def against_cosigning(here: Asked, one: Opinion) -> Refusal | None:
    if here.person_id is None:
        return Refusal(_("联名要先登录"), remedy=_("请先登录，再回到这一页"))
    return may_cosign(
        here.stage,
        is_public=one.is_public,
        is_author=is_author(here.visit, one),
        has_signed=has_cosigned(here.visit.session, one.id, here.person_id),
    )


def voice(one: Opinion) -> dict[str, Any]:
    """An opinion as it is read: its kind and way in words, what it is about, the proposal as a difference."""
    return {
        "kind_words": KINDS[one.kind],
        "channel_words": CHANNELS[one.channel],
        "naming_words": NAMINGS[one.naming],
        "pieces": _rewording(one),
    }


def _rewording(one: Opinion) -> tuple[Piece, ...]:
    """The proposal as a change of the words it was made on; nothing where somebody spoke about them instead."""
    if one.kind not in REWORDING or not one.original or len(one.original) + len(one.proposal) > LONGEST_COMPARED:
        return ()
    pieces = difference(one.original, one.proposal)
    stayed = sum(len(piece.text) for piece in pieces if piece.kind == SAME)
    return pieces if 2 * stayed >= ALIKE * (len(one.original) + len(one.proposal)) else ()


# --- the public ones on an article


def voices(
    visit: Visit, draft: DraftLaw, version: DraftVersion, article: DraftArticle | None, before: int | None
) -> dict[str, Any]:
    """The fragment beside an article: how many of each kind, the public ones newest first, the way to say something."""
    key = article.key if article else ""
    asked = [each for each in solicitations_of(visit.session, draft.id) if each.version_id == version.id]
    counts = counts_on(visit.session, [each.id for each in asked], key)
    size = PAGE if visit.is_htmx else WHOLE_PAGE
    found = public_on(visit.session, version.id, key, before=before, limit=size + 1)
    running = next((each for each in asked if each.stage_at(visit.now) == "open"), None)
    return {
        "voices": [{"one": each} | voice(each) for each in found[:size]],
        "more": found[size - 1].id if len(found) > size else None,
        "counts": [(KINDS[kind], counts[kind][0]) for kind in KINDS if counts.get(kind, (0, 0))[0]],
        "total": sum(total for total, _public in counts.values()),
        "public": sum(public for _total, public in counts.values()),
        "label": article.label if article else "",
        "place": f"/drafts/{draft.id}/articles/{key}/opinions" if key else f"/drafts/{draft.id}/opinions",
        "number": version.number,
        "give": f"/solicitations/{running.id}/opinions/new" + (f"?article={key}" if key else "") if running else "",
        "is_older": before is not None,
    }


def forget_limits() -> None:
    """Begin anew, as after a restart."""
    for bucket in (by_device, by_address):
        bucket.forget()


def rows_of(found: Iterable[Opinion]) -> list[dict[str, Any]]:
    return [{"one": each} | voice(each) for each in found]
