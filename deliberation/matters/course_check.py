"""The way of every matter followed again: its papers must lead where its entries say, and where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlmodel import Session, col, select

from deliberation.audit.log_check import Fault
from deliberation.matters.course import OutOfOrder, follow
from deliberation.matters.gathering import papers_of, procedure_of
from deliberation.matters.models import Matter
from deliberation.matters.papers import Paper
from deliberation.matters.procedure import ENDS, Procedure
from deliberation.matters.text_check import Entered, Key, entries_of, origins_of
from deliberation.vocabulary import Act, _

MOVES = frozenset({Act.MATTER_MOVED, Act.MATTER_CLOSED, Act.MATTER_REFUSED})


def check_transitions(session: Session) -> Iterator[Fault | None]:
    """Follow the papers of every matter and compare each move with its entry, and the end with the matter's stage."""
    origins = origins_of(session)
    moves = _moves(session)
    for matter in session.exec(select(Matter).order_by(col(Matter.id))):
        entered = moves.get((matter.community_id, f"matter/{matter.id}"), [])
        yield _transition(session, matter, entered, origins.get(matter.community_id, ""))


def _moves(session: Session) -> dict[Key, list[Entered]]:
    moves: dict[Key, list[Entered]] = defaultdict(list)
    for one in entries_of(session, MOVES):
        moves[one.community_id, one.object].append(one)
    return moves


def _transition(session: Session, matter: Matter, entered: list[Entered], origin: str) -> Fault | None:
    subject, last = f"matter/{matter.id}", entered[-1].index if entered else None
    papers = papers_of(session, matter.id)
    procedure = procedure_of(session, matter)
    closing = sorted((one for one in papers if one.is_closing), key=lambda one: one.closed_at)
    for place, paper in enumerate(closing):
        at = entered[place] if place < len(entered) else None
        wrong = _wrong_move(procedure, closing[: place + 1], paper, at)
        if wrong:
            index = at.index if at else last
            return Fault("transition", wrong, {"subject": subject, "index": index}, origin, index, subject)
    stage = follow(procedure, papers, matter.begun_at).stage
    if len(entered) > len(closing):
        index = entered[len(closing)].index
        reason = _("{index} 号记录的环节变动没有文件")
        return Fault("transition", reason, {"subject": subject, "index": index}, origin, index, subject)
    ring = matter.ring if stage in ENDS else procedure.step(stage).ring
    if (matter.stage, matter.ring) != (stage, ring):
        reason = _("{subject} 的环节与各份文件得出的不符")
        return Fault("transition", reason, {"subject": subject}, origin, last, subject)
    return None


def _wrong_move(procedure: Procedure, so_far: list[Paper], paper: Paper, entry: Entered | None) -> str:
    """What is wrong with one move: no entry, papers that cannot follow one another, another way than was entered."""
    try:
        after = follow(procedure, so_far).stage
    except OutOfOrder:
        return _("{subject} 的文件次序不对，不能这样进入下一环节")
    if entry is None:
        return _("{subject} 有环节变动没有存证")
    if not entry.data:  # Damaged: the check of the log has named it.
        return ""
    if tuple(map(entry.data.get, ("from", "to", "outcome"))) != (paper.step, after, paper.outcome):
        return _("{subject} 的文件得出的环节与 {index} 号记录不符")
    return ""
