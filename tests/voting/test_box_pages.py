"""The pages of a confidential vote: what is said before casting, the receipt, and what no page gives away."""

from __future__ import annotations

import json
import re

import pytest
from sqlmodel import select

from deliberation.audit.models import Entry
from deliberation.matters.models import Proceeding
from deliberation.voting.box_models import Participation, participations_of
from deliberation.voting.bundling import gather_poll
from deliberation.voting.models import Poll
from deliberation.voting.published import few_beside_earlier
from deliberation.voting.receipts import leaf, new_code, participation_root, read_code
from deliberation.voting.secrecy_rules import LABEL, TOO_FEW, UNPROTECTED
from deliberation.voting.tally import tally_json
from deliberation.voting.verification import check_polls
from tests.pages import open_site
from tests.voting.polls import build_estate, build_meeting, cast, poll_of
from tests.voting.test_poll_pages import finish, vote


@pytest.fixture
def site(database_url, tmp_path):
    with open_site(database_url, tmp_path) as found:
        yield found


@pytest.fixture
def meeting(site):
    return build_meeting(site.house.database, online=True)


def opened(site, meeting, secrecy="confidential"):
    chair = site.browser(meeting.place["王秀英"])
    form = chair.get(f"/matters/{meeting.matter_id}/polls/new")
    assert 'value="confidential"' in form.text and "对他人保密" in form.words and LABEL in form.words
    fields = {"question": "修不修？", "is_changeable": "yes", "secrecy": secrecy}
    done = chair.post(f"/matters/{meeting.matter_id}/polls", **fields)
    return int(done.location.rsplit("/", 1)[1])


def test_the_ballot_the_review_and_the_result_say_word_for_word_what_is_kept_and_what_is_not(site, meeting):
    poll_id = opened(site, meeting)
    voter = site.browser(meeting.members["代表02"])
    ballot = voter.get(f"/polls/{poll_id}")
    review = voter.post(f"/polls/{poll_id}/review", choice="yes")
    assert review.status == 200 and "投出以后不能改" in review.words
    for page in (ballot, review):
        assert LABEL in page.words and UNPROTECTED in page.words
        assert "不记名" not in page.words and "秘密" not in page.words
    assert vote(voter, poll_id, "yes").status == 303
    receipt = voter.get(f"/polls/{poll_id}/receipt")
    assert LABEL in receipt.words and "收讫" in receipt.words
    finish(site, meeting, poll_id)
    assert LABEL in site.visitor().get(f"/polls/{poll_id}").words


def test_a_voter_gets_a_receipt_that_a_ballot_was_taken_and_nobody_else_gets_it(site, meeting):
    poll_id = opened(site, meeting)
    voter, other = site.browser(meeting.members["代表02"]), site.browser(meeting.members["代表03"])
    assert voter.get(f"/polls/{poll_id}/receipt").status == 404
    vote(voter, poll_id, "no")
    page = voter.get(f"/polls/{poll_id}")
    assert "您的票已收到" in page.words and f"/polls/{poll_id}/receipt" in page.text
    assert "您投的是" not in page.words and 'name="choice"' not in page.text
    receipt = voter.get(f"/polls/{poll_id}/receipt")
    assert not re.search("赞成|反对|弃权", receipt.words.split("回执码")[1].split("回到表决")[0])
    assert other.get(f"/polls/{poll_id}/receipt").status == 404
    assert site.visitor().get(f"/polls/{poll_id}/receipt").status == 303
    assert vote(voter, poll_id, "no").status == 303, "the same form again"
    again = vote(voter, poll_id, "yes", "k2")
    assert again.status == 409 and "不能改投" in again.words


def test_after_the_closing_a_receipt_finds_its_line_among_the_commitments(site, meeting):
    poll_id = opened(site, meeting)
    voter = site.browser(meeting.members["代表02"])
    vote(voter, poll_id, "yes")
    assert site.visitor().get(f"/polls/{poll_id}/participation.json").status == 403
    for name in ("代表03", "代表04", "代表05", "代表06", "代表07"):
        cast(site.house.database, poll_id, meeting.members[name], "no")
    finish(site, meeting, poll_id)
    listed = json.loads(site.visitor().get(f"/polls/{poll_id}/participation.json").text)
    assert listed["root"] == participation_root(listed["leaves"]) and len(listed["leaves"]) == 6
    page = voter.get(f"/polls/{poll_id}/receipt")
    code = re.search(r'id="code">([0-9A-Z-]+)<', page.text)[1]
    number = int(re.search(r"名册第(\d+)号", page.words)[1])
    assert leaf(poll_id, number, read_code(code)) in listed["leaves"]
    assert leaf(poll_id, number, read_code(code)) in page.text


def test_before_the_closing_no_page_says_how_anybody_voted_or_how_many_did(site, meeting):
    poll_id = opened(site, meeting)
    for at, (_name, person) in enumerate(meeting.members.items()):
        cast(site.house.database, poll_id, person, "yes" if at < 7 else "no", f"form-{person}")
    pages = [f"/polls/{poll_id}", "/polls", "/", f"/matters/{meeting.matter_id}", f"/matters/{meeting.matter_id}/polls"]
    chair = site.browser(meeting.place["王秀英"])
    for browser in (site.visitor(), chair, site.browser(meeting.members["代表02"])):
        for path in pages:
            words = browser.get(path).words
            assert not re.search(r"已有(<b>)?9人|都投了票|还差0人|到会9人|[72]人(赞成|反对)", words), (path, words)
        for path in ("result.json", "tally.json", "participation.json"):
            assert browser.get(f"/polls/{poll_id}/{path}").status == 403
    assert re.search(r"至少已有\s*0\s*人投票", chair.get(f"/polls/{poll_id}").words)
    attendance = chair.get(f"/polls/{poll_id}/attendance").words
    assert "已投票" not in attendance
    with site.house.database.read() as session:
        codes = [one.receipt for one in participations_of(session, poll_id)]
    assert not any(code in chair.get(path).text for path in pages for code in codes)


def test_the_result_is_public_and_the_tally_names_no_ballot(site, meeting):
    poll_id = opened(site, meeting)
    for at, person in enumerate(meeting.members.values()):
        cast(site.house.database, poll_id, person, ("yes", "no", "abstain")[min(at // 3, 2)], f"form-{person}")
    finish(site, meeting, poll_id)
    result = json.loads(site.visitor().get(f"/polls/{poll_id}/result.json").text)
    assert result["counts"]["heads"]["yes"] == 3
    document = json.loads(site.browser(meeting.members["李强"]).get(f"/polls/{poll_id}/tally.json").text)
    assert tally_json(document) == poll_of(site.house.database, poll_id).result
    assert all(ballot.keys() == {"choice"} for ballot in document["ballots"])
    assert site.visitor().get(f"/polls/{poll_id}/tally.json").status == 403


EXACT = ("tally.json", "papers/choices.docx", "papers/certificate.docx", "bundle/full.zip")


@pytest.mark.parametrize(
    ("choices", "is_shown"),
    [
        ("yyynn", False),
        ("yyyyyyyyy", False),
        ("yyyyyyyyn", False),
        ("nnnnnyyyy", False),
        ("nnnnyyyya", True),
        ("yyynnnaa", True),
        ("yyna", False),
        ("y", False),
        ("", True),
    ],
)
def test_a_sum_that_tells_how_people_voted_is_withheld_everywhere(site, meeting, choices, is_shown):
    """Both sides of the edge; unanimity looks the same as five to four."""
    poll_id = opened(site, meeting)
    words = {"y": "yes", "n": "no", "a": "abstain"}
    for name, choice in zip(meeting.members, choices, strict=False):
        cast(site.house.database, poll_id, meeting.members[name], words[choice], f"form-{name}")
    finish(site, meeting, poll_id)
    heads = json.loads(site.visitor().get(f"/polls/{poll_id}/result.json").text)["counts"]["heads"]
    exact = [choices.count(letter) for letter in "yna"]
    assert [heads[name] for name in ("yes", "no", "abstain")] == (exact if is_shown else [None] * 3)
    assert heads["participating"] == len(choices)
    shown = [site.visitor().get(f"/polls/{poll_id}{part}").words for part in ("", "/screen")]
    assert all(("各项的票数没有公布" in each) != is_shown for each in shown)
    assert (TOO_FEW in shown[0]) == (len(choices) < 5)
    member = site.browser(meeting.members["李强"])
    assert all((member.get(f"/polls/{poll_id}/{file}").status == 403) != is_shown for file in EXACT)
    supervisor = site.browser(meeting.place["周明"])
    assert supervisor.get(f"/polls/{poll_id}/tally.json").status == 200
    assert supervisor.get(f"/polls/{poll_id}/bundle/full.zip").status != 403
    with site.house.database.read() as session:
        poll = session.get(Poll, poll_id)
        assert [poll.result["counts"]["heads"][name] for name in ("yes", "no", "abstain")] == exact
        public = gather_poll(session, poll_id, "public")
        full = gather_poll(session, poll_id, "full")
        closing = session.exec(select(Entry).where(Entry.act == "poll.closed")).one()
        assert list(check_polls(session)) == [None]
    assert ("box" in json.loads(closing.body)["data"]) == is_shown
    assert json.loads(full.files[f"polls/{poll_id}/result.json"])["counts"]["heads"]["yes"] == exact[0]
    assert json.loads(public.files[f"polls/{poll_id}/result.json"])["counts"]["heads"]["yes"] == heads["yes"]
    paper = site.visitor().get(f"/polls/{poll_id}/papers/notice.docx")
    assert paper.status == 200


def test_a_body_of_four_is_told_beforehand(site):
    small = build_meeting(site.house.database, seats=4, online=True)
    form = site.browser(small.place["王秀英"]).get(f"/matters/{small.matter_id}/polls/new")
    assert TOO_FEW in form.words
    poll_id = opened(site, small)
    assert TOO_FEW in site.browser(small.members["李强"]).get(f"/polls/{poll_id}").words


def test_the_owners_are_told_why_it_is_not_offered(site):
    estate = build_estate(site.house.database)
    chair = site.browser(estate.place["王秀英"])
    form = chair.get(f"/matters/{estate.matter_id}/polls/new")
    assert 'value="confidential"' not in form.text and "面积会让人认出是谁的票" in form.words
    page = chair.post(f"/matters/{estate.matter_id}/polls", question="修不修？", secrecy="confidential")
    assert page.status == 403 and "民法典第二百七十八条" in page.words


def test_another_word_for_secrecy_is_none(site, meeting):
    chair = site.browser(meeting.place["王秀英"])
    page = chair.post(f"/matters/{meeting.matter_id}/polls", question="修不修？", secrecy="booth")
    assert page.status == 422


# --- what is withheld of a named vote ---------------------------------------------------------------------------------


def test_areas_that_would_give_owners_away_are_withheld_and_the_page_says_why(site):
    estate = build_estate(site.house.database)
    chair = site.browser(estate.place["王秀英"])
    done = chair.post(f"/matters/{estate.matter_id}/polls", question="修不修？")
    poll_id = int(done.location.rsplit("/", 1)[1])
    for name, choice in (("李强", "yes"), ("赵春生", "yes"), ("钱玉珍", "yes"), ("孙立群", "no")):
        cast(site.house.database, poll_id, estate.members[name], choice)
    finish(site, estate, poll_id)
    page = site.visitor().get(f"/polls/{poll_id}")
    assert "没有公布的，和为什么" in page.words and "推出某些人投了什么" in page.words
    result = json.loads(site.visitor().get(f"/polls/{poll_id}/result.json").text)
    assert result["counts"]["heads"]["yes"] == 3 and result["counts"]["area"]["yes"] is None
    assert result["outcome"] == "passed"
    for output in (page.text, json.dumps(result), site.visitor().get(f"/log/{estate.place.id}").text):
        assert "473.22" not in output and "102.36" not in output
    exact = json.loads(site.browser(estate.members["李强"]).get(f"/polls/{poll_id}/tally.json").text)
    assert tally_json(exact)["counts"]["area"]["yes"] == "473.22"


def held_again(site, poll_id, rule=None, follows=None):
    """The same question put once more: an open poll like this one, perhaps between options."""

    def verb(session, now):
        earlier = session.get(Poll, poll_id)
        kept = {column.name: getattr(earlier, column.name) for column in Poll.__table__.c}
        kept |= {"id": None, "closed_at": None, "result": None, "published": None, "tally_sha256": ""}
        kept |= {"rule": kept["rule"] | (rule or {}), "follows_id": follows}
        again = Poll(**kept)
        session.add(again)
        session.flush()
        session.add(
            Proceeding(
                matter_id=again.matter_id,
                kind="poll",
                subject=f"poll/{again.id}",
                step=again.step,
                title="",
                opened_at=now,
            )
        )
        session.flush()
        return again.id

    return site.house.database.change(verb)


def test_what_is_withheld_of_a_confidential_vote_stands_nowhere_beside_it(site, meeting):
    first = opened(site, meeting)
    names = list(meeting.members)
    for at, name in enumerate(names[:8]):
        cast(site.house.database, first, meeting.members[name], ("yes", "no", "abstain")[at % 3], f"a{name}")
    finish(site, meeting, first)
    second = held_again(site, first)
    for at, name in enumerate(names[:7]):
        cast(site.house.database, second, meeting.members[name], "yes" if at < 5 else "no", f"b{name}")
    finish(site, meeting, second)
    shown = site.browser().get(f"/polls/{second}")
    assert "只差1人" in shown.words and "各项的票数没有公布" not in shown.words
    exact = EXACT
    for who in (meeting.members[names[0]], meeting.place["王秀英"], meeting.place["吴桂兰"]):
        browser = site.browser(who)
        assert [browser.get(f"/polls/{second}/{file}").status for file in exact] == [403] * 4
        assert browser.get(f"/polls/{first}/tally.json").status == 200
    assert site.browser(meeting.place["周明"]).get(f"/polls/{second}/tally.json").status == 200


def test_another_question_on_the_same_text_is_not_the_same_question(site, meeting):
    """Between other options the difference of the sums says nothing of the one who took part in one vote alone."""
    first = opened(site, meeting)
    second = held_again(site, first)
    third = held_again(site, first, {"choices": ["abstain"], "options": ["东边", "西边"], "method": "options"})

    def told(session, now):
        for poll_id, took in ((first, 6), (second, 5), (third, 5)):
            poll = session.get(Poll, poll_id)
            poll.closed_at = now
            session.add(poll)
            for person in list(meeting.members.values())[:took]:
                session.add(Participation(poll_id=poll_id, person_id=person, receipt=new_code(), form=""))
        session.flush()
        return [few_beside_earlier(session, session.get(Poll, each)) for each in (second, third)]

    assert site.house.database.change(told) == [1, 0]


ROADS = ["东线", "西线", "中线"]


@pytest.mark.parametrize(
    ("earlier", "later", "follows", "is_same"),
    [
        (ROADS, [*ROADS, "不修"], False, True),
        (ROADS, ROADS[:2], False, True),
        (ROADS, [*ROADS[:1], "不修"], False, False),
        (ROADS, ROADS[:2], True, False),
        (ROADS, ROADS, True, True),
        (None, ROADS, False, False),
        (None, None, False, True),
    ],
)
def test_an_option_more_makes_no_other_question(site, meeting, earlier, later, follows, is_same):
    """A dummy option is no way round the check; a further vote between what was left is another question."""

    def rule(options):
        return (
            {"choices": ["abstain"], "options": options, "method": "options"} if options else {"choices": ["yes", "no"]}
        )

    first = held_again(site, opened(site, meeting), rule(earlier))
    asked = rule(later) if later else {"options": [], "choices": ["yes", "no", "abstain"]}
    second = held_again(site, first, asked, first if follows else None)

    def told(session, now):
        for poll_id, took in ((first, 6), (second, 5)):
            poll = session.get(Poll, poll_id)
            poll.closed_at = now
            session.add(poll)
            for person in list(meeting.members.values())[:took]:
                session.add(Participation(poll_id=poll_id, person_id=person, receipt=new_code(), form=""))
        session.flush()
        return few_beside_earlier(session, session.get(Poll, second))

    assert site.house.database.change(told) == int(is_same)
