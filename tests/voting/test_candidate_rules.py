"""Who stands for election is found by name, however the list of candidates is written."""

import pytest

from deliberation.voting.candidate_rules import against_holder

LAW = "村民委员会组织法第十八条"


@pytest.mark.parametrize(
    ("holder", "candidate"),
    [
        ("张三", "张三"), ("张三", "张　三"), ("张三", "张 三"), ("张三", "张三 女"), ("张三", "张三　女　1960年生"),
        ("张三", "张三【现任】"), ("张三", "【现任】张三"), ("张三", "张三[三组]"), ("张三", "张三（三组"), ("张三", "（张三）"),
        ("张三", "张三—女"), ("张三", "张三-女"), ("张三", "张三，中共党员"), ("张三", "1. 张三"), ("张三", "1 张三"),
        ("张三", "候选人：张三"), ("张三", "张\u200b三"), ("张三", "张\u00ad三\ufeff"), ("张三", "张\u2800三"),
        ("张三", "张\u3164三\ufe00"), ("张三", "张\t三"), ("张三", "张-三"), ("张三", "张\n三"),
        ("张 三（三组）", "张三"), ("Li Qiang", "ＬＩ　Qiang"), ("阿卜杜拉·买买提", "阿卜杜拉•买买提（二组）"),
        ("阿卜杜拉·买买提", "阿卜杜拉买买提"), ("张三", "张三女"), ("张三", "张三1960"), ("张三丰", "张三"),
    ],
)  # fmt: skip
def test_a_candidate_is_known_whatever_stands_beside_the_name(holder, candidate):
    no = against_holder(holder, ["李四", candidate], LAW)
    assert "候选人不得接受委托" in no.reason and no.source == LAW


@pytest.mark.parametrize(
    ("holder", "candidate"),
    [
        ("李强", "李娜"), ("李娜", "李 强"), ("张三", "王张三"), ("张三", "李四（张三之子）"), ("张三", "三张"),
        ("阿卜杜拉·买买提", "阿卜杜拉·艾山"), ("代表02", "代表03"), ("女娃", "张三 女"), ("三组人", "张三（三组）"), ("张三", ""),
    ],
)  # fmt: skip
def test_nobody_else_is_taken_for_a_candidate(holder, candidate):
    assert against_holder(holder, [candidate], LAW) is None


@pytest.mark.parametrize(
    ("holder", "candidate", "on_roll", "is_free"),
    [
        ("王伟", "王伟民", ["王伟民"], True),
        ("王伟", "王伟民（三组）", ["王伟民"], True),
        ("王伟", "王 伟民", ["王伟民", "王伟"], True),
        ("张三丰", "张三", ["张三"], True),
        ("王伟", "王伟民", [], False),
        ("王伟", "王伟民", ["王伟"], False),
        ("王伟", "王伟民 女", ["王伟民"], False),
        ("王伟", "王伟", ["王伟民"], False),
        ("张三", "张三女", ["李四"], False),
    ],
)
def test_a_name_that_begins_another_is_not_that_other_where_the_roll_knows_both(holder, candidate, on_roll, is_free):
    assert (against_holder(holder, [candidate], LAW, on_roll) is None) is is_free


def test_where_one_name_begins_with_the_other_a_clearer_list_is_asked_for():
    no = against_holder("王伟", ["王伟民"], LAW)
    assert "看不清" in no.reason and no.facts == {"candidate": "王伟民", "name": "王伟"}
    assert "只写姓名" in no.remedy
    assert "看不清" not in against_holder("王伟", ["王伟民", "王伟"], LAW).reason
