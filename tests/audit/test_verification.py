"""``audit verify``: nothing to say about what is good, and the first fault named in whatever is not."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from deliberation.audit import note
from deliberation.audit.canonical import canonical, read_canonical
from deliberation.audit.keys import SigningKey
from deliberation.audit.log_check import MOST_FAULTS, Fault
from deliberation.audit.published import Published
from deliberation.audit.verification import Check, Trusted, verify_folder
from deliberation.vocabulary import _
from tests.audit.installations import NAME, Signed

ENTRIES = 700


@pytest.fixture
def signed(database_url, tmp_path) -> Signed:
    """A log of 701 entries signed at 300 and at 701, and five entries more that are not yet published."""
    made = Signed(database_url, tmp_path)
    made.act(299)
    made.signer.round()
    made.act(401)
    made.signer.round()
    made.act(5)
    yield made
    made.close()


def _first(signed: Signed, **trusted) -> tuple[str, int | None]:
    report = signed.verify(**trusted)
    assert not report.holds
    document = report.document()
    assert document["holds"] is False
    for fault in document["faults"]:
        assert re.search(r"[\u4e00-\u9fff]", fault["sentence"]["zh-Hans"])
        assert not re.search(r"[\u4e00-\u9fff]", fault["sentence"]["en"])
        assert "{" not in "".join(fault["sentence"].values())
    return report.faults[0].kind, report.faults[0].index


def test_what_is_good_holds(signed):
    report = signed.verify()
    assert report.faults == []
    document = report.document()
    assert document["schema"] == "deliberation/verify-1"
    assert document["holds"] is True
    assert [log["origin"] for log in document["logs"]] == [
        f"{NAME}/{signed.root}/audit/1",
        f"{NAME}/{signed.village}/audit/1",
    ]
    assert [(log["size"], log["published"]) for log in document["logs"]] == [(706, 701), (1, 1)]
    assert document["checked"] == {"entries": 707, "documents": 0, "tallies": 0, "openings": 705 * 2 + 1}
    assert document["faults"] == []


def test_before_anything_is_published_there_is_nothing_to_compare(database_url, tmp_path):
    made = Signed(database_url, tmp_path)
    assert made.verify().holds
    assert made.verify(trusted=Trusted(tmp_path / "nowhere")).holds
    made.close()


@pytest.mark.parametrize("index", [0, 17, 299, 300, 700])
def test_a_changed_entry_is_named(signed, index):
    said = read_canonical(signed.body(index))
    said["actor"] = "chair"
    signed.change(
        'UPDATE entry SET body = :body WHERE "index" = :index AND community_id = :log',
        body=canonical(said),
        index=index,
        log=signed.root,
    )
    report = signed.verify()
    assert [(fault.kind, fault.index) for fault in report.faults] == [("entry_hash", index)]
    assert report.document()["faults"][0]["sentence"]["en"] == f"Entry {index} is not the one whose hash was published"


def test_the_first_of_several_comes_first(signed):
    for index in (500, 17, 300):
        signed.change(
            'UPDATE entry SET body = :body WHERE "index" = :index AND community_id = :log',
            body=b"{}",
            index=index,
            log=signed.root,
        )
    signed.change('DELETE FROM entry WHERE "index" = 20 AND community_id = :log', log=signed.root)
    found = [(fault.kind, fault.index) for fault in signed.verify().faults]
    assert list(dict.fromkeys(index for _kind, index in found)) == [17, 20, 300, 500]
    assert found[0] == ("entry_hash", 17)


@pytest.mark.parametrize("index", [0, 17, 699, 705])
def test_a_deleted_entry_is_named(signed, index):
    signed.change('DELETE FROM entry WHERE "index" = :index AND community_id = :log', index=index, log=signed.root)
    report = signed.verify()
    assert [(fault.kind, fault.index) for fault in report.faults if fault.kind == "missing"] == [("missing", index)]
    assert report.faults[0].index == index


def test_an_entry_beyond_the_head_is_named(signed):
    signed.change("UPDATE log_head SET size = 703 WHERE community_id = :log", log=signed.root)
    assert _first(signed) == ("missing", 703)


def test_a_head_beyond_the_entries_is_named(signed):
    signed.change("UPDATE log_head SET size = 1000000000 WHERE community_id = :log", log=signed.root)
    report = signed.verify()
    assert (report.faults[0].kind, report.faults[0].index) == ("missing", 706)
    assert len(report.faults) == MOST_FAULTS


def test_a_database_put_back_is_seen(signed):
    signed.change('DELETE FROM opening WHERE "index" >= 650 AND community_id = :log', log=signed.root)
    signed.change('DELETE FROM entry WHERE "index" >= 650 AND community_id = :log', log=signed.root)
    signed.change("UPDATE log_head SET size = 650 WHERE community_id = :log", log=signed.root)
    assert _first(signed) == ("rewind", None)


def test_a_lost_log_is_seen(signed):
    for table in ("opening", "entry", "log_head"):
        signed.change(f"DELETE FROM {table} WHERE community_id = :log", log=signed.village)
    report = signed.verify()
    assert [(fault.kind, fault.subject) for fault in report.faults] == [("rewind", str(signed.village))]


def test_published_files_and_database_put_back_together_are_seen_by_the_stub(signed):
    copy = signed.folder / "older"
    shutil.copytree(signed.folder / "log", copy)
    signed.signer.round()
    shutil.rmtree(signed.folder / "log")
    shutil.copytree(copy, signed.folder / "log")
    signed.change('DELETE FROM opening WHERE "index" >= 701 AND community_id = :log', log=signed.root)
    signed.change('DELETE FROM entry WHERE "index" >= 701 AND community_id = :log', log=signed.root)
    signed.change("UPDATE log_head SET size = 701 WHERE community_id = :log", log=signed.root)
    assert _first(signed) == ("rewind", None)


def test_a_checkpoint_taken_away_is_seen(signed):
    shutil.rmtree(signed.folder / "log" / str(signed.root))
    assert _first(signed) == ("rewind", None)


def _republish(signed: Signed, change) -> None:
    """Sign a changed checkpoint with the installation's own key."""
    folder = signed.folder / "log" / str(signed.root)
    key = signed.signer._key
    text = change((folder / "checkpoint").read_text().split("\n\n")[0] + "\n")
    (folder / "checkpoint").write_text(note.sign(text, key.named(f"{NAME}/{signed.root}/audit/1"), key.sign))


def test_another_root_under_the_true_key_is_a_fork(signed):
    _republish(signed, lambda text: "\n".join([*text.split("\n")[:2], "A" * 43 + "=", ""]))
    assert _first(signed) == ("fork", None)


def test_a_larger_checkpoint_under_the_true_key_is_a_rewind(signed):
    _republish(signed, lambda text: text.replace("\n701\n", "\n900\n"))
    assert signed.verify().faults[-1].kind == "rewind"


@pytest.mark.parametrize("content", [b"", b"\xff\xff", b"x\n1\n\n"])
def test_a_checkpoint_that_is_none_is_a_false_signature(signed, content):
    (signed.folder / "log" / str(signed.root) / "checkpoint").write_bytes(content)
    assert _first(signed) == ("signature", None)


def test_a_checkpoint_signed_by_another_key_is_seen_where_the_true_key_is_known(signed):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    folder = signed.folder / "log" / str(signed.root)
    other = SigningKey(Ed25519PrivateKey.generate())
    text = (folder / "checkpoint").read_text().split("\n\n")[0] + "\n"
    named = other.named(f"{NAME}/{signed.root}/audit/1")
    (folder / "checkpoint").write_text(note.sign(text, named, other.sign))
    assert _first(signed, trusted=Trusted(signed.folder / "log")) == ("signature", None)
    (folder / "vkey").write_text(f"{named}\n")
    assert signed.verify(trusted=Trusted(signed.folder / "log")).holds
    assert _first(signed) == ("signature", None)


def test_swapped_communities_are_seen(signed):
    log = signed.folder / "log"
    shutil.copy(log / str(signed.village) / "checkpoint", log / str(signed.root) / "checkpoint")
    assert _first(signed) == ("signature", None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tile/0/000", ("entry_hash", 0)),
        ("tile/0/002.p/189", ("entry_hash", 512)),
        ("tile/entries/001", ("entry_hash", 256)),
        ("tile/1/000.p/2", ("fork", None)),
    ],
)
def test_a_damaged_published_file_is_seen(signed, name, expected):
    path = signed.folder / "log" / str(signed.root) / name
    data = bytearray(path.read_bytes())
    data[2] ^= 1
    path.write_bytes(data)
    assert _first(signed) == expected
    path.write_bytes(data[:-1])
    assert not signed.verify().holds
    path.unlink()
    report = signed.verify()
    assert [(fault.kind, fault.subject) for fault in report.faults] == [("missing", name)]


def test_a_changed_opening_is_named(signed):
    signed.change(
        "UPDATE opening SET value = '改过的意见' WHERE \"index\" = 40 AND field = 'text' AND community_id = :log",
        log=signed.root,
    )
    report = signed.verify()
    assert [(fault.kind, fault.index, fault.subject) for fault in report.faults] == [("entry_hash", 40, "turn/39")]


def test_an_opening_for_a_field_that_the_entry_does_not_have_is_named(signed):
    signed.change(
        "UPDATE opening SET field = 'phone' WHERE \"index\" = 40 AND field = 'text' AND community_id = :log",
        log=signed.root,
    )
    assert _first(signed) == ("entry_hash", 40)


def test_an_erased_opening_is_no_fault(signed):
    signed.change('DELETE FROM opening WHERE "index" = 40 AND community_id = :log', log=signed.root)
    assert signed.verify().holds


@pytest.mark.parametrize("column", ["act", "object"])
def test_columns_that_say_something_else_than_the_body_are_named(signed, column):
    signed.change(
        f"UPDATE entry SET {column} = 'poll.closed' WHERE \"index\" = 41 AND community_id = :log", log=signed.root
    )
    assert _first(signed) == ("entry_hash", 41)


@pytest.mark.parametrize("body", [b"no json", b'{"v": 1}', b"[]", b'{"v":1}', b'{"a":1.5}'])
def test_an_unpublished_entry_that_is_none_is_named(signed, body):
    signed.change(
        'UPDATE entry SET body = :body WHERE "index" = 704 AND community_id = :log', body=body, log=signed.root
    )
    assert _first(signed) == ("entry_hash", 704)


def test_what_slices_check_is_counted_and_told(signed):
    fault = Fault("tally", _("计票结果与选票不符"), {}, f"{NAME}/1/audit/1", 17, "poll/3")
    report = signed.verify(
        Check("tallies", lambda session: [None, fault, None]), Check("documents", lambda session: [None])
    )
    assert report.faults == [fault]
    assert (report.checked["tallies"], report.checked["documents"]) == (3, 1)
    assert report.document()["faults"][0] | {"sentence": 0} == {
        "origin": f"{NAME}/1/audit/1", "index": 17, "kind": "tally", "subject": "poll/3", "sentence": 0,
    }  # fmt: skip


def test_a_folder_of_tiles_is_checked_by_itself(signed, tmp_path):
    report = verify_folder(signed.folder / "log")
    assert report.faults == []
    assert [(log.size, log.published) for log in report.logs] == [(701, 701), (1, 1)]
    assert verify_folder(signed.folder / "log" / str(signed.root)).logs[0].size == 701
    with pytest.raises(FileNotFoundError):
        verify_folder(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["tile/0/001", "tile/entries/000", "tile/1/000.p/2", "checkpoint"])
def test_a_folder_of_tiles_with_anything_changed_does_not_hold(signed, name):
    path = Path(signed.folder / "log" / str(signed.root) / name)
    data = path.read_bytes()
    for changed in (data[:5] + bytes([data[5] ^ 1]) + data[6:], data[:-1], b""):
        path.write_bytes(changed)
        assert not verify_folder(path.parents[name.count("/")]).holds
    path.write_bytes(data)


def test_a_folder_whose_key_is_lost_or_false_does_not_hold(signed):
    folder = signed.folder / "log" / str(signed.root)
    (folder / "vkey").write_bytes(b"\xff")
    assert verify_folder(folder).faults[0].kind == "signature"
    (folder / "vkey").unlink()
    assert verify_folder(folder).faults[0].kind == "signature"


def test_a_checkpoint_that_promises_a_million_million_entries_is_answered_at_once(signed):
    _republish(signed, lambda text: text.replace("\n701\n", "\n1000000000000\n"))
    report = verify_folder(signed.folder / "log" / str(signed.root))
    assert not report.holds
    assert len(report.faults) <= MOST_FAULTS


def test_a_published_log_is_copied_as_it_was(signed, tmp_path):
    published = Published(signed.folder / "log" / str(signed.root))
    text = published.note()
    signed.act(200)
    signed.signer.round()
    published.copy_to(tmp_path / "copy", 701, text)
    assert verify_folder(tmp_path / "copy").logs[0].size == 701
    assert verify_folder(tmp_path / "copy").holds
