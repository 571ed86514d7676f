"""A person at a browser of the test site that sends only what stands on its pages, at the hours of a demo's clock."""

from __future__ import annotations

import re

from tests.journeys.walking import Form, Sheet, read
from tests.pages import ORIGIN, Browser, Page, Site


class Reader:
    """``go`` to a page, ``press`` a form that stands on it: its fields as they are but for the answers."""

    def __init__(self, site: Site, person_id: int | None = None):
        self.browser: Browser = site.browser(person_id)
        self.at: Sheet = read(0, ORIGIN, "")

    def go(self, path: str) -> Sheet:
        return self._show(path, self.browser.get(path))

    def press(self, action: str, **answers: str | list[str]) -> Sheet:
        """Send the form of this page whose address matches, and follow where it leads."""
        form = self._form(action, answers)
        data: dict[str, list[str]] = {}
        for name, value in form.filled(**answers):
            data.setdefault(name, []).append(value)
        files = {"file": ("", b"", "application/octet-stream")} if form.is_upload else None
        path = form.leads or form.action
        if form.method == "get":
            return self._show(path, self.browser.ask("GET", path, params=data))
        headers = {"origin": ORIGIN, "referer": self.at.url}
        return self._show(path, self.browser.ask("POST", path, data=data, files=files, headers=headers))

    def follow(self, words: str) -> Sheet:
        """The link with these words."""
        return self.go(self.at.link(words))

    def days(self, days: int) -> None:
        """Time goes by, as the button of the demo's banner has it."""
        for _day in range(days):
            assert self.browser.post("/demo/clock", days=1).status == 303

    def _form(self, action: str, answers: dict[str, str | list[str]]) -> Form:
        """Where two forms go to one address, the one that asks for these answers."""
        found = [one for one in self.at.forms if re.fullmatch(action, one.action)]
        return next((one for one in found if set(answers) <= one.names()), None) or self.at.form(action)

    def _show(self, path: str, page: Page) -> Sheet:
        if page.location:
            return self.go(page.location.removeprefix(ORIGIN))
        self.at = read(page.status, ORIGIN + path, page.text)
        return self.at
