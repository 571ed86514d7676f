"""Opinions carried to the next version: all of them, in batches; the unsure wait for a person; nothing slides."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlmodel import func, select

from deliberation.legislation import opinion_carrying
from deliberation.legislation.adoption_models import Carried, carried_on, unsure_in
from deliberation.legislation.carried_rules import SURE, is_unsure
from deliberation.legislation.draft_models import draft_version
from deliberation.legislation.opining import give_opinions, withdraw_opinion
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_rules import Said
from deliberation.refusal import Invalid, Missing, Refused
from tests.legislation.fated import Fated
from tests.legislation.texts import SECOND


@pytest.fixture
def fated(database_url):
    made = Fated(database_url)
    yield made
    made.database.close()


def _state(one: Carried) -> tuple[str, str, str, bool]:
    return one.status, one.article, one.words, one.unsure


def test_each_kind_of_place_is_carried(fated: Fated) -> None:
    edited = fated.give()
    whole = fated.give(article="", quote="", said=Said("whole", "写得清楚", ""))
    article = fated.give(article="2", quote="", said=Said("question", "写字楼算不算", ""))
    item = fated.give(article="3", place="1.2", quote="", said=Said("question", "怎么分摊", ""))
    gone = fated.give(article="5", quote="书面提出", said=Said("edit", "书面或者口头提出", ""))
    fated.close()
    fated.second(SECOND.replace("可以在公示期内书面提出。", "可以向社区反映。").replace("第三条　", "第二条之一　"))
    fated.carry()
    assert _state(fated.carried(edited))[:3] == ("edited", "4", "不少于十五日")
    assert _state(fated.carried(whole)) == ("exact", "", "", False)
    assert _state(fated.carried(article))[:2] == ("exact", "2")
    assert _state(fated.carried(item)) == ("moved", "2-1", "（二）费用的分摊。", False)
    assert _state(fated.carried(gone)) == ("orphaned", "", "", True)
    run = fated.carrying()
    assert (run.done, run.upto, run.ended_at) == (5, 5, fated.now)
    with fated.database.read() as session:
        waiting = session.exec(select(func.count()).where(Carried.unsure)).one()
        assert run.unsure == waiting == len(unsure_in(session, fated.id, run.version_id))
    with fated.database.read() as session:
        assert session.get(Opinion, gone).original == "书面提出", "an opinion shows the words it was made on for good"
    [entry] = fated.entries("opinions.carried")
    assert b'"count":5' in entry.body and b'"version":2' in entry.body


def test_a_person_places_what_the_program_could_not(fated: Fated) -> None:
    one = fated.give(article="5", quote="书面提出", said=Said("edit", "书面或者口头提出", ""))
    other = fated.give(article="5", quote="书面提出", said=Said("delete", "", ""))
    fated.close()
    fated.second(SECOND.replace("可以在公示期内书面提出。", "可以向社区反映。"))
    fated.carry()
    assert fated.carrying().unsure == 2
    with pytest.raises(Invalid) as no:
        fated.place(one, "5", "书面提出")
    assert set(no.value.errors) == {"quote"}
    with pytest.raises(Invalid) as no:
        fated.place(one, "77")
    assert set(no.value.errors) == {"article"}
    fated.place(one, "5", "向社区反映")
    fated.place(other, "")
    assert _state(fated.carried(one)) == ("edited", "5", "向社区反映", False)
    assert (fated.carried(other).status, fated.carried(other).why, fated.carried(other).unsure) == (
        "orphaned",
        "gone",
        False,
    )
    assert fated.carrying().unsure == 0 and fated.carried(one).placed_by_id == fated.village["陈静"]
    fated.place(one, "4")
    assert fated.carried(one).article == "4" and fated.carrying().unsure == 0, "put right once more"
    assert len(fated.entries("opinion.placed")) == 3
    assert not any("向社区反映".encode() in entry.body for entry in fated.entries("opinion.placed"))


def test_two_thousand_are_carried_in_batches_and_what_a_person_places_meanwhile_stays(
    fated: Fated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opinion_carrying, "CHUNK", 300)
    for start in range(0, 2_000, 500):
        given = [fated.given(said=Said("edit", f"不少于{at + 11}日", "")) for at in range(start, start + 500)]
        assert all(isinstance(id, int) for id in fated.change(lambda s, now, given=given: give_opinions(s, now, given)))
    fated.change(
        lambda s, now: withdraw_opinion(
            s, now, one=s.get(Opinion, 1500), is_author=True, actor=fated.village.actor("赵敏")
        )
    )
    fated.close()
    fated.second()
    fated.carry(run=False)
    with pytest.raises(Refused, match="已经带到"):
        fated.carry(run=False)
    with fated.database.read() as session:
        run, to = fated.carrying(), draft_version(session, fated.draft_id, 2)
        payload = {"solicitation": fated.id, "version": to.id, "begun": run.begun_at.isoformat(), "after": 0}
        chunk = opinion_carrying.prepare_carry(session, payload)
    fated.change(lambda s, now: opinion_carrying.carry_chunk(s, now, payload, chunk))
    fated.place(7, "2")
    fated.change(lambda s, now: opinion_carrying.carry_chunk(s, now, payload, chunk))
    assert (fated.carrying().done, fated.carrying().upto) == (300, 300), "a chunk that was written is not written again"
    fated.run()
    run = fated.carrying()
    assert (run.done, run.upto) == (1_999, 2_000) and run.ended_at is not None
    with fated.database.read() as session:
        rows = session.exec(select(Carried)).all()
        assert Counter(each.words for each in rows) == {"不少于十五日": 1_998, fated.carried(7).words: 1}
        assert 1500 not in {each.opinion_id for each in rows}
        assert len(carried_on(session, run.version_id, "4", limit=20)) == 20


def test_what_was_typed_later_is_carried_with_the_rest_and_placed_ones_stay(fated: Fated) -> None:
    first = fated.give()
    fated.close()
    fated.second()
    fated.carry()
    fated.place(first, "2")
    with pytest.raises(Refused, match="已经带到"):
        fated.carry()
    late = fated.type()
    fated.carry()
    assert fated.carried(first).article == "2" and fated.carried(late).article == "4"


def test_a_text_that_is_corrected_afterwards_is_carried_anew_but_for_what_a_person_placed(fated: Fated) -> None:
    one, two, three = fated.give(), fated.give(quote=""), fated.give()
    fated.close()
    fated.second()
    fated.carry()
    fated.place(two, "2")
    fated.place(three, "4", "不少于十五日")
    fated.correct(SECOND.replace("不少于十五日", "不少于十八日"))
    with pytest.raises(Refused, match="改过条文"):
        fated.place(one, "2")
    fated.carry()
    assert fated.carried(one).words == "不少于十八日" and fated.carried(two).article == "2"
    assert fated.carried(three).words == "不少于十八日" and fated.carried(three).placed_at is None


def test_a_chunk_of_a_text_that_was_corrected_meanwhile_is_not_written(fated: Fated) -> None:
    one = fated.give()
    fated.close()
    fated.second()
    fated.carry(run=False)
    fated.correct(SECOND.replace("不少于十五日", "不少于十八日"))
    fated.run()
    assert fated.carrying().done == 0
    fated.carry()
    assert fated.carried(one).words == "不少于十八日"


@pytest.mark.parametrize("who", ["胡军", "赵敏", "何敏"])
def test_only_the_liaison_carries_and_places(fated: Fated, who: str) -> None:
    fated.give()
    fated.close()
    fated.second()
    with pytest.raises(Refused, match="办理"):
        fated.carry(by=who)


def test_it_waits_for_the_closing_and_a_later_version(fated: Fated) -> None:
    fated.give()
    with pytest.raises(Refused, match="还没有截止"):
        fated.carry(1)
    fated.close()
    with pytest.raises(Refused, match="后面的一稿"):
        fated.carry(1)
    with pytest.raises(Missing):
        fated.carry(2)


def test_unsure_on_both_sides_of_the_edge() -> None:
    assert is_unsure("edited", SURE - 1) and not is_unsure("edited", SURE)
    assert is_unsure("orphaned", 100)
