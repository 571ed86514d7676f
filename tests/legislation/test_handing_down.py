"""What a body answers comes back to the points: at once on one installation, as a file between two; and to each author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from deliberation.__main__ import main
from deliberation.audit.actions import Actor
from deliberation.jobs import Runner
from deliberation.legislation.adopting import adopt_opinions
from deliberation.legislation.adoption_models import Adoption, OpinionAnswer
from deliberation.legislation.adoption_rules import INBOX, POINT, Decision
from deliberation.legislation.answering import begin_answering, open_answer, waiting
from deliberation.legislation.feedback_bundling import read_feedback
from deliberation.legislation.feedback_models import Feedback, FeedbackReceipt
from deliberation.legislation.feedback_rules import FedBack, Head, Line, content_of, read_content
from deliberation.legislation.feeding_back import feed_back, take_feedback
from deliberation.legislation.opining import change_opinion, withdraw_opinion
from deliberation.legislation.opinion_models import Opinion, counts_by, opinion
from deliberation.legislation.opinion_rules import Said
from deliberation.legislation.receipt_models import sources_of
from deliberation.legislation.routes import follow_by
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.soliciting import extend_solicitation
from deliberation.legislation.submission_files import read_submission
from deliberation.legislation.tier_lines import Unreadable
from deliberation.matters.days import day_of
from deliberation.refusal import Invalid, Refused
from deliberation.vocabulary import Act
from tests.legislation.tiers import ASKED, CITY, LIAISONS, PROVINCE, WEST, Tiers, elsewhere, forged

WHY = "其他法律已有规定"
LATER = datetime(2027, 1, 15, 2, tzinfo=UTC)


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


def opinions_in(tiers: Tiers, id: int) -> list[Opinion]:
    with tiers.database.read() as session:
        return list(session.exec(select(Opinion).where(Opinion.solicitation_id == id).order_by(col(Opinion.number))))


def decide(tiers: Tiers, body: str, ids: list[int], kind: str = "not_adopted", **more: Any) -> None:
    said = more or ({"reason": WHY} if kind == "not_adopted" else {"reason": "写进新稿"})

    def do(session: Session, now: datetime) -> None:
        chosen = [(one, one.adoption_id) for one in (opinion(session, id) for id in ids)]
        of = solicitation(session, chosen[0][0].solicitation_id)
        made = Decision(kind, **said)
        adopt_opinions(session, now, of=of, chosen=chosen, made=made, to=None, actor=tiers.liaison(body))

    tiers.change(do)


def answer(tiers: Tiers, body: str, id: int) -> None:
    tiers.now += timedelta(minutes=1)
    tiers.change(lambda s, now: begin_answering(s, now, of=solicitation(s, id), actor=tiers.liaison(body)))
    runner = Runner(tiers.database, lambda _session: tiers.now)
    follow_by(runner)
    runner.run_due()


def fates(tiers: Tiers, id: int) -> list[tuple[str, str, str] | None]:
    """What stands on each opinion, why, and who said so."""
    with tiers.database.read() as session:
        found = [session.get(Adoption, one.adoption_id or 0) for one in opinions_in(tiers, id)]
    return [(each.kind, each.reason, each.told_by) if each else None for each in found]


def to_answer(tiers: Tiers, id: int) -> int:
    with tiers.database.read() as session:
        return waiting(session, solicitation(session, id))


def home(tiers: Tiers, name: str) -> str:
    site = tiers.site()
    with site.client:
        return tiers.browser(site, name).get("/").words


def ways(tiers: Tiers, id: int) -> list[tuple[str, bool]]:
    with tiers.database.read() as session:
        found = select(OpinionAnswer).where(OpinionAnswer.solicitation_id == id).order_by(col(OpinionAnswer.id))
        return [(each.way, each.told_at is not None) for each in session.exec(found)]


def test_an_answer_comes_down_through_all_tiers_to_the_author(tiers: Tiers) -> None:
    top = tiers.asks(PROVINCE)
    middle = tiers.takes(CITY, top)
    west = tiers.takes(WEST, middle)
    lead, merged, alone = (
        tiers.give(west, by, words) for by, words in (("赵敏", "二十日"), ("刘洋", "二十日"), ("黄丽", "三十日"))
    )
    tiers.merge(WEST, [lead, merged])
    tiers.handle(WEST, [lead, alone])
    tiers.submits(WEST, west)
    tiers.handle(CITY, [one.id for one in opinions_in(tiers, middle) if one.handling != "merge"])
    tiers.submits(CITY, middle)
    for id in (west, middle, top):
        tiers.closes(id)
    above = opinions_in(tiers, top)
    decide(tiers, PROVINCE, [above[0].id], "partly", reason="改为十五日")
    decide(tiers, PROVINCE, [above[2].id])
    assert fates(tiers, middle) == [None] * 3, "deciding tells nobody"
    answer(tiers, PROVINCE, top)
    said = [("partly", "改为十五日", PROVINCE), ("partly", "改为十五日", PROVINCE), ("not_adopted", WHY, PROVINCE)]
    assert fates(tiers, middle) == said and fates(tiers, west) == [None] * 3
    assert ways(tiers, top) == [(POINT, True)] * 3 and to_answer(tiers, middle) == 3
    answer(tiers, CITY, middle)
    assert fates(tiers, west) == [(kind, why, CITY) for kind, why, _who in said] and to_answer(tiers, west) == 3
    assert "上级有了决定" in home(tiers, "陈静")
    answer(tiers, WEST, west)
    assert "上级有了决定" not in home(tiers, "陈静")
    assert ways(tiers, west) == [(INBOX, True)] * 3
    with tiers.database.read() as session:
        letter = open_answer(session, opinion(session, merged).adoption_id)
        counts = [counts_by(session, id, "answered") for id in (top, middle, west)]
    assert counts == [{"partly": 2, "not_adopted": 1}] * 3
    assert "部分采纳" in letter.body and "改为十五日" in letter.body and f"由{CITY}告知" in letter.body
    assert tiers.faults() == []


def test_what_the_point_has_entered_already_is_left_alone(tiers: Tiers) -> None:
    middle = tiers.asks(CITY)
    west = tiers.takes(WEST, middle)
    tiers.handle(WEST, [tiers.give(west, "赵敏", "二十日"), tiers.give(west, "刘洋", "三十日")])
    tiers.submits(WEST, west)
    tiers.closes(west)
    _first, second = opinions_in(tiers, west)
    decide(tiers, WEST, [second.id], "not_adopted", reason=WHY, told_by=CITY)
    before = opinions_in(tiers, west)[1].adoption_id
    tiers.closes(middle)
    copies = [one.id for one in opinions_in(tiers, middle)]
    decide(tiers, CITY, copies)
    answer(tiers, CITY, middle)
    assert fates(tiers, west) == [("not_adopted", WHY, CITY)] * 2
    assert opinions_in(tiers, west)[1].adoption_id == before, "the same is not decided twice"
    decide(tiers, CITY, copies[1:], "adopted", reason="写进新稿")
    answer(tiers, CITY, middle)
    assert fates(tiers, west) == [("not_adopted", WHY, CITY), ("adopted", "写进新稿", CITY)]
    with tiers.database.read() as session:
        assert counts_by(session, west, "adoption") == {"not_adopted": 1, "adopted": 1}
    assert tiers.faults() == []


def handed_up(here: Tiers, there: Tiers, upper: int, *words: str) -> tuple[int, str]:
    """A point elsewhere takes on what is asked here and hands up; its solicitation, and the key of its log."""
    west = there.takes_file(WEST, here.download(f"/solicitations/{upper}/call.zip"))
    ids = [there.give(west, by, each) for by, each in zip(("赵敏", "刘洋", "黄丽"), words, strict=False)]
    there.handle(WEST, ids)
    made = there.submits(WEST, west)
    data = there.download(f"/submissions/{made}/bundle.zip", by=LIAISONS[WEST])
    vkey = read_submission(data).vkey
    site = here.site()
    with site.client:
        fields = {"vkey": vkey, "confirms": "on"}
        sent = here.browser(site, LIAISONS[CITY]).send(
            f"/solicitations/{upper}/received", fields, files={"file": ("s.zip", data)}
        )
        assert sent.status == 303, sent.words
    there.closes(west)
    there.now = LATER
    return west, vkey


def upload(there: Tiers, west: int, data: bytes, **fields: str):
    site = there.site()
    with site.client:
        browser = there.browser(site, LIAISONS[WEST])
        return browser.send(f"/solicitations/{west}/from-above", fields, files={"file": ("f.zip", data)})


def press(here: Tiers, upper: int) -> bytes:
    """The liaison above makes a feedback for the one point elsewhere on the page, and takes it away."""
    site = here.site()
    with site.client:
        browser = here.browser(site, LIAISONS[CITY])
        page = browser.get(f"/solicitations/{upper}/feedback")
        [address] = set(re.findall(rf'action="(/solicitations/{upper}/feedback/\d+)"', page.text))
        assert browser.post(address).status == 303
    with here.database.read() as session:
        id = session.exec(select(Feedback.id).order_by(col(Feedback.id).desc())).first()
    return here.download(f"/feedback/{id}/bundle.zip", by=LIAISONS[CITY])


def test_between_two_installations_a_file_brings_the_answers_down(tiers, tmp_path, sqlite_template, monkeypatch):
    # Over before today: the command line has the clock of the machine, and no decision comes from days ahead.
    upper = tiers.asks(CITY, replace(ASKED, until_on=date(2026, 11, 27), submit_by=date(2026, 11, 26)))
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        west, _key = handed_up(tiers, there, upper, "二十日", "三十日")
        tiers.closes(upper)
        first, second = (one.id for one in opinions_in(tiers, upper))
        decide(tiers, CITY, [first], "partly", reason="改为十五日")
        answer(tiers, CITY, upper)
        assert ways(tiers, upper) == [(POINT, False)], "nobody here can tell its author"
        assert tiers.one(upper).standing == 2
        data = press(tiers, upper)
        assert ways(tiers, upper) == [(POINT, True)]
        vkey = read_feedback(data).vkey
        shown = upload(there, west, data)
        assert shown.status == 422 and vkey in shown.words and CITY in shown.words
        assert fates(there, west) == [None, None]
        assert upload(there, west, data, vkey=vkey, confirms="on").status == 303
        assert upload(there, west, data).status == 303, "twice is once"
        assert fates(there, west) == [("partly", "改为十五日", CITY), None]
        # The second comes by the command line, and the first one decided otherwise with it.
        decide(tiers, CITY, [first], "adopted", reason="写进新稿")
        decide(tiers, CITY, [second])
        answer(tiers, CITY, upper)
        file = tmp_path / "feedback.zip"
        file.write_bytes(press(tiers, upper))
        monkeypatch.setenv("DELIBERATION_DATABASE_URL", there.url)
        monkeypatch.setenv("DELIBERATION_DATA", str(there.folder))
        assert main(["opinions", "feedback", str(file), "--solicitation", str(west)]) == 0
        assert fates(there, west) == [("adopted", "写进新稿", CITY), ("not_adopted", WHY, CITY)]
        answer(there, WEST, west)
        assert ways(there, west) == [(INBOX, True)] * 2
        with there.database.read() as session:
            receipts = session.exec(select(FeedbackReceipt).order_by(FeedbackReceipt.number)).all()
            assert [(each.number, each.opinions, each.decided) for each in receipts] == [(1, 1, 1), (2, 2, 2)]
            assert all(each.attachment_id for each in receipts)
        assert there.faults() == [] == tiers.faults()
        assert main(["audit", "verify", str(file)]) == 0


def test_the_page_says_who_has_not_heard_and_the_point_finds_its_way(tiers, tmp_path, sqlite_template):
    upper = tiers.asks(CITY)
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        west, _key = handed_up(tiers, there, upper, "二十日")
        tiers.closes(upper)
        decide(tiers, CITY, [opinions_in(tiers, upper)[0].id])
        answer(tiers, CITY, upper)
        site = tiers.site()
        with site.client:
            browser = tiers.browser(site, LIAISONS[CITY])
            assert f"/solicitations/{upper}/feedback" in browser.get(f"/solicitations/{upper}/points-below").text
            page = browser.get(f"/solicitations/{upper}/feedback")
            assert WEST in page.words and "还没有下传的1条" in page.words
            assert "西门" not in browser.get(f"/solicitations/{upper}/telling").words, "nobody here tells them by hand"
            for stranger in (site.visitor(), tiers.browser(site, "赵敏")):
                assert stranger.get(f"/solicitations/{upper}/feedback").status in (303, 403, 404)
        press(tiers, upper)
        site = tiers.site()
        with site.client:
            browser = tiers.browser(site, LIAISONS[CITY])
            assert "没有新的答复要下传" in browser.get(f"/solicitations/{upper}/feedback").words
            assert browser.post(f"/solicitations/{upper}/feedback/1").status == 409
            assert browser.post(f"/solicitations/{upper}/feedback/99").status == 404
            assert site.visitor().get("/feedback/1/bundle.zip").status in (303, 403, 404)
        site = there.site()
        with site.client:
            browser = there.browser(site, LIAISONS[WEST])
            assert f"/solicitations/{west}/from-above" in browser.get(f"/solicitations/{west}/keeping").text
            assert CITY in browser.get(f"/solicitations/{west}/from-above").words


def test_a_file_that_is_not_for_this_point_or_was_changed_is_refused(tiers, tmp_path, sqlite_template):
    upper = tiers.asks(CITY)
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        west, _key = handed_up(tiers, there, upper, "二十日", "三十日")
        tiers.closes(upper)
        first, second = (one.id for one in opinions_in(tiers, upper))
        decide(tiers, CITY, [first])
        answer(tiers, CITY, upper)
        data = press(tiers, upper)
        decide(tiers, CITY, [second])
        answer(tiers, CITY, upper)
        later = press(tiers, upper)
        came = read_feedback(data)

        def take(of: int = west, **changed: Any) -> int:
            def do(session: Session, now: datetime) -> int:
                what = replace(came, **({"confirmed": came.vkey} | changed))
                actor = there.liaison(WEST)
                return take_feedback(session, now, of=solicitation(session, of), came=what, file=None, actor=actor).id

            return there.change(do)

        head = came.found.head
        for wrong in (
            replace(head, to="elsewhere/1/audit/1"), replace(head, asked=head.asked + 1),
            replace(head, origin="elsewhere/1/audit/1"), replace(head, solicitation=head.solicitation + 1),
        ):  # fmt: skip
            with pytest.raises(Refused, match="不是给这次征求意见的"):
                take(found=replace(came.found, head=wrong))
        [line] = came.found.lines
        for wrong in (replace(line, entry=1), replace(line, submission=2)):
            with pytest.raises(Refused, match="没有这样报过"):
                take(found=replace(came.found, lines=(wrong,)))
        for wrong in (
            replace(line, reason=" "),
            replace(line, decision="adopted", reason=""),
            replace(line, decided_on="9999-12-31"),
        ):
            with pytest.raises(Refused):
                take(found=replace(came.found, lines=(wrong,)))
        with pytest.raises(Invalid):
            take(confirmed="")
        with pytest.raises(Refused, match="次反馈还没有收下"):
            take(found=replace(came.found, head=replace(head, number=2)))
        assert fates(there, west) == [None, None], "nothing of what was refused is there"
        take()
        with pytest.raises(Refused, match="公钥"):
            take(vkey=came.vkey[:-1] + "x")
        with pytest.raises(Refused, match="内容和这一份不一样"):
            take(sha256="0" * 64)
        words = content_of(head, [replace(came.found.lines[0], reason="另一个理由")])
        for broken in (forged(later, "answers.jsonl", words), later[:-200], b"PK\x03\x04x", data[:400]):
            answered = upload(there, west, broken)
            assert answered.status == 422, answered.words
        assert fates(there, west) == [("not_adopted", WHY, CITY), None]
        assert upload(there, west, later).status == 303
        assert there.faults() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE feedback SET opinions = 9",
        "UPDATE feedback_text SET content = replace(content, '规定', '规矩')",
        "DELETE FROM feedback",
    ],
)
def test_a_change_by_sql_is_found(tiers, tmp_path, sqlite_template, change):
    upper = tiers.asks(CITY)
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        west, _key = handed_up(tiers, there, upper, "二十日")
        tiers.closes(upper)
        decide(tiers, CITY, [opinions_in(tiers, upper)[0].id])
        answer(tiers, CITY, upper)
        data = press(tiers, upper)
        assert upload(there, west, data, vkey=read_feedback(data).vkey, confirms="on").status == 303
        there.change(lambda s, now: s.execute(text("UPDATE feedback_receipt SET decided = 7")))
        assert [subject for subject, _why in there.faults()] == [f"solicitation/{west}"]
        statements = ["DELETE FROM feedback_text", change] if change == "DELETE FROM feedback" else [change]
        for each in statements:
            tiers.change(lambda s, now, each=each: s.execute(text(each)))
        assert [subject for subject, _why in tiers.faults()] == ["feedback/1"]


def say_otherwise(tiers: Tiers, id: int, words: str) -> None:
    def do(session: Session, now: datetime) -> None:
        one = opinion(session, id)
        actor = Actor("resident", one.person_id)
        change_opinion(session, now, one=one, said=Said("edit", words, ""), is_author=True, actor=actor)

    tiers.now += timedelta(minutes=1)
    tiers.change(do)


def test_a_decision_on_words_that_its_author_has_said_otherwise_is_not_entered(tiers, tmp_path, sqlite_template):
    upper = tiers.asks(CITY)
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        west = there.takes_file(WEST, tiers.download(f"/solicitations/{upper}/call.zip"))
        id = there.give(west, "赵敏", "二十日")
        there.handle(WEST, [id])
        data = there.download(f"/submissions/{there.submits(WEST, west)}/bundle.zip", by=LIAISONS[WEST])
        site = tiers.site()
        with site.client:
            fields = {"vkey": read_submission(data).vkey, "confirms": "on"}
            browser = tiers.browser(site, LIAISONS[CITY])
            assert (
                browser.send(f"/solicitations/{upper}/received", fields, files={"file": ("s.zip", data)}).status == 303
            )
        say_otherwise(there, id, "完全相反：改为五日")
        there.handle(WEST, [id])
        there.submits(WEST, west)  # It is made, and on its way.
        tiers.closes(upper)
        decide(tiers, CITY, [opinions_in(tiers, upper)[0].id], "adopted", reason="二十日已经写进新稿")
        answer(tiers, CITY, upper)
        back = press(tiers, upper)
        there.now = LATER
        assert upload(there, west, back, vkey=read_feedback(back).vkey, confirms="on").status == 303
        assert fates(there, west) == [None]
        assert there.faults() == []


def test_what_is_said_otherwise_or_taken_back_after_a_decision_counts_as_decided_no_more(tiers: Tiers) -> None:
    middle = tiers.asks(CITY)
    west = tiers.takes(WEST, middle)
    said, gone, kept = (tiers.give(west, by, "二十日") for by in ("赵敏", "刘洋", "黄丽"))
    tiers.handle(WEST, [said, gone, kept])
    tiers.submits(WEST, west)

    def extend(session: Session, now: datetime) -> None:
        one = solicitation(session, west)
        extend_solicitation(
            session, now, one=one, until_on=date(2026, 12, 28), reason="还没有走访完", actor=tiers.liaison(WEST)
        )

    tiers.change(extend)
    tiers.closes(middle)
    decide(tiers, CITY, [one.id for one in opinions_in(tiers, middle)], "adopted", reason="写进新稿")
    answer(tiers, CITY, middle)
    assert [fate[0] for fate in fates(tiers, west)] == ["adopted"] * 3
    say_otherwise(tiers, said, "反对，五日就够")

    def withdraw(session: Session, now: datetime) -> None:
        one = opinion(session, gone)
        withdraw_opinion(session, now, one=one, is_author=True, actor=Actor("resident", one.person_id))

    tiers.change(withdraw)
    assert fates(tiers, west)[0] is None
    with tiers.database.read() as session:
        assert counts_by(session, west, "adoption") == {"adopted": 1}
    assert tiers.faults() == []


def test_too_many_lines_are_refused_before_they_are_read() -> None:
    with pytest.raises(Unreadable, match="1002"):
        read_content(content_of(HEAD, [LINE]) + b"{}\n" * 2_000_000)


HEAD = Head("a/1/audit/1", 1, 1, "市", "b/1/audit/1", 2, 1, "0" * 64)
LINE = Line(5, 1, "adopted", "写进新稿", "第四条", "不少于十五日", "2026-12-24")


def test_a_content_is_read_as_it_was_written() -> None:
    found = FedBack(HEAD, (LINE,))
    assert read_content(content_of(HEAD, [LINE])) == found


@pytest.mark.parametrize(
    "head, lines",
    [
        (replace(HEAD, opinions=2), [LINE]),
        (replace(HEAD, opinions=0), []),
        (replace(HEAD, opinions=2), [LINE, LINE]),
        (replace(HEAD, nonce="x"), [LINE]),
        (replace(HEAD, asked=2**31), [LINE]),
        (HEAD, [replace(LINE, decision="perhaps")]),
        (HEAD, [replace(LINE, reason="同意\u202e不")]),
        (HEAD, [replace(LINE, label="第\u202e四条")]),
        (HEAD, [replace(LINE, decided_on="2026-W48-1")]),
        (HEAD, [replace(LINE, decided_on="2026-13-01")]),
        (HEAD, [replace(LINE, reason="长" * 501)]),
        (HEAD, [replace(LINE, entry=-1)]),
    ],
)
def test_a_content_that_is_none_is_refused(head: Head, lines: list[Line]) -> None:
    with pytest.raises(Unreadable):
        read_content(content_of(head, lines))


def test_no_more_than_a_thousand_go_at_once_and_the_rest_with_the_next(tiers, tmp_path, sqlite_template, monkeypatch):
    monkeypatch.setattr("deliberation.legislation.feeding_back.MOST_AT_ONCE", 1)
    upper = tiers.asks(CITY)
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        handed_up(tiers, there, upper, "二十日", "三十日")
        tiers.closes(upper)
        decide(tiers, CITY, [one.id for one in opinions_in(tiers, upper)])
        answer(tiers, CITY, upper)

    def make(session: Session, now: datetime) -> tuple[int, int]:
        of = solicitation(session, upper)
        made = feed_back(session, now, of=of, source=sources_of(session, upper)[0], actor=tiers.liaison(CITY))
        return made.number, made.opinions

    assert [tiers.change(make) for _time in range(2)] == [(1, 1), (2, 1)]
    with pytest.raises(Refused, match="没有新的答复"):
        tiers.change(make)
    assert [entry.act for entry in tiers.entries(Act.ANSWERS_HANDED_DOWN)] == [Act.ANSWERS_HANDED_DOWN] * 2
    assert all(WHY.encode() not in bytes(entry.body) for entry in tiers.entries(Act.ANSWERS_HANDED_DOWN))
    assert date.fromisoformat(read_content(_kept(tiers)).lines[0].decided_on) == day_of(
        tiers.now, ZoneInfo("Asia/Shanghai")
    )


def _kept(tiers: Tiers) -> bytes:
    with tiers.database.read() as session:
        return (
            session.execute(text("SELECT content FROM feedback_text ORDER BY feedback_id DESC"))
            .scalars()
            .first()
            .encode()
        )
