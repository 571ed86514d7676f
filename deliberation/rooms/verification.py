"""What this slice adds to ``audit verify``: what was said, asked, marked and done in rooms is what was entered; so are
minutes, and sealed ones are what was signed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlmodel import Session, col, select

from deliberation.audit.log_check import Fault
from deliberation.audit.verification import Check
from deliberation.matters.models import Document
from deliberation.matters.text_check import Entered, Key, entries_of, openings_for, origins_of
from deliberation.rooms import minutes_rules as rules
from deliberation.rooms.chair_check import check_appeals, check_interventions, check_turns
from deliberation.rooms.entered import Book
from deliberation.rooms.gauge_check import check_gauges
from deliberation.rooms.minutes_keeping import text_of
from deliberation.rooms.minutes_models import (
    Minutes,
    MinutesCorrection,
    corrections_of,
    editions_of,
    left_in,
    signatures_of,
)
from deliberation.rooms.said_check import check_questions, check_statements
from deliberation.vocabulary import Act, _

ACTS = (
    Act.MINUTES_LEFT, Act.MINUTES_QUESTIONED, Act.MINUTES_UNQUESTIONED, Act.MINUTES_AMENDED, Act.MINUTES_UPHELD, Act.MINUTES_SUMMARISED, Act.MINUTES_SIGNED,
    Act.MINUTES_SEALED,
)  # fmt: skip
Openings = Mapping[tuple[int, int], Mapping[str, str]]


def check_minutes(session: Session) -> Iterator[Fault | None]:
    """Editions, corrections, summary and signatures against their entries; what is sealed against what was signed."""
    log = entries_of(session, ACTS)
    openings, origins = openings_for(session, log), origins_of(session)
    entries: dict[Key, list[Entered]] = defaultdict(list)
    for one in log:
        entries[one.community_id, one.object].append(one)
    for minutes in session.exec(select(Minutes).order_by(col(Minutes.document_id))).all():
        own = entries.pop((minutes.community_id, minutes.topic), [])
        wrong = _wrong(session, minutes, own, openings)
        facts = {"subject": minutes.topic}
        at = own[-1].index if own else None
        origin = origins.get(minutes.community_id, "")
        yield Fault("document", wrong, facts, origin, at, minutes.topic) if wrong else None
    for (community_id, topic), own in entries.items():
        reason, facts = _("{index} 号记录的 {subject} 已经不在"), {"subject": topic, "index": own[0].index}
        yield Fault("document", reason, facts, origins.get(community_id, ""), own[0].index, topic)


def check_rooms(session: Session) -> Iterator[Fault | None]:
    """Statements, questions, turns, interventions, appeals and gauges of every room against their entries."""
    book = Book(session)
    for check in (check_statements, check_questions, check_turns, check_interventions, check_appeals, check_gauges):
        yield from check(session, book)


checks = [Check("rooms", check_rooms), Check("minutes", check_minutes)]


def _wrong(session: Session, minutes: Minutes, entries: list[Entered], openings: Openings) -> str | None:
    by_act: dict[str, list[Entered]] = defaultdict(list)
    for one in entries:
        by_act[one.act].append(one)

    def opened(one: Entered, name: str, value: str) -> bool:
        """True where it opens to this value, or was erased."""
        return openings.get((one.community_id, one.index), {}).get(name, value) == value

    if not _editions_hold(session, minutes, by_act[Act.MINUTES_AMENDED], opened):
        return _("{subject} 的文本不是存证的那一版")
    if not _corrections_hold(session, minutes, by_act, opened):
        return _("{subject} 的更正要求与存证不符")
    if not _left_hold(session, minutes, by_act[Act.MINUTES_LEFT], opened):
        return _("{subject} 不跟着改的地方与存证不符")
    written = by_act[Act.MINUTES_SUMMARISED]
    if bool(written) != bool(minutes.summary) or (written and not opened(written[-1], "summary", minutes.summary)):
        return _("{subject} 的通俗摘要与存证不符")
    return _seal(session, minutes, by_act)


def _editions_hold(session: Session, minutes: Minutes, amended: list[Entered], opened) -> bool:
    editions = editions_of(session, minutes.document_id)
    if not editions or editions[0].body != session.get(Document, minutes.document_id).body:
        return False
    if [each.number for each in editions[1:]] != [one.data.get("edition") for one in amended]:
        return False
    return all(opened(one, "body", each.body) for one, each in zip(amended, editions[1:], strict=True))


def _corrections_hold(session: Session, minutes: Minutes, by_act: Mapping[str, list[Entered]], opened) -> bool:
    asked = {one.data.get("correction"): one for one in by_act[Act.MINUTES_QUESTIONED]}
    taken = {one.data.get("correction"): one for one in by_act[Act.MINUTES_AMENDED]}
    refused = {one.data.get("correction"): one for one in by_act[Act.MINUTES_UPHELD]}
    rows = {each.id: each for each in corrections_of(session, minutes.document_id)}
    decided = {id: each for id, each in rows.items() if each.decided_at is not None}
    if rows.keys() != asked.keys() or decided.keys() != (taken | refused).keys():
        return False
    if {id for id, each in decided.items() if each.is_accepted} != taken.keys():
        return False
    if not _withdrawals_hold(rows, by_act[Act.MINUTES_UNQUESTIONED], opened):
        return False
    return all(
        asked[id].data.get("place", 1) == each.place
        and opened(asked[id], "passage", each.passage)
        and opened(asked[id], "wording", each.wording)
        and opened(asked[id], "reason", each.reason)
        for id, each in rows.items()
    ) and all(opened((taken | refused)[id], "answer", each.answer) for id, each in decided.items())


def _left_hold(session: Session, minutes: Minutes, entries: list[Entered], opened) -> bool:
    """The places that were left as they are, and why."""
    rows = left_in(session, minutes.document_id)
    said = [(one.data.get("left"), one.data.get("correction")) for one in entries]
    return said == [(each.id, each.correction_id) for each in rows] and all(
        opened(one, "words", each.words) and opened(one, "line", each.line) and opened(one, "reason", each.reason)
        for one, each in zip(entries, rows, strict=True)
    )


def _withdrawals_hold(rows: Mapping[int, MinutesCorrection], entries: list[Entered], opened) -> bool:
    """Which were taken back, and by whom and why where another than the asker did; older entries do not say."""
    back = {one.data.get("correction"): one for one in entries}
    withdrawn = {id: each for id, each in rows.items() if each.withdrawn_at is not None}
    return withdrawn.keys() == back.keys() and all(
        back[id].data.get("by_clerk", 0) == (each.withdrawn_by_id is not None)
        and opened(back[id], "reason", each.withdrawn_reason)
        for id, each in withdrawn.items()
    )


def _seal(session: Session, minutes: Minutes, by_act: Mapping[str, list[Entered]]) -> str | None:
    signed = [(one.data.get("as"), one.data.get("text")) for one in by_act[Act.MINUTES_SIGNED]]
    if signed != [(each.role, each.sha256) for each in signatures_of(session, minutes.document_id)]:
        return _("{subject} 的签名与存证不符")
    sealed = by_act[Act.MINUTES_SEALED]
    if bool(sealed) != (minutes.sealed_at is not None):
        return _("{subject} 定稿与否，与存证不符")
    digest = rules.digest(text_of(session, minutes))
    # Both signed this very text, and the entry of the seal says the same.
    is_signed = rules.is_complete(role for role, text in signed if text == digest)
    if sealed and not (is_signed and sealed[-1].data.get("text") == digest):
        return _("{subject} 定稿的文本不是签名的那一份")
    return None
