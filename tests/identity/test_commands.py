"""``person create`` and ``appoint``: what they print, what they write, and how they say no."""

import re

import pytest
from sqlmodel import select

from deliberation.__main__ import main
from deliberation.audit.models import Entry
from deliberation.identity.models import Appointment, Person, appointments_of
from deliberation.vocabulary import Act
from tests.pages import open_site
from tests.people import build_places, open_database


@pytest.fixture
def database(database_url, tmp_path, monkeypatch):
    """A database with the villages in it, which the commands find by their settings."""
    monkeypatch.setenv("DELIBERATION_DATABASE_URL", database_url)
    monkeypatch.setenv("DELIBERATION_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DELIBERATION_PUBLIC_URL", "https://testserver")
    database = open_database(database_url)
    yield database
    database.close()


@pytest.fixture
def places(database):
    return build_places(database)


def newest_person(database) -> Person:
    with database.read() as session:
        return session.exec(select(Person).order_by(Person.id.desc())).first()


def entry_count(database) -> int:
    with database.read() as session:
        return len(session.exec(select(Entry.index)).all())


def test_a_person_is_made_with_a_role_and_a_link_that_works(database, places, database_url, tmp_path, capsys):
    code = main(
        ["person", "create", "--name", "高山", "--community", str(places.village.id), "--role", "clerk",
         "--phone", "138 1111 2222", "--email", "g@example.org"]
    )  # fmt: skip
    said = capsys.readouterr()
    assert code == 0
    assert re.fullmatch(r"https://testserver/sign-in/[\w-]{32}\n", said.out)
    who = newest_person(database)
    assert (who.name, who.phone, who.email, who.community_id) == (
        "高山",
        "13811112222",
        "g@example.org",
        places.village.id,
    )
    assert said.err == f"person {who.id}\n"
    with database.read() as session:
        assert [each.role for each in session.exec(select(Appointment).where(Appointment.person_id == who.id))] == [
            "clerk"
        ]
        acts = [
            each.act
            for each in session.exec(
                select(Entry).where(Entry.community_id == places.village.id).order_by(Entry.index.desc()).limit(3)
            )
        ]
    assert set(acts) == {Act.PERSON_ADDED, Act.APPOINTMENT_MADE, Act.LINK_ISSUED}
    with open_site(database_url, tmp_path) as site:
        browser = site.visitor()
        browser.post(said.out.strip().removeprefix("https://testserver"))
        assert "高山" in browser.get("/me").words


def test_the_first_administrator_needs_no_community(database, places, capsys):
    assert main(["person", "create", "--name", "高山", "--role", "administrator"]) == 0
    with database.read() as session:
        held = session.exec(select(Appointment).where(Appointment.person_id == newest_person(database).id)).one()
    assert held.community_id == places.root


@pytest.mark.parametrize(
    "arguments",
    [
        ["person", "create", "--name", "高山"],
        ["person", "create", "--name", "高山", "--community", "99999"],
        ["person", "create", "--name", " ", "--community", "3"],
        ["person", "create", "--name", "高\u202e山", "--community", "3"],
        ["person", "create", "--name", "高山", "--community", "3", "--phone", "none"],
        ["person", "create", "--name", "高山", "--community", "3", "--email", "none"],
        ["person", "create", "--name", "高山", "--community", "3", "--role", "emperor"],
        ["person", "create", "--name", "高山", "--community", "three"],
        ["person", "create"],
        ["person"],
        ["appoint", "nobody", "clerk", "--community", "3"],
        ["appoint", "赵敏", "clerk", "--community", "3"],
        ["appoint", "7", "clerk"],
        ["appoint", "7", "clerk", "--community", "3", "--from", "tomorrow"],
        ["appoint", "7", "clerk", "--community", "3", "--from", "2026-02-01", "--until", "2026-01-01"],
        ["appoint", "7", "visitor", "--community", "3"],
    ],
)
def test_what_cannot_be_used_is_refused_with_2_and_changes_nothing(database, places, capsys, arguments):
    before = entry_count(database)
    try:
        code = main(arguments)
    except SystemExit as left:  # The parser of arguments leaves by itself.
        code = left.code
    said = capsys.readouterr()
    assert code == 2 and said.out == "" and said.err.strip()
    assert entry_count(database) == before


def test_somebody_is_appointed_by_id_phone_or_number(database, places, capsys):
    village = places.village
    for word, role in ((str(village["赵敏"]), "clerk"), ("13800000306", "auditor"), ("03-006", "collector")):
        assert main(["appoint", word, role, "--community", str(village.id), "--from", "2026-01-01"]) == 0
    said = capsys.readouterr()
    assert said.out == "" and "赵敏: clerk, 青溪村" in said.err
    from datetime import date

    with database.read() as session:
        held = {each.role for each in appointments_of(session, village["赵敏"], date(2026, 6, 1))}
    assert held == {"clerk", "auditor", "collector"}


def test_an_appointment_may_have_a_last_day(database, places):
    arguments = ["--community", str(places.village.id), "--from", "2026-01-01", "--until", "2026-12-31"]
    assert main(["appoint", str(places.village["赵敏"]), "clerk", *arguments]) == 0
    with database.read() as session:
        held = session.exec(select(Appointment).where(Appointment.person_id == places.village["赵敏"])).one()
    assert held.until_on.isoformat() == "2026-12-31"


def test_supervisors_are_not_made_officers_here_either(database, places, capsys):
    before = entry_count(database)
    assert main(["appoint", str(places.village["周明"]), "officer", "--community", str(places.village.id)]) == 2
    assert "监督员不得同时是承办人" in capsys.readouterr().err
    assert entry_count(database) == before
