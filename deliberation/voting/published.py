"""What a closing publishes: how it stands beside earlier votes, and the closing entry."""

from __future__ import annotations

from sqlmodel import Session, col, or_, select

from deliberation.audit.actions import Actor, PendingEntry, record_many
from deliberation.vocabulary import Act
from deliberation.voting.box_closing import box_facts
from deliberation.voting.count_join import counted_people
from deliberation.voting.disclosure_rules import few_apart
from deliberation.voting.edition_rules import VERSION
from deliberation.voting.models import Poll, shown_result
from deliberation.voting.secrecy_rules import BOOTH, CONFIDENTIAL


def few_beside_earlier(session: Session, poll: Poll) -> int:
    """How few people make the difference to an earlier vote on the same question; 0: none or many.

    On another text, or between other options, another question was put: the difference of its sums says nothing of anybody.
    One option more or less makes no other question, unless the further vote was held between what was left of the first.

    Of a named vote only one person is few: those on its roll may see it in full. What comes out of the booth is published
    in full by law (公开计票，当场公布: 村民委员会组织法 18, 居委会组织法 19).
    """
    if poll.secrecy == BOOTH:
        return 0
    same = select(Poll).where(
        Poll.community_id == poll.community_id,
        Poll.text_sha256 == poll.text_sha256,
        Poll.clause == poll.clause,
        Poll.id != poll.id,
        col(Poll.closed_at).is_not(None),
    )
    if poll.closed_at is not None:  # Counted again later: only what was published by then stood beside it.
        at_once = (col(Poll.closed_at) == poll.closed_at) & (col(Poll.id) < poll.id)
        same = same.where(or_(col(Poll.closed_at) < poll.closed_at, at_once))
    most = 4 if poll.secrecy == CONFIDENTIAL else 1
    earlier = [each for each in session.exec(same).all() if _is_same(session, each, poll)]
    took = counted_people(session, poll) if earlier else set()
    return min((n for each in earlier if (n := few_apart(took, counted_people(session, each), most))), default=0)


def _is_same(session: Session, one: Poll, other: Poll) -> bool:
    """Whether two votes on one text put the same question: both by yes and no, or with two options in common."""
    options = [frozenset(poll.rule.get("options") or ()) for poll in (one, other)]
    if options[0] == options[1]:
        return True
    return len(options[0] & options[1]) >= 2 and not (_follows(session, one, other) or _follows(session, other, one))


def _follows(session: Session, poll: Poll | None, first: Poll) -> bool:
    """Whether this is a further vote after ``first``, at once or after others."""
    while poll is not None and poll.follows_id is not None:
        if poll.follows_id == first.id:
            return True
        poll = session.get(Poll, poll.follows_id)
    return False


def record_closing(session: Session, poll: Poll, actor: Actor, topic: str) -> None:
    """The one entry of a closing: what is published, and a salted commitment to what was counted.

    The digest of a tally document is no secret by itself: of a small body whoever can list all possible counts would
    find the one it stands for. Its opening belongs to nobody, so erasing a person leaves it.
    """
    shown = shown_result(poll)
    data = {
        "matter": poll.matter_id,
        "outcome": shown["outcome"],
        "counts": shown["counts"],
        "received": shown["received"],
        "counted": shown["counted"],
        "edition": VERSION,
        "withheld": [each["what"] for each in shown.get("withheld", ())],
    } | box_facts(session, poll)
    subject = f"poll/{poll.id}"
    secrets = {"tally": (poll.tally_sha256, None)}
    record_many(session, [PendingEntry(poll.community_id, Act.POLL_CLOSED.value, subject, topic, actor, data, secrets)])
