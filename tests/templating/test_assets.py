import gzip
import re

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from deliberation.assets import asset, assets, sprite, static_file
from deliberation.places import folder


@pytest.fixture(scope="module")
def client():
    return TestClient(Starlette(routes=[Route("/static/{name}", static_file)]), "https://testserver")


def test_a_file_is_kept_for_ever_under_the_name_of_its_content(client):
    answer = client.get(asset("app.css"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == assets()["app.css"].plain


def test_a_browser_that_cannot_unpack_gets_the_plain_bytes(client):
    answer = client.get(asset("app.js"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.content == assets()["app.js"].plain
    assert answer.headers["vary"] == "Accept-Encoding"


def test_yesterdays_name_is_answered_but_not_kept(client):
    answer = client.get("/static/app.0123456789ab.css")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


def test_what_is_unchanged_is_not_sent_again(client):
    first = client.get(asset("app.css"))
    again = client.get(asset("app.css"), headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["nothing.css", "..%2fpyproject.toml", "app.css.map", "vendor", "app.zzz.css"])
def test_nothing_else_is_served(client, name):
    assert client.get(f"/static/{name}").status_code == 404


def test_the_style_keeps_its_layers_and_asks_for_nothing_more():
    style = assets()["app.css"].plain.decode()
    assert style.startswith("@layer reset, base, components, utilities, print;")
    assert "@import" not in style
    assert "url(" not in style
    assert style.count("{") == style.count("}")


def test_every_component_is_in_one_bundle():
    css = folder("static") / "css"
    imported = [
        name
        for sheet in ("app.css", "hall.css")
        for name in re.findall(r'url\("([\w-]+\.css)"\)', (css / sheet).read_text("utf-8"))
    ]
    # The plain page is for lines that carry hardly anything: its few rules stand alone.
    assert sorted(imported) == sorted(
        {path.name for path in css.glob("*.css")} - {"app.css", "hall.css", "plain.css", "card.css"}
    )


def test_what_only_rooms_wear_is_linked_by_their_pages_alone():
    templates = folder("templates")
    linked = {
        path.relative_to(templates).parts[0]
        for path in templates.rglob("*.html")
        if '"hall.html"' in path.read_text("utf-8")
    }
    assert linked == {"rooms", "voting"}
    assert "keydesk" not in assets()["app.css"].plain.decode() and "keydesk" in assets()["hall.css"].plain.decode()


def test_comments_of_scripts_stay_at_home():
    assert not re.search(r"^\s*//", assets()["app.js"].plain.decode().split("registerExtension")[-1], re.MULTILINE)


def test_the_library_comes_before_its_extensions_and_before_us():
    script = assets()["app.js"].plain.decode()
    places = [
        script.index(mark)
        for mark in ('this.version="4.0.1"', 'registerExtension("ws"', 'registerExtension("upsert"', "politely")
    ]
    assert places == sorted(places)


def test_a_first_page_is_light():
    assert sum(len(gzip.compress(one.plain)) for one in assets().values()) < 60 * 1024


def test_the_sprite_has_every_icon_once():
    ids = re.findall(r'id="i-([\w-]+)"', sprite())
    assert ids == sorted(path.stem for path in (folder("static") / "icons").glob("*.svg"))
    assert "<script" not in sprite()
