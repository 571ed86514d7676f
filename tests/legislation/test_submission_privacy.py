"""What a submission holds of people goes where it must and nowhere else."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from deliberation.__main__ import main
from deliberation.audit.canonical import canonical, read_canonical
from deliberation.audit.plain import SENTENCES
from deliberation.legislation.export_files import Written
from deliberation.legislation.exporting import record_export
from deliberation.legislation.opining import keep_back
from deliberation.legislation.opinion_models import opinion
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.submission_models import content_kept
from deliberation.legislation.submission_rules import content_of, read_content
from deliberation.legislation.tier_lines import Unreadable
from deliberation.vocabulary import Act
from tests.legislation.tiers import CITY, EAST, WEST, Tiers


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


@pytest.fixture
def point(tiers: Tiers) -> int:
    return tiers.takes(WEST, tiers.asks(CITY))


def test_a_submission_has_no_public_edition(tiers, point, tmp_path, monkeypatch, capsys):
    said = {"naming": "named", "name": "赵敏", "contact": "13900001111", "forwards": True, "publishes": False}
    tiers.handle(WEST, [tiers.give(point, "赵敏", "二十日", **said)])
    made = tiers.submits(WEST, point)
    tiers.publish()
    monkeypatch.setenv("DELIBERATION_DATABASE_URL", tiers.url)
    monkeypatch.setenv("DELIBERATION_DATA", str(tiers.folder))
    file = tmp_path / "submission.zip"
    command = ["audit", "export", "--subject", f"submission/{made}", "-o", str(file)]
    assert main(command) == 2 and "no public edition" in capsys.readouterr().err
    assert main([*command, "--edition", "public"]) == 2
    assert not file.exists()
    assert main([*command, "--edition", "full"]) == 0
    with zipfile.ZipFile(file) as package:
        assert "13900001111" in package.read("opinions.jsonl").decode()


def test_a_name_that_nobody_may_read_stays_unless_its_author_agreed_to_its_going_up(tiers, point):
    named = {"naming": "named", "name": "赵敏", "names": True}
    ids = [
        tiers.give(point, "赵敏", "一", **named),
        tiers.give(point, "赵敏", "二", **named, publishes=False),
        tiers.give(point, "赵敏", "三", **named),
        tiers.give(point, "赵敏", "四", naming="pseudonymous", name="路人甲"),
        tiers.give(point, "赵敏", "五", **named, publishes=False, forwards=True, contact="13900001111"),
    ]

    def keep(session, now):
        for id in ids[2:4]:
            keep_back(session, now, one=opinion(session, id), reason="有电话号码", actor=tiers.liaison(WEST))

    tiers.change(keep)
    tiers.handle(WEST, ids)
    made = tiers.submits(WEST, point)
    with tiers.database.read() as session:
        lines = read_content(content_kept(session, made).encode()).lines
    assert [(line.name, line.contact) for line in lines] == [
        ("赵敏", ""), ("", ""), ("", ""), ("", ""), ("赵敏", "13900001111"),
    ]  # fmt: skip


def test_the_public_digest_of_a_submission_is_no_test_of_a_guess(tiers, point):
    said = {"naming": "named", "name": "赵敏", "contact": "13900001111", "forwards": True, "publishes": False}
    tiers.handle(WEST, [tiers.give(point, "赵敏", "二十日", **said)])
    made = tiers.submits(WEST, point)
    with tiers.database.read() as session:
        found = read_content(content_kept(session, made).encode())
    digests = {
        json.loads(bytes(entry.body))["data"]["content"]
        for act in (Act.SUBMISSION_MADE, Act.SUBMISSION_RECEIVED)
        for entry in tiers.entries(act)
    }
    assert digests == {sha256(content_of(found.head, found.lines, found.changes)).hexdigest()}
    assert len(bytes.fromhex(found.head.nonce)) == 32
    other = tiers.takes(EAST, tiers.asks(CITY))
    tiers.handle(EAST, [tiers.give(other, "李强", "二十日")])
    with tiers.database.read() as session:
        again = read_content(content_kept(session, tiers.submits(EAST, other)).encode())
    assert again.head.nonce != found.head.nonce


@pytest.mark.parametrize("nonce", ["0" * 63, "0" * 65, "A" * 64, "g" * 64, 7, None])
def test_a_nonce_has_one_spelling_and_older_content_none(tiers, point, nonce):
    tiers.handle(WEST, [tiers.give(point, "赵敏", "二十日")])
    made = tiers.submits(WEST, point)
    with tiers.database.read() as session:
        head, *lines = content_kept(session, made).encode().split(b"\n")
    said = read_canonical(head)
    older = {name: value for name, value in said.items() if name != "nonce"}
    assert read_content(b"\n".join([canonical(older), *lines])).head.nonce == ""
    with pytest.raises(Unreadable):
        read_content(b"\n".join([canonical(said | {"nonce": nonce}), *lines]))


def test_the_digest_of_a_table_with_names_is_committed_to_and_that_of_the_public_one_is_said(tiers, point):
    def do(session, now):
        of = solicitation(session, point)
        for edition in ("public", "full"):
            record_export(session, of, (edition, "csv", Written(1, 10, "f" * 64)), actor=tiers.liaison(WEST))

    tiers.change(do)
    public, full = (json.loads(bytes(entry.body))["data"] for entry in tiers.entries(Act.OPINIONS_EXPORTED))
    assert public["sha256"] == "f" * 64 and "sha256" not in public.get("commit", {})
    assert "sha256" not in full and "f" * 64 not in json.dumps(full) and {"sha256", "bytes"} <= set(full["commit"])
    assert public["bytes"] == 10 and "bytes" not in full
    sentence = SENTENCES[Act.OPINIONS_EXPORTED]
    assert "公开版的文件摘要写在这条存证里" in sentence and "完整版的只有承诺" in sentence, "true of both"
