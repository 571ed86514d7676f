"""A person at a browser that runs no script: reads pages, follows links, fills in the forms that stand on them, and
sends nothing that does not stand on a page. So what works here works on any old phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import httpx2

Fields = list[tuple[str, str]]


@dataclass
class Form:
    """A form as it would be sent untouched; ``choices`` are the values that a radio, box or list offers by name.

    ``leads`` is where its first button sends it, if that is elsewhere than the form's own address.
    """

    action: str
    method: str
    fields: Fields = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    buttons: Fields = field(default_factory=list)
    words: str = ""
    is_upload: bool = False
    leads: str = ""

    def names(self) -> set[str]:
        return {name for name, _value in self.fields} | set(self.choices) | self.required

    def filled(self, **answers: str | list[str]) -> Fields:
        """What is sent: the answers in place of what stood there; an unknown field is a mistake of the journey."""
        unknown = set(answers) - self.names() - {name for name, _value in self.buttons}
        assert not unknown, f"{self.action} has no field {unknown}, only {sorted(self.names())}"
        kept = [(name, value) for name, value in self.fields if name not in answers]
        for name, given in answers.items():
            kept += [(name, one) for one in ([given] if isinstance(given, str) else given)]
        return kept


@dataclass(frozen=True)
class Sheet:
    """A page: where it is, what came, its forms and links, and the words that a person reads."""

    status: int
    url: str
    text: str
    forms: list[Form]
    links: list[tuple[str, str]]
    words: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    def form(self, action: str) -> Form:
        """The form whose address matches a regular expression as a whole."""
        found = [one for one in self.forms if re.fullmatch(action, one.action)]
        there = [one.action for one in self.forms]
        assert found, f"no form {action} on {self.url} ({self.status}), only {there}: {self.words[:600]}"
        return found[0]

    def link(self, words: str) -> str:
        found = [href for href, said in self.links if words in said]
        assert found, f"no link “{words}” on {self.url} ({self.status}): {self.words[:600]}"
        return found[0]


class _Reader(HTMLParser):
    """Reads what a form would send and what a link says."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.said: list[str] = []
        self._form: Form | None = None
        self._link: str | None = None
        self._area: str | None = None
        self._list: str | None = None
        self._since = self._form_since = self._area_since = 0
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style", "svg", "title"):
            self._hidden += 1
        elif tag == "form":
            upload = given.get("enctype") == "multipart/form-data"
            self._form = Form(given["action"], given.get("method", "get").lower(), is_upload=upload)
            self.forms.append(self._form)
            self._form_since = len(self.said)
        elif tag == "a" and "href" in given:
            self._link, self._since = given["href"], len(self.said)
        elif self._form is not None:
            self._control(self._form, tag, given)

    def _control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "button" and not form.leads and not form.buttons:
            form.leads = given.get("formaction", "")
        if tag == "button" and name:
            form.buttons.append((name, given.get("value", "")))
        if tag not in ("input", "textarea", "select", "option") or (not name and tag != "option"):
            return
        if "required" in given and name:
            form.required.add(name)
        if tag == "textarea":
            self._area, self._area_since = name, len(self.said)
        elif tag == "select":
            self._list = name
        elif tag == "option" and self._list:
            self._option(form, self._list, given)
        elif tag == "input":
            self._input(form, name, given)

    @staticmethod
    def _option(form: Form, name: str, given: dict[str, str]) -> None:
        offered = form.choices.setdefault(name, [])
        offered.append(given.get("value", ""))
        if "selected" in given or len(offered) == 1:
            form.fields[:] = [(one, value) for one, value in form.fields if one != name]
            form.fields.append((name, offered[-1]))

    @staticmethod
    def _input(form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if "disabled" in given or kind == "file":
            return
        value = given.get("value", "on" if kind in ("radio", "checkbox") else "")
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(value)
            if "checked" not in given:
                return
        form.fields.append((name, value))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "svg", "title"):
            self._hidden -= 1
        elif tag == "form" and self._form is not None:
            self._form.words = _plain(self.said[self._form_since :])
            self._form = None
        elif tag == "a" and self._link is not None:
            self.links.append((self._link, _plain(self.said[self._since :])))
            self._link = None
        elif tag == "textarea" and self._area is not None and self._form is not None:
            typed = "".join(self.said[self._area_since :])
            self._form.fields.append((self._area, typed.removeprefix("\n")))
            self._area = None
        elif tag == "select":
            self._list = None

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.said.append(data)


def _plain(said: list[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(said)).strip()


def read(status: int, url: str, text: str) -> Sheet:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return Sheet(status, url, text, reader.forms, reader.links, _plain(reader.said))


class Walker:
    """One person, one cookie jar."""

    def __init__(self, address: str):
        self.address = address
        self.client = httpx2.Client(base_url=address, timeout=30)
        self.cookies: dict[str, str] = {}
        self.at = read(0, address, "")

    def go(self, path: str) -> Sheet:
        return self._ask("GET", path.removeprefix(self.address))

    def send(self, form: Form, **answers: str | list[str]) -> Sheet:
        """Send a form of the page on which one is, as a browser does: with where it comes from."""
        fields = form.filled(**answers)
        if form.method == "get":
            return self._ask("GET", form.action, params=fields)
        data: dict[str, list[str]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        # A form for files is sent in parts even when no file was chosen.
        files = {"file": ("", b"", "application/octet-stream")} if form.is_upload else None
        return self._ask("POST", form.leads or form.action, data=data, files=files)

    def press(self, action: str, **answers: str | list[str]) -> Sheet:
        """Send the form of this page that goes to ``action`` (a regular expression)."""
        return self.send(self.at.form(action), **answers)

    def sign_in(self, link: str) -> Walker:
        """By a one-time link, which asks to be confirmed."""
        self.go(link)
        self.press(r"/sign-in/.+")
        return self

    def _ask(self, method: str, path: str, **options: Any) -> Sheet:
        """Ask, and follow where the answer leads. Cookies are kept by hand: browsers take localhost for secure, the
        client's own jar would not send a Secure cookie to it."""
        for _hop in range(8):
            headers = {
                "referer": self.at.url,
                "cookie": "; ".join(f"{name}={each}" for name, each in self.cookies.items()),
            }
            if method == "POST":
                headers["origin"] = self.address
            answer = self.client.request(method, path, headers=headers, **options)
            self._remember(answer)
            if not answer.has_redirect_location:
                self.at = read(answer.status_code, str(answer.url), answer.text)
                return self.at
            method, path, options = "GET", answer.headers["location"], {}
        raise AssertionError(f"{path} leads round in a ring")

    def _remember(self, answer: httpx2.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            name, _is, rest = line.partition("=")
            value = rest.split(";", 1)[0]
            if value and "max-age=0" not in line.lower():
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)

    def close(self) -> None:
        self.client.close()

    def __enter__(self) -> Walker:
        return self

    def __exit__(self, *_left: object) -> None:
        self.close()


def matching(sheet: Sheet, pattern: str) -> Iterator[str]:
    """Links of a page whose address matches."""
    return (href for href, _said in sheet.links if re.fullmatch(pattern, href))
