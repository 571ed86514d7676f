"""Seals, and ballots that name nobody."""

from __future__ import annotations

import json

import pytest
from sqlmodel import select

from deliberation.audit.models import Entry, Opening, openings_of
from deliberation.forms import FormKey
from deliberation.matters.models import matter
from deliberation.matters.proceedings import begin_proceeding
from deliberation.refusal import Invalid
from deliberation.voting.bundling import OPENED, gather_poll
from deliberation.voting.count_models import Handed, PaperBatch, PaperSheet
from deliberation.voting.counting import tally_document
from deliberation.voting.models import Poll
from deliberation.voting.paper_rules import (
    HAS_CAST,
    HOLDS_PAPER,
    NO_BATCH,
    NONE_LEFT,
    SEALED,
)
from tests.voting.desk_cases import (
    at_desk,
    batch_code,
    close,
    confidential_desk,
    counted_desk,
    database,
    entries,
    faults,
    refused,
)
from tests.voting.desks import FIRST, SECOND
from tests.voting.polls import cast

__all__ = ["database"]


# --- seals ------------------------------------------------------------------------------------------------------------


def test_a_sealed_count_takes_nothing_more_until_a_third_person_breaks_the_seal(database):
    desk = counted_desk(database)
    desk.seal(FIRST)
    assert refused(desk.seal, FIRST)
    code = desk.codes()["代表09"]
    for act in (lambda: desk.read(code, "1"), lambda: desk.hand("李强"), lambda: desk.stock(4, 4),
                lambda: desk.hands(FIRST, 1, 1), lambda: desk.settle(desk.sheet("代表05"), "0")):  # fmt: skip
        assert refused(act) is SEALED
    assert refused(desk.unseal, FIRST)
    desk.unseal()
    desk.both(code, "1")
    desk.stock(5, 4)
    desk.seal(FIRST)
    desk.seal(SECOND)
    assert refused(desk.seal, SECOND)
    assert close(desk).result["counts"]["heads"]["yes"] == 5
    assert len(entries(database, "count.sealed")) == 3 and len(entries(database, "seal.broken")) == 1
    assert refused(desk.unseal)


@pytest.mark.parametrize("received", [2, 3, 5, 6])
def test_one_and_two_sheets_off_are_not_sealed(database, received):
    desk = counted_desk(database)
    desk.stock(received, 4)
    assert refused(desk.seal)


@pytest.mark.parametrize("left_over", [2, 3, 5, 6])
def test_one_and_two_sheets_left_over_off_are_not_sealed(database, left_over):
    desk = counted_desk(database)
    desk.stock(4, left_over)
    assert refused(desk.seal)


def test_a_poll_without_paper_needs_no_seal(database):
    desk = at_desk(database)
    cast(database, desk.poll_id, desk.meeting.members["代表02"], "yes")
    assert refused(desk.seal)
    assert close(desk).closed_at is not None


def test_ticks_of_one_person_are_one_row(database):
    desk = at_desk(database)
    desk.print()
    desk.hand("代表05")
    desk.back("代表05")
    desk.hand("代表05")
    with database.read() as session:
        (tick,) = session.exec(select(Handed)).all()
    assert (tick.given, tick.returned, tick.spoiled, tick.is_out) == (2, 1, 0, True)


# --- ballots that name nobody -----------------------------------------------------------------------------------------


def test_a_confidential_ballot_is_handed_out_against_a_tick_and_read_by_number(database):
    desk = confidential_desk(database)
    for name, choice in (("代表02", "yes"), ("代表03", "no")):
        cast(database, desk.poll_id, desk.meeting.members[name], choice)
    desk.print(9)
    assert refused(desk.hand, "代表02") is HAS_CAST
    for name in ("代表04", "代表05", "代表06", "代表07"):
        desk.hand(name)
    assert refused(cast, database, desk.poll_id, desk.meeting.members["代表04"], "yes") is HOLDS_PAPER
    desk.back("代表07")
    cast(database, desk.poll_id, desk.meeting.members["代表07"], "yes")
    code = batch_code(desk)
    for number, choice in enumerate(("1", "1", "2"), 1):
        desk.both(code, choice, number=number)
    with pytest.raises(Invalid):
        desk.read(code, "1", number=10)
    assert refused(desk.hand_of, "代表08", "1")
    assert refused(desk.hands, FIRST, 3, 3)
    desk.stock(received=3, left_over=6)
    desk.seal(FIRST)
    desk.seal(SECOND)
    poll = close(desk)
    heads = poll.result["counts"]["heads"]
    assert (heads["yes"], heads["no"], heads["present"]) == (4, 2, 6)
    with database.read() as session:
        sheets = session.exec(select(PaperSheet)).all()
        assert {sheet.person_id for sheet in sheets} == {None} and {sheet.code for sheet in sheets} == {None}
        document = tally_document(session, poll)
    assert all("member" not in ballot for ballot in document["ballots"]) and len(document["participated"]) == 6
    assert faults(database) == []


def test_no_reading_of_a_confidential_sheet_names_a_voter(database):
    desk = confidential_desk(database)
    desk.print(9)
    desk.hand("代表04")
    desk.both(batch_code(desk), "1", number=1)
    voters = set(desk.meeting.members.values()) - {desk.meeting.place[FIRST]}
    with database.read() as session:
        read = [entry.index for entry in session.exec(select(Entry).where(Entry.act == "sheet.read"))]
        openings = session.exec(select(Opening).where(Opening.index.in_(read))).all()
    assert not {each.person_id for each in openings} & voters
    assert all(f"person/{voter}" != each.value for each in openings for voter in voters)


def test_spoiled_and_returned_paper_joins_nobody_to_a_sheet(database):
    """Whoever took, spoiled, returned and took again leaves ticks with numbers, and no row or entry that knows a sheet."""
    desk = confidential_desk(database)
    desk.print(9)
    for name in ("代表04", "代表05", "代表06"):
        desk.hand(name)
    desk.back("代表04", is_spoiled=True)
    desk.hand("代表04")
    desk.back("代表05")
    cast(database, desk.poll_id, desk.meeting.members["代表05"], "no", "form-5")
    desk.back("代表06", is_spoiled=True)
    desk.hand("代表06")
    code = batch_code(desk)
    for number, choice in ((1, "2"), (2, "1")):
        desk.both(code, choice, number=number)
    desk.stock(received=2, left_over=5)
    desk.seal(FIRST)
    desk.seal(SECOND)
    poll = close(desk)
    assert poll.result["counts"]["heads"]["participating"] == 3 and faults(database) == []
    voters = {desk.meeting.members[name] for name in ("代表04", "代表05", "代表06")}
    with database.read() as session:
        sheets = list(session.exec(select(PaperSheet).order_by(PaperSheet.id)))
        assert [(one.number, one.person_id, one.code) for one in sheets] == [(1, None, None), (2, None, None)], (
            "no gap and no row for the spoiled ones"
        )
        assert {column.name for column in Handed.__table__.c} == {
            "poll_id", "person_id", "channel", "is_out", "given", "returned", "spoiled", "at",
        }  # fmt: skip
        for entry in session.exec(select(Entry).where(Entry.object == f"poll/{desk.poll_id}")):
            said = {each.field: each for each in openings_of(session, entry.community_id, entry.index)}
            of_voter = [each for each in said.values() if each.person_id in voters and each.field != "actor"]
            assert not (of_voter and {"sheet", "choice"} & said.keys()), entry.act
            if entry.act in ("paper.handed", "paper.returned"):
                assert said.keys() <= {"person", "actor"}
                assert json.loads(entry.body)["data"].keys() <= {"sheets", "spoiled", "by_proxy", "commit"}
        keys = session.exec(select(FormKey)).all()
        assert not [key for key in keys if key.who in {f"person/{voter}" for voter in voters}]
        full = gather_poll(session, desk.poll_id, "full")
        acts = {e.index: e.act for e in session.exec(select(Entry).where(Entry.community_id == poll.community_id))}
        opened_acts = {acts[index] for index in full.indices if index not in full.unopened}
        assert opened_acts <= OPENED, "nor does the full bundle open who took paper"


def test_more_ballots_in_the_box_than_ticks_are_not_sealed(database):
    desk = confidential_desk(database)
    desk.print(9)
    desk.hand("代表04")
    code = batch_code(desk)
    desk.both(code, "1", number=1)
    desk.both(code, "2", number=2)
    desk.stock(received=2, left_over=7)
    assert refused(desk.seal)


def test_the_last_sheet_of_a_batch(database):
    desk = confidential_desk(database)
    assert refused(desk.hand, "代表04") is NO_BATCH
    desk.print(9)
    *most, last = desk.meeting.members
    desk.hand(*most)
    desk.back(most[0], is_spoiled=True)
    desk.hand(last)
    assert refused(desk.hand, most[0]) is NONE_LEFT


def test_paper_without_names_never_starts_with_a_single_sheet(database):
    desk = confidential_desk(database)
    for count in (1, 8):
        no = refused(desk.print, count)
        assert (no.facts, no.source) == ({"least": 9}, "本地设置") and "备用" in no.remedy
    desk.print(14)
    desk.print(1)


def test_a_sheet_of_a_later_printing_cannot_be_told_from_the_others(database):
    """Nine are handed out; two are spoiled, and who took them gets the only sheets of a second and third printing."""
    desk = confidential_desk(database)
    *names, last = desk.meeting.members
    desk.print(9)
    desk.hand(*names[:8])
    desk.back(names[0], is_spoiled=True)
    desk.back(names[1], is_spoiled=True)
    desk.print(1)
    desk.hand(names[0], last)
    assert refused(desk.hand, names[1]) is NONE_LEFT
    desk.print(1)
    desk.hand(names[1])
    with database.read() as session:
        printed = session.exec(select(PaperBatch).where(PaperBatch.poll_id == desk.poll_id)).all()
        assert [one.size for one in printed] == [9, 1, 1] and len({one.code for one in printed}) == 1
        code = printed[0].code
    with pytest.raises(Invalid):
        desk.read(code, "1", number=12)
    for number in range(1, 10):
        desk.both(code, "2" if number == 9 else "1", number=number)
    desk.stock(received=9, left_over=0)
    desk.seal(FIRST)
    desk.seal(SECOND)
    heads = close(desk).result["counts"]["heads"]
    assert (heads["yes"], heads["no"], heads["present"]) == (8, 1, 9) and faults(database) == []
    with database.read() as session:
        sheets = session.exec(select(PaperSheet)).all()
        assert {sheet.batch_id for sheet in sheets} == {printed[0].id}, (
            "each under the one code, whenever it was printed"
        )
        entries = session.exec(select(Entry).where(Entry.act == "paper.printed")).all()
        assert len({openings_of(session, one.community_id, one.index)[0].value for one in entries}) == 1


def test_an_election_from_the_booth_is_counted_from_paper_alone(database):
    desk = at_desk(database)
    rule = {
        "method": "options", "options": ["甲", "乙", "丙"], "select": 2, "seats": 2, "choices": ["abstain"],
        "quorum": [{"measure": "heads", "of": "entitled", "op": ">", "fraction": "1/2", "who": "participating"}],
        "approval": [{"measure": "heads", "of": "participating", "op": ">", "fraction": "1/2"}],
    }  # fmt: skip

    def booth(session, now):
        """What an election opens as; the poll at hand is frozen, so it is another one."""
        frozen = session.get(Poll, desk.poll_id).model_dump(exclude={"id"})
        poll = Poll(**frozen | {"secrecy": "booth", "rule": rule, "online": "no"})
        session.add(poll)
        session.flush()
        found = matter(session, poll.matter_id)
        begin_proceeding(session, now, matter=found, kind="poll", subject=f"poll/{poll.id}", title=poll.question)
        return poll.id

    desk.poll_id = database.change(booth)
    desk.print(9)
    for name in ("代表02", "代表03", "代表04", "代表05", "代表06"):
        desk.hand(name)
    code = batch_code(desk)
    for number, marks in enumerate(("1,2", "2 1", "1", "3", "0"), 1):
        desk.both(code, marks, "1、2" if number == 2 else None, number=number)
    with pytest.raises(Invalid):
        desk.read(code, "1,2,3", number=6)
    desk.stock(received=5, left_over=4)
    desk.seal(FIRST)
    desk.seal(SECOND)
    result = close(desk).result
    assert result["counts"]["heads"]["options"] == {"甲": 3, "乙": 2, "丙": 1}
    assert result["counts"]["heads"]["invalid"] == 1 and result["winners"] == ["甲"]
