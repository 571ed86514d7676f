"""Whoever is invited or asked no longer while their page is open: it becomes theirs, and what they had written is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from deliberation.identity.actions import begin_sign_in
from deliberation.matters.models import Matter
from deliberation.rooms.convening_models import Convening, Invitation
from deliberation.rooms.models import Room
from tests.browser.conftest import shoot
from tests.browser.test_beside_phones import say
from tests.browser.test_room import LIVE, SLOW, Hall, connected, hall

__all__ = ["hall"]

IN_WINDOW = """(one) => {
  const box = document.querySelector(one).getBoundingClientRect();
  const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return box.height > 0 && Boolean(there?.closest(one));
}"""
WRITTEN = "这段路一下雨就积水，排水沟要先修"


def open_convened(hall: Hall, *, is_public: bool = True, others: str = "resident") -> tuple[Page, str]:
    """The chair opens a council in which the community's people sit as ``others``; their page, and the room's path."""
    chair = hall.page("王秀英", f"/matters/{hall.matter_id}")
    start = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    say(chair, f"/matters/{hall.matter_id}/convenings", form="council", title="修路", starts_at=start)

    def ready(session, now) -> int:
        called = session.exec(select(Convening)).one()
        called.form_text = called.form_text.replace('others = "resident"', f'others = "{others}"')
        called.starts_at, called.convened_at = now - timedelta(minutes=1), now - timedelta(days=20)
        session.get(Matter, hall.matter_id).is_public = is_public
        return called.id

    number = hall.house.database.change(ready)
    plan = {"title": "修路", "minutes": "60", "turn_minutes": "2", "turns_each": "2"}
    say(chair, f"/matters/{hall.matter_id}/rooms", convening=str(number), **plan)
    with hall.house.database.read() as session:
        path = f"/rooms/{session.exec(select(Room.id)).one()}"
    chair.goto(hall.base + path)
    connected(chair)
    return chair, path


def invitation_of(hall: Hall) -> Invitation:
    with hall.house.database.read() as session:
        return session.exec(select(Invitation).order_by(Invitation.id.desc())).first()


def as_guest(hall: Hall, path: str, person_id: int, width: int) -> Page:
    page = hall.page(width=width)
    token = hall.house.database.change(lambda session, now: begin_sign_in(session, now, person_id=person_id))
    cookie = {"name": "__Host-sign-in", "value": token, "url": "https://localhost", "secure": True}
    page.context.add_cookies([cookie])
    page.goto(hall.base + path)
    connected(page)
    return page


def test_who_is_invited_while_listening_may_speak_at_once(hall: Hall):
    chair, path = open_convened(hall, others="observer")
    listener = hall.page("李强", path)
    connected(listener)
    expect(listener.locator("#mine")).to_contain_text("您在旁听")
    say(chair, "/convenings/1/invitations", name="李强", role="expert")
    expect(listener.get_by_role("button", name="我要发言")).to_be_visible(timeout=SLOW)
    connected(listener)
    listener.locator("#say").fill(WRITTEN)
    say(chair, f"/invitations/{invitation_of(hall).id}/withdrawal", reason="换人")
    expect(listener.locator("#mine")).to_contain_text("对您的邀请已经撤回，您现在在旁听", timeout=SLOW)
    expect(listener.locator("#unsaid")).to_contain_text(WRITTEN)
    expect(chair.locator("#said")).to_contain_text("撤回对李强的邀请", timeout=LIVE)
    expect(chair.locator("#presence")).to_contain_text("邀请已撤回", timeout=SLOW)
    shoot(listener, "seat-unseated")
    listener.reload()
    expect(listener.locator("#unsaid")).to_be_hidden()


@pytest.mark.parametrize("is_public", [True, False], ids=["public", "kept"])
def test_a_guest_who_is_removed_keeps_what_was_written_and_reads_what_happened(hall: Hall, is_public: bool):
    chair, path = open_convened(hall, is_public=is_public)
    say(chair, "/convenings/1/invitations", name="丁工程师", role="expert", guest="yes", office="设计院")
    invited = invitation_of(hall)
    guest = as_guest(hall, path, invited.person_id, 360)
    guest.locator(".composer__hand").first.click()
    guest.locator("#say").fill(WRITTEN)
    say(chair, f"/invitations/{invited.id}/withdrawal", reason="换人")
    expect(guest.locator("#unsaid")).to_contain_text(WRITTEN, timeout=SLOW)
    if is_public:
        expect(guest.locator("#mine")).to_contain_text("对您的邀请已经撤回")
        expect(guest.locator("#mine")).to_contain_text("对撤回有异议的，可以申诉")
    else:
        expect(guest.get_by_role("heading", name="您不再能进这间协商室")).to_be_visible()
        expect(guest.locator(".hall")).to_have_count(0)
    assert guest.evaluate("document.documentElement.scrollWidth <= innerWidth")
    copy = guest.get_by_role("button", name="复制")
    assert guest.evaluate(IN_WINDOW, "[data-copy]"), "what was written is read whole, and can be taken along"
    if is_public:
        assert guest.locator("#mine").bounding_box()["y"] < copy.bounding_box()["y"], "first why"
        assert guest.evaluate(IN_WINDOW, "#mine p")
    shoot(guest, f"seat-guest-{'public' if is_public else 'kept'}")
    if not is_public:
        assert guest.goto(hall.base + path).status == 404


def test_what_somebody_else_wrote_on_the_device_is_shown_to_nobody_and_one_line_is_kept_too(hall: Hall):
    chair, path = open_convened(hall)
    clerk = hall.page("林涛", path)
    connected(clerk)
    clerk.evaluate("sessionStorage.setItem(`unsaid 999999 ${location.pathname}`, JSON.stringify([['', '别人写的']]))")
    clerk.locator("#f-name").evaluate("field => { field.value = '赵敏' }")
    with clerk.expect_navigation(timeout=SLOW):
        say(chair, "/convenings/1/invitations", name="林涛", role="expert")
    expect(clerk.locator("#f-name")).to_have_value("赵敏", timeout=SLOW)
    kept = clerk.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('unsaid'))")
    assert kept == [], "nothing of anybody else's is left there"
    expect(clerk.locator("#unsaid")).to_be_hidden()


def test_who_is_sent_out_appeals_and_has_the_seat_again(hall: Hall):
    chair, path = open_convened(hall)
    say(chair, "/convenings/1/invitations", name="丁工程师", role="expert", guest="yes", office="设计院")
    invited = invitation_of(hall)
    guest, member = as_guest(hall, path, invited.person_id, 360), hall.page("李强", path)
    expect(chair.locator("#presence")).to_contain_text("李强", timeout=SLOW)
    say(chair, f"/invitations/{invited.id}/withdrawal", reason="换人")
    guest.get_by_role("link", name="对撤回有异议的，可以申诉").click(timeout=SLOW)
    fold = guest.locator("#fold-appeal")
    fold.locator("summary").click()
    fold.get_by_label("申诉的理由").fill("我在讲议题")
    fold.get_by_role("button", name="申诉").click()
    expect(member.locator("#appeals")).to_contain_text("丁工程师对主持人的处置申诉：我在讲议题", timeout=SLOW)
    shoot(guest, "seat-appealed")
    say(member, f"{path}/hands", appeal="1", outcome="overturned")
    clerk = hall.page("林涛", path)
    expect(chair.locator("#presence")).to_contain_text("林涛", timeout=SLOW)
    say(clerk, f"{path}/hands", appeal="1", outcome="overturned")
    say(clerk, f"{path}/counts", appeal="1", sustain="0", overturn="0")
    expect(guest.get_by_role("button", name="我要发言")).to_be_visible(timeout=SLOW)


def test_what_reached_nobody_is_said_until_it_is_sent_again(hall: Hall):
    _chair, path = hall.open_room()
    member = hall.page("李强", path)
    connected(member)
    member.locator("#say").fill(WRITTEN)
    member.context.set_offline(True)
    member.get_by_role("button", name="交发言").click()
    member.wait_for_timeout(500)
    member.context.set_offline(False)
    expect(member.locator("#connection")).to_contain_text("刚才没有交出去", timeout=SLOW)
    expect(member.locator("#say")).to_have_value(WRITTEN)
    member.get_by_role("button", name="交发言").click()
    expect(member.locator("#said")).to_contain_text(WRITTEN, timeout=SLOW)
    expect(member.locator("#connection")).to_be_hidden()
