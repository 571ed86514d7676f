"""The pages of carrying, deciding and answering: their words, their rights, and what each reader finds."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest
from sqlmodel import Session

from deliberation.house import House
from deliberation.legislation.adoption_models import OpinionAnswer
from deliberation.legislation.answering import tell_authors
from deliberation.legislation.copies import apply_change
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_rules import Said, Signature
from deliberation.legislation.opinion_view import forget_limits
from deliberation.legislation.submission_rules import WITHDRAWN
from deliberation.settings import Settings
from tests.legislation.asking import Here
from tests.legislation.fated import Fated
from tests.legislation.texts import SECOND
from tests.pages import Browser, Page, Site

STAFF_PAGES = ("carrying", "adoption")


class World(Here):
    asking: Fated


def send(browser: Browser, page: Page, action: str, **fields: str) -> Page:
    """Send the form of a page with this action as it came, with these fields; where it leads to, or the page again."""
    forms = re.findall(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', page.text, re.DOTALL)
    form = next(inside for where, inside in forms if where == action)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    answer = browser.post(action, **{name: value for name, value in hidden.items() if name != "token"} | fields)
    return browser.get(answer.location) if answer.status == 303 else answer


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    forget_limits()
    fated = Fated(database_url)
    fated.point()
    settings = Settings(database_url=database_url, data=tmp_path, public_url="https://testserver", signer="outside")
    site = Site(House(settings, clock=lambda: fated.now))
    with site.client:
        site.house.runner.stop()
        yield World(site, fated)
    fated.database.close()


def _told(world: World) -> tuple[int, int, int]:
    """A named author's, an anonymous one's kept to the point, and one of paper; decided and answered."""
    fated = world.asking
    named = fated.give(signed=Signature("named", "赵敏", publishes=True, names=True))
    silent = fated.give(
        by="周明", signed=Signature("anonymous", publishes=False), said=Said("edit", "不少于一个月", "")
    )
    paper = fated.type(name="刘大姐", contact="青溪路3号")
    fated.close()
    fated.second()
    fated.carry()
    fated.adopt(named, paper, kind="partly", article="4", text="不少于十五日", reason="先延长五天看效果")
    fated.adopt(silent)
    fated.answer()
    return named, silent, paper


def test_the_liaison_carries_decides_and_answers_without_scripts(world: World) -> None:
    fated = world.asking
    one, gone = fated.give(), fated.give(article="5", quote="书面提出", said=Said("edit", "书面或者口头提出", ""))
    fated.close()
    liaison = world.as_("陈静")
    assert "后面的一稿还没有来" in liaison.get(f"{world.address}/carrying").text
    fated.second(SECOND.replace("可以在公示期内书面提出。", "可以向社区反映。"))
    page = liaison.get(f"{world.address}/carrying")
    page = send(liaison, page, f"{world.address}/carryings")
    fated.run()
    page = liaison.get(f"{world.address}/carrying")
    assert "2条里已经带了2条" in page.text and "书面提出" in page.text
    page = send(liaison, page, f"{world.address}/placements", quote="向社区反映")
    assert "每一条都有了地方" in page.text and fated.carried(gone).words == "向社区反映"
    page = liaison.get(f"{world.address}/adoption?at={one}")
    assert "这一处改了，但不是这样改" in page.text and "不少于十五日" in page.text.replace("<ins>", "").replace(
        "</ins>", ""
    )
    page = send(liaison, page, f"{world.address}/adoption/decision", decision="not_adopted", reason="")
    assert page.status == 422 and "未采纳的要写理由" in page.text
    page = send(
        liaison,
        page,
        f"{world.address}/adoption/decision",
        decision="partly",
        there="4",
        text="不少于十五日",
        reason="先延长五天",
    )
    assert fated.fates([one]) == ["partly"]
    page = liaison.get(f"{world.address}/adoption")
    page = send(liaison, page, f"{world.address}/adoption/decisions", all_kind="adopted", all_reason="")
    assert page.status == 422 and "采纳在哪里" in page.text
    page = send(liaison, page, f"{world.address}/adoption/decisions", all_kind="reference", all_reason="")
    assert fated.fates([gone]) == ["reference"] and "答复2条" in page.text
    send(liaison, page, f"{world.address}/adoption/answers")
    fated.run()
    assert "已经答复2条（100.0%）" in world.as_("").get(f"{world.address}/answers").text


def test_a_decision_on_a_page_that_has_gone_stale_changes_nothing(world: World) -> None:
    fated = world.asking
    one = fated.give()
    fated.close()
    fated.second()
    liaison = world.as_("陈静")
    page = liaison.get(f"{world.address}/adoption")
    fated.adopt(one, kind="reference")
    answer = send(liaison, page, f"{world.address}/adoption/decision", decision="not_adopted", reason="已有规定")
    assert answer.status == 409 and "已经有人作了决定" in answer.text and fated.fates([one]) == ["reference"]


def test_signs_that_turn_a_text_are_laid_open_in_the_letter_of_an_answer(world: World) -> None:
    fated = world.asking
    one = fated.give(said=Said("edit", "不少于\u202e二十日", ""), signed=Signature("anonymous", publishes=False))
    fated.close()
    fated.second()
    fated.adopt(one, kind="reference", reason="留作研究")
    fated.answer()
    reader = world.as_("赵敏")
    letter = reader.get(re.search(r"/deliveries/[0-9]+", reader.get("/inbox").text)[0])
    assert "不少于<code>U+202E</code>二十日" in letter.text and "\u202e" not in letter.text


def test_the_author_reads_the_answer_and_others_what_is_public(world: World) -> None:
    named, silent, paper = _told(world)
    for name, id in (("赵敏", named), ("周明", silent)):
        page = world.as_(name).get(f"/opinions/{id}")
        assert "结果" in page.text and "看这次征求意见的全部答复" in page.text
    inbox = world.as_("赵敏").get("/inbox")
    letter = world.as_("赵敏").get(re.search(r"/deliveries/[0-9]+", inbox.text)[0])
    for words in ("部分采纳", "不少于二十日", "第四条的文字：不少于十五日", "先延长五天看效果"):
        assert words in letter.text
    stranger = world.as_("")
    page = stranger.get(f"{world.address}/answers")
    assert "赵敏" in page.text and "不少于一个月" not in page.text and "刘大姐" not in page.text
    assert "已经答复2条（66.6%）" in page.text and "1条，占已答复的50.0%" in page.text
    assert stranger.get(f"/opinions/{silent}").status == 404
    assert "先延长五天看效果" in stranger.get(f"/opinions/{named}").text
    only = stranger.get(f"{world.address}/answers?kind=not_adopted")
    assert "还没有公开的答复" in only.text
    point = stranger.get(f"/communities/{world.village.id}/answers")
    assert "没有定期限" in point.text and "一共收到3条意见，已经答复2条" in point.text
    assert paper


def test_a_name_that_is_taken_back_is_on_no_page(world: World) -> None:
    named, *_rest = _told(world)
    author, stranger = world.as_("赵敏"), world.as_("")
    page = author.get(f"/opinions/{named}")
    assert "收回公开的同意" in page.text
    send(author, page, f"/opinions/{named}/unnaming")
    for path in (f"{world.address}/answers", f"/opinions/{named}", "/drafts/1/articles/4/opinions"):
        assert "赵敏" not in stranger.get(path).text
    assert world.as_("周明").get(f"/opinions/{named}").status == 200
    assert world.as_("周明").post(f"/opinions/{named}/unnaming").status == 403
    page = author.get(f"/opinions/{named}")
    send(author, page, f"/opinions/{named}/unpublishing")
    assert stranger.get(f"/opinions/{named}").status == 404
    assert "不少于二十日" not in stranger.get(f"{world.address}/answers").text


def test_what_was_said_before_stands_beside_the_article_of_the_next_version(world: World) -> None:
    _told(world)
    stranger = world.as_("")
    page = stranger.get("/drafts/1/articles/4/opinions")
    assert "前面几稿上说的" in page.text and "说的是一审稿第四条" in page.text and "把握" in page.text
    assert "articles/4/opinions" in stranger.get("/drafts/1/articles/4").text
    assert "前面几稿上说的" not in stranger.get("/drafts/1/articles/2/opinions").text


def test_who_must_be_told_by_hand_is_listed_printed_and_ticked(world: World) -> None:
    _told(world)
    liaison = world.as_("陈静")
    page = liaison.get(f"{world.address}/telling")
    assert "刘大姐" in page.text and "青溪路3号" in page.text
    for _time in range(2):
        letters = liaison.post(f"{world.address}/letters")
        assert letters.status == 200 and letters.content.startswith(b"%PDF-")
    entries = world.asking.entries("answers.letters_made")
    assert [json.loads(each.body)["data"]["count"] for each in entries] == [1, 1], "each time is an entry"
    assert "刘大姐" not in entries[0].body.decode()
    data = json.loads(entries[0].body)["data"]
    assert set(data) == {"solicitation", "count", "commit"} and "ids" in data["commit"], "whose is not guessed"
    answer = next(each for each in world.asking.answers() if not each.way)
    page = send(liaison, page, f"{world.address}/telling", ticked=str(answer.id), way="letter", note="12月3日寄出")
    assert "没有要另外告诉的人" in page.text and "寄信或者送信" in page.text
    assert liaison.post(f"{world.address}/letters").status == 409
    assert len(world.asking.entries("answers.letters_made")) == 2
    assert "已经答复3条（100.0%）" in liaison.get(f"{world.address}/answers").text


def test_who_withdrew_is_told_nothing_and_no_letter_has_their_address(world: World) -> None:
    _named, _silent, paper = _told(world)
    liaison = world.as_("陈静")
    assert "青溪路3号" in liaison.get(f"{world.address}/telling").text
    fated = world.asking
    fated.change(lambda s, now: apply_change(s, now, s.get(Opinion, paper), WITHDRAWN, fated.liaison))
    page = liaison.get(f"{world.address}/telling")
    assert "青溪路3号" not in page.text and "没有要另外告诉的人" in page.text
    assert liaison.post(f"{world.address}/letters").status == 409
    assert world.asking.entries("answers.letters_made") == []


def test_letters_that_were_printed_before_somebody_was_told_are_not_handed_out(world: World) -> None:
    _told(world)
    liaison, writer, fated = world.as_("陈静"), world.site.house.database.writer, world.asking
    busy, enough, answers = threading.Event(), threading.Event(), []
    answer = next(each for each in fated.answers() if not each.way)

    def stall(_session: Session, _now: datetime) -> None:
        busy.set()
        assert enough.wait(60)

    def tell(session: Session, now: datetime) -> None:
        told = [session.get(OpinionAnswer, answer.id)]
        tell_authors(session, now, of=fated.one(session), answers=told, way="letter", note="", actor=fated.liaison)

    errands = [writer.submit(stall)]
    assert busy.wait(60)
    errands.append(writer.submit(tell))
    printing = threading.Thread(target=lambda: answers.append(liaison.post(f"{world.address}/letters")))
    printing.start()
    end = time.monotonic() + 60
    while len(writer._waiting) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    enough.set()
    printing.join(60)
    for errand in errands:
        errand.wait()
    [page] = answers
    assert page.status == 409 and "请再点一次" in page.text
    assert fated.entries("answers.letters_made") == [] and len(fated.entries("opinions.told")) == 1


def test_each_letter_is_a_page_with_nothing_on_it_that_is_anothers(world: World) -> None:
    fated = world.asking
    ids = [fated.type(name=name, contact=where) for name, where in (("刘大姐", "青溪路3号"), ("老周", "后山12号"))]
    fated.close()
    fated.second()
    fated.adopt(*ids, kind="partly", article="4", text="不少于十五日", reason="先延长五天看效果")
    fated.answer()
    letters = pypdfium2.PdfDocument(world.as_("陈静").post(f"{world.address}/letters").content)
    pages = [page.get_textpage().get_text_bounded() for page in letters]
    assert len(pages) == 2
    for page, own, other in zip(pages, ("刘大姐", "老周"), ("老周", "刘大姐"), strict=True):
        assert own in page and other not in page
        for words in ("不少于十日", "不少于二十日", "不少于十五日", "部分采纳", "先延长五天看效果"):
            assert words in page, words


def test_a_collector_sees_those_alone_that_they_collected(world: World) -> None:
    _told(world)
    collector = world.as_("胡军")
    page = collector.get(f"{world.address}/telling")
    assert page.status == 200 and "刘大姐" not in page.text
    assert collector.post(f"{world.address}/letters").status == 409
    answer = next(each for each in world.asking.answers() if not each.way)
    fields = {"ticked": str(answer.id), "way": "visit"}
    assert collector.post(f"{world.address}/telling", **fields).status == 404


def test_strangers_find_no_page_of_the_staff(world: World) -> None:
    _told(world)
    for name in ("", "赵敏"):
        for page in (*STAFF_PAGES, "telling"):
            answer = world.as_(name).get(f"{world.address}/{page}")
            assert answer.status in ((404,) if name else (303, 404)), (name, page)
        assert world.as_(name).post(f"{world.address}/letters").status in ((404,) if name else (303, 404))
    for page in STAFF_PAGES:
        assert world.as_("胡军").get(f"{world.address}/{page}").status == 404
    for path in (
        "carryings",
        "placements",
        "adoption/decision",
        "adoption/decisions",
        "adoption/late",
        "adoption/answers",
        "telling",
    ):
        answer = world.as_("赵敏").post(f"{world.address}/{path}", **{"version": "2", "opinion": "1"})
        assert answer.status == 404, path


def test_an_opinion_of_another_solicitation_is_not_decided_on_here(world: World) -> None:
    _told(world)
    liaison = world.as_("陈静")
    fields = {"opinion": "999", "decision": "reference", "version": "2"}
    assert liaison.post(f"{world.address}/adoption/decision", **fields).status == 404
    assert liaison.get(f"{world.address}/adoption?version=7").status == 404


def test_the_due_day_is_public_and_so_is_what_is_late(world: World) -> None:
    fated = world.asking
    fated.give()
    fated.close()
    liaison = world.as_("陈静")
    page = liaison.get(f"{world.address}/adoption")
    day = fated.now.date().isoformat()
    page = send(liaison, page, f"{world.address}/adoption/due", answers_due_on="2020-01-01")
    assert page.status == 422 and "答复期限在截止日期以前" in page.text
    send(liaison, page, f"{world.address}/adoption/due", answers_due_on=day)
    assert "本地设置" in world.as_("").get(f"{world.address}/answers").text
    fated.now = fated.now.replace(year=fated.now.year + 1)
    assert "1条，占收到的100.0%" in world.as_("").get(f"{world.address}/answers").text


def test_the_comparison_is_taken_away_as_a_workbook_and_a_word_document(world: World) -> None:
    world.asking.close()
    world.asking.second()
    stranger = world.as_("")
    page = stranger.get("/drafts/1/compare")
    assert "下载对照表" in page.text
    for kind in ("xlsx", "docx"):
        file = stranger.get(f"/drafts/1/comparison/{kind}?old=1&new=2")
        assert file.status == 200 and file.content.startswith(b"PK\x03\x04")
    assert stranger.get("/drafts/1/comparison/pdf?old=1&new=2").status == 404
    assert stranger.get("/drafts/1/comparison/xlsx?old=1&new=1").status == 404
