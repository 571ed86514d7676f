"""The kind of a poll on pages: what the opening form asks and reads, and what of it stands beside the rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from deliberation.assemblies.models import Roster
from deliberation.delivery.models import delivery_count
from deliberation.matters.facts import Facts
from deliberation.matters.models import Matter, documents_of
from deliberation.matters.owners_rules import ITEMS, decides_items
from deliberation.vocabulary import _
from deliberation.voting.choice_rules import read_options
from deliberation.voting.election_rules import is_election, no_proxies
from deliberation.voting.further_rules import WHY
from deliberation.voting.kinds import followed_by
from deliberation.voting.kinds_rules import CIRCULATION, IN_WRITING, WAYS, Kind, paragraphs
from deliberation.voting.models import Poll
from deliberation.voting.presets import LOCAL, PRESETS, Preset
from deliberation.voting.proxy_terms import FROZEN_LIMIT, frozen_terms, said_terms
from deliberation.voting.secrecy_rules import BOOTH, ELECTION, SECRECY
from deliberation.web import Fields

SHORT = 60
YES_NO_WORDS = {
    "question": _("表决的问题"),
    "hint": _("写成可以答“赞成”或者“反对”的一句话；在几个选项中选的，写成选哪一项的一句话"),
    "passing": _("怎样算通过"),
    "button": _("冻结名册，打开表决"),
}
OPTION_WORDS = YES_NO_WORDS | {
    "hint": _("写成可以在选项中选的一句话，例如：村道走哪一条线？"),
    "passing": _("怎样算选出"),
}
ELECTION_WORDS = {
    "title": _("打开选举"),
    "question": _("选举什么"),
    "hint": _("印在选票上，例如：选举青溪村第十三届村民委员会委员"),
    "passing": _("怎样算当选"),
    "button": _("冻结名册，开始选举"),
}
FURTHER_BUTTON = _("冻结名册，开始另行选举")
"""Words of the form of opening a poll, by what is voted among."""


def asked_kind(session: Session, matter: Matter, facts: Facts, preset: Preset, text: str) -> dict[str, Any]:
    """What the form asks about the kind: only what can be chosen at this step."""
    followed = followed_by(session, matter, facts)
    return {
        "law_items": list(ITEMS.values()) if decides_items(preset.id) and matter.item is None else [],
        "item": ITEMS.get(matter.item),
        "scope": f"{matter.building}{matter.entrance}" if decides_items(preset.id) else None,
        "clauses": [(n, _cut(each)) for n, each in enumerate(paragraphs(text), 1)]
        if facts.plans and not followed
        else [],
        "ways": list(WAYS.items()) if preset.circulation else [],
        "circulation": preset.circulation,
        "is_local": preset.is_local,
        "further": _further(followed) if followed else None,
        "booth": _booth(preset) if preset.is_booth else None,
    }


def form_words(kind: Mapping[str, Any], act: str, has_options: bool) -> Mapping[str, str]:
    """How the form of opening is called and what it asks for: ``act`` is the act's name where the matter stands."""
    if kind["booth"] and kind["booth"]["is_election"]:
        return ELECTION_WORDS if kind["further"] is None else ELECTION_WORDS | {"title": act, "button": FURTHER_BUTTON}
    among = OPTION_WORDS if kind["further"] or has_options else YES_NO_WORDS
    return among | {"title": act}


def _booth(preset: Preset) -> dict[str, Any]:
    words, source = no_proxies(preset.id) or ("", "")
    return {"is_election": is_election(preset.id), "proxies": words, "proxy_source": source, "law": ELECTION.source}


def _further(followed: Any) -> dict[str, Any]:
    before, further = followed
    return {"before": before, "why": WHY[further.why], "options": further.options, "seats": further.seats}


def _cut(words: str) -> str:
    return words if len(words) <= SHORT else f"{words[:SHORT]}……"


def read_kind(fields: Fields) -> Kind:
    """The chair's choice as the form brings it; what is wrong with the options stands in ``fields.errors``."""
    visit = fields.visit
    typed = visit.text("options")
    options, wrong = read_options(typed) if typed else ((), None)
    if wrong:
        fields.errors["options"] = wrong
    item = fields.integer("item", least=1, most=9, required=False)
    clause = fields.integer("clause", required=False)
    way = fields.choice("way", WAYS) if visit.text("way") else Kind().way
    return Kind(
        item=item,
        clause=clause or 0,
        options=options,
        select=fields.integer("select", most=30, required=False) or 0 if options else 1,
        seats=fields.integer("seats", most=30) or 0 if options else 1,
        may_abstain=bool(visit.text("may_abstain")),
        by_most=bool(options and visit.text("by_most")),
        most_source=fields.text("most_source", required=False) if options else "",
        way=way,
        way_source=fields.text("way_source", required=False),
    )


def terms_shown(session: Session, poll: Poll, roster: Roster) -> list[dict[str, Any]]:
    """What is special about a poll, before, during and after: label, words, whose they are, source, link."""
    shown = []
    if item := ITEMS.get(poll.item):
        shown.append(_line(_("决定的事项"), item.words, item.source, lead=item.ordinal))
        shown.append(_line(_("哪些业主决定"), roster.scope or _("全体业主"), own=not roster.scope))
    if poll.clause:
        shown.append(
            _line(
                _("单独表决"),
                poll.put_to_vote,
                LOCAL,
                own=False,
                note=_("结果供全文表决参照；没有通过的，先改方案再对全文表决"),
            )
        )
    if poll.secrecy == BOOTH:
        shown.append(_line(_("方式"), SECRECY[BOOTH], ELECTION.source, note=PRESETS[poll.preset].note))
        if is_election(poll.preset):
            words = _("每张票最多选{n}人；选多了的是无效票，一个也不选的算弃权")
            shown.append(_line(_("怎样选"), words, LOCAL, facts={"n": poll.rule["select"]}))
        if none := no_proxies(poll.preset):
            shown.append(_line(_("委托投票"), *none))
    if proxies := said_terms(frozen_terms(poll)):
        note = "" if proxies.pop("by_law") else FROZEN_LIMIT
        shown.append(_line(_("委托投票"), proxies.pop("words"), proxies.pop("source"), note=note, **proxies))
    if poll.way == CIRCULATION:
        shown.append(_line(_("方式"), IN_WRITING, poll.way_source, is_local=True) | _reached(session, poll))
    if poll.follows_id:
        shown.append(_line(_("接着哪一次"), _("上一次表决的再次表决")) | {"url": f"/polls/{poll.follows_id}"})
    if poll.rule_source:
        shown.append(_line(_("本地设置"), _("通过的标准按本地设置"), poll.rule_source, is_local=True))
    return shown


def _line(label: str, words: str, source: str = "", **more: Any) -> dict[str, Any]:
    plain = {"lead": "", "own": True, "is_local": False, "note": "", "reached": None, "url": "", "facts": {}}
    return {"label": label, "words": words, "source": source} | plain | more


def _reached(session: Session, poll: Poll) -> dict[str, Any]:
    """The delivery list of the notice before the vote: who was reached, and how, stands there."""
    notices = [
        one for one in documents_of(session, poll.matter_id) if one.kind == "notice" and one.issued_at <= poll.opened_at
    ]
    if not notices:
        return {}
    due, done = delivery_count(session, f"document/{notices[-1].id}")
    return {"url": f"/documents/{notices[-1].id}", "reached": {"due": due, "done": done}}
