"""What makes Chinese statutes hard to read, each in a few lines (all of it seen in public texts)."""

from __future__ import annotations

import pytest

from deliberation.refusal import Refused
from tests.legislation.laws import law_of, warned, words_of_law, words_of_source

HEAD = "某某市协商条例\n（2024年5月1日某某市人民代表大会常务委员会通过）\n"


def labels(law: dict) -> list[str]:
    return [article["label"] for article in law["articles"]]


def whole(text: str) -> dict:
    """The law of a text of which nothing was dropped."""
    law = law_of(text)
    assert words_of_law(law) == words_of_source(text)
    return law


# --- marks of articles ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("space", ["", " ", "　", "　　", "\u2003", "\t", "&emsp;", "&nbsp;&nbsp;"])
def test_any_space_or_none_after_the_number(space: str):
    law = law_of(
        f"{HEAD}第一条{space}为了协商，制定本条例。\n第二条{space}本市适用本条例。\n第三条{space}自公布之日起施行。"
    )
    assert labels(law) == ["第一条", "第二条", "第三条"]
    assert law["articles"][1]["text"] == "本市适用本条例。"


def test_labels_of_digits_and_spread_labels():
    law = whole(f"{HEAD}第 1 条　甲。\n第 2 条　乙。\n第 ２ 条之 1　丙。")
    assert labels(law) == ["第1条", "第2条", "第２条之1"]
    assert [article["number"] for article in law["articles"]] == [[1], [2], [2, 1]]


@pytest.mark.parametrize(
    ("cited"),
    [
        "第十八条的规定执行。",
        "第十八条规定的事项，由居民会议决定。",
        "第二条、第三条办理。",
        "第二条（三）、（四）项办理。",
        "第二条第一款执行。",
        "第三条和第四条的规定执行。",
        "第三条至第五条执行。",
        "第三条所列情形除外。",
        "第三条，由居民委员会决定。",
    ],
)
def test_a_reference_at_the_beginning_of_a_line_is_no_article(cited: str):
    text = f"{HEAD}第一条　居民委员会应当依照本条例\n{cited}\n第二条　自公布之日起施行。"
    assert labels(law_of(text)) == ["第一条", "第二条"]


def test_a_reference_with_the_very_next_number_is_no_article():
    text = f"{HEAD}第一条　居民委员会应当依照本条例\n第二条的规定办理。\n第二条　自公布之日起施行。"
    law = whole(text)
    assert labels(law) == ["第一条", "第二条"]
    assert law["articles"][0]["text"].endswith("第二条的规定办理。")


def test_an_article_may_begin_with_words_like_those_of_a_reference():
    words = (
        "和睦相处是居民的义务。",
        "所有居民适用本条例。",
        "规定由市人民政府制定。",
        "第三人有异议的除外。",
        "第一审人民法院受理。",
    )
    law = law_of(HEAD + "\n".join(f"第{no}条　{each}" for no, each in zip("一二三四五", words, strict=True)))
    assert labels(law) == ["第一条", "第二条", "第三条", "第四条", "第五条"]


def test_deleted_articles_stay():
    law = whole(f"{HEAD}第一条　甲。\n第二条　（删去）\n第三条　删去\n第四条　丁。")
    assert [article["text"] for article in law["articles"]] == ["甲。", "（删去）", "删去", "丁。"]


def test_captions_of_any_brackets():
    law = whole(
        f"{HEAD}第一条〖目的依据〗 为了协商。\n第二条 【适用范围】本市。\n第三条\n【施行日期】\n自公布之日起施行。"
    )
    assert [article["heading"] for article in law["articles"]] == ["〖目的依据〗", "【适用范围】", "【施行日期】"]
    assert law["articles"][2]["text"] == "自公布之日起施行。"


def test_round_brackets_are_captions_where_half_the_articles_have_them():
    law = whole(f"{HEAD}第一条（立法目的）为了协商。\n第二条(适用范围)本市。\n第三条（施行日期）自公布之日起施行。")
    assert [article["heading"] for article in law["articles"]] == ["（立法目的）", "(适用范围)", "（施行日期）"]
    alone = law_of(f"{HEAD}第一条　（一）甲；\n（二）乙。\n第二条　丙。\n第三条　（以下简称居委会）丁。\n第四条　戊。")
    assert [article["heading"] for article in alone["articles"]] == [None] * 4
    assert len(alone["articles"][0]["paragraphs"][0]["items"]) == 2


def test_articles_between_articles():
    law = law_of(f"{HEAD}第一条　甲。\n第一条之一　乙。\n第一条之二　丙。\n第二条　丁。")
    assert law["counts"]["条"] == 4 and law["counts"]["之"] == 2
    assert warned(law) == []


def test_numerals_beyond_a_hundred():
    numerals = ["九十九", "一百", "一百零一", "一百〇二", "百零三", "一百零四"]
    law = law_of(HEAD + "\n".join(f"第{each}条　甲。" for each in numerals))
    assert [article["number"][0] for article in law["articles"]] == [99, 100, 101, 102, 103, 104]


# --- headings ---------------------------------------------------------------------------------------------------------


def test_headings_spread_broken_and_repeated_in_the_contents():
    text = (
        f"{HEAD}目　录\n第一章　总　　则……………………1\n第二章　地方性法规、自治条例和单行条例、规章………（3）\n第三章　附则 12\n"
        "第一章　总　　则\n第一条　甲。\n第二章　地方性法规、自治条例和\n单行条例、规章\n第二条　乙。\n第三章\n附　则\n第三条　丙。"
    )
    law = whole(text)
    assert [row["title"] for row in law["outline"]] == ["总则", "地方性法规、自治条例和单行条例、规章", "附则"]
    assert law["articles"][2]["path"] == ["第三章 附则"] and warned(law) == []


def test_contents_in_one_line_and_contents_without_a_name():
    body = "第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。"
    for contents in ("目录 第一章 总则 第二章 附则", "目 录\n\n第一章 总则\n\n第二章 附则", "第一章 总则\n第二章 附则"):
        law = whole(f"{HEAD}{contents}\n{body}")
        assert law["counts"]["章"] == 2 and law["contents"] == contents.replace("\n\n", "\n")


def test_chapters_begin_anew_in_each_part_or_run_on():
    anew = law_of(
        f"{HEAD}第一编 总则\n第一章 甲\n第一条 甲。\n第二编 分则\n第一章 乙\n第二条 乙。\n第二章 丙\n第三条 丙。"
    )
    runs_on = law_of(
        f"{HEAD}第一编 总则\n第一章 甲\n第一条 甲。\n第二编 分则\n第二章 乙\n第二条 乙。\n第三章 丙\n第三条 丙。"
    )
    assert warned(anew) == [] and warned(runs_on) == []
    assert anew["articles"][1]["path"] == ["第二编 分则", "第一章 乙"]
    assert [row["articles"] for row in anew["outline"]] == [1, 1, 2, 1, 1]


def test_supplementary_provisions_without_a_number_are_no_row():
    law = whole(f"{HEAD}第一编 总则\n第一章 甲\n第一条 甲。\n第二编 分则\n第二条 乙。\n附　　则\n第三条 丙。")
    assert law["articles"][2]["path"] == ["附则"]
    assert law["counts"]["章"] == 1 and law["outline"][-1]["last"] == "第二条"


def test_a_preamble_before_the_first_chapter():
    law = whole(
        f"{HEAD}目录\n序言\n第一章 总纲\n序　言\n中国是世界上历史最悠久的国家之一。\n本宪法以法律的形式。\n第一章 总纲\n第一条 甲。"
    )
    assert law["preamble"].startswith("序　言\n中国是") and law["contents"] == "目录\n序言\n第一章 总纲"


def test_interpretations_of_courts_have_headings_that_count_in_numerals():
    law = whole(
        "最高人民法院关于适用某法的解释\n法释〔2020〕28号\n（2020年12月25日最高人民法院审判委员会通过，自2021年1月1日起施行）\n"
        "为正确适用某法，制定本解释。\n一、关于一般规定\n第一条 甲。\n第二条 乙，包括：\n（一）丙；\n（二）丁。\n二、关于担保物权\n"
        "（一）担保合同\n第三条 戊。\n三、附则\n第四条 己。"
    )
    assert labels(law) == ["第一条", "第二条", "第三条", "第四条"] and law["outline"] == []
    assert law["articles"][2]["path"] == ["二、 关于担保物权", "（一） 担保合同"]
    assert law["articles"][1]["text"] == "乙，包括：\n（一）丙；\n（二）丁。"
    assert law["preamble"] == "为正确适用某法，制定本解释。"


# --- paragraphs and items ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("（一）", "（二）"),
        ("(一)", "(二)"),
        ("〔一〕", "〔二〕"),
        ("㈠", "㈡"),
        ("1、", "2、"),
        ("1．", "2．"),
        ("1.", "2."),
    ],
)
def test_marks_of_items(one: str, two: str):
    law = whole(f"{HEAD}第一条　下列事项：\n{one}甲；\n{two}乙。\n其他事项。")
    first, second = law["articles"][0]["paragraphs"]
    assert [(item["label"], item["no"], item["text"]) for item in first["items"]] == [
        (one, 1, "甲；"),
        (two, 2, "乙。"),
    ]
    assert (second["no"], second["text"], second["items"]) == (2, "其他事项。", [])


def test_subitems_stand_in_their_item():
    law = whole(f"{HEAD}第一条　下列：\n（一）甲：\n1．子；\n2．丑；\n（二）乙：\n（1）寅；\n（2）卯。")
    first, second = law["articles"][0]["paragraphs"][0]["items"]
    assert [sub["label"] for sub in first["subitems"]] == ["1．", "2．"]
    assert [(sub["label"], sub["no"]) for sub in second["subitems"]] == [("（1）", 1), ("（2）", 2)]


def test_items_may_begin_anew_in_a_later_paragraph():
    law = whole(f"{HEAD}第一条　甲：\n（一）子；\n（二）丑。\n乙：\n（一）寅；\n（二）卯。\n丙。")
    assert [len(each["items"]) for each in law["articles"][0]["paragraphs"]] == [2, 2, 0]


def test_decimals_are_no_items():
    law = law_of(f"{HEAD}第一条　税率为：\n1.5元以下不征。\n2.5元以上征收。")
    assert all(each["items"] == [] for each in law["articles"][0]["paragraphs"])


def test_macao_prints_captions_on_lines_of_their_own_and_counts_paragraphs():
    law = whole(
        "第5/2024號法律\n社區協商法律制度\n第一章\n一般規定\n第一條\n標的\n一、本法律訂定社區協商的制度。\n二、本法律適用於下列情況：\n"
        "（一）甲；\n（二）乙。\n第二條\n生效\n本法律自公佈翌日起生效。\n二零二四年三月一日通過。\n立法會主席 高開賢"
    )
    assert (
        law["counts"]["章"] == 1
        and labels(law) == ["第一條", "第二條"]
        and law["title"] == "第5/2024號法律社區協商法律制度"
    )
    assert [article["heading"] for article in law["articles"]] == ["標的", "生效"]
    first, second = law["articles"][0]["paragraphs"]
    assert first["text"].startswith("一、") and len(second["items"]) == 2
    assert law["outline"][0]["title"] == "一般規定" and "高開賢" in law["closing"]


def test_traditional_characters():
    law = whole("民法草案\n第一編 總則\n第一節 通則\n第一條 甲。\n第二編 物權\n第二條 乙：\n（一）丙；\n（二）丁。")
    assert law["counts"] == {"编": 2, "分编": 0, "章": 0, "节": 1, "条": 2, "之": 0}
    assert law["articles"][0]["path"] == ["第一編 總則", "第一節 通則"]


def test_regulations_whose_articles_are_numerals_alone():
    law = whole(
        "关于加强社区协商的规定\n为了加强协商，规定如下：\n一、居民会议决定：\n（一）甲；\n（二）乙。\n二、居民委员会执行。\n三、自公布之日起施行。"
    )
    assert law["status"] == "statute" and labels(law) == ["一、", "二、", "三、"]
    assert len(law["articles"][0]["paragraphs"][0]["items"]) == 2 and law["preamble"] == "为了加强协商，规定如下："


# --- annexes, closing -------------------------------------------------------------------------------------------------


def test_annexes_with_their_own_numbers_and_other_acts_behind_them():
    law = whole(
        "香港某某基本法\n第一条 甲。\n第二条 乙见附件一。\n附件一：\n行政长官的产生办法\n一、甲\n二、乙\n第一条 丙。\n附件二 立法会的产生办法\n一、丙。\n"
        "全国人民代表大会关于设立特别行政区的决定\n（1990年4月4日第七届全国人民代表大会第三次会议通过）\n一、丁。"
    )
    assert law["counts"]["条"] == 2
    assert [(annex["label"], annex["title"]) for annex in law["annexes"]] == [
        ("附件一：", "行政长官的产生办法"),
        ("附件二", "立法会的产生办法"),
        ("", "全国人民代表大会关于设立特别行政区的决定"),
    ]


def test_acts_behind_the_annexes_may_have_titles_of_several_lines():
    law = whole(
        "某区基本法\n第一条 甲。\n附件三：在某区实施的法律\n一、《国籍法》\n二、《国徽命令》附：图案、说明\n常务委员会关于增加\n《某区基本法》\n附件三所列法律的决定\n"
        "（1998年11月4日通过）\n常务委员会决定增加。\n某区基本法附件一产生办法修正案\n（2010年8月28日批准）\n一、乙：\n工商界 300人\n300人\n每届五年。"
    )
    assert [(annex["label"], annex["title"]) for annex in law["annexes"]] == [
        ("附件三：", "在某区实施的法律"),
        ("", "常务委员会关于增加《某区基本法》附件三所列法律的决定"),
        ("", "某区基本法附件一产生办法修正案"),
    ]


def test_an_annex_that_is_spoken_of_is_none():
    law = law_of(f"{HEAD}第一条　甲见下列：\n附件一所列的事项。\n附件二\n第二条　乙。\n附：图样")
    assert labels(law) == ["第一条", "第二条"] and len(law["annexes"]) == 1


def test_a_draft_with_its_stage_and_an_explanation_behind_it():
    law = whole(
        "中华人民共和国某法\n（草案）\n（二次审议稿）\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。\n"
        "关于《中华人民共和国某法（草案）》的说明\n一、关于立法的必要性\n第三条的规定是必要的。"
    )
    assert law["title"] == "中华人民共和国某法（草案）（二次审议稿）"
    assert law["annexes"][0]["title"].endswith("的说明") and law["counts"]["条"] == 2


def test_an_explanation_before_a_draft_and_a_number_of_an_annex():
    law = law_of(
        "关于《某法（草案）》的说明\n一、关于必要性\n甲。\n二、关于主要内容\n第三条的规定是必要的。\n某法（草案）\n第一章 总则\n第一条 甲。\n第二条 乙。"
    )
    assert (law["title"], law["counts"]["条"], law["counts"]["章"]) == ("某法（草案）", 2, 1)
    assert "一、关于必要性" in law["closing"]
    law = law_of("附件1\n某某市协商条例\n（征求意见稿）\n第一条 甲。")
    assert (law["title"], law["closing"]) == ("某某市协商条例（征求意见稿）", "附件1")


def test_an_order_before_the_title_is_no_title():
    law = law_of(
        "中华人民共和国主席令\n第四十五号\n《中华人民共和国某法》已通过，现予公布，自2021年1月1日起施行。\n中华人民共和国主席　某某\n2020年5月28日\n中华人民共和国某法\n（2020年5月28日通过）\n第一条 甲。"
    )
    assert law["title"] == "中华人民共和国某法" and law["source_note"] == "（2020年5月28日通过）"
    assert "主席令" in law["closing"] and "unplaced" in warned(law)


def test_signatures_and_notes_behind_the_last_article_are_the_closing():
    law = whole(f"{HEAD}第一条　甲。\n第二条　乙：\n（一）丙。\n注：本条例由法制工作委员会解释。")
    assert law["closing"] == "注：本条例由法制工作委员会解释。" and law["articles"][1]["text"] == "乙：\n（一）丙。"


def test_who_signs_and_when_is_the_closing():
    law = whole(f"{HEAD}第一条　甲。\n第二条　乙：\n（一）丙；\n（二）丁。\n某某市人民政府办公室\n2024年1月1日印发")
    assert law["closing"] == "某某市人民政府办公室\n2024年1月1日印发" and warned(law) == []
    kept = law_of(f"{HEAD}第一条　委员会由下列人员组成：\n主任，\n副主任若干人，\n委员若干人。\n甲。")
    assert kept["closing"] is None


def test_tables_of_changes_are_no_statute():
    with pytest.raises(Refused, match="对照表"):
        law_of("某某法修订前后对照表\n第一条 甲。\n第一条 乙。")


@pytest.mark.parametrize(
    "text", ["今天天气很好，我们去公园。\n第三条路最近。", "# Readme\n\nNothing of law.", "第一章 总则"]
)
def test_what_is_no_law_is_refused(text: str):
    with pytest.raises(Refused, match="没有条文"):
        law_of(text)


# --- markup and wraps -------------------------------------------------------------------------------------------------


def test_markup_is_taken_off_and_escaped_signs_stay():
    law = law_of(
        "---\nsidebar: auto\n---\n# 某某法\n<!-- INFO END -->\n## 第一章 总则\n**第一条**\u200b　甲\\*乙<br>丙 \\# 丁。\n\n**第二条** 见[附件](https://example.org/a)。"
    )
    assert law["articles"][0]["text"] == "甲*乙\n丙 # 丁。" and law["articles"][1]["text"] == "见附件。"
    assert law["title"] == "某某法" and law["counts"]["章"] == 1


def test_stars_in_plain_text_are_words():
    assert law_of(f"{HEAD}第一条　甲*乙*丙_丁_。")["articles"][0]["text"] == "甲*乙*丙_丁_。"


def test_an_html_page():
    law = law_of(
        "<!DOCTYPE html><html><head><title>法规库</title><style>p{}</style></head><body><h1>某某法</h1>\n<p>（2024年1月1日\n通过）</p>"
        "<p><b>第一条</b>&emsp;甲&lt;乙。<br>　　丙。</p><table><tr><td>子</td><td>丑</td></tr></table><p>第二条 丁。</p></body></html>"
    )
    assert labels(law) == ["第一条", "第二条"] and law["title"] == "某某法"
    assert law["articles"][0]["text"] == "甲<乙。\n丙。\n子\t丑"


def test_hard_wraps_are_joined_where_lines_end_within_sentences():
    text = (
        "某某市城市居民委员会工作条例\n第一章 总则\n　　第一条 为了健全基层群众自治制度，由城市居民依法办\n理自己的事情，发展基层民主，维护居民的合法权益，依照本条例\n"
        "第二条的规定，制定本条例。\n　　居民委员会向居民会议负责并且报告工作，居民会议由居\n民委员会召集。\n　　第二条 居民委员会的任务包括下列各项，并且应当逐项向居\n民公布：\n　　（一）甲；\n　　（二）乙。\n— 1 —\n"
        "　　第三条 居民会议可以决定依照前条第（一）项、第\n（二）项办理的事项，自公布之日起施行。\n"
    )
    law = law_of(text)
    assert labels(law) == ["第一条", "第二条", "第三条"]
    assert [len(article["paragraphs"]) for article in law["articles"]] == [2, 1, 1]
    assert "依照本条例第二条的规定" in law["articles"][0]["text"]
    assert law["articles"][2]["text"].endswith("第（二）项办理的事项，自公布之日起施行。")
    assert law["closing"] == "— 1 —" and warned(law) == ["unplaced"]


# --- warnings ---------------------------------------------------------------------------------------------------------


def test_gaps_and_repetitions_are_told_and_nothing_is_renumbered():
    law = whole(f"{HEAD}第一条　甲。\n第四条　乙。\n第四条　丙。\n第三条　丁。\n第五条之二　戊。")
    assert labels(law) == ["第一条", "第四条", "第四条", "第三条", "第五条之二"]
    assert warned(law, "missing_article") == ["第二条", "第五条", "第五条之一"]
    assert warned(law, "repeated_article") == ["第四条"] and warned(law, "out_of_order") == ["第三条"]
    assert {"kind": "missing_article", "label": "第二条", "line": 4} in law["warnings"]


def test_headings_that_are_missing_or_repeated_are_told():
    law = law_of(f"{HEAD}第一章 甲\n第一条 甲。\n第三章 乙\n第二条 乙。\n第三章 丙\n第三条 丙。")
    assert warned(law, "missing_heading") == ["第二章"] and warned(law, "repeated_heading") == ["第三章"]


def test_a_tail_that_is_cut_off_is_told():
    law = law_of(f"{HEAD}目录\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 甲。\n第二条 国家鼓励和支")
    assert warned(law, "truncated") == ["第二章", "第二条"]


def test_unreadable_signs_are_told():
    law = law_of(f"{HEAD}第一条　甲\ufffd乙。\n第二条　丙\ue123丁。")
    assert [each["line"] for each in law["warnings"]] == [3, 4] and warned(law) == ["unreadable"] * 2


# --- amendments -------------------------------------------------------------------------------------------------------


def test_quoted_articles_never_count_as_items():
    law = whole(
        "全国人民代表大会常务委员会关于修改《中华人民共和国某法》的决定\n（2025年10月28日通过）\n决定对《中华人民共和国某法》作如下修改：\n"
        "一、将第一条修改为：“第一条 甲。\n“一、乙。\n“二、丙。”\n二、增加一条，作为第三条：\n“第三条 丁：\n一、子；\n二、丑；\n三、寅。”\n三、删去第五条。\n"
        "此外，对条文顺序作相应调整。\n本决定自公布之日起施行。\n《中华人民共和国某法》根据本决定作相应修改，重新公布。"
    )
    assert law["status"] == "amendment" and [item["label"] for item in law["items"]] == ["一、", "二、", "三、"]
    assert law["counts"] == {"编": 0, "分编": 0, "章": 0, "节": 0, "条": 0, "之": 0, "修改项": 3}
    assert (
        law["items"][1]["instructions"][0]["kind"] == "insert" and law["items"][1]["instructions"][0]["as"] == "第三条"
    )
    assert law["closing"].startswith("此外")


def test_new_articles_without_quotation_marks_may_have_lists_of_their_own():
    law = whole(
        "关于修改《某条例》的决定\n决定对《某条例》作如下修改：\n一、第三条修改为：\n第三条 市人民政府应当：\n一、甲；\n二、乙。\n二、增加一条，作为第四条：\n"
        "第四条 丙。\n三、本决定自公布之日起施行。"
    )
    assert [item["text"].split("\n")[-1] for item in law["items"]] == [
        "二、乙。",
        "第四条 丙。",
        "本决定自公布之日起施行。",
    ]
    assert law["items"][1]["instructions"][0]["text"] == "第四条 丙。"


def test_quotation_marks_of_hong_kong_and_macao():
    law = whole(
        "關於修改《某法》的決定\n一、將第一條修改為：「甲『乙』。」\n二、刪去第二條。\n三、增加一條，作為第三條：「丙。」"
    )
    assert [item["instructions"][0]["text"] for item in law["items"]] == ["甲『乙』。", None, "丙。"]


def test_short_texts_are_not_taken_for_wrapped_ones():
    law = whole(
        "全国人民代表大会常务委员会关于维护互联网安全的决定\n（2000年12月28日通过）\n为了兴利除弊，促进我国互联网的健康发展，作如下决定：\n"
        "一、为了保障互联网的运行安全，对有下列行为之一的：\n（一）侵入；\n（二）故意。\n二、为了维护国家安全和社会稳定，依法追究责任。\n三、各级人民政府。"
    )
    assert law["title"].endswith("的决定") and law["source_note"] == "（2000年12月28日通过）"
    assert law["counts"]["条"] == 3 and law["status"] == "statute"


def test_a_decision_with_the_whole_new_text_behind_it():
    law = whole(
        "关于修改《某条例》的决定\n一、将第一条修改为：“甲。”\n二、删去第二条。\n本决定自公布之日起施行。\n某条例\n（2020年1月1日通过　根据2024年1月1日《关于修改〈某条例〉的决定》修正）\n第一章 总则\n第一条 甲。"
    )
    assert law["counts"]["修改项"] == 2 and [annex["title"] for annex in law["annexes"]] == ["某条例"]


def test_a_decision_of_one_change_without_a_number():
    law = whole(
        "关于修改《某法》的决定\n（2024年5月1日通过）\n常务委员会决定，对《某法》作如下修改：\n第十八条修改为：“新的条文。”\n本决定自公布之日起施行。"
    )
    assert [(item["label"], item["no"]) for item in law["items"]] == [("", 1)]
    assert law["items"][0]["instructions"] == [
        {"kind": "replace", "target": "第十八条", "as": None, "text": "新的条文。"}
    ]
    assert law["closing"] == "本决定自公布之日起施行。"


def test_a_decision_that_repeals():
    law = whole(
        "国务院关于废止部分行政法规的决定\n国务院决定：\n一、废止《甲条例》。\n二、对《乙条例》予以废止。\n本决定自公布之日起施行。"
    )
    assert [item["instructions"][0]["kind"] for item in law["items"]] == ["delete", "delete"]
    assert law["items"][0]["instructions"][0]["target"] == "《甲条例》"


def test_a_package_changes_several_laws():
    law = whole(
        "关于修改部分法律的决定\n一、对《甲法》作出修改\n（一）将第三条中的“甲”修改为“乙”。\n（二）删去第五条。\n二、对《乙法》作出修改\n（一）第六条修改为：“丙。”\n本决定自公布之日起施行。"
    )
    assert law["counts"]["修改项"] == 2
    assert [each["target"] for each in law["items"][0]["instructions"]] == ["《甲法》", "第三条", "第五条"]


def test_early_amendments_number_their_items_as_articles():
    law = whole(
        "中华人民共和国宪法修正案\n（1988年4月12日通过）\n第一条　宪法第十一条增加规定：“国家允许私营经济。”\n第二条　宪法第十条第四款“甲”修改为：“乙”。"
    )
    assert law["counts"]["修改项"] == 2 and law["items"][0]["instructions"][0]["target"] == "第十一条"


def test_a_revised_draft_is_a_statute_whatever_its_title():
    law = law_of(
        "中华人民共和国某法（修正草案）\n第一条 为了规范修改，增加透明，制定本法。\n第二条 甲。\n第三条 自公布之日起施行。"
    )
    assert law["status"] == "statute"
