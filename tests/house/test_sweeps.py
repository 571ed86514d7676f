"""Sweeps over the whole route table, so that a new route cannot escape (ASVS 3.4, 3.5, 4.1, 8.2, 13.4, 14.3).

Each sweep asks every route of every slice, as a stranger and as somebody with many rights, in one test.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel

from deliberation import schema  # noqa: F401 - every table is known after this
from deliberation.app import route_table
from deliberation.assets import asset
from deliberation.communities.models import community
from deliberation.identity.models import people_of_community
from deliberation.legislation.drafting import Draft, bring_draft, publish_draft
from deliberation.rooms.limits_rules import Limits
from deliberation.vocabulary import Act
from deliberation.web import RouteSpec, SocketSpec
from tests.legislation.texts import FIRST, read
from tests.pages import ORIGIN, Browser, Page, Site, open_site
from tests.people import Place, Places
from tests.rooms.meeting import Meeting

LINES = [line for line in route_table() if isinstance(line, RouteSpec)]
READING = sorted({line.path for line in LINES if line.method == "GET"})
CHANGING = [line for line in LINES if line.method != "GET"]
HEADERS = {
    "content-security-policy": r"default-src 'none'; script-src 'self'; style-src 'self'; .*frame-ancestors 'none'.*",
    "x-content-type-options": r"nosniff",
    "referrer-policy": r"same-origin",
    "cross-origin-opener-policy": r"same-origin",
    "strict-transport-security": r"max-age=31536000",
}
FOREIGN = "https://evil.example"


SOURCES = Path(__file__).resolve().parents[2] / "deliberation"
FIELDS = sorted(
    {
        name
        for path in SOURCES.rglob("*.py")
        for name in re.findall(r'\b(?:text|raw|texts|typed|choice|integer|day)\(\s*"(\w+)"', path.read_text("utf-8"))
    }
    - {"token", "key"}
)
"""Every field that some route asks a form for."""


@dataclass(frozen=True)
class World:
    """A village with a meeting on a matter under way, and the numbers by which its things are asked for."""

    site: Site
    places: Places
    numbers: dict[str, int]

    def filled(self, path: str, number: int | None = None) -> str:
        """An address of this pattern; the number is that of a thing that is there, unless one is given."""

        def value(found: re.Match[str]) -> str:
            if found[2] in {"token", "path"}:
                return f"{found[1]}0"
            return f"{found[1]}{self.numbers.get(found[1].strip('/'), 1) if number is None else number}"

        return re.sub(r"(\w+/)\{(\w+)(?::path)?\}", value, path)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    meeting = Meeting(database_url)
    under_way = meeting.room_id
    meeting.room_id = meeting.open(Limits())
    meeting.close()
    minutes_id = meeting.file()
    meeting.room_id = under_way
    draft_id = meeting.database.change(partial(_draft, place=meeting.story.places.village))
    meeting.database.close()
    places = meeting.story.places
    village = places.village
    numbers = {"communities": village.id, "log": village.id, "people": village["赵敏"], "rooms": meeting.room_id}
    numbers |= {"minutes": minutes_id, "drafts": draft_id}
    numbers |= {"matters": meeting.story.matter_id, "assemblies": village.bodies["committee"]}
    with open_site(database_url, tmp_path, metrics_token="a-token") as site:
        site.house.runner.stop()  # It renews its lease, which would look like a change by whoever is asking.
        yield World(site, places, numbers)


def _draft(session: Session, now: datetime, place: Place) -> int:
    """A published draft law at the village's contact point."""
    first, where = Draft("一审稿", read(FIRST)), community(session, place.id)
    made = bring_draft(session, now, community=where, title="", first=first, actor=place.actor("陈静"))
    publish_draft(session, now, draft=made, actor=place.actor("陈静"))
    return made.id


@pytest.fixture
def site(world: World) -> Site:
    return world.site


@pytest.fixture
def places(world: World) -> Places:
    return world.places


def browsers(site: Site, places: Places) -> dict[str, Browser]:
    village = places.village
    names = ("何敏", "王秀英", "赵敏")
    return {"a stranger": site.visitor()} | {name: site.browser(village[name]) for name in names}


def fingerprint(site: Site) -> str:
    """One hash over every row of every table."""
    digest = hashlib.sha256()
    with site.house.database.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            rows = session.execute(text(f'SELECT * FROM "{table.name}"'))
            for row in sorted(
                repr([bytes(one) if isinstance(one, memoryview) else one for one in row]) for row in rows
            ):
                digest.update(f"{table.name} {row}\n".encode())
    return digest.hexdigest()


def ask(world: World, browser: Browser, line: RouteSpec, fields: dict[str, str], **headers: str) -> Page:
    return browser.ask(line.method, world.filled(line.path), data=fields, headers=headers)


def test_every_handler_has_a_door():
    assert [line.path for line in LINES if not hasattr(line.handler, "door")] == []


def test_every_changing_route_names_its_acts_or_why_it_is_none():
    assert [line.path for line in CHANGING if bool(line.acts) == bool(line.no_act.strip())] == []
    assert [line.path for line in CHANGING for act in line.acts if act not in set(Act)] == []


def test_no_address_stands_twice_in_the_table():
    seen = [(line.method, re.sub(r"\{\w+", "{", line.path)) for line in LINES]
    assert sorted(one for one in set(seen) if seen.count(one) > 1) == []


def test_sockets_say_who_may_follow():
    sockets = [line for line in route_table() if isinstance(line, SocketSpec)]
    assert all(callable(line.follow) and line.path.endswith("/live") for line in sockets)


def test_nothing_changes_without_the_forms_token(world, site, places):
    everyone, before = browsers(site, places), fingerprint(site)
    for line in CHANGING:
        for fields, name in zip(({}, {"token": ""}, {"token": "0" * 24}), everyone, strict=False):
            page = ask(world, everyone[name], line, fields, origin=ORIGIN)
            assert page.status == 403, (name, line.path, page.status)
    assert fingerprint(site) == before


def test_nothing_changes_with_the_token_of_another_browser(world, site, places):
    village = places.village
    mine, theirs = site.browser(village["何敏"]), site.browser(village["赵敏"])
    before = fingerprint(site)
    for line in CHANGING:
        assert ask(world, mine, line, {"token": theirs.token}, origin=ORIGIN).status == 403, line.path
    assert fingerprint(site) == before


NOT_OURS: tuple[dict[str, str], ...] = (
    {"origin": FOREIGN},
    {"origin": "null"},
    {"origin": "https://testserver.evil.example"},
    {"origin": FOREIGN, "sec-fetch-site": "same-origin"},
    {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {},
)


def test_nothing_changes_from_a_page_that_is_not_ours(world, site, places):
    browser = site.browser(places.village["何敏"])
    before = fingerprint(site)
    for line in CHANGING:
        for headers in NOT_OURS:
            page = ask(world, browser, line, {"token": browser.token}, **headers)
            assert page.status == 403, (line.path, headers, page.status)
    assert fingerprint(site) == before


def test_a_stranger_with_a_proper_form_changes_nothing_official(world, site, places):
    """Default deny: what is not open to everybody leads to the sign-in, whatever the form says."""
    stranger, before = site.visitor(), fingerprint(site)
    for line in CHANGING:
        if line.acts:
            page = ask(world, stranger, line, {"token": stranger.token, "key": "k"}, origin=ORIGIN)
            assert page.status in {303, 404}, (line.path, page.status)
            assert page.status == 404 or page.location.startswith("/sign-in"), (line.path, page.location)
    assert fingerprint(site) == before


def test_reading_changes_nothing_and_never_fails(world, site, places):
    everyone, before = browsers(site, places), fingerprint(site)
    for name, browser in everyone.items():
        for path in READING:
            for method, number in (("GET", None), ("HEAD", None), ("GET", 1), ("GET", 999_999)):
                page = browser.ask(method, world.filled(path, number))
                assert page.status < 500, (name, method, path, page.status)
                assert method == "GET" or page.text == ""
    assert fingerprint(site) == before


def test_queries_of_any_kind_never_fail(world, site, places):
    browser = site.browser(places.village["何敏"])
    strange = ("", "x", "-1", "99999999999999999999", "%00", "'", "<b>", "٣", "1e5", "%F0%9F%8F%98")
    names = ("page", "q", "before", "community", "only", "next", "done", "seen", "from", "until", "kind")
    for path in READING:
        for word in strange:
            query = "&".join(f"{name}={word}" for name in names)
            page = browser.get(f"{world.filled(path)}?{query}")
            assert page.status < 500, (path, word, page.status)


def test_forms_full_of_rubbish_get_an_answer_and_never_fail(world, site, places):
    """Whoever sends whatever: a reason, a form to mend, or nothing there; never an error of ours."""
    strange = ("", "x", "-1", "99999999999999999999", "\x00", "<b>'\"", "2026-13-45", "٣", "🏘" * 300)
    names = ("何敏", "王秀英", "林涛", "李强", "赵敏")
    for line in (one for one in CHANGING if one.path != "/sign-out"):
        for number, word in enumerate(strange):
            browser = site.browser(places.village[names[number % len(names)]])
            page = ask(world, browser, line, {"token": browser.token} | dict.fromkeys(FIELDS, word), origin=ORIGIN)
            assert page.status < 500, (line.path, word, page.status)


def every_answer(world: World) -> Iterator[tuple[str, Page]]:
    """Pages, fragments, files, redirects, errors and static files, as a stranger and as an administrator."""
    for browser in (world.site.visitor(), world.site.browser(world.places.village["何敏"])):
        paths = [world.filled(path) for path in READING]
        paths += ["/nothing/here", "/communities/999999", "/static/nothing.css", asset("app.css"), asset("app.js")]
        for path in paths:
            yield path, browser.get(path)
            yield f"htmx {path}", browser.fragment(path)
        yield "POST /nothing", browser.ask("POST", "/nothing", headers={"origin": ORIGIN})
        yield "POST without token", browser.ask("POST", "/sign-out", headers={"origin": ORIGIN})
        yield "TRACE", browser.ask("TRACE", "/")


def test_every_answer_carries_the_headers_is_not_stored_and_tells_nothing_of_the_inside(world):
    for path, page in every_answer(world):
        check_headers(path, page)
        if page.headers.get("content-type", "").startswith("text/html"):
            assert page.headers.get("cache-control") == "no-store", path
        if page.status >= 400:
            assert not re.search(r"Traceback|File \"|sqlalchemy|starlette|SELECT ", page.text), path


def check_headers(path: str, page: Page) -> None:
    for name, pattern in HEADERS.items():
        found = page.headers.get(name, "")
        # What is downloaded is shut in still more closely by a policy of its own.
        if name == "content-security-policy" and "attachment" in page.headers.get("content-disposition", ""):
            pattern = r"sandbox; default-src 'none'"
        assert re.fullmatch(pattern, found), (path, name, found)
    assert "unsafe" not in page.headers["content-security-policy"]


def test_nothing_is_said_to_other_origins(world, site, places):
    browser = site.browser(places.village["何敏"])
    for path in [*READING, *(line.path for line in CHANGING)]:
        for method in ("GET", "OPTIONS"):
            page = browser.ask(method, world.filled(path), headers={"origin": FOREIGN})
            assert [name for name in page.headers if name.lower().startswith("access-control-")] == [], path


def test_unused_methods_are_refused_everywhere(world, site, places):
    browser, before = site.browser(places.village["何敏"]), fingerprint(site)
    for path in READING:
        for method in ("TRACE", "PUT", "DELETE", "PATCH"):
            page = browser.ask(method, world.filled(path), headers={"origin": ORIGIN, "x-secret": "s3cr3t"})
            assert page.status in {404, 405}, (method, path, page.status)
            assert "s3cr3t" not in page.text
    assert fingerprint(site) == before


def test_nobodys_phone_is_on_a_page_for_others(world, site, places):
    """Phone numbers are for those who register people, and for oneself."""
    with site.house.database.read() as session:
        phones = {each.name: each.phone for each in people_of_community(session, community(session, places.village.id))}
    for name, browser in browsers(site, places).items():
        for path in READING:
            if not (name == "何敏" and path.startswith("/admin")):
                page = browser.get(world.filled(path))
                assert "1380000" not in page.text.replace(phones.get(name, "-"), ""), (name, path)


def test_an_id_of_another_village_looks_like_one_that_never_was(world, site, places):
    """Reach: addresses of the administration answer 404 in the same words for what is elsewhere and what is nowhere."""
    browser, other = site.browser(places.village["何敏"]), places.other
    for path in (path for path in READING if path.startswith("/admin/")):
        number = other["赵敏"] if "people/{id}" in path else other.id
        elsewhere, nowhere = browser.get(world.filled(path, number)), browser.get(world.filled(path, 999_999))
        assert (elsewhere.status, elsewhere.words) == (nowhere.status, nowhere.words) and elsewhere.status == 404, path
