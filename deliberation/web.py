"""What routes speak: a ``Visit`` comes in, an ``Answer`` goes out; ``@public``, ``page()``, ``redirect()``.

Routes are plain functions of a visit; only ``front`` (and ``live``, ``db``) know of async. A reading route gets a
session that cannot write; a changing one runs inside the writer. What is slow happens in its ``prepare`` half.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from sqlmodel import Session

from deliberation import templating
from deliberation.directions import turning
from deliberation.refusal import Invalid, Missing, Refusal
from deliberation.vocabulary import Act, _

Handler = Callable[..., Any]


class NotSignedIn(Exception):
    """The door asks for a signed-in person: sign-in, and back afterwards (303)."""


class TooMany(Exception):
    """Tried too often in a short time (429); ``seconds`` until the next try is worth it."""

    def __init__(self, seconds: int):
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Who:
    """The signed-in person of a visit, as much of them as every page needs."""

    id: int
    name: str
    sign_in_id: int
    signed_in_at: datetime
    locale: str | None = None
    theme: str = ""
    text_size: str = ""


@dataclass(frozen=True)
class Upload:
    """A file of a form, still in memory and capped: its name as sent, and its bytes."""

    filename: str
    content: bytes


class Provisional:
    """What a ``prepare`` half laid ready outside the database. It is discarded unless the act was done and used it."""

    is_used = False

    def discard(self) -> None:
        """Take it away again (a worker thread)."""
        raise NotImplementedError


@dataclass(slots=True)
class Call:
    """The HTTP side of a visit, without a session: made on the event loop, kept for error pages."""

    house: Any
    method: str
    path: str
    params: dict[str, str]
    query: dict[str, str]
    form: dict[str, list[str]]
    files: dict[str, Upload]
    cookies: dict[str, str]
    headers: Mapping[bytes, bytes]
    address: str
    locale: str
    token_hash: bytes | None
    form_token: str
    visitor: str
    new_visitor: bool


@dataclass(slots=True)
class Visit:
    """One visit (来访): who asks what, when, in which language; with the session to read or change by."""

    call: Call
    session: Session
    now: datetime
    person: Who | None
    locale: str
    theme: str = ""
    text_size: str = ""
    community: Any = None
    errors: dict[str, Refusal] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    details: Any = None
    extra_banners: list[dict[str, Any]] = field(default_factory=list)

    @property
    def house(self) -> Any:
        return self.call.house

    @property
    def path(self) -> str:
        return self.call.path

    @property
    def query(self) -> dict[str, str]:
        return self.call.query

    @property
    def token(self) -> str:
        return self.call.form_token

    @property
    def is_htmx(self) -> bool:
        return b"hx-request" in self.call.headers

    @property
    def banners(self) -> list[dict[str, Any]]:
        return self.house.banners(self) + self.extra_banners

    def new_key(self) -> str:
        """The key of a form about to be shown: a repeat with it gets the first answer again."""
        return secrets.token_urlsafe(12)

    def text(self, name: str, default: str = "") -> str:
        """A form field, trimmed."""
        return self.raw(name, default).strip()

    def raw(self, name: str, default: str = "") -> str:
        values = self.call.form.get(name)
        return values[-1] if values else default

    def texts(self, name: str) -> list[str]:
        """Every value of a repeated field (check boxes)."""
        return list(self.call.form.get(name, ()))

    def typed(self, name: str, default: Any = "") -> Any:
        """What the person typed last time, so that a refused form is shown as it was left."""
        return self.raw(name) if name in self.call.form else default

    def number(self, name: str) -> int:
        """An integer of the path; anything else was never there."""
        value = self.call.params[name]
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            raise Missing
        return int(value)


@dataclass(slots=True)
class Answer:
    """A response: status, body, headers, cookies to set. ``location`` is kept for repeats of the form's key."""

    status: int = 200
    body: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    location: str = ""

    def cookie(self, header: str) -> Answer:
        self.headers.append((b"set-cookie", header.encode("latin-1")))
        return self


HTML = (b"content-type", b"text/html; charset=utf-8")
NO_STORE = (b"cache-control", b"no-store")


def page(visit: Visit, template: str, /, *, status: int = 200, **context: Any) -> Answer:
    """A whole page."""
    html = templating.render(template, visit.locale, visit=visit, **context)
    return Answer(status, html.encode(), [HTML, NO_STORE, (b"vary", b"HX-Request, Cookie")])


def part(visit: Visit, template: str, /, *, status: int = 200, **context: Any) -> Answer:
    """A fragment by itself, for htmx."""
    return bare(templating.fragment(template, locale=visit.locale, **context), status)


def bare(html: str | bytes, status: int = 200) -> Answer:
    """A rendered fragment by itself, which was kept ready."""
    body = html.encode() if isinstance(html, str) else html
    return Answer(status, body, [HTML, NO_STORE, (b"vary", b"HX-Request, Cookie")])


def redirect(location: str) -> Answer:
    """See other: every change answers with where its result is read."""
    return Answer(303, b"", [(b"location", quote(location, safe="/?&=#%:;,+@!$'()*~").encode()), NO_STORE], location)


def text(content: str, *, status: int = 200, media_type: str = "text/plain; charset=utf-8") -> Answer:
    return Answer(status, content.encode(), [(b"content-type", media_type.encode()), NO_STORE])


def download(content: bytes, filename: str, media_type: str, plain: str = "") -> Answer:
    """A file to keep: never rendered in our origin (RFC 6266 name, sandbox). ``plain``: its name in ASCII, for old clients."""
    plain = plain or re.sub(r"[^A-Za-z0-9._-]+", "_", filename) or "file"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
    what = [(b"content-type", media_type.encode()), (b"content-disposition", disposition.encode())]
    return Answer(200, content, [*what, (b"content-security-policy", b"sandbox; default-src 'none'"), NO_STORE])


def public(handler: Handler) -> Handler:
    """A door that is open to everybody, signed in or not."""
    handler.door = lambda visit: None
    return handler


def signed_in(handler: Handler) -> Handler:
    """A door for signed-in people; others are asked to sign in and come back."""
    handler.door = _must_be_signed_in
    return handler


def _must_be_signed_in(visit: Visit) -> None:
    if visit.person is None:
        raise NotSignedIn


@dataclass(frozen=True)
class RouteSpec:
    """One line of the route table. A changing route names its acts, or says in ``no_act`` why it is none."""

    method: str
    path: str
    handler: Handler
    prepare: Handler | None = None
    again: Handler | None = None
    bulk: Handler | None = None
    acts: tuple[Act, ...] = ()
    no_act: str = ""
    upload: bool = False
    together: bool = False
    embedded: bool = False


def get(path: str, handler: Handler, *, together: bool = False, embedded: bool = False) -> RouteSpec:
    """A reading route. ``together``: whoever asks at the same moment is read for in one session (``keeping.once``).

    ``embedded``: shown inside others' pages, so that it reads no cookie and leaves none, whoever it is.
    """
    return RouteSpec("GET", path, handler, together=together, embedded=embedded)


def post(path: str, handler: Handler, *acts: Act, no_act: str = "", **halves: Any) -> RouteSpec:
    """A changing route.

    ``prepare(visit)`` may be slow and runs before the writer's door; its value is the handler's second argument.
    ``again(visit)`` shows the form once more when the input is invalid. ``bulk(session, visits, now)`` is the verb of a
    hot route, which answers a list of answers or exceptions. ``upload``: a file may come with it.
    """
    return RouteSpec("POST", path, handler, acts=acts, no_act=no_act, **halves)


@dataclass(frozen=True)
class SocketSpec:
    """A live topic: ``follow(visit)`` answers (topic, community id), or raises what keeps the visitor out."""

    path: str
    follow: Handler


def socket(path: str, follow: Handler) -> SocketSpec:
    return SocketSpec(path, follow)


def form_token(cookie: str) -> str:
    """The token that every form of this browser carries: bound to its cookie, useless without it."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"deliberation/form/" + cookie.encode()).digest()[:18]).decode()


def token_hash(cookie: str) -> bytes:
    """What the database keeps of a sign-in's token."""
    return hashlib.sha256(cookie.encode()).digest()


def local_path(value: str) -> str:
    """Where to go afterwards, if it is a path of ours; the home page for anything else (open redirects)."""
    lowered = value.lower()
    if not value.startswith("/") or value.startswith("//") or "\\" in value or "%5c" in lowered or "%2f" in lowered[:4]:
        return "/"
    if any(ord(char) < 33 for char in value):
        return "/"
    parts = urlsplit(value)
    return "/" if parts.scheme or parts.netloc else value


REQUIRED = Refusal(_("请填写这一项"))


class Fields:
    """Reads a form field by field and gathers every fault. ``turns``: signs that turn a text (``directions``) are kept."""

    def __init__(self, visit: Visit):
        self.visit = visit
        self.errors: dict[str, Refusal] = {}

    def text(self, name: str, *, most: int = 200, required: bool = True, turns: bool = False) -> str:
        value = self.visit.text(name).replace("\r\n", "\n")
        if required and not value:
            self.errors[name] = REQUIRED
        elif len(value) > most:
            self.errors[name] = Refusal(_("最多{most}字，现在是{now}字"), {"most": most, "now": len(value)})
        elif "\x00" in value:
            self.errors[name] = Refusal(_("含有无法保存的字符"))
        elif not turns and (no := turning(value)):
            self.errors[name] = no
        return value

    def choice(self, name: str, choices: Any) -> str:
        value = self.visit.text(name)
        if value not in choices:
            self.errors[name] = Refusal(_("请从列出的选项中选择"))
        return value

    def integer(self, name: str, *, least: int = 0, most: int = 10**9, required: bool = True) -> int | None:
        value = unicodedata.normalize("NFKC", self.visit.text(name))  # An input method for Chinese types ４０.
        if not value and not required:
            return None
        if not re.fullmatch(r"[0-9]{1,12}", value) or not least <= int(value) <= most:
            self.errors[name] = Refusal(_("请填写{least}到{most}之间的整数"), {"least": least, "most": most})
            return None
        return int(value)

    def day(self, name: str, *, required: bool = True) -> date | None:
        value = unicodedata.normalize("NFKC", self.visit.text(name))
        if not value and not required:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.errors[name] = Refusal(_("请按年-月-日填写日期，例如2026-11-21"))
            return None

    def check(self) -> None:
        """Raise ``Invalid`` if anything was wrong."""
        if self.errors:
            raise Invalid(self.errors)
