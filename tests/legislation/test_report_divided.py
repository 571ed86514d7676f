"""The report says of no article that it is undivided without having looked at it."""

from __future__ import annotations

from deliberation.legislation.report_rules import Facts, Told, filled

ONE_WAY, DIVIDED = Told("第四条", {"修改": 3}), Told("第五条", {"赞成": 1, "删除": 2})


def against(*articles: Told, unquoted: int) -> str:
    facts = Facts("条例", "函", None, None, 9, 9, {}, {}, 0, articles=articles, unquoted=unquoted)
    return filled(facts)[3]


def test_what_was_not_looked_at_is_said() -> None:
    assert against(ONE_WAY, unquoted=0).startswith("同一条文没有")
    assert "列出的1条条文没有" in against(ONE_WAY, unquoted=2) and "其余2条条文没有比对" in against(ONE_WAY, unquoted=2)
    said = against(ONE_WAY, DIVIDED, unquoted=2)
    assert "第五条" in said and "其余2条条文没有比对" in said
    assert "没有比对" not in against(DIVIDED, unquoted=0)
