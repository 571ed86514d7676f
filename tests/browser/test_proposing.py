"""The form of a matter shows what the chosen procedure asks for and nothing of the others, without any script."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Cast


def test_only_the_fields_of_the_chosen_procedure_are_shown(cast: Cast) -> None:
    someone = cast.person("李强", PHONE, java_script_enabled=False)
    page = someone.go("/matters/new")
    item, part = page.locator('select[name="item"]'), page.locator('select[name="part"]')
    expect(item).to_be_hidden()
    expect(part).to_be_hidden()
    someone.choose(procedure="owners")
    expect(item).to_be_visible()
    expect(part).to_be_visible()
    someone.choose(procedure="six_steps")
    expect(item).to_be_hidden()
    someone.choose(procedure="owners")
    item.select_option("7")
    someone.choose(procedure="six_steps")
    someone.write(title="路灯", summary="晚上看不见路。")
    someone.press("提出")
    expect(item).to_be_visible()  # What was chosen by mistake is shown with the sentence that says so.
    expect(page.locator("#f-item-error")).to_contain_text("业主共同决定")
    assert cast.wrong == []
