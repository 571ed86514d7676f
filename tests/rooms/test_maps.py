"""Maps of opinion: what is put next, what unites and divides, who sees what, the files of Polis. On both databases."""

from __future__ import annotations

import csv
import io
import json
import math
import random
import time
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.audit.actions import Actor
from deliberation.audit.reading import data_of
from deliberation.matters.models import Matter
from deliberation.refusal import Refused
from deliberation.rooms.map_drawing import draw
from deliberation.rooms.map_files import OF_PERSONS, PUBLIC, polis_file
from deliberation.rooms.map_job import drawn_apart, prepare_map
from deliberation.rooms.map_models import OpinionMap, all_marks, map_named, map_statement, map_statements
from deliberation.rooms.map_plane import HEIGHT, LINE, SMALLEST, WIDTH, circles
from deliberation.rooms.map_rules import MOST_EACH, Tally, drawn, may_put_in, next_statement, tallies
from deliberation.rooms.map_view import figures
from deliberation.rooms.mapping import close_map, hide, keep_drawn, mark, open_map, put_in, release_map
from deliberation.rooms.minutes_gathering import mapped
from tests.rooms.halls import house_at
from tests.rooms.meeting import CHAIR, NEIGHBOUR, Meeting

FIRST = ["先修水渠", "先修路", "路面要加宽"]


# --- the rules

IDS = st.lists(st.integers(1, 40), unique=True, max_size=20)


@given(IDS, st.data())
def test_what_is_put_next_is_unmarked_and_has_the_fewest_marks(ids, data):
    marked = {id: 1 for id in ids if data.draw(st.booleans())}
    counts = {id: data.draw(st.integers(0, 5)) for id in ids}
    found = next_statement(ids, marked, counts, data.draw(st.integers(0, 99)))
    left = [id for id in ids if id not in marked]
    if not left:
        assert found == 0
    else:
        assert found in left and counts[found] == min(counts[id] for id in left)


def test_a_hall_that_begins_at_once_does_not_mark_one_statement_alone():
    assert {next_statement([1, 2, 3], {}, {}, person) for person in range(9)} == {1, 2, 3}


@pytest.mark.parametrize(
    ("own", "body", "is_allowed"),
    [(0, "先修桥", True), (MOST_EACH, "先修桥", False), (MOST_EACH - 1, "先修桥", True), (0, " 先修 路。", False)],
)
def test_who_may_put_in_what(own, body, is_allowed):
    assert (may_put_in(own, body, FIRST) is None) is is_allowed


GROUPS = st.lists(
    st.fixed_dictionaries(
        {"people": st.integers(3, 400), "x": st.integers(-9000, 9000), "y": st.integers(-9000, 9000)}
    ),
    min_size=1,
    max_size=5,
)


@given(GROUPS)
def test_every_group_lies_whole_on_the_plane(groups):
    for circle in circles(groups):
        assert circle.radius + LINE / 2 <= circle.x <= WIDTH - circle.radius - LINE / 2, groups
        assert circle.radius + LINE / 2 <= circle.y <= HEIGHT - circle.radius - LINE / 2, groups


def test_circles_are_as_large_as_their_groups_and_as_far_apart_as_their_opinions():
    groups = [{"people": 40, "x": -2000, "y": 0}, {"people": 10, "x": 2000, "y": 0}, {"people": 10, "x": 1000, "y": 0}]
    large, small, near = circles(groups)
    assert large.radius > small.radius == near.radius
    assert small.x - near.x < near.x - large.x
    assert all(one.y == HEIGHT // 2 for one in (large, small, near))
    one, two = circles([{"people": 3, "x": 5, "y": 5}, {"people": 3, "x": 5, "y": 5}])
    assert one.radius == two.radius >= SMALLEST and one.x < two.x


@given(GROUPS)
def test_no_circle_lies_upon_another_and_none_is_larger_than_one_with_more_people(groups):
    found = circles(groups)
    for one, two in combinations(found, 2):
        assert math.dist((one.x, one.y), (two.x, two.y)) >= one.radius + two.radius - 3, found
    by_people = sorted(zip((group["people"] for group in groups), found, strict=True), key=lambda pair: pair[0])
    assert all(less.radius <= more.radius for (_a, less), (_b, more) in pairwise(by_people))


MARKS = st.lists(
    st.tuples(st.integers(1, 12), st.integers(1, 6), st.sampled_from([1, -1, 0])),
    unique_by=lambda one: one[:2],
    max_size=60,
)


@given(MARKS, st.randoms())
def test_sums_lose_nothing_and_ask_for_no_order(marks, chance):
    mixed = chance.sample(marks, len(marks))
    assert tallies(marks) == tallies(mixed)
    assert sum(each.count for each in tallies(marks).values()) == len(marks)
    members = {person: person % 2 for person, _statement, _mark in marks}
    parts = tallies(marks, members)
    for id, whole in tallies(marks).items():
        both = [parts.get((id, group), Tally()) for group in (0, 1)]
        assert sum(part.agree for part in both) == whole.agree and sum(part.count for part in both) == whole.count


def two_camps(people: int = 40) -> list[tuple[int, int, int]]:
    """Statements 1 to 4 divide odd from even people, 5 and 6 unite all, 7 is passed by all."""
    chance, marks = random.Random(7), []
    for person in range(people):
        side = 1 if person % 2 else -1
        for statement in range(1, 8):
            if chance.random() < 0.05:
                continue
            mark = side if statement <= 4 else 1 if statement <= 6 else 0
            marks.append((person, statement, -mark if chance.random() < 0.05 else mark))
    return marks


def found_for(marks, people: int = 40):
    """As the drawing would find it, with the camps as groups."""
    members = {str(person): person % 2 for person in range(people)}
    sizes = [sum(group == number for group in members.values()) for number in (0, 1)]
    return {"groups": [{"people": size, "x": 0, "y": 0} for size in sizes], "members": members, "consensus": {}}


def test_what_unites_and_what_divides_is_said():
    marks = two_camps()
    shown = drawn(marks, found_for(marks))
    assert set(shown["divides"]) == {1, 2, 3, 4} and set(shown["unites"]) == {5, 6}
    assert shown["people"] == 40 and shown["marks"] == len(marks)
    assert [sum(row) for row in shown["statements"]["5"]["groups"]] != [0, 0]


def test_half_is_not_more_than_half():
    marks = [(person, 1, 1 if person < 5 else -1) for person in range(10)]
    pairs = {person: person % 2 for person in range(12)}

    def unites(marks):
        found = {"groups": [{"people": 6, "x": 0, "y": 0}] * 2, "members": pairs, "consensus": {}}
        return drawn(marks, found)["unites"]

    marks = [(person, 1, 1 if person < 6 else -1) for person in range(12)]
    assert unites(marks) == []
    assert unites([*marks[:-2], (10, 1, 1), (11, 1, 1)]) == [1]


@pytest.mark.parametrize(("people", "why"), [(4, "small"), (6, "")])
def test_a_group_of_fewer_than_three_is_not_shown(people, why):
    marks = [(person, 1, 1 if person % 2 else -1) for person in range(people)]
    shown = drawn(marks, found_for(marks, people))
    assert shown["why"] == why and bool(shown["groups"]) is (why == "")
    assert all(bool(one["groups"]) is (why == "") for one in shown["statements"].values())


def test_without_the_library_the_sums_alone_are_kept():
    shown = drawn(two_camps(), None)
    assert shown["why"] == "missing" and shown["groups"] == [] and shown["divides"] == []
    assert shown["unites"] == [], "four of seven who agree unite nobody"


# --- the drawing


@pytest.mark.parametrize("marks", [[], [(1, 1, 1)], [(p, s, 1) for p in range(30) for s in (1, 2, 3)], two_camps(7)])
def test_too_few_people_or_one_opinion_make_no_groups(marks):
    assert draw(marks)["groups"] == []


@pytest.mark.reddwarf
def test_the_library_finds_the_two_camps_and_the_same_ones_again():
    marks = two_camps()
    found = drawn_apart(marks)
    assert len(found["groups"]) >= 2 and min(group["people"] for group in found["groups"]) >= 3
    sides = {(group, int(person) % 2) for person, group in found["members"].items()}
    assert len(sides) == len(found["groups"]), "a group has people of both camps"
    assert drawn_apart(random.Random(3).sample(marks, len(marks))) == found
    assert {1, 2, 3, 4} <= set(drawn(marks, found)["divides"])


# --- the verbs


class Table:
    """A map on a matter at its consultation."""

    def __init__(self, url: str):
        self.meeting = Meeting(url)
        self.village = self.meeting.village
        self.map_id = self.change(
            CHAIR,
            lambda session, now, actor: (
                open_map(
                    session,
                    now,
                    matter=session.get(Matter, self.meeting.story.matter_id),
                    question="先办哪一件？",
                    first=FIRST,
                    actor=actor,
                ).id
            ),
        )

    def change(self, name, verb):
        actor = Actor("chair" if name == CHAIR else "resident", self.village[name])
        return self.meeting.database.change(lambda session, now: verb(session, now, actor))

    def on_map(self, name, verb, **more):
        return self.change(
            name,
            lambda session, now, actor: verb(session, now, map=map_named(session, self.map_id), actor=actor, **more),
        )

    def mark(self, name, statement_id, word):
        def verb(session, now, actor):
            map, statement = map_named(session, self.map_id), map_statement(session, statement_id)
            mark(session, now, map=map, statement=statement, word=word, actor=actor)

        self.change(name, verb)

    def hide(self, statement_id, reason="广告"):
        def verb(session, now, actor):
            map, statement = map_named(session, self.map_id), map_statement(session, statement_id)
            hide(session, now, map=map, statement=statement, reason=reason, actor=actor)

        self.change(CHAIR, verb)

    def look(self, question):
        return self.meeting.look(question)

    def draw(self):
        payload = {"map": self.map_id}
        found = self.look(lambda session: prepare_map(session, payload))
        self.meeting.database.change(lambda session, now: keep_drawn(session, now, payload, found))
        return self.look(lambda session: map_named(session, self.map_id).drawn)


@pytest.fixture
def table(database_url):
    made = Table(database_url)
    yield made
    made.meeting.database.close()


def test_a_mark_is_changed_and_never_doubled_and_enters_the_log_as_a_commitment(table):
    table.mark("李强", 1, "agree")
    table.mark("李强", 1, "agree")
    table.mark("李强", 1, "disagree")
    assert [each[2] for each in table.look(lambda session: all_marks(session, table.map_id))] == [-1]
    entries = [each for each in table.meeting.entries if each.act == "map.marked"]
    assert [data_of(each.body)["changed"] for each in entries] == [0, 1]
    assert not any(b"agree" in each.body for each in entries)


def test_a_hidden_statement_is_marked_no_more_and_stays_countable(table):
    table.mark("李强", 1, "agree")
    table.hide(1)
    with pytest.raises(Refused):
        table.mark(NEIGHBOUR, 1, "agree")
    with pytest.raises(Refused):
        table.hide(1)
    assert len(table.look(lambda session: map_statements(session, table.map_id))) == 3
    assert "1" not in table.draw()["statements"]


def test_after_closing_nothing_is_said_any_more_and_the_entry_has_the_numbers(table):
    table.mark("李强", 1, "agree")
    table.mark(NEIGHBOUR, 2, "pass")
    table.on_map(CHAIR, close_map)
    said = data_of(table.meeting.entries[-1].body)
    assert (said["people"], said["marks"]) == (2, 2)
    for late in (lambda: table.mark("李强", 2, "agree"), lambda: table.on_map("李强", put_in, body="先修桥")):
        with pytest.raises(Refused):
            late()
    with pytest.raises(Refused):
        table.on_map(CHAIR, close_map)


def test_released_it_is_drawn_by_the_runner(table):
    for name, word in (("李强", "agree"), (NEIGHBOUR, "agree"), ("周明", "disagree")):
        table.mark(name, 3, word)
    table.on_map(CHAIR, release_map)
    shown = table.draw()
    assert shown["statements"]["3"]["all"] == [2, 1, 0] and shown["unites"] == []
    assert table.meeting.entries[-1].act == "map.released"


def test_hidden_after_the_release_it_is_in_neither_the_figures_nor_the_minutes(table):
    for name in ("李强", NEIGHBOUR, "周明"):
        for one in (1, 3):
            table.mark(name, one, "agree")
    table.on_map(CHAIR, release_map)
    assert set(table.draw()["statements"]) == {"1", "3"}
    table.hide(3)
    shown = table.look(lambda session: figures(session, map_named(session, table.map_id)))
    assert [one.statement.id for side in ("unites", "divides", "rest") for one in shown[side]] == [1]
    (said,) = table.look(lambda session: mapped(session, table.meeting.story.matter_id))
    assert said.rest == (f"{FIRST[0]}（同意3人，不同意0人，说不好0人）",) and not said.unites and not said.divides


# --- the files


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_the_files_have_the_shape_of_polis_and_agree_with_each_other(table):
    table.on_map("李强", put_in, body='=HYPERLINK("x")，"引号"')
    for name in ("李强", NEIGHBOUR, "周明"):
        for id in (1, 2, 4):
            table.mark(name, id, "agree" if id == 1 else "disagree")
    table.hide(4)
    table.on_map(NEIGHBOUR, put_in, body="=1+1")
    table.draw()

    def files(session):
        map = map_named(session, table.map_id)
        statements, marks = map_statements(session, map.id), all_marks(session, map.id)
        return {
            name: rows_of(polis_file(name, map, statements, marks, "http://a/maps/1")) for name in PUBLIC + OF_PERSONS
        }

    found = table.look(files)
    assert found["comments"][0][-1] == "comment-body"
    assert [row[-1] for row in found["comments"][1:]] == [*FIRST, "", "'=1+1"], "what was hidden is in no file"
    assert [row[6] for row in found["comments"][1:]] == ["1", "1", "1", "-1", "1"]
    assert [row[:6] for row in found["comment-groups"][1:]] == [
        ["1", FIRST[0], "3", "3", "0", "0"],
        ["2", FIRST[1], "3", "0", "3", "0"],
    ]
    assert len(found["votes"]) == 1 + 9 and len(found["participants-votes"]) == 1 + 3
    by_person = {row[0]: row[6:] for row in found["participants-votes"][1:]}
    assert {tuple(row[1:3]) for row in found["participants-votes"][1:]} == {("", "")}, (
        "no group and no number of statements"
    )
    for _at, _date, comment, voter, vote in found["votes"][1:]:
        assert by_person[voter][int(comment) - 1] == vote
    assert dict(row for row in found["summary"])["voters"] == "3"
    people = {str(table.village[name]) for name in ("李强", NEIGHBOUR, "周明")}
    assert set(by_person) == {"0", "1", "2"} or set(by_person) != people


def test_a_time_is_written_as_polis_writes_it():
    opened_at = datetime(2026, 11, 29, 20, 5, 7, tzinfo=UTC)
    map = OpinionMap(question="？", community_id=1, matter_id=1, opened_by_id=1, opened_at=opened_at)
    marks = [(5, 1, 1, opened_at + timedelta(seconds=41))]

    class One:
        id, number, person_id = 1, 1, 5

    row = rows_of(polis_file("votes", map, [One()], marks, ""))[1]
    assert row == ["1795982707", "Sun Nov 29 2026 20:05:07 GMT+0000 (Coordinated Universal Time)", "1", "0", "1"]


def test_no_file_and_no_entry_leads_from_an_answer_to_whoever_holds_an_office(table):
    for name, seconds in ((CHAIR, 10), (NEIGHBOUR, 20), ("李强", 30)):
        table.meeting.story.now += timedelta(seconds=seconds)
        table.mark(name, 1, "agree")
    entries = [json.loads(each.body) for each in table.meeting.entries if each.act == "map.marked"]
    assert {each["actor"] for each in entries} == {"resident"} and len({each["at"] for each in entries}) == 3
    table.on_map("李强", put_in, body="先修桥")

    def files(session):
        map = map_named(session, table.map_id)
        return [
            rows_of(polis_file(name, map, map_statements(session, map.id), all_marks(session, map.id), ""))
            for name in OF_PERSONS
        ]

    votes, people = table.look(files)
    assert len({tuple(row[:2]) for row in votes[1:]}) == 1, "when a mark came would lead to its entry"
    assert {row[2] for row in people[1:]} == {""}, "how many somebody wrote would lead to their statements"


# --- the pages


def test_the_whole_way_through_the_pages(database_url, tmp_path):
    with house_at(database_url, tmp_path) as house:
        at, chair, li = f"/matters/{house.matter_id}", house.browser(CHAIR), house.browser("李强")
        assert li.post(f"{at}/maps", question="？", first="一\n二").status == 403
        refused = chair.post(f"{at}/maps", question="先办哪一件？", first="只有一条")
        assert refused.status == 422 and "只有一条" in refused.text
        page = chair.post(f"{at}/maps", question="先办哪一件？", first="\n".join(FIRST)).location
        assert "在意见图上表态" in li.get(at).words
        shown = li.get(page)
        form = shown.links(r"/map-statements/\d+/marks")[0]
        assert li.post(form, mark="yes").status == 422
        assert li.post(form, mark="agree").location == f"{page}#card"
        assert "第2条，共3条" in li.get(page).words
        again = li.post(f"{page}/statements", body="先修 路")
        assert again.status == 422 and "一模一样" in again.words and "先修 路" in again.text
        assert li.post(f"{page}/statements", body="路灯也要装<i>").status == 303
        assert "公布以前谁也看不到合计" in li.get(page).words
        assert li.get(f"{page}/comments.csv").status == 404
        assert li.post(f"{page}/release").status == 403
        assert chair.post("/map-statements/4/hiding", reason="").status == 422
        assert chair.post("/map-statements/4/hiding", reason="说的是另一件事").status == 303
        assert "理由：说的是另一件事" in li.get(page).words
        assert chair.post(f"{page}/release").status == 303
        until = time.monotonic() + 60
        while "1人表了1次态" not in (words := li.get(page).words):
            assert time.monotonic() < until, words
            time.sleep(0.2)
        assert li.get(f"{page}/comments.csv").status == 200
        assert li.get(f"{page}/votes.csv").status == 404
        assert chair.get(f"{page}/votes.csv").status == 404, "not while rows come one by one"
        assert chair.get(f"{page}/anything.csv").status == 404
        assert chair.post(f"{page}/closing").status == 303
        assert chair.get(f"{page}/votes.csv").status == 200
        assert li.get(f"{page}/votes.csv").status == 404
        assert "已经结束" in li.get(page).words and "在意见图上表态" not in li.get(at).words
