"""What matters bring to the home page: what waits for this very person, what is under way, what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation.assemblies.models import standing_of
from deliberation.communities.models import Community
from deliberation.matters import words
from deliberation.matters.doing import TALKING, Asker, is_voting, now_box
from deliberation.matters.dossier import known_of, state_of
from deliberation.matters.engine import possible_acts, waiting_until
from deliberation.matters.inviting import invitation
from deliberation.matters.models import Clock, Matter
from deliberation.matters.reach import communities_near, matters_within_reach, today_in
from deliberation.matters.rules import may, running_roles
from deliberation.sections import DECIDED, OPEN, WAITING, Deadline, Item, Section
from deliberation.vocabulary import _
from deliberation.web import Visit

MOST = 6
MOST_LOOKED_AT = 60
# Whoever has none of these is never asked to run a step, so that nothing has to be gathered for them.
RUNNING = running_roles()


def home_sections(visit: Visit) -> list[Section]:
    """The sections of this visitor: of where they belong and above; without sign-in all public matters."""
    near = communities_near(visit.session, visit.person.id, visit.now) if visit.person else []
    of = near or None
    under_way = matters_within_reach(visit.session, near, of=of, state="undecided", limit=MOST)
    decided = matters_within_reach(visit.session, near, of=of, state="decided", limit=MOST)
    refused = matters_within_reach(visit.session, near, of=of, state="refused", limit=MOST)
    places = _places(visit.session, [*under_way, *decided, *refused])
    sections = [
        Section(
            _("等决定的议题"),
            tuple(_item(one, places[one.community_id]) for one in under_way),
            OPEN,
            more="/matters?state=open",
            empty=_("现在没有等决定的议题"),
        ),
        Section(
            _("已经决定的议题"),
            tuple(_item(one, places[one.community_id]) for one in decided),
            DECIDED,
            more="/matters?state=decided",
            empty=_("还没有作出决定的议题"),
        ),
    ]
    if refused:
        items = tuple(_item(one, places[one.community_id]) for one in refused)
        sections.append(Section(_("不纳入协商的议题"), items, DECIDED, more="/matters?state=refused"))
    if visit.person and near and (waiting := _waiting(visit, near)):
        sections.append(Section(_("等您办理"), tuple(waiting), WAITING))
    return sections


def _places(session: Session, matters: list[Matter]) -> dict[int, Community]:
    wanted = {one.community_id for one in matters}
    return {each.id: each for each in session.exec(select(Community).where(col(Community.id).in_(wanted)))}


def _item(one: Matter, place: Community) -> Item:
    ring = words.END_NAMES.get(one.stage) or words.RINGS[one.ring]
    look = ("done" if one.stage == words.CLOSED else "") if one.stage in words.END_NAMES else "open"
    station = 0 if one.stage in words.END_NAMES else list(words.RINGS).index(one.ring) + 1
    return Item(one.title, f"/matters/{one.id}", place=place.name, tag=(ring, look), station=station)


def _waiting(visit: Visit, near: list[int]) -> list[Item]:
    """Acts that the engine allows now and that this person may do; open rooms and polls are shown by their slices."""
    found = []
    open_here = select(Matter).where(col(Matter.ended_at).is_(None), col(Matter.community_id).in_(near))
    matters = list(visit.session.exec(open_here.order_by(col(Matter.staged_at)).limit(MOST_LOOKED_AT)))
    places = _places(visit.session, matters)
    standings = {
        id: standing_of(visit.session, visit.person.id, place, today_in(place, visit.now))
        for id, place in places.items()
    }
    for one in matters:
        standing = standings[one.community_id]
        if not standing.roles & RUNNING:
            continue
        facts = known_of(visit.session, state_of(visit.session, one.id), visit.now).at(visit.now)
        if may("run_step", standing.roles, facts):
            continue
        box = now_box(one.id, facts, Asker(standing.roles, True), ())
        # While a vote goes on nobody waits for more talk; the vote itself stands under what goes on now.
        acts = [act for act in box.can if not (act.act in TALKING and is_voting(facts))]
        if acts and (note := invitation(acts[0].act, facts)):
            found.append(Item(one.title, f"/matters/{one.id}", note=note, action=acts[0].title))
    return found


def next_instant(session: Session, now: datetime) -> datetime | None:
    """The soonest instant at which time alone makes something possible in an open matter."""
    under_way = session.exec(select(Matter.id).where(col(Matter.ended_at).is_(None)))
    waits = (waiting_until(known_of(session, state_of(session, id), now).at(now)) for id in under_way)
    return min((instant for instant in waits if instant), default=None)


_WHAT_PASSES = {
    "close_disclosure": _("《{title}》公示期满"),
    "inspect": _("《{title}》公示期满"),
    "close_poll": _("《{title}》表决截止"),
}
_NOTICE_PASSES = _("《{title}》通知期满，可以开会")
_CLOCKS = {
    "answer_objection": _("《{title}》答复异议的期限到"),
    "task": _("《{title}》落实事项的期限到"),
    "convene": _("《{title}》应联名召集会议的期限到"),
    "invitation": _("《{title}》答复邀请的期限到"),
}
_OTHER_CLOCK = _("《{title}》的一个期限到")


def deadlines(session: Session, now: datetime) -> Iterator[Deadline]:
    """What time alone makes possible in open matters, and the clocks that run in them."""
    for one in session.exec(select(Matter).where(col(Matter.ended_at).is_(None), col(Matter.is_public))).all():
        facts = known_of(session, state_of(session, one.id), now).at(now)
        waits = [(no.facts["from_when"], each.act) for each in possible_acts(facts) for no in each.refusals
                 if "from_when" in no.facts]  # fmt: skip
        for at in {instant for instant, _act in waits}:
            acts = [act for instant, act in waits if instant == at]
            said = next((_WHAT_PASSES[act] for act in acts if act in _WHAT_PASSES), _NOTICE_PASSES)
            yield Deadline(at, one.title, said)
    running = (
        select(Clock, Matter)
        .join(Matter, col(Matter.id) == Clock.matter_id, isouter=True)
        .where(col(Clock.stopped_at).is_(None), col(Clock.breached_at).is_(None))
    )
    for clock, matter in session.exec(running).all():
        if matter is None or matter.is_public:
            title = matter.title if matter else clock.title
            yield Deadline(clock.due_at, title, _CLOCKS.get(clock.kind, _OTHER_CLOCK))
