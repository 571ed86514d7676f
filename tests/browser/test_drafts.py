"""A draft law in the browser: a DOCX comes in, its reading is looked at and put right, and it is read on a phone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from deliberation.identity.actions import begin_sign_in
from tests.browser.conftest import DESK, PATIENCE, PHONE, shoot
from tests.faults.killing import serving
from tests.legislation.texts import FIRST, SECOND
from tests.people import build_village, open_database
from tests.schema import make_schema

NARROW = {"width": 320, "height": 700}
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def docx(text: str) -> bytes:
    """A Word file with a paragraph for each line, as a committee sends it."""
    words = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.split("\n") if line)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{TYPES}"><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        )
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{words}</w:body></w:document>')
    return packed.getvalue()


class Desk:
    """The contact point's server, with its liaison signed in and a visitor beside."""

    def __init__(self, browser: Browser, address: str, token: str):
        self.browser, self.address, self.token = browser, address, token

    def page(self, size: dict[str, int], *, signed_in: bool, **look: object) -> Page:
        context = self.browser.new_context(viewport=size, locale="zh-CN", **look)
        context.set_default_timeout(PATIENCE)
        if signed_in:
            url = self.address.replace("http:", "https:")
            context.add_cookies([{"name": "__Host-sign-in", "value": self.token, "url": url, "secure": True}])
        return context.new_page()


@pytest.fixture
def desk(browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path / 'deliberation.db'}"
    make_schema(url)
    database = open_database(url)
    village = build_village(database)
    token = database.change(lambda session, now: begin_sign_in(session, now, person_id=village["陈静"]))
    database.close()
    with serving(url, tmp_path / "data") as server:
        server.start()
        yield Desk(browser, f"http://localhost:{server.port}", token)


def check(page: Page, name: str) -> None:
    """No sideways scroll, nothing that keeps somebody out; a picture to look at."""
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    wrong = [one["id"] for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
    assert wrong == [], (name, wrong)
    shoot(page, f"draft-{name}")


def test_a_draft_comes_in_is_put_right_and_is_read_on_a_phone(desk: Desk, tmp_path: Path):
    page = desk.page(DESK, signed_in=True)
    page.goto(f"{desk.address}/drafts")
    page.get_by_role("link", name="带入草案").click()
    file = tmp_path / "草案.docx"
    file.write_bytes(docx(FIRST.replace("费用的分摊。\n\n第四条", "费用的分摊。第四条")))
    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="读出条文").click()
    # The reading: the gap is named first and leads to its line.
    expect(page.get_by_text("缺第四条")).to_be_visible()
    check(page, "reading")
    row = page.locator(".beside li", has_text="费用的分摊。第四条")
    row.get_by_role("link", name="更正").click()
    box = page.locator("textarea", has_text="费用的分摊。第四条")
    box.fill(box.input_value().replace("第四条", "\n第四条"))
    page.locator("[name=reason]").fill("两条排在一行里")
    check(page, "correcting")
    page.get_by_role("button", name="更正并重新读").click()
    expect(page.locator("#changed")).to_contain_text("多出 第四条")
    expect(page.get_by_text("没有发现缺漏")).to_be_visible()
    # The next version, then everybody may read.
    page.get_by_role("link", name="看草案").click()
    page.get_by_role("link", name="加一稿").click()
    page.locator("[name=body]").fill(SECOND)
    page.get_by_role("button", name="读出条文").click()
    page.get_by_role("link", name="看草案").click()
    page.get_by_role("button", name="公开草案").click()
    address = page.url
    phone = desk.page(PHONE, signed_in=False)
    phone.goto(address)
    check(phone, "phone")
    phone.get_by_role("link", name="第四条之一").last.click()
    sheet = phone.locator("#sheet")
    expect(sheet).to_contain_text("方案公示应当书面告知一层业主")
    expect(sheet.get_by_role("link", name="单独看这一条")).to_be_visible()
    shoot(phone, "draft-sheet")
    sheet.locator("summary").click()
    expect(sheet.get_by_role("link", name="单独看这一条")).to_be_hidden()
    phone.get_by_role("link", name="和上一稿比").click()
    expect(phone.locator("ins", has_text="五")).to_be_visible()
    check(phone, "compare-phone")


def test_without_scripts_every_article_has_its_page(desk: Desk):
    page = desk.page(NARROW, signed_in=True, java_script_enabled=False, color_scheme="dark")
    page.goto(f"{desk.address}/drafts")
    page.get_by_role("link", name="带入草案").click()
    page.locator("[name=body]").fill(FIRST)
    page.get_by_role("button", name="读出条文").click()
    page.get_by_role("link", name="看草案").click()
    page.locator("#a3").get_by_role("link", name="第三条").click()
    assert page.url.endswith("/articles/3")
    expect(page.locator("#article")).to_contain_text("（二）费用的分摊。")
    page.get_by_role("link", name="第四条").click()
    expect(page.locator("h1")).to_contain_text("第四条")
    page.get_by_role("link", name="看全文").click()
    page.locator("[name=q]").fill("公示期")
    page.get_by_role("button", name="找").click()
    expect(page.locator("mark").first).to_have_text("公示期")
