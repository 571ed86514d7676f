"""The shipped procedures against the law they cite, and the reader against files that are no procedures."""

import re
import tomllib
from pathlib import Path

import pytest

from deliberation.matters import words
from deliberation.matters.charter_rules import kinds_for
from deliberation.matters.procedure_check import CLOSING, RINGS_OF
from deliberation.matters.procedure_file import Faulty, fingerprint, load
from deliberation.matters.shipped import shipped, text_of

ALL = sorted(shipped())
SMALL = """
id = "small"
version = "1"
title = "小程序"
scope = ["village"]
source = "本地设置"

[[steps]]
id = "proposal"
ring = "propose"
kind = "proposal"
title = "提议"
body = "proposers"
closes_with = "proposal"
source = "本地设置"

[[steps]]
id = "notice"
ring = "notify"
kind = "notice"
title = "告知"
body = "committee"
closes_with = "notice"
source = "本地设置"
days = { notice = { count = 3, source = "本地设置" } }

[[steps]]
id = "consultation"
ring = "consult"
kind = "consultation"
title = "协商"
body = "room"
closes_with = "minutes"
notice_step = "notice"
source = "本地设置"

[[steps]]
id = "resolution"
ring = "decide"
kind = "poll"
title = "表决"
body = "villagers_representatives"
closes_with = "resolution"
poll = "village_representatives"
on_fail = "consultation"
source = "村民委员会组织法第三十条"

[[steps]]
id = "disclosure"
ring = "feed_back"
kind = "disclosure"
title = "公开"
body = "committee"
closes_with = "disclosure"
source = "村民委员会组织法第三十五条"
days = { posting = { count = 15, source = "村民委员会组织法第三十五条" } }

[[steps]]
id = "evaluation"
ring = "supervise"
kind = "evaluation"
title = "评估"
body = "supervision"
closes_with = "evaluation"
on_fail = "disclosure"
source = "本地设置"
"""


def numbers(procedure):
    for step in procedure.steps:
        for form in (step, *map(step.taken_as, step.variants)):
            yield from ((form, period, number) for period, number in form.days.items())


OF_PEOPLE = ["urban_election", "urban_recall", "village_election", "village_recall"]
OF_MATTERS = [id for id in ALL if id not in OF_PEOPLE]


def test_the_procedures_of_the_issues_are_shipped():
    assert OF_MATTERS == ["collective_economy", "community_four_two", "eight_steps", "legislative_talk",
                          "owners_ordinary", "owners_special", "six_steps", "urban_eight_steps", "village_four_two", "village_group",
                          "village_six_steps"]  # fmt: skip
    assert set(OF_PEOPLE) < set(ALL)


@pytest.mark.parametrize("id", ALL)
def test_every_number_names_its_source(id):
    found = list(numbers(shipped()[id]))
    assert found
    for _form, _period, number in found:
        assert number.is_local or re.search(r"(法|条例)第.+条", number.source), number


@pytest.mark.parametrize("id", ALL)
def test_no_digit_stands_in_a_procedure_but_the_version_and_sourced_days(id):
    table = tomllib.loads(text_of(id))

    def integers(value, place=""):
        if isinstance(value, dict):
            return [one for key, inner in value.items() for one in integers(inner, f"{place}.{key}")]
        if isinstance(value, list):
            return [one for inner in value for one in integers(inner, place)]
        return [place] if isinstance(value, int) and not isinstance(value, bool) else []

    assert all(place.endswith(".count") for place in integers(table))


@pytest.mark.parametrize("id", ALL)
def test_no_posting_is_shorter_than_the_statutes_fifteen_days(id):
    postings = [number.count for _form, period, number in numbers(shipped()[id]) if period == "posting"]
    wanted = 0 if id == "legislative_talk" else 1 if id.endswith("_recall") else 2
    assert len(postings) == wanted and min(postings, default=15) >= 15


@pytest.mark.parametrize("id", ALL)
def test_every_station_of_the_ring_has_a_step(id):
    assert {step.ring for step in shipped()[id].steps} == set(words.RINGS)


@pytest.mark.parametrize("id", OF_MATTERS)
def test_the_gate_stands_first_and_the_evaluation_last(id):
    steps = shipped()[id].steps
    assert [step.kind for step in steps][:2] == ["proposal", "screening"]
    assert steps[-1].kind == "evaluation" and steps[-1].next == words.CLOSED


def step(id, step_id, variant=""):
    return shipped()[id].step(step_id).taken_as(variant)


def test_the_village_ladder_has_its_six_steps_in_order():
    titles = [one.title for one in shipped()["village_four_two"].steps]
    ladder = ["村党组织提议", "“两委”会商议", "党员大会审议", "村民代表会议决议", "决议公开", "实施结果公开"]
    assert [title for title in titles if title in ladder] == ladder


def test_village_and_town_are_decided_by_their_own_bodies_and_presets():
    assert step("village_four_two", "resolution").poll == "village_representatives"
    assert step("community_four_two", "resolution").poll == "urban_representatives"
    assert step("village_four_two", "resolution", "assembly_households").poll == "village_assembly_households"
    assert step("village_four_two", "party_members").poll == "party_members"


@pytest.mark.parametrize(("id", "article"), [("village_four_two", "第二十五条"), ("community_four_two", "第二十六条")])
def test_the_assembly_needs_ten_days_and_may_be_called_at_short_notice_in_special_cases(id, article):
    assembly = step(id, "resolution", "assembly_adults")
    assert assembly.days["notice"].count == 10
    assert assembly.days["notice"].source.endswith(article) and article in assembly.days["notice"].short
    assert "delegation" in step(id, "resolution").evidence and "delegation" not in assembly.evidence


def test_collective_property_follows_the_collective_law():
    collective = step("village_four_two", "resolution", "collective")
    assert collective.poll == "collective_members" and "农村集体经济组织法" in collective.days["notice"].source


def test_a_group_and_a_collective_decide_by_their_own_articles():
    forms = [step("village_group", "resolution", variant) for variant in ("", "households", "collective")]
    assert [one.poll for one in forms] == ["village_group_adults", "village_group_households", "collective_members"]
    assert {one.body for one in forms} == {"villagers_group"}
    assert [one.days["notice"].is_local for one in forms] == [True, True, False]
    members, delegates = (step("collective_economy", "resolution", variant) for variant in ("", "delegates"))
    assert (members.poll, delegates.poll) == ("collective_members", "collective_delegates")
    assert members.days["notice"].count == 10 and delegates.days["notice"].is_local, "by analogy only"


def test_owners_get_fifteen_days_and_the_residents_committee_is_told():
    for id in ("owners_ordinary", "owners_special"):
        notice = step(id, "vote_notice")
        assert (notice.days["notice"].count, notice.days["notice"].source) == (15, "物业管理条例第十四条")
        assert "committee_told" in notice.evidence and "committee_told" in step(id, "disclosure").evidence
        assert step(id, "resolution").poll == id
        assert step(id, "resolution").electorates == ("entrance", "building", "compound")


LAWS = {"village": "村民委员会组织法", "urban": "城市居民委员会组织法"}
BODIES_OF = {"village": "villagers_", "urban": "residents_"}


@pytest.mark.parametrize("id", ALL)
def test_what_is_offered_to_villages_names_no_body_and_no_law_of_towns_and_the_reverse(id):
    procedure = shipped()[id]
    for scope, foreign in (("village", "urban"), ("urban", "village")):
        if scope not in procedure.scope:
            continue
        assert foreign not in procedure.scope, "one file is for one kind of community"
        for one in procedure.steps:
            for form in (one, *map(one.taken_as, one.variants)):
                assert not form.body.startswith(BODIES_OF[foreign]), (id, form.id)
                assert not form.poll.startswith(f"{foreign}_"), (id, form.id)
                said = [form.source, *(number.source for number in form.days.values())]
                assert not [text for text in said if LAWS[foreign] in text], (id, form.id)


@pytest.mark.parametrize(
    ("village", "urban"), [("village_six_steps", "six_steps"), ("eight_steps", "urban_eight_steps")]
)
def test_both_kinds_of_community_go_the_same_way(village, urban):
    ways = [[(one.id, one.kind, one.title, one.next) for one in shipped()[id].steps] for id in (village, urban)]
    assert ways[0] == ways[1]
    votes = [step(village, "resolution"), step(urban, "resolution")]
    assert [vote.poll for vote in votes] == ["village_representatives", "urban_representatives"]
    assert step(village, "resolution", "assembly_adults").poll == "village_assembly_adults"
    assembly = next(iter(step(urban, "resolution").variants))
    assert step(urban, "resolution", assembly).poll == "urban_assembly_adults"


@pytest.mark.parametrize("id", ["six_steps", "village_six_steps"])
def test_jinjiang_gives_names_only_so_its_other_numbers_are_local_or_statute(id):
    six = shipped()[id]
    for name in ("提议", "告知", "协商", "决策", "反馈", "监督"):
        assert "锦江六环节的名称" in next(one for one in six.steps if one.title == name).source
    for _form, period, number in numbers(six):
        assert number.is_local or period == "posting" or "第二十" in number.source


@pytest.mark.parametrize(("scope", "law", "lists", "vote"), [
    ("village", "村民委员会组织法", "第十七条", "第十八条"), ("urban", "城市居民委员会组织法", "第十七条", "第十九条"),
])  # fmt: skip
def test_an_election_posts_its_register_twenty_days_before_and_votes_in_the_booth(scope, law, lists, vote):
    id = f"{scope}_election"
    days = step(id, "register").days
    assert {period: number.count for period, number in days.items()} == {"posting": 20, "objection": 5, "answer": 3}
    assert {number.source for number in days.values()} == {law + lists}
    election = step(id, "election")
    assert (election.poll, election.body, election.source) == (id, "registered_voters", law + vote)
    assert election.notice_step == "notice" and step(id, "meeting").kind == "consultation"
    assert [one.kind for one in shipped()[id].steps][-1] == "implementation"


def test_residents_elect_and_recall_in_three_forms():
    for act in ("election", "recall"):
        forms = [step(f"urban_{act}", act, variant) for variant in ("", "households", "representatives")]
        assert [one.poll for one in forms] == [f"urban_{act}{end}" for end in ("", "_households", "_representatives")]
        assert [one.body for one in forms] == ["registered_voters", "residents_assembly", "residents_representatives"]
    assert step("village_recall", "recall").on_fail == step("village_recall", "recall").on_no_quorum == "closed"


@pytest.mark.parametrize("id", OF_PEOPLE)
def test_no_charter_is_made_by_an_election_or_a_recall(id):
    assert kinds_for(shipped()[id].scope, id) == ()


def test_the_eight_steps_keep_their_names_and_order():
    names = ["提出议题", "确定主体", "告知事宜", "确定形式", "商讨内容", "进行表决", "备案结果", "结果实施"]
    assert [one.title for one in shipped()["eight_steps"].steps if one.title in names] == names


def test_articles_cited_exist_in_the_laws():
    """村 and 居 laws of 2025 have fifty articles each, the property regulations sixty-seven."""
    last = {"村民委员会组织法": 50, "城市居民委员会组织法": 50, "物业管理条例": 67, "民法典": 1260}
    for id in ALL:
        for law, article in re.findall(
            r"(\w+?(?:组织法|条例|民法典)|民法典)第([一二三四五六七八九十百]+)条", text_of(id)
        ):
            if law in last:
                assert 0 < _value(article) <= last[law], (id, law, article)


def _value(numeral):
    digits, total, current = "一二三四五六七八九", 0, 0
    for char in numeral:
        if char in digits:
            current = digits.index(char) + 1
        else:
            total += (current or 1) * {"十": 10, "百": 100}[char]
            current = 0
    return total + current


def test_a_procedure_in_one_text_is_read():
    small = load(SMALL)
    assert [one.next for one in small.steps] == ["notice", "consultation", "resolution", "disclosure", "evaluation",
                                                 "closed"]  # fmt: skip
    assert small.step("notice").days["notice"].is_local
    with pytest.raises(KeyError):
        small.step("nowhere")


def test_the_fingerprint_follows_the_content_and_not_the_layout():
    again = "# a comment\n" + SMALL.replace(" = ", "  =  ")
    assert load(again).fingerprint == load(SMALL).fingerprint
    assert len(load(SMALL).fingerprint) == 64
    assert load(SMALL.replace("count = 15", "count = 16")).fingerprint != load(SMALL).fingerprint
    assert fingerprint({"b": 1, "a": 2}) == fingerprint({"a": 2, "b": 1})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "small"', 'id = "small', "not TOML"),
        ('version = "1"', "version = 1", "version: must be str, is int"),
        ('version = "1"\n', "", "version: missing"),
        ('title = "小程序"', 'title = ""', "title: must not be empty"),
        ('scope = ["village"]', "scope = [1]", "scope: must hold strings only"),
        ('scope = ["village"]', 'scope = ["moon"]', "scope: unknown word moon"),
        ('body = "proposers"', 'body = "proposers"\nquorum = 3', "steps[0].quorum: unknown key"),
        ('body = "proposers"', 'body = "everyone"', "step proposal: unknown body everyone"),
        ('ring = "propose"', 'ring = "elsewhere"', "step proposal: unknown ring elsewhere"),
        ('kind = "proposal"', 'kind = "wish"', "step proposal: unknown kind wish"),
        ('closes_with = "minutes"', 'closes_with = "review"', "does not close with review"),
        ('closes_with = "minutes"', 'closes_with = "minutes"\ndocuments = ["minutes", "notice"]', "be closes_with"),
        ('count = 15, source = "村民委员会组织法第三十五条"', "count = 15", "steps[4].days.posting.source: missing"),
        ("count = 15", 'count = "15"', "steps[4].days.posting.count: must be int"),
        ("count = 15", "count = 0", "must be between 1 and 3660"),
        ("posting = {", "postings = {", "steps[4].days.postings: unknown period"),
        ('days = { posting = { count = 15, source = "村民委员会组织法第三十五条" } }', "", "needs days.posting"),
        ('on_fail = "consultation"', 'on_fail = "nowhere"', "leads to nowhere, which does not exist"),
        ('on_fail = "consultation"\n', "", "needs on_fail: a vote can be lost"),
        ('poll = "village_representatives"', 'poll = "everybody"', "unknown poll everybody"),
        ('poll = "village_representatives"\n', "", "a step of kind poll needs a poll"),
        ('notice_step = "notice"', 'notice_step = "disclosure"', "notice_step: disclosure is no earlier step"),
        ('notice_step = "notice"', 'poll = "two_committees"\non_fail = "closed"', "a room advises and never decides"),
        ('notice_step = "notice"', 'next = "proposal"', "leads back to proposal: only on_fail may go back"),
        ('notice_step = "notice"', 'next = "disclosure"\n', "step resolution: no step leads here"),
        ('notice_step = "notice"', "exits = { carry_out = 1 }", "exits: must hold strings only"),
        ('notice_step = "notice"', 'exits = { forget = "disclosure" }', "unknown exit forget"),
        ('body = "supervision"', 'body = "supervision"\nevidence = ["gossip"]', "unknown evidence gossip"),
        ('id = "evaluation"', 'id = "closed"', "closed is the name of an end"),
        ('id = "disclosure"', 'id = "notice"', "the id notice is used more than once"),
        ('ring = "supervise"\nkind = "evaluation"', 'ring = "propose"\nkind = "evaluation"', "the ring goes back"),
        ('ring = "consult"\nkind', 'ring = "notify"\nkind', "the ring consult has no step"),
        ('ring = "decide"\nkind = "poll"', 'ring = "consult"\nkind = "poll"', "cannot stand on the ring consult"),
        ('body = "room"', 'body = "room"\nmerges_with = "notice"', "notice is no later step"),
        ('on_fail = "disclosure"', 'on_fail = "disclosure"\nvariants = [{ id = "x", title = "x" }]',
         "steps[5].variants[0].source: missing"),
        ('on_fail = "disclosure"',
         'on_fail = "disclosure"\nvariants = [{ id = "x", title = "x", source = "本地设置", needs = "luck" }]',
         "unknown condition luck"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_procedure_is_refused_with_the_place(old, new, said):
    assert old in SMALL
    with pytest.raises(Faulty) as refused:
        load(SMALL.replace(old, new, 1))
    assert said in "\n".join(refused.value.faults)


def test_all_faults_of_a_text_are_told_at_once():
    broken = SMALL.replace('body = "proposers"', 'body = "a"').replace('body = "room"', 'body = "b"')
    with pytest.raises(Faulty) as refused:
        load(broken)
    assert len(refused.value.faults) == 2


def test_the_tables_of_the_check_know_every_kind():
    assert set(CLOSING) == set(RINGS_OF) == set(words.KINDS)
    assert set(RINGS_OF["notice"]) == set(words.RINGS)


def test_every_file_in_the_folder_is_shipped():
    folder = Path(__file__).parents[2] / "deliberation" / "matters" / "procedures"
    assert sorted(path.stem for path in folder.iterdir()) == ALL
    with pytest.raises(KeyError):
        text_of("../secret")
