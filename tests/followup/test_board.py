"""The board: every date in one table, in four states, to sort, filter and take away; and the three rates."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlmodel import select

from deliberation.followup.board import as_csv, duties
from deliberation.followup.rates import rates_of
from deliberation.matters.models import Clock
from deliberation.matters.timing import breach_clock
from tests.followup.carrying import Carrying
from tests.pages import open_site
from tests.people import NOON


@pytest.fixture
def story(database_url: str) -> Carrying:
    return Carrying(database_url, NOON - timedelta(days=150)).begin(title="村道拓宽").go_to("implementation")


def four_states(story: Carrying) -> None:
    """One task of each state, ten days from now."""
    kept, late = story.assign("画线", 9), story.assign("铺路", 5)
    story.assign("挖沟", 3)
    story.assign("种树", 40)
    story.wait(days=6)
    story.finish(kept)
    story.wait(days=2)
    story.finish(late)


def board(story: Carrying) -> dict[str, tuple[str, int]]:
    near = [story.village.id]
    found = story.look(lambda session, _m: duties(session, story.now, [story.village.id], near))
    return {one.title: (one.state, one.days) for one in found if one.kind == "task"}


def test_each_task_is_in_its_state(story: Carrying):
    four_states(story)
    assert board(story) == {"画线": ("kept", 3), "铺路": ("late", 3), "挖沟": ("overdue", 5), "种树": ("running", 32)}


def test_postings_and_objections_are_on_it(database_url: str):
    story = Carrying(database_url).begin().go_to("disclosure")
    story.take_next()
    objection = story.object()

    def lines() -> dict[str, tuple[str, bool]]:
        found = story.look(lambda session, _m: duties(session, story.now, [story.village.id], []))
        return {one.kind: (one.state, one.is_ripe) for one in found}

    assert lines() == {"answer_objection": ("running", False), "posting": ("running", False)}
    story.wait(days=20)
    assert lines() == {"answer_objection": ("overdue", False), "posting": ("running", True)}
    story.answer(objection)
    story.go_to("feedback")
    assert lines() == {"answer_objection": ("late", False), "posting": ("kept", False)}


def test_a_breach_is_said_and_does_not_change_the_state(story: Carrying):
    story.assign("挖沟", 3)
    story.wait(days=5)
    clock = story.look(lambda session, _m: session.exec(select(Clock)).one())
    story.do(lambda session, _m: breach_clock(session, story.now, {"clock": clock.id}))
    assert board(story) == {"挖沟": ("overdue", 2)}


def test_everybody_reads_it_sorts_and_filters_it(story: Carrying, tmp_path):
    four_states(story)
    with open_site(story.database.url, tmp_path) as site:
        visitor = site.visitor()
        whole = visitor.get(f"/board?community={story.village.id}")
        assert all(title in whole.words for title in ("画线", "铺路", "挖沟", "种树"))
        assert "李强" in whole.words and "村道拓宽" in whole.words
        kept = visitor.get(f"/board?community={story.village.id}&state=kept")
        assert "画线" in kept.words and "铺路" not in kept.words
        latest = visitor.get(f"/board?community={story.village.id}&sort=latest&kind=task").words
        assert latest.index("种树") < latest.index("挖沟")
        assert "没有这样的事" in visitor.get(f"/board?community={story.village.id}&kind=convene").words
        assert visitor.get("/board?state=%27&sort=x&page=-1&kind=").status == 200
        assert visitor.get("/board?community=99999").status == 404
        assert visitor.get("/board?community=x").status == 404
        other = visitor.get(f"/board?community={story.places.other.id}")
        assert "铺路" not in other.words and "还没有带期限的事" in other.words
        # The street sees what lies below it.
        assert "铺路" in visitor.get(f"/board?community={story.places.street}").words


def test_the_table_opens_in_a_spreadsheet(story: Carrying, tmp_path):
    story.assign('=HYPERLINK("http://x")', 9)
    story.assign("+86 电话通知", 9)
    with open_site(story.database.url, tmp_path) as site:
        sent = site.visitor().get(f"/board.csv?community={story.village.id}&kind=task&sort=title")
        assert sent.content.startswith("\ufeff事项,".encode())
        assert "attachment" in sent.headers["content-disposition"]
        rows = list(csv.reader(io.StringIO(sent.content.decode("utf-8-sig"))))
        assert [row[0] for row in rows[1:]] == ["'+86 电话通知", '\'=HYPERLINK("http://x")']
        assert rows[1][4] == "成员 李强" and rows[1][7] in ("正在办", "逾期")


def test_the_table_speaks_the_visitors_language(story: Carrying):
    story.assign("种树", 9)
    found = story.look(lambda session, _m: duties(session, story.now, [story.village.id], []))
    assert as_csv(found, "en").decode("utf-8-sig").splitlines()[0].startswith("Duty,Kind,")


def test_without_anything_there_is_no_rate(database_url: str):
    story = Carrying(database_url)
    with story.database.read() as session:
        assert [(one.part, one.whole) for one in rates_of(session, [story.village.id])] == [(0, 0)] * 3


def test_the_rates_count_persons_once_a_matter(database_url: str):
    story = Carrying(database_url).begin().go_to("notice")
    story.notify("李强", "赵敏", "周明", "王秀英")

    def rates() -> list[tuple[int, int]]:
        return story.look(lambda s, _m: [(one.part, one.whole) for one in rates_of(s, [story.village.id])])

    # 李强 proposed it; nobody was told yet, nothing is decided.
    assert rates() == [(0, 4), (1, 4), (0, 0)]
    story.speak("赵敏", "路要避开菜地。")
    story.speak("赵敏", "还要装路灯。")
    story.speak("陈静", "我不在名单上。")
    assert rates() == [(0, 4), (2, 4), (0, 0)]


def test_what_is_carried_out_counts_once_it_is_recorded(story: Carrying):
    def carried_out() -> tuple[int, int]:
        rate = story.look(lambda session, _m: rates_of(session, [story.village.id])[2])
        return rate.part, rate.whole

    assert carried_out() == (0, 1)
    story.finish(story.assign("铺路", 9))
    story.go_to("results")
    assert carried_out() == (1, 1)
    assert story.look(lambda session, _m: rates_of(session, [story.places.other.id])[2]).whole == 0


def test_the_rates_are_shown_with_their_base_or_as_none(story: Carrying, tmp_path):
    with open_site(story.database.url, tmp_path) as site:
        shown = site.visitor().get(f"/communities/{story.village.id}/rates")
        assert "以已决定的1件为基数，记录了实施结果的0件。" in shown.words and "<html" not in shown.text
        empty = site.visitor().get(f"/communities/{story.places.other.id}/rates")
        assert empty.words.count("没有") >= 3
        assert site.visitor().get("/communities/999/rates").status == 404
