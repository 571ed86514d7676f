"""The administrator's page of presets: each rule in words, what a community has changed of it, and by what source."""

from __future__ import annotations

from typing import Any

from deliberation.communities.models import local_setting
from deliberation.identity.admin import Desk, desk_of
from deliberation.identity.doors import signed_in
from deliberation.identity.rules import may_manage_community
from deliberation.vocabulary import Act
from deliberation.voting.kinds import rule_under_setting
from deliberation.voting.preset_rules import BASES, COMPARISONS, Change, setting_of
from deliberation.voting.presets import PRESETS, Preset
from deliberation.voting.presetting import change_preset
from deliberation.voting.result_view import rule_sentences
from deliberation.voting.tally_rule import rule_as_json
from deliberation.voting.tally_terms import Base, Comparison
from deliberation.web import Answer, Fields, Visit, get, page, post, redirect


@signed_in
def show_presets(visit: Visit) -> Answer:
    desk = desk_of(visit, visit.number("id"))
    rows = [_row(visit, desk, preset) for preset in PRESETS.values() if preset.rule]
    return page(
        visit,
        "voting/presets.html",
        desk=desk,
        rows=rows,
        bases=list(BASES.items()),
        comparisons=list(COMPARISONS.items()),
        refusal=may_manage_community(desk.roles),
    )


def _row(visit: Visit, desk: Desk, preset: Preset) -> dict[str, Any]:
    setting = local_setting(visit.session, desk.community, setting_of(preset.id))
    rule, source = rule_under_setting(visit.session, desk.community, preset, preset.rule)
    return {
        "preset": preset,
        "sentences": rule_sentences(rule_as_json(rule), visit.locale),
        "source": source,
        "is_own": setting is not None and setting.community_id == desk.community.id,
    }


@signed_in
def set_preset(visit: Visit) -> Answer:
    desk = desk_of(visit, visit.number("id"))
    fields = Fields(visit)
    preset = fields.choice("preset", {each.id for each in PRESETS.values() if each.rule})
    of, op = fields.choice("of", BASES), fields.choice("op", COMPARISONS)
    source = fields.text("source", most=200)
    fields.check()
    change = Change(Base(of) if of else None, Comparison(op) if op else None)
    change_preset(
        visit.session, visit.now, of=desk.community, preset=preset, change=change, source=source, actor=desk.actor
    )
    return redirect(f"/admin/communities/{desk.community.id}/presets")


routes = [
    get("/admin/communities/{id}/presets", show_presets),
    post("/admin/communities/{id}/presets", set_preset, Act.SETTING_CHANGED, again=show_presets),
]
