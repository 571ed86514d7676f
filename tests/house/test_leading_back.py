"""The address of a form, asked for by itself, leads to a page that there is."""

from __future__ import annotations

from deliberation.app import route_table
from deliberation.leading_back import leading_back
from deliberation.web import RouteSpec
from tests.pages import open_site
from tests.people import build_village

TABLE = [line for line in route_table() if isinstance(line, RouteSpec)]


def test_it_leads_only_to_pages_of_the_table_and_says_no_more_than_the_address():
    pages = {line.path for line in TABLE if line.method == "GET"}
    led = leading_back(TABLE)
    assert set(led.values()) <= pages and not set(led) & pages
    assert led["/convenings/{id}/lots"] == "/convenings/{id}/lots/new"
    assert led["/rooms/{id}/statements"] == "/rooms/{id}"
    assert "/sign-out" not in led and "/turns/{id}/floor" not in led


def test_a_browser_is_led_back_and_the_page_itself_says_who_may_see_it(database_url, tmp_path):
    with open_site(database_url, tmp_path) as site:
        build_village(site.house.database)
        visitor = site.visitor()
        for method in ("GET", "HEAD"):
            page = visitor.ask(method, "/convenings/1/lots")
            assert (page.status, page.location) == (303, "/convenings/1/lots/new")
        assert visitor.get("/convenings/1/cancellation").location == "/convenings/1"
        assert visitor.get("/convenings/1").status == 404
        assert visitor.get("/sign-out").status == 404
        assert visitor.ask("PUT", "/convenings/1/lots").status in (404, 405)
