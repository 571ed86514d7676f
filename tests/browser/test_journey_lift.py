"""The lift of the demo: one owner votes on a phone, one with nothing but a keyboard; the hour comes, the platform counts."""

from __future__ import annotations

import contextlib
import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import AT_ONCE, PHONE, Cast, shoot

QUESTION = "1号楼加装电梯"
MOST_TABS = 60


def focused(page: Page) -> str:
    """The words of what the keyboard stands on, and that one sees that it does."""
    one = page.evaluate(
        """() => {
          const at = document.activeElement;
          const ring = (element) => {
            const style = getComputedStyle(element);
            return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 1;
          };
          const seen = at === document.body || ring(at) || ring(at.closest('label') ?? at);
          const words = at.getAttribute('aria-label') || at.textContent || at.closest('label')?.textContent || at.value;
          return {tag: at.tagName, seen, words: (words ?? '').trim(), value: at.value ?? ''};
        }"""
    )
    assert one["seen"], f"one does not see that the keyboard stands on {one}"
    return f"{one['words']} {one['value']}"


def tab_to(page: Page, words: str) -> None:
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if re.search(words, focused(page)):
            return
    raise AssertionError(f"no way to {words} with the keyboard on {page.url}")


def enter(page: Page, words: str) -> None:
    """Tab to it, press it, wait for the page that comes."""
    tab_to(page, words)
    before = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)
    page.wait_for_load_state("load")


def test_owners_vote_and_the_hour_decides(cast: Cast) -> None:
    on_a_phone(cast)
    by_keyboard(cast)
    the_hour_comes(cast)


def on_a_phone(cast: Cast) -> None:
    member, watching = cast.person("李强", PHONE), cast.visitor()
    member.go("/")
    member.page.locator("main").get_by_role("link", name="去投票").first.click()
    member.page.wait_for_url("**/polls/*")
    watching.go(member.path)
    expect(watching.page.locator("#turnout")).to_contain_text("已有7人投票")
    member.choose(choice="yes").press("下一步：核对")
    member.page.locator("#mine").get_by_role("button", name="确认投票").click()
    expect(member.page.locator("#mine")).to_contain_text("您已投票")
    expect(watching.page.locator("#turnout")).to_contain_text("已有8人投票", timeout=AT_ONCE)
    cast.poll = member.path


def by_keyboard(cast: Cast) -> None:
    """Sign in, find the matter, vote: no mouse, and the focus is always seen."""
    person = cast.visitor()
    page = person.page
    page.goto(cast.server.link_of("吴桂兰"))
    enter(page, "以吴桂兰登录")
    enter(page, "^议题")
    tab_to(page, "搜索议题和决议|^ *$")
    page.keyboard.type("电梯")
    page.keyboard.press("Enter")
    page.wait_for_url("**/matters?q=*")
    enter(page, QUESTION)
    enter(page, "去投票")
    tab_to(page, "赞成")
    page.keyboard.press("Space")
    tab_to(page, "下一步：核对")
    page.keyboard.press("Enter")
    expect(page.locator("#mine")).to_contain_text("还没有投出")
    tab_to(page, "确认投票")
    page.keyboard.press("Enter")
    expect(page.locator("#mine")).to_contain_text("您已投票")


def the_hour_comes(cast: Cast) -> None:
    chair, visitor = cast.person("王秀英"), cast.visitor()
    visitor.go(cast.poll)
    chair.go(cast.poll)
    expect(chair.page.locator("#turnout")).to_contain_text("已有9人投票")
    for _press in range(6):
        chair.press("过到下一个期限", within=".banners")
        chair.go(cast.poll)
        # The job that closes the poll counts it first; the page is told when it has.
        with contextlib.suppress(AssertionError):
            expect(chair.page.locator("#poll-state .verdict")).to_be_visible(timeout=3_000)
            break
    # Nobody closes it: an announced hour closes by itself, and the page of a visitor shows it without a reload.
    expect(visitor.page.locator("#poll-state")).to_contain_text("计票", timeout=10_000)
    expect(visitor.page.locator("#poll-state .verdict")).to_contain_text("通过")
    shoot(visitor.page, "result-lift-desk")
    tests = visitor.page.locator("#poll-state .tests article, #poll-state .tests .test")
    assert tests.count() == 4, "two tests by area and two by number (民法典 278)"
    for number in range(4):
        expect(tests.nth(number)).to_contain_text(re.compile("达到"))
    chair.go(f"{cast.poll}/resolution/new")
    chair.press("发布")
    expect(visitor.page.locator("#poll-state")).to_contain_text("看决议文件", timeout=AT_ONCE)
