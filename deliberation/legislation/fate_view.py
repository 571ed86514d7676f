"""What became of one opinion, as its page shows it: the decision, old and new words as a difference, when it was told;
and on the page of an article what was said on it in earlier versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from deliberation.legislation.adoption_models import Adoption, OpinionAnswer, carried_on, past_of
from deliberation.legislation.adoption_rules import ADOPTIONS
from deliberation.legislation.carried_rules import STATUSES
from deliberation.legislation.draft_models import DraftVersion
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_view import LONGEST_COMPARED, PAGE, voice
from deliberation.matters.difference import Piece, difference


def changed(before: str, after: str) -> tuple[Piece, ...]:
    """The difference, unless there is nothing to compare or too much of it."""
    if not before or not after or len(before) + len(after) > LONGEST_COMPARED:
        return ()
    return difference(before, after)


@dataclass(frozen=True)
class Fate:
    """What became of an opinion: the decision, the version that shows it, old and new words as a difference."""

    made: Adoption
    edition: DraftVersion | None
    pieces: tuple[Piece, ...]

    @property
    def words(self) -> str:
        return ADOPTIONS[self.made.kind]


def fate_of(session: Session, one: Opinion, made: Adoption | None = None) -> Fate | None:
    """What stands for an opinion, whoever may know of it."""
    made = made or (session.get(Adoption, one.adoption_id) if one.adoption_id else None)
    if made is None:
        return None
    edition = session.get(DraftVersion, made.version_id) if made.version_id else None
    return Fate(made, edition, changed(one.original, made.text))


def told_to_author(session: Session, one: Opinion, is_author: bool = False) -> dict[str, Any] | None:
    """For the page of an opinion: the fate once it was answered, and answers before it that were changed since.

    Its author reads it as soon as answering has begun, though somebody may still have to be sent.
    """
    answers = select(OpinionAnswer).where(OpinionAnswer.opinion_id == one.id)
    if not is_author:
        answers = answers.where(col(OpinionAnswer.told_at).is_not(None))
    told = {each.adoption_id: each for each in session.exec(answers)}
    if not told:
        return None
    past = [each for each in past_of(session, one.id) if each.id in told]
    stands = next((each for each in past if each.id == one.adoption_id), None)
    return {
        "fate": fate_of(session, one, stands) if stands is not None else None,
        "answer": told.get(one.adoption_id),
        "before": [(ADOPTIONS[each.kind], each, told[each.id]) for each in past if each is not stands],
    }


# --- beside an article


def said_before(session: Session, version: DraftVersion, key: str, before: int | None) -> dict[str, Any]:
    """Public opinions on other versions that stand on this article now (on the whole draft without a key), newest first."""
    found = carried_on(session, version.id, key, before=before, limit=PAGE + 1)
    editions = {id: session.get(DraftVersion, id) for id in {one.version_id for _row, one in found}}
    rows = [
        {"one": one, "row": row, "edition": editions[one.version_id], "status": STATUSES[row.status]} | voice(one)
        for row, one in found[:PAGE]
    ]
    return {"earlier": rows, "earlier_more": found[PAGE - 1][1].id if len(found) > PAGE else None}
