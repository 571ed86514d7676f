"""Notices by e-mail, against a real mail server."""

from __future__ import annotations

import smtplib
import ssl
from pathlib import Path

import pytest
from sqlmodel import select

from deliberation.db import Database
from deliberation.delivery.actions import list_deliveries, record_told
from deliberation.delivery.mail import AT_ONCE, PutOff, clear_password, letter_to, send_waiting, tls_context
from deliberation.delivery.models import Addressee, Delivery
from deliberation.delivery.routes import furnish
from deliberation.house import House
from deliberation.identity.models import person
from deliberation.jobs import Job
from deliberation.settings import Settings
from tests.delivery.mail_server import mail_server
from tests.people import NOON, Place, add_neighbour, build_village, open_database, open_house

SUBJECT = "document/12"


@pytest.fixture
def database(database_url: str):
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def village(database: Database) -> Place:
    made = build_village(database)

    def addresses(session, now):
        for name, letters in (("赵敏", "zhaomin"), ("李强", "liqiang"), ("王秀英", "wangxiuying")):
            who = person(session, made[name])
            who.email = f"{letters}@example.com"
            session.add(who)

    database.change(addresses)
    return made


def list_people(database: Database, village: Place, *names: str, title: str = "修路：恳谈会通知") -> None:
    people = [village[name] for name in names]
    database.change(
        lambda session, now: list_deliveries(
            session, now, community_id=village.id, subject=SUBJECT, topic="matter/1", title=title, people=people
        )
    )


def deliveries(database: Database) -> list[Delivery]:
    with database.read() as session:
        return list(session.exec(select(Delivery).order_by(Delivery.id)))


def settings(url: str, **more: str) -> Settings:
    return Settings(smtp_url=url, public_url="https://yishi.example", **more)


def test_whoever_has_an_address_gets_one_letter(database: Database, village: Place):
    list_people(database, village, "赵敏", "李强", "周明")
    with mail_server() as box:
        for _time in range(3):
            send_waiting(database, settings(box.url), SUBJECT)
    assert box.people() == ["zhaomin@example.com", "liqiang@example.com"]
    rows = deliveries(database)
    assert [row.mailed_at is not None for row in rows] == [True, True, False]
    # What was sent is not what was told.
    assert [row.told_at for row in rows] == [None, None, None]


def test_the_letter_points_to_the_inbox_and_says_what_it_is_not(database: Database, village: Place):
    list_people(database, village, "赵敏")
    with mail_server() as box:
        send_waiting(database, settings(box.url, mail_from="青溪村 <yishi@example.org>"), SUBJECT)
    _to, letter = box.letters[0]
    text = letter.get_content()
    id = deliveries(database)[0].id
    assert letter["Subject"] == "【青溪村】修路：恳谈会通知"
    assert f"https://yishi.example/deliveries/{id}" in text
    assert "赵敏，您好" in text and "不算送达" in text
    assert letter["From"].addresses[0].addr_spec == "yishi@example.org"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == f"<delivery-{id}@example.org>"


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "This e-mail is no proof"), ("zh-Hant", "不算送達"), (None, "不算送达")]
)
def test_it_speaks_the_persons_language(locale: str | None, words: str):
    to = Addressee(5, 1, "恳谈会通知", "赵敏", "zhaomin@example.com", locale)
    assert words in letter_to(to, "青溪村", Settings(), NOON).get_content()


@pytest.mark.parametrize("title", ["通知\r\nBcc: other@example.com", "通知\nX: y", "通知\u2028x\x00y"])
def test_a_title_never_becomes_a_header(database: Database, village: Place, title: str):
    list_people(database, village, "赵敏", title=title.replace("\x00", ""))
    with mail_server() as box:
        send_waiting(database, settings(box.url), SUBJECT)
    ((to, letter),) = box.letters
    assert to == "zhaomin@example.com"
    assert letter["Bcc"] is None and letter["X"] is None
    assert letter["Subject"].startswith("【青溪村】通知 ")


@pytest.mark.parametrize(
    "address", ["a@example.com\r\nRCPT TO:<b@example.com>", "a b@example.com", "nobody", "a@b,c@d", "<a@example.com>"]
)
def test_what_is_no_address_is_said_and_left(database: Database, village: Place, address: str):
    add = add_neighbour(database, village, "坏地址", email="later@example.com")

    def spoil(session, now):
        who = person(session, add)
        who.email = address
        session.add(who)

    database.change(spoil)
    people = [add, village["李强"]]
    database.change(
        lambda session, now: list_deliveries(
            session, now, community_id=village.id, subject=SUBJECT, topic="matter/1", title="通知", people=people
        )
    )
    with mail_server() as box:
        send_waiting(database, settings(box.url), SUBJECT)
    assert box.people() == ["liqiang@example.com"]
    assert deliveries(database)[0].mail_fault == "not an e-mail address"
    assert deliveries(database)[0].mailed_at is None


def test_the_connection_is_encrypted_and_signed_in(database: Database, village: Place, tmp_path: Path):
    list_people(database, village, "赵敏")
    with mail_server(tmp_path, password="geheim") as box:
        with pytest.raises(smtplib.SMTPException):
            send_waiting(database, settings(box.url.replace("geheim", "falsch")), SUBJECT)
        assert deliveries(database)[0].mailed_at is None
        send_waiting(database, settings(box.url), SUBJECT)
    assert box.people() == ["zhaomin@example.com"] and box.encrypted == [True]


def test_certificates_of_other_machines_are_checked(tmp_path: Path):
    assert tls_context("mail.example.com").verify_mode is ssl.CERT_REQUIRED
    assert tls_context("mail.example.com").check_hostname
    assert tls_context("127.0.0.1").verify_mode is ssl.CERT_NONE


def test_one_refused_address_does_not_stop_the_others(database: Database, village: Place):
    list_people(database, village, "赵敏", "李强", "王秀英")
    with mail_server() as box:
        box.answers = {"zhaomin@example.com": ["550 no such mailbox"], "liqiang@example.com": ["451 try later"]}
        with pytest.raises(PutOff, match="451 try later"):
            send_waiting(database, settings(box.url), SUBJECT)
        assert box.people() == ["wangxiuying@example.com"]
        send_waiting(database, settings(box.url), SUBJECT)
        assert box.people() == ["wangxiuying@example.com", "liqiang@example.com"]
    first, second, third = deliveries(database)
    assert first.mail_fault == "550 no such mailbox" and first.mailed_at is None
    assert second.mailed_at is not None and third.mailed_at is not None


def test_a_lost_connection_never_sends_twice(database: Database, village: Place):
    list_people(database, village, "赵敏", "李强", "王秀英")
    with mail_server() as box:
        box.hang_up_after = 1
        with pytest.raises(smtplib.SMTPException):
            send_waiting(database, settings(box.url), SUBJECT)
        send_waiting(database, settings(box.url), SUBJECT)
        assert box.people() == ["zhaomin@example.com", "liqiang@example.com", "wangxiuying@example.com"]


def test_no_server_there_is_tried_again(database: Database, village: Place):
    list_people(database, village, "赵敏")
    with mail_server() as box:
        pass
    with pytest.raises(OSError):
        send_waiting(database, settings(box.url), SUBJECT)
    assert deliveries(database)[0].mailed_at is None


def test_whoever_knows_already_is_left_in_peace(database: Database, village: Place):
    list_people(database, village, "赵敏", "李强")
    by = village.actor("林涛")
    database.change(
        lambda session, now: record_told(
            session, now, subject=SUBJECT, people=[village["赵敏"]], channel="visit", proof="上门送达", by=by
        )
    )
    with mail_server() as box:
        send_waiting(database, settings(box.url), SUBJECT)
    assert box.people() == ["liqiang@example.com"]


def run_jobs(house: House) -> None:
    furnish(house)
    house.runner.run_due()


def test_a_long_list_goes_out_in_pieces(database_url: str, tmp_path: Path):
    with mail_server() as box:
        house = open_house(database_url, tmp_path, smtp_url=box.url)
        village = build_village(house.database)
        many = [
            add_neighbour(house.database, village, f"邻居{number}", email=f"n{number}@example.com")
            for number in range(AT_ONCE + 5)
        ]
        house.database.change(
            lambda session, now: list_deliveries(
                session, now, community_id=village.id, subject=SUBJECT, topic="matter/1", title="通知", people=many
            )
        )
        run_jobs(house)
        house.runner.run_due()
        assert sorted(box.people()) == sorted(f"n{number}@example.com" for number in range(AT_ONCE + 5))
        with house.database.read() as session:
            jobs = session.exec(select(Job).where(Job.kind == "mail_notice")).all()
        assert len(jobs) == 2 and all(job.done_at for job in jobs)
        house.database.close()


def test_without_a_server_in_the_settings_nothing_is_sent(database: Database, village: Place):
    list_people(database, village, "赵敏")
    send_waiting(database, settings(""), SUBJECT)
    assert deliveries(database)[0].mailed_at is None


@pytest.mark.parametrize(
    ("host", "is_encrypted", "goes"),
    [("mail.example.com", False, False), ("mail.example.com", True, True), ("127.0.0.1", False, True)],
)
def test_a_password_never_crosses_a_network_in_the_clear(host: str, is_encrypted: bool, goes: bool):
    assert (clear_password(host, is_encrypted=is_encrypted) is None) is goes
