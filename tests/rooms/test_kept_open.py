"""A page kept open is the page opened anew: after every act, what the wire brought is what a fresh page shows."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from queue import Empty, SimpleQueue
from threading import Thread

import pytest

from deliberation.live import announce
from deliberation.rooms.hall import LIVE
from tests.rooms.halls import house_at

HEARD = 20.0
"""Seconds after which a message that should have come never will."""


def within(seconds: float, receive: Callable[[], str]) -> str:
    """What comes in that time; a test that waits for what never comes fails and does not hang."""
    came: SimpleQueue[str] = SimpleQueue()
    Thread(target=lambda: came.put(receive()), daemon=True).start()
    try:
        return came.get(timeout=seconds)
    except Empty:
        raise AssertionError(f"nothing was heard within {seconds:.0f} seconds") from None


VOID = {"br", "hr", "img", "input", "link", "meta"}


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


class Part(HTMLParser):
    """The element with an id, as it stands in a page."""

    def __init__(self, id: str):
        super().__init__(convert_charrefs=False)
        self.id, self.depth, self.found = id, 0, ""

    def handle_starttag(self, tag, attrs):
        if self.depth or dict(attrs).get("id") == self.id:
            self.found += self.get_starttag_text()
            self.depth += tag not in VOID

    def handle_startendtag(self, tag, attrs):
        if self.depth:
            self.found += self.get_starttag_text()

    def handle_endtag(self, tag):
        if self.depth:
            self.found += f"</{tag}>"
            self.depth -= 1

    def handle_data(self, data):
        self.found += data if self.depth else ""

    def handle_entityref(self, name):
        self.handle_data(f"&{name};")

    def handle_charref(self, name):
        self.handle_data(f"&#{name};")


def part_of(html: str, id: str) -> str:
    reader = Part(id)
    reader.feed(html)
    assert reader.found, id
    return timeless(reader.found)


def timeless(html: str) -> str:
    """Without the moment of rendering, from which a running clock starts, and without white space between elements."""
    html = re.sub(r' hx-swap-oob="[^"]*"', "", html)
    html = re.sub(r'( data-now="[^"]*"|<rect width="[^"]*" height="100%" class="fill-act" data-until)', " ", html)
    html = re.sub(r'(role="timer"[^>]*>)[^<]*<', r"\1<", html)
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", html)).strip()


class OpenPage:
    """A page that is never loaded again: its live parts take the shape that the socket brings."""

    def __init__(self, browser, room: str):
        self.room, self.browser = room, browser
        page = browser.get(room).text
        self.parts = {id: part_of(page, id) for id in LIVE}
        seen = re.search(r'id="seen" value="(\d+)"', page)[1]
        self.listening = browser.listen(f"{room}/live", seen=int(seen))

    def hear(self, until: str) -> None:
        """Take messages until one changes this part; and say that one is here, as a page does, or one falls silent."""
        self.listening.send_text("here")
        for _ in range(20):
            message = within(HEARD, self.listening.receive_text)
            changed = self._take(message)
            if until in changed:
                return
        raise AssertionError(f"{until} never changed")

    def _take(self, message: str) -> set[str]:
        changed = set()
        for upsert in re.findall(r"<hx-upsert[^>]*>(.*?)</hx-upsert>", message, re.DOTALL):
            self.parts["said"] = _upsert(self.parts["said"], timeless(upsert))
            changed.add("said")
        plain = re.sub(r"<hx-upsert.*?</hx-upsert>", "", message, flags=re.DOTALL)
        for id in LIVE:
            if f'id="{id}"' in plain:
                self.parts[id] = part_of(plain, id)
                changed.add(id)
        return changed

    def fresh(self) -> dict[str, str]:
        page = self.browser.get(self.room).text
        return {id: part_of(page, id) for id in LIVE}

    def is_fresh(self) -> bool:
        return self.fresh() == self.parts

    def arrived(self) -> dict[str, str]:
        """What the page would show had it missed something and arrived again."""
        region = self.browser.get(f"{self.room}/parts").text
        return {id: part_of(region, id) for id in LIVE}

    def compare(self) -> None:
        assert self.fresh() == self.parts
        assert self.arrived() == self.parts


@contextmanager
def kept_open(page: OpenPage) -> Iterator[None]:
    """Connected, and among those who are told: the server lets somebody in a little after it has answered."""
    with page.listening:
        until = time.monotonic() + HEARD
        while not page.browser.site.house.hub.counts() and time.monotonic() < until:
            time.sleep(0.01)
        yield


def _upsert(list_: str, item: str) -> str:
    """What the page does with an item: in place of its own id, else before the first with a later ``data-seq``."""
    id, seq = re.search(r'id="([^"]+)"', item)[1], int(re.search(r'data-seq="(\d+)"', item)[1])
    head, items = list_.split(">", 1)[0] + ">", re.findall(r"<li .*?</li>", list_)
    items = [each for each in items if f'id="{id}"' not in each]
    place = next((i for i, each in enumerate(items) if int(re.search(r'data-seq="(\d+)"', each)[1]) > seq), len(items))
    return head + "".join([*items[:place], item, *items[place:]]) + "</ol>"


def test_after_every_act_the_open_page_is_the_fresh_page(house):
    room = house.open_room()
    chair, member, clerk = house.browser("王秀英"), house.browser("李强"), house.browser("林涛")
    other, zhou = house.browser("周明"), str(house.village["周明"])
    does = f"{room}/interventions"
    page = OpenPage(member, room)
    with kept_open(page):
        page.hear("presence")  # one's own coming
        page.compare()
        acts = [
            (member, f"{room}/attendance", {}, "presence"),
            (member, f"{room}/turns", {"position": "for"}, "queue"),
            (clerk, f"{room}/hall", {"name": "赵敏", "do": "turn"}, "queue"),
            (chair, "/turns/1/floor", {}, "speaker"),
            (member, f"{room}/statements", {"body": "第一句。", "position": "for"}, "said"),
            (clerk, f"{room}/statements", {"body": "第二句<b>。", "turn": "1"}, "said"),
            (chair, does, {"do": "extend", "turn": "1", "reason": "还没讲完"}, "speaker"),
            (chair, does, {"do": "call", "turn": "1", "reason": "请对着议题<讲>"}, "said"),
            (clerk, f"{room}/turns", {"kind": "interjection"}, "queue"),
            (clerk, f"{room}/turns", {"kind": "point"}, "queue"),
            (chair, "/turns/4/floor", {}, "speaker"),
            (chair, does, {"do": "uphold", "turn": "4", "reason": "确实超出议题"}, "speaker"),
            (chair, does, {"do": "cut", "turn": "1", "reason": "还在讲别的"}, "speaker"),
            (member, f"{room}/appeals", {"intervention": "4", "body": "我在讲议题"}, "appeals"),
            (member, f"{room}/hands", {"appeal": "1", "outcome": "overturned"}, "appeals"),
            (clerk, f"{room}/hands", {"appeal": "1", "outcome": "overturned"}, "appeals"),
            (clerk, f"{room}/hands", {"appeal": "1", "outcome": "sustained"}, "appeals"),
            (clerk, f"{room}/counts", {"appeal": "1", "overturn": "1"}, "appeals"),
            (chair, does, {"do": "reorder", "turn": "5", "reason": "接着刚才的讲"}, "speaker"),
            (member, "/turns/5/end", {}, "speaker"),
            (chair, does, {"do": "refuse", "turn": "3", "reason": "已经讲过这一点"}, "queue"),
            (clerk, "/turns/2/withdrawal", {}, "queue"),
            (chair, does, {"do": "hide", "statement": "2", "reason": "骂人"}, "said"),
            (member, f"{room}/appeals", {"intervention": "7", "body": "没有骂人"}, "appeals"),
            (member, f"{room}/hands", {"appeal": "2", "outcome": "overturned"}, "appeals"),
            (clerk, f"{room}/hands", {"appeal": "2", "outcome": "overturned"}, "appeals"),
            (clerk, f"{room}/counts", {"appeal": "2", "overturn": "1"}, "said"),
            (chair, f"/matters/{house.matter_id}/plans", {"body": "路宽4.5米。", "note": ""}, "plan"),
            (chair, f"/matters/{house.matter_id}/plans", {"body": "路宽4米。", "note": "让出菜地"}, "plan"),
            (chair, f"{room}/gauges", {"question": "行不行？", "options": "行\n不行"}, "gauge-now"),
            (member, "/gauges/1/marks", {"option": "0"}, "gauge-now"),
            (member, "/gauges/1/marks", {"option": "1"}, "gauge-now"),
            (clerk, "/gauges/1/hands", {"hands": ["0", "1"]}, "gauge-now"),
            (chair, "/gauges/1/closing", {}, "gauge-now"),
            (chair, f"{room}/gauges", {"kind": "statement", "statement": "1"}, "gauge-now"),
            (member, "/gauges/2/marks", {"option": "2"}, "gauge-now"),
            (chair, does, {"do": "hide", "statement": "1", "reason": "说到别人家"}, "gauge-now"),
            (chair, "/gauges/1/release", {}, "said"),
            (chair, "/gauges/2/closing", {}, "gauge-now"),
            (chair, "/gauges/2/release", {}, "gauge-now"),
            (
                chair,
                f"{room}/gauges",
                {"kind": "scale", "question": "几分？", "low": "不行", "high": "行"},
                "gauge-now",
            ),
            (member, f"{room}/statements", {"body": "书面的。"}, "said"),
            (clerk, f"{room}/statements", {"body": "我来<回复>。", "reply_to": "3"}, "said"),
            (clerk, "/statements/4/withdrawal", {"reason": "回复错了人"}, "gone"),
            (chair, does, {"do": "hide", "statement": "3", "reason": "与议题无关"}, "gone"),
            (member, f"{room}/questions", {"asked": "什么时候<开工>？"}, "questions-now"),
            (clerk, f"{room}/questions", {"asked": "钱从哪里来？"}, "questions-now"),
            (member, f"{room}/questions", {"asked": "占谁家的地？"}, "questions-now"),
            (member, f"{room}/backings", {"back": "2"}, "questions-now"),
            (clerk, f"{room}/backings", {"back": "1"}, "questions-now"),
            (clerk, f"{room}/backings", {"take_back": "1"}, "questions-now"),
            (chair, f"{room}/callings", {"question": "2"}, "questions-now"),
            (clerk, f"{room}/answers", {"question": "2", "answer": "县里补一半。", "by": ""}, "questions-now"),
            (member, "/questions/3/withdrawal", {}, "questions-now"),
            (chair, f"{room}/question-hidings", {"question": "1", "reason": "问过了"}, "said"),
            (clerk, f"{room}/hall", {"name": "周明", "do": "attend"}, "presence"),
            (clerk, f"{room}/hall", {"name": "赵敏", "do": "turn"}, "queue"),
            (clerk, "/turns/6/floor", {}, "speaker"),
            (clerk, "/turns/6/end", {}, "speaker"),
            (chair, f"{room}/keeping", {"let": "no"}, "appeals"),
            (chair, f"{room}/keeping", {"let": "yes"}, "appeals"),
            (chair, f"{room}/handovers", {"person": zhou, "reason": "我要对这件事发言"}, "appeals"),
            (chair, f"{room}/turns", {"position": "for"}, "queue"),
            (other, f"{room}/closing", {}, "state"),
            (
                chair,
                f"{room}/minutes",
                {"title": "纪要", "body": "记下了。", "outcome": "", "explained": "只试一试"},
                "state",
            ),
        ]
        for who, path, fields, changes in acts:
            answer = who.post(path, **fields)
            assert answer.status == 303, (path, answer.words[:300])
            page.hear(changes)
            settled(page)


def test_after_every_act_on_an_invitation_the_open_page_is_the_fresh_page(house):
    room = house.open_room()
    chair, member, invited, clerk = (house.browser(name) for name in ("王秀英", "李强", "赵敏", "林涛"))
    called = chair.get(room).links(r"/convenings/\d+")[0]
    page = OpenPage(member, room)
    with kept_open(page):
        page.hear("presence")
        acts = [
            (invited, f"{room}/attendance", {}, "presence"),
            (member, f"{room}/attendance", {}, "presence"),
            (chair, f"{room}/gauges", {"question": "行不行？", "options": "行\n不行"}, "gauge-now"),
            (invited, "/gauges/1/marks", {"option": "0"}, "gauge-now"),
            (chair, f"{called}/invitations", {"name": "赵敏", "role": "expert", "office": "设计院"}, "state"),
            (invited, "/invitations/1/reply", {"reply": "declines", "words": "有事"}, "state"),
            (invited, "/invitations/1/reply", {"reply": "comes", "words": ""}, "state"),
            (clerk, f"{room}/guests", {"guest": "小丁", "role": "affected", "phone": "no"}, "presence"),
            (clerk, f"{room}/hall", {"name": "小丁", "do": "turn"}, "queue"),
            (chair, "/turns/1/floor", {}, "speaker"),
            (chair, "/invitations/2/withdrawal", {"reason": "换人"}, "speaker"),
            (chair, "/invitations/1/withdrawal", {"reason": "换人"}, "said"),
            (member, f"{room}/appeals", {"intervention": "1", "body": "小丁没有做错什么"}, "appeals"),
            (member, f"{room}/hands", {"appeal": "1", "outcome": "overturned"}, "appeals"),
            (invited, f"{room}/hands", {"appeal": "1", "outcome": "overturned"}, "appeals"),
            (clerk, f"{room}/hands", {"appeal": "1", "outcome": "sustained"}, "appeals"),
            (clerk, f"{room}/counts", {"appeal": "1"}, "queue"),
        ]
        for who, path, fields, changes in acts:
            answer = who.post(path, **fields)
            assert answer.status in (200, 303), (path, answer.words[:600])
            page.hear(changes)
            settled(page)


def settled(page: OpenPage) -> None:
    """What else the act brought comes with it or, paced, a little later: until then a last word of ours is awaited."""
    for attempt in range(10):
        tell_last(page)
        if page.is_fresh() or attempt == 9:
            break
        time.sleep(0.2)
    page.compare()


def tell_last(page: OpenPage) -> None:
    """Have the head announced once more: it comes after all that was told before it."""
    topic = page.room.strip("/").replace("rooms", "room")
    page.browser.site.house.database.change(lambda session, now: announce(session, topic, "rooms/_state.html"))
    page.hear("state")
