"""Whoever signed what somebody else said is answered too, and reads of it what everybody reads, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from deliberation.delivery.models import Delivery
from deliberation.house import House
from deliberation.identity.models import Person
from deliberation.legislation.answering import NO_MORE_PUBLIC, open_answer_to
from deliberation.legislation.consenting import take_back_consent
from deliberation.legislation.desking import reword_opinion
from deliberation.legislation.opining import cosign_opinion, keep_back
from deliberation.legislation.opinion_models import Opinion
from deliberation.settings import Settings
from deliberation.translation import translate
from tests.legislation.fated import Fated
from tests.pages import Site


@pytest.fixture
def fated(database_url: str) -> Iterator[Fated]:
    made = Fated(database_url)
    yield made
    made.database.close()


def answered(fated: Fated) -> int:
    """An opinion that the liaison reworded, with a cosigner; both were told. Its decision."""
    one = fated.give(by="赵敏")

    def reword(session: Session, now) -> None:
        found, of = session.get(Opinion, one), fated.one(session)
        reword_opinion(session, now, of=of, one=found, proposal="不少于三十日", actor=fated.liaison)

    signer = fated.village.actor("周明")
    fated.change(lambda s, now: cosign_opinion(s, now, one=s.get(Opinion, one), actor=signer))
    fated.change(reword)
    fated.close()
    fated.second()
    fated.adopt(one)
    fated.answer()
    return fated.opinion(one).adoption_id


def read(fated: Fated, made: int, by: str):
    with fated.database.read() as session:
        return open_answer_to(session, made, fated.village[by])


def test_a_cosigner_reads_the_public_words_and_the_author_their_own(fated: Fated) -> None:
    made = answered(fated)
    own, other = read(fated, made, "赵敏"), read(fated, made, "周明")
    assert "不少于二十日" in own.said and own.said_by == "您说的"
    assert "不少于三十日" in other.said and "不少于二十日" not in other.said and other.said_by == "您联名的意见"
    assert other.body == own.body and other.url == own.url


def take_back(session: Session, now, one: Opinion, fated: Fated) -> None:
    author = fated.village.actor("赵敏")
    take_back_consent(session, now, one=one, is_author=True, words_too=True, actor=author)


def keep(session: Session, now, one: Opinion, fated: Fated) -> None:
    keep_back(session, now, one=one, reason="有电话号码", actor=fated.liaison)


@pytest.mark.parametrize("verb", [take_back, keep])
def test_what_is_public_no_more_is_read_by_no_cosigner_in_a_letter_that_came_before(
    fated: Fated, verb: Callable
) -> None:
    made = answered(fated)
    fated.change(lambda s, now: verb(s, now, s.exec(select(Opinion)).one(), fated))
    other = read(fated, made, "周明")
    assert other.said == other.url == "" and other.note == NO_MORE_PUBLIC and "未采纳" in other.body
    assert "不少于二十日" in read(fated, made, "赵敏").said, "the author's own words are theirs"


def test_the_inbox_shows_each_their_own_letter(fated: Fated, database_url: str, tmp_path: Path) -> None:
    answered(fated)
    settings = Settings(database_url=database_url, data=tmp_path, public_url="https://testserver", signer="outside")
    site = Site(House(settings, clock=lambda: fated.now))
    with fated.database.read() as session:
        of = {each.person_id: each.id for each in session.exec(select(Delivery))}
    with site.client:
        author, signer = (
            site.browser(fated.village[name]).get(f"/deliveries/{of[fated.village[name]]}").words
            for name in ("赵敏", "周明")
        )
    assert "您说的" in author and "不少于二十日" in author
    assert "您联名的意见" in signer and "不少于三十日" in signer and "不少于二十日" not in signer


def test_that_it_is_public_no_more_is_said_in_the_readers_language(
    fated: Fated, database_url: str, tmp_path: Path
) -> None:
    answered(fated)
    fated.change(lambda s, now: keep(s, now, s.exec(select(Opinion)).one(), fated))
    settings = Settings(database_url=database_url, data=tmp_path, public_url="https://testserver", signer="outside")
    site = Site(House(settings, clock=lambda: fated.now))
    signer = fated.village["周明"]
    with fated.database.read() as session:
        [id] = [each.id for each in session.exec(select(Delivery)) if each.person_id == signer]
    with site.client:
        browser = site.browser(signer)
        assert NO_MORE_PUBLIC in browser.get(f"/deliveries/{id}").words
        fated.change(lambda s, now: setattr(s.get(Person, signer), "locale", "en"))
        page = browser.get(f"/deliveries/{id}").words
    assert "The opinion that you cosigned is public no more" in page and NO_MORE_PUBLIC not in page


def test_whom_the_platform_answered_is_said_as_it_is_in_english_too() -> None:
    said = "有账号的、只有回执码的，平台已经答复。下面这些人，要您当面、打电话或者寄信告诉，再登记。"
    assert "left nothing but a receipt's code" in translate("en", said)
