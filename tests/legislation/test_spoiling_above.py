"""A public file above goes when a point takes back what it handed up, on one installation at once, else with its file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from deliberation.audit.actions import Actor
from deliberation.legislation.consenting import take_back_consent
from deliberation.legislation.export_models import OpinionExport, opinion_export, public_files
from deliberation.legislation.opining import withdraw_opinion
from deliberation.legislation.opinion_models import Opinion, opinion
from deliberation.legislation.receiving import receive
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.submission_files import read_submission
from tests.legislation.test_receiving import arrived, handed_up, upload
from tests.legislation.tiers import CITY, LIAISONS, PROVINCE, WEST, Tiers, elsewhere


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


def exported(tiers: Tiers, id: int, edition: str = "public") -> int:
    """A file that is whole and waits to be downloaded."""

    def do(session, now):
        made = OpinionExport(
            solicitation_id=id, edition=edition, format="csv", asked_at=now, ended_at=now, stored="a" * 32
        )
        session.add(made)
        session.flush()
        return made.id

    return tiers.change(do)


def is_sent(tiers: Tiers, id: int) -> bool:
    """Whether the newest public file of a solicitation is handed out."""
    with tiers.database.read() as session:
        return bool(public_files(session, id))


def take_back(session, now, one: Opinion, who: Actor) -> None:
    take_back_consent(session, now, one=one, is_author=True, words_too=True, actor=who)


def take_back_name(session, now, one: Opinion, who: Actor) -> None:
    take_back_consent(session, now, one=one, is_author=True, words_too=False, actor=who)


def withdraw(session, now, one: Opinion, who: Actor) -> None:
    withdraw_opinion(session, now, one=one, is_author=True, actor=who)


@pytest.mark.parametrize("verb", [take_back, take_back_name, withdraw])
def test_a_submission_that_takes_something_back_spoils_the_public_file(tiers, tmp_path, sqlite_template, verb):
    upper = tiers.asks(CITY)
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        west, first = handed_up(there, tiers.download(f"/solicitations/{upper}/call.zip"), "二十日", "三十日")
        there.now += timedelta(hours=1)
        who = Actor("resident", there.who["赵敏"])
        one = arrived(there, west)[0].id
        there.change(lambda s, now: verb(s, now, opinion(s, one), who))
        made = there.submits(WEST, west)
        second = there.download(f"/submissions/{made}/bundle.zip", by=LIAISONS[WEST])
    assert upload(tiers, upper, first, vkey=read_submission(first).vkey, confirms="on").status == 303
    full, _public = exported(tiers, upper, "full"), exported(tiers, upper)
    assert upload(tiers, upper, first).status == 303 and is_sent(tiers, upper), "the same once more changes nothing"
    assert upload(tiers, upper, second).status == 303
    assert not is_sent(tiers, upper)
    with tiers.database.read() as session:
        assert opinion_export(session, full).is_there, "the full edition is no public file"


def test_a_submission_with_many_changes_spoils_the_files_once(tiers, tmp_path, sqlite_template):
    upper = tiers.asks(CITY)
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        west, first = handed_up(there, tiers.download(f"/solicitations/{upper}/call.zip"), "二十日", "三十日")
        there.now += timedelta(hours=1)
        who = Actor("resident", there.who["赵敏"])
        for one in arrived(there, west):
            there.change(lambda s, now, id=one.id: take_back_name(s, now, opinion(s, id), who))
            there.change(lambda s, now, id=one.id: withdraw(s, now, opinion(s, id), who))
        made = there.submits(WEST, west)
        second = there.download(f"/submissions/{made}/bundle.zip", by=LIAISONS[WEST])
    came, later = read_submission(first), read_submission(second)
    assert len(later.found.changes) == 2
    spoilt: list[str] = []

    def count(_connection, _cursor, statement, *_rest) -> None:
        spoilt.extend([statement] * statement.startswith("UPDATE opinion_export"))

    def take(session, now, found) -> None:
        receive(session, now, of=solicitation(session, upper), found=found.found, sha256=found.sha256, actor=Actor())

    tiers.change(lambda s, now: take(s, now, came))
    exported(tiers, upper)
    event.listen(tiers.database.writers, "before_cursor_execute", count)
    tiers.change(lambda s, now: take(s, now, later))
    assert len(spoilt) == 1 and not is_sent(tiers, upper)


def test_on_one_installation_the_files_of_every_tier_go_at_once_and_others_stay(tiers):
    top = tiers.asks(PROVINCE)
    middle = tiers.takes(CITY, top)
    west, other = tiers.takes(WEST, middle), tiers.asks(CITY)
    one = tiers.give(west, "赵敏", "二十日", naming="named", name="赵敏", names=True)
    tiers.handle(WEST, [one])
    tiers.submits(WEST, west)
    tiers.handle(CITY, [each.id for each in arrived(tiers, middle)])
    tiers.submits(CITY, middle)
    for id in (top, middle, west, other):
        exported(tiers, id)
    who = Actor("resident", tiers.who["赵敏"])
    tiers.change(lambda s, now: take_back(s, now, opinion(s, one), who))
    assert [is_sent(tiers, id) for id in (top, middle, west, other)] == [False, False, False, True]
