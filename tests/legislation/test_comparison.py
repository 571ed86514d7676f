"""Two versions side by side: what became of each article, in which order it is said, and how the difference reads."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.legislation.statute.alignment import aligned
from deliberation.legislation.statute.comparison import compare, rows_as_json
from deliberation.legislation.statute.differences import difference, similarity
from deliberation.legislation.statute.numerals import written
from deliberation.legislation.statute.structure import Article, Law
from deliberation.refusal import Refused
from tests.legislation.derived import Recipe, derive, right
from tests.legislation.laws import read, text_of

PAIRS = ["villagers-committee-law", "residents-committee-law", "environmental-protection-tax-law"]
REST = "国家鼓励社会力量参与公共法律服务，具体办法由司法行政部门会同民政部门制定。"
FIRST = "为了规范茶园采摘秩序，保护古茶树资源，根据有关法律，制定本条例。"
SECOND = "古茶树由县级人民政府林业主管部门逐株登记、挂牌，档案保存五十年。"
THIRD = "采摘古茶树鲜叶，应当取得所有权人书面同意，并且在清明之后进行。"


def law(*texts: str, first: int = 1) -> Law:
    articles = [
        Article(f"第{written(no)}条", (no,), (), None, text) for no, text in enumerate(texts, first)
    ]  # fmt: skip
    return Law("某某条例", "statute", articles=tuple(articles))


def said(old: Law, new: Law) -> list[tuple[object, object, str]]:
    return [(row["old"], row["new"], row["change"]) for row in rows_as_json(compare(old, new))["rows"]]


def marked(old: str, new: str) -> str:
    return "".join(words if sign == "=" else f"[{sign}{words}]" for sign, words in difference(old, new))


# --- rows -------------------------------------------------------------------------------------------------------------


def test_each_change_has_its_name():
    old = law(FIRST, SECOND, THIRD, REST)
    new = law(FIRST, THIRD, SECOND.replace("五十年", "一百年"), "违反本条例的，处三千元罚款。", REST)
    assert said(old, new) == [
        ("第一条", "第一条", "same"),
        ("第三条", "第二条", "moved"),
        ("第二条", "第三条", "moved_edited"),
        (None, "第四条", "added"),
        ("第四条", "第五条", "moved"),
    ]


def test_what_is_gone_stands_behind_the_row_of_the_article_before_it():
    old = law(FIRST, SECOND, THIRD, REST)
    assert said(old, law(REST, FIRST)) == [
        ("第四条", "第一条", "moved"),
        ("第一条", "第二条", "moved"),
        ("第二条", None, "deleted"),
        ("第三条", None, "deleted"),
    ]
    assert said(old, law(THIRD, REST))[:2] == [("第一条", None, "deleted"), ("第二条", None, "deleted")]


def test_white_space_is_no_change():
    old, new = (
        law("甲应当：\n（一）乙；\n（二）丙。", SECOND),
        law("甲应当：（一） 乙；\n\n（二）丙。\n", " ".join(SECOND)),
    )
    rows = compare(old, new)
    assert [(row.change, row.similarity) for row in rows] == [("same", 1.0), ("same", 1.0)]
    assert "".join(words for sign, words in rows[0].diff if sign != "-") == new.articles[0].text


def test_a_split_and_a_merger_are_lists_and_their_texts_are_joined_by_lines():
    whole = f"{FIRST}\n{SECOND}"
    (row,) = rows_as_json(compare(law(whole), law(FIRST, SECOND)))["rows"]
    assert (row["old"], row["new"], row["change"], row["similarity"]) == ("第一条", ["第一条", "第二条"], "split", 1.0)
    assert row["diff"] == [["=", whole]]
    (row,) = rows_as_json(compare(law(FIRST, SECOND), law(whole)))["rows"]
    assert (row["old"], row["new"], row["change"]) == (["第一条", "第二条"], "第一条", "merged")


def test_a_number_whose_article_was_taken_out_belongs_to_it():
    assert said(law(FIRST, SECOND, THIRD), law(FIRST, "（删去）", THIRD))[1] == ("第二条", "第二条", "edited")


def test_an_amendment_is_refused_by_its_title():
    amendment = read(text_of("criminal-law-amendment-12-2023.md"))
    with pytest.raises(Refused) as no:
        compare(amendment, law(FIRST))
    assert "修正案" in str(no.value.refusal.facts)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("is_back", [False, True])
def test_in_real_revisions_each_article_stands_once_and_both_texts_can_be_rebuilt(name: str, is_back: bool):
    old, new = (read(text_of(f"{name}-{year}.md")) for year in (2018, 2025))
    if is_back:
        old, new = new, old
    check(old, new)


def check(old: Law, new: Law) -> None:
    rows = compare(old, new)
    for side, whole in (("old", old), ("new", new)):
        assert sorted(id(each) for row in rows for each in getattr(row, side)) == sorted(map(id, whole.articles))
    firsts = [new.articles.index(row.new[0]) for row in rows if row.new]
    assert firsts == sorted(firsts)
    for row in rows:
        assert "".join(words for sign, words in row.diff if sign != "+") == row.old_text
        assert "".join(words for sign, words in row.diff if sign != "-") == row.new_text
        assert all(words for _sign, words in row.diff)
        is_equal = bool(row.old and row.new) and row.old_text.split() == row.new_text.split()
        assert row.similarity == 1 or not is_equal
        assert 0 <= row.similarity <= 1 and row.similarity == round(row.similarity, 2)


REVISED = {
    "villagers-committee-law": "1-1 2-2 3-3 4-4 5-6 6-8 7-9 8-10 9-11 10-12 11-14 12-15 13-16 14-17 15-18 16-19 17-21 18-22 19-23 20-24 "
    "21-25 22-26 23-27 24-28 25-29 26-30 27-31 28-32 29-34 30-35 31-36 32-37 33-38 34-39 35-40 36-41 37-42,43 38-47 39-48 40-49 41-50",
    # A rewriting of the whole law; articles whose successor a reader may argue about are left out.
    "residents-committee-law": "1-1 6-3 2-6 3-10 7-8 13-9 12-11 8-14,16 10-26 15-31 16-42 19-46 21-47 22-49 23-50",
    "environmental-protection-tax-law": " ".join([*(f"{no}-{no}" for no in range(1, 27)), "27-28 28-29"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_real_revisions_are_aligned_as_a_reader_aligns_them(name: str):
    old, new = (read(text_of(f"{name}-{year}.md")) for year in (2018, 2025))
    found = {
        f"{','.join(str(no + 1) for no in group.old)}-{','.join(str(no + 1) for no in group.new)}"
        for group in aligned(old.articles, new.articles)
    }
    assert set(REVISED[name].split()) - found == set()


# --- known changes ----------------------------------------------------------------------------------------------------

RECIPES = {
    "renumbered": (Recipe(inserted=1), 1.0),
    "inserted": (Recipe(inserted=12), 1.0),
    "deleted": (Recipe(deleted=8), 1.0),
    "split": (Recipe(split=8), 1.0),
    "merged": (Recipe(merged=6), 1.0),
    "chapters swapped": (Recipe(swapped=True), 1.0),
    "a fifth of the words": (Recipe(edited=0.2), 1.0),
    "half of the words": (Recipe(edited=0.5), 0.99),
    "everything": (Recipe(5, 5, 5, 5, True, 0.15), 0.99),
}


@pytest.mark.parametrize("name", RECIPES)
def test_known_changes_are_found(name: str):
    recipe, least = RECIPES[name]
    strange = [each.text for each in read(text_of("legislation-law-2023.txt")).articles]
    hit = all_of_them = 0
    for file in ("villagers-committee-law-2025.md", "property-management-regulations-2018.md"):
        before = read(text_of(file))
        for seed in range(2):
            made = derive(before, strange, recipe, random.Random(seed))
            good, many = right(aligned(before.articles, made.law.articles), made.truth)
            hit, all_of_them = hit + good, all_of_them + many
            check(before, made.law)
    assert hit >= least * all_of_them, (hit, all_of_them)


_TEXTS = st.text(alphabet="甲乙丙丁，。 \n", max_size=25)


@settings(deadline=None, max_examples=200)
@given(st.lists(_TEXTS, max_size=7), st.lists(_TEXTS, max_size=7))
def test_whatever_the_articles_are_each_stands_in_one_row(old: list[str], new: list[str]):
    check(law(*old), law(*new))


# --- the difference ---------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=400)
@given(st.text(alphabet="甲乙丙的，。 \n", max_size=60), st.text(alphabet="甲乙丙的，。 \n", max_size=60))
def test_a_difference_rebuilds_both_texts_and_is_equality_only_at_1(old: str, new: str):
    made = difference(old, new)
    assert "".join(words for sign, words in made if sign != "+") == old
    assert "".join(words for sign, words in made if sign != "-") == new
    assert (similarity(made) == 1) == ("".join(old.split()) == "".join(new.split()))
    assert all(one[0] != other[0] for one, other in itertools.pairwise(made))


@pytest.mark.parametrize(
    ("old", "new", "reads"),
    [
        ("甲、乙。", "甲、丙、乙。", "甲、[+丙、]乙。"),
        ("应当自收到之日起三十日内答复。", "应当自收到之日起十三日内答复。", "应当自收到之日起[-三十][+十三]日内答复。"),
        ("村民委员会主任主持。", "居民委员会主任主持。", "[-村][+居]民委员会主任主持。"),
        ("甲负责。\n丙负责。", "甲负责。\n乙负责。\n丙负责。", "甲负责。[+\n乙负责。]\n丙负责。"),
        ("由林业的老王在山上管理", "由水利的小李在河边看守", "由[-林业的老王在山上管理][+水利的小李在河边看守]"),
    ],
)  # fmt: skip
def test_a_difference_reads_well(old: str, new: str, reads: str):
    assert marked(old, new) == reads


# --- bounds -----------------------------------------------------------------------------------------------------------


def _noise(alphabet: str, size: int, seed: int) -> str:
    chance = random.Random(seed)
    return "".join(chance.choice(alphabet) for _ in range(size))


HARD = {
    "5,000 equal articles": ([SECOND] * 5000, [SECOND] * 4999),
    "5,000 articles that differ by a number": (
        [f"第{no}号茶园由县级人民政府林业主管部门登记。" for no in range(5000)],
        [f"第{no}号茶园由县级人民政府林业主管部门登记、挂牌。" for no in range(3, 5003)],
    ),
    "5,000 empty articles": ([""] * 5000, [""] * 5000 + [SECOND]),
    "nothing in common": (["甲乙丙丁" * 20] * 3000, ["戊己庚辛" * 20] * 3000),
    "one sign over and over": (["甲" * 100_000, FIRST], ["甲" * 60_000 + "乙" + "甲" * 30_000, FIRST]),
    "100,000 signs of noise": ([_noise("甲乙丙", 100_000, 1)], [_noise("甲乙丙", 100_000, 2)]),
    "a period that slips": (["甲乙丙" * 33_000], ["丙" + "甲乙丙" * 33_000 + "丁"]),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_texts_are_compared_to_the_end(name: str):
    """A comparison without bounds would not come to its end here."""
    old, new = HARD[name]
    rows = compare(law(*old), law(*new))
    assert sum(len(row.new) for row in rows) == len(new)
