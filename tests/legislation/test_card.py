"""The card of a solicitation inside others' pages: who may frame it, that it knows nobody, that nothing of a stranger gets in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from deliberation.settings import Settings
from tests.legislation.asking import Here, asked_site

SITES = "https://www.example.gov.cn,https://*.example.cn:8443"


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[Here]:
    with asked_site(database_url, tmp_path, card_ancestors=SITES) as here:
        yield here


def test_the_card_may_be_framed_by_the_sites_that_are_named_and_leaves_no_cookie(here):
    page = here.as_("").get(f"/solicitations/{here.id}/card")
    head = {name.lower(): value for name, value in dict(page.headers).items()}
    assert page.status == 200
    assert "frame-ancestors https://www.example.gov.cn https://*.example.cn:8443" in head["content-security-policy"]
    assert (
        "script-src" not in head["content-security-policy"] and "form-action 'none'" in head["content-security-policy"]
    )
    assert "x-frame-options" not in head and "set-cookie" not in head
    assert "<form" not in page.text and "<script" not in page.text
    assert f'href="https://testserver/solicitations/{here.id}"' in page.text and "还剩" in page.words


def test_it_knows_nobody_whoever_asks(here):
    address = f"/solicitations/{here.id}/card"
    assert here.as_("陈静").get(address).text == here.as_("").get(address).text


def test_it_speaks_the_language_that_is_asked_for(here):
    assert 'lang="en"' in here.as_("").get(f"/solicitations/{here.id}/card?lang=en").text
    assert 'lang="zh-Hant' in here.as_("").get(f"/solicitations/{here.id}/card?lang=zh-Hant").text
    assert 'lang="zh-Hans' in here.as_("").get(f"/solicitations/{here.id}/card?lang=xx").text


def test_every_other_page_stays_out_of_frames(here):
    head = dict(here.as_("").get(f"/solicitations/{here.id}").headers)
    assert "frame-ancestors 'none'" in head["content-security-policy"] and head["x-frame-options"] == "DENY"


def test_one_in_drafting_has_no_card_and_without_the_setting_nobody_may_frame_it(database_url, tmp_path):
    with asked_site(database_url, tmp_path, is_open=False) as here:
        address = f"/solicitations/{here.id}/card"
        assert here.as_("").get(address).status == 404
        assert here.as_("陈静").get(address).status == 404, "it knows nobody, so the staff neither"
        here.as_("陈静").post(f"/solicitations/{here.id}/opening")
        page = here.as_("").get(address)
        assert "frame-ancestors 'none'" in dict(page.headers)["content-security-policy"]
        kept = here.as_("陈静").get(f"/solicitations/{here.id}/keeping").words
        assert "<iframe" in kept and "DELIBERATION_CARD_ANCESTORS" in kept


@pytest.mark.parametrize("value", ["www.example.cn", "https://a.cn; script-src *", "https://a.cn/path", "'self'"])
def test_what_is_no_origin_is_refused_at_the_start(value):
    with pytest.raises(ValidationError):
        Settings(card_ancestors=value)
