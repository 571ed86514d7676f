"""What a printed ballot says, as data of ``templates/paper/ballot.typ``."""

from __future__ import annotations

from typing import Any

import segno
from sqlmodel import col, select

from deliberation.identity.models import names_of
from deliberation.refusal import Missing
from deliberation.translation import translate
from deliberation.vocabulary import _
from deliberation.voting.count_models import PaperBatch, PaperSheet
from deliberation.voting.electing import rule_of_poll
from deliberation.voting.election_rules import is_election
from deliberation.voting.models import Poll, roll
from deliberation.voting.paper_rules import BATCH, NAMED, shown_code
from deliberation.voting.reaching import Opened, lines_in_words, roster_of
from deliberation.voting.rules import CHOICE_NAMES
from deliberation.web import Visit

MOST_TEXT = 700
"""Signs of the frozen text on a sheet in large type; whatever is longer hangs out, and the sheet says so."""


def ballots_data(visit: Visit, here: Opened, batch_id: int) -> dict[str, Any]:
    """Everything on the sheets of one batch. Raises Missing where it is none of this poll."""
    session, poll = visit.session, here.poll
    batch = session.get(PaperBatch, batch_id)
    if batch is None or batch.poll_id != poll.id or batch.kind not in (NAMED, BATCH):
        raise Missing
    text, is_cut = _text(poll)
    base = f"{visit.house.settings.public_url}/polls/{poll.id}/count?code="
    return {
        "place": here.place.name,
        "roster": translate(visit.locale, roster_of(session, poll).title),
        "matter": here.matter.title,
        "poll": poll.id,
        "batch": batch.number,
        "batch_code": batch.code,
        "question": poll.question,
        "text": text,
        "is_cut": is_cut,
        "sha256": poll.text_sha256,
        "choices": [translate(visit.locale, words) for words in _choices(poll)],
        "rule": [_ended(words, visit.locale) for words in rule_of_poll(poll, visit.locale)],
        "source": translate(visit.locale, poll.source),
        "is_numbered": bool(poll.rule.get("options")),
        "numbered": len(poll.rule.get("options", ())),
        "is_named": batch.kind == NAMED,
        "sheets": _named(visit, poll, batch, base) if batch.kind == NAMED else _plain(batch, base),
        "words": {name: translate(visit.locale, words) for name, words in _words(batch, is_election(poll.preset)).items()}
        | {"how": _how(poll, visit.locale)},
    }  # fmt: skip


def _ended(words: str, locale: str) -> str:
    """Sentences stand one after the other on a sheet."""
    return words if words.endswith(("。", ".")) else words + ("." if locale == "en" else "。")


def _text(poll: Poll) -> tuple[list[str], bool]:
    if is_election(poll.preset):  # The candidates are the ballot; who they are is posted at the station.
        return [], False
    kept, length = [], 0
    paragraphs = lines_in_words(poll.put_to_vote)
    for paragraph in paragraphs:
        if length + len(paragraph) > MOST_TEXT:
            break
        kept.append(paragraph)
        length += len(paragraph)
    return kept or [paragraphs[0][:MOST_TEXT]] if paragraphs else [], len(kept) < len(paragraphs)


def _choices(poll: Poll) -> list[str]:
    """赞成 反对 弃权 in the order of the law's own words; options as the rule has them. Who elects nobody marks nothing."""
    if is_election(poll.preset):
        return list(poll.rule["options"])
    known = [CHOICE_NAMES[choice] for choice in ("yes", "no", "abstain") if choice in poll.rule["choices"]]
    return [*poll.rule.get("options", ()), *known]


def _named(visit: Visit, poll: Poll, batch: PaperBatch, base: str) -> list[dict[str, Any]]:
    rows = visit.session.exec(
        select(PaperSheet).where(PaperSheet.batch_id == batch.id).order_by(col(PaperSheet.number))
    )
    labels: dict[int, list[str]] = {}
    for line in roll(visit.session, poll):
        labels.setdefault(line.person_id, []).append(line.label)
    sheets = list(rows)
    names = names_of(visit.session, {sheet.person_id for sheet in sheets})
    return [
        {
            "code": shown_code(sheet.code),
            "qr": _qr(base + shown_code(sheet.code)),
            "name": names[sheet.person_id],
            "labels": [label for label in labels.get(sheet.person_id, []) if label != names[sheet.person_id]],
        }
        for sheet in sheets
    ]


def _plain(batch: PaperBatch, base: str) -> list[dict[str, Any]]:
    """All alike: nothing on one of them tells it from another."""
    sheet = {"code": batch.code, "qr": _qr(base + batch.code), "name": "", "labels": []}
    return [sheet] * batch.size


def _qr(address: str) -> str:
    return segno.make(address, error="m").svg_inline(scale=4, border=0)


_ONE = _("只在一个方框里打勾（√）；不打勾、打了几个勾、写了别的字的，是无效票")
_SOME = _("在要选的方框里打勾（√），最多选{n}项；选多了的是无效票")
_ELECTING = _("在要选的人旁边的方框里打勾（√），最多选{n}人；选多了的是无效票，一个也不选的是弃权票")
_NAMED_WORDS = _("记名票：票号只属于{name}，请不要转给别人")
_PLAIN_WORDS = _("票上没有姓名和编号；请不要写姓名，不要做记号")


def _how(poll: Poll, locale: str) -> str:
    most = poll.rule.get("select", 1) if poll.rule.get("options") else 1
    if is_election(poll.preset):
        return translate(locale, _ELECTING, n=most)
    return translate(locale, _SOME, n=most) if most > 1 else translate(locale, _ONE)


def _words(batch: PaperBatch, elects: bool) -> dict[str, str]:
    return {
        "title": _("选票") if elects else _("表决票"),
        "named": _NAMED_WORDS,
        "plain": _PLAIN_WORDS,
        "decided": _("表决的内容"),
        "cut": _("全文较长，张贴在会场和公布栏；以张贴的全文为准"),
        "rule": _("怎样算当选") if elects else _("怎样算通过"),
        "source": _("依据："),
        "code": _("票号") if batch.kind == NAMED else _("批次"),
        "mark": _("怎样填写"),
        "spoiled": _("填错了可以到发票处换一张；填好以后投进票箱"),
    }
