"""Forms about a demanded meeting that was held elsewhere: the convenor's record, a signer's contest, the finding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor
from deliberation.files import KeptFile, keep_upload
from deliberation.matters import contest_rules as rules
from deliberation.matters.contesting import Held, contest, disputed, is_party, judge_record, record_meeting
from deliberation.matters.convening import stand_of
from deliberation.matters.demand_models import contests_of
from deliberation.matters.demanding import signers
from deliberation.matters.models import Demand
from deliberation.matters.opening import person_id
from deliberation.matters.routes_convening import acting, back
from deliberation.matters.rules import may
from deliberation.refusal import Refusal, refuse_if
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, post, signed_in

FINDINGS = {"yes": _("会议记录成立"), "no": _("会议记录不成立，时限照算")}


def forms_here(visit: Visit, found: Demand, standing: Standing) -> dict[str, Any]:
    """Which of the three forms this visitor sees."""
    session, roles, now = visit.session, standing.roles, visit.now
    at, me = disputed(session, found, now), person_id(visit)
    has = any(each.person_id == me and each.about == at.about for each in contests_of(session, found.id))
    signed = me is not None and me in signers(session, found.id)
    return {
        "record": may("record_meeting", roles, None) is None
        and rules.may_record(stand_of(session, found, now)) is None,
        "contest": may("contest_demand", roles, None) is None and rules.may_contest(at, signed, has) is None,
        "judge": may("judge_meeting", roles, None) is None
        and rules.may_judge(at, is_party(session, found, me)) is None,
        "said": at.said,
        "findings": list(FINDINGS.items()),
        "who_finds": rules.WHO_FINDS,
    }


def keep_minutes(visit: Visit) -> KeptFile | None:
    """Before the writer's door: the minutes are checked and on disk before their row is written."""
    upload = visit.call.files.get("file")
    if upload is None:
        return None
    _recorder(visit)
    return keep_upload(visit.house.settings.data, upload)


def _recorder(visit: Visit) -> tuple[Demand, Actor]:
    found, actor = acting(visit, "record_meeting")
    refuse_if(rules.may_record(stand_of(visit.session, found, visit.now)))
    return found, actor


@signed_in
def add_record(visit: Visit, kept: KeptFile | None) -> Answer:
    found, actor = _recorder(visit)
    fields = Fields(visit)
    held_on, where = fields.day("held_on"), fields.text("where", most=80)
    words = fields.text("words", most=5000)
    if kept is None:
        fields.errors.setdefault("file", Refusal(_("请附上会议记录或者决定的文件")))
    fields.check()
    held = Held(held_on, where, words)
    record_meeting(visit.session, visit.now, demand=found, held=held, kept_file=kept, actor=actor)
    return back(found)


@signed_in
def add_contest(visit: Visit) -> Answer:
    found, actor = acting(visit, "contest_demand")
    fields = Fields(visit)
    words = fields.text("contest", most=3000)
    fields.check()
    contest(visit.session, visit.now, demand=found, words=words, actor=actor)
    return back(found)


@signed_in
def add_finding(visit: Visit) -> Answer:
    found, actor = acting(visit, "judge_meeting")
    fields = Fields(visit)
    upheld, words = fields.choice("upheld", FINDINGS), fields.text("finding", most=3000)
    fields.check()
    judge_record(visit.session, visit.now, demand=found, upheld=upheld == "yes", words=words, actor=actor)
    return back(found)


def routes(show: Callable[[Visit], Answer]) -> list[Any]:
    """The forms; ``show`` is the page on which they stand, shown again with what was typed."""
    return [
        post(
            "/demands/{id}/records",
            add_record,
            Act.DEMAND_HELD,
            Act.DEMAND_CALLED,
            again=show,
            prepare=keep_minutes,
            upload=True,
        ),
        post("/demands/{id}/contests", add_contest, Act.DEMAND_CONTESTED, again=show),
        post("/demands/{id}/findings", add_finding, Act.DEMAND_JUDGED, again=show),
    ]
