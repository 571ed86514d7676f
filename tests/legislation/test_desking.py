"""The desk: merged and taken out, kept apart, handled, put into other words; nothing dropped, nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import col, func, select

from deliberation.legislation.desk_models import Cluster, OpinionGroup, OpinionHandling, handlings_of, waiting_groups
from deliberation.legislation.desk_rules import MERGE, MOST_AT_ONCE, NOT_SENT, USE, tags_of
from deliberation.legislation.desking import (
    chosen_of,
    handle_opinions,
    keep_apart,
    merge_group,
    merge_opinions,
    reword_opinion,
    take_out,
)
from deliberation.legislation.opining import change_opinion, cosign_opinion, withdraw_opinion
from deliberation.legislation.opinion_models import Opinion, counts_by, earlier_of
from deliberation.legislation.opinion_rules import MOST_CHANGES, Said
from deliberation.refusal import Invalid, Missing, Refused
from tests.legislation.followed import Followed
from tests.legislation.test_likeness import READY


class Desk(Followed):
    def do(self, verb: Any, *, by: str = "陈静", **more: Any) -> Any:
        actor = self.village.actor(by)
        return self.change(
            lambda s, now: verb(s, now, of=self.one(s), actor=actor, **{k: v(s) for k, v in more.items()})
        )

    def these(self, *ids: int) -> Any:
        return lambda session: chosen_of(session, self.one(session), ids)

    def this(self, id: int) -> Any:
        return lambda session: session.get(Opinion, id)

    def merge(self, lead: int, *others: int, by: str = "陈静") -> int:
        return self.do(merge_opinions, by=by, lead=self.this(lead), others=self.these(*others)).id

    def handle(self, kind: str, reason: str, *ids: int, by: str = "陈静") -> None:
        self.do(handle_opinions, by=by, chosen=self.these(*ids), kind=lambda _s: kind, reason=lambda _s: reason)

    def state(self, *ids: int) -> list[tuple[int | None, str]]:
        with self.database.read() as session:
            return [(each.cluster_id, each.handling) for each in (session.get(Opinion, id) for id in ids)]

    def cluster(self, id: int) -> Cluster:
        with self.database.read() as session:
            return session.get(Cluster, id)

    def counts(self) -> dict[str, int]:
        """How many are handled how: as counted along, which must be what the rows say."""
        with self.database.read() as session:
            kept = counts_by(session, self.id, "handling")
            rows = session.exec(
                select(Opinion.handling, func.count())
                .where(Opinion.handling != "", col(Opinion.withdrawn_at).is_(None))
                .group_by(Opinion.handling)
            )
            assert kept == dict(rows.all())
            for each in session.exec(select(Cluster).where(col(Cluster.dissolved_at).is_(None))):
                members = session.exec(select(Opinion.id).where(Opinion.cluster_id == each.id)).all()
                assert len(members) == each.size > 1 and each.lead_id in members
            return kept

    def groups(self) -> list[OpinionGroup]:
        with self.database.read() as session:
            return waiting_groups(session, self.id)


@pytest.fixture
def desk(database_url):
    made = Desk(database_url)
    yield made
    made.database.close()


def test_merged_and_taken_out_again(desk: Desk) -> None:
    one, two, three, four = desk.say("坡道太陡", "坡道太滑", "坡道太窄", "电梯太小")
    made = desk.merge(two, one, three)
    assert desk.counts() == {MERGE: 2}
    assert desk.state(one, two, three, four) == [(made, MERGE), (made, ""), (made, MERGE), (None, "")]
    assert (desk.cluster(made).size, desk.cluster(made).lead_id) == (3, two)
    assert desk.merge(two, four) == made and desk.cluster(made).size == 4
    with pytest.raises(Refused, match="已经归并在一起"):
        desk.merge(two, four)
    with pytest.raises(Refused, match="代表意见"):
        desk.merge(one, two)
    desk.do(take_out, one=desk.this(four))
    assert desk.state(four) == [(None, "")] and desk.cluster(made).size == 3
    desk.handle(USE, "", two)
    desk.do(take_out, one=desk.this(two))
    assert desk.state(one, two, three) == [(made, USE), (None, USE), (made, MERGE)], (
        "the next leads, with what was decided"
    )
    assert desk.cluster(made).lead_id == one and desk.counts() == {MERGE: 1, USE: 2}
    desk.do(take_out, one=desk.this(three))
    assert (
        desk.counts() == {USE: 2}
        and desk.state(one, three) == [(None, USE), (None, "")]
        and desk.cluster(made).dissolved_at is not None
    )
    with pytest.raises(Refused, match="没有并入"):
        desk.do(take_out, one=desk.this(three))
    assert len(desk.entries("opinions.merged")) == 2 and len(desk.entries("opinion.taken_out")) == 3


def test_what_the_program_found_is_merged_as_a_whole_by_a_person(desk: Desk) -> None:
    ids = desk.say(*(f"{hello}{READY}" for hello in ("", "您好，", "大家好！", "", "同志们，")), "电梯太小")
    desk.follow()
    [group] = desk.groups()
    assert (group.head, group.size, group.settled) == (ids[0], 5, 0)
    assert desk.state(*ids) == [(None, "")] * 6, "a proposal changes nothing"
    made = desk.do(merge_group, group=lambda s: s.get(OpinionGroup, (desk.id, ids[0]))).id
    assert desk.state(*ids) == [(made, ""), *[(made, MERGE)] * 4, (None, "")] and desk.groups() == []
    late = desk.say(READY + "谢谢")[0]
    desk.follow()
    assert [each.size for each in desk.groups()] == [6], "who comes later is asked about again"
    assert desk.do(merge_group, group=lambda s: s.get(OpinionGroup, (desk.id, ids[0]))).id == made
    assert desk.state(late) == [(made, MERGE)] and desk.cluster(made).size == 6 and desk.counts() == {MERGE: 5}
    with pytest.raises(Refused, match="已经归并"):
        desk.do(merge_group, group=lambda s: s.get(OpinionGroup, (desk.id, ids[0])))


def test_a_group_whose_head_is_gone_has_another_lead(desk: Desk) -> None:
    ids = desk.say(READY, READY + "谢谢", READY + "请尽快")
    desk.follow()
    desk.change(
        lambda s, now: withdraw_opinion(
            s, now, one=s.get(Opinion, ids[0]), is_author=True, actor=desk.village.actor("赵敏")
        )
    )
    made = desk.do(merge_group, group=lambda s: s.get(OpinionGroup, (desk.id, ids[0]))).id
    assert desk.state(*ids) == [(None, ""), (made, ""), (made, MERGE)] and desk.cluster(made).lead_id == ids[1]


def test_kept_apart_is_not_asked_again_until_somebody_joins(desk: Desk) -> None:
    ids = desk.say(READY, READY)
    desk.follow()
    desk.do(keep_apart, group=lambda s: s.get(OpinionGroup, (desk.id, ids[0])))
    assert desk.groups() == [] and len(desk.entries("opinions.kept_apart")) == 1
    desk.say(READY)
    desk.follow()
    assert len(desk.groups()) == 1


def test_handled_with_a_reason_all_or_none(desk: Desk) -> None:
    one, two, three = desk.say("坡道太陡", "坡道太滑", "坡道太窄")
    with pytest.raises(Invalid) as no:
        desk.handle(NOT_SENT, "", one, two)
    assert "理由" in no.value.errors["reason"].reason and desk.state(one, two) == [(None, "")] * 2
    desk.handle(NOT_SENT, "和本法无关", one, two)
    desk.handle(USE, "", one)
    assert desk.state(one, two, three) == [(None, USE), (None, NOT_SENT), (None, "")]
    with desk.database.read() as session:
        assert [(each.kind, each.reason) for each in handlings_of(session, one)] == [
            (USE, ""),
            (NOT_SENT, "和本法无关"),
        ]
    desk.merge(one, three)
    with pytest.raises(Refused, match="随代表意见"):
        desk.handle(USE, "", two, three)
    with desk.database.read() as session:
        assert len(session.exec(select(OpinionHandling)).all()) == 3, "nothing half-written"
    entry = desk.entries("opinions.handled")[0]
    assert "无关" not in entry.body.decode() and entry.object == f"solicitation/{desk.id}"


@pytest.mark.parametrize("by", ["王秀英", "赵敏", "胡军", "周明", "何敏"])
def test_only_the_liaison_sorts(desk: Desk, by: str) -> None:
    one, two = desk.say("坡道太陡", "坡道太滑")
    with pytest.raises(Refused, match="由立法联系点"):
        desk.merge(one, two, by=by)
    with pytest.raises(Refused, match="由立法联系点"):
        desk.handle(USE, "", one, by=by)


def test_the_authors_words_stay_beside_those_of_the_table(desk: Desk) -> None:
    [one] = desk.say("门口那个坡子忒陡咧")
    for words in ("坡道的坡度过大", "坡道坡度应当符合标准"):
        desk.do(reword_opinion, one=desk.this(one), proposal=lambda _s, words=words: words)
    with desk.database.read() as session:
        found = session.get(Opinion, one)
        assert (found.proposal, found.as_said) == ("坡道坡度应当符合标准", "门口那个坡子忒陡咧")
    with pytest.raises(Invalid):
        desk.do(reword_opinion, one=desk.this(one), proposal=lambda _s: "")
    desk.follow()
    assert desk.find("忒陡") == desk.find("坡度") == [one], "found by both"


def test_opinions_of_another_solicitation_are_nobodys_here(desk: Desk) -> None:
    [one] = desk.say("坡道太陡")
    with pytest.raises(Missing):
        desk.merge(one, 99_999)
    with pytest.raises(Refused, match="一次最多选"), desk.database.read() as session:
        chosen_of(session, desk.one(session), range(MOST_AT_ONCE + 1))


def test_tags_as_typed() -> None:
    assert tags_of(" 电梯，费用、 电梯 #一层 ") == ("电梯", "费用", "一层") and tags_of("") == ()
    assert len(tags_of(" ".join(map(str, range(99))))) == 8 and tags_of("长" * 50) == ("长" * 20,)


def test_who_takes_an_opinion_back_leaves_the_cluster(desk: Desk) -> None:
    one, two, three = desk.say("坡道太陡", "坡道太滑", "坡道太窄")
    made = desk.merge(one, two, three)
    desk.handle(USE, "", one)

    def take_back(id: int) -> None:
        actor = desk.village.actor("赵敏")
        desk.change(lambda s, now: withdraw_opinion(s, now, one=s.get(Opinion, id), is_author=True, actor=actor))

    take_back(one)
    assert (
        desk.state(one, two, three) == [(None, USE), (made, USE), (made, MERGE)] and desk.cluster(made).lead_id == two
    )
    assert desk.counts() == {USE: 1, MERGE: 1}
    take_back(three)
    assert desk.state(two) == [(None, USE)] and desk.counts() == {USE: 1}


def test_said_otherwise_it_waits_for_the_desk_again(desk: Desk) -> None:
    """What was decided was decided on other words."""
    one, two, three = desk.say("坡道太陡", "坡道太滑", "坡道太窄")
    made = desk.merge(one, two, three)
    desk.handle(USE, "", one)
    desk.do(reword_opinion, one=desk.this(two), proposal=lambda _s: "坡道过滑")
    actor = desk.village.actor("赵敏")

    def say(id: int, words: str) -> None:
        desk.change(
            lambda s, now: change_opinion(
                s, now, one=s.get(Opinion, id), said=Said("edit", words, ""), is_author=True, actor=actor
            )
        )

    say(two, "请修路灯")
    assert desk.state(one, two, three) == [(made, USE), (None, ""), (made, MERGE)]
    assert desk.counts() == {USE: 1, MERGE: 1}
    with desk.database.read() as session:
        assert session.get(Opinion, two).as_said == "", "the words before are with the earlier ones"
        assert [each.proposal for each in earlier_of(session, two)] == ["坡道过滑"]
    say(one, "完全反对装电梯")
    assert desk.state(one, three) == [(None, ""), (None, USE)] and desk.counts() == {USE: 1}


def test_words_that_others_signed_stay_as_they_are(desk: Desk) -> None:
    [one] = desk.say("坡道太陡")
    actor = desk.village.actor("赵敏")

    def change(words: str) -> None:
        said = Said("edit", words, "")
        desk.change(
            lambda s, now: change_opinion(s, now, one=s.get(Opinion, one), said=said, is_author=True, actor=actor)
        )

    for number in range(MOST_CHANGES):
        change(f"第{number}种说法")
    with pytest.raises(Refused, match="不能再改"):
        change("再一种说法")
    [signed] = desk.say("电梯太小")
    one = signed
    other = desk.village.actor("李强")
    with pytest.raises(Refused, match="您自己的意见"):
        desk.change(lambda s, now: cosign_opinion(s, now, one=s.get(Opinion, one), actor=other, is_author=True))
    desk.change(lambda s, now: cosign_opinion(s, now, one=s.get(Opinion, one), actor=other))
    with pytest.raises(Refused, match="联名"):
        change("完全反对装电梯")
    desk.change(lambda s, now: withdraw_opinion(s, now, one=s.get(Opinion, one), is_author=True, actor=actor))
