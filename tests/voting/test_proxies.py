"""Proxies on a real database: given, limited, cast, revoked; the giver's own ballot in both directions."""

from __future__ import annotations

import threading

import pytest
from sqlmodel import select

from deliberation.assemblies.models import Household, Resident
from deliberation.audit.actions import Actor
from deliberation.audit.models import Opening
from deliberation.communities.actions import set_local_setting
from deliberation.communities.models import Community
from deliberation.refusal import Refused
from deliberation.voting.casting import Cast
from deliberation.voting.counting import tally_document
from deliberation.voting.meeting_models import Meeting, Proxy
from deliberation.voting.models import Ballot, ballots_of
from deliberation.voting.proxies import Deed, give_proxy, revoke_proxy, scope_of_meeting, scope_of_poll
from deliberation.voting.proxy_terms import LIMIT_SETTING
from deliberation.voting.verification import check_polls
from tests.people import open_database
from tests.voting.meetings import begun, meeting_of, tick
from tests.voting.polls import EVENING, build_estate, build_meeting, cast, cast_all, opened, poll_of
from tests.voting.test_polls import closed, data_of, entries


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def given(database, world, poll_id, giver, holder, way="paper", by="林涛"):
    def verb(session, now):
        deed = Deed(world.members[giver], world.members.get(holder) or world.place[holder], way)
        scope = scope_of_poll(poll_of(database, poll_id))
        return give_proxy(session, now, scope=scope, deed=deed, standing=world.standing(session, by)).id

    return database.change(verb)


def revoked(database, world, proxy_id, by):
    def verb(session, now):
        revoke_proxy(session, now, proxy_id=proxy_id, standing=world.standing(session, by))

    database.change(verb)


def casts_for(database, poll_id, holder_id, proxy_id, choice, key=""):
    payload = Cast(poll_id, holder_id, choice, key, proxy_id=proxy_id)
    database.writer.submit(None, bulk=cast_all, payload=payload).wait()


def refusal_of(call, *args, **values):
    with pytest.raises(Refused) as no:
        call(*args, **values)
    return no.value.refusal


def set_limit(database, world, value="yes"):
    def verb(session, now):
        place = session.get(Community, world.place.id)
        source = "潍坊市物业管理条例第三十二条"
        set_local_setting(session, now, of=place, name=LIMIT_SETTING, value=value, source=source, actor=Actor())

    database.change(verb)


def votes(database, poll_id):
    with database.read() as session:
        return {(one.person_id, one.choice, one.channel, one.cast_by_id) for one in ballots_of(session, poll_id)}


def test_the_holder_casts_the_givers_ballot_beside_their_own(database):
    world = build_estate(database)
    poll_id = opened(database, world, closes_in=None)
    zhao, qian = world.members["赵春生"], world.members["钱玉珍"]
    proxy = given(database, world, poll_id, "赵春生", "钱玉珍")
    cast(database, poll_id, qian, "no")
    casts_for(database, poll_id, qian, proxy, "yes", "k")
    casts_for(database, poll_id, qian, proxy, "yes", "k")
    assert votes(database, poll_id) == {(qian, "no", "online", None), (zhao, "yes", "proxy", qian)}
    assert len(entries(database, "ballot.cast")) == 2
    with database.read() as session:
        document = tally_document(session, poll_of(database, poll_id))
        numbers = {line["id"]: line["owner"] for line in document["roster"]}
        (by_proxy,) = [one for one in document["ballots"] if one["channel"] == "proxy"]
        entry = entries(database, "ballot.cast")[-1]
        said = session.exec(select(Opening).where(Opening.index == entry.index)).all()
    assert (numbers[by_proxy["member"]], numbers[by_proxy["cast_by"]]) == (f"person/{zhao}", f"person/{qian}")
    mine = {one.field: one.person_id for one in said if one.community_id == entry.community_id}
    assert mine == {"voter": zhao, "choice": zhao, "cast_by": qian}, "each is a commitment of its owner"
    assert b"person/" not in entries(database, "proxy.given")[0].body
    closed(database, world, poll_id)
    with database.read() as session:
        assert list(check_polls(session)) == [None]


def test_a_proxy_is_of_use_to_its_holder_in_its_poll_only(database):
    world = build_estate(database)
    poll_id = opened(database, world, closes_in=None)
    proxy = given(database, world, poll_id, "赵春生", "钱玉珍")
    for who, one in (
        (world.members["孙立群"], proxy),
        (world.members["钱玉珍"], proxy + 1),
        (world.place["赵敏"], proxy),
    ):
        assert "没有这份委托" in refusal_of(casts_for, database, poll_id, who, one, "yes").reason
    assert votes(database, poll_id) == set()


@pytest.mark.parametrize("limited", [True, False])
def test_the_local_limit_is_three_and_the_fourth_is_told_its_source(database, limited):
    world = build_estate(database)
    if limited:
        set_limit(database, world)
    poll_id = opened(database, world, closes_in=None)
    for name in ("赵春生", "钱玉珍", "孙立群"):
        given(database, world, poll_id, name, "赵敏")
    if limited:
        no = refusal_of(given, database, world, poll_id, "李强", "赵敏")
        assert no.facts == {"n": 3, "most": 3} and no.source == "潍坊市物业管理条例第三十二条"
    else:
        given(database, world, poll_id, "李强", "赵敏")


def test_who_may_enter_what(database):
    world = build_estate(database)
    poll_id = opened(database, world, closes_in=None)
    assert refusal_of(given, database, world, poll_id, "赵春生", "钱玉珍", by="钱玉珍"), "paper is seen by the clerk"
    assert refusal_of(given, database, world, poll_id, "赵春生", "钱玉珍", way="signed", by="林涛")
    proxy = given(database, world, poll_id, "赵春生", "钱玉珍", way="signed", by="赵春生")
    assert "已经委托" in refusal_of(given, database, world, poll_id, "赵春生", "孙立群").reason
    assert refusal_of(revoked, database, world, proxy, "孙立群")
    revoked(database, world, proxy, "赵春生")
    revoked(database, world, proxy, "赵春生")
    assert len(entries(database, "proxy.revoked")) == 1
    given(database, world, poll_id, "赵春生", "孙立群")


def test_a_body_whose_rule_knows_no_proxy_takes_none(database):
    world = build_meeting(database, online=True)
    poll_id = opened(database, world, closes_in=None)
    assert "不能委托" in refusal_of(given, database, world, poll_id, "代表02", "李强").reason


def test_for_somebody_who_has_voted_no_proxy_is_entered(database):
    world = build_estate(database)
    poll_id = opened(database, world, closes_in=None)
    cast(database, poll_id, world.members["赵春生"], "yes")
    assert "已经投过票" in refusal_of(given, database, world, poll_id, "赵春生", "钱玉珍").reason


def test_the_givers_own_ballot_ends_the_proxy_before_it_is_used(database):
    world = build_estate(database)
    poll_id = opened(database, world, closes_in=None, is_changeable=False)
    proxy = given(database, world, poll_id, "赵春生", "钱玉珍")
    cast(database, poll_id, world.members["赵春生"], "no")
    assert (
        refusal_of(casts_for, database, poll_id, world.members["钱玉珍"], proxy, "yes").source == "民法典第一百七十三条"
    )
    assert votes(database, poll_id) == {(world.members["赵春生"], "no", "online", None)}
    assert data_of(entries(database, "proxy.revoked")[0])["by_vote"] == 1


@pytest.mark.parametrize("changeable", [True, False])
def test_after_it_was_used_the_giver_changes_it_or_is_told_why_not(database, changeable):
    world = build_estate(database)
    poll_id = opened(database, world, closes_in=None, is_changeable=changeable)
    zhao, qian = world.members["赵春生"], world.members["钱玉珍"]
    proxy = given(database, world, poll_id, "赵春生", "钱玉珍")
    casts_for(database, poll_id, qian, proxy, "yes")
    assert "不能再撤销" in refusal_of(revoked, database, world, proxy, "赵春生").reason
    if not changeable:
        assert "受托人已经代您投过票" in refusal_of(cast, database, poll_id, zhao, "no").reason
        assert votes(database, poll_id) == {(zhao, "yes", "proxy", qian)}
        return
    cast(database, poll_id, zhao, "yes")
    assert votes(database, poll_id) == {(zhao, "yes", "online", None)}, "the same choice, but now by their own hand"
    assert refusal_of(casts_for, database, poll_id, qian, proxy, "no")
    closed(database, world, poll_id)
    with database.read() as session:
        assert list(check_polls(session)) == [None]


def together(works):
    outcomes: list = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(place, work):
        start.wait()
        try:
            work()
            outcomes[place] = "done"
        except Refused as no:
            outcomes[place] = no.refusal.reason

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def test_a_revocation_in_flight_and_the_ballot_have_one_outcome(database, database_url):
    """Through two writers, as two processes would: the ballot is cast and stays, or the proxy is gone and it is not."""
    world = build_estate(database)
    poll_id = opened(database, world, closes_in=None)
    other = open_database(database_url, now=EVENING)
    qian = world.members["钱玉珍"]
    for name in ("赵春生", "孙立群", "李强"):
        proxy = given(database, world, poll_id, name, "钱玉珍")
        cast_it, revoke_it = together(
            [
                lambda proxy=proxy: casts_for(other, poll_id, qian, proxy, "yes"),
                lambda proxy=proxy, name=name: revoked(database, world, proxy, name),
            ]
        )
        with database.read() as session:
            ballot = session.exec(select(Ballot.id).where(Ballot.person_id == world.members[name])).first()
            is_revoked = session.get(Proxy, proxy).revoked_at is not None
        assert (cast_it == "done") != (revoke_it == "done"), (cast_it, revoke_it)
        assert (ballot is not None) == (cast_it == "done") and is_revoked == (revoke_it == "done")
    other.close()


def test_giver_and_holder_at_once_leave_one_ballot_of_the_giver(database, database_url):
    world = build_estate(database)
    poll_id = opened(database, world, closes_in=None, is_changeable=False)
    other = open_database(database_url, now=EVENING)
    zhao, qian = world.members["赵春生"], world.members["钱玉珍"]
    proxy = given(database, world, poll_id, "赵春生", "钱玉珍")
    outcomes = together(
        [lambda: casts_for(other, poll_id, qian, proxy, "yes"), lambda: cast(database, poll_id, zhao, "no")]
    )
    assert outcomes.count("done") == 1
    assert len(votes(database, poll_id)) == 1 and len(entries(database, "ballot.cast")) == 1
    other.close()


def test_in_a_collective_only_the_household_votes_for_one_and_the_proxy_holds_for_the_meeting(database):
    world = build_meeting(database, online=True)

    def homes(session, now):
        place, names = session.get(Community, world.place.id), list(world.members)
        home = Household(community_id=place.id, number="一组1号")
        session.add(home)
        session.flush()
        for name in names[:2]:
            session.add(Resident(household_id=home.id, person_id=world.members[name]))

    database.change(homes)
    meeting_id = begun(database, world)

    def as_collective(session, now):
        row = session.get(Meeting, meeting_id).model_dump(exclude={"id"}) | {"preset": "collective_members"}
        made = Meeting(**row)
        session.add(made)
        session.flush()
        return made.id

    meeting_id = database.change(as_collective)

    def give(giver, holder):
        def verb(session, now):
            scope = scope_of_meeting(session, meeting_of(database, meeting_id))
            deed = Deed(world.members[giver], world.members[holder], "paper")
            return give_proxy(session, now, scope=scope, deed=deed, standing=world.standing(session, "林涛")).id

        return database.change(verb)

    assert "本户内" in refusal_of(give, "李强", "代表03").reason
    assert give("李强", "代表02")
    assert entries(database, "proxy.given")[0].object == f"meeting/{meeting_id}"
    tick(database, world, meeting_id, ["代表02"])
