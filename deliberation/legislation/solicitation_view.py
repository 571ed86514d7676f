"""What the pages of a solicitation show, and what the visitor is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from xml.sax.saxutils import quoteattr

from deliberation.audit.actions import Actor
from deliberation.communities.models import community
from deliberation.identity.models import appointed_in, names_of
from deliberation.identity.reach import roles_of
from deliberation.legislation.draft_models import articles_of
from deliberation.legislation.export_models import public_files
from deliberation.legislation.opinion_models import counts_by, opinions_by
from deliberation.legislation.opinion_rules import CHANNELS, may_give
from deliberation.legislation.solicitation_models import (
    Solicitation,
    collectings_of,
    extensions_of,
    points_of,
    solicitation,
    text_asked_on,
)
from deliberation.legislation.solicitation_rules import DRAFTING, NAMINGS, POINT_KINDS, STAGES, may
from deliberation.legislation.tier_models import SolicitationCall
from deliberation.legislation.tier_view import above
from deliberation.matters.days import day_of, days_left
from deliberation.refusal import Missing, Refusal, refuse_if
from deliberation.translation import translate
from deliberation.vocabulary import Role, _
from deliberation.web import Visit

STAFF = frozenset({Role.LIAISON.value, Role.COLLECTOR.value})
MOST_HOT = 6


class Asked:
    """The solicitation of a path with its draft and place. Raises Missing for one in drafting, but to its staff."""

    def __init__(self, visit: Visit, id: int):
        self.visit = visit
        self.one: Solicitation = solicitation(visit.session, id)
        self.place = community(visit.session, self.one.community_id)
        self.draft, self.version = text_asked_on(visit.session, self.one)
        self.person_id = visit.person.id if visit.person else None
        self.roles = frozenset()
        if self.person_id is not None:
            self.roles = roles_of(visit.session, Actor("", self.person_id), self.place, visit.now)
        self.stage = self.one.stage_at(visit.now)
        if self.stage == DRAFTING and not self.roles & STAFF:
            raise Missing
        visit.community = self.place

    def against(self, act: str) -> Refusal | None:
        return may(act, self.roles, self.stage)

    def allows(self, act: str) -> bool:
        return self.against(act) is None

    def actor(self, act: str) -> Actor:
        """The visitor as somebody who may do this. Raises Missing for strangers to the point, Refused for others."""
        if not self.roles & STAFF:
            raise Missing
        refuse_if(self.against(act))
        liaison = Role.LIAISON.value in self.roles
        return Actor(Role.LIAISON.value if liaison else Role.COLLECTOR.value, self.person_id)

    def say(self, key: str) -> str:
        """A word in the visitor's language."""
        return translate(self.visit.locale, key)

    @property
    def against_giving(self) -> Refusal | None:
        return may_give(self.stage, self.person_id is not None, self.one.without_account)

    @property
    def today(self) -> date:
        return day_of(self.visit.now, self.place.zone)

    @property
    def last_day(self) -> date | None:
        """The last day on which an opinion may be given."""
        return day_of(self.one.last_moment, self.place.zone) if self.one.closes_at else None

    @property
    def left(self) -> int:
        return days_left(self.visit.now, self.one.closes_at, self.place.zone) if self.one.closes_at else 0

    def base(self) -> dict[str, Any]:
        """What every page of it says."""
        return {
            "one": self.one, "place": self.place, "draft": self.draft, "edition": self.version, "stage": self.stage,
            "stage_words": STAGES[self.stage], "namings": [NAMINGS[word] for word in self.one.namings], "today": self.today, "last_day": self.last_day, "left": self.left,
            "is_staff": bool(self.roles & STAFF), "is_liaison": Role.LIAISON.value in self.roles,
        }  # fmt: skip


def said_options(visit: Visit, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """The choices of a form in the visitor's language."""
    return [(word, translate(visit.locale, said)) for word, said in words.items()]


def shown(here: Asked) -> dict[str, Any]:
    """The public page: what is asked, until when, where people speak, who was not heard yet."""
    session, one = here.visit.session, here.one
    return here.base() | {
        "against": here.against_giving,
        "extensions": extensions_of(session, one.id),
        "points": served(here),
        "hot": hot_articles(here),
        "unheard": unheard(here),
        "has_call": session.get(SolicitationCall, one.id) is not None,
        "files": public_files(session, one.id),
        "own": opinions_by(session, here.person_id, one.id) if here.person_id else [],
    }


def hot_articles(here: Asked) -> list[tuple[str, str, int]]:
    """(key, label, how many) of the articles on which most was said."""
    counts = counts_by(here.visit.session, here.one.id, "article")
    ranked = sorted(((n, key) for key, n in counts.items() if key and n > 0), key=lambda pair: (-pair[0], pair[1]))
    wanted = ranked[:MOST_HOT]
    if not wanted:
        return []
    labels = {each.key: each.label for each in articles_of(here.visit.session, here.version)}
    return [(key, labels.get(key, key), count) for count, key in wanted]


def articles_heard(here: Asked) -> list[tuple[str, str]]:
    """What a list of opinions can be narrowed to: all, the whole draft, the articles on which something was said."""
    counts = counts_by(here.visit.session, here.one.id, "article")
    whole = [("0", here.say(_("总体")))] if counts.get("") else []
    labels = [(each.key, each.label) for each in articles_of(here.visit.session, here.version) if counts.get(each.key)]
    return [("", here.say(_("全部"))), *whole, *labels]


def unheard(here: Asked) -> list[str]:
    """Groups that are to be reached and from which nothing came yet."""
    heard = counts_by(here.visit.session, here.one.id, "category")
    return [group for group in here.one.groups if not heard.get(group)]


def served(here: Asked) -> list[dict[str, Any]]:
    """The collection points of this solicitation, with who collects there."""
    rows = collectings_of(here.visit.session, here.one.id)
    names = names_of(here.visit.session, {row.person_id for row in rows})
    points = {each.id: each for each in points_of(here.visit.session, here.one.community_id)}
    return [
        {"point": point, "kind": POINT_KINDS[point.kind],
         "people": [names.get(row.person_id, "") for row in rows if row.point_id == id]}
        for id, point in points.items()
        if any(row.point_id == id for row in rows)
    ]  # fmt: skip


def kept(here: Asked) -> dict[str, Any]:
    """The staff's page: points and collectors, what came by which way and from whom, what is still to be read."""
    session, one = here.visit.session, here.one
    by_channel, by_group = counts_by(session, one.id, "channel"), counts_by(session, one.id, "category")
    by_point = counts_by(session, one.id, "point")
    points = points_of(session, one.community_id)
    others = {word: count for word, count in by_group.items() if word and word not in one.groups}
    return here.base() | {
        "served": served(here),
        "points": [(each.id, each.name) for each in points],
        "collectors": collectors(here),
        "kinds_said": said_options(here.visit, POINT_KINDS),
        "channels": [(words, by_channel.get(channel, 0)) for channel, words in CHANNELS.items()],
        "groups": [(group, by_group.get(group, 0)) for group in one.groups],
        "others": sorted(others.items(), key=lambda pair: (-pair[1], pair[0]))[:20],
        "unsaid": by_group.get("", 0),
        "by_point": [(each.name, by_point.get(str(each.id), 0)) for each in points],
        "against": {act: here.against(act) for act in ("open_solicitation", "extend_solicitation", "name_points",
                                                       "change_solicitation", "type_opinion", "import_opinions")},
        "extensions": extensions_of(session, one.id),
        "above": above(session, here.visit.now, one, here.place) if one.upper else None,
        "card_code": f'<iframe src="{here.visit.house.settings.address}/solicitations/{one.id}/card" title={quoteattr(one.title)} width="360" height="320"></iframe>',
        "card_sites": here.visit.house.settings.card_sites,
    }  # fmt: skip


def collectors(here: Asked) -> list[tuple[int, str]]:
    """Whom the point may have collect: its appointed collectors and liaisons."""
    rows = appointed_in(here.visit.session, here.place.id, here.today)
    found = {who.id: who.name for row, who in rows if row.role in STAFF}
    return list(found.items())
