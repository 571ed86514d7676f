"""Files beside their rows: what is refused leaves none, what a crash left is swept, what is missing is said."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from deliberation.app import route_table
from deliberation.communities.actions import make_installation
from deliberation.files import KeptFile, sweep_files
from deliberation.web import Upload, post, public, redirect
from tests.matters.sites import long_ago, site_of
from tests.matters.story import Story
from tests.pages import Browser, Site, open_site
from tests.people import build_village, open_database
from tests.schema import make_schema

PDF = ("回执.pdf", b"%PDF-1.7 ...", "application/pdf")


@pytest.fixture
def past(database_url) -> Story:
    return Story(database_url, long_ago())


def kept(folder: Path) -> list[Path]:
    return [each for each in (folder / "files").glob("*/*") if each.is_file()]


def attach(browser: Browser, story: Story, **fields: str):
    given = {"kind": "other", "note": "送达回执"} | fields
    return browser.send(f"/matters/{story.matter_id}/evidence", given, files={"file": PDF})


def attachment(site: Site, story: Story) -> str:
    return site.visitor().get(f"/matters/{story.matter_id}").links(r"/attachments/\d+/view")[0].removesuffix("/view")


def test_a_refused_upload_leaves_no_file(past, database_url, tmp_path):
    past.begin("six_steps").go_to("resolution")
    with site_of(past, database_url, tmp_path) as site:
        officer = site.browser(past.village["钱芳"])
        assert attach(officer, past, kind="nothing of the kind").status == 422
        assert attach(officer, past, note="字" * 501).status == 422
        assert attach(officer, past, document="99999").status == 422
        assert kept(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("现场.jpg", b"MZ\x90\x00", "的内容与扩展名不符"),
        ("回执.pdf", b"", "是空的"),
        ("说明.txt", b"", "是空的"),
        ("程序.exe", b"MZ\x90\x00", "不接受.exe类型的文件"),
        ("大.pdf", b"%PDF-" + b"0" * 70_000, "太大，最大1兆"),
    ],
)
def test_a_wrong_file_is_said_beside_its_field_and_what_was_typed_is_kept(
    past, database_url, tmp_path, name, content, said
):
    past.begin("six_steps").go_to("resolution")
    with site_of(past, database_url, tmp_path, max_upload=65_536) as site:
        officer = site.browser(past.village["钱芳"])
        typed = {"kind": "other", "note": "5月20日上门送达的回执"}
        again = officer.send(f"/matters/{past.matter_id}/evidence", typed, files={"file": (name, content)})
        assert again.status == 422 and said in again.words
        assert "5月20日上门送达的回执" in again.text and f'action="/matters/{past.matter_id}/evidence"' in again.text
        assert kept(tmp_path) == []
        assert attach(officer, past).status == 303


def test_a_body_that_never_ends_is_cut_and_what_came_before_is_kept(past, database_url, tmp_path):
    past.begin("six_steps").go_to("resolution")
    with site_of(past, database_url, tmp_path, max_upload=65_536) as site:
        officer = site.browser(past.village["钱芳"])
        path = f"/matters/{past.matter_id}/evidence"
        fields = {"kind": "other", "note": "先写好的说明"}
        again = officer.send(path, fields, files={"file": ("大.pdf", b"%PDF-" + b"0" * 800_000)})
        assert again.status == 422 and "太大" in again.words and "先写好的说明" in again.text
        # Nobody is shown a form that is not theirs.
        stranger = site.visitor().send(path, fields, files={"file": ("大.pdf", b"%PDF-" + b"0" * 800_000)})
        assert stranger.status == 303 and "/sign-in" in stranger.location


def test_a_form_without_a_file_that_is_too_large_says_how_large_it_may_be_and_leads_back(past, database_url, tmp_path):
    past.begin("six_steps").go_to("resolution")
    with site_of(past, database_url, tmp_path) as site:
        officer = site.browser(past.village["钱芳"])
        form = f"/matters/{past.matter_id}/plans/new"
        referer = f"https://testserver{form}"
        refused = officer.send(f"/matters/{past.matter_id}/plans", {"body": "字" * 900_000}, referer=referer)
        assert refused.status == 413 and "最多2兆" in refused.words and f'href="{form}"' in refused.text
        elsewhere = officer.send("/language", {"locale": "字" * 900_000}, referer="https://elsewhere.example/x")
        assert "elsewhere" not in elsewhere.text


def test_a_repeat_of_the_form_keeps_one_file(past, database_url, tmp_path):
    past.begin("six_steps").go_to("resolution")
    with site_of(past, database_url, tmp_path) as site:
        officer = site.browser(past.village["钱芳"])
        for _ in range(3):
            assert attach(officer, past, key="once").status == 303
        assert len(kept(tmp_path)) == 1
        assert officer.get(attachment(site, past)).content == PDF[1]


def test_a_missing_file_is_not_found_and_the_log_says_so(past, database_url, tmp_path, caplog):
    past.begin("six_steps").go_to("resolution")
    with site_of(past, database_url, tmp_path) as site:
        assert attach(site.browser(past.village["钱芳"]), past).status == 303
        link = attachment(site, past)
        kept(tmp_path)[0].unlink()
        with caplog.at_level(logging.ERROR):
            page = site.visitor().get(link)
        assert page.status == 404 and "没有找到，或您无权查看" in page.words
        assert "is missing" in caplog.text and "Traceback" not in caplog.text


def leave(folder: Path, name: str, hours: float, top: str = "files") -> Path:
    left = folder / top / "ab" / name
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"%PDF-")
    aged(left, hours)
    return left


def test_files_without_a_row_are_laid_aside_a_day_later_and_others_stay(past, database_url, tmp_path):
    past.begin("six_steps").go_to("resolution")
    with site_of(past, database_url, tmp_path) as site:
        assert attach(site.browser(past.village["钱芳"]), past).status == 303
        (known,) = kept(tmp_path)
        leave(tmp_path, "old", 25)
        leave(tmp_path, "fresh", 23)
        aged(known, 24 * 400)
        assert sweep_files(site.house.database, tmp_path) == 1
        assert {each.name for each in kept(tmp_path)} == {known.name, "fresh"}
        assert (tmp_path / "files-orphaned" / "ab" / "old").read_bytes() == b"%PDF-"
        assert sweep_files(site.house.database, tmp_path / "nothing here") == 0


def test_what_was_laid_aside_goes_after_thirty_days(past, database_url, tmp_path):
    long, short = (leave(tmp_path, name, days * 24, "files-orphaned") for name, days in (("long", 31), ("short", 29)))
    sweep_files(past.database, tmp_path)
    past.database.close()
    assert (long.exists(), short.exists()) == (False, True)


def test_the_site_sweeps_a_day_after_its_start(past, database_url, tmp_path):
    past.begin("six_steps").go_to("resolution")
    left = leave(tmp_path, "old", 25)
    with site_of(past, database_url, tmp_path) as site:
        assert attach(site.browser(past.village["钱芳"]), past).status == 303
        until(lambda: site.house.runner._next_day > 0)
        assert left.exists()
        two_days(site)
        until(lambda: not left.exists())
        assert len(kept(tmp_path)) == 1


def test_a_server_that_comes_up_on_another_database_lays_nothing_aside(past, database_url, tmp_path):
    past.begin("six_steps").go_to("resolution")
    with site_of(past, database_url, tmp_path) as site:
        assert attach(site.browser(past.village["钱芳"]), past).status == 303
        two_days(site)
    (known,) = kept(tmp_path)
    aged(known, 24 * 400)
    other = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    make_schema(other)
    database = open_database(other)
    database.change(lambda session, now: make_installation(session, now) and None)
    database.close()
    for name in (None, "files/.installation"):
        if name:
            (tmp_path / name).unlink()
        with open_site(other, tmp_path) as site:
            two_days(site)
            assert kept(tmp_path) == [known]
    with open_site(database_url, tmp_path) as site:
        two_days(site)
        assert site.visitor().get(attachment(site, past)).content == PDF[1]


def two_days(site: Site) -> None:
    for _day in range(2):
        site.house.runner._next_day = 0.0
        site.house.runner.run_due()


def test_a_new_file_has_its_folders_written_to_the_disk(tmp_path, monkeypatch):
    synced: set[int] = set()
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (fsync(handle), synced.add(os.fstat(handle).st_ino)))
    file = kept_file(tmp_path)._target
    assert {each.stat().st_ino for each in (file, file.parent, file.parent.parent)} <= synced


def test_a_file_whose_row_was_rolled_back_goes_when_the_second_try_needs_none(database_url, tmp_path, monkeypatch):
    tries: list[bool] = []

    @public
    def act(visit, file):
        tries.append(file.is_used)
        if len(tries) == 1:
            file.attach(visit.session, 1, None, visit.now)
            raise IntegrityError("INSERT", {}, ValueError("another process was faster"))
        return redirect("/")

    lines = [*route_table(), post("/race", act, no_act="a test's", prepare=lambda _visit: kept_file(tmp_path))]
    monkeypatch.setattr("deliberation.app.route_table", lambda: lines)
    with open_site(database_url, tmp_path) as site:
        build_village(site.house.database)
        assert site.visitor().post("/race").status == 303
        assert (tries, kept(tmp_path)) == ([False, False], [])


def kept_file(folder: Path) -> KeptFile:
    return KeptFile(folder, Upload(PDF[0], PDF[1]))


def until(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.02)


def aged(path: Path, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
