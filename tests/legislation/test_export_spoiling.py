"""A public file is sent to nobody any more once something in it was taken back, and none that began before is handed out."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from deliberation.legislation import export_child, export_making, export_rules
from deliberation.legislation.consenting import take_back_consent
from deliberation.legislation.desking import reword_opinion
from deliberation.legislation.export_files import whole_or_nothing
from deliberation.legislation.export_making import Exporter
from deliberation.legislation.export_models import OpinionExport
from deliberation.legislation.exporting import BEAT, MOST_TRIES
from deliberation.legislation.opining import change_opinion, keep_back, withdraw_opinion
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_rules import Said, Signature
from tests.legislation.asking import Here, asked_site

NAMED = Signature("named", "赵敏", publishes=True, names=True)
Verb = Callable[[Session, datetime, Opinion, Any], None]


class Out(Here):
    @property
    def exporter(self) -> Exporter:
        return self.site.house.exporter

    def export(self, edition: str = "public") -> OpinionExport:
        address = f"{self.address}/exports"
        answer = self.as_("陈静").post(address, edition=edition, format="csv", purpose="报送")
        assert answer.status == 303
        self.look()
        return self.last()

    def look(self) -> None:
        self.site.house.runner.run_due()
        self.site.house.database.change(
            lambda _session, _now: None
        )  # What follows a commit is done before the next one.
        for thread in self.exporter.threads:
            thread.join(300)

    def last(self) -> OpinionExport:
        with self.site.house.database.read() as session:
            return session.exec(select(OpinionExport).order_by(OpinionExport.id.desc())).first()

    def file(self, made: OpinionExport, by: str = "") -> Any:
        browser, address = self.as_(by), f"{self.address}/exports/{made.id}/file"
        return browser.get(browser.post(address).location if made.edition == "full" else address)

    def do(self, id: int, verb: Verb) -> None:
        self.site.house.database.change(lambda s, now: verb(s, now, s.get(Opinion, id), self))


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[Out]:
    with asked_site(database_url, tmp_path) as made:
        yield Out(made.site, made.asking)


def take_back(session: Session, now: datetime, one: Opinion, here: Out, *, words_too: bool) -> None:
    author = here.village.actor("赵敏")
    take_back_consent(session, now, one=one, is_author=True, words_too=words_too, actor=author)


def take_back_words(session: Session, now: datetime, one: Opinion, here: Out) -> None:
    take_back(session, now, one, here, words_too=True)


def take_back_name(session: Session, now: datetime, one: Opinion, here: Out) -> None:
    take_back(session, now, one, here, words_too=False)


def withdraw(session: Session, now: datetime, one: Opinion, here: Out) -> None:
    withdraw_opinion(session, now, one=one, is_author=True, actor=here.village.actor("赵敏"))


def keep(session: Session, now: datetime, one: Opinion, here: Out) -> None:
    keep_back(session, now, one=one, reason="点名说了邻居", actor=here.asking.liaison)


def change(session: Session, now: datetime, one: Opinion, here: Out) -> None:
    author = here.village.actor("赵敏")
    change_opinion(session, now, one=one, said=Said("edit", "不少于九十日"), is_author=True, actor=author)


def reword(session: Session, now: datetime, one: Opinion, here: Out) -> None:
    of = here.asking.one(session)
    reword_opinion(session, now, of=of, one=one, proposal="不少于九十日", actor=here.asking.liaison)


@pytest.mark.parametrize("verb", [take_back_words, take_back_name, withdraw, keep, change, reword])
def test_public_files_go_with_what_was_taken_back(here: Out, verb: Verb) -> None:
    one = here.asking.give(signed=NAMED)
    full, public = here.export("full"), here.export()
    assert "赵敏" in here.file(public).content.decode()
    here.do(one, verb)
    assert here.file(public).status == 404
    assert f"/exports/{public.id}/file" not in here.as_("").get(here.address).text
    assert here.file(full, "陈静").status == 200, "the liaison's own goes on"
    assert "这份不再提供" in here.as_("陈静").get(f"{here.address}/exports").words
    again = here.export()
    assert again.is_there and again.id != public.id and here.file(again).status == 200


@pytest.mark.parametrize("verb", [withdraw, change, take_back_name])
def test_what_nobody_else_read_spoils_no_public_file(here: Out, verb: Verb) -> None:
    here.asking.give()
    private = here.asking.give(signed=replace(NAMED, publishes=False))
    public = here.export()
    here.do(private, verb)
    assert here.file(public).status == 200


def test_what_is_being_made_begins_anew(here: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    one = here.asking.give(signed=NAMED)
    real = Exporter._written

    def slow(exporter: Exporter, id: int, target: Path) -> Any:
        written = real(exporter, id, target)
        monkeypatch.setattr(Exporter, "_written", real)
        here.do(one, take_back_words)  # The child has read everything, and has not ended.
        return written

    monkeypatch.setattr(Exporter, "_written", slow)
    made = here.export()
    assert made.is_running and here.file(made).status == 404 and not list(here.exporter.folder.glob("*"))
    assert here.asking.entries("opinions.exported") == []
    here.asking.now += BEAT + timedelta(seconds=2)
    here.look()
    made = here.last()
    assert made.is_there and (made.done, made.tries) == (0, 1)
    assert "赵敏" not in here.file(made).content.decode()


def test_the_daily_chore_removes_what_no_export_names(here: Out) -> None:
    one = here.asking.give(signed=NAMED)
    full, public = here.export("full"), here.export()
    folder = here.exporter.folder
    orphan, fresh, half = folder / ("a" * 32), folder / ("b" * 32), folder / f".{'c' * 32}.0123.part"
    for path in (orphan, fresh, half):
        path.write_text("赵敏,13800138000")
    for path in (orphan, half, folder / full.stored, folder / public.stored):
        past = path.stat().st_mtime - 2 * 3600
        os.utime(path, (past, past))
    here.do(one, take_back_name)
    here.exporter.tidy()
    assert {path.name for path in folder.iterdir()} == {full.stored, fresh.name, half.name}
    assert here.file(full, "陈静").status == 200


def test_a_long_stretch_without_a_row_is_not_taken_for_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    said, enough = [], threading.Event()
    monkeypatch.setattr(export_child, "SAY_EVERY", 0.01)

    def say() -> None:
        said.append(1)
        if len(said) == 3:
            enough.set()

    with export_child._living(say, lambda: 0):
        assert enough.wait(60), "no row was written, and it said so"
    count = len(said)
    assert count >= 3 and len(said) == count


@pytest.mark.parametrize("moves", [True, False])
def test_one_that_comes_to_no_row_for_too_long_says_no_more_that_it_lives(
    monkeypatch: pytest.MonkeyPatch, moves: bool
) -> None:
    said, looked, enough = [], [], threading.Event()
    monkeypatch.setattr(export_child, "SAY_EVERY", 0.01)
    monkeypatch.setattr(export_child, "STUCK_AFTER", -1.0)  # At once.

    def rows() -> int:
        looked.append(1)
        if len(looked) == 5:
            enough.set()
        return len(looked) if moves else 7

    with export_child._living(lambda: said.append(1), rows):
        assert enough.wait(60)
    assert len(said) == (len(looked) if moves else 1), "the first word is always said"


def test_a_silent_child_that_is_given_up_is_ended_too(here: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    here.asking.give(signed=NAMED)
    monkeypatch.setattr(export_making, "_CHILD", ["sh", "-c", "read line; read line"])
    here.as_("陈静").post(f"{here.address}/exports", edition="public", format="csv", purpose="")
    here.site.house.runner.run_due()
    silent = next(iter(wait_for(lambda: list(here.exporter.children.values()))))
    id = here.last().id
    here.site.house.database.change(lambda s, _now: setattr(s.get(OpinionExport, id), "tries", MOST_TRIES))
    here.asking.now += BEAT + timedelta(seconds=2)
    here.site.house.runner.run_due()
    assert here.last().failed_at is not None
    wait_for(lambda: [True] if silent.poll() is not None else [])
    wait_for(lambda: [True] if here.exporter.children == {} else [])


def test_a_child_that_says_nothing_is_ended_before_another_begins(here: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    here.asking.give(signed=NAMED)
    monkeypatch.setattr(export_making, "_CHILD", ["sh", "-c", "read line; read line"])
    address = f"{here.address}/exports"
    here.as_("陈静").post(address, edition="public", format="csv", purpose="")
    here.site.house.runner.run_due()
    id = here.last().id
    silent = next(iter(wait_for(lambda: list(here.exporter.children.values()))))
    monkeypatch.undo()
    here.asking.now += BEAT + timedelta(seconds=2)
    here.look()
    assert silent.poll() is not None and here.exporter.children == {}
    made = here.last()
    assert made.id == id and made.is_there and made.tries == 2


def wait_for(found: Callable[[], list[Any]]) -> list[Any]:
    end = time.monotonic() + 60
    while not (now := found()):
        assert time.monotonic() < end, "it did not come within a minute"
        time.sleep(0.01)
    return now


def test_a_bundle_that_memory_would_not_hold_is_refused(here: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    here.asking.give(signed=NAMED)
    here.asking.give(signed=NAMED)
    monkeypatch.setattr(export_rules, "MOST_BUNDLED", 1)
    answer = here.as_("陈静").post(f"{here.address}/exports", edition="public", format="bundle", purpose="")
    assert answer.status == 422 and "有2条意见，存证包最多放1条" in answer.words
    assert here.last() is None


def test_a_private_file_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        for private, mode in ((True, 0o600), (False, 0o666)):
            with whole_or_nothing(tmp_path / "out.csv", private=private) as file:
                file.write(b"x")
            assert (tmp_path / "out.csv").stat().st_mode & 0o777 == mode
    finally:
        os.umask(before)
