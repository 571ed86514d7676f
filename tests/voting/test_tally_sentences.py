"""The words of a rule and of a result, in three languages."""

from __future__ import annotations

import re
from random import Random

import opencc
import pytest

from deliberation.translation import LOCALES as SITE_LOCALES
from deliberation.voting.presets import PRESETS
from deliberation.voting.sentences import LOCALES, finding_in_words, result_in_words, rule_in_words
from deliberation.voting.tally import tally, tally_json
from deliberation.voting.tally_document import read_tally_document
from deliberation.voting.tally_result import amount_text
from deliberation.voting.tally_rule import read_rule
from deliberation.voting.tally_words import WORDS, numeral, share_in_words
from tests.voting.tally_oracle import flat, random_document
from tests.voting.tally_papers import a_document, a_rule, an_election, ballot, people, share, votes

PLACE = re.compile(r"\{(\w+)\}")


def said(document, locale="zh-Hans"):
    return tally_json(document)["sentence"][locale]


def test_the_languages_are_those_of_the_site():
    assert LOCALES == SITE_LOCALES


def test_every_language_has_every_word_with_the_same_places():
    hans = WORDS["zh-Hans"]
    for locale, words in WORDS.items():
        # English alone tells one from many.
        assert {key for key in words if not key.endswith("_one")} == set(hans), locale
        assert {key: set(PLACE.findall(words[key])) for key in hans} == {
            key: set(PLACE.findall(text)) for key, text in hans.items()
        }, locale


def test_the_traditional_table_says_what_the_simplified_one_says():
    simplified = opencc.OpenCC("t2s").convert
    assert {key: simplified(text) for key, text in WORDS["zh-Hant"].items() if key != "quote"} == {
        key: text for key, text in WORDS["zh-Hans"].items() if key != "quote"
    }


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (34, "三十四"), (100, "一百"), (101, "一百零一"),
     (110, "一百一十"), (115, "一百一十五"), (250, "二百五十"), (999, "九百九十九"), (1000, "一千")],
)  # fmt: skip
def test_numbers_are_written_as_they_are_spoken(number, written):
    assert numeral(number) == written


@pytest.mark.parametrize(
    ("n", "d", "hans", "english"),
    [(1, 2, "半数", "half"), (2, 3, "三分之二", "2/3"), (75, 100, "百分之七十五", "75/100"),
     (1, 1000, "千分之一", "1/1000"), (3, 10, "十分之三", "3/10"),
     (5, 5, "全部", "the whole"), (2, 4, "四分之二", "2/4")],
)  # fmt: skip
def test_a_share_is_said_as_it_is_spoken(n, d, hans, english):
    assert (share_in_words(n, d, WORDS["zh-Hans"]), share_in_words(n, d, WORDS["en"])) == (hans, english)


MEETING = a_document(
    a_rule(quorum=(share("entitled", ">=", "2/3"),)),
    people(37),
    [*votes(yes=15, no=10, abstain=2, invalid=1), ballot("x9")],
    present=[f"m{index}" for index in range(1, 31)],
)


def test_a_result_is_said_in_simplified_chinese():
    assert said(MEETING) == (
        "应到37人，实到30人，参加表决28人。赞成15人，反对10人，弃权2人，无效1人，未投票2人。"
        "法定人数：实到30人，应到37人，实到人数须达到应到人数的三分之二以上（≥2/3），即至少25人，已达到。"
        "通过条件：赞成15人，实到30人，赞成的人数须超过实到人数的半数（>1/2），即至少16人，未达到。"
        "以实到人数为分母：弃权、无效票和实到而没有投票的不算赞成，计入分母，作用与反对相同；没有到会的不计入分母。"
        "收到29张票，计入28张，未计入1张（不在名册1张）。结果：未通过。"
    )


def test_a_result_is_said_in_english():
    assert said(MEETING, "en") == (
        "Entitled: 37 people, present: 30 people, taking part: 28 people. Yes: 15 people, no: 10 people, "
        "abstained: 2 people, invalid: 1 person, did not vote: 2 people. "
        "Quorum: present: 30 people, entitled: 37 people, "
        "people present must be at least 2/3 of people entitled (≥ 2/3), that is 25 people or more, reached. "
        "To pass: yes: 15 people, present: 30 people, "
        "people voting yes must be more than half of people present (> 1/2), that is 16 people or more, not reached. "
        "The denominator is people present: "
        "abstentions, invalid ballots and those present who did not vote are not a yes, "
        "stay in the denominator and so count like a no; those not present are left out of the denominator. "
        "Ballots received: 29, counted: 28, set aside: 1 (not on the roster: 1). Result: not passed."
    )


def test_a_result_is_said_in_traditional_chinese():
    assert opencc.OpenCC("t2s").convert(said(MEETING, "zh-Hant")) == said(MEETING)
    assert said(MEETING, "zh-Hant").startswith("應到37人，實到30人")


@pytest.mark.parametrize(
    ("of", "words"),
    [
        ("entitled", "以应到人数为分母：弃权、无效票和没有投票的不算赞成，计入分母，作用与反对相同。"),
        (
            "participating",
            "以参加表决的人数为分母：弃权和无效票不算赞成，计入分母，作用与反对相同；没有投票的不计入分母。",
        ),
        ("valid", "以有效票的人数为分母：弃权不算赞成，计入分母，作用与反对相同；无效票和没有投票的不计入分母。"),
        ("decisive", "以赞成与反对合计的人数为分母；弃权、无效票和没有投票的不计入分母。"),
    ],
)
def test_each_denominator_says_what_counts_like_a_no(of, words):
    rule = a_rule(share(of, ">", "1/2"))
    assert words in said(a_document(rule, people(3), votes(yes=1)))
    assert words in rule_in_words(read_rule(rule), "zh-Hans")


def test_nobody_is_told_of_abstentions_that_the_rule_does_not_know():
    rule = a_rule(share("valid", ">", "1/2")) | {"choices": ["yes", "no"]}
    told = rule_in_words(read_rule(rule), "zh-Hans")
    assert "弃权" not in told
    assert "以有效票的人数为分母；无效票和没有投票的不计入分母。" in told


def test_owners_hear_both_measures_in_one_breath():
    rule = a_rule(share("participating", ">=", "3/4"), share("participating", ">=", "3/4", "area"))
    roster = [{"id": "m1", "area": "89.5"}, {"id": "m2", "area": "100"}]
    told = said(a_document(rule, roster, [ballot("m1")]))
    assert told.startswith(
        "应到2人、189.50平方米，实到1人、89.50平方米，参加表决1人、89.50平方米。赞成1人、89.50平方米，"
    )
    assert "以参加表决的人数和参加表决的面积为分母：" in told
    assert "即至少67.13平方米，已达到" in told


def test_a_divided_household_is_mentioned_where_there_is_one():
    rule = a_rule(share("participating", ">", "1/2", "households"))
    roster = [{"id": f"m{index}", "household": "A"} for index in (1, 2)]
    assert "户内不一致1户，" in said(a_document(rule, roster, votes(yes=1, no=1)))
    assert "户内不一致1户" not in said(a_document(rule, roster, votes(yes=2)))
    assert "1 household" in said(a_document(rule, roster, votes(yes=2)), "en")


def test_zero_in_the_denominator_is_said():
    told = said(a_document(a_rule(), people(1), []))
    assert "赞成0人，实到0人，赞成的人数须超过实到人数的半数（>1/2），分母为零，无法达到。" in told


def test_an_or_says_each_way_and_the_verdict():
    either = {"any": [share("entitled", ">", "1/2"), share("entitled", ">=", "1/3")]}
    result = tally(read_tally_document(a_document(a_rule(quorum=(either,)), people(3), votes(yes=1))))
    assert finding_in_words(result.tests[0], "zh-Hans") == (
        "法定人数：以下有一项达到即可：实到1人，应到3人，实到人数须超过应到人数的半数（>1/2），即至少2人，未达到；"
        "或者实到1人，应到3人，实到人数须达到应到人数的三分之一以上（≥1/3），即至少1人，已达到；已达到。"
    )


@pytest.mark.parametrize(
    ("ballots", "more", "words"),
    [
        ([["甲"], ["甲"], ["乙"]], {}, "结果：“甲”当选。"),
        ([["甲"], ["乙"]], {}, "结果：“甲”、“乙”得票相同，须再次表决。"),
        ([["甲"], ["甲"], ["乙"], ["丙"]], {"seats": 2}, "结果：“甲”当选，“乙”、“丙”得票相同，须再次表决。"),
        ([["甲"]], {"seats": 4}, "结果：“甲”、“乙”、“丙”当选，空缺1个名额。"),
        (["abstain"], {"approval": [share("decisive", ">", "1/2")]}, "结果：没有选项当选，空缺1个名额。"),
        ([["甲"]], {"quorum": [share("entitled", ">", "1/2")]}, "结果：未达到法定人数，没有作出决定。"),
    ],
)
def test_an_election_says_who_won(ballots, more, words):
    rule = an_election("甲", "乙", "丙") | more
    document = a_document(rule, people(9), [ballot(f"m{n}", choice) for n, choice in enumerate(ballots, 1)])
    assert said(document).endswith(words)


def test_people_hear_their_own_words_unchanged_in_traditional_chinese():
    rule = an_election("后台", "台后", approval=[share("decisive", ">", "1/2")])
    told = said(a_document(rule, people(1), [ballot("m1", ["后台"])]), "zh-Hant")
    assert "「后台」得票1人，選了選項的1人" in told


def test_a_rule_is_said_before_the_vote():
    assert rule_in_words(PRESETS["village_representatives"].rule, "zh-Hans") == (
        "可以投：赞成、反对、弃权。法定人数：实到人数须达到应到人数的三分之二以上（≥2/3）。"
        "通过条件：赞成的人数须超过实到人数的半数（>1/2）。"
        "以实到人数为分母：弃权、无效票和实到而没有投票的不算赞成，计入分母，作用与反对相同；没有到会的不计入分母。"
        "只计到会签到的人投的票。"
    )


def test_a_rule_of_options_is_said_before_the_vote():
    rule = read_rule(
        an_election("甲", "乙", select=2, seats=2, approval=[share("participating", ">=", "1/3", "households")])
    )
    assert rule_in_words(rule, "zh-Hans") == (
        "从“甲”、“乙”中最多选2项，可以弃权。没有法定人数的要求。"
        "通过条件：该选项得票的户数须达到参加表决的户数的三分之一以上（≥1/3）。"
        "名额2个，达到通过条件的选项按得票的户数从多到少当选。最后一个名额得票相同的，须再次表决。"
        "以参加表决的户数为分母：弃权、无效票和户内不一致的户不算任何选项的得票，计入分母，作用与投给其他选项相同；"
        "没有投票的不计入分母。"
    )
    plain = read_rule({"method": "options", "options": ["甲", "乙"], "choices": []})
    assert rule_in_words(plain, "zh-Hans").startswith(
        "从“甲”、“乙”中最多选1项。没有法定人数的要求。名额1个，按得票的人数"
    )


def test_who_votes_without_signing_in_is_told_to_be_present():
    lenient = "没有签到但投了票的，也算实到。"
    assert lenient in rule_in_words(read_rule(a_rule()), "zh-Hans")
    assert lenient in rule_in_words(PRESETS["collective_members"].rule, "zh-Hans")
    assert lenient not in rule_in_words(PRESETS["owners_special"].rule, "zh-Hans")
    assert lenient not in rule_in_words(PRESETS["party_members"].rule, "zh-Hans")


def test_the_whole_is_said_as_the_whole():
    rule = a_rule(share("entitled", ">=", "1/1"))
    assert "赞成的人数须达到应到人数的全部（≥1/1）" in rule_in_words(read_rule(rule), "zh-Hans")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_result_says_every_number_of_every_test(locale):
    for seed in range(300):
        result = tally(read_tally_document(random_document(Random(seed))))
        told = result_in_words(result, locale)
        assert "{" not in told and "}" not in told
        for finding in result.tests:
            for each in getattr(finding, "findings", (finding,)):
                measure = each.requirement.measure
                for number in (each.numerator, each.denominator, each.needed or 0):
                    assert amount_text(measure, number) in told
                assert f"{each.requirement.n}/{each.requirement.d}" in told


@pytest.mark.parametrize("locale", LOCALES)
def test_every_rule_can_be_said(locale):
    for seed in range(300):
        raw = random_document(Random(seed))["rule"]
        told = rule_in_words(read_rule(raw), locale)
        assert "{" not in told
        assert all(test["fraction"] in told for test in flat(raw.get("quorum", [])) + flat(raw.get("approval", [])))
