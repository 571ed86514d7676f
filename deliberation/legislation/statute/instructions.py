"""What an item of an amendment tells to do: replace, insert, delete, merge, renumber, to which place, with which words. Pure.

Quotations are taken out first, so that no verb inside new words is taken for an instruction; then each clause is read
by its verb. A place that a clause leaves unsaid (“第二款中的”) is that of the clause before.
"""

from __future__ import annotations

import re

from deliberation.legislation.statute.numerals import NUMERAL
from deliberation.legislation.statute.structure import Instruction

_QUOTE = re.compile("“[^“”]*(?:“[^”]*”[^“”]*)*”", re.DOTALL)
_HELD = re.compile("\ue000(\\d+)\ue001")
_UNIT = rf"第{NUMERAL}(?:条|條)(?:之{NUMERAL})?(?:第{NUMERAL}[款项項目])*"
_PART = rf"(?:第{NUMERAL}(?:编|分编|章|节|編|節)|第{NUMERAL}[款项項目](?:第{NUMERAL}[项項目])?|序言(?:第{NUMERAL}自然段)?|附件{NUMERAL}|附表{NUMERAL}|附件|附表|目录|题注|标题)"
_LAW = r"《[^》]+》"
_PLACE = re.compile(rf"{_UNIT}|{_PART}")
_SPAN = re.compile(rf"(?:{_UNIT}|{_PART})(?:(?:、|和|与|及|至)(?:{_UNIT}|{_PART}))+")
_RANGE = re.compile(
    rf"(?P<from>(?:{_UNIT}|{_PART})(?:(?:、|和|与|及|至)(?:{_UNIT}|{_PART}))*)(?:分别)?(?:相应)?(?:依次)?(?:修改为|改为|改為|调整为|作为|顺延为|變更為)"
    rf"(?P<to>(?:{_UNIT}|{_PART})(?:(?:、|和|与|及|至)(?:{_UNIT}|{_PART}))*)"
)
_MERGE = re.compile(
    rf"(?P<from>(?:{_UNIT}|{_PART})(?:(?:、|和|与|及|至)(?:{_UNIT}|{_PART}))+)合[并併](?:修改)?(?:[为為](?!\s*[：:])|，?作为)?(?P<to>{_UNIT})?"
)
_AS = re.compile(rf"(?:分别)?作[为為](?P<to>(?:{_UNIT}|{_PART})(?:(?:、|和|至)(?:{_UNIT}|{_PART}))*)")
_CLAUSE = re.compile("[。；;]|\n(?!\ue000)|，(?=(?:并|同时|将|删去|刪去|增加|增写|修改|第|在|相应|作相应))")
_MOST_QUOTES = 5_000
_MOST_CLAUSE = 4_000
_ORDER = re.compile("顺序|調整為|调整为")
_NAMED = re.compile(rf"(?:{_UNIT}|{_PART})(?:、(?:{_UNIT}))*")
_PAIRS = re.compile("(?<=\ue001)(?:和|、|以及)(?=第)")
_INSERT = re.compile("增加|增写|增補|增补|增设")
_DELETE = re.compile("删去|刪去|删除|刪除|废止|廢止|宣布失效")
_REPLACE = re.compile("修改[为為成]|改[为為]|替换为|修改如下|作出修改")


def instructions_of(words: str) -> tuple[Instruction, ...]:
    """The instructions of one item, in their order; one of kind ``other`` where none was understood."""
    words = words.replace("「", "“").replace("」", "”")
    if words.count("“") > _MOST_QUOTES or not words:
        return (Instruction("other"),)
    quotes: list[str] = []
    # “第八条”调整为“第七条” names places; “第七条”修改为“第六条” within a paragraph changes words.
    names_places = bool(_ORDER.search(words))

    def hold(found: re.Match[str]) -> str:
        inner = found[0][1:-1]
        if names_places and _NAMED.fullmatch(inner):
            return inner
        quotes.append(inner)
        return f"\ue000{len(quotes) - 1}\ue001"

    reader = _Clauses(quotes)
    head, tail = _without_loose_text(_QUOTE.sub(hold, _closed(words)))
    for clause in _CLAUSE.split(head):
        if 0 < len(clause) <= _MOST_CLAUSE:
            reader.read(clause)
    if tail and reader.made and reader.made[-1].text is None:
        reader.made[-1] = _with_text(reader.made[-1], reader.shown(tail))
    return tuple(reader.made) or (Instruction("other"),)


def _closed(words: str) -> str:
    """Each quoted paragraph opens with “, only the last closes: here the others are closed too, by one quotation of all."""
    lines = words.split("\n")
    made, is_open = lines[0], lines[0].count("“") > lines[0].count("”")
    for line in lines[1:]:
        bare = line[1:] if is_open and line.startswith("“") else line
        depth = int(is_open) + bare.count("“") - bare.count("”")
        made += "\n" + bare
        is_open = depth > 0
    return made


def _without_loose_text(masked: str) -> tuple[str, str]:
    """The instruction and the new words that follow it on lines of their own without quotation marks."""
    first, sign, rest = masked.partition("\n")
    if sign and first.rstrip().endswith(("：", ":")) and not _HELD.match(rest) and "修改" + "：" not in first:
        if re.match(rf"[（(]{NUMERAL}[)）].*(?:修改|删去|增加|改为)", rest):
            return masked, ""
        return first, rest
    return masked, ""


def _with_text(made: Instruction, text: str) -> Instruction:
    return Instruction(made.kind, made.target, made.becomes, text.strip() or None)


class _Clauses:
    """Reads clause after clause and remembers of which article and which place they speak."""

    def __init__(self, quotes: list[str]):
        self.quotes = quotes
        self.made: list[Instruction] = []
        self.article = ""
        self.place: str | None = None

    def shown(self, text: str) -> str:
        return _HELD.sub(lambda found: f"“{self.quotes[int(found[1])]}”", text)

    def read(self, clause: str) -> None:
        if merged := _MERGE.search(clause):
            self._remember(merged["from"])
            becomes = _AS.search(clause, merged.end())
            self._add("merge", merged["from"], becomes["to"] if becomes else merged["to"], self._last_quote(clause))
        elif inserted := _INSERT.search(clause):
            self._insert(clause, inserted)
        elif deleted := _DELETE.search(clause):
            self._delete(clause, deleted)
        elif not self._renumber(clause):
            replaced = _REPLACE.search(clause)
            self._remember(clause[: replaced.start()] if replaced else clause)
            if replaced:
                self._add("replace", self.place, None, self._last_quote(clause))

    def _insert(self, clause: str, verb: re.Match[str]) -> None:
        self._remember(clause[: verb.start()])
        place = _AS.search(clause, verb.end())
        # A whole article or chapter that is added is in none; a paragraph or item is in the article spoken of.
        is_whole = re.match("[一二两三四五六七八九十]+[条條章节節编編]", clause[verb.end() :])
        where = self._named(clause[: verb.start()])
        if where is None and not is_whole:
            where = self.article or self.place
        self._add("insert", where, place["to"] if place else None, self._last_quote(clause))

    def _delete(self, clause: str, deleted: re.Match[str]) -> None:
        after = clause[deleted.end() :]
        if not _PLACE.search(_HELD.sub("", after)) and not re.search(_LAW, after):
            self._remember(clause)
            self._add("delete", self.place, None, self._last_quote(after) or self._last_quote(clause))
            return
        for part in _PAIRS.split(after):
            self._remember(part)
            self._add("delete", self.place, None, self._last_quote(part))

    def _renumber(self, clause: str) -> bool:
        found = list(_RANGE.finditer(clause))
        for each in found:
            self._remember(clause[: each.start()])
            self._add("renumber", self._full(each["from"]), each["to"], None)
        if not found:
            return False
        if _REPLACE.search(clause, found[-1].end()):
            last = self.made.pop()
            self.made.append(Instruction("replace", last.target, last.becomes, self._last_quote(clause)))
        self._remember(found[-1]["from"])
        return True

    def _add(self, kind: str, target: str | None, becomes: str | None, text: str | None) -> None:
        last = self.made[-1] if self.made else None
        # “将第十八条改为第十九条，修改为：” is one instruction about one place.
        is_same = kind == "replace" and last and last.target == target and text is not None and last.text is None
        if is_same and last and last.kind in {"renumber", "merge"}:
            said = "merge" if last.kind == "merge" else "replace"
            self.made[-1] = Instruction(said, last.target, last.becomes, text)
        else:
            self.made.append(Instruction(kind, target, becomes, text))

    def _remember(self, words: str) -> None:
        self.place = self._named(words) or self.place
        if self.place and (article := re.match(rf"第{NUMERAL}(?:条|條)(?:之{NUMERAL})?", self.place)):
            self.article = article[0]

    def _named(self, words: str) -> str | None:
        """The place that some words name, complete: 第二款 is that of the article spoken of before."""
        bare = _HELD.sub("", words)
        if span := _SPAN.search(bare):
            return self._full(span[0])
        places = [found[0] for found in _PLACE.finditer(bare)]
        if not places:
            if re.search("[该該][条條]|[这這]一[条條]|[该該本][条條]", bare) and self.article:
                return self.article
            return law[0] if (law := re.search(_LAW, bare)) else None
        narrower = "".join(place for place in places[1:] if re.match(rf"第{NUMERAL}[款项項目]", place))
        is_article = re.match(rf"第{NUMERAL}[条條]", places[0])
        return self._full(places[0] + (narrower if is_article and len(places) <= 3 else ""))

    def _full(self, place: str) -> str:
        is_part = re.match(rf"第{NUMERAL}[款项項目]", place)
        return self.article + place if is_part and self.article else place

    def _last_quote(self, clause: str) -> str | None:
        found = _HELD.findall(clause)
        return self.quotes[int(found[-1])] if found else None
