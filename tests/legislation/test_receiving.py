"""What points hand up arrives above: at once on one installation, as a file between two; origins, places, clusters, consents."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import func, select

from deliberation.__main__ import main
from deliberation.audit.actions import Actor
from deliberation.audit.models import Entry
from deliberation.legislation.consenting import take_back_consent
from deliberation.legislation.desk_models import Cluster
from deliberation.legislation.opining import withdraw_opinion
from deliberation.legislation.opinion_models import Opinion, author_of, opinion
from deliberation.legislation.receipt_models import ConfirmedKey, ReceivedOpinion, SubmissionReceipt, received_by_id
from deliberation.legislation.receiving import receive, receive_file
from deliberation.legislation.receiving_rules import Article, placed
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.submission_files import read_submission
from deliberation.legislation.submission_models import content_kept
from deliberation.legislation.submission_rules import content_of, read_content
from deliberation.refusal import Invalid, Refused
from deliberation.vocabulary import Act
from tests.legislation.tiers import (
    ASKED,
    CITY,
    EAST,
    LIAISONS,
    PROVINCE,
    WEST,
    Tiers,
    elsewhere,
    forged,
    repacked,
)


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


def arrived(tiers: Tiers, upper: int) -> list[Opinion]:
    with tiers.database.read() as session:
        found = select(Opinion).where(Opinion.solicitation_id == upper).order_by(Opinion.number)
        return list(session.exec(found))


def test_three_tiers_pass_opinions_up_with_their_origins_and_clusters(tiers):
    top = tiers.asks(PROVINCE)
    middle = tiers.takes(CITY, top)
    west, east = tiers.takes(WEST, middle), tiers.takes(EAST, middle)
    first = [tiers.give(west, by, "不少于二十日") for by in ("赵敏", "刘洋")]
    tiers.merge(WEST, first)
    tiers.handle(WEST, first[:1], reason="多人提出")
    second = tiers.give(east, "李强", "不少于二十日", publishes=False)
    tiers.handle(EAST, [second])
    tiers.submits(WEST, west)
    tiers.submits(EAST, east)
    copies = arrived(tiers, middle)
    assert [(one.article, one.quote, one.proposal) for one in copies] == [("4", "不少于十日", "不少于二十日")] * 3
    assert [one.state for one in copies] == ["shown", "shown", "kept_back"]
    assert copies[0].cluster_id == copies[1].cluster_id is not None and copies[2].cluster_id is None
    with tiers.database.read() as session:
        marks = received_by_id(session, [one.id for one in copies])
        assert [marks[one.id].body for one in copies] == [WEST, WEST, EAST]
        entry = opinion(session, first[0]).entry
        assert marks[copies[0].id].mark == f"deliberation-yunling/{tiers.ids[WEST]}/audit/1#{entry}"
        assert marks[copies[0].id].handled == "多人提出"
        assert session.exec(select(Cluster).where(Cluster.solicitation_id == middle)).one().size == 2
    tiers.merge(CITY, [copies[0].id, copies[2].id])
    tiers.handle(CITY, [copies[0].id])
    tiers.submits(CITY, middle)
    above = arrived(tiers, top)
    assert len(above) == 3 and len({one.cluster_id for one in above}) == 1, "three voices stay three, shown as one"
    assert tiers.faults() == []


def test_a_copy_follows_what_its_author_takes_back_through_all_tiers(tiers):
    top = tiers.asks(PROVINCE)
    middle = tiers.takes(CITY, top)
    west = tiers.takes(WEST, middle)
    gone = tiers.give(west, "赵敏", "二十日")
    hidden = tiers.give(west, "刘洋", "三十日", naming="named", name="刘洋", names=True)
    tiers.handle(WEST, [gone, hidden])
    tiers.submits(WEST, west)
    tiers.handle(CITY, [one.id for one in arrived(tiers, middle)])
    tiers.submits(CITY, middle)
    assert [one.name for one in arrived(tiers, top)] == ["", "刘洋"]

    def do(session, now):
        who = Actor("resident", tiers.who["赵敏"])
        withdraw_opinion(session, now, one=opinion(session, gone), is_author=True, actor=who)
        who = Actor("resident", tiers.who["刘洋"])
        take_back_consent(session, now, one=opinion(session, hidden), is_author=True, words_too=True, actor=who)

    tiers.change(do)
    for upper in (middle, top):
        first, second = arrived(tiers, upper)
        assert first.withdrawn_at is not None and not second.is_public and second.name == ""
        assert tiers.one(upper).standing == 1
        with tiers.database.read() as session:
            assert author_of(session, second.id) is None
    assert tiers.faults() == []


def handed_up(tiers: Tiers, call: bytes, *words: str) -> tuple[int, bytes]:
    """A point elsewhere takes on a call, gathers, and hands up: its solicitation, and the file."""
    west = tiers.takes_file(WEST, call)
    ids = [tiers.give(west, "赵敏", each, naming="named", name="赵敏", contact="139", forwards=True) for each in words]
    tiers.handle(WEST, ids)
    made = tiers.submits(WEST, west)
    return west, tiers.download(f"/submissions/{made}/bundle.zip", by=LIAISONS[WEST])


def upload(tiers: Tiers, id: int, data: bytes, **fields: str):
    site = tiers.site()
    with site.client:
        browser = tiers.browser(site, LIAISONS[CITY])
        return browser.send(f"/solicitations/{id}/received", fields, files={"file": ("s.zip", data)})


def test_between_two_installations_the_file_comes_in_once_its_key_was_compared(tiers, tmp_path, sqlite_template):
    upper = tiers.asks(CITY)
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        call = tiers.download(f"/solicitations/{upper}/call.zip")
        west, data = handed_up(there, call, "不少于二十日", "不少于三十日")
        first = upload(tiers, upper, data)
        vkey = read_submission(data).vkey
        assert first.status == 422 and vkey in first.words and "请打电话" in first.words and WEST in first.words
        assert arrived(tiers, upper) == []
        wrong = upload(tiers, upper, data, vkey=vkey[:-2] + "xx", confirms="on")
        assert wrong.status == 422 and arrived(tiers, upper) == []
        assert upload(tiers, upper, data, vkey=vkey).status == 422, "without the tick"
        done = upload(tiers, upper, data, vkey=vkey, confirms="on")
        assert done.status == 303, done.words
        assert upload(tiers, upper, data).status == 303, "twice is once"
        copies = arrived(tiers, upper)
        assert [one.proposal for one in copies] == ["不少于二十日", "不少于三十日"]
        assert all(one.label == "第四条" and one.quote == "不少于十日" for one in copies)
        with tiers.database.read() as session:
            assert author_of(session, copies[0].id).contact == "139"
            assert session.exec(select(func.count()).select_from(SubmissionReceipt)).one() == 1
            assert session.exec(select(ConfirmedKey)).one().vkey == vkey
        assert len(tiers.entries(Act.TIER_KEY_CONFIRMED)) == 1
        # What is withdrawn there comes with a further file.
        with there.database.read() as session:
            id = session.exec(
                select(Opinion.id).where(Opinion.solicitation_id == west).order_by(Opinion.number)
            ).first()
        there.now += timedelta(hours=1)
        there.change(
            lambda s, now: withdraw_opinion(
                s, now, one=opinion(s, id), is_author=True, actor=Actor("resident", there.who["赵敏"])
            )
        )
        made = there.submits(WEST, west)
        again = there.download(f"/submissions/{made}/bundle.zip", by=LIAISONS[WEST])
        assert upload(tiers, upper, again).status == 303
        assert [one.withdrawn_at is None for one in arrived(tiers, upper)] == [False, True]
        assert there.faults() == [] == tiers.faults()


def test_a_changed_key_another_addressee_and_other_content_under_the_same_number_are_refused(
    tiers, tmp_path, sqlite_template
):
    upper, other = tiers.asks(CITY), tiers.asks(CITY, replace(ASKED, title="另一次"))
    call = tiers.download(f"/solicitations/{upper}/call.zip")
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        _west, data = handed_up(there, call, "不少于二十日")
    came = read_submission(data)

    def take(id: int, **changed: object):
        def do(session, now):
            return receive_file(
                session, now, of=solicitation(session, id), came=replace(came, **changed), file=None,
                actor=tiers.liaison(CITY),
            ).id  # fmt: skip

        return tiers.change(do)

    with pytest.raises(Refused, match="不是给这次征求意见的"):
        take(other, confirmed=came.vkey)
    with pytest.raises(Invalid):
        take(upper)
    take(upper, confirmed=came.vkey)
    with pytest.raises(Refused, match="公钥"):
        take(upper, vkey=came.vkey[:-1] + "x")
    with pytest.raises(Refused, match="内容和这一份不一样"):
        take(upper, sha256="0" * 64)
    with pytest.raises(Refused, match="立法联系点的"):
        tiers.change(
            lambda s, now: receive_file(
                s, now, of=solicitation(s, upper), came=came, file=None, actor=tiers.liaison(WEST)
            )
        )
    with elsewhere(sqlite_template, tmp_path / "fake", log_name="deliberation-elsewhere") as fake:
        _west, forgery = handed_up(fake, call, "不少于九十日")
    answer = upload(tiers, upper, forgery)
    assert answer.status == 422 and "不是同一个" in answer.words
    assert len(arrived(tiers, upper)) == 1


@pytest.mark.parametrize("name", ["opinions.jsonl", "entries.jsonl", "checkpoint", "vkeys"])
def test_a_file_that_somebody_changed_leaves_nothing_behind(tiers, tmp_path, sqlite_template, name):
    upper = tiers.asks(CITY)
    call = tiers.download(f"/solicitations/{upper}/call.zip")
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        _west, data = handed_up(there, call, "不少于二十日")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        inside = package.read(name)
    changed = inside.replace("二十".encode(), "三十".encode()) if name == "opinions.jsonl" else inside[:-4] + b"xxx\n"
    vkey = read_submission(data).vkey
    for file in (
        repacked(data, **{name.replace(".", "_"): changed}),
        forged(data, name, changed),
        call,
        b"PK\x03\x04x",
    ):
        answer = upload(tiers, upper, file, vkey=vkey, confirms="on")
        assert answer.status == 422, name
    assert arrived(tiers, upper) == []
    with tiers.database.read() as session:
        assert session.exec(select(ConfirmedKey)).all() == []


def test_what_stands_otherwise_in_the_text_here_is_placed_by_its_words_or_on_the_whole(tiers):
    upper = tiers.asks(CITY)
    west = tiers.takes(WEST, upper)
    tiers.handle(WEST, [tiers.give(west, "赵敏", "不少于二十日")])
    with tiers.database.read() as session:
        found = read_content(content_kept(session, tiers.submits(WEST, west)).encode())
    head = replace(found.head, origin="elsewhere/9/audit/1", text="0" * 64, opinions=2)
    moved = replace(found.lines[0], article="9", entry=1)
    lost = replace(found.lines[0], label="第九十条", entry=2)
    submitted = replace(found, head=head, lines=(moved, lost))

    def take(session, now, what):
        sha = content_of(what.head, what.lines, what.changes).hex()[:64]
        return receive(
            session, now, of=solicitation(session, upper), found=what, sha256=sha, actor=tiers.liaison(CITY)
        ).id

    tiers.change(lambda s, now: take(s, now, submitted))
    _own, first, second = arrived(tiers, upper)
    assert (first.article, first.quote, first.original) == ("4", "不少于十日", "不少于十日")
    assert (second.article, second.kind, second.note) == ("", "whole", "第九十条")
    with tiers.database.read() as session:
        assert session.get(ReceivedOpinion, second.id).words == "不少于十日"
    other = replace(submitted, head=replace(head, number=2, opinions=1), lines=(lost,))
    with pytest.raises(Refused, match="不是对这部草案"):
        tiers.change(lambda s, now: take(s, now, other))
    assert tiers.faults() == []


def test_a_place_is_taken_over_only_where_the_words_are_really_there(tiers):
    upper = tiers.asks(CITY)
    west = tiers.takes(WEST, upper)
    tiers.handle(WEST, [tiers.give(west, "赵敏", "不少于二十日")])
    with tiers.database.read() as session:
        [line] = read_content(content_kept(session, tiers.submits(WEST, west)).encode()).lines
    here = Article("4", "第四条", "加装电梯方案应当公示，公示期不少于十日。")
    known = {"4": here}, {"第四条": here}
    assert placed(line, True, *known).anchor.quote == "不少于十日"
    lies = replace(line, start=0, end=5)
    assert placed(lies, True, *known).anchor.start == line.start, "found again by its words"
    assert placed(replace(line, original="别的话", quote="别的话"), True, *known).anchor.article == ""


def test_the_log_above_says_where_each_came_from_and_nothing_of_what_it_says(tiers):
    upper = tiers.asks(CITY)
    west = tiers.takes(WEST, upper)
    tiers.handle(WEST, [tiers.give(west, "赵敏", "不少于二十日")])
    tiers.submits(WEST, west)
    body = bytes(tiers.entries(Act.OPINION_RECEIVED)[0].body).decode()
    data = json.loads(body)["data"]
    assert (data["number"], data["cosigners"]) == (1, 0) and data["from"].endswith("/audit/1") and data["entry"] > 0
    assert "二十日" not in body and "赵敏" not in body
    with tiers.database.read() as session:
        found = select(Entry).where(Entry.act == Act.SUBMISSION_RECEIVED)
        assert session.exec(found).one().community_id == tiers.ids[CITY]


def test_the_command_takes_in_a_file_and_says_whose_key_waits(tiers, tmp_path, sqlite_template, monkeypatch, capsys):
    upper = tiers.asks(CITY)
    call = tiers.download(f"/solicitations/{upper}/call.zip")
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        _west, data = handed_up(there, call, "不少于二十日")
    file = tmp_path / "submission.zip"
    file.write_bytes(data)
    monkeypatch.setenv("DELIBERATION_DATABASE_URL", tiers.url)
    monkeypatch.setenv("DELIBERATION_DATA", str(tiers.folder))
    vkey = read_submission(data).vkey
    arguments = ["opinions", "receive", str(file), "--solicitation", str(upper)]
    assert main(arguments) == 2 and vkey in capsys.readouterr().err
    assert main([*arguments, "--trust", vkey[:-1]]) == 2
    assert main([*arguments[:-1], "999", "--trust", vkey]) == 2
    assert arrived(tiers, upper) == []
    assert main([*arguments, "--trust", vkey]) == 0
    assert main(arguments) == 0
    assert len(arrived(tiers, upper)) == 1
    kept = [path for path in (tiers.folder / "files").glob("*/*") if path.is_file()]
    assert len(kept) == 1, "of what was refused or here before no file is left"


def test_the_desk_says_from_which_point_and_narrows_to_one(tiers):
    upper = tiers.asks(CITY)
    for place, by, words in ((WEST, "赵敏", "西门的话"), (EAST, "李强", "东湖的话")):
        point = tiers.takes(place, upper)
        tiers.handle(place, [tiers.give(point, by, words)])
        tiers.submits(place, point)
    site = tiers.site()
    with site.client:
        browser = tiers.browser(site, LIAISONS[CITY])
        page = browser.get(f"/solicitations/{upper}/desk")
        assert WEST in page.words and EAST in page.words and "西门的话" in page.words
        page = browser.get(f"/solicitations/{upper}/desk?source=1")
        assert "西门的话" in page.words and "东湖的话" not in page.words
        assert f"来自{WEST}第1号意见" in page.words
        one = arrived(tiers, upper)[0]
        assert "/audit/1#" in browser.get(f"/opinions/{one.id}").words
        assert WEST not in site.visitor().get(f"/opinions/{one.id}").words
        assert browser.get(f"/solicitations/{upper}/received").words.count("第1次") == 2
        assert tiers.browser(site, "赵敏").get(f"/solicitations/{upper}/received").status == 404
