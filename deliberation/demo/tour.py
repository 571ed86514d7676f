"""The guided tour: what to click as whom, worked out from where a matter really stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation.assemblies.models import lines_of_person, standing_of
from deliberation.communities.models import Community
from deliberation.demo.cast import CAST, Player
from deliberation.demo.people import cast_ids
from deliberation.demo.rest import Voting, voting_of
from deliberation.followup.models import tasks_of
from deliberation.identity.models import Person
from deliberation.matters.doing import Asker, Doing, Place, now_box
from deliberation.matters.engine import possible_acts, waiting_until
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Matter, ProcedureText, Proceeding, proceedings_of
from deliberation.matters.reach import today_in
from deliberation.matters.reasons import delivery_complete
from deliberation.matters.telling import lacking_now
from deliberation.matters.words import LOCAL
from deliberation.refusal import Refusal
from deliberation.rooms.models import statements_of, turns_of
from deliberation.rooms.order_rules import is_speaking, is_waiting
from deliberation.vocabulary import Role, _
from deliberation.voting.models import Poll, voters_of

FIRST_ASKED = (
    "李强",
    "李树根",
    "周明",
    "钱芳",
    "林涛",
    "吴桂兰",
    "孙立国",
    "陈德胜",
    "王凤霞",
    "王秀英",
    "张家豪",
    "谢雪梅",
)
"""Who is asked first to do what several may do: those who run things last, so that the tour changes seats."""
OPTIONAL = frozenset({"raise_objection", "skip_step", "choose_variant", "revise_plan", "room", "poll"})


@dataclass(frozen=True)
class Turn:
    """The next thing to do in a matter: by whom, where; or until when time has to pass. ``voting``: of an open vote;
    ``is_local``: the time that has to pass is a local setting's and not the law's; ``said``: what the dossier says to
    the player of the act, or where none of the cast can do anything, whom the matter waits for."""

    matter: Matter
    player: Player | None
    doings: tuple[Doing, ...]
    waits_until: datetime | None
    voting: Voting | None = None
    is_local: bool = False
    said: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class _Here:
    """A matter with what the tour asks of it."""

    session: Session
    matter: Matter
    place: Community
    facts: Facts
    proceedings: list[Proceeding]
    now: datetime
    cast: dict[str, int]

    def person(self, player: Player) -> int:
        return self.cast[player.name]

    def players(self) -> list[Player]:
        """Who of the cast belongs to the place of the matter and is there."""
        own = set(self.session.exec(select(Person.id).where(Person.community_id == self.place.id)))
        mine = [one for one in CAST if one.name in FIRST_ASKED and self.cast.get(one.name) in own]
        return sorted(mine, key=lambda player: FIRST_ASKED.index(player.name))


def next_turn(session: Session, matter: Matter, now: datetime) -> Turn:
    """Who can bring the matter on now, and by which act."""
    place = session.get(Community, matter.community_id)
    facts, held = facts_of(session, matter, now, place), proceedings_of(session, matter.id)
    here = _Here(session, matter, place, facts, held, now, cast_ids(session))
    found = (
        _in_the_room(here) or _at_the_poll(here) or _with_a_task(here) or _in_the_dossier(here) or _on_the_round(here)
    )
    player, doings = found or (None, ())
    poll = _open_poll(here)
    until = waiting_until(here.facts)
    voting = voting_of(session, poll) if poll else None
    return Turn(matter, player, doings, until, voting, _is_local(here.facts, until), _said(here, doings))


def _said(here: _Here, doings: tuple[Doing, ...]) -> tuple[Refusal, ...]:
    if here.facts.is_ended:
        return ()
    if doings:
        lacks = any(one.act == "add_evidence" for one in doings) and lacking_now(here.facts)
        return (Refusal(_("还缺{things}，请补充佐证"), {"things": lacks}),) if lacks else ()
    box = now_box(here.matter.id, here.facts, Asker(frozenset({Role.VISITOR}), True), here.proceedings)
    return (box.sentence, *box.besides)


def _is_local(facts: Facts, until: datetime | None) -> bool:
    waits = (no for one in possible_acts(facts) for no in one.refusals if "from_when" in no.facts)
    sources = [no.source for no in waits if no.facts["from_when"] == until]
    return bool(sources) and all(source.startswith(LOCAL) for source in sources)


def _in_the_room(here: _Here) -> tuple[Player, tuple[Doing, ...]] | None:
    """An open room: 李强 asks, the chair gives, 李强 speaks, the chair closes."""
    room = next((one for one in here.proceedings if one.kind == "room" and one.closed_at is None), None)
    players = here.players()
    if room is None or not players:
        return None
    room_id = int(room.subject.split("/")[1])
    speaker, chair = players[0], players[-1]
    turns = [turn for turn in turns_of(here.session, room_id) if turn.person_id == here.person(speaker)]
    spoken = any(one.person_id == here.person(speaker) for one in statements_of(here.session, room_id))
    url = f"/rooms/{room_id}"
    if not turns:
        return speaker, (Doing("ask_turn", _("进协商室，点“我要发言”"), url),)
    if any(is_waiting(turn) for turn in turns):
        return chair, (Doing("give_turn", _("准予发言"), url),)
    if any(is_speaking(turn) for turn in turns) and not spoken:
        return speaker, (Doing("make_statement", _("发言"), url),)
    return chair, (Doing("close_room", _("结束协商，形成纪要"), url),)


def _at_the_poll(here: _Here) -> tuple[Player, tuple[Doing, ...]] | None:
    """An open poll: everybody of the cast who is on its roster votes."""
    row = _open_poll(here)
    if row is None:
        return None
    for player in here.players():
        person = here.person(player)
        entitled = lines_of_person(here.session, row.roster_id, person)
        if entitled and not voters_of(here.session, row, [person]):
            return player, (Doing("poll", _("去投票"), f"/polls/{row.id}"),)
    return None


def _open_poll(here: _Here) -> Poll | None:
    """The vote of the matter, until it is closed or its hour has come."""
    poll = next((one for one in here.proceedings if one.kind == "poll" and one.closed_at is None), None)
    row = here.session.get(Poll, int(poll.subject.split("/")[1])) if poll else None
    return row if row is not None and (row.closes_at is None or here.now < row.closes_at) else None


def _with_a_task(here: _Here) -> tuple[Player, tuple[Doing, ...]] | None:
    """A task waits for the report of the one to whom it was given."""
    by_id = {here.cast[player.name]: player for player in CAST if player.name in here.cast}
    # For somebody who is not of the cast the officer reports.
    officer = next((player for player in here.players() if player.role == "officer"), None)
    for task in tasks_of(here.session, here.matter.id):
        reporter = by_id.get(task.owner_id, officer)
        if task.reported_at is None and reporter is not None and not here.facts.is_ended:
            return reporter, (Doing("report_task", _("汇报落实情况"), f"/tasks/{task.id}"),)
    return None


def _in_the_dossier(here: _Here) -> tuple[Player, tuple[Doing, ...]] | None:
    """What the box of the dossier offers to the first of the cast who may do it."""
    # The plan may be changed at many stations; it has to be written where the vote asks for one and there is none.
    needed = not here.facts.is_ended and "plan" in here.facts.step.evidence and not here.facts.plans
    wanted = "revise_plan" if needed else ""
    given = bool(tasks_of(here.session, here.matter.id))
    for player in here.players():
        standing = standing_of(here.session, here.person(player), here.place, today_in(here.place, here.now))
        box = now_box(here.matter.id, here.facts, Asker(standing.roles, True), here.proceedings)
        bringing_on = helping(box.can, standing.roles, wanted)
        # One task is enough for the tour; more could be given for ever.
        bringing_on = tuple(one for one in bringing_on if one.act != "assign_task" or not given)
        if bringing_on:
            return player, bringing_on
    return None


def helping(can: tuple[Doing, ...], roles: frozenset[str], wanted: str = "") -> tuple[Doing, ...]:
    """Of what somebody can do, what brings the matter on."""
    # A supervisor may add evidence of supervision; what the step asks for is the office's to supply.
    left = OPTIONAL | ({"add_evidence"} if Role.SUPERVISOR in roles else set())
    return tuple(one for one in can if one.act not in left or one.act == wanted)


def _on_the_round(here: _Here) -> tuple[Player, tuple[Doing, ...]] | None:
    """Notices wait for somebody to go from door to door and enter it."""
    if here.facts.is_ended or not here.facts.papers_now("notice") or not any(delivery_complete(here.facts)):
        return None
    officer = next((player for player in here.players() if player.role == "officer"), None)
    if officer is None:
        return None
    url = Place(here.matter.id, here.facts, here.proceedings).url("close_notice")
    return officer, (Doing("deliver", _("登记送达"), url),)


def touring_matters(session: Session) -> list[Matter]:
    """Open matters: those of the newcomer's own (by the six steps) newest first, then the demo's."""
    found = session.exec(
        select(Matter, ProcedureText.code)
        .join(ProcedureText, col(ProcedureText.id) == Matter.procedure_id)
        .where(col(Matter.ended_at).is_(None))
        .order_by(col(Matter.id))
    ).all()
    own = [matter for matter, code in found if code == "six_steps"]
    return [*reversed(own), *(matter for matter, code in found if code != "six_steps")]
