"""On a phone: words are chosen in an article, an opinion is given without an account, found again by its code, withdrawn."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Cast

CHOOSE = """(words) => {
  const walker = document.createTreeWalker(document.querySelector('[data-quote-from]'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return;
  }
  throw new Error('not there: ' + words);
}"""


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_words_are_chosen_an_opinion_given_found_and_withdrawn(cast: Cast) -> None:
    stranger = cast.visitor(PHONE)
    page = stranger.go("/solicitations")
    page.locator("main h3 a").first.click()
    expect(page.locator("main")).to_contain_text("征求意见中")
    assert fits(page)
    address = stranger.path
    page = stranger.go(f"{address}/opinions/new?article=26")
    assert fits(page)

    page.evaluate(CHOOSE, "提前十日")
    expect(page.locator("[data-quote]")).to_have_value("提前十日")
    expect(page.locator('textarea[name="proposal"]')).to_have_value("提前十日")
    stranger.write(proposal="提前二十日", reason="我妈从外地赶不回来")
    stranger.choose(naming="anonymous", publishes="yes")
    stranger.press("交上去")
    expect(page.locator("main")).to_contain_text("您的意见已收到")
    expect(page.locator("main")).to_contain_text("等联络员看过以后公开")
    assert "<ins>二</ins>" in page.locator("main").inner_html() and fits(page)
    code, own = page.locator("#code").inner_text(), stranger.path
    assert re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", code)

    elsewhere = cast.visitor(PHONE)
    found = elsewhere.go("/opinions/find")
    elsewhere.write(code=code.lower())
    elsewhere.press("找到我的意见")
    expect(found.locator("main")).to_contain_text("您的意见已收到")
    assert elsewhere.path == own

    liaison = cast.person("陈静", PHONE)
    reading = liaison.go(f"{address}/reading")
    expect(reading.locator("main")).to_contain_text("我妈从外地赶不回来")
    liaison.press("公开")
    beside = elsewhere.go("/drafts/1/articles/26/opinions")
    expect(beside.locator("#voices")).to_contain_text("我妈从外地赶不回来")

    page = elsewhere.go(own)
    page.locator("summary", has_text="撤回这条意见").click()
    elsewhere.press("撤回")
    expect(page.locator("main")).to_contain_text("这条意见已经撤回")
    expect(elsewhere.go("/drafts/1/articles/26/opinions").locator("#voices")).not_to_contain_text("我妈从外地赶不回来")
    assert cast.visitor(PHONE).page.request.get(f"{cast.server.address}{own}").status == 404
    assert cast.wrong == []


def test_a_collector_types_one_after_the_other_by_keyboard(cast: Cast) -> None:
    collector = cast.person("林涛")
    page = collector.go("/solicitations/1/collecting")
    keys = page.keyboard
    for words, article in (("账要贴在楼下", "34"), ("年轻人看手机", "34")):
        expect(page.locator('textarea[name="proposal"]')).to_be_focused()
        keys.type(words)
        keys.press("Tab")
        keys.type(article)
        keys.press("Enter")
        expect(page.locator('select[name="kind"]')).to_be_focused()
        keys.press("Control+Enter")
        expect(page.locator("main [role=status]")).to_contain_text("（第三十四条）")
    expect(page.locator("main")).to_contain_text("已录入")
    assert cast.wrong == []
