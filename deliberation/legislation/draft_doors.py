"""What every page of drafts asks first: whether the draft is within reach, and what its visitor is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from deliberation.assemblies.models import Standing, standing_of
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community, community, subtree_ids
from deliberation.identity.models import appointments_of, person
from deliberation.legislation.draft_models import (
    DraftLaw,
    DraftVersion,
    article_keyed,
    draft_law,
    version_then,
    versions_of,
)
from deliberation.legislation.draft_rules import KEPT, PUBLIC, READERS, may, may_correct, roles_of
from deliberation.legislation.opinion_models import counts_on
from deliberation.legislation.opinion_rules import KINDS
from deliberation.legislation.solicitation_models import solicitations_of
from deliberation.matters.about_rules import Subject, article_of
from deliberation.matters.reach import today_in
from deliberation.refusal import Missing, Refusal, refuse_if
from deliberation.vocabulary import Role, _
from deliberation.web import Visit

NO_SUCH_ARTICLE = Refusal(
    _("法律草案里没有这一条，不能就它提出议题"),
    remedy=_("请从法律草案最新一稿的条文页面提出，或者提出不连着条文的议题"),
)


@dataclass(frozen=True)
class Opened:
    """A draft that a visitor has opened: where it belongs, what the visitor is there, its versions."""

    draft: DraftLaw
    place: Community
    standing: Standing
    versions: list[DraftVersion]

    @property
    def stands(self) -> str:
        return PUBLIC if self.draft.is_public else KEPT

    @property
    def newest(self) -> DraftVersion:
        return self.versions[-1]

    @property
    def is_desk(self) -> bool:
        """Whether the visitor works at the contact point, so that its acts are shown, with the reason where one is not theirs."""
        return bool(self.standing.roles & READERS)

    def version(self, number: str) -> DraftVersion:
        """The version of that number; without one the newest. Raises Missing."""
        if not number:
            return self.newest
        found = next((each for each in self.versions if str(each.number) == number), None)
        if found is None:
            raise Missing
        return found

    def may(self, act: str, version: DraftVersion | None = None) -> Refusal | None:
        if act == "correct_reading":
            return may_correct(self.standing.roles, self.stands, is_held=(version or self.newest).held_at is not None)
        return may(act, self.standing.roles, self.stands)

    def actor(self, act: str, version: DraftVersion | None = None) -> Actor:
        """The visitor as the one who does this act. Raises Refused."""
        refuse_if(self.may(act, version))
        return actor_of(act, self.standing)


def actor_of(act: str, standing: Standing) -> Actor:
    role = next(role for role in roles_of(act) if role in standing.roles)
    return Actor(role, standing.person_id)


def opened(visit: Visit) -> Opened:
    """The draft of the path. Raises Missing for who may not read it, in the same words as if it were not there."""
    one = _within_reach(visit, visit.number("id"))
    visit.community = one.place
    return one


def _within_reach(visit: Visit, draft_id: int) -> Opened:
    """Raises Missing."""
    draft = draft_law(visit.session, draft_id)
    place = community(visit.session, draft.community_id)
    standing = standing_of(visit.session, visit.person.id if visit.person else None, place, today_in(place, visit.now))
    if not draft.is_public and may("read_kept", standing.roles, KEPT):
        raise Missing
    return Opened(draft, place, standing, versions_of(visit.session, draft.id))


def against_subject(visit: Visit, word: str) -> Refusal | None:
    """Why a matter cannot be about ``draft/3/article/12``: nobody reads such an article in the newest version of such a draft."""
    _draft, id, _article, key = word.split("/")
    try:
        one = _within_reach(visit, int(id))
        article_keyed(visit.session, one.newest, key)
    except Missing:
        return NO_SUCH_ARTICLE
    return None


def tell_article(visit: Visit, word: str, at: datetime | None = None) -> Subject | None:
    """The article that a matter is about, on pages of other slices: in its newest version, or as it stood at an instant."""
    meant = article_of(word)
    if meant is None:
        return None
    try:
        one = _within_reach(visit, meant.draft_id)
        if at is not None and not one.draft.is_public:
            return None  # What stands at an instant is quoted in minutes, which everybody reads.
        version = one.newest if at is None else version_then(one.versions, at)
        found = article_keyed(visit.session, version, meant.key, at)
    except Missing:
        return None
    said = Subject(one.draft.title, f"{found.label}　{found.heading}".strip(), found.text)
    if at is None:
        return said
    return said._replace(version=version.name, voices=_voices(visit.session, version, found.key))


def _voices(session: Session, version: DraftVersion, key: str) -> tuple[tuple[str, int], ...]:
    """How many opinions of each kind stand on an article, in Chinese: what quotes it is a paper."""
    asked = [each.id for each in solicitations_of(session, version.draft_id) if each.version_id == version.id]
    counts = counts_on(session, asked, key)
    return tuple((KINDS[kind], counts[kind][0]) for kind in KINDS if counts.get(kind, (0, 0))[0])


def desks_of(visit: Visit, roles: frozenset[str] = READERS) -> list[int]:
    """Communities in which the visitor holds one of these roles by appointment, or above them."""
    if visit.person is None:
        return []
    own = community(visit.session, person(visit.session, visit.person.id).community_id)
    found: set[int] = set()
    for each in appointments_of(visit.session, visit.person.id, today_in(own, visit.now)):
        if each.role in roles:
            found |= set(subtree_ids(visit.session, community(visit.session, each.community_id)))
    return sorted(found)


def points_of(visit: Visit) -> list[Community]:
    """Where the visitor may bring in a draft: the communities of which they were appointed liaison."""
    if visit.person is None:
        return []
    own = community(visit.session, person(visit.session, visit.person.id).community_id)
    held = appointments_of(visit.session, visit.person.id, today_in(own, visit.now))
    wanted = {each.community_id for each in held if each.role == Role.LIAISON}
    return [community(visit.session, id) for id in sorted(wanted)]


def drafts_within_reach(visit: Visit, *, of: list[int] | None = None, limit: int = 200) -> list[DraftLaw]:
    """Public drafts, and those of the visitor's desks, newest first; ``of`` narrows to communities."""
    found = select(DraftLaw).where(
        or_(col(DraftLaw.published_at).is_not(None), col(DraftLaw.community_id).in_(desks_of(visit)))
    )
    if of is not None:
        found = found.where(col(DraftLaw.community_id).in_(of))
    return list(
        visit.session.exec(found.order_by(col(DraftLaw.brought_at).desc(), col(DraftLaw.id).desc()).limit(limit))
    )
