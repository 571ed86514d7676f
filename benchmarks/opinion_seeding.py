"""A contact point with the civil code as its draft, and opinions on it by the thousand: no two runs differ.

Of five opinions one is pasted from a ready-made text, with a greeting before it or a word changed; the others are made of
words of the article that they are about and of phrases, so that most of them are alike in parts only.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from benchmarks.seeding import Village
from deliberation.communities.models import community
from deliberation.legislation.draft_models import articles_of, draft_version
from deliberation.legislation.draft_reading import read_source
from deliberation.legislation.drafting import Draft, bring_draft
from deliberation.legislation.opining import Given
from deliberation.legislation.opinion_rules import Said, Signature
from deliberation.legislation.solicitation_rules import Terms
from deliberation.legislation.soliciting import draft_solicitation, open_solicitation

LAW = Path(__file__).resolve().parents[1] / "tests" / "legislation" / "data" / "civil-code-2020.txt"
LIAISON = "陈静"
CAMPAIGNS = 40
PASTED = 0.2
PHRASES = (
    "建议写明", "由谁负责", "办理的期限", "十个工作日以内", "书面告知", "老年人", "残疾人", "小区业主", "居民委员会", "可以申请复核", "不得少于",
    "公开征求意见", "费用由双方分担", "另行约定的除外", "基层执行起来有困难", "希望明确标准", "与现行规定衔接", "增加一款", "删去后半句", "保护未成年人",
    "登记机构应当", "在当地报纸上公告", "减轻个人的负担", "举证责任", "合理的期限", "出租人", "物业服务人", "网络平台", "电子合同", "乡镇人民政府",
)  # fmt: skip
GREETINGS = ("", "您好，", "尊敬的领导：", "大家好！", "作为一名居民，", "我们小区的意见是：")


@dataclass(frozen=True)
class Asked:
    """A solicitation that is open: its id and draft, keys and texts of the articles."""

    id: int
    draft_id: int
    keys: list[str]
    texts: list[str]


def ask(village: Village) -> Asked:
    """Have the liaison bring in the civil code and ask for opinions on it."""
    read = read_source(LAW.read_bytes())
    actor = village.place.actor(LIAISON)
    terms = Terms(
        "民法典（草案）征求意见", "市人大常委会法制工作委员会", "", None, False, "大家的日子怎么过，书里写得对不对。", ("哪一条最要改？",),
        ("老年人", "个体工商户"), ("anonymous", "pseudonymous", "named"), True, None,
        datetime.now(UTC).date() + timedelta(days=30),
    )  # fmt: skip

    def verb(session: Session, now: datetime) -> Asked:
        place = community(session, village.place.id)
        draft = bring_draft(session, now, community=place, title="民法典", first=Draft("一审稿", read), actor=actor)
        version = draft_version(session, draft.id, 1)
        made = draft_solicitation(session, now, draft=draft, version=version, terms=terms, actor=actor)
        open_solicitation(session, now, one=made, actor=actor)
        found = articles_of(session, version)
        return Asked(made.id, draft.id, [each.key for each in found], [each.text for each in found])

    return village.database.change(verb)


def opinions_on(asked: Asked, people: list[int], chance: random.Random) -> Iterator[Given]:
    """Opinions without end, each of somebody who is signed in."""
    keys, ready = asked.keys, [words(chance, asked, 90) for _ in range(CAMPAIGNS)]
    while True:
        # Some articles are much spoken about, most are not.
        key = keys[int(len(keys) * chance.random() ** 3)]
        said = pasted(chance, ready) if chance.random() < PASTED else words(chance, asked, chance.randint(20, 160))
        reason = "" if chance.random() < 0.5 else words(chance, asked, chance.randint(10, 60))
        signed = Signature("anonymous", publishes=chance.random() < 0.8, category=chance.choice(("", "老年人", "学生")))
        kind = chance.choice(("insert", "question", "merge"))
        yield Given(asked.id, key, "", "", ("", ""), Said(kind, said, reason), signed, chance.choice(people))


def pasted(chance: random.Random, ready: list[str]) -> str:
    text = chance.choice(GREETINGS) + ready[int(len(ready) * chance.random() ** 2)]
    if chance.random() < 0.3:
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(PHRASES) + text[at:]
    return text


def words(chance: random.Random, asked: Asked, least: int) -> str:
    """So many signs at least: phrases and pieces of articles in a row."""
    made = ""
    while len(made) < least:
        if chance.random() < 0.5:
            made += chance.choice(PHRASES) + "，"
        else:
            text = asked.texts[chance.randrange(len(asked.texts))]
            at = chance.randrange(max(1, len(text) - 12))
            made += text[at : at + chance.randint(4, 12)]
    return made
