"""Written proxies of an election: registered by the clerk, posted, and the giver's ballot taken against two ticks."""

from __future__ import annotations

import pytest
from sqlmodel import select

from deliberation.assemblies.models import Household, Resident
from deliberation.identity.models import Person, person
from deliberation.refusal import Refused
from deliberation.voting import proxy_rules as rules
from deliberation.voting.count_models import Handed
from deliberation.voting.handing import hand_out
from deliberation.voting.kinds_rules import Kind
from deliberation.voting.meeting_models import Proxy
from deliberation.voting.models import Poll, voters_of
from deliberation.voting.paper_rules import HAS_PAPER
from deliberation.voting.proxies import Deed, give_proxy, revoke_proxy, scope_of_poll
from deliberation.voting.verification import check_polls
from tests.pages import open_site
from tests.people import open_database
from tests.voting.desk_cases import batch_code
from tests.voting.desks import CHAIR, CLERK, FIRST, SECOND, CountDesk
from tests.voting.elections import CANDIDATES, build_election, closed, count_paper, opened
from tests.voting.polls import EVENING, poll_of

TWO_SEATS = Kind(options=CANDIDATES, seats=2)
LAW = "村民委员会组织法第十八条"


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def entrusts(database, meeting, poll_id: int, giver: str, holder: str, way: str = rules.PAPER, by: str = CLERK) -> int:
    """A proxy from one to the other; its id."""
    known = meeting.place.people | meeting.members

    def verb(session, now):
        scope = scope_of_poll(session.get(Poll, poll_id))
        deed = Deed(known[giver], known[holder], way, "档案盒3")
        return give_proxy(session, now, scope=scope, deed=deed, standing=meeting.standing(session, by)).id

    return database.change(verb)


def takes(database, meeting, poll_id: int, giver: str, proxy_id: int = 0) -> None:
    def verb(session, now):
        standing = meeting.standing(session, CLERK)
        who = meeting.members[giver]
        hand_out(session, now, poll_id=poll_id, people=[who], standing=standing, proxy_id=proxy_id)

    database.change(verb)


def refused(verb, *given, **more) -> rules.Refusal:
    with pytest.raises(Refused) as no:
        verb(*given, **more)
    return no.value.refusal


def printed(database, preset: str = "village_election", body: str = "registered_voters"):
    meeting = build_election(database, preset=preset, body=body)
    poll_id = opened(database, meeting, TWO_SEATS)
    desk = CountDesk(database, meeting, poll_id)
    desk.print(9)
    return meeting, poll_id, desk


def test_the_holder_takes_the_ballot_and_both_ticks_stand(database):
    meeting, poll_id, desk = printed(database)
    proxy_id = entrusts(database, meeting, poll_id, "代表02", "李强")
    takes(database, meeting, poll_id, "代表02", proxy_id)
    with database.read() as session:
        assert session.get(Handed, (poll_id, meeting.members["代表02"])).is_out
        assert session.get(Proxy, proxy_id).taken_at is not None
        assert voters_of(session, session.get(Poll, poll_id)) == {meeting.members["代表02"]}, "the giver votes"
    assert refused(takes, database, meeting, poll_id, "代表02") is HAS_PAPER
    assert refused(takes, database, meeting, poll_id, "代表02", proxy_id) is HAS_PAPER

    def revoke(session, now):
        revoke_proxy(session, now, proxy_id=proxy_id, standing=meeting.standing(session, CLERK))

    assert refused(database.change, revoke) is rules.TAKEN
    desk.back("代表02")
    with database.read() as session:
        assert session.get(Proxy, proxy_id).taken_at is None
    database.change(revoke)
    assert refused(takes, database, meeting, poll_id, "代表02", proxy_id) is rules.NO_PROXY
    takes(database, meeting, poll_id, "代表02")
    with database.read() as session:
        assert [fault for fault in check_polls(session) if fault is not None] == []


def test_whoever_comes_takes_their_own_ballot_and_the_proxy_is_of_no_use(database):
    meeting, poll_id, _desk = printed(database)
    proxy_id = entrusts(database, meeting, poll_id, "代表02", "李强")
    takes(database, meeting, poll_id, "代表02")
    assert refused(takes, database, meeting, poll_id, "代表02", proxy_id) is HAS_PAPER
    assert refused(entrusts, database, meeting, poll_id, "代表02", "代表03") is rules.HAS_ONE
    takes(database, meeting, poll_id, "代表04")
    assert refused(entrusts, database, meeting, poll_id, "代表04", "代表03") is rules.HOLDS_OWN


def test_a_proxy_is_for_one_giver_and_one_vote(database):
    meeting, poll_id, _desk = printed(database)
    proxy_id = entrusts(database, meeting, poll_id, "代表02", "李强")
    assert refused(takes, database, meeting, poll_id, "代表03", proxy_id) is rules.NO_PROXY


@pytest.mark.parametrize("preset", ["village_election", "urban_election"])
def test_three_are_enough_and_a_fourth_is_too_many(database, preset):
    meeting, poll_id, _desk = printed(database, preset)
    for giver in ("代表02", "代表03", "代表04"):
        entrusts(database, meeting, poll_id, giver, "李强")
    no = refused(entrusts, database, meeting, poll_id, "代表05", "李强")
    assert (no.facts["most"], no.source) == (3, LAW if preset == "village_election" else "城市居民委员会组织法第十九条")
    entrusts(database, meeting, poll_id, "代表05", "代表06")


@pytest.mark.parametrize("name", ["李强", "李强（三组）", "李 强"])
def test_no_candidate_holds_a_proxy(database, name):
    meeting = build_election(database)
    poll_id = opened(database, meeting, Kind(options=(name, "张桂芳", "陈建华"), seats=2))
    no = refused(entrusts, database, meeting, poll_id, "代表02", "李强")
    assert "候选人不得接受委托" in no.reason and no.source == LAW
    entrusts(database, meeting, poll_id, "李强", "代表02")


@pytest.mark.parametrize("is_on_roll", [True, False])
def test_whose_name_begins_a_candidates_name_holds_a_proxy_where_that_candidate_is_on_the_roll(database, is_on_roll):
    meeting = build_election(database)
    bearer = meeting.members["代表03"] if is_on_roll else meeting.place["赵敏"]
    database.change(lambda session, _now: setattr(session.get(Person, bearer), "name", "李强民"))
    poll_id = opened(database, meeting, Kind(options=("李强民", "张桂芳", "陈建华"), seats=2))
    if is_on_roll:
        entrusts(database, meeting, poll_id, "代表02", "李强")
        assert "候选人不得接受委托" in refused(entrusts, database, meeting, poll_id, "代表04", "代表03").reason
    else:
        assert "看不清" in refused(entrusts, database, meeting, poll_id, "代表02", "李强").reason


def test_the_holder_is_a_voter_of_the_place(database):
    meeting, poll_id, _desk = printed(database)
    assert refused(entrusts, database, meeting, poll_id, "代表02", "赵敏") is rules.NO_VOTER["village"]
    assert refused(entrusts, database, meeting, poll_id, "赵敏", "李强") is rules.NOT_ENTITLED
    assert refused(entrusts, database, meeting, poll_id, "李强", "李强") is rules.ONESELF

    def move_in(session, now):
        home = Household(community_id=meeting.place.id, number="7")
        session.add(home)
        session.flush()
        session.add(Resident(household_id=home.id, person_id=meeting.place["赵敏"]))

    database.change(move_in)
    entrusts(database, meeting, poll_id, "代表02", "赵敏")


def test_in_town_the_holder_stands_on_the_list_of_voters(database):
    meeting, poll_id, _desk = printed(database, "urban_election")
    assert refused(entrusts, database, meeting, poll_id, "代表02", "赵敏") is rules.NO_VOTER["urban"]


def test_a_child_holds_none_though_it_lives_there(database):
    meeting, poll_id, _desk = printed(database)

    def move_in(session, now):
        home = Household(community_id=meeting.place.id, number="7")
        session.add(home)
        session.flush()
        session.add(Resident(household_id=home.id, person_id=meeting.place["赵敏"]))
        child = person(session, meeting.place["赵敏"])
        child.born_on = EVENING.date().replace(year=2008, day=24)  # Eighteen tomorrow.

    database.change(move_in)
    assert refused(entrusts, database, meeting, poll_id, "代表02", "赵敏") is rules.NO_VOTER["village"]


def test_only_on_paper_and_only_by_clerk_or_chair(database):
    meeting, poll_id, _desk = printed(database)
    assert refused(entrusts, database, meeting, poll_id, "李强", "代表02", rules.SIGNED, "李强") is rules.PAPER_ONLY
    assert refused(entrusts, database, meeting, poll_id, "代表02", "代表03", rules.PAPER, "李强") is not None
    entrusts(database, meeting, poll_id, "代表02", "代表03", by=CHAIR)


@pytest.mark.parametrize(
    ("preset", "body", "kind"),
    [
        ("urban_election_representatives", "residents_representatives", TWO_SEATS),
        ("village_recall", "registered_voters", Kind()),
        ("urban_recall", "registered_voters", Kind()),
    ],
)
def test_representatives_and_recalls_take_none(database, preset, body, kind):
    meeting = build_election(database, preset=preset, body=body)
    poll_id = opened(database, meeting, kind)
    assert refused(entrusts, database, meeting, poll_id, "代表02", "李强") is rules.NONE_HERE
    assert poll_of(database, poll_id).proxy_limit is None


def test_no_proxy_once_the_vote_is_over(database):
    meeting = build_election(database)
    poll_id = opened(database, meeting, TWO_SEATS)
    count_paper(database, meeting, poll_id, ["1,2"] * 5)
    assert "已经结束" in refused(entrusts, database, meeting, poll_id, "代表08", "李强").reason


def test_ballots_that_several_take_at_once_beside_one_by_proxy_hold_against_the_log(database):
    meeting, poll_id, desk = printed(database)
    desk.hand("代表04", "代表05", "代表06", "代表07")
    takes(database, meeting, poll_id, "代表02", entrusts(database, meeting, poll_id, "代表02", "代表04"))
    desk.back("代表06", "代表07", is_spoiled=True)
    desk.hand("代表03", "代表06")
    code = batch_code(desk)
    for number in range(1, 6):
        desk.both(code, "1,2", number=number)
    desk.stock(received=5, left_over=2)
    desk.seal(FIRST)
    desk.seal(SECOND)
    closed(database, meeting, poll_id)
    with database.read() as session:
        assert [fault for fault in check_polls(session) if fault is not None] == []


def test_the_list_is_public_and_the_ballot_goes_out_against_two_looks(database_url, tmp_path):
    with open_site(database_url, tmp_path) as site:
        database = site.house.database
        meeting, poll_id, _desk = printed(database)
        clerk, member = site.browser(meeting.place[CLERK]), site.browser(meeting.members["李强"])
        page = f"/polls/{poll_id}/proxies"
        assert page in member.get(f"/polls/{poll_id}").text and "每人最多接受3人的委托" in member.get(page).words
        given = {"way": "paper", "giver": "代表02", "holder": "代表03", "note": "档案盒3"}
        assert clerk.post(page, **given).status == 303
        assert clerk.post(page, **given).status in (409, 422)
        seen = member.get(page)
        assert "代表02委托代表03" in seen.words and "档案盒3" not in seen.words and 'name="signature"' not in seen.text
        assert "revocation" not in seen.text, "only the giver and the clerk revoke"
        desk = f"/polls/{poll_id}/count"
        found = clerk.get(f"{desk}?tab=handing&q=代表03").words
        assert "代表02" in found and "受托人代领" in found, "the holder is looked for by their own name"
        with database.read() as session:
            proxy = session.exec(select(Proxy)).one()
        tick = {"person": str(proxy.giver_id), "proxy": str(proxy.id)}
        assert "请先核对" in clerk.post(f"{desk}/handing", is_here="1", **tick).words
        assert clerk.post(f"{desk}/handing", is_here="1", is_listed="1", **tick).status == 303
        assert "票已由代表03代领" in clerk.get(f"{desk}?tab=handing").words
        assert "代表03代您领了选票" in site.browser(meeting.members["代表02"]).get(f"/polls/{poll_id}").words
        assert "已代领选票" in member.get(page).words
