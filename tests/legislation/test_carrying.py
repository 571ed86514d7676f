"""Anchors carried to the next version: right, or an orphan with a reason; never to other words."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from deliberation.legislation.statute.anchors import Anchor
from deliberation.legislation.statute.bare import bared
from deliberation.legislation.statute.carrying import Placed, carry
from deliberation.legislation.statute.differences import difference, similarity
from deliberation.legislation.statute.structure import Law
from tests.legislation.derived import Carried, Recipe, derive
from tests.legislation.laws import read, text_of
from tests.legislation.test_comparison import FIRST, PAIRS, REST, SECOND, THIRD, law

OLD = law(FIRST, SECOND, THIRD, REST)


def place(old: Law, new: Law, **words: str) -> Placed:
    (placed,) = carry(old, new, [Anchor("a1", **words)])
    return placed


def stands(new: Law, placed: Placed) -> str:
    (article,) = [each for each in new.articles if each.label == placed.article]
    return article.text[placed.start : placed.end]


def test_the_same_words_under_the_same_number_are_exact_whatever_else_changed():
    new = law(FIRST, SECOND.replace("五十年", "一百年"), THIRD, REST)
    placed = place(OLD, new, article="第二条", quote="逐株登记、挂牌")
    assert (placed.status, placed.article, stands(new, placed)) == ("exact", "第二条", "逐株登记、挂牌")
    assert placed.confidence > 0.9


def test_the_same_words_under_another_number_are_moved():
    new = law(REST, FIRST, SECOND, THIRD)
    placed = place(OLD, new, article="第二条", quote="逐株登记")
    assert (placed.status, placed.article, placed.confidence) == ("moved", "第三条", 1.0)
    assert stands(new, placed) == "逐株登记"


def test_changed_words_are_found_where_they_stood():
    new = law(FIRST, SECOND.replace("五十年", "一百年"), THIRD, REST)
    placed = place(OLD, new, article="第二条", quote="档案保存五十年")
    assert (placed.status, stands(new, placed)) == ("edited", "档案保存一百年")
    assert 0.5 < placed.confidence < 1


def test_words_that_were_taken_out_are_gone():
    new = law(FIRST, SECOND.replace("，档案保存五十年", ""), THIRD, REST)
    placed = place(OLD, new, article="第二条", quote="档案保存五十年")
    assert (placed.status, placed.reason, placed.article, placed.start, placed.end) == (
        "orphaned", "gone", None, None, None,
    )  # fmt: skip


def test_words_of_an_article_that_is_gone_do_not_slide_to_like_words():
    new = law(FIRST, REST, "采摘人工茶树鲜叶，应当取得所有权人同意。")
    placed = place(OLD, new, article="第二条", quote="县级人民政府林业主管部门")
    assert (placed.status, placed.reason) == ("orphaned", "gone")


def test_a_sentence_that_went_to_another_article_is_found_there():
    new = law(FIRST, SECOND[:20] + "。", REST + "档案由县林业局保管。" + THIRD)
    placed = place(OLD, new, article="第三条", quote="应当取得所有权人书面同意，并且在清明之后进行")
    assert (placed.status, placed.article) == ("exact", "第三条")


def test_what_is_not_in_the_old_text_or_not_in_the_named_article_is_said_so():
    for words in ({"quote": "没有这句话"}, {"article": "第一条", "quote": "逐株登记"}, {"article": "第九十条"}, {}):
        placed = place(OLD, OLD, **words)
        assert (placed.status, placed.reason, placed.confidence) == ("orphaned", "not_in_old", 0)


def test_words_that_stand_twice_are_told_apart_by_what_stands_around_them_or_not_at_all():
    old = law("村民会议可以推选监票人。村民代表会议可以推选监票人。", REST)
    assert place(old, old, quote="可以推选监票人").reason == "ambiguous"
    second = place(old, old, quote="可以推选监票人", prefix="代表会议")
    assert (second.status, second.start) == ("exact", old.articles[0].text.rindex("可以"))
    first = place(old, old, quote="可以推选监票人", suffix="。村民代表")
    assert first.start == old.articles[0].text.index("可以")
    assert place(old, old, quote="可以推选监票人", prefix="别的话").reason == "ambiguous"


def test_what_stands_around_may_reach_over_the_beginning_of_the_article():
    old = law("村民会议推选监票人。", "村民会议推选监票人，每次三人。")
    placed = place(old, old, quote="村民会议推选", prefix="第二条　")
    assert placed.article == "第二条"


def test_white_space_makes_no_difference_and_offsets_are_those_of_the_text():
    old, new = (
        law("县级以上：\n（一）甲的事项；\n（二）乙的事项。", REST),
        law("𠮷县级以上：\n\n（一）甲的 事项；（二）乙的事项。", REST),
    )
    placed = place(old, new, article="第 一 条", quote="（一）甲的事项；（二）\u3000乙")
    assert (placed.status, stands(new, placed)) == ("exact", "（一）甲的 事项；（二）乙")
    assert placed.start == new.articles[0].text.index("（一）")


def test_an_anchor_without_words_is_the_whole_article():
    new = law(REST, FIRST, SECOND.replace("五十年", "一百年"), f"{THIRD}\n本条由县林业局解释，并且报市林业局备案。")
    whole = place(OLD, new, article="第一条")
    assert (whole.status, whole.article, whole.start, whole.end) == ("moved", "第二条", 0, len(FIRST))
    changed = place(OLD, new, article="第二条")
    assert (changed.status, changed.article, changed.start, changed.end) == ("edited", "第三条", 0, len(SECOND))
    merged = law(f"{FIRST}\n{SECOND}", THIRD, REST)
    part = place(OLD, merged, article="第二条")
    assert (part.status, part.article, stands(merged, part)) == ("moved", "第一条", SECOND)


def test_an_article_in_two_halves_is_placed_by_a_person():
    old, new = law(f"{SECOND}\n{THIRD}", REST), law(SECOND, THIRD, REST)
    assert place(old, new, article="第一条").reason == "ambiguous"
    assert place(old, new, quote="清明之后").article == "第二条"


def anchors(before: Law, many: int, chance: random.Random) -> list[tuple[tuple[int, int, int], Anchor]]:
    """Quotations of any length with what stands around them, most of them with their article named."""
    made: list[tuple[tuple[int, int, int], Anchor]] = []
    while len(made) < many:
        no = chance.randrange(len(before.articles))
        text = before.articles[no].text
        size = min(len(text), int(chance.triangular(2, 40, 8)))
        start = chance.randrange(len(text) - size + 1)
        end = start + size
        if not text[start:end] or text[start].isspace() or text[end - 1].isspace():
            continue
        label = before.articles[no].label if chance.random() < 0.7 else None
        around = text[max(0, start - 12) : start], text[end : end + 12]
        made.append(((no, start, end), Anchor(f"a{len(made)}", label, text[start:end], *around)))
    return made


@pytest.mark.parametrize(
    ("recipe", "least"),
    [
        (Recipe(inserted=1), 0.99),
        (Recipe(edited=0.05), 0.97),
        (Recipe(edited=0.3), 0.9),
        (Recipe(split=7, merged=7), 0.95),
        (Recipe(4, 4, 4, 4, True, 0.15), 0.85),
    ],
    ids=lambda value: str(value)[:60],
)
def test_with_known_changes_less_than_half_a_percent_slides(recipe: Recipe, least: float):
    strange = [each.text for each in read(text_of("legislation-law-2023.txt")).articles]
    told = Carried()
    for file in ("villagers-committee-law-2025.md", "property-management-regulations-2018.md"):
        before = read(text_of(file))
        for seed in range(3):
            chance = random.Random(seed)
            made = derive(before, strange, recipe, chance)
            asked = anchors(before, 250, chance)
            for (quote, _anchor), placed in zip(
                asked, carry(before, made.law, [one for _q, one in asked]), strict=True
            ):
                told.add(quote, placed, made)
    everything = told.right + told.wrong + told.orphaned
    assert told.wrong < 0.005 * everything, told.bad
    assert told.right >= least * everything, (told.right, told.orphaned, told.rightly_orphaned)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("is_back", [False, True])
def test_in_real_revisions_words_that_stand_once_on_both_sides_never_slide(name: str, is_back: bool):
    old, new = (read(text_of(f"{name}-{year}.md")) for year in (2018, 2025))
    if is_back:
        old, new = new, old
    wholes = ["\0".join(bared(each.text) for each in one.articles) for one in (old, new)]
    asked = anchors(old, 1500, random.Random(8))
    found: Counter[str] = Counter()
    for (_quote, anchor), placed in zip(asked, carry(old, new, [one for _q, one in asked]), strict=True):
        words = bared(anchor.quote)
        if [whole.count(words) for whole in wholes] != [1, 1]:
            continue
        if placed.status == "orphaned":
            found["orphaned"] += 1
        else:
            text = new.articles[placed.position].text[placed.start : placed.end]
            is_like = bared(text) == words or similarity(difference(words, bared(text))) >= 0.8
            found["right" if is_like else "wrong"] += 1
    assert found["wrong"] <= 0.005 * found.total() and found["right"] > 0.9 * found.total(), found
