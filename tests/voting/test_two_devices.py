"""The same person on two devices, in two tabs, with a page of yesterday, sent once more: one vote, and each answer says which."""

from __future__ import annotations

import pytest
from sqlmodel import select

from deliberation.audit.models import Entry
from deliberation.voting.actions import close_poll
from deliberation.voting.models import ballots_of
from tests.pages import open_site
from tests.voting.polls import build_meeting, end_seat, opened, poll_of


@pytest.fixture
def site(database_url, tmp_path):
    with open_site(database_url, tmp_path) as found:
        yield found


@pytest.fixture
def meeting(site):
    return build_meeting(site.house.database, online=True)


def vote(browser, poll_id, choice, key):
    return browser.post(f"/polls/{poll_id}/ballots", choice=choice, key=key)


def taken(site, poll_id):
    """The choices that are kept, and the acts of the log about ballots, in order."""
    with site.house.database.read() as session:
        acts = session.exec(
            select(Entry.act)
            .where(Entry.object == f"poll/{poll_id}", Entry.act.startswith("ballot."))
            .order_by(Entry.index)
        ).all()
        return [ballot.choice for ballot in ballots_of(session, poll_id)], list(acts)


def closed(site, meeting, poll_id):
    def verb(session, now):
        close_poll(session, now, poll_id=poll_id, standing=meeting.standing(session, "王秀英"))

    site.house.database.change(verb)


def two_devices(site, meeting, name="代表02"):
    return site.browser(meeting.members[name]), site.browser(meeting.members[name])


def test_the_later_of_two_devices_counts_where_the_rule_lets_a_vote_be_changed(site, meeting):
    poll_id = opened(site.house.database, meeting)
    phone, desk = two_devices(site, meeting)
    phone.get(f"/polls/{poll_id}"), desk.get(f"/polls/{poll_id}")
    assert vote(phone, poll_id, "yes", "phone").status == 303
    assert vote(desk, poll_id, "no", "desk").status == 303
    assert vote(phone, poll_id, "yes", "phone").status == 303, "the first form again is answered and does nothing"
    assert taken(site, poll_id) == (["no"], ["ballot.cast", "ballot.changed"])
    assert "反对" in phone.get(f"/polls/{poll_id}/mine").words


def test_the_second_device_is_told_that_the_vote_stands_where_it_cannot_be_changed(site, meeting):
    poll_id = opened(site.house.database, meeting, is_changeable=False)
    phone, desk = two_devices(site, meeting)
    desk.get(f"/polls/{poll_id}")
    assert vote(phone, poll_id, "yes", "phone").status == 303
    answer = vote(desk, poll_id, "no", "desk")
    assert answer.status == 409 and "您已经投过票" in answer.words
    assert taken(site, poll_id) == (["yes"], ["ballot.cast"])


def test_a_key_of_another_person_takes_no_ballot_away(site, meeting):
    """A key is a person's own: whoever copies it out of a page votes for themselves and answers nobody else's form."""
    poll_id = opened(site.house.database, meeting)
    mine, theirs = site.browser(meeting.members["代表02"]), site.browser(meeting.members["代表03"])
    assert vote(mine, poll_id, "yes", "same-key").status == 303
    assert vote(theirs, poll_id, "no", "same-key").status == 303
    assert sorted(taken(site, poll_id)[0]) == ["no", "yes"]


def test_after_closing_a_repeat_is_answered_as_the_first_time_and_a_new_form_is_too_late(site, meeting):
    poll_id = opened(site.house.database, meeting, closes_in=None)
    voter = site.browser(meeting.members["代表02"])
    assert vote(voter, poll_id, "yes", "first").status == 303
    closed(site, meeting, poll_id)
    before = poll_of(site.house.database, poll_id).tally_sha256
    assert vote(voter, poll_id, "yes", "first").status == 303
    late = vote(voter, poll_id, "no", "second")
    assert late.status == 409 and "已经截止" in late.words
    assert taken(site, poll_id) == (["yes"], ["ballot.cast"])
    assert poll_of(site.house.database, poll_id).tally_sha256 == before


def test_who_lost_the_seat_after_the_freezing_votes_and_who_came_into_it_does_not(site, meeting):
    poll_id = opened(site.house.database, meeting)
    end_seat(site.house.database, meeting, "代表03")
    assert vote(site.browser(meeting.members["代表03"]), poll_id, "no", "k").status == 303
    answer = vote(site.browser(meeting.place["赵敏"]), poll_id, "no", "k")
    assert answer.status == 403 and "名册" in answer.words
    assert taken(site, poll_id) == (["no"], ["ballot.cast"])


@pytest.mark.parametrize("choice", ["YES", "yes ", "赞成", "invalid", "", "yes\x00", "[]", '["yes"]', "conflict"])
def test_a_forged_choice_is_no_ballot(site, meeting, choice):
    poll_id = opened(site.house.database, meeting)
    answer = vote(site.browser(meeting.members["代表02"]), poll_id, choice, "k")
    # A form with a zero byte is not read at all, and so comes without its token.
    assert answer.status == (403 if "\x00" in choice else 422)
    assert taken(site, poll_id) == ([], [])
