"""Files beside their rows: what is refused leaves none, what a crash left is swept, what is missing is said."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

import pytest

from deliberation.files import sweep_files
from tests.matters.sites import long_ago, site_of
from tests.matters.story import Story
from tests.pages import Browser, Site

PDF = ("回执.pdf", b"%PDF-1.7 ...", "application/pdf")


@pytest.fixture
def past(database_url) -> Story:
    return Story(database_url, long_ago())


def kept(folder: Path) -> list[Path]:
    return [each for each in (folder / "files").rglob("*") if each.is_file()]


def attach(browser: Browser, story: Story, **fields: str):
    given = {"kind": "other", "note": "送达回执"} | fields
    return browser.send(f"/matters/{story.matter_id}/evidence", given, files={"file": PDF})


def attachment(site: Site, story: Story) -> str:
    return site.visitor().get(f"/matters/{story.matter_id}").links(r"/attachments/\d+")[0]


def test_a_refused_upload_leaves_no_file(past, database_url, tmp_path):
    past.begin("six_steps").go_to("resolution")
    with site_of(past, database_url, tmp_path) as site:
        officer = site.browser(past.village["钱芳"])
        assert attach(officer, past, kind="nothing of the kind").status == 422
        assert attach(officer, past, note="字" * 501).status == 422
        assert attach(officer, past, document="99999").status == 422
        assert kept(tmp_path) == []


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


def test_files_without_a_row_are_swept_a_day_later_and_others_stay(past, database_url, tmp_path):
    past.begin("six_steps").go_to("resolution")
    with site_of(past, database_url, tmp_path) as site:
        assert attach(site.browser(past.village["钱芳"]), past).status == 303
        (known,) = kept(tmp_path)
        for name, hours in (("old", 25), ("fresh", 23)):
            left = tmp_path / "files" / "ab" / name
            left.parent.mkdir(exist_ok=True)
            left.write_bytes(b"%PDF-")
            aged(left, hours)
        aged(known, 24 * 400)
        assert sweep_files(site.house.database, tmp_path) == 1
        assert {each.name for each in kept(tmp_path)} == {known.name, "fresh"}
        assert sweep_files(site.house.database, tmp_path / "nothing here") == 0


def test_the_site_sweeps_when_it_starts(past, database_url, tmp_path):
    left = tmp_path / "files" / "ab" / "old"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"%PDF-")
    aged(left, 25)
    with site_of(past, database_url, tmp_path):
        limit = time.monotonic() + 20
        while left.exists():
            assert time.monotonic() < limit
            time.sleep(0.02)


def aged(path: Path, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
