"""Consent to publication is taken back at any time: the words, the name; what goes on counting, who may, what is entered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from deliberation.audit.models import Entry
from deliberation.legislation.opinion_models import OpinionCount, opinion
from deliberation.legislation.opinion_rules import Signature
from deliberation.legislation.solicitation_models import solicitation
from tests.legislation.asking import PUBLIC, Here, asked_site
from tests.legislation.test_opinion_pages import FORM, number

NAMED = Signature("named", "赵敏", publishes=True, names=True)
BESIDE = "/drafts/1/articles/4/opinions"


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[Here]:
    with asked_site(database_url, tmp_path) as made:
        yield made


def counted(here: Here) -> tuple[int, int, int]:
    """How many stand by the solicitation, and by the counts stand and are shown."""
    with here.site.house.database.read() as session:
        rows = session.exec(select(OpinionCount).where(OpinionCount.dimension == "article")).all()
        standing = solicitation(session, here.id).standing
    return standing, sum(row.standing for row in rows), sum(row.shown for row in rows)


def entered(here: Here, act: str) -> list[Entry]:
    with here.site.house.database.read() as session:
        return list(session.exec(select(Entry).where(Entry.act == act)))


def test_after_the_closing_its_author_takes_the_words_back_from_the_public(here):
    id = here.asking.give(by="赵敏", signed=PUBLIC)
    here.asking.close()
    before = counted(here)
    author, stranger = here.as_("赵敏"), here.as_("")
    assert "不少于" in stranger.get(f"/opinions/{id}").words
    page = author.get(f"/opinions/{id}")
    assert "已经印出来、下载走、报送出去的收不回来" in page.words and "《个人信息保护法》第十五条" in page.words
    assert author.post(f"/opinions/{id}/unpublishing").location == f"/opinions/{id}"
    assert stranger.get(f"/opinions/{id}").status == 404 and "还没有公开的意见" in stranger.fragment(BESIDE).words
    assert counted(here) == (before[0], before[1], before[2] - 1), "it counts, and is shown no more"
    own = author.get(f"/opinions/{id}")
    assert "按您的意思不公开" in own.words and f"/opinions/{id}/unpublishing" not in own.text
    assert author.post(f"/opinions/{id}/unpublishing").status == 409
    assert len(entered(here, "opinion.consent_changed")) == 1
    liaison = here.as_("陈静")
    assert "不少于" in liaison.get(f"/opinions/{id}").words
    assert liaison.post(f"/opinions/{id}/publication").status == 403, "nobody publishes it against the consent"


def test_the_name_alone_is_taken_back(here):
    id = here.asking.give(by="赵敏", signed=NAMED)
    here.asking.close()
    stranger = here.as_("")
    assert "赵敏" in stranger.get(f"/opinions/{id}").words and "赵敏" in stranger.fragment(BESIDE).words
    assert here.as_("赵敏").post(f"/opinions/{id}/unnaming").status == 303
    assert stranger.get(f"/opinions/{id}").status == 200
    assert "赵敏" not in stranger.get(f"/opinions/{id}").words and "赵敏" not in stranger.fragment(BESIDE).words
    assert "赵敏" in here.as_("陈静").get(f"/opinions/{id}").words, "the point goes on knowing who said it"
    [entry] = entered(here, "opinion.consent_changed")
    assert "赵敏" not in entry.body.decode()


def test_without_an_account_its_code_is_enough(here):
    stranger = here.as_("")
    stranger.get(f"{here.address}/opinions/new")
    id = number(stranger.post(f"{here.address}/opinions", **FORM))
    assert here.as_("陈静").post(f"/opinions/{id}/publication").status == 303
    here.asking.close()
    code = re.search(r'id="code">([A-Z2-7-]{19})<', stranger.get(f"/opinions/{id}").text)[1]
    elsewhere = here.as_("")
    assert elsewhere.post(f"/opinions/{id}/unpublishing").status == 403, "a reader is no author"
    elsewhere.post("/opinions/find", code=code)
    assert elsewhere.post(f"/opinions/{id}/unpublishing").status == 303
    assert here.as_("").get(f"/opinions/{id}").status == 404


@pytest.mark.parametrize("name", ["", "李强", "陈静"])
def test_nobody_takes_back_what_another_agreed_to(here, name):
    id, kept = here.asking.give(by="赵敏", signed=NAMED), here.asking.give(by="赵敏", signed=Signature())
    for path in ("unpublishing", "unnaming"):
        assert here.as_(name).post(f"/opinions/{id}/{path}").status == 403
        assert here.as_(name).post(f"/opinions/{kept}/{path}").status == (403 if name == "陈静" else 404)
    assert not entered(here, "opinion.consent_changed")
    with here.site.house.database.read() as session:
        assert opinion(session, id).name == "赵敏"


def test_what_was_never_agreed_to_needs_no_taking_back(here):
    quiet = here.asking.give(by="赵敏", signed=Signature())
    author = here.as_("赵敏")
    assert author.post(f"/opinions/{quiet}/unpublishing").status == 409
    assert author.post(f"/opinions/{quiet}/unnaming").status == 409
