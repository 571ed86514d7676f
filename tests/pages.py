"""A running site for the tests of pages, and browsers that visit it as a person or as a stranger.

::

    with open_site(database_url, tmp_path) as site:
        village = build_village(site.house.database)
        chair = site.browser(village["王秀英"])
        assert "青溪村" in chair.get("/").words
        chair.post("/matters", title="修路")
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from httpx2 import ASGITransport, BaseTransport, ByteStream, Request, Response
from starlette.testclient import TestClient

from deliberation.app import create_app
from deliberation.house import House
from deliberation.identity.actions import begin_sign_in
from deliberation.web import form_token
from tests.people import open_house

ORIGIN = "https://testserver"
_HIDDEN = re.compile(r"<(script|style|svg|head)\b.*?</\1>", re.DOTALL)


class OneCall(BaseTransport):
    """Takes each request to the site's event loop in one call and brings the whole answer back.

    Starlette's own transport, which still opens the sockets, crosses between the threads eight times a request.
    """

    def __init__(self, client: TestClient):
        self.client, self.usual = client, client._transport
        self.inside = ASGITransport(client.app, raise_app_exceptions=False, client=("testclient", 50000))

    def handle_request(self, request: Request) -> Response:
        if request.url.scheme in {"ws", "wss"}:
            return self.usual.handle_request(request)
        return self.client.portal.call(self._answer, request)

    async def _answer(self, request: Request) -> Response:
        answer = await self.inside.handle_async_request(request)
        body = b"".join([part async for part in answer.stream])
        return Response(answer.status_code, headers=answer.headers, stream=ByteStream(body))


@dataclass(frozen=True)
class Page:
    """What came back: ``status``, ``location``, headers, the HTML and the ``words`` that a person reads."""

    status: int
    location: str
    headers: Any
    text: str
    content: bytes

    @property
    def words(self) -> str:
        plain = re.sub(r"<[^>]+>", " ", _HIDDEN.sub(" ", self.text))
        return re.sub(r"\s+", " ", html.unescape(plain)).strip()

    @property
    def ids(self) -> set[str]:
        return set(re.findall(r'\sid="([^"]+)"', self.text))

    def links(self, pattern: str) -> list[str]:
        """Addresses of links and forms that match a regular expression as a whole."""
        return [
            found
            for found in map(html.unescape, re.findall(r'(?:href|action)="([^"]+)"', self.text))
            if re.fullmatch(pattern, found)
        ]


class Browser:
    """One browser with a cookie jar of its own; ``follow`` is for redirects, which are shown as they are by default."""

    def __init__(self, site: Site, person_id: int | None = None):
        self.site = site
        self.client = TestClient(site.app, base_url=ORIGIN, follow_redirects=False, raise_server_exceptions=False)
        self.client.portal = site.client.portal  # One event loop, as in the server: sockets and pages meet there.
        self.client._transport = OneCall(self.client)
        self.prefix = site.house.cookie_prefix
        if person_id is not None:
            self.sign_in(person_id)

    def sign_in(self, person_id: int) -> str:
        """Begin a sign-in as the site's own action does and keep its cookie; the token."""
        token = self.site.house.database.change(lambda session, now: begin_sign_in(session, now, person_id=person_id))
        self.set_cookie("sign-in", token)
        return token

    def set_cookie(self, name: str, value: str) -> None:
        self.client.cookies.set(self.prefix + name, value, domain="testserver.local", path="/")

    def cookie(self, name: str) -> str:
        return self.client.cookies.get(self.prefix + name, default="") or ""

    @property
    def token(self) -> str:
        """The token that the forms of this browser carry; a stranger gets the cookie behind it with a first page."""
        if not self.cookie("sign-in") and not self.cookie("visitor"):
            self.get("/sign-in")
        return form_token(self.cookie("sign-in") or self.cookie("visitor"))

    def get(self, path: str, **headers: str) -> Page:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, /, **fields: Any) -> Page:
        """Send a form as its page would: with its token, from our own origin."""
        return self.send(path, fields)

    def send(self, path: str, fields: dict[str, Any], files: dict[str, Any] | None = None, **headers: str) -> Page:
        data = {"token": self.token} | fields
        return self.ask("POST", path, data=data, files=files, headers={"origin": ORIGIN} | headers)

    def fragment(self, path: str) -> Page:
        """What htmx gets."""
        return self.get(path, **{"hx-request": "true"})

    def follow(self, page: Page) -> Page:
        """Where a form leads."""
        assert page.status == 303, (page.status, page.words[:300])
        return self.get(page.location)

    def ask(self, method: str, path: str, **options: Any) -> Page:
        answer = self.client.request(method, path, **options)
        return Page(answer.status_code, answer.headers.get("location", ""), answer.headers, answer.text, answer.content)

    def listen(self, path: str, seen: int = 0) -> Any:
        """A socket: a context manager of Starlette's, with ``receive_text``."""
        return self.client.websocket_connect(f"{path}?seen={seen}", headers={"origin": ORIGIN})


class Site:
    """The whole site over one database, started and stopped."""

    def __init__(self, house: House):
        self.house = house
        self.app = create_app(house)
        self.client = TestClient(self.app, base_url=ORIGIN)

    def browser(self, person_id: int | None = None) -> Browser:
        return Browser(self, person_id)

    def visitor(self) -> Browser:
        return Browser(self)


@contextmanager
def open_site(url: str, folder: Path, **settings: object) -> Iterator[Site]:
    """Start the site; ``settings`` as in ``settings.py``. The database must have its schema."""
    site = Site(open_house(url, folder, **settings))
    with site.client:
        yield site
