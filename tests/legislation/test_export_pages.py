"""Exports on the page: who may, what is said, a file made by a process of its own, taken away whole or in parts."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlmodel import select
from starlette.websockets import WebSocketDisconnect

from deliberation.legislation.export_models import OpinionExport
from deliberation.legislation.exporting import BEAT, MOST_TRIES
from tests.legislation.asking import PUBLIC, Here, asked_site
from tests.pages import Browser


class Out(Here):
    @property
    def exporter(self):
        return self.site.house.exporter

    def ask(self, *, by: str = "陈静", edition: str = "public", format: str = "csv", purpose: str = ""):
        return self.as_(by).post(f"{self.address}/exports", edition=edition, format=format, purpose=purpose)

    def look(self) -> None:
        """The runner looks, and what it began comes to its end."""
        self.site.house.runner.run_due()
        self.site.house.database.change(
            lambda _session, _now: None
        )  # What follows a commit is done before the next one.
        for thread in self.exporter.threads:
            thread.join(300)

    def rows(self) -> list[OpinionExport]:
        with self.site.house.database.read() as session:
            return list(session.exec(select(OpinionExport).order_by(OpinionExport.id)))

    def file(self, id: int, by: str = "", **headers: str):
        return self.as_(by).ask("GET", f"{self.address}/exports/{id}/file", headers=headers)

    def take(self, browser: Browser, id: int) -> str:
        """Press the button of the full edition; where it leads."""
        answer = browser.post(f"{self.address}/exports/{id}/file")
        assert answer.status == 303, answer.words
        return answer.location

    def taken(self) -> list[dict[str, Any]]:
        return [json.loads(each.body)["data"] for each in self.asking.entries("opinions.export_taken")]


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[Out]:
    with asked_site(database_url, tmp_path) as made:
        yield Out(made.site, made.asking)


def test_a_public_file_is_made_by_the_runner_and_everybody_has_it(here: Out) -> None:
    here.asking.give()
    here.asking.give(signed=type(PUBLIC)("named", "孙丽", publishes=False))
    page = here.as_("陈静").get(f"{here.address}/exports")
    assert "公开版1条，完整版2条" in page.words and "还没有导出过" in page.words
    assert here.ask().status == 303
    assert "排着队" in here.as_("陈静").get(f"{here.address}/exports").words
    assert here.ask().status == 409, "the same one is being made"
    here.look()
    [made] = here.rows()
    page = here.as_("陈静").get(f"{here.address}/exports")
    assert made.sha256 in page.text.replace("<wbr>", "") and "陈静" in page.words
    link = f"{here.address}/exports/{made.id}/file"
    assert link in here.as_("").get(here.address).text
    answer = here.file(made.id)
    data = answer.content
    assert hashlib.sha256(data).hexdigest() == made.sha256 and len(data) == made.size
    [row] = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert row["修改意见"] == "不少于二十日" and row["提出人"] == ""
    [asked], [entry] = here.asking.entries("opinions.export_asked"), here.asking.entries("opinions.exported")
    said = json.loads(entry.body)
    assert said["actor"] == "liaison" and said["object"] == made.subject == json.loads(asked.body)["object"]
    assert said["data"]["sha256"] == made.sha256 and said["data"]["rows"] == 1


def test_a_download_that_broke_off_goes_on(here: Out) -> None:
    here.asking.give()
    here.ask()
    here.look()
    [made] = here.rows()
    whole = here.file(made.id)
    assert whole.headers["accept-ranges"] == "bytes" and "attachment" in whole.headers["content-disposition"]
    part = here.file(made.id, Range="bytes=10-", **{"If-Range": whole.headers["etag"]})
    assert (part.status, part.content) == (206, whole.content[10:])
    assert part.headers["content-range"] == f"bytes 10-{made.size - 1}/{made.size}"
    assert here.file(made.id, Range="bytes=10-", **{"If-Range": '"another"'}).status == 200
    assert here.file(made.id, Range=f"bytes={made.size}-").status == 416


def test_the_full_edition_says_what_for_and_is_the_liaisons_alone(here: Out) -> None:
    here.asking.give()
    page = here.ask(edition="full")
    assert page.status == 422 and "请写明作什么用" in page.words
    assert here.ask(edition="full", purpose="向法工委报送").status == 303
    here.look()
    [made] = here.rows()
    [entry] = here.asking.entries("opinions.export_asked")
    assert "报送" not in entry.body.decode() and "purpose" in json.loads(entry.body)["data"]["commit"]
    liaison = here.as_("陈静")
    assert "路人甲" in liaison.get(here.take(liaison, made.id)).content.decode()
    for stranger in ("", "赵敏", "胡军", "何敏"):
        assert here.file(made.id, stranger).status == 404
        assert here.as_(stranger).post(f"{here.address}/exports/{made.id}/file").status in (303, 401, 404)
    assert [(each["edition"], each["format"]) for each in here.taken()] == [("full", "csv")], "and to nobody else"
    assert f"/exports/{made.id}/file" not in here.as_("").get(here.address).text
    assert here.ask(edition="everything").status == 422 and here.ask(format="wps").status == 422


def test_looking_at_the_address_of_a_full_file_neither_sends_it_nor_writes(here: Out) -> None:
    here.asking.give()
    here.ask(edition="full", purpose="向法工委报送")
    here.look()
    [made] = here.rows()
    page = here.as_("陈静").get(f"{here.address}/exports")
    assert f'href="{here.address}/exports/{made.id}/file"' not in page.text
    assert f'action="{here.address}/exports/{made.id}/file"' in page.text
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Range": "bytes=10-"}, {"Range": f"bytes={made.size}-"}):
        assert here.file(made.id, "陈静", **headers).status == 404
    assert here.taken() == []
    liaison = here.as_("陈静")
    address = here.take(liaison, made.id)
    for headers, status in (({}, 200), ({"Range": "bytes=10-"}, 206), ({"Range": f"bytes={made.size}-"}, 416)):
        assert liaison.ask("GET", address, headers=headers).status == status
    assert liaison.ask("HEAD", address).status == 200
    assert len(here.taken()) == 1, "one press, however often the download goes on"


def test_a_ticket_holds_for_its_file_its_sign_in_and_its_while_alone(here: Out) -> None:
    here.asking.give()
    for format in ("csv", "jsonl"):
        here.ask(edition="full", format=format, purpose="向法工委报送")
        here.look()
    one, other = here.rows()
    liaison = here.as_("陈静")
    address = here.take(liaison, one.id)
    ticket = address.partition("ticket=")[2]
    for by in ("", "赵敏", "胡军", "陈静"):
        assert here.as_(by).get(address).status == 404, "another person, another sign-in of the same"
    assert liaison.get(f"{here.address}/exports/{other.id}/file?ticket={ticket}").status == 404
    until, code = ticket.split("-")
    for forged in (f"{int(until) + 60}-{code}", f"{until}-", "-", "９-x", f"{until}-{code}0"):
        assert liaison.get(f"{here.address}/exports/{one.id}/file?ticket={quote(forged)}").status == 404
    here.asking.now += timedelta(minutes=29)
    assert liaison.get(address).status == 200
    here.asking.now += timedelta(minutes=2)
    assert liaison.get(address).status == 404
    assert len(here.taken()) == 1


def test_a_public_file_has_no_ticket(here: Out) -> None:
    here.asking.give()
    here.ask()
    here.look()
    [made] = here.rows()
    assert here.as_("陈静").post(f"{here.address}/exports/{made.id}/file").status == 404
    assert here.taken() == []


def test_others_have_no_page_and_may_ask_for_nothing(here: Out) -> None:
    assert here.as_("").get(f"{here.address}/exports").status in (302, 303, 401)
    assert here.as_("赵敏").get(f"{here.address}/exports").status == 404
    assert here.as_("胡军").get(f"{here.address}/exports").status == 403
    assert here.ask(by="赵敏").status == 404 and here.ask(by="胡军").status == 403
    assert here.rows() == []
    for address in ("/solicitations/999/exports/1/file", f"{here.address}/exports/999/file"):
        assert here.as_("").get(address).status == 404


def test_a_file_goes_after_its_days(here: Out) -> None:
    here.asking.give()
    here.ask()
    here.look()
    [made] = here.rows()
    path = here.exporter.folder / made.stored
    here.exporter.tidy()
    assert path.is_file()
    here.asking.now += timedelta(days=15)
    here.exporter.tidy()
    assert not path.exists() and here.file(made.id).status == 404
    assert "过了保存的天数" in here.as_("陈静").get(f"{here.address}/exports").words


def killed(here: Out) -> None:
    """Stop the children before they end, as a machine that runs out of memory does."""
    from deliberation.legislation import export_making

    real = export_making._CHILD
    export_making._CHILD = ["sh", "-c", "kill -9 $$"]
    try:
        here.look()
    finally:
        export_making._CHILD = real


def test_a_process_that_was_killed_is_begun_anew_and_at_last_said_to_have_failed(here: Out) -> None:
    here.asking.give()
    here.ask()
    killed(here)
    [made] = here.rows()
    assert made.is_running and made.tries == 1 and not list(here.exporter.folder.glob("*"))
    here.asking.now += BEAT + timedelta(seconds=2)
    here.look()
    [made] = here.rows()
    assert made.is_there and made.tries == 2
    here.ask(format="xlsx")
    for _time in range(MOST_TRIES + 1):
        killed(here)
        here.asking.now += BEAT + timedelta(seconds=2)
    failed = here.rows()[1]
    assert failed.failed_at and failed.tries == MOST_TRIES
    assert "没有导成" in here.as_("陈静").get(f"{here.address}/exports").words
    assert len(here.asking.entries("opinions.exported")) == 1
    assert here.ask(format="xlsx").status == 303, "it can be asked for again"


def test_the_page_follows_what_is_made_and_shows_the_file_when_it_is_there(here: Out) -> None:
    here.asking.give()
    liaison = here.as_("陈静")
    page = liaison.get(f"{here.address}/exports")
    assert f'hx-get="{here.address}/exports/table"' in page.text and 'data-follows="exports-ended"' in page.text
    with liaison.listen(f"{here.address}/exports/live", seen=seen_on(page.text)) as socket:
        heard = ""

        def hears(*words: str) -> None:
            nonlocal heard
            while not all(word in heard for word in words):
                heard += socket.receive_text()

        assert here.ask().status == 303
        hears('id="exports-running"', "排着队")
        here.look()
        hears('id="exports-ended"', "做好了1份")
    [made] = here.rows()
    kept = liaison.fragment(f"{here.address}/exports/table")
    assert kept.status == 200 and f"{here.address}/exports/{made.id}/file" in kept.text and "<html" not in kept.text
    assert "做好了1份" in liaison.get(f"{here.address}/exports").words
    assert here.as_("胡军").get(f"{here.address}/exports/table").status == 403


def test_nobody_else_follows_the_page_of_exports(here: Out) -> None:
    for name in ("", "胡军"):
        with pytest.raises(WebSocketDisconnect), here.as_(name).listen(f"{here.address}/exports/live") as socket:
            socket.receive_text()


def seen_on(text: str) -> int:
    return int(re.search(r'id="seen" value="(\d+)"', text)[1])
