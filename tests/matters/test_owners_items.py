"""民法典 278, item by item: which are special, and that nobody can choose against it."""

import pytest

from deliberation.matters.owners_rules import BY_ITEM, ITEMS, ORDINARY, SPECIAL, against_item, procedure_by

# A second writing of the article's first paragraph.
WORDS = """制定和修改业主大会议事规则
制定和修改管理规约
选举业主委员会或者更换业主委员会成员
选聘和解聘物业服务企业或者其他管理人
使用建筑物及其附属设施的维修资金
筹集建筑物及其附属设施的维修资金
改建、重建建筑物及其附属设施
改变共有部分的用途或者利用共有部分从事经营活动
有关共有和共同管理权利的其他重大事项""".splitlines()


def test_the_items_are_the_articles_in_its_words():
    assert [each.words for each in ITEMS.values()] == WORDS
    assert [each.number for each in ITEMS.values()] == list(range(1, 10))


@pytest.mark.parametrize("number", range(1, 10))
def test_items_six_to_eight_are_special_and_no_other(number):
    own, other = (SPECIAL, ORDINARY) if number in (6, 7, 8) else (ORDINARY, SPECIAL)
    assert ITEMS[number].procedure == procedure_by(BY_ITEM, number) == own
    assert against_item(own, number) is None
    assert against_item(BY_ITEM, number) is None
    assert against_item(other, number) is not None


@pytest.mark.parametrize("number", [None, 0, 10, -1])
def test_owners_decide_on_an_item_or_not_at_all(number):
    assert all(against_item(one, number) is not None for one in (ORDINARY, SPECIAL, BY_ITEM))


def test_nobody_else_decides_on_an_item():
    assert against_item("village_representatives", None) is None
    assert against_item("village_representatives", 5) is not None
    assert procedure_by("six_steps", 5) == "six_steps"
