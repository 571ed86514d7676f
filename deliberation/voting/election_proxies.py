"""Proxies of an election: who may hold one, and the giver's paper ballot that the holder takes against two ticks.

One tick stands on the roll beside the giver, the other on the proxy; the ballot itself names neither of the two.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from deliberation.assemblies.electorate import has_vote, is_adult
from deliberation.assemblies.models import Household, Resident, RosterLine, assemblies_of_kind, holding_on, members_of
from deliberation.communities.models import Community, subtree_ids
from deliberation.identity.models import Person
from deliberation.matters.reach import today_in
from deliberation.refusal import Refusal
from deliberation.voting import proxy_rules as rules
from deliberation.voting.candidate_rules import against_holder, plain_name
from deliberation.voting.count_models import Handed
from deliberation.voting.election_rules import proxy_source
from deliberation.voting.meeting_models import Proxy
from deliberation.voting.models import Poll, roll


def against_in_election(session: Session, now: datetime, poll: Poll, giver: int, holder: int) -> Refusal | None:
    """What the law of elections has against this proxy, beside what holds for every proxy."""
    tick = session.get(Handed, (poll.id, giver))
    if tick is not None and tick.is_out:
        return rules.HOLDS_OWN
    return against_holding(session, poll, holder) or _against_stranger(session, now, poll, holder)


def against_holding(session: Session, poll: Poll, holder: int) -> Refusal | None:
    """Whether the holder stands for election; asked again when the ballot is taken."""
    name = session.get(Person, holder).name
    candidates = poll.rule["options"]
    return against_holder(name, candidates, proxy_source(poll.preset), _on_roll(session, poll, candidates))


def _on_roll(session: Session, poll: Poll, candidates: list[str]) -> list[str]:
    """The names of candidates that somebody on the roll bears."""
    asked = {*candidates, *map(plain_name, candidates)}
    found = select(Person.name).join(RosterLine, col(RosterLine.person_id) == Person.id)
    return list(session.exec(found.where(RosterLine.roster_id == poll.roster_id, col(Person.name).in_(asked))))


def _against_stranger(session: Session, now: datetime, poll: Poll, holder: int) -> Refusal | None:
    """A holder is a voter: on the roll, or by the records an adult of the village, or on the community's list of voters."""
    if any(line.person_id == holder for line in roll(session, poll)):
        return None
    place = session.get(Community, poll.community_id)
    law = poll.preset.split("_")[0]
    is_voter = _is_grown_villager if law == "village" else _is_on_list
    return None if is_voter(session, now, place, holder) else rules.NO_VOTER[law]


def _is_grown_villager(session: Session, now: datetime, place: Community, who: int) -> bool:
    day, born_on = today_in(place, now), session.get(Person, who).born_on
    lives_here = (
        select(Resident.id)
        .join(Household, col(Household.id) == Resident.household_id)
        .where(col(Household.community_id).in_(subtree_ids(session, place)), Resident.person_id == who)
        .where(*holding_on(Resident, day))
    )
    return born_on is not None and is_adult(born_on, day) and session.exec(lives_here.limit(1)).first() is not None


def _is_on_list(session: Session, now: datetime, place: Community, who: int) -> bool:
    day = today_in(place, now)
    lists = assemblies_of_kind(session, place.id, ["voters"])
    seats = [seat for one in lists for seat in members_of(session, one.id, day)]
    return any(person.id == who and has_vote("voters", member) for member, person in seats)


# --- at the handing-out desk ------------------------------------------------------------------------------------------


def standing_of_poll(session: Session, poll: Poll) -> list[Proxy]:
    """The proxies of an election that nobody revoked."""
    found = select(Proxy).where(Proxy.poll_id == poll.id, col(Proxy.revoked_at).is_(None)).order_by(col(Proxy.id))
    return list(session.exec(found).all())


def holder_of(session: Session, poll: Poll, giver: int) -> str:
    """Who took this voter's ballot for them; empty where nobody did."""
    found = select(Person.name).join(Proxy, col(Proxy.holder_id) == Person.id)
    found = found.where(Proxy.poll_id == poll.id, Proxy.giver_id == giver, col(Proxy.taken_at).is_not(None))
    return session.exec(found.where(col(Proxy.revoked_at).is_(None)).limit(1)).first() or ""


def tick_taken(session: Session, now: datetime, poll: Poll, giver: int, proxy_id: int) -> Proxy | Refusal:
    """The second tick: this proxy's holder takes the giver's ballot. The reason where they may not."""
    one = next((each for each in standing_of_poll(session, poll) if each.id == proxy_id), None)
    if one is None or one.giver_id != giver:
        return rules.NO_PROXY
    if no := against_holding(session, poll, one.holder_id):
        return no
    one.taken_at = now
    session.add(one)
    return one


def untick_taken(session: Session, poll: Poll, giver: int) -> None:
    """The ballot came back: it was not cast."""
    for one in standing_of_poll(session, poll):
        if one.giver_id == giver and one.taken_at is not None:
            one.taken_at = None
            session.add(one)
