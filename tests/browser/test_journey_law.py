"""A law from its first reading to each author's answer: the Organic Law of Urban Residents Committees, its text of 2018 as
the first reading and that of 2025 as the second (deliberation/demo/data; flk.npc.gov.cn, laws are free of copyright)."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

import deliberation.demo
from tests.browser.conftest import PHONE, Cast, Someone
from tests.browser.test_opinions import CHOOSE, fits

DATA = Path(deliberation.demo.__file__).with_name("data")
OLD, NEW = (DATA / f"residents-committee-law-{year}.txt" for year in (2018, 2025))
TITLE = "居民委员会组织法修订（全程）"
ENOUGH = 40
"""More presses of the demo's clock than any step needs: other matters have dates too."""
SHEETS = (
    "章节条款,意见类型,修改意见,理由,提出人,联系方式,征集方式,提出时间,同意公开姓名\r\n"
    "第二条,疑问,自我管理和自我监督谁来管,,刘大姐,桂花园3号楼,座谈,{day} 10:00,否\r\n"
    "第七条,修改,应当有妇女成员,妇女的事妇女说得清,,,走访,{day} 11:00,否\r\n"
)


class Law:
    """Who takes part: the liaison at her desk, a resident and a stranger on their phones."""

    def __init__(self, cast: Cast):
        self.cast = cast
        self.liaison = cast.person("陈静")
        self.resident = cast.person("赵敏", PHONE)
        self.stranger = cast.visitor(PHONE)
        self.draft = self.asked = self.named = self.nameless = self.code = ""

    def main(self, who: Someone | None = None) -> Page:
        return (who or self.liaison).page.locator("main")

    # --- in

    def bring_in(self) -> None:
        self.liaison.go("/drafts")
        page = self.liaison.follow("带入草案")
        page.locator("[name=title]").fill(TITLE)
        page.locator("[name=file]").set_input_files(OLD)
        self.liaison.press("读出条文")
        self.draft = re.match(r"/drafts/[0-9]+", self.liaison.path)[0]
        expect(self.main()).to_contain_text("第三条")

    def ask(self) -> None:
        self.liaison.go(f"{self.draft}/solicitations/new")
        self.liaison.write(
            title=f"{TITLE}征求意见", about="居委会怎么选、怎么管、钱怎么花。", questions="居委会管多少户合适？",
            letter_from="区人大常委会法工委", days="5",
        )  # fmt: skip
        self.liaison.page.locator("[name=without_account]").check()
        self.liaison.press("保存")
        self.asked = re.match(r"/solicitations/[0-9]+", self.liaison.path)[0]
        self.liaison.press("发起征求意见")

    def give(self, who: Someone, article: str, quote: str, proposal: str, **signed: str) -> str:
        page = who.go(f"{self.asked}/opinions/new?article={article}")
        assert fits(page)
        page.evaluate(CHOOSE, quote)
        who.write(proposal=proposal, reason="大家商量过")
        name = signed.pop("name", "")
        who.choose(publishes="yes", **signed)
        if name:
            who.write(name=name)
        who.press("交上去")
        expect(page.locator("main")).to_contain_text("您的意见已收到")
        return who.path

    def hear(self) -> None:
        """Two online, one of them without an account; one by keyboard; a file of two."""
        words = "自我管理、自我教育、自我服务"
        self.named = self.give(
            self.resident,
            "2",
            words,
            "自我管理、自我服务、自我教育、自我监督",
            naming="named",
            name="赵敏",
            names="yes",
        )
        self.nameless = self.give(self.stranger, "6", "一百户至七百户", "五百户至三千户", naming="anonymous")
        self.code = self.stranger.page.locator("#code").inner_text()
        self.liaison.go(f"{self.asked}/reading")
        self.liaison.press("公开")
        page = self.liaison.go(f"{self.asked}/collecting")
        expect(page.locator('textarea[name="proposal"]')).to_be_focused()
        page.keyboard.type("自我管理、自我服务、自我教育、自我监督")
        page.keyboard.press("Tab")
        page.keyboard.type("2")
        page.keyboard.press("Control+Enter")
        expect(self.main().locator("[role=status]")).to_contain_text("（第二条）")
        day = page.locator('[name="said_on"]').input_value()
        file = {"name": "sheets.csv", "mimeType": "text/csv", "buffer": SHEETS.format(day=day).encode()}
        self.liaison.go(f"{self.asked}/imports").locator("[name=file]").set_input_files(file)
        self.liaison.press("导入")
        expect(self.main()).to_contain_text("2")

    def sort(self) -> None:
        """At the desk: the typed one is merged into the resident's, and that is handled."""
        page = self.liaison.go(f"{self.asked}/desk")
        self.move_by_keys(page)
        page.locator(".clusters a", has_text="自我服务、自我教育").last.click()
        box = page.locator('#desk-same input[name="ticked"]').first
        if box.count():
            box.check()
            self.liaison.press("归并所选")
        self.liaison.choose(decision="use")
        page.keyboard.press("Escape")
        self.liaison.press("保存")
        expect(page.locator("#desk-top")).to_contain_text("已处理")

    def move_by_keys(self, page: Page) -> None:
        """J and K go to the next one and back, on the desk and where it is decided."""
        chosen = page.locator('.clusters a[aria-current="true"]')
        first = chosen.inner_text()
        page.keyboard.press("j")
        expect(chosen).not_to_have_text(first, use_inner_text=True)
        page.keyboard.press("k")
        expect(chosen).to_have_text(first, use_inner_text=True)

    def close(self) -> None:
        for _press in range(ENOUGH):
            self.liaison.go(self.asked)
            if self.main().get_by_text("征求意见已经截止").count():
                return
            self.liaison.press("过到下一个期限", within=".banners")
        raise AssertionError("it never closed")

    # --- the second reading

    def second(self) -> None:
        page = self.liaison.go(f"{self.draft}/versions/new")
        page.locator("[name=name]").fill("二次审议稿")
        page.locator("[name=file]").set_input_files(NEW)
        self.liaison.press("读出条文")

    def carry(self) -> None:
        page = self.liaison.go(f"{self.asked}/carrying")
        self.liaison.press("带过去")
        expect(page.locator("#carried")).to_contain_text("已经带了5条")
        page.reload()  # What is to be placed came with the job's end, which may be later than the page.
        # What the program could not find a person does: the article, the words chosen in it.
        expect(page.locator("#placing")).to_contain_text("新稿里没有这些字了")
        page.locator("#f-see").select_option("2")
        self.liaison.press("看这一条")
        page.evaluate(CHOOSE.replace("data-quote-from", "data-words-for"), "自我管理、自我服务、自我教育、自我监督")
        expect(page.locator("[name=quote]")).to_have_value("自我管理、自我服务、自我教育、自我监督")
        self.liaison.press("放在这里")
        for left in (1, 0):
            expect(page.locator("#orphans ~ .clusters a")).to_have_count(left + 1)
            self.liaison.press("放在这里")
        expect(self.main()).to_contain_text("每一条都有了地方")

    def decide(self) -> None:
        """By keyboard: what was taken up as it was proposed, in part; the rest together with a reason."""
        page = self.liaison.go(f"{self.asked}/adoption")
        self.move_by_keys(page)
        page.locator(".clusters a", has_text="自我服务、自我教育").first.click()
        expect(self.main()).to_contain_text("新稿照这样改了")
        expect(page.locator("[name=text]")).to_have_value(re.compile("自我监督"))
        page.keyboard.press("a")
        with page.expect_navigation():
            page.keyboard.press("s")
        expect(page.locator(".desk__top")).to_contain_text("决定了")
        page.goto(self.cast.server.address + f"{self.asked}/adoption?article=6")
        page.locator("[name=text]").fill("一般在一千户至三千户的范围内设立")
        page.locator('[name="there"]').select_option("3")
        page.locator("[name=reason]").fill("按实际情况定为一千户至三千户")
        page.keyboard.press("Escape")
        page.keyboard.press("p")
        with page.expect_navigation():
            page.keyboard.press("s")
        self.liaison.go(f"{self.asked}/adoption")
        page.locator("summary", has_text="筛出来的意见一起决定").click()
        self.liaison.choose(all_kind="not_adopted")
        page.locator("[name=all_reason]").fill("其他法律已有规定")
        self.liaison.press("一起决定")
        expect(page.locator(".desk__top")).to_contain_text("5条意见，决定了5条，答复了0条")

    def answer(self) -> None:
        self.liaison.press("答复5条")
        page = self.liaison.page
        for _look in range(ENOUGH):
            if page.locator('[name="ticked"]').count() == 3:
                break
            page.wait_for_timeout(250)
            page.reload()
        expect(self.main()).to_contain_text("刘大姐")
        for box in page.locator('[name="ticked"]').all():
            box.check()
        self.liaison.choose(way="visit")
        self.liaison.press("登记已经告诉")
        expect(self.main()).to_contain_text("没有要另外告诉的人")

    # --- what each reads

    def read(self) -> None:
        page = self.resident.go("/inbox")
        page.locator("main a", has_text=TITLE).first.click()
        for words in ("采纳", "自我管理、自我教育、自我服务", "自我监督"):
            expect(page.locator("main")).to_contain_text(words)
        assert fits(page)
        elsewhere = self.cast.visitor(PHONE)
        elsewhere.go("/opinions/find")
        elsewhere.write(code=self.code)
        elsewhere.press("找到我的意见")
        expect(self.main(elsewhere)).to_contain_text("部分采纳")
        expect(self.main(elsewhere)).to_contain_text("按实际情况定为一千户至三千户")
        page = self.cast.visitor(PHONE).go(f"{self.asked}/answers")
        expect(page.locator("main")).to_contain_text("收到5条意见，已经答复5条（100.0%）")
        expect(page.locator("main")).to_contain_text("赵敏")
        expect(page.locator("main")).not_to_contain_text("刘大姐")
        assert fits(page)
        page.goto(self.cast.server.address + f"{self.draft}/articles/2/opinions")
        expect(page.locator("#voices")).to_contain_text("前面几稿上说的")


def whole_way(cast: Cast) -> Law:
    law = Law(cast)
    for step in ("bring_in", "ask", "hear", "sort", "close", "second", "carry", "decide", "answer", "read"):
        getattr(law, step)()
    return law


def test_a_law_goes_from_its_first_reading_to_each_authors_answer(cast: Cast) -> None:
    whole_way(cast)
    assert cast.wrong == []
