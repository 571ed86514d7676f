"""Decisions and answers: for a lead and all merged into it, changed later, told to each author once, nobody left out."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from sqlmodel import select

from deliberation.delivery.models import Delivery
from deliberation.legislation import answering
from deliberation.legislation.adopting import set_answers_due
from deliberation.legislation.adoption_models import Adoption
from deliberation.legislation.adoption_rules import ADOPTIONS, Decision, mistakes, rates, share
from deliberation.legislation.answering import open_answer, tell_authors
from deliberation.legislation.consenting import take_back_consent
from deliberation.legislation.desking import merge_opinions, take_out
from deliberation.legislation.fate_view import told_to_author
from deliberation.legislation.opining import cosign_opinion, withdraw_opinion
from deliberation.legislation.opinion_models import Opinion, counts_by
from deliberation.legislation.opinion_rules import Signature
from deliberation.matters.days import day_of
from deliberation.refusal import Invalid, Missing, Refused
from tests.legislation.fated import Fated


@pytest.fixture
def fated(database_url):
    made = Fated(database_url)
    yield made
    made.database.close()


def _merge(fated: Fated, lead: int, *others: int) -> None:
    fated.change(
        lambda s, now: merge_opinions(
            s, now, of=fated.one(s), lead=s.get(Opinion, lead), others=[s.get(Opinion, id) for id in others],
            actor=fated.liaison,
        )
    )  # fmt: skip


def _closed(fated: Fated) -> None:
    fated.close()
    fated.second()


def test_deciding_on_a_lead_decides_on_all_merged_into_it_and_tells_nobody(fated: Fated) -> None:
    lead, merged, alone = fated.give(), fated.give(by="周明"), fated.give(by="何敏")
    _merge(fated, lead, merged)
    _closed(fated)
    with pytest.raises(Refused, match="随代表意见一起决定"):
        fated.adopt(merged)
    fated.adopt(lead, kind="partly", article="4", text="不少于十五日")
    assert fated.fates((lead, merged, alone)) == ["partly", "partly", ""]
    assert fated.counts("adoption") == {"partly": 2}
    assert [fated.opinion(id).answered_at for id in (lead, merged)] == [None, None] and fated.answers() == []
    [entry] = fated.entries("opinions.adopted")
    assert b'"count":2' in entry.body and "十五".encode() not in entry.body and b"partly" not in entry.body


def test_taken_out_and_merged_after_the_decision(fated: Fated) -> None:
    lead, merged, late = fated.give(), fated.give(by="周明"), fated.give(by="何敏")
    _merge(fated, lead, merged)
    _closed(fated)
    fated.adopt(lead, kind="partly", article="4", text="不少于十五日")
    fated.change(lambda s, now: take_out(s, now, of=fated.one(s), one=s.get(Opinion, merged), actor=fated.liaison))
    assert fated.fates((lead, merged)) == ["partly", "partly"], "what was decided on it stands"
    _merge(fated, lead, late)
    assert fated.fates((lead, late)) == ["partly", ""], "merged later it was not decided on"
    fated.adopt(lead, kind="reference")
    assert fated.fates((lead, merged, late)) == ["reference", "partly", "reference"]
    assert fated.counts("adoption") == {"reference": 2, "partly": 1}


def test_two_who_decide_at_once_and_who_sends_twice(fated: Fated) -> None:
    one = fated.give()
    _closed(fated)
    fated.adopt(one, seen={one: None}, kind="adopted", article="4", text="不少于十五日")
    with pytest.raises(Refused, match="已经有人作了决定"):
        fated.adopt(one, seen={one: None})
    assert fated.fates([one]) == ["adopted"] and fated.counts("adoption") == {"adopted": 1}
    fated.adopt(one)
    with fated.database.read() as session:
        rows = session.exec(select(Adoption).order_by(Adoption.id)).all()
        assert [each.kind for each in rows] == ["adopted", "not_adopted"], "each decision is a row"
        assert session.get(Opinion, one).adoption_id == rows[-1].id
        assert rows[0].text == "不少于十五日" and rows[0].label == "第四条"


def test_the_adopted_words_stand_in_the_next_version(fated: Fated) -> None:
    one = fated.give()
    _closed(fated)
    for wrong, field in (({"article": "4", "text": "不少于二十日"}, "text"), ({"article": "88"}, "there")):
        with pytest.raises(Invalid) as no:
            fated.adopt(one, kind="adopted", reason="见新稿", **wrong)
        assert set(no.value.errors) == {field}
    with pytest.raises(Missing):
        fated.adopt(one, kind="adopted", number=None, article="4", text="不少于十五日")
    fated.adopt(
        one, kind="adopted", number=None, reason="上级来函说已经采纳", told_by="市人大常委会法工委", letter="12号"
    )
    with fated.database.read() as session:
        made = session.get(Adoption, session.get(Opinion, one).adoption_id)
        assert (made.told_by, made.letter, made.version_id) == ("市人大常委会法工委", "12号", None)


def test_withdrawn_ones_are_left_out(fated: Fated) -> None:
    lead, gone = fated.give(), fated.give(by="周明")
    fated.change(lambda s, now: withdraw_opinion(s, now, one=s.get(Opinion, gone), is_author=True, actor=fated.liaison))
    _closed(fated)
    with pytest.raises(Refused, match="撤回"):
        fated.adopt(lead, gone)
    assert fated.fates((lead, gone)) == ["", ""], "all or none"


def test_every_author_is_told_in_the_way_that_reaches_them(fated: Fated) -> None:
    online, anonymous = fated.give(), fated.give(by="", nonce="7", code="ABCD-EFGH")
    fated.change(lambda s, now: cosign_opinion(s, now, one=s.get(Opinion, online), actor=fated.village.actor("周明")))
    named, nobody = fated.type(name="刘大姐", contact="青溪路3号"), fated.type()
    _merge(fated, online, anonymous, named)
    _closed(fated)
    fated.adopt(online, kind="partly", article="4", text="不少于十五日", reason="外出的人多，先延长五天")
    fated.answer()
    assert [(each.opinion_id, each.way, each.told_at is not None) for each in fated.answers()] == [
        (online, "inbox", True), (anonymous, "code", True), (named, "", False),
    ]  # fmt: skip
    assert [fated.opinion(id).answered_at is not None for id in (online, anonymous, named, nobody)] == [
        True, True, False, False,
    ]  # fmt: skip
    with fated.database.read() as session:
        told = session.exec(select(Delivery)).all()
        made = session.get(Opinion, online).adoption_id
        assert {(each.person_id, each.subject) for each in told} == {
            (fated.village[name], f"adoption/{made}") for name in ("赵敏", "周明")
        }
        letter = open_answer(session, made)
        assert "不少于二十日" in letter.said and letter.url == f"/opinions/{online}"
        for words in ("部分采纳", "不少于十日", "第四条的文字：不少于十五日", "先延长五天"):
            assert words in letter.body
    assert fated.counts("answered") == {"partly": 2}
    with pytest.raises(Refused, match="没有等着答复"):
        fated.answer()
    _told(fated, 3)
    assert fated.opinion(named).answered_at == fated.now and fated.counts("answered") == {"partly": 3}
    with pytest.raises(Refused, match="已经登记过"):
        _told(fated, 3)
    assert len(fated.entries("opinions.answered")) == 1 and len(fated.entries("opinions.told")) == 1


def test_who_has_a_code_and_left_a_contact_is_told_by_hand_too_and_reads_it_meanwhile(fated: Fated) -> None:
    signed = Signature("named", "刘大姐", contact="青溪路3号")
    both = fated.give(by="", nonce="7", code="ABCD-EFGH", signed=signed)
    code = fated.give(by="", nonce="8", code="JKLM-NPQR")
    _closed(fated)
    fated.adopt(both, code)
    fated.answer()
    assert [(each.opinion_id, each.way, each.told_at is not None) for each in fated.answers()] == [
        (both, "", False), (code, "code", True),
    ]  # fmt: skip
    assert fated.counts("answered") == {"not_adopted": 1}, "what nobody was told is not answered"
    with fated.database.read() as session:
        one = session.get(Opinion, both)
        assert told_to_author(session, one) is None and told_to_author(session, one, True)["fate"].words == "未采纳"
    _told(fated, 1)
    assert fated.counts("answered") == {"not_adopted": 2}


def _told(fated: Fated, *ids: int, by: str = "陈静") -> None:
    actor = fated.village.actor(by)
    wanted = [each for each in fated.answers() if each.id in ids]
    fated.change(
        lambda s, now: tell_authors(
            s, now, of=fated.one(s), answers=[s.get(type(each), each.id) for each in wanted], way="visit", note="",
            actor=actor,
        )
    )  # fmt: skip


def test_a_decision_changed_after_the_answer_is_told_again(fated: Fated) -> None:
    one = fated.give()
    _closed(fated)
    fated.adopt(one)
    fated.answer()
    fated.adopt(one, kind="adopted", article="4", text="不少于十五日")
    assert fated.opinion(one).answered_at is None
    assert fated.counts("answered") == {} and fated.counts("adoption") == {"adopted": 1}
    fated.answer()
    assert fated.counts("answered") == {"adopted": 1} and len(fated.answers()) == 2
    with fated.database.read() as session:
        first, second = (open_answer(session, each.adoption_id) for each in fated.answers())
        assert "后来改了" in first.body and "后来改了" not in second.body


def test_many_are_answered_in_batches_and_a_change_in_between_waits(
    fated: Fated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "CHUNK", 3)
    ids = [fated.give(by=name) for name in ("赵敏", "周明", "何敏", "胡军", "王秀英", "赵敏", "周明")]
    _closed(fated)
    fated.adopt(*ids)
    fated.answer(run=False)
    with pytest.raises(Refused, match="还在送出"):
        fated.answer(run=False)
    fated.adopt(ids[-1], kind="reference")
    fated.run()
    assert len(fated.answers()) == 6 and fated.opinion(ids[-1]).answered_at is None
    fated.answer()
    assert len(fated.answers()) == 7 and sum(fated.counts("answered").values()) == 7


@pytest.mark.parametrize("who", ["胡军", "赵敏", "何敏"])
def test_others_decide_and_answer_nothing(fated: Fated, who: str) -> None:
    one = fated.give()
    _closed(fated)
    with pytest.raises(Refused, match="办理"):
        fated.adopt(one, by=who)
    fated.adopt(one)
    with pytest.raises(Refused, match="办理"):
        fated.answer(by=who)


def test_a_collector_may_enter_that_an_author_was_told(fated: Fated) -> None:
    point = fated.point()
    own, other = fated.type(name="刘大姐", by="胡军", point=point), fated.type(name="老周")
    _closed(fated)
    fated.adopt(own, other)
    fated.answer()
    with pytest.raises(Refused, match="办理"):
        _told(fated, 1, by="赵敏")
    with pytest.raises(Missing):
        _told(fated, 2, by="胡军")
    _told(fated, 1, by="胡军")
    assert fated.answers()[0].told_by_id == fated.village["胡军"]


def test_a_consent_is_taken_back_at_any_time(fated: Fated) -> None:
    one = fated.give(signed=Signature("named", "赵敏", publishes=True, names=True))
    _closed(fated)
    fated.adopt(one)
    fated.answer()

    def take_back(words_too: bool, is_author: bool = True) -> None:
        actor = fated.village.actor("赵敏")
        fated.change(
            lambda s, now: take_back_consent(
                s, now, one=s.get(Opinion, one), is_author=is_author, words_too=words_too, actor=actor
            )
        )

    with pytest.raises(Refused, match="自己"):
        take_back(False, is_author=False)
    assert fated.opinion(one).name == "赵敏"
    take_back(False)
    assert fated.opinion(one).name == "" and fated.opinion(one).is_public
    with pytest.raises(Refused, match="不用收回"):
        take_back(False)
    take_back(True)
    assert not fated.opinion(one).is_public and fated.fates([one]) == ["not_adopted"]
    with fated.database.read() as session:
        assert sum(counts_by(session, fated.id, "article").values()) == 1, "it counts as before"


def test_the_due_day_is_the_points_own(fated: Fated) -> None:
    one, two = fated.give(), fated.give(by="周明")

    def due(days: int) -> None:
        fated.change(
            lambda s, now: set_answers_due(
                s, now, of=fated.one(s), actor=fated.liaison,
                day=day_of(fated.one(s).last_moment, fated.place_zone) + timedelta(days=days),
            )
        )  # fmt: skip

    with pytest.raises(Invalid):
        due(-1)
    due(3)
    _closed(fated)
    fated.adopt(one, two)
    fated.answer()
    last = fated.one_now().answers_due_on
    days = fated.counts("answered_on")
    assert rates(2, {"a": 2}, {"not_adopted": 2}, days, (last, last)).late == 0
    assert rates(2, {"a": 2}, {"not_adopted": 2}, days, (last - timedelta(days=9), last)).late == 2


def test_rates_have_their_bases() -> None:
    found = rates(10, {"adopted": 3, "reference": 2}, {"adopted": 2}, {}, (None, date(2026, 12, 20)))
    assert (found.standing, found.decided, found.answered, found.late) == (10, 5, 2, None)
    assert dict(found.by_kind) == {"adopted": 2, "partly": 0, "not_adopted": 0, "reference": 0}
    assert [share(0, 0), share(1, 3), share(3, 3), share(2, 3)] == ["0.0%", "33.3%", "100.0%", "66.6%"]


def test_reasons_are_asked_for_where_they_must_be() -> None:
    today = date(2026, 12, 20)
    for kind, reason, text in product([*ADOPTIONS, "other"], ("", "已有规定"), ("", "不少于十五日")):
        found = set(mistakes(Decision(kind, reason, "4", text), today))
        wanted = (
            {"decision"} if kind == "other"
            else {"reason"} if kind == "not_adopted" and not reason
            else {"text"} if kind in ("adopted", "partly") and not (reason or text)
            else set()
        )  # fmt: skip
        assert found == wanted, (kind, reason, text)
    assert set(mistakes(Decision("reference", letter="12号"), today)) == {"told_by"}
    assert set(mistakes(Decision("reference", told_by="市人大", told_on=today + timedelta(days=1)), today)) == {
        "told_on"
    }
    assert set(mistakes(Decision("reference", "长" * 501), today)) == {"reason"}
