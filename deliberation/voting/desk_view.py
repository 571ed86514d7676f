"""What the pages of the count desk show. Nobody sees another reader's choices before the comparison."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from deliberation.identity.models import names_of
from deliberation.live import Scene
from deliberation.vocabulary import _
from deliberation.voting.count_join import THIRD, hands_of, sheets_of
from deliberation.voting.count_models import (
    HandsCount,
    PaperBatch,
    PaperSheet,
    PaperStock,
    Reading,
    Settlement,
    first_of_each_code,
    has_paper,
    printed_of,
    rows_of,
    seals_of,
)
from deliberation.voting.count_rules import AGREED, DIFFERS, SEALS, SINGLE, Sheet, checklist, may_seal
from deliberation.voting.desk import desk_of
from deliberation.voting.desk_roll import by_name, handing_tab
from deliberation.voting.desk_words import ASIDE_NAME, choice_words, keys_of, refusal_at
from deliberation.voting.handing import hands_in_writing, kind_of
from deliberation.voting.models import Poll, roll
from deliberation.voting.paper_rules import (
    ASIDE,
    HANDS,
    MANY,
    NAMED,
    may_show_hands,
)
from deliberation.voting.reaching import Opened
from deliberation.voting.readings import has_read, is_compared
from deliberation.voting.sealing import too_early
from deliberation.voting.sheet_rules import ABSENT, ABSENT_NAME
from deliberation.voting.withdrawn_view import absent_found, absent_offered, earlier_of, own_withdrawn
from deliberation.web import Visit

MOST_OWN = 8
TABS = (
    ("handing", _("发票")),
    ("entry", _("录入")),
    ("comparison", _("比对")),
    ("hands", _("举手")),
    ("checks", _("核对")),
    ("seals", _("封票")),
)


def tabs_of(poll: Poll) -> list[tuple[str, str]]:
    """The tabs of a desk; where no ballot names anybody, no hand is raised either."""
    return [each for each in TABS if each[0] != "hands" or kind_of(poll) == NAMED]


def _most(poll: Poll) -> int:
    return poll.rule["select"] if poll.rule.get("options") else 1


# --- the head of every tab --------------------------------------------------------------------------------------------


def progress_of(session: Session, poll: Poll) -> dict[str, Any]:
    """How far each counter has got, in sheets and never in choices. The same for everybody who hears it."""
    by_reader: dict[int, int] = {}
    for reading in rows_of(session, Reading, poll.id):
        by_reader[reading.reader_id] = by_reader.get(reading.reader_id, 0) + 1
    names = names_of(session, by_reader)
    stock = session.get(PaperStock, poll.id)
    readers = [{"name": names[who], "read": count} for who, count in sorted(by_reader.items())]
    to_read = stock.received - stock.strays if stock else None
    return {"readers": readers, "to_read": to_read, "seals": len(seals_of(session, poll.id)), "needed": SEALS}


def progress_scene(scene: Scene) -> dict[str, Any] | None:
    poll = scene.session.get(Poll, int(scene.subject.split("/")[1]))
    return {"progress": progress_of(scene.session, poll)} if poll else None


# --- entering ---------------------------------------------------------------------------------------------------------


def entry_tab(visit: Visit, here: Opened) -> dict[str, Any]:
    session, poll, who = visit.session, here.poll, visit.person.id
    mine = [reading for reading in rows_of(session, Reading, poll.id) if reading.reader_id == who]
    sheets = {sheet.id: sheet for sheet in sheets_of(session, poll.id)}
    paper = [reading for reading in mine if sheets[reading.sheet_id].kind != HANDS]
    batches = first_of_each_code(printed_of(session, poll.id))
    batch = _batch_in_hand(session, batches, visit.typed("code", ""), paper)
    return {
        "refusal": refusal_at(here, "read_sheet", len(seals_of(session, poll.id))),
        "marks": keys_of(poll),
        "is_options": bool(poll.rule.get("options")),
        "is_many": len(poll.rule.get("options") or ()) >= MANY,
        "most": _most(poll),
        "batch": batch,
        "codes": [(code, code) for code in batches],
        "number": _next_number(session, batch, paper) if batch else None,
        "code": visit.query.get("code", "") if not batch else "",
        "read": len(paper),
        "withdrawn": own_withdrawn(session, poll, who, sheets),
        "earlier": earlier_of(paper[:-MOST_OWN], sheets),
        "own": [_own(reading, sheets[reading.sheet_id], poll) for reading in paper[: -MOST_OWN - 1 : -1]],
        "can_correct": not is_compared(list(sheets.values())),
    }


def _batch_in_hand(
    session: Session, batches: dict[str, PaperBatch], code: str, mine: list[Reading]
) -> PaperBatch | None:
    """Whose sheets this counter is reading: of the code just sent or read last, else of the first printing."""
    last = session.get(PaperSheet, mine[-1].sheet_id).batch_id if mine else 0
    of_last = next((each for each in batches.values() if each.id == last), None)
    return batches.get(code) or of_last or next(iter(batches.values()), None)


def _next_number(session: Session, batch: PaperBatch, mine: list[Reading]) -> int:
    """The first number that this counter has not read."""
    ids = {reading.sheet_id for reading in mine}
    rows = session.exec(select(PaperSheet.id, PaperSheet.number).where(PaperSheet.batch_id == batch.id))
    read = {number for id, number in rows if id in ids}
    return next(number for number in range(1, len(read) + 2) if number not in read)


def _own(reading: Reading, sheet: Sheet, poll: Poll) -> dict[str, Any]:
    return {
        "id": sheet.id,
        "name": sheet.name,
        "choice": choice_words(reading.choice, poll.rule),
        "note": reading.note,
        "is_corrected": reading.corrected_at is not None,
    }


# --- comparing --------------------------------------------------------------------------------------------------------


def comparison_tab(visit: Visit, here: Opened) -> dict[str, Any]:
    """Which sheets differ; what was read on them only to the third person who settles them, and to all once settled."""
    session, poll = visit.session, here.poll
    sheets = sheets_of(session, poll.id)
    names = names_of(session, {who for sheet in sheets for who in sheet.readings})
    people = names_of(session, {sheet.person_id for sheet in sheets if sheet.person_id})
    refusal = refusal_at(here, "settle", len(seals_of(session, poll.id)))
    is_third = refusal is None and not has_read(session, poll.id, visit.person.id)
    settled = {each.sheet_id: each for each in rows_of(session, Settlement, poll.id)}

    def shown(sheet: Sheet, is_open: bool) -> dict[str, Any]:
        said = sheet.readings.items() if is_open else ()
        readings = [(names[who], choice_words(choice, poll.rule), choice) for who, choice in said]
        name = people[sheet.person_id] if sheet.kind == HANDS else sheet.name
        settlement = settled.get(sheet.id)
        return {"id": sheet.id, "name": name, "readings": readings, "settlement": settlement, "kind": sheet.kind}

    return {
        "is_compared": is_compared(sheets),
        "agreed": sum(sheet.state == AGREED for sheet in sheets),
        "single": [shown(sheet, False) for sheet in sheets if sheet.state == SINGLE],
        "differing": [shown(sheet, is_third) for sheet in sheets if sheet.state == DIFFERS],
        "settled": [
            shown(sheet, True)
            | {"choice": choice_words(sheet.settled, poll.rule), "otherwise": sheet.is_settled_otherwise}
            for sheet in sheets
            if sheet.id in settled
        ],
        "absent": absent_found(session, poll, sheets),
        "odd": absent_offered(session, poll, sheets) if is_third else ([], []),
        "others": [(one.id, shown(one, False)["name"]) for one in sheets if one.state in (AGREED, SINGLE)],
        "names": names_of(session, {each.settled_by_id for each in settled.values()}),
        "is_third": is_third,
        "refusal": refusal,
        "marks": [*keys_of(poll), (ASIDE, ASIDE_NAME), (ABSENT, ABSENT_NAME)],
        "most": _most(poll),
    }


# --- hands ------------------------------------------------------------------------------------------------------------


def hands_tab(visit: Visit, here: Opened) -> dict[str, Any]:
    """One's own numbers; the other's once both are in."""
    session, poll, who = visit.session, here.poll, visit.person.id
    heads = {line.heads for line in roll(session, poll)}
    seals = len(seals_of(session, poll.id))
    hands, rows = hands_of(session, poll.id), []
    if hands is not None:
        found = select(HandsCount).where(HandsCount.poll_id == poll.id, HandsCount.round == hands.round)
        rows = list(session.exec(found.order_by(col(HandsCount.place))))
    both = len([row for row in rows if row.place < THIRD]) == 2
    return {
        "refusal": refusal_at(here, "count_hands", seals)
        or hands_in_writing(poll)
        or may_show_hands(poll.rule, is_named=kind_of(poll) == NAMED, heads=heads),
        "has_abstain": "abstain" in poll.rule["choices"],
        "hands": hands,
        "names": names_of(session, {row.counter_id for row in rows}),
        "rows": [row for row in rows if both or row.counter_id == who],
        "is_waiting": any(row.counter_id == who for row in rows) and not both,
        "may_settle": hands is not None and hands.differs and refusal_at(here, "settle", seals) is None
        and all(row.counter_id != who for row in rows),
        "by_name": by_name(visit, here, seals),
    }  # fmt: skip


# --- adding up --------------------------------------------------------------------------------------------------------


def checks_tab(visit: Visit, here: Opened) -> dict[str, Any]:
    session, poll = visit.session, here.poll
    return {
        "lines": checklist(desk_of(session, poll)),
        "has_paper": has_paper(session, poll.id),
        "stock": session.get(PaperStock, poll.id),
        "refusal": refusal_at(here, "count_stock", len(seals_of(session, poll.id))),
    }


def seals_tab(visit: Visit, here: Opened) -> dict[str, Any]:
    session, poll, who = visit.session, here.poll, visit.person.id
    seals = seals_of(session, poll.id)
    by_me = any(seal.counter_id == who for seal in seals)
    lines = checklist(desk_of(session, poll))
    ready = may_seal(lines, has_paper=has_paper(session, poll.id), by_me=by_me, seals=len(seals))
    return {
        "seals": seals,
        "names": names_of(session, {seal.counter_id for seal in seals}),
        "needed": SEALS,
        "refusal": refusal_at(here, "seal_count", len(seals)) or too_early(session, poll, visit.now) or ready,
        "otherwise": sum(sheet.is_settled_otherwise for sheet in sheets_of(session, poll.id)),
        "may_break": bool(seals) and refusal_at(here, "break_seals", len(seals)) is None,
        "wrong": [line for line in lines if line.state != "ok"],
    }


VIEWS = {
    "handing": handing_tab,
    "entry": entry_tab,
    "comparison": comparison_tab,
    "hands": hands_tab,
    "checks": checks_tab,
    "seals": seals_tab,
}
