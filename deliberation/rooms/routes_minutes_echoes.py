"""Pages of minutes that go on saying elsewhere what was put right: carrying it through, or leaving a place with a sentence."""

from __future__ import annotations

from deliberation.identity.doors import signed_in
from deliberation.refusal import refuse_if
from deliberation.rooms import minutes_rules as rules
from deliberation.rooms.minutes_doors import here_of, page_of
from deliberation.rooms.minutes_echoes import change_there_too, leave_there, open_echoes
from deliberation.rooms.minutes_keeping import stands
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, get, post, redirect

MOST_WORDS, MOST_REASON = 2000, 500


@signed_in
def show_echoes(visit: Visit) -> Answer:
    """The places one after the other, for who keeps the minutes."""
    here = here_of(visit)
    refuse_if(None if here.keeps else rules.NOT_KEEPER)
    refusal = rules.may_follow(stands(visit.session, here.minutes), keeps=here.keeps)
    return page_of(
        visit, "rooms/minutes_echoes.html", here, echoes=open_echoes(visit.session, here.minutes),
        at=visit.text("echo") if visit.errors else "", refusal=refusal,
    )  # fmt: skip


@signed_in
def change_one(visit: Visit) -> Answer:
    here = here_of(visit)
    fields = Fields(visit)
    words = fields.text("words", most=MOST_WORDS, required=False)
    fields.check()
    change_there_too(
        visit.session,
        visit.now,
        document_id=here.id,
        key=visit.text("echo"),
        words=words,
        actor=here.actor(),
        keeps=here.keeps,
    )
    return redirect(f"/minutes/{here.id}/echoes")


@signed_in
def leave_one(visit: Visit) -> Answer:
    here = here_of(visit)
    fields = Fields(visit)
    reason = fields.text("reason", most=MOST_REASON)
    fields.check()
    leave_there(
        visit.session,
        visit.now,
        document_id=here.id,
        key=visit.text("echo"),
        reason=reason,
        actor=here.actor(),
        keeps=here.keeps,
    )
    return redirect(f"/minutes/{here.id}/echoes")


routes = [
    get("/minutes/{id}/echoes", show_echoes),
    post(
        "/minutes/{id}/echoes/changes", change_one, Act.MINUTES_QUESTIONED, Act.MINUTES_AMENDED, Act.DOCUMENT_CORRECTED,
        again=show_echoes,
    ),
    post("/minutes/{id}/echoes/left", leave_one, Act.MINUTES_LEFT, again=show_echoes),
]  # fmt: skip
