"""A room on an article: its text and what the public says on it stand beside the discussion, and what is new there is seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from deliberation.communities.models import community
from deliberation.legislation.draft_models import DraftLaw, draft_version
from deliberation.legislation.drafting import Draft, bring_draft
from deliberation.legislation.opining import Given, give_opinions
from deliberation.legislation.opinion_rules import Said
from deliberation.legislation.opinion_view import forget_limits
from deliberation.legislation.soliciting import draft_solicitation, open_solicitation
from deliberation.matters.models import matter
from tests.browser.conftest import shoot
from tests.browser.test_room import LIVE, SLOW, Hall, connected, hall
from tests.legislation.asking import PUBLIC, TERMS
from tests.legislation.texts import FIRST, read

__all__ = ["hall"]

MANY = 8
LONG = "加装电梯方案应当公示，公示期不少于十日。" + "公示应当写明电梯的位置、样式、费用和各户分摊，并附施工图。" * 40
BOXES = """() => Object.fromEntries(['.about__text', '.about__voices', '#questions-now'].map((one) => {
  const box = document.querySelector(one).getBoundingClientRect();
  return [one, [Math.round(box.top), Math.round(box.bottom)]];
}))"""


def ask(hall: Hall) -> None:
    """The matter is about a long article on which opinions are asked for."""
    forget_limits()

    def write(session, now) -> None:
        place, actor = community(session, hall.village.id), hall.village.actor("陈静")
        text = read(FIRST.replace("加装电梯方案应当公示，公示期不少于十日。", LONG))
        draft = bring_draft(
            session, now, community=place, title="加装电梯条例", first=Draft("一审稿", text), actor=actor
        )
        session.get(DraftLaw, draft.id).published_at = now
        one = draft_solicitation(
            session, now, draft=draft, version=draft_version(session, draft.id, 1), terms=TERMS, actor=actor
        )
        open_solicitation(session, now, one=one, actor=actor)
        matter(session, hall.matter_id).about = f"draft/{draft.id}/article/4"

    hall.house.database.change(write)


def give(hall: Hall, words: str) -> None:
    given = Given(
        solicitation_id=1, article="4", place="", quote="不少于十日", around=("", ""),
        said=Said("edit", "不少于二十日", words), signed=PUBLIC, person_id=hall.village["赵敏"],
    )  # fmt: skip
    [answer] = hall.house.database.change(lambda session, now: give_opinions(session, now, [given]))
    assert not isinstance(answer, Exception), answer


def listens(page: Page) -> None:
    page.evaluate("""window.spoken = []; new MutationObserver(() =>
        window.spoken.push(document.getElementById('polite').textContent)).observe(
        document.getElementById('polite'), {childList: true, characterData: true, subtree: true})""")


def test_a_long_article_leaves_room_for_the_opinions_and_both_for_the_questions(hall: Hall):
    ask(hall)
    for number in range(MANY):
        give(hall, f"在外打工的人赶不回来，第{number + 1}个人这样说")
    _chair, path = hall.open_room()
    for width, tall in ((1440, 900), (1280, 720)):
        member = hall.page("李强", path, width=width)
        member.set_viewport_size({"width": width, "height": tall})
        connected(member)
        expect(member.locator("#voices")).to_contain_text(f"第{MANY}个人", timeout=SLOW)
        boxes = member.evaluate(BOXES)
        assert boxes[".about__voices"][1] <= tall, "the opinions stand beside the discussion, not below the article"
        assert boxes["#questions-now"][0] <= tall + 120, "what one asks is not below all of them"
        for scrolls in (".about__text", ".about__voices"):
            assert member.evaluate(
                "(one) => { const box = document.querySelector(one); return box.scrollHeight > box.clientHeight }",
                scrolls,
            )
            member.locator(scrolls).focus()
            member.keyboard.press("End")
            member.wait_for_function("(one) => document.querySelector(one).scrollTop > 50", arg=scrolls, timeout=SLOW)
        shoot(member, f"article-room-{width}")


def test_what_the_public_says_anew_is_marked_on_the_tab_and_told_once(hall: Hall):
    ask(hall)
    _chair, path = hall.open_room()
    member = hall.page("李强", path, width=360)
    connected(member)
    listens(member)
    tab = member.locator(".hall__tabs").get_by_role("link", name="条文")
    expect(tab.locator(".tab__new")).to_be_hidden()
    give(hall, "在外打工的人赶不回来")
    expect(tab.locator(".tab__new")).to_be_visible(timeout=LIVE)
    expect(member.locator("#news")).to_contain_text("公众对这一条的意见有变化")
    shoot(member, "article-room-news")
    give(hall, "再说一句，十天不够")
    member.wait_for_timeout(3_000)
    assert sum("公众对这一条" in words for words in member.evaluate("window.spoken")) == 1, "a burst is told once"
    member.locator("#news").get_by_role("link", name="去看看").click()
    expect(member.locator("#voices")).to_contain_text("十天不够")
    expect(tab.locator(".tab__new")).to_be_hidden()
    expect(member.locator("#news")).to_be_hidden()


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_the_marks_fit_on_the_tabs_in_large_type_in_every_language(hall: Hall, language: str):
    ask(hall)
    _chair, path = hall.open_room()
    member = hall.page("李强", path, width=360)
    if language == "en":
        member.goto(hall.base)
        member.locator("footer").get_by_role("button", name="English").click()
        member.wait_for_load_state()
        member.goto(hall.base + path)
    connected(member)
    # In one breath: what comes over the line meanwhile takes marks away that stand for nothing.
    visible, width = member.evaluate("""() => {
      document.documentElement.dataset.text = 'large';
      const marks = [...document.querySelectorAll('.tab__new')];
      for (const mark of marks) mark.hidden = false;
      return [marks.filter((mark) => mark.getClientRects().length).length, document.documentElement.scrollWidth];
    }""")
    assert visible == 3 and width <= 360
