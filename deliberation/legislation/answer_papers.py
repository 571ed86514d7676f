"""答复函: a page for each author whom only a letter reaches, all in one file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deliberation.legislation.answering import said_in
from deliberation.legislation.solicitation_view import Asked
from deliberation.sheets import QUIET, RIGHT, Block, Heading, Page, Pairs, Sheet, Text
from deliberation.translation import say_date, translate
from deliberation.vocabulary import _


def letters(here: Asked, rows: Sequence[dict[str, Any]], locale: str) -> Sheet:
    """The file; nothing on a page that is not its addressee's."""
    title = translate(locale, _("答复函"))
    blocks: list[Block] = []
    for at, row in enumerate(rows):
        if at:
            blocks.append(Page(title))
        blocks += _letter(here, row, locale)
    return Sheet(title, tuple(blocks), here.place.name, "", lang=locale, at=here.visit.now.isoformat())


def _letter(here: Asked, row: dict[str, Any], locale: str) -> list[Block]:
    one, fate, author = row["one"], row["fate"], row["author"]
    made = fate.made

    def say(key: str, **values: Any) -> str:
        return translate(locale, key, **values)

    pairs = [(say(_("采纳情况")), say(fate.words))]
    if one.original:
        pairs.append((say(_("针对的原文")), f"{one.provision}：{one.original}"))
    if made.text:
        edition = fate.edition.name if fate.edition else ""
        pairs.append((say(_("采纳后条文")), f"{edition}{made.label}：{made.text}"))
    if made.reason:
        pairs.append((say(_("理由")), made.reason))
    if made.told_by:
        pairs.append((say(_("由谁告知")), " ".join(word for word in (made.told_by, made.letter) if word)))
    return [
        Text(say(_("{name}："), name=author.name or say(_("提意见的居民")))),
        Text(
            say(
                _("您对《{draft}》（{edition}）提的意见，办理的情况告诉您。"),
                draft=here.draft.title,
                edition=here.version.name,
            )
        ),
        Heading(say(_("您说的"))),
        Text(said_in(one)),
        Heading(say(_("结果"))),
        Pairs(tuple(pairs)),
        Text(here.place.name, RIGHT),
        Text(say_date(here.today, locale, year=True), RIGHT),
        Text(say(_("送到：{contact}"), contact=author.contact), QUIET),
    ]
