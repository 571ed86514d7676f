"""From an article of a draft to a matter on it: the link, and that what dossier and room fetch is there."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from html import unescape
from time import monotonic

import pytest
from sqlmodel import col, select

from deliberation.audit.actions import Actor
from deliberation.audit.models import Entry
from deliberation.communities.models import community
from deliberation.identity.actions import appoint
from deliberation.identity.models import person
from deliberation.legislation.draft_models import ARTICLE_COLUMNS, DraftArticle, DraftLaw, DraftReading, DraftVersion
from deliberation.legislation.opinion_rules import Said
from deliberation.matters.models import Matter
from deliberation.matters.text_check import check_documents
from deliberation.rooms.actions import Plan, open_room
from deliberation.rooms.convening_models import Convening
from deliberation.rooms.limits_rules import Limits
from deliberation.rooms.voiced import SOON
from deliberation.vocabulary import Role
from tests.legislation.asking import asked_site


@pytest.fixture
def here(database_url, tmp_path):
    with asked_site(database_url, tmp_path) as made:
        yield made


def test_whoever_belongs_there_proposes_from_the_article_and_finds_it_beside_the_matter(here):
    here.asking.give(article="4")
    browser = here.as_("赵敏")
    article = browser.get("/drafts/1/articles/4")
    [link] = article.links(r"/matters/new\?.*")
    assert not here.site.visitor().get("/drafts/1/articles/4").links(r"/matters/new.*")
    form = browser.get(link)
    assert 'name="about" value="draft/1/article/4"' in form.text and "加装电梯条例第四条" in form.text
    given = {"community": str(here.village.id), "procedure": "legislative_talk", "about": "draft/1/article/4"}
    made = browser.post("/matters", title="加装电梯条例第四条", summary="公示十天够不够？", **given).location
    shown = browser.get(made)
    fetched = [unescape(found) for found in re.findall(r'hx-get="(/drafts/[^"]+)"', shown.text)]
    assert fetched == ["/drafts/1/articles/4", "/drafts/1/articles/4/opinions"]
    text, voices = (browser.fragment(path) for path in fetched)
    assert text.status == 200 and 'id="article"' in text.text and "不少于十日" in text.words
    assert voices.status == 200 and 'id="voices"' in voices.text and "路人甲" in voices.words


WORD = "draft/1/article/4"


def test_the_word_of_the_article_is_kept_and_told_in_the_log(here):
    browser = here.as_("陈静")
    form = browser.get(f"/matters/new?community={here.village.id}&about={WORD}&title=第四条")
    assert 'value="第四条"' in form.text and 'value="legislative_talk" checked' in form.text
    given = {"community": here.village.id, "procedure": "legislative_talk", "about": WORD}
    made = browser.post("/matters", title="第四条怎么写", summary="想请大家逐条说。", **given).location
    shown = browser.get(made)
    assert "要议的条文" in shown.words
    assert {"/drafts/1", "/drafts/1/articles/4", "/drafts/1/articles/4/opinions"} <= set(shown.links("/drafts/.*"))
    id = int(made.rsplit("/", 1)[1])
    with here.site.house.database.read() as session:
        assert session.get(Matter, id).about == WORD
        entry = session.exec(select(Entry).where(Entry.object == f"matter/{id}").order_by(col(Entry.index))).first()
        assert json.loads(entry.body)["data"]["about"] == WORD
        assert not [fault for fault in check_documents(session) if fault]
    here.site.house.database.change(
        lambda session, _now: setattr(session.get(Matter, id), "about", "draft/1/article/5")
    )
    with here.site.house.database.read() as session:
        assert [fault.facts["field"] for fault in check_documents(session) if fault] == ["about"]


@pytest.mark.parametrize("word", ["draft/1/article/40", "draft/1/article/4-1", "draft/2/article/4"])
def test_an_article_that_the_draft_does_not_have_is_refused_beside_one_that_it_has(here, word):
    browser = here.as_("赵敏")
    given = {"community": here.village.id, "procedure": "legislative_talk", "title": "这一条", "summary": "怎么写。"}
    assert browser.post("/matters", about=word, **given).status == 403
    assert browser.post("/matters", about=WORD, **given).status == 303


def test_a_draft_that_is_kept_is_no_subject_for_who_may_not_read_it(here):
    def keep(session, _now) -> None:
        session.get(DraftLaw, 1).published_at = None

    here.site.house.database.change(keep)
    address = f"/matters/new?community={here.village.id}&about={WORD}"
    assert here.as_("赵敏").get(address).status == 403
    assert here.as_("陈静").get(address).status == 200


def test_the_article_stands_on_the_wall_the_handout_and_the_plain_page_of_its_room(here):
    given = {"community": str(here.village.id), "procedure": "legislative_talk", "about": WORD}
    matter_id = int(
        here.as_("陈静").post("/matters", title="第四条", summary="公示几天？", **given).location.rsplit("/", 1)[1]
    )

    def verb(session, now):
        meant = session.get(Matter, matter_id)
        plan = Plan("第四条怎么写", Limits(), 60)
        return open_room(session, now, matter=meant, plan=plan, actor=Actor("chair", here.village["王秀英"])).id

    room = f"/rooms/{here.site.house.database.change(verb)}"
    for path in ("screen", "handout", "plain"):
        words = here.as_("王秀英").get(f"{room}/{path}").words
        assert "加装电梯条例" in words and "第四条" in words, path
        assert ("不少于十日" in words) == (path != "plain"), path

    def keep(session, now):
        session.get(DraftLaw, 1).published_at = None

    here.site.house.database.change(keep)
    assert "不少于十日" not in here.as_("王秀英").get(f"{room}/screen").words, "what is kept is shown to nobody else"


def test_the_minutes_hold_the_article_as_it_stood_with_what_the_public_said(here, tmp_path):
    here.asking.give(article="4")
    given = {"community": str(here.village.id), "procedure": "legislative_talk", "about": WORD}
    made = here.as_("陈静").post("/matters", title="第四条", summary="公示几天？", **given).location

    def verb(session, now):
        meant = session.get(Matter, int(made.rsplit("/", 1)[1]))
        meant.stage = "consultation"
        plan = Plan("第四条怎么写", Limits(), 60)
        return open_room(session, now, matter=meant, plan=plan, actor=Actor("chair", here.village["王秀英"])).id

    room = f"/rooms/{here.site.house.database.change(verb)}"
    chair = here.as_("王秀英")
    assert chair.post(f"{room}/closing").status == 303

    def change_the_words(session, now):
        version = session.get(DraftVersion, 1)
        known = session.exec(select(DraftReading)).one()
        again = {name: getattr(known, name) for name in ("title", "status", "digest", "lines_digest")}
        session.add(DraftReading(version_id=1, number=2, reason="改正", at=now + timedelta(seconds=1), **again))
        session.flush()
        old = session.exec(select(DraftArticle).where(DraftArticle.key == "4")).one()
        kept = {name: getattr(old, name) for name in ARTICLE_COLUMNS if name not in ("reading", "text")}
        session.add(DraftArticle(reading=2, text="后来改成的条文。", **kept))
        version.reading = 2

    here.site.house.database.change(change_the_words)
    form = chair.get(f"{room}/minutes")
    draft = re.search(r'<textarea[^>]*name="body"[^>]*>\n(.*?)</textarea>', form.text, re.DOTALL)[1]
    said = draft.split("一、议的条文\n")[1].split("\n\n")[0]
    assert "一审稿" in said or "征求意见稿" in said, said
    assert "第四条" in said and "不少于十日" in said and "后来改成的条文" not in said
    assert "共1条，修改1条。" in said


def test_the_draft_of_visits_on_an_article_holds_it_too(here):
    here.asking.give(article="4")
    given = {"community": str(here.village.id), "procedure": "legislative_talk", "about": WORD}
    made = here.as_("陈静").post("/matters", title="第四条", summary="公示几天？", **given).location

    def verb(session, _now):
        session.get(Matter, int(made.rsplit("/", 1)[1])).stage = "consultation"

    here.site.house.database.change(verb)
    chair, at = here.as_("王秀英"), (here.asking.now + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    answer = chair.post(f"{made}/convenings", form="visits", title="第四条", starts_at=at)
    assert answer.status == 303, answer.words[-1500:]
    called = answer.location
    here.site.house.database.change(lambda session, now: setattr(session.get(Convening, 1), "begun_at", now))
    held = (here.asking.now + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M")
    assert chair.post(f"{called}/talks", who="三号楼住户", held_at=held, body="十天看不过来。").status == 303
    assert chair.post(f"{called}/closing").status == 303
    words = chair.get(f"{called}/minutes").text
    said = words.partition("【议的条文】\n")[2].partition("\n\n")[0]
    assert "第四条，走访开始时的条文：" in said and "不少于十日" in said and "共1条，修改1条。" in said
    assert words.index("走访约谈：1次") > words.index("【议的条文】")


def test_minutes_never_quote_a_draft_that_is_kept_whoever_drafts_them(here):
    given = {"community": str(here.village.id), "procedure": "legislative_talk", "about": WORD}
    made = here.as_("陈静").post("/matters", title="第四条", summary="公示几天？", **given).location

    def verb(session, now):
        appoint(
            session, who=person(session, here.village["王秀英"]), role=Role.LIAISON,
            community=community(session, here.village.id), actor=Actor(), from_on=date(2026, 1, 1),
        )  # fmt: skip
        session.get(DraftLaw, 1).published_at = None
        meant = session.get(Matter, int(made.rsplit("/", 1)[1]))
        meant.stage = "consultation"
        plan = Plan("第四条怎么写", Limits(), 60)
        return open_room(session, now, matter=meant, plan=plan, actor=Actor("chair", here.village["王秀英"])).id

    room = f"/rooms/{here.site.house.database.change(verb)}"
    chair = here.as_("王秀英")
    assert chair.get("/drafts/1/articles/4").status == 200, "a liaison reads it"
    assert chair.post(f"{room}/closing").status == 303
    words = chair.get(f"{room}/minutes").words
    assert "第四条怎么写" in words and "不少于十日" not in words


def test_an_open_room_hears_when_what_the_public_says_on_its_article_changes(here):
    given = {"community": str(here.village.id), "procedure": "legislative_talk", "about": WORD}
    made = here.as_("陈静").post("/matters", title="第四条", summary="公示几天？", **given).location

    def verb(session, now):
        meant = session.get(Matter, int(made.rsplit("/", 1)[1]))
        plan = Plan("第四条怎么写", Limits(), 60)
        return open_room(session, now, matter=meant, plan=plan, actor=Actor("chair", here.village["王秀英"])).id

    mine, other = (
        here.asking.give(article="4"),
        here.asking.give(by="周明", article="5", quote="", said=Said("support", "", "好")),
    )
    room = f"/rooms/{here.site.house.database.change(verb)}"
    member, liaison = here.as_("李强"), here.as_("陈静")

    def mark_on(text: str) -> str:
        return re.search(r'id="voiced"[^>]*>([0-9a-f]{16})<', text)[1]

    first = member.get(room)
    marks = [mark_on(first.text)]
    follows = re.findall(r'hx-get="(/drafts/[^"]+)" hx-trigger="load, follow" data-follows="voiced"', first.text)
    assert follows == ["/drafts/1/articles/4", "/drafts/1/articles/4/opinions"] and "#voiced:outerMorph" in first.text
    with member.listen(f"{room}/live", seen=seen_on(first.text)) as socket:

        def heard() -> str:
            while 'id="voiced"' not in (text := socket.receive_text()):
                pass
            marks.append(mark_on(text))
            assert mark_on(member.get(f"{room}/parts").text) == marks[-1] == mark_on(member.get(room).text)
            return member.fragment("/drafts/1/articles/4/opinions").words

        assert liaison.post(f"/opinions/{mine}/keeping-back", reason="有电话号码").status == 303
        assert "路人甲" not in heard()
        assert liaison.post(f"/opinions/{mine}/publication").status == 303
        assert "路人甲" in heard()
        assert liaison.post(f"/opinions/{other}/keeping-back", reason="有电话号码").status == 303
        assert member.post(f"{room}/attendance").status == 303
        assert member.post(f"{room}/statements", body="请逐条说。").status == 303
        while "请逐条说" not in (text := socket.receive_text()):
            assert 'id="voiced"' not in text, "what is said on another article changes nothing here"
    assert marks[0] != marks[1] and marks[0] == marks[2], "the same is read as at first"
    voiced, topic = here.site.house.voiced, room.strip("/").replace("rooms", "room")
    assert topic in voiced.told
    voiced.since[topic] = monotonic() - 2 * SOON
    until = monotonic() + 20
    while topic in voiced.told and monotonic() < until:  # Nobody follows it any more: the next growth forgets it.
        liaison.post(f"/opinions/{mine}/keeping-back", reason="有电话号码")
        liaison.post(f"/opinions/{mine}/publication")
    assert topic not in voiced.told and topic not in voiced.since


def test_a_line_that_was_away_while_the_draft_of_another_community_changed_arrives_again(here):
    other = here.asking.places.other
    chair, member, liaison = here.site.browser(other["王秀英"]), here.site.browser(other["李强"]), here.as_("陈静")
    given = {"community": str(other.id), "procedure": "legislative_talk", "about": WORD}
    proposed = here.site.browser(other["陈静"]).post("/matters", title="第四条", summary="公示几天？", **given)
    matter_id = int(proposed.location.rsplit("/", 1)[1])

    def verb(session, now):
        plan = Plan("第四条怎么写", Limits(), 60)
        meant = session.get(Matter, matter_id)
        return open_room(session, now, matter=meant, plan=plan, actor=Actor("chair", other["王秀英"])).id

    room = f"/rooms/{here.site.house.database.change(verb)}"
    mine = here.asking.give(article="4")
    assert member.post(f"{room}/attendance").status == 303
    for page in (room, f"{room}/desk"):
        before = seen_on(chair.get(page).text)
        with chair.listen(f"{room}/live", seen=before) as socket:
            assert member.post(f"{room}/statements", body="请逐条说。").status == 303
            assert 'id="arrive"' not in socket.receive_text(), "nothing was missed"
        assert liaison.post(f"/opinions/{mine}/keeping-back", reason="有电话号码").status == 303
        with chair.listen(f"{room}/live", seen=before) as socket:
            assert 'id="arrive"' in socket.receive_text()
        with chair.listen(f"{room}/live", seen=seen_on(member.get(f"{room}/parts").text)) as socket:
            assert liaison.post(f"/opinions/{mine}/publication").status == 303
            assert 'id="arrive"' not in socket.receive_text()


def seen_on(text: str) -> int:
    return int(re.search(r'id="seen" value="(\d+)"', text)[1])
