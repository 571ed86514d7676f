"""Texts of law for tests of drafts: short ones with every level, and how one is made ready."""

from deliberation.legislation.draft_reading import ReadText, read_source

FIRST = """云溪市既有住宅加装电梯条例（草案）

第一章　总则

第一条　为了规范既有住宅加装电梯，方便居民出行，制定本条例。

第二条　本条例适用于本市既有住宅加装电梯及其使用和维护。

第二章　协商和决定

第三条　加装电梯应当由本单元业主协商。协商形成的方案包括下列事项：
（一）电梯的位置；
（二）费用的分摊。

第四条　加装电梯方案应当公示，公示期不少于十日。

第五条　业主对方案有异议的，可以在公示期内书面提出。
居民委员会应当组织协商。
"""
SECOND = (
    FIRST.replace("（草案）", "（草案二次审议稿）")
    .replace("不少于十日", "不少于十五日")
    .replace("第五条　", "第四条之一　方案公示应当书面告知一层业主。\n\n第五条　")
)
GAPPED = FIRST.replace("第四条　加装", "第六条　加装").replace("第五条　业主", "第七条　业主")
"""One that lacks two numbers: a public copy that lost them, or a line that was not known for what it is."""


def read(text: str) -> ReadText:
    return read_source(text.encode())
