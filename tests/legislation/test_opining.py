"""Opinions are given in bulk, changed, withdrawn, cosigned, made public: rows, counts and entries, on both databases."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import Session, select

from deliberation.audit.actions import record
from deliberation.audit.models import Entry
from deliberation.forms import FormKey
from deliberation.legislation.draft_models import article_keyed, draft_version
from deliberation.legislation.opining import (
    Given,
    change_opinion,
    code_hash,
    cosign_opinion,
    give_opinions,
    keep_back,
    publish_opinion,
    withdraw_opinion,
)
from deliberation.legislation.opinion_models import (
    Opinion,
    OpinionAuthor,
    OpinionCount,
    author_of,
    counts_by,
    counts_on,
    earlier_of,
    opinion,
    opinion_by_code,
    public_on,
)
from deliberation.legislation.opinion_rules import Said, Signature
from deliberation.legislation.opinion_writing import Tally
from deliberation.refusal import Invalid, Missing, Refused
from deliberation.vocabulary import Act
from tests.legislation.asking import TERMS, Asking


@pytest.fixture
def asking(database_url: str):
    made = Asking(database_url)
    made.open()
    yield made
    made.database.close()


def kept(asking: Asking, id: int) -> Opinion:
    with asking.database.read() as session:
        return opinion(session, id)


def heat(asking: Asking, key: str = "4") -> int:
    with asking.database.read() as session:
        return article_keyed(session, draft_version(session, asking.draft_id, 1), key).opinions


def check_entries(asking: Asking) -> None:
    """Each opinion names the entry that was written of it."""
    with asking.database.read() as session:
        for one in session.exec(select(Opinion)).all():
            found = session.get(Entry, (one.community_id, one.entry))
            assert (found.object, found.act.split(".")[0]) == (one.subject, "opinion")


def test_opinions_name_their_entries_also_beside_visits_that_write_and_that_are_refused(asking: Asking) -> None:
    def said(session: Session, now: datetime) -> None:
        record(session, Act.SETTING_CHANGED, asking.village.id, "community/1", actor=asking.liaison)

    def refused(session: Session, now: datetime) -> None:
        said(session, now)
        raise Missing

    def bulk(session: Session, given: list[Given], now: datetime) -> list:
        return give_opinions(session, now, given)

    writer = asking.database.writer
    held = threading.Event()
    first = writer.submit(lambda s, now: held.wait())  # What comes meanwhile is done in one batch.
    verbs = [writer.submit(verb) for verb in (said, refused)]
    given = [writer.submit(None, bulk=bulk, payload=asking.given(by=name)) for name in ("赵敏", "周明")]
    later = [writer.submit(verb) for verb in (refused, said)]
    last = writer.submit(None, bulk=bulk, payload=asking.given(by="赵敏"))
    held.set()
    for errand in (first, verbs[0], *given, later[1], last):
        errand.wait()
    asking.give(by="周明")
    with asking.database.read() as session:
        assert len(session.exec(select(Opinion)).all()) == 4
    check_entries(asking)


def check_counts(asking: Asking) -> None:
    """The counts that are kept are those that one would count."""
    with asking.database.read() as session:
        rows = list(session.exec(select(Opinion).where(Opinion.withdrawn_at == None)))  # noqa: E711
        tally = Tally()
        for row in rows:
            tally.add(row, 1, int(row.is_public))
        found = {
            (one.solicitation_id, one.dimension, one.word, one.kind): (one.standing, one.shown)
            for one in session.exec(select(OpinionCount))
            if one.standing or one.shown
        }
        assert found == {key: (count, tally.shown[key]) for key, count in tally.standing.items()}
        assert asking.one(session).standing == len(rows)


def test_an_opinion_is_kept_with_the_words_it_was_made_on(asking):
    id = asking.give()
    one = kept(asking, id)
    assert (one.number, one.label, one.quote, one.original) == (1, "第四条", "不少于十日", "不少于十日")
    assert one.prefix.endswith("公示期") and one.suffix == "。"
    assert (one.kind, one.proposal, one.state, one.name) == ("edit", "不少于二十日", "shown", "路人甲")
    assert (one.channel, one.said_on.isoformat()) == ("online", "2026-11-23")
    with asking.database.read() as session:
        assert author_of(session, id).name == "路人甲"
        assert [each.id for each in public_on(session, asking.draft_id, "4")] == [id]
        assert counts_on(session, [asking.id], "4") == {"edit": (1, 1)}
        assert counts_by(session, asking.id, "channel") == {"online": 1}
    assert heat(asking) == 1
    check_counts(asking)


def test_the_log_says_that_one_came_and_nothing_of_it(asking):
    id = asking.give(signed=Signature("named", "赵敏", publishes=True, names=True, contact="13800000000"))
    [entry] = asking.entries("opinion.given")
    body = json.loads(bytes(entry.body))
    assert (entry.object, entry.topic) == (f"opinion/{id}", f"solicitation/{asking.id}")
    assert {key: body["data"][key] for key in ("solicitation", "number")} == {"solicitation": asking.id, "number": 1}
    assert not any(word in bytes(entry.body).decode() for word in ("赵敏", "二十日", "edit", "13800000000"))


def test_many_at_once_are_numbered_in_their_order_and_the_wrong_ones_refused_alone(asking):
    wrong = [
        asking.given(solicitation_id=999),
        asking.given(article="99"),
        asking.given(quote="三十日"),
        asking.given(said=Said("whole", "好")),
        asking.given(signed=Signature("named")),
    ]
    right = [asking.given(by=name) for name in ("赵敏", "李强", "刘洋")]
    mixed = [right[0], *wrong[:3], right[1], *wrong[3:], right[2]]
    answers = asking.change(lambda s, now: give_opinions(s, now, mixed))
    good = [answer for answer in answers if isinstance(answer, int)]
    assert [kept(asking, id).number for id in good] == [1, 2, 3]
    assert isinstance(answers[1], Missing)
    assert [list(answers[at].errors) for at in (2, 3, 5, 6)] == [["article"], ["quote"], ["kind"], ["name"]]
    assert heat(asking) == 3 and len(asking.entries("opinion.given")) == 3
    check_counts(asking)


def test_a_form_sent_twice_is_one_opinion(asking):
    twice = [asking.given(who="person/1", key="k"), asking.given(who="person/1", key="k")]
    first, second = asking.change(lambda s, now: give_opinions(s, now, twice))
    assert first == second
    [third] = asking.change(lambda s, now: give_opinions(s, now, twice[:1]))
    assert third == first and heat(asking) == 1
    with asking.database.read() as session:
        assert len(list(session.exec(select(FormKey).where(FormKey.key == "k")))) == 1


def test_a_form_that_was_refused_may_be_sent_again(asking):
    wrong = asking.given(who="person/1", key="k", quote="没有的字")
    mended = replace(wrong, quote="")
    first, second = asking.change(lambda s, now: give_opinions(s, now, [wrong, mended]))
    assert isinstance(first, Invalid) and isinstance(second, int)


def test_without_an_account_it_waits_to_be_read_and_its_code_finds_it(asking):
    id = asking.give(by="", nonce="n", code="ABCD-EFGH-JKMN-PQRS")
    one = kept(asking, id)
    assert (one.state, one.person_id) == ("held", None)
    with asking.database.read() as session:
        assert opinion_by_code(session, code_hash("abcd efghjkmnpqrs")).id == id
        assert public_on(session, asking.draft_id, "4") == []
    for name in ("赵敏", "胡军"):
        with pytest.raises(Refused):
            asking.change(
                lambda s, now, n=name: publish_opinion(s, now, one=opinion(s, id), actor=asking.village.actor(n))
            )
    asking.change(lambda s, now: publish_opinion(s, now, one=opinion(s, id), actor=asking.liaison))
    assert kept(asking, id).is_public
    asking.change(lambda s, now: keep_back(s, now, one=opinion(s, id), reason="有别人的电话", actor=asking.liaison))
    assert not kept(asking, id).is_public and heat(asking) == 1, "it counts like the others"
    with pytest.raises(Refused):
        asking.change(lambda s, now: keep_back(s, now, one=opinion(s, id), reason="x", actor=asking.liaison))
    check_counts(asking)


def test_nobody_publishes_what_its_author_keeps_private(asking):
    id = asking.give(signed=Signature())
    assert kept(asking, id).state == "kept_back"
    with pytest.raises(Refused) as no:
        asking.change(lambda s, now: publish_opinion(s, now, one=opinion(s, id), actor=asking.liaison))
    assert "二十五条" in no.value.refusal.source


def test_a_solicitation_for_those_who_signed_in(database_url):
    asking = Asking(database_url, replace(TERMS, without_account=False, namings=("named",)))
    asking.open()
    with pytest.raises(Refused):
        asking.give(by="", signed=Signature("named", "路人"))
    with pytest.raises(Invalid) as no:
        asking.give()
    assert list(no.value.errors) == ["naming"]
    asking.database.close()


def test_before_the_opening_there_is_nothing_to_answer(database_url):
    asking = Asking(database_url)
    with pytest.raises(Missing):
        asking.give()
    asking.database.close()


def test_the_last_hour_is_the_last(asking):
    id = asking.give()
    with asking.database.read() as session:
        asking.now = asking.one(session).closes_at
    with pytest.raises(Refused) as no:
        asking.give(by="李强")
    assert no.value.refusal.late
    author = asking.village.actor("赵敏")
    with pytest.raises(Refused):
        asking.change(lambda s, now: withdraw_opinion(s, now, one=opinion(s, id), is_author=True, actor=author))


def test_its_author_changes_and_withdraws_it(asking):
    id, author = asking.give(), asking.village.actor("赵敏")

    def change(session: Session, now, said: Said, mine: bool = True) -> None:
        change_opinion(session, now, one=opinion(session, id), said=said, is_author=mine, actor=author)

    with pytest.raises(Refused):
        asking.change(lambda s, now: change(s, now, Said("edit", "三十日"), mine=False))
    with pytest.raises(Invalid):
        asking.change(lambda s, now: change(s, now, Said("edit", "不少于十日")))
    asking.change(lambda s, now: change(s, now, Said("question", "为什么是十日？")))
    asking.change(lambda s, now: change(s, now, Said("question", "为什么是十日？")))
    with asking.database.read() as session:
        [before] = earlier_of(session, id)
        assert (before.kind, before.proposal) == ("edit", "不少于二十日")
        assert counts_on(session, [asking.id], "4") == {"edit": (0, 0), "question": (1, 1)}
    assert len(asking.entries("opinion.changed")) == 1, "the same again is no act"
    asking.change(lambda s, now: withdraw_opinion(s, now, one=opinion(s, id), is_author=True, actor=author))
    assert heat(asking) == 0 and not kept(asking, id).is_public
    with pytest.raises(Refused):
        asking.change(lambda s, now: withdraw_opinion(s, now, one=opinion(s, id), is_author=True, actor=author))
    check_counts(asking)


def test_what_a_stranger_changes_is_read_again(asking):
    id = asking.give(by="", nonce="n", code="ABCD-EFGH-JKMN-PQRS")
    asking.change(lambda s, now: publish_opinion(s, now, one=opinion(s, id), actor=asking.liaison))
    asking.change(
        lambda s, now: change_opinion(
            s, now, one=opinion(s, id), said=Said("edit", "不少于三十日"), is_author=True, actor=asking.liaison
        )
    )
    assert kept(asking, id).state == "held"
    check_counts(asking)


def test_others_cosign_what_they_can_read_once(asking):
    id = asking.give()
    sign = lambda name: asking.change(  # noqa: E731
        lambda s, now: cosign_opinion(s, now, one=opinion(s, id), actor=asking.village.actor(name))
    )
    sign("李强")
    sign("刘洋")
    for name in ("李强", "赵敏"):
        with pytest.raises(Refused):
            sign(name)
    assert kept(asking, id).cosigners == 2
    hidden = asking.give(by="李强", signed=Signature())
    with pytest.raises(Refused):
        asking.change(lambda s, now: cosign_opinion(s, now, one=opinion(s, hidden), actor=asking.village.actor("赵敏")))


@pytest.mark.parametrize("words", ["字" * 100_000, "👵🏽🏘️", "=1+1", "<script>alert(1)</script>", "\u202e倒着写"])
def test_whatever_somebody_writes_is_kept_as_it_is(asking, words):
    id = asking.give(said=Said("edit", words, words[:20]))
    assert kept(asking, id).proposal == words


def test_who_said_it_stands_apart_and_can_be_erased(asking):
    id = asking.give(signed=Signature("named", "赵敏", publishes=True, contact="13800000000"))
    assert kept(asking, id).name == "", "nothing of the author is in the opinion itself"

    def erase(session: Session, _now) -> None:
        session.delete(session.get(OpinionAuthor, id))

    asking.change(erase)
    assert kept(asking, id).proposal == "不少于二十日"
