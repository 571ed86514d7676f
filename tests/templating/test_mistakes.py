"""What has to be changed is said once on a page, in the form that was sent, and not inside a closed fold."""

from __future__ import annotations

import re

import pytest

from deliberation.mistakes import said_once
from tests.rooms.halls import House, house_at

SAID = '<section class="mistakes" role="alert" autofocus><h2>有1处要改</h2></section>'


def form(action: str, inside: str = "") -> str:
    keys = '<input type="hidden" name="token" value="t"><input type="hidden" name="key" value="k">'
    return f'<form class="stack" method="post" action="{action}" data-once>\n{keys}\n{SAID}\n{inside}\n</form>'


def hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{value}">'


def place(page: str) -> str:
    """The form in which the one list stands."""
    assert page.count('class="mistakes"') == 1
    return next(one for one in re.findall("<form.*?</form>", page, re.DOTALL) if "mistakes" in one)


def test_the_form_that_was_sent_says_it_by_its_address():
    page = form("/a") + form("/b?x=1&amp;y=2#c") + form("/c")
    assert 'action="/b?' in place(said_once(page, "/b", {"reason": [""]}))


def test_of_forms_with_one_address_the_one_with_what_was_sent():
    page = form("/a", hidden("turn", "1")) + form("/a", hidden("turn", "2")) + form("/a", hidden("statement", "2"))
    assert 'name="turn" value="2"' in place(said_once(page, "/a", {"turn": ["2"], "key": ["k"]}))
    assert 'name="statement"' in place(said_once(page, "/a", {"statement": ["2"], "key": ["k"]}))
    page = form("/a", '<button name="do" value="hide">') + form("/a", '<button name="do" value="cut">')
    assert 'value="cut"' in place(said_once(page, "/a", {"do": ["cut"]}))


def test_a_refusal_is_never_silent():
    assert 'action="/a"' in place(said_once(form("/a") + form("/b"), "/other", {}))
    page = said_once(f"<p>…</p>{SAID}{form('/a', hidden('x', '1'))}", "/other", {"x": ["1"]})
    assert page.count("mistakes") == 1 and "mistakes" in page.partition("<form")[0]
    assert said_once("<p>没有</p>", "/a", {}) == "<p>没有</p>"


def test_the_folds_around_it_open_and_no_other():
    fold = '<details class="fold" id="{}"><summary>…</summary>{}</details>'
    page = fold.format("other", form("/a")) + fold.format(
        "outer", fold.format("inner", form("/b")) + fold.format("x", "")
    )
    opened = re.findall(r'<details class="fold" id="(\w+)" open>', said_once(page, "/b", {}))
    assert opened == ["outer", "inner"]
    assert said_once(f"<details open>{form('/b')}</details>", "/b", {}).count("open") == 1


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def test_a_page_with_many_forms_says_it_once_where_it_was_sent_from(house: House):
    room = house.open_room()
    chair = house.browser("王秀英")
    called = chair.get(room).links(r"/convenings/\d+")[0]
    page = chair.post(f"{called}/invitations", role="expert", name="", office="x")
    assert page.status == 422 and f'action="{called}/invitations"' in place(page.text)
    assert '<details class="fold" id="fold-invite" open>' in page.text


def test_in_the_hall_the_fold_of_the_form_that_was_sent_opens_again(house: House):
    room = house.open_room()
    chair, member = house.browser("王秀英"), house.browser("李强")
    assert member.post(f"{room}/statements", body="路灯坏了").status == 303
    page = chair.post(f"{room}/interventions", do="hide", statement="1", reason="")
    assert page.status == 422 and 'name="statement"' in place(page.text)
    assert '<details class="fold" id="fold-hide" open>' in page.text
