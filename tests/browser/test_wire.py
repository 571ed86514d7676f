"""The page's end of the socket, in a browser under the strict policy: nothing lost or twice, no typed word touched."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from jinja2 import ChoiceLoader, DictLoader
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from deliberation.assets import static_file
from deliberation.templating import arrive_again, as_update, environment
from tests.templating.visits import Visit, pattern_page

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
ROOM = """{% extends "base.html" %}{% block title %}协商室{% endblock %}{% block content %}
<h1>协商室</h1>
{{ live.wire("/room/live", seen, ["count", "feed"]) }}
<p id="count" data-say="到场{{ seen }}位">{{ seen }}</p>
<ol id="feed">{% for n in said %}<li id="s-{{ n }}" data-seq="{{ n }}">第{{ n }}句</li>{% endfor %}</ol>
<div id="mine" {{ live.mine("/room/mine", ["count"]) }}>我的：{{ seen }}</div>
<form method="post" action="/room/said" data-once>
<textarea class="input" id="say" name="say" aria-label="发言"></textarea><button class="button">交</button></form>
{% endblock %}"""


class Room:
    """A room of its own server: what was said is a list, what is announced goes to every socket."""

    def __init__(self) -> None:
        self.said = [1, 2]
        self.seen = 2
        self.sockets: list[WebSocket] = []
        self.asked: list[str] = []
        self.heard: list[str] = []
        self.posts = 0
        self.is_away = False
        self.loop: asyncio.AbstractEventLoop | None = None

    async def page(self, _request: Request) -> Response:
        env = environment("zh-Hans")
        env = env.overlay(loader=ChoiceLoader([DictLoader({"room.html": ROOM}), env.loader]))
        html = env.get_template("room.html").render(visit=Visit(path="/rooms/1"), seen=self.seen, said=self.said)
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})

    async def mine(self, _request: Request) -> Response:
        attributes = environment("zh-Hans").globals["live"].mine("/room/mine", ["count"])
        return HTMLResponse(f'<div id="mine" {attributes}>我的：{self.seen}</div>')

    async def take(self, _request: Request) -> Response:
        self.posts += 1
        await asyncio.sleep(0.5)
        return Response(status_code=303, headers={"location": "/room"})

    async def pattern(self, request: Request) -> Response:
        theme, text = request.query_params.get("theme", "light"), request.query_params.get("text", "normal")
        return HTMLResponse(
            pattern_page(Visit(theme=theme, text_size=text)), headers={"Content-Security-Policy": POLICY}
        )

    async def live(self, socket: WebSocket) -> None:
        self.loop = asyncio.get_running_loop()
        self.asked.append(socket.query_params["seen"])
        while self.is_away:
            await asyncio.sleep(0.02)
        await socket.accept()
        self.sockets.append(socket)
        if int(socket.query_params["seen"]) < self.seen:
            await socket.send_text(arrive_again())
        try:
            while True:
                self.heard.append(await socket.receive_text())
        except WebSocketDisconnect:
            self.sockets.remove(socket)

    def push(self, text: str) -> None:
        for socket in self.sockets:
            asyncio.run_coroutine_threadsafe(socket.send_text(text), self.loop).result(5)

    def cut(self, code: int) -> None:
        for socket in list(self.sockets):
            asyncio.run_coroutine_threadsafe(socket.close(code), self.loop).result(5)


@pytest.fixture
def room() -> Iterator[tuple[Room, str]]:
    room = Room()
    routes = [
        Route("/room", room.page),
        Route("/room/mine", room.mine),
        Route("/room/said", room.take, methods=["POST"]),
        Route("/pattern", room.pattern),
        WebSocketRoute("/room/live", room.live),
        Route("/static/{name}", static_file),
    ]
    config = uvicorn.Config(Starlette(routes=routes), port=0, log_level="error", ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        threading.Event().wait(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield room, f"http://127.0.0.1:{port}"
    server.should_exit = True
    server.force_exit = True
    thread.join(5)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 360, "height": 780})
    violations: list[str] = []
    page.on("console", lambda line: violations.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("pageerror", lambda error: violations.append(str(error)))
    yield page
    page.close()
    assert violations == []


def entered(page: Page, room: tuple[Room, str]) -> Room:
    page.goto(f"{room[1]}/room")
    # Only this proves that the socket is open: what is pushed arrives.
    for _ in range(50):
        if room[0].sockets:
            return room[0]
        page.wait_for_timeout(50)
    raise AssertionError("the page never opened its socket")


def test_what_is_pushed_is_seen_said_and_never_twice(page, room):
    there = entered(page, room)
    there.push(as_update('<p id="count" data-say="到场3位">3</p>'))
    expect(page.locator("#count")).to_have_text("3")
    expect(page.locator("#polite")).to_have_text("到场3位")
    item = as_update('<li id="s-4" data-seq="4">第4句</li>', "append:feed")
    there.push(item + as_update('<li id="s-3" data-seq="3">第3句</li>', "append:feed"))
    there.push(item)
    expect(page.locator("#feed li")).to_have_text(["第1句", "第2句", "第3句", "第4句"])


def test_what_differs_per_person_follows_by_itself(page, room):
    there = entered(page, room)
    there.seen = 9
    there.push(as_update('<p id="count">9</p>'))
    expect(page.locator("#mine")).to_have_text("我的：9")


def test_who_missed_something_arrives_again_and_keeps_the_half_typed_word(page, room):
    there = entered(page, room)
    page.locator("#say").fill("我的意见是")
    page.locator("#say").press("ArrowLeft")
    there.said, there.seen = [1, 2, 3, 4, 5], 5
    there.push(arrive_again())
    expect(page.locator("#feed li")).to_have_count(5)
    expect(page.locator("#seen")).to_have_attribute("value", "5")
    expect(page.locator("#say")).to_have_value("我的意见是")
    expect(page.locator("#say")).to_be_focused()


def test_a_lost_line_is_said_and_made_again_from_where_one_was(page, room):
    there = entered(page, room)
    there.said, there.seen = [1, 2, 3], 3
    there.push(arrive_again())
    expect(page.locator("#feed li")).to_have_count(3)
    there.is_away = True  # Otherwise a quick return could be there before anybody looks.
    there.cut(1012)
    expect(page.locator("#connection")).to_be_visible()
    expect(page.locator("#polite")).to_contain_text("连接断了")
    there.said, there.seen, there.is_away = [1, 2, 3, 4], 4, False
    expect(page.locator("#feed li")).to_have_count(4, timeout=15_000)
    expect(page.locator("#connection")).to_be_hidden()
    assert there.asked[0] == "2"
    assert set(there.asked[1:]) == {"3"}


def test_who_was_signed_out_is_told_and_does_not_come_back(page, room):
    there = entered(page, room)
    there.cut(4401)
    expect(page.locator("#connection")).to_contain_text("重新登录")
    page.wait_for_timeout(2_500)
    assert len(there.asked) == 1


def test_a_form_pressed_twice_is_sent_once(page, room):
    there = entered(page, room)
    page.locator("main button").dblclick(no_wait_after=True)
    page.wait_for_url("**/room")
    page.wait_for_timeout(800)
    assert there.posts == 1


@pytest.mark.parametrize(("width", "query"), [(320, ""), (320, "?text=large"), (768, ""), (1440, "?theme=dark")])
def test_every_component_fits_its_screen(page, room, width, query):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{room[1]}/pattern{query}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_targets_are_large_enough_for_a_finger(page, room):
    page.goto(f"{room[1]}/pattern")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(
          'main :is(button, select, input:not([type=hidden])), .masthead a, .foot button')]
        .filter((one) => one.getClientRects().length)
        .map((one) => (one.closest('label') ?? one).getBoundingClientRect())
        .map(({height}) => Math.round(height))"""
    )
    assert min(sizes) >= 44


def test_a_caption_is_as_wide_as_its_table_on_a_phone(page, room):
    """A caption beside cells that are blocks was a column one character wide."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{room[1]}/pattern")
    widths = page.evaluate(
        """() => [...document.querySelectorAll('.table--cards')].map((table) =>
          [table.querySelector('caption').getBoundingClientRect().width, table.getBoundingClientRect().width])"""
    )
    assert widths
    assert all(caption == table for caption, table in widths)


@pytest.mark.parametrize("query", ["?theme=light", "?theme=dark", "?text=large"])
def test_axe_finds_nothing_in_the_components(page, room, query):
    from axe_playwright_python.sync_playwright import Axe

    page.goto(f"{room[1]}/pattern{query}")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    problems = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found.response["violations"]]
    assert problems == []


def test_a_running_clock_runs(page, room):
    page.goto(f"{room[1]}/pattern")
    clock = page.locator("[role=timer]")
    first = clock.text_content()
    assert re.fullmatch(r"1:1\d", first or "")
    expect(clock).not_to_have_text(first, timeout=5_000)
