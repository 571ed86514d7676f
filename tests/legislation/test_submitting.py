"""A point hands up what its desk took up: what goes, what stays, whose name goes with it, and that the bundle proves itself."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from deliberation.audit.bundle_check import NoBundle, verify_bundle
from deliberation.checking import all_bundle_checks
from deliberation.legislation.consenting import take_back_consent
from deliberation.legislation.desk_models import Cluster
from deliberation.legislation.opining import change_opinion, cosign_opinion, withdraw_opinion
from deliberation.legislation.opinion_models import opinion
from deliberation.legislation.opinion_rules import Said
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.submission_models import content_kept, submissions_of
from deliberation.legislation.submission_rules import content_of, read_content
from deliberation.legislation.submitting import submit_opinions
from deliberation.legislation.tier_lines import Unreadable
from deliberation.refusal import Refused
from deliberation.vocabulary import Act
from tests.legislation.tiers import ASKED, CITY, EAST, LIAISONS, WEST, Tiers, elsewhere, forged, repacked

TOOL = Path(__file__).parents[2] / "tools" / "verify.py"


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


@pytest.fixture
def point(tiers: Tiers) -> int:
    return tiers.takes(WEST, tiers.asks(CITY))


def sent(tiers: Tiers, id: int):
    with tiers.database.read() as session:
        return read_content(content_kept(session, id).encode())


def test_what_was_taken_up_goes_with_what_was_merged_into_it_and_the_rest_is_counted(tiers, point):
    lead, same, other, left, kept = (
        tiers.give(point, by, words)
        for by, words in (("赵敏", "不少于二十日"), ("刘洋", "不少于二十日。"), ("黄丽", "十五日"), ("刘洋", "一年"), ("黄丽", "三年"))
    )  # fmt: skip
    tiers.merge(WEST, [lead, same])
    tiers.merge(WEST, [left, kept])
    tiers.handle(WEST, [lead, other], reason="写进汇总表")
    tiers.handle(WEST, [left], "not_sent", "太久")
    made = tiers.submits(WEST, point)
    found = sent(tiers, made)
    assert [line.proposal for line in found.lines] == ["不少于二十日", "不少于二十日。", "十五日"]
    assert [line.lead for line in found.lines] == [None, found.lines[0].entry, None]
    assert {line.handling for line in found.lines} == {"写进汇总表"}
    assert (found.head.opinions, found.head.people, found.head.left_out) == (3, 3, 2)
    assert (found.head.body, found.head.to.split("/")[0]) == (WEST, "deliberation-yunling")
    entry = json.loads(bytes(tiers.entries(Act.SUBMISSION_MADE)[0].body))
    assert entry["data"]["opinions"] == 3 and "commit" in entry["data"]
    assert tiers.faults() == []


def test_what_waits_for_the_desk_goes_later_and_everything_goes_once(tiers, point):
    first, second = tiers.give(point, "赵敏", "二十日"), tiers.give(point, "刘洋", "三十日")
    tiers.handle(WEST, [first])
    with pytest.raises(Refused, match="没有处理"):
        tiers.submits(WEST, point)
    made = tiers.submits(WEST, point, leaves=True)
    assert [line.proposal for line in sent(tiers, made).lines] == ["二十日"]
    with pytest.raises(Refused, match="没有新的意见"):
        tiers.submits(WEST, point, leaves=True)
    tiers.handle(WEST, [second])
    again = tiers.submits(WEST, point)
    assert [line.proposal for line in sent(tiers, again).lines] == ["三十日"] and sent(tiers, again).head.number == 2
    with tiers.database.read() as session:
        assert [each.opinions for each in submissions_of(session, point)] == [1, 1]


def test_names_and_contacts_go_only_where_they_are_asked_for_and_agreed(tiers):
    asked = tiers.takes(WEST, tiers.asks(CITY))
    unasked = tiers.takes(EAST, tiers.asks(CITY, replace(ASKED, asks_contacts=False)))
    said = {"naming": "named", "name": "赵敏", "contact": "13900001111"}
    for id, by, where in ((asked, "赵敏", WEST), (unasked, "李强", EAST)):
        ids = [
            tiers.give(id, by, "一", **said),
            tiers.give(id, by, "二", **said, forwards=True),
            tiers.give(id, by, "三", **said, names=True),
            tiers.give(id, by, "四", naming="pseudonymous", name="路人甲", contact="13900001111"),
            tiers.give(id, by, "五", naming="pseudonymous", name="路人乙", publishes=False),
            tiers.give(id, by, "六", contact="13900001111", forwards=True),
        ]
        tiers.handle(where, ids)
    lines = sent(tiers, tiers.submits(WEST, asked)).lines
    assert [(line.name, line.contact) for line in lines] == [
        ("", ""), ("赵敏", "13900001111"), ("赵敏", ""), ("路人甲", ""), ("", ""), ("", "13900001111"),
    ]  # fmt: skip
    lines = sent(tiers, tiers.submits(EAST, unasked)).lines
    assert [(line.name, line.contact) for line in lines] == [("", ""), ("", ""), ("赵敏", ""), ("路人甲", ""), ("", ""), ("", "")]  # fmt: skip
    assert [line.is_public for line in lines] == [True, True, True, True, False, True]


def test_a_point_that_asks_for_contacts_where_the_letter_above_does_not_sends_none(tiers):
    point = tiers.takes(WEST, tiers.asks(CITY, replace(ASKED, asks_contacts=False)))
    id = tiers.give(point, "赵敏", "一", naming="named", name="赵敏", contact="13900001111", forwards=True)

    def ask(session, now):
        one = solicitation(session, point)
        one.asks_contacts = True
        session.add(one)

    tiers.change(ask)
    tiers.handle(WEST, [id])
    assert [(line.name, line.contact) for line in sent(tiers, tiers.submits(WEST, point)).lines] == [("", "")]


def test_what_is_withdrawn_or_no_longer_agreed_to_goes_up_with_the_next(tiers, tmp_path, sqlite_template):
    with elsewhere(sqlite_template, tmp_path / "above") as above:
        call = above.download(f"/solicitations/{above.asks(CITY)}/call.zip")
    point = tiers.takes_file(WEST, call)
    gone, hidden, changed, stays = (
        tiers.give(point, by, words, naming="named", name=by, names=True)
        for by, words in (("赵敏", "一"), ("刘洋", "二"), ("黄丽", "三"), ("赵敏", "四"))
    )
    tiers.handle(WEST, [gone, hidden, changed, stays])
    tiers.submits(WEST, point)
    who = {name: tiers.who[name] for name in ("赵敏", "刘洋", "黄丽")}

    def do(session, now):
        from deliberation.audit.actions import Actor

        one = opinion(session, gone)
        withdraw_opinion(session, now, one=one, is_author=True, actor=Actor("resident", who["赵敏"]))
        one = opinion(session, hidden)
        take_back_consent(session, now, one=one, is_author=True, words_too=True, actor=Actor("resident", who["刘洋"]))
        one, said = opinion(session, changed), Said("edit", "三改", "")
        change_opinion(session, now, one=one, said=said, is_author=True, actor=Actor("resident", who["黄丽"]))

    tiers.now += timedelta(hours=1)
    tiers.change(do)
    entries = {}
    with tiers.database.read() as session:
        entries = {id: opinion(session, id).entry for id in (gone, hidden, changed)}
    with pytest.raises(Refused, match="没有处理"):
        tiers.submits(WEST, point)
    tiers.handle(WEST, [changed])
    found = sent(tiers, tiers.submits(WEST, point))
    assert [(line.entry, line.proposal) for line in found.lines] == [(entries[changed], "三改")], "the new words go up"
    assert [(one.entry, one.change) for one in found.changes] == [
        (entries[gone], "withdrawn"), (entries[hidden], "hidden"), (entries[hidden], "unnamed"),
    ]  # fmt: skip
    with pytest.raises(Refused, match="没有新的意见"):
        tiers.submits(WEST, point)


def test_those_who_signed_with_an_author_are_counted(tiers, point):
    id = tiers.give(point, "赵敏", "二十日")

    def sign(session, now):
        from deliberation.audit.actions import Actor

        for name in ("刘洋", "黄丽"):
            cosign_opinion(session, now, one=opinion(session, id), actor=Actor("resident", tiers.who[name]))

    tiers.change(sign)
    tiers.handle(WEST, [id])
    found = sent(tiers, tiers.submits(WEST, point))
    assert (found.head.opinions, found.head.people, found.lines[0].cosigners) == (1, 3, 2)


def test_only_the_points_own_liaison_hands_up_and_only_what_was_taken_on(tiers, point):
    own = tiers.asks(EAST)
    id = tiers.give(own, "李强", "二十日")
    tiers.handle(EAST, [id])
    with pytest.raises(Refused, match="不是承接上级的"):
        tiers.submits(EAST, own)
    with pytest.raises(Refused, match="立法联系点的"):
        tiers.change(
            lambda s, now: submit_opinions(s, now, of=solicitation(s, point), leaves=True, actor=tiers.liaison(EAST))
        )


def checked(tmp_path: Path, data: bytes):
    path = tmp_path / "submission.zip"
    path.write_bytes(data)
    return verify_bundle(path, all_bundle_checks())


def test_the_bundle_proves_itself_and_is_for_the_liaison_alone(tiers, point, tmp_path):
    tiers.handle(WEST, [tiers.give(point, "赵敏", "二十日")])
    made = tiers.submits(WEST, point)
    data = tiers.download(f"/submissions/{made}/bundle.zip", by=LIAISONS[WEST])
    report = checked(tmp_path, data)
    assert report.holds and report.checked["submissions"] == 2
    second = subprocess.run([sys.executable, "-I", TOOL, tmp_path / "submission.zip", "--json"], capture_output=True)
    assert second.returncode == 0, second.stdout
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.read("openings.jsonl") == b"", "who did it is opened to nobody"
    site = tiers.site()
    with site.client:
        for name in ("", "赵敏", LIAISONS[EAST]):
            browser = tiers.browser(site, name) if name else site.visitor()
            assert browser.get(f"/submissions/{made}/bundle.zip").status in (303, 404), name


@pytest.mark.parametrize("name", ["opinions.jsonl", "entries.jsonl", "checkpoint", "vkeys", "manifest.json"])
def test_a_bundle_that_somebody_changed_does_not_hold(tiers, point, tmp_path, name):
    tiers.handle(WEST, [tiers.give(point, "赵敏", "二十日")])
    data = tiers.download(f"/submissions/{tiers.submits(WEST, point)}/bundle.zip", by=LIAISONS[WEST])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        inside = package.read(name)
    for changed in (inside[:-3] + b"xx\n", b"", inside.replace("二十日".encode(), "三十日".encode()) + b"\n"):
        changes = [repacked(data, **{name.replace(".", "_"): changed})]
        changes += [forged(data, name, changed)] if name != "manifest.json" else []
        for made in changes:
            with contextlib.suppress(NoBundle):
                assert not checked(tmp_path, made).holds or changed.strip() == inside.strip(), (name, changed[:40])


def test_what_was_kept_of_a_submission_is_checked_with_the_installation(tiers, point):
    tiers.handle(WEST, [tiers.give(point, "赵敏", "二十日")])
    made = tiers.submits(WEST, point)
    assert tiers.faults() == []
    with tiers.database.writers.begin() as connection:
        connection.execute(text("UPDATE submission_text SET content = replace(content, '二十日', '九十日')"))
    assert [subject for subject, _words in tiers.faults()] == [f"submission/{made}"]


def test_the_content_is_read_strictly(tiers, point):
    tiers.handle(WEST, [tiers.give(point, "赵敏", "二十日")])
    with tiers.database.read() as session:
        content = content_kept(session, tiers.submits(WEST, point))
    found = read_content(content.encode())
    assert content_of(found.head, found.lines, found.changes) == content.encode()
    head, line = content.splitlines()
    for wrong in (
        "", "{}\n", head, head + "\n", head + "\n" + line, head + "\n" + line + "\n" + line + "\n",
        content.replace('"kind":"edit"', '"kind":"so"'), content.replace('"cosigners":0', '"cosigners":-1'),
        content.replace('"said_on":"2026', '"said_on":"x026'), content.replace('"publishes":true', '"publishes":false'),
        content.replace('"naming":"anonymous"', '"naming":7'), content.replace("二十日", "\\u0000"),
        content.replace("二十日", "\\ud800"), content.replace(',"reason"', ', "reason"'),
        content.replace('"province":""', '"province":"' + "长" * 41 + '"'), content.replace('"lead":null', '"lead":true'),
    ):  # fmt: skip
        with pytest.raises(Unreadable):
            read_content(wrong.encode())


def test_the_page_says_what_goes_what_waits_and_what_went(tiers, point):
    first = tiers.give(point, "赵敏", "二十日")
    tiers.give(point, "刘洋", "三十日")
    tiers.handle(WEST, [first])
    site = tiers.site()
    with site.client:
        browser, address = tiers.browser(site, LIAISONS[WEST]), f"/solicitations/{point}/submissions"
        page = browser.get(address)
        assert "上报给云溪市" in page.words and "还剩17天" in page.words and "第2号" in page.words
        refused = browser.post(address)
        assert refused.status == 422 and refused.words.count("请先在整理台处理") == 2, "above the form and at its field"
        assert browser.post(address, leaves="on").status == 303
        page = browser.get(address)
        assert "第1次" in page.words and "1人次" in page.words and "没有新的意见" in page.words
        assert tiers.browser(site, "赵敏").get(address).status == 404
        assert f"/solicitations/{point}/submissions" in browser.get(f"/solicitations/{point}/keeping").text
        with tiers.database.read() as session:
            assert session.get(Cluster, 1) is None
