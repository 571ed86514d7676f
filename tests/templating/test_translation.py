from datetime import UTC, date, datetime

import pytest

from deliberation import translation
from deliberation.refusal import Refusal, Word
from deliberation.translation import (
    LOCALES,
    fill,
    negotiate,
    say,
    say_date,
    say_datetime,
    speaking,
    traditional,
    translate,
)


@pytest.mark.parametrize(
    ("header", "preferred", "expected"),
    [
        (None, None, "zh-Hans"),
        ("", "en", "en"),
        ("en-GB,en;q=0.9", "zh-Hant", "zh-Hant"),
        ("zh-CN,zh;q=0.9,en;q=0.8", None, "zh-Hans"),
        ("zh-HK", None, "zh-Hant"),
        ("zh-Hant-MO", None, "zh-Hant"),
        ("zh_TW", None, "zh-Hant"),
        ("zh", None, "zh-Hans"),
        ("fr,en;q=0.5", None, "en"),
        ("en;q=0.3,zh-TW;q=0.9", None, "zh-Hant"),
        ("en;q=0,fr", None, "zh-Hans"),
        ("de,fr", None, "zh-Hans"),
        ("en;q=much", "xx", "zh-Hans"),
    ],
)
def test_the_language_is_the_persons_or_the_browsers(header, preferred, expected):
    assert negotiate(header, preferred) == expected


def test_a_sentence_is_said_in_three_languages():
    assert [translate(locale, "还剩{n}天", n=6) for locale in LOCALES] == ["还剩6天", "還剩6天", "6 days left"]
    assert translate("en", "还剩{n}天", n=1) == "1 day left"


def test_a_sentence_without_english_is_shown_in_chinese():
    assert translate("en", "没有人译过的话{n}", n=1) == "没有人译过的话1"


def test_a_value_with_braces_stays_as_it_was_written():
    assert translate("zh-Hans", "{a}和{b}", a="{b}", b="{a.__class__}") == "{b}和{a.__class__}"
    assert translate("zh-Hans", "{a}和{b}", a=1) == "1和{b}"


def test_traditional_keeps_the_neighbourhood_and_follows_the_overrides():
    assert traditional("社区") == "社區"
    assert traditional("群众里面") == "群眾裏面"
    assert traditional("结束发言，名单只给主持人看") == "結束發言，名單只給主持人看"


def test_a_fact_may_be_a_word_a_day_or_a_list():
    no = Refusal("只有{who}可以在{day}前办理", {"who": Word("主持人"), "day": date(2026, 7, 3)}, source="本地设置")
    assert str(say(no, "zh-Hant")) == "只有主持人可以在7月3日 星期五前辦理"
    assert translate("zh-Hans", "{names}", names=["李强", Word("主持人")]) == "李强、主持人"
    assert translate("en", "{names}", names=["李强", Word("主持人")]) == "李强, chair"


def test_a_refusal_says_the_reason_and_what_to_do():
    no = Refusal("方案已经冻结", remedy="要改，须重新公告", source="本地设置")
    assert say(no, "zh-Hans").sentence == "方案已经冻结。要改，须重新公告"
    assert say(no, "en").source == "local setting"
    with speaking("zh-Hant"):
        assert str(say(no)) == "方案已經凍結。要改，須重新公告"
    assert translation.current.get() == "zh-Hans"


def test_dates_show_the_weekday():
    day = date(2026, 7, 3)
    assert say_date(day, "zh-Hans") == "7月3日 星期五"
    assert say_date(day, "zh-Hant", year=True) == "2026年7月3日 星期五"
    assert say_date(day, "en") == "Fri 3 July 2026"
    assert say_datetime(datetime(2026, 7, 3, 9, 5, tzinfo=UTC), "en") == "Fri 3 Jul 2026, 9:05"


def test_quotation_marks_within_quotation_marks_are_the_single_ones():
    facts = {"step": "“两委”会商议", "who": "“两委”"}
    assert fill("“{step}”没有通过，由{who}再议", facts, "zh-Hans") == "“‘两委’会商议”没有通过，由“两委”再议"
    assert fill("「{step}」", {"step": "「兩委」"}, "zh-Hant") == "「『兩委』」"
    assert fill("“{a}”和“{b}”", {"a": "甲", "b": "乙“丙”"}, "zh-Hans") == "“甲”和“乙‘丙’”"
