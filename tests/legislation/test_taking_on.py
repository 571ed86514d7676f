"""A point takes on what a body above asks: here, and from a file of another installation; what is refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from deliberation.audit.bundle_check import verify_bundle
from deliberation.checking import all_bundle_checks
from deliberation.communities.models import community
from deliberation.legislation.call_rules import NotACall, call_as_json, call_from_json
from deliberation.legislation.calling import call_now, read_call
from deliberation.legislation.draft_models import DraftLaw, reading_in_force, versions_of
from deliberation.legislation.solicitation_models import Solicitation, solicitation, text_asked_on
from deliberation.legislation.taking_on import take_on
from deliberation.refusal import Refused
from deliberation.vocabulary import Act
from tests.legislation.texts import SECOND
from tests.legislation.tiers import ASKED, CITY, EAST, LIAISONS, PROVINCE, WEST, Tiers, elsewhere, forged, repacked


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


def taken(tiers: Tiers, name: str, upper: int) -> int:
    def do(session, now):
        of = community(session, tiers.ids[name])
        return take_on(session, now, of=of, upper=solicitation(session, upper), actor=tiers.liaison(name)).id

    return tiers.change(do)


def call_file(tiers: Tiers, id: int) -> bytes:
    """The call as everybody downloads it."""
    return tiers.download(f"/solicitations/{id}/call.zip")


def test_a_city_takes_on_from_the_province_and_a_point_from_the_city_with_the_very_text(tiers):
    first = tiers.asks(PROVINCE)
    middle = taken(tiers, CITY, first)
    tiers.opens(CITY, middle)
    last = taken(tiers, WEST, middle)
    with tiers.database.read() as session:
        found = [solicitation(session, id) for id in (first, middle, last)]
        texts = [text_asked_on(session, each) for each in found]
        digests = {reading_in_force(session, version).digest for _draft, version in texts}
        assert len(digests) == 1 and len({draft.id for draft, _version in texts}) == 3
        assert [each.stage for each in found] == ["open", "open", "drafting"]
        assert [each.upper_id for each in found] == [None, first, middle]
        assert (found[1].letter_from, found[2].letter_from) == (PROVINCE, CITY)
        assert found[1].until_on == date(2026, 12, 10), "the day by which it hands up"
        assert found[2].questions == list(ASKED.questions) and found[2].asks_contacts
        assert found[2].until_on == found[1].until_on, "the city named no day, so its own last one"
        assert texts[1][1].source_url == "https://www.example.gov.cn/draft"
    entry = tiers.entries(Act.CALL_TAKEN)[0]
    assert entry.community_id == tiers.ids[CITY] and f'"solicitation":{first}' in bytes(entry.body).decode()


def test_it_is_taken_on_once_by_whoever_is_below_and_only_while_it_runs(tiers):
    upper = tiers.asks(CITY)
    mine = taken(tiers, WEST, upper)
    with pytest.raises(Refused, match="已经承接过"):
        taken(tiers, WEST, upper)
    with pytest.raises(Refused, match="不是本联系点的上级"):
        taken(tiers, PROVINCE, upper)
    with pytest.raises(Refused, match="不是本联系点的上级"):
        tiers.opens(WEST, mine)
        taken(tiers, EAST, mine)
    tiers.closes(upper)
    with pytest.raises(Refused, match="已经截止"):
        taken(tiers, EAST, upper)
    with tiers.database.read() as session:
        assert len(session.exec(select(Solicitation)).all()) == 2, "nothing half-made"


def test_the_next_version_goes_into_the_same_draft(tiers, tmp_path, sqlite_template):
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        upper = there.asks(PROVINCE)
        called = read_call(call_file(there, upper))
    from deliberation.legislation.taking_on import take_on_file
    from tests.legislation.texts import read

    again = replace(called.call, solicitation=called.call.solicitation + 1, version="二次审议稿")
    second = replace(called, call=again, text=read(SECOND))
    third = replace(called, call=replace(again, solicitation=99))

    def do(session, now):
        of, actor = community(session, tiers.ids[WEST]), tiers.liaison(WEST)
        return [take_on_file(session, now, of=of, called=each, actor=actor).id for each in (called, second, third)]

    ids = tiers.change(do)
    with tiers.database.read() as session:
        [draft] = session.exec(select(DraftLaw))
        assert [each.name for each in versions_of(session, draft.id)] == ["一审稿", "二次审议稿"]
        versions = [solicitation(session, id).version_id for id in ids]
        assert versions[0] == versions[2] != versions[1], "the same text is not brought in twice"


def test_a_call_goes_to_another_installation_as_a_file_and_is_checked_there(tiers, tmp_path, sqlite_template):
    upper = tiers.asks(PROVINCE)
    data = call_file(tiers, upper)
    path = tmp_path / "call.zip"
    path.write_bytes(data)
    report = verify_bundle(path, all_bundle_checks())
    assert report.holds and report.checked["calls"] == 4
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        site = there.site()
        with site.client:
            browser = there.browser(site, LIAISONS[WEST])
            assert "call.zip" in browser.get("/solicitations/takings").words
            fields = {"point": str(there.ids[WEST])}
            page = browser.send("/solicitations/takings/file", fields, files={"file": ("call.zip", data)})
            assert page.status == 303, page.words
            keeping = browser.get(page.location)
            assert PROVINCE in keeping.words and "还剩17天" in keeping.words and "公钥" in keeping.words
            again = browser.send("/solicitations/takings/file", fields, files={"file": ("call.zip", data)})
            assert again.status == 422 and "已经承接过" in again.words
            stranger = site.browser(there.who["赵敏"])
            assert stranger.get("/solicitations/takings").status == 404
            assert stranger.send("/solicitations/takings/file", fields, files={"file": ("c", data)}).status == 404
        with there.database.read() as session:
            [one] = session.exec(select(Solicitation))
            assert one.upper_id is None and one.upper["origin"].startswith("deliberation-yunling/")
            assert one.upper["vkey"].startswith(one.upper["origin"] + "+")
            _draft, version = text_asked_on(session, one)
            assert reading_in_force(session, version).digest == read_call(data).call.text


@pytest.mark.parametrize("name", ["call.json", "law.json", "lines.json", "entries.jsonl", "checkpoint", "vkeys", "manifest.json"])  # fmt: skip
def test_a_file_that_somebody_changed_is_refused_with_a_sentence(tiers, name):
    data = call_file(tiers, tiers.asks(CITY))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        inside = package.read(name)
    for changed in (inside[:-3] + b"xx\n", b"", bytes([inside[0] ^ 1]) + inside[1:]):
        with pytest.raises(Refused):
            read_call(repacked(data, **{name.replace(".", "_"): changed}))
        if name != "manifest.json":
            with pytest.raises(Refused):
                read_call(forged(data, name, changed))


def test_what_is_no_call_is_refused_with_a_sentence(tiers):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", b"0" * (65 * 2**20))
    for content, words in ((b"", "损坏"), (b"PK\x03\x04rubbish", "损坏"), (bomb.getvalue(), "太大")):
        with pytest.raises(Refused, match=words):
            read_call(content)


def test_a_call_is_read_strictly(tiers):
    id = tiers.asks(CITY)
    with tiers.database.read() as session:
        call = call_now(session, solicitation(session, id))
    said = json.loads(json.dumps(call_as_json(call)))
    assert call_from_json(said) == call
    for name, wrong in (
        ("schema", "x"), ("title", ""), ("title", 3), ("title", "长" * 201), ("until", "昨天"), ("until", None),
        ("solicitation", True), ("solicitation", 0), ("questions", []), ("questions", [3]), ("namings", ["so"]),
        ("asks_contacts", "yes"), ("groups", ["x"] * 31), ("submit_by", 5),
    ):  # fmt: skip
        with pytest.raises(NotACall):
            call_from_json(said | {name: wrong})


def test_what_was_asked_at_the_opening_is_checked_with_the_installation(tiers):
    from sqlalchemy import text

    tiers.asks(CITY)
    assert tiers.faults() == []
    with tiers.database.writers.begin() as connection:
        connection.execute(text("UPDATE solicitation_call SET document = replace(document, '云溪市', '云河市')"))
    assert [subject for subject, _words in tiers.faults()] == ["solicitation/1"]


def test_the_liaison_takes_it_on_from_the_page_and_sees_it_at_home(tiers):
    upper = tiers.asks(CITY)
    site = tiers.site()
    with site.client:
        browser = tiers.browser(site, LIAISONS[WEST])
        assert "云溪市在征求意见" in browser.get("/").words
        assert "云溪市在征求意见" not in tiers.browser(site, "赵敏").get("/").words
        page = browser.get("/solicitations/takings")
        assert CITY in page.words and "12月10日" in page.words
        done = browser.post("/solicitations/takings", point=tiers.ids[WEST], solicitation=upper)
        assert done.status == 303 and "承接自" in browser.get(done.location).words
        assert "已承接" in browser.get("/solicitations/takings").words
        assert "云溪市在征求意见" not in browser.get("/").words
        other = browser.post("/solicitations/takings", point=tiers.ids[EAST], solicitation=upper)
        assert other.status == 404, "a liaison takes on for the own point alone"
        assert browser.post("/solicitations/takings", point=tiers.ids[WEST], solicitation=99).status == 404


def test_a_day_to_hand_up_that_is_past_is_refused():
    from deliberation.legislation.solicitation_rules import mistakes

    today = date(2026, 11, 23)
    assert "submit_by" in mistakes(replace(ASKED, submit_by=today - timedelta(days=1)), today)
    assert "submit_by" in mistakes(replace(ASKED, submit_by=today + timedelta(days=5000)), today)
    assert mistakes(ASKED, today) == {}
