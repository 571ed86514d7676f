"""Notes, checkpoints, keys and proofs as text: what is taken, and every trick that is refused."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from deliberation.audit import note
from deliberation.audit.keys import verify
from deliberation.audit.note import BadNote, Checkpoint, Key

ORIGIN = "deliberation-0123456789abcdef/7/audit/1"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = Key(ORIGIN, PRIVATE.public_key().public_bytes_raw())
HEAD = Checkpoint(ORIGIN, 20_852_163, bytes(range(32)))
NOTE = note.sign(HEAD.text, KEY, PRIVATE.sign)


def _signed(text: str, key: Key = KEY, private: Ed25519PrivateKey = PRIVATE) -> str:
    return note.sign(text, key, private.sign)


def test_a_checkpoint_reads_back():
    assert note.open_checkpoint(NOTE, KEY, verify) == HEAD
    assert NOTE.count("\n") == 5
    assert NOTE.startswith(f"{ORIGIN}\n20852163\nAAECAwQF")


def test_the_example_of_the_text_is_read():
    """The checkpoint printed in C2SP tlog-checkpoint (its key is not published, so it is only taken apart)."""
    printed = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
        "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    )
    with pytest.raises(BadNote, match="not signed by a known key"):
        note.open_note(printed, [KEY], verify)
    head = note.parse_checkpoint(printed.split("\n\n")[0] + "\n")
    assert (head.origin, head.size, len(head.root)) == ("example.com/behind-the-sofa", 20_852_163, 32)


def test_the_key_of_the_go_checksum_database():
    """A vkey that Go ships: its id must come out of name, type and key as the text says."""
    key = note.parse_key("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
    assert key.name == "sum.golang.org"
    assert str(key) == "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+00000000+AAAA",
        str(KEY).replace(ORIGIN, "other"),
        str(KEY)[:-4],
        str(KEY).replace("+AQ", "+Ag"),
        str(KEY) + "=",
        " +00000000+" + base64.b64encode(b"\x01" + bytes(32)).decode(),
        "a+" + Key("a", bytes(32)).id.hex() + "+" + base64.b64encode(b"\x02" + bytes(32)).decode(),
    ],
)
def test_false_keys_are_refused(vkey):
    with pytest.raises(BadNote):
        note.parse_key(vkey)


def _other_key_same_name() -> str:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    return _signed(HEAD.text, Key(ORIGIN, private.public_key().public_bytes_raw()), private)


def _seventeen() -> str:
    others = [f"— other/{number} {base64.b64encode(bytes(68)).decode()}\n" for number in range(16)]
    return NOTE + "".join(others)


LINES = NOTE.split("\n")
TRICKS = {
    "size edited": NOTE.replace("20852163", "20852164"),
    "root edited": NOTE.replace("AAEC", "AAED"),
    "another key under the same name": _other_key_same_name(),
    "the true key under another origin": _signed(HEAD._replace(origin="deliberation-x/8/audit/1").text),
    "carriage returns": NOTE.replace("\n", "\r\n"),
    "an extension line, signed": _signed(HEAD.text + "extension\n"),
    "a second blank line": NOTE.replace("\n\n", "\n\n\n"),
    "leading zero, signed": _signed(HEAD.text.replace("20852163", "020852163")),
    "negative size, signed": _signed(HEAD.text.replace("20852163", "-1")),
    "size in other digits, signed": _signed(HEAD.text.replace("20852163", "٢")),
    "short root, signed": _signed(HEAD._replace(root=bytes(31)).text),
    "root with stray bits, signed": _signed(HEAD.text.replace("Hh8=", "Hh9=")),
    "root without padding, signed": _signed(HEAD.text.replace("Hh8=", "Hh8")),
    "empty origin, signed": _signed(HEAD._replace(origin="").text),
    "two lines, signed": _signed("\n".join(LINES[:2]) + "\n"),
    "17 signatures": _seventeen(),
    "no signature": HEAD.text + "\n",
    "no blank line": NOTE.replace("\n\n", "\n"),
    "no last newline": NOTE[:-1],
    "trailing text": NOTE + "more\n",
    "trailing blank line": NOTE + "\n",
    "hyphen for the dash": NOTE.replace("—", "-"),
    "two spaces": NOTE.replace("— ", "—  "),
    "signature cut": f"{HEAD.text}\n— {ORIGIN} {base64.b64encode(KEY.id).decode()}\n",
    "signature of 63 bytes": f"{HEAD.text}\n— {ORIGIN} {base64.b64encode(KEY.id + bytes(63)).decode()}\n",
    "NUL": NOTE.replace("20852163", "20852163\x00"),
    "false signature beside the true one": NOTE + f"— {ORIGIN} " + base64.b64encode(KEY.id + bytes(64)).decode() + "\n",
    "nothing": "",
}


@pytest.mark.parametrize("trick", TRICKS)
def test_every_trick_is_refused(trick):
    with pytest.raises(BadNote):
        note.open_checkpoint(TRICKS[trick], KEY, verify)


@pytest.mark.parametrize("place", range(len(NOTE)))
def test_no_single_character_can_change(place):
    changed = NOTE[:place] + chr(ord(NOTE[place]) ^ 1) + NOTE[place + 1 :]
    with pytest.raises(BadNote):
        note.open_checkpoint(changed, KEY, verify)


def test_fifteen_signatures_of_strangers_do_not_matter():
    others = [f"— other/{number} {base64.b64encode(bytes(68)).decode()}\n" for number in range(15)]
    assert note.open_checkpoint(NOTE + "".join(others), KEY, verify) == HEAD


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\u200bb", "a\nb"])
def test_names_without_spaces_and_plus(name):
    with pytest.raises(BadNote):
        note.sign(HEAD.text, Key(name, KEY.public), PRIVATE.sign)


@given(st.integers(0, 2**62), st.lists(st.binary(min_size=32, max_size=32), max_size=63))
def test_proofs_read_back(index, proof):
    assert note.parse_proof(note.format_proof(index, proof, NOTE)) == (index, proof, NOTE)


PROOF = note.format_proof(3, [bytes(32)], NOTE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        NOTE,
        PROOF.replace("@v1", "@v2"),
        PROOF.replace("index 3", "index 03"),
        PROOF.replace("index 3", "3"),
        PROOF.replace("AAAA=", "AAA="),
        PROOF.replace("A" * 43 + "=", "AAAA"),
        "c2sp.org/tlog-proof@v1\n\n" + NOTE,
    ],
)
def test_false_proofs_are_refused(text):
    with pytest.raises(BadNote):
        note.parse_proof(text)
