"""A form that came too late is shown again with everything that was typed, and sent by whoever is signed in then."""

from __future__ import annotations

import html
import re

import pytest
from sqlmodel import select

from deliberation.matters.models import Matter
from tests.pages import ORIGIN, open_site
from tests.people import build_places

TYPED = {"title": "村口装路灯", "summary": "晚上看不清路。\n希望装两盏。", "procedure": "village_six_steps"}


@pytest.fixture
def site(database_url, tmp_path):
    with open_site(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def village(site):
    return build_places(site.house.database).village


def fields_of(text: str) -> dict[str, str]:
    """The hidden fields of the form on the page."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
    return {name: html.unescape(value) for name, value in found}


def matters(site) -> list[str]:
    with site.house.database.read() as session:
        return [one.summary for one in session.exec(select(Matter)).all()]


def send(browser, path, fields, **headers):
    return browser.ask("POST", path, data=fields, headers={"origin": ORIGIN} | headers)


def test_what_was_typed_outlives_a_sign_out_in_another_tab(site, village):
    browser = site.browser(village["李强"])
    token, me = browser.token, fields_of(browser.get("/matters/new").text)
    browser.client.cookies.clear()
    asked = {"referer": f"{ORIGIN}/matters/new"}
    late = send(browser, "/matters", me | TYPED | {"token": token}, **asked)
    assert late.status == 403 and "希望装两盏。" in late.words and "没有丢失" not in late.words
    assert TYPED["title"] in late.words and TYPED["procedure"] not in late.words
    assert late.links("/sign-in.*") and 'target="_blank"' in late.text
    assert token not in late.text and matters(site) == []
    browser.sign_in(village["李强"])
    again = send(browser, "/matters", fields_of(late.text))
    assert again.status == 403 and "现在登录的是李强" in again.words, "the page was still the visitor's"
    done = send(browser, "/matters", fields_of(again.text))
    assert done.status == 303 and matters(site) == [TYPED["summary"]]


def test_what_was_typed_outlives_a_sign_in_that_has_ended(site, village):
    browser = site.browser(village["李强"])
    browser.set_cookie("sign-in", "ended-long-ago")
    late = browser.post("/matters", **TYPED)
    assert late.status == 403 and "您已经不在登录状态" in late.words
    assert fields_of(late.text)["title"] == TYPED["title"]


def test_a_password_is_never_written_into_a_page_again(site, village):
    browser = site.browser(village["李强"])
    late = send(browser, "/me/password", {"token": "stale", "password": "山高水长一二三四", "name": "某某某某某某某某"})
    assert late.status == 403 and "山高水长" not in late.text and "某某某" not in late.text


def test_a_form_from_elsewhere_is_not_shown_again(site, village):
    browser = site.browser(village["李强"])
    strange = browser.ask("POST", "/matters", data=TYPED, headers={"origin": "https://evil.example"})
    assert strange.status == 403 and TYPED["title"] not in strange.text


def test_a_part_of_a_page_keeps_its_form_and_says_what_to_do(site, village):
    late = send(site.browser(village["李强"]), "/matters", TYPED | {"token": "stale"}, **{"hx-request": "true"})
    assert late.status == 403 and "写好的还在这一页" in late.words and "<form" not in late.text
