"""The log as people read it, and its files as machines read them."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import update

from deliberation.act_names import ACT_NAMES
from deliberation.audit.actions import Actor, record
from deliberation.audit.commitment import commit
from deliberation.audit.keys import verify
from deliberation.audit.models import Entry, entry, log_size
from deliberation.audit.note import open_checkpoint, parse_key
from deliberation.audit.plain import GROUPS, PLAIN, SENTENCES, tell
from deliberation.audit.tiles import unbundle
from deliberation.vocabulary import Act
from tests.audit.damage import DAMAGE, unlock
from tests.pages import open_site
from tests.people import build_places


@pytest.fixture
def site(database_url: str, tmp_path: Path):
    with open_site(database_url, tmp_path, signer="inside") as site:
        yield site


@pytest.fixture
def places(site):
    places = build_places(site.house.database)
    site.house.signer.round()
    return places


def body(act: str, role: str = "officer", **data) -> bytes:
    said = {"v": 1, "type": act, "at": "2026-11-21T20:00:00Z", "object": "matter/7", "actor": role, "data": data}
    return json.dumps(said).encode()


@pytest.mark.parametrize("act", list(Act))
def test_every_act_is_told_in_a_sentence(act):
    told = tell(body(act), "matter/7")
    assert told.sentence == PLAIN or told.sentence in SENTENCES.values()
    assert set(re.findall(r"\{(\w+)\}", told.sentence)) <= set(told.facts)
    assert (told.way, told.url) == ("看这个议题", "/matters/7")


def test_an_act_of_a_later_version_is_told_by_its_own_words():
    told = tell(body("moon.landed", role="astronaut"), "moon/1")
    assert told.facts["act"] == "moon.landed" and told.facts["actor"] == "astronaut"


def test_a_sentence_whose_facts_are_missing_falls_back_to_the_name_of_the_act():
    assert tell(body(Act.COMMUNITY_FOUNDED), "").sentence == PLAIN
    assert tell(body(Act.COMMUNITY_FOUNDED, name="x"), "").sentence != PLAIN


def test_every_act_belongs_to_one_group_of_the_filter():
    beginnings = [start for _name, starts in GROUPS.values() for start in starts]
    for act in ACT_NAMES:
        assert sum(act.startswith(start) for start in beginnings) == 1, act


def test_anybody_reads_the_log_in_sentences(site, places):
    words = site.visitor().get(f"/log?community={places.village.id}").words
    assert "任命了一名" in words and "共" in words and "检查点" in words
    assert "青溪村" in site.visitor().get("/log").words


def test_no_personal_value_is_in_the_log_or_on_its_pages(site, places):
    visitor, village = site.visitor(), places.village
    with site.house.database.read() as session:
        size = log_size(session, village.id)
    pages = [
        visitor.get(f"/log?community={village.id}"),
        visitor.get(f"/log?community={village.id}&before={size - 50}"),
    ]
    pages += [visitor.get(f"/log/{village.id}/entries/{index}") for index in range(0, size, 5)]
    for page in pages:
        assert page.status == 200
        assert "赵敏" not in page.text and "13800000" not in page.text and "1960-" not in page.text


def test_the_pager_reaches_the_first_entry(site, places):
    visitor, seen, path = site.visitor(), set(), f"/log?community={places.village.id}"
    while path:
        page = visitor.get(path)
        seen |= {int(index) for index in re.findall(r"/entries/(\d+)", page.text)}
        older = page.links(r"/log\?.*before=.*")
        path = older[0] if older else ""
    with site.house.database.read() as session:
        assert seen == set(range(log_size(session, places.village.id)))


def test_the_filter_shows_only_what_was_asked(site, places):
    words = site.visitor().get(f"/log?community={places.village.id}&only=site").words
    assert "设立“青溪村”" in words and "登记了一个人" not in words
    assert site.visitor().get(f"/log?community={places.village.id}&only=polls").words.count("没有这样的记录") == 1


@pytest.mark.parametrize("query", ["community=x", "community=99999", "community=-1"])
def test_a_log_that_is_not_there_is_not_found(site, places, query):
    assert site.visitor().get(f"/log?{query}").status == 404


def test_an_entry_is_shown_exactly_with_its_leaf_hash(site, places):
    page = site.visitor().get(f"/log/{places.village.id}/entries/0")
    with site.house.database.read() as session:
        stored = bytes(entry(session, places.village.id, 0).body)
    assert stored.decode().replace('"', "&#34;") in page.text
    leaf = hashlib.sha256(b"\x00" + stored)
    assert leaf.hexdigest() in page.text and base64.b64encode(leaf.digest()).decode() in page.text
    assert "已签名公布" in page.words


def test_only_the_person_is_shown_what_opens_their_values(site, places):
    village = places.village

    def say(session, _now):
        actor = Actor("resident", village["赵敏"])
        record(session, Act.OBJECTION_RAISED, village.id, "objection/1", actor=actor, secrets={"body": "路太窄"})

    site.house.database.change(say)
    with site.house.database.read() as session:
        index = log_size(session, village.id) - 1
    path = f"/log/{village.id}/entries/{index}"
    own = site.browser(village["赵敏"]).get(path)
    assert "路太窄" in own.words
    salt = re.search(r"路太窄<br><span class=\"hash\">([0-9a-f]{64})", own.text)[1]
    assert commit("body", bytes.fromhex(salt), "路太窄") in own.text
    for browser in (site.visitor(), site.browser(village["李强"]), site.browser(village["何敏"])):
        page = browser.get(path)
        assert page.status == 200 and "路太窄" not in page.text and salt not in page.text


def test_checkpoint_key_and_entries_are_public_and_agree(site, places):
    visitor, id = site.visitor(), places.village.id
    note, key = visitor.get(f"/log/{id}/checkpoint"), visitor.get(f"/log/{id}/vkey")
    assert note.headers["content-type"].startswith("text/plain") and note.headers["cache-control"] == "no-cache"
    checkpoint = open_checkpoint(note.text, parse_key(key.text), verify)
    bundle = visitor.get(f"/log/{id}/tile/entries/000.p/{checkpoint.size}")
    assert bundle.headers["content-type"] == "application/octet-stream"
    assert "immutable" in bundle.headers["cache-control"]
    entries = unbundle(bundle.content)
    assert len(entries) == checkpoint.size
    tile = visitor.get(f"/log/{id}/tile/0/000.p/{checkpoint.size}")
    assert tile.content[:32] == hashlib.sha256(b"\x00" + entries[0]).digest()
    assert "set-cookie" not in tile.headers and "set-cookie" not in note.headers


ASTRAY = [
    "tile/%2e%2e/%2e%2e/signer/key", "tile/..%2f..%2fsigner%2fkey", "tile/..%2fcheckpoint", "tile/0/000/", "tile/0/0",
    "tile/0/x000/000", "tile/00/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/-1/000", "tile/entries/000%00",
    "tile//0/000", "tile/0/000.p/1\\..", "tile/99/000", "tile/", "tile/%2fetc%2fpasswd", "state.json", "key",
]  # fmt: skip


def test_no_path_leads_out_of_the_published_folder(site, places):
    visitor = site.visitor()
    for path in ASTRAY:
        page = visitor.get(f"/log/{places.village.id}/{path}")
        assert page.status == 404 and "PRIVATE KEY" not in page.text, path


def test_a_folder_is_named_by_a_number(site, places):
    visitor = site.visitor()
    for id in ("x", "%2e%2e", "..%2fsigner", "00000000001", "99999", "-1", "1%00"):
        assert visitor.get(f"/log/{id}/checkpoint").status == 404, id


def test_the_page_on_checking_shows_key_checkpoint_and_commands(site, places):
    page = site.visitor().get("/verify")
    key = site.visitor().get(f"/log/{places.village.id}/vkey").text.strip()
    assert key in page.words
    assert "deliberation audit verify" in page.words and f"/log/{places.village.id}/checkpoint" in page.text


def test_the_state_page_says_who_can_read_the_key(site, places):
    assert "可以由运行本站的账户读取" in site.visitor().get("/status").words


def test_health_is_the_truth_about_reading_and_writing(site):
    page = site.visitor().get("/healthz")
    assert (page.status, page.text) == (200, "ok\n")
    site.house.database.writer.close()
    assert site.visitor().get("/healthz").status == 503


def test_metrics_are_for_who_has_the_token(database_url, tmp_path):
    with open_site(database_url, tmp_path, metrics_token="a-long-token") as site:
        places = build_places(site.house.database)
        browser = site.visitor()
        assert browser.get("/metrics").status == 404
        assert browser.get("/metrics", authorization="Bearer wrong").status == 404
        page = browser.get("/metrics", authorization="Bearer a-long-token")
        assert page.status == 200 and f'deliberation_log_size{{community="{places.village.id}"}}' in page.text


def test_without_a_token_in_the_settings_there_are_no_metrics(site):
    assert site.visitor().get("/metrics", authorization="Bearer ").status == 404


def test_a_damaged_entry_is_called_so_and_its_pages_stay(site, places):
    database, village = site.house.database, places.village
    with database.read() as session:
        whole = bytes(entry(session, village.id, 0).body)
    bodies = [
        *(damage(whole) for damage in DAMAGE.values()),
        b"\xff\xfe",
        whole.replace(b'"actor":"', b'"actor":["', 1),
    ]
    for body in bodies:
        with database.writers.begin() as connection:
            unlock(connection)
            connection.execute(
                update(Entry).where(Entry.community_id == village.id, Entry.index == 0).values(body=body)
            )
        assert site.visitor().get(f"/log?community={village.id}").status == 200, body[:80]
        assert site.visitor().get(f"/log/{village.id}/entries/0").status == 200, body[:80]
    assert "这条存证已损坏" in site.visitor().get(f"/log/{village.id}/entries/0").words
    assert (
        "This entry of the log is damaged"
        in site.visitor().get(f"/log/{village.id}/entries/0", **{"accept-language": "en"}).words
    )
