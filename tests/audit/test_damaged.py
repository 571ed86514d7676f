"""``audit verify`` says what is wrong with a damaged entry, whatever it was damaged with, and goes on."""

from __future__ import annotations

import pytest

from deliberation.audit.log_check import Fault
from deliberation.audit.reading import Reader, data_of
from deliberation.audit.verification import Check
from deliberation.vocabulary import _
from tests.audit.damage import DAMAGE, NAMED
from tests.audit.installations import Signed

PUT = 'UPDATE entry SET body = :body WHERE "index" = :index AND community_id = :log'


@pytest.fixture
def signed(database_url, tmp_path) -> Signed:
    """Nine published entries and four that are not."""
    made = Signed(database_url, tmp_path)
    made.act(8)
    made.signer.round()
    made.act(4)
    yield made
    made.close()


def test_every_damage_to_a_published_entry_is_named(signed):
    whole = signed.body(5)
    for what, damage in DAMAGE.items():
        signed.change(PUT, body=damage(whole), index=5, log=signed.root)
        found = signed.verify().faults
        assert {(fault.kind, fault.index) for fault in found} == {("entry_hash", 5)}, what


def test_what_is_no_entry_is_named_before_anything_is_published(signed):
    whole = signed.body(11)
    for what in NAMED:
        signed.change(PUT, body=DAMAGE[what](whole), index=11, log=signed.root)
        assert [(fault.kind, fault.index) for fault in signed.verify().faults] == [("entry_hash", 11)], what


def test_text_where_bytes_belong_is_named(signed):
    if signed.database.is_sqlite:
        signed.change(PUT, body="garbage", index=5, log=signed.root)
        assert {fault.index for fault in signed.verify().faults} == {5}


def test_a_check_that_breaks_off_takes_nothing_away_from_what_was_found(signed):
    signed.change(PUT, body=b"garbage", index=5, log=signed.root)
    late = Fault("tally", _("计票结果与选票不符"), {}, "", None, "poll/3")

    def breaks(session):
        yield None
        raise KeyError("outcome")

    report = signed.verify(Check("documents", breaks), Check("tallies", lambda session: [late]))
    assert [fault.kind for fault in report.faults] == ["entry_hash", "missing", "tally"]
    sentences = report.document()["faults"][1]["sentence"]
    assert sentences["zh-Hans"] == "documents 没有核对完：KeyError"
    assert sentences["en"] == "documents could not be checked to its end: KeyError"


def test_lists_of_any_depth_are_read_or_refused():
    whole = b'{"actor":"member","at":"2026-11-22T00:00:00Z","data":{"x":%b},"object":"poll/1","type":"t","v":1}'
    for depth in range(50, 1200, 50):
        body = whole % (b"[" * depth + b'"a"' + b"]" * depth)
        reader = Reader()
        for _time in range(2):
            try:
                assert reader.read(body).object == "poll/1"
            except ValueError:
                assert depth > 200


@pytest.mark.parametrize("what", NAMED)
def test_the_data_of_a_damaged_body_is_none(what):
    whole = b'{"actor":"member","at":"2026-11-22T00:00:00Z","data":{},"object":"poll/1","type":"t","v":1}'
    assert data_of(whole) == {}
    assert data_of(DAMAGE[what](whole)) is None
