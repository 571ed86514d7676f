"""Proxies in writing: given on paper before the clerk or signed on the site by the giver, revoked, looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from deliberation.assemblies.models import Resident, Standing, holding_on
from deliberation.audit.actions import Actor, PendingEntry, record_many
from deliberation.communities.models import Community
from deliberation.matters.reach import today_in
from deliberation.refusal import Missing, Refusal, refuse_if
from deliberation.vocabulary import Act, Role, _
from deliberation.voting import proxy_rules as rules
from deliberation.voting.door import lines_of, may_keep_door, polls_of_meeting
from deliberation.voting.election_proxies import against_in_election
from deliberation.voting.meeting_models import Meeting, Proxy, locked_meeting
from deliberation.voting.models import Ballot, Poll, locked_poll, roll
from deliberation.voting.proxy_casting import scope_of
from deliberation.voting.proxy_terms import frozen_terms
from deliberation.voting.rules import SIGNS_IN
from deliberation.voting.secrecy_rules import NAMED

OVER = Refusal(_("会议或者表决已经结束，不能再委托或者撤销"), late=True)
NOT_NAMED = Refusal(_("对他人保密的表决不能委托：受托人会知道您投的是什么"))


@dataclass(frozen=True, slots=True)
class Scope:
    """For what a proxy is: one meeting with its polls, or one poll. ``polls``: those that are open or closed already."""

    community_id: int
    polls: tuple[Poll, ...]
    meeting: Meeting | None = None

    @property
    def terms(self) -> rules.Terms:
        """As they were frozen. A poll opened in a meeting took those of the meeting."""
        return frozen_terms(self.meeting if self.meeting is not None else self.polls[0])

    @property
    def word(self) -> str:
        return self.meeting.topic if self.meeting is not None else f"poll/{self.polls[0].id}"

    @property
    def is_over(self) -> bool:
        if self.meeting is not None:
            return self.meeting.ended_at is not None
        return self.polls[0].closed_at is not None

    @property
    def key(self) -> dict[str, int]:
        return {"meeting_id": self.meeting.id} if self.meeting is not None else {"poll_id": self.polls[0].id}


@dataclass(frozen=True, slots=True)
class Deed:
    """What is given: who to whom, on paper or signed here, and where the paper lies."""

    giver_id: int
    holder_id: int
    way: str
    note: str = ""


def scope_of_meeting(session: Session, meeting: Meeting) -> Scope:
    return Scope(meeting.community_id, tuple(polls_of_meeting(session, meeting.id)), meeting)


def scope_of_poll(poll: Poll) -> Scope:
    return Scope(poll.community_id, (poll,))


def locked(session: Session, scope: Scope) -> Scope:
    """The same with its rows locked, as casting locks them: a deed is before or after each ballot and never beside it."""
    if scope.meeting is not None:
        scope = scope_of_meeting(session, locked_meeting(session, scope.meeting.id))
    polls = tuple(locked_poll(session, poll.id) for poll in sorted(scope.polls, key=lambda one: one.id))
    return Scope(scope.community_id, polls, scope.meeting)


def against_any(scope: Scope) -> Refusal | None:
    """Why nobody can give a proxy here."""
    if not scope.terms.is_allowed:
        return rules.NONE_HERE
    if scope.terms.of_election:  # The holder marks the giver's ballot in the booth: so the law has it.
        return rules.AT_THE_POLL if scope.meeting is not None else OVER if scope.is_over else None
    if scope.meeting is None and scope.polls[0].secrecy != NAMED:
        return NOT_NAMED
    return OVER if scope.is_over else None


def give_proxy(session: Session, now: datetime, *, scope: Scope, deed: Deed, standing: Standing) -> Proxy:
    """Enter a proxy: on paper by the clerk or the chair, signed on the site by the giver. Raises Refused."""
    scope = locked(session, scope)
    refuse_if(against_any(scope) or _may_enter(scope, deed, standing))
    refuse_if(_against(session, now, scope, deed))
    made = Proxy(
        community_id=scope.community_id,
        **scope.key,
        giver_id=deed.giver_id,
        holder_id=deed.holder_id,
        way=deed.way,
        note=deed.note,
        registered_by_id=standing.person_id,
        given_at=now,
    )
    session.add(made)
    session.flush()
    _enter(session, made, Act.PROXY_GIVEN, standing)
    return made


def _may_enter(scope: Scope, deed: Deed, standing: Standing) -> Refusal | None:
    if deed.way == rules.PAPER:
        return may_keep_door(standing.roles)
    if scope.terms.of_election:
        return rules.PAPER_ONLY
    return None if deed.giver_id == standing.person_id else Refusal(_("只能由委托人本人确认"))


def _against(session: Session, now: datetime, scope: Scope, deed: Deed) -> Refusal | None:
    terms, giver, holder = scope.terms, deed.giver_id, deed.holder_id
    beside = overlapping(session, scope)
    if any(one.giver_id == giver for one in beside):
        return rules.HAS_ONE
    if has_voted(session, scope.polls, giver):
        return rules.HAS_VOTED
    if terms.of_election and (no := against_in_election(session, now, scope.polls[0], giver, holder)):
        return no
    return rules.may_give(
        terms,
        giver,
        holder,
        entitled=entitled_in(session, now, scope),
        holding=len({one.giver_id for one in beside if one.holder_id == holder}),
        same_household=terms.within_household and _share_household(session, now, scope, giver, holder),
    )


def overlapping(session: Session, scope: Scope) -> list[Proxy]:
    """Standing proxies of the same meeting or of polls in it: they would speak for one ballot twice."""
    polls = [poll.id for poll in scope.polls]
    meetings = {poll.meeting_id for poll in scope.polls} | ({scope.meeting.id} if scope.meeting else set())
    meetings -= {None}
    scopes = or_(col(Proxy.poll_id).in_(polls), col(Proxy.meeting_id).in_(meetings))
    return list(session.exec(select(Proxy).where(scopes, col(Proxy.revoked_at).is_(None)).order_by(col(Proxy.id))))


def entitled_in(session: Session, now: datetime, scope: Scope) -> set[int]:
    """Who has a ballot there: the frozen roster, before there is one the records of the day."""
    if scope.meeting is not None:
        return {line.person_id for line in lines_of(session, now, scope.meeting)}
    return {line.person_id for line in roll(session, scope.polls[0])}


def has_voted(session: Session, polls: Sequence[Poll], person_id: int, *, only_open: bool = False) -> bool:
    ids = [poll.id for poll in polls if not only_open or poll.closed_at is None]
    found = select(Ballot.id).where(col(Ballot.poll_id).in_(ids), Ballot.person_id == person_id).limit(1)
    return session.exec(found).first() is not None


def _share_household(session: Session, now: datetime, scope: Scope, giver: int, holder: int) -> bool:
    day = today_in(session.get(Community, scope.community_id), now)

    def homes(person_id: int) -> set[int]:
        found = select(Resident.household_id).where(Resident.person_id == person_id, *holding_on(Resident, day))
        return set(session.exec(found).all())

    return bool(homes(giver) & homes(holder))


def revoke_proxy(session: Session, now: datetime, *, proxy_id: int, standing: Standing) -> Proxy:
    """Take a proxy back, by its giver or on their word by the clerk, as long as no open ballot was cast by it."""
    known = session.get(Proxy, proxy_id)
    if known is None:
        raise Missing
    scope = locked(session, _scope(session, known))
    proxy = session.exec(
        select(Proxy).where(Proxy.id == proxy_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    refuse_if(_may_revoke(proxy, standing))
    if proxy.revoked_at is not None:
        return proxy
    refuse_if(OVER if scope.is_over else None)
    refuse_if(rules.TAKEN if proxy.taken_at is not None else None)
    refuse_if(rules.USED_UP if has_voted(session, scope.polls, proxy.giver_id, only_open=True) else None)
    proxy.revoked_at, proxy.revoked_by_id = now, standing.person_id
    session.add(proxy)
    session.flush()
    _enter(session, proxy, Act.PROXY_REVOKED, standing)
    return proxy


def _scope(session: Session, proxy: Proxy) -> Scope:
    if proxy.poll_id is not None:
        return scope_of_poll(session.get(Poll, proxy.poll_id))
    return scope_of_meeting(session, session.get(Meeting, proxy.meeting_id))


def _may_revoke(proxy: Proxy, standing: Standing) -> Refusal | None:
    if proxy.giver_id == standing.person_id or SIGNS_IN & standing.roles:
        return None
    return Refusal(_("委托由委托人本人撤销，或者由记录员按委托人的书面意思登记撤销"))


def _enter(session: Session, proxy: Proxy, act: Act, standing: Standing) -> None:
    """The entry names neither giver nor holder; each is a commitment of their own."""
    role = next((role.value for role in (Role.CLERK, Role.CHAIR) if role in standing.roles), Role.RESIDENT.value)
    role = Role.RESIDENT.value if proxy.giver_id == standing.person_id else role
    subject, actor = scope_of(proxy), Actor(role, standing.person_id or None)
    secrets = {
        "giver": (f"person/{proxy.giver_id}", proxy.giver_id),
        "holder": (f"person/{proxy.holder_id}", proxy.holder_id),
    }
    data = {"proxy": proxy.id, "way": proxy.way, "by_vote": 0}
    record_many(session, [PendingEntry(proxy.community_id, act.value, subject, subject, actor, data, secrets)])


def held_for(session: Session, poll: Poll, holder_id: int) -> list[Proxy]:
    """The proxies by which somebody may cast in a poll, oldest first."""
    beside = overlapping(session, scope_of_poll(poll))
    return [one for one in beside if one.holder_id == holder_id]
