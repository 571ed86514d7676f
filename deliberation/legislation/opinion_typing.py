"""Offline voices: typed by a collector or the liaison, and imported whole from a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor
from deliberation.communities.models import community
from deliberation.files import KeptFile
from deliberation.identity.reach import roles_of
from deliberation.legislation.anchor_rules import Anchor, anchored, places
from deliberation.legislation.draft_models import DraftArticle, articles_of
from deliberation.legislation.intake_rules import article_key, place_of, split_provision
from deliberation.legislation.opinion_models import Opinion, OpinionFile
from deliberation.legislation.opinion_rules import (
    HELD,
    KEPT_BACK,
    OFFLINE,
    SHOWN,
    Said,
    Signature,
    may_type,
    signature_mistakes,
    word_mistakes,
)
from deliberation.legislation.opinion_writing import Brought, New, write_opinions
from deliberation.legislation.solicitation_models import Collecting, Solicitation, points_of, text_asked_on
from deliberation.legislation.solicitation_rules import NAMINGS, may
from deliberation.legislation.statute.numerals import value_of
from deliberation.matters.days import day_of
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.vocabulary import Act, Role, _

UNKNOWN_PLACE = _("草案里没有“{value}”")


@dataclass(frozen=True)
class Typed:
    """One voice as it is typed. ``provision`` is 4, 第四条第二款 or nothing (the whole draft)."""

    provision: str
    quote: str
    said: Said
    signed: Signature
    channel: str
    point_id: int | None
    occasion: str
    said_on: date


class Articles:
    """The articles of a version by their key, and what a provision means in them."""

    def __init__(self, session: Session, one: Solicitation):
        _draft, version = text_asked_on(session, one)
        self.by_key: dict[str, DraftArticle] = {each.key: each for each in articles_of(session, version)}

    def anchor(self, label: str, part: str, quote: str = "") -> tuple[str, Anchor | Refusal]:
        """The article's label, and the anchor; or why it is none. Without a label it is about the whole draft."""
        if not label:
            return "", Anchor()
        key = label if label in self.by_key else article_key(label, value_of)
        article = self.by_key.get(key)
        if article is None:
            return "", Refusal(UNKNOWN_PLACE, {"value": label[:30]})
        place = place_of(part, [(each.key, each.label) for each in places(article.text)])
        if place is None:
            return "", Refusal(UNKNOWN_PLACE, {"value": f"{article.label}{part}"[:30]})
        found = anchored(article.key, article.text, place, quote)
        if isinstance(found, Anchor) and _is_whole(found, article.text, place):
            found = anchored(article.key, article.text, place)
        return article.label, found


def _is_whole(found: Anchor, text: str, place: str) -> bool:
    """Whether the words quoted are all of the article, or of the part that was named anyway."""
    whole = next((text[each.start : each.end] for each in places(text) if each.key == place), text)
    return bool(found.quote) and "".join(found.quote.split()) == "".join(whole.split())


def type_opinion(
    session: Session, now: datetime, *, one: Solicitation, typed: Typed, file: KeptFile | None, actor: Actor
) -> int:
    """Type one that came offline; its id. What a collector typed is read by the liaison before it is public."""
    where = community(session, one.community_id)
    roles = roles_of(session, actor, where, now)
    refuse_if(may("type_opinion", roles, one.stage_at(now)))
    label, part, mistakes = "", "", {}
    split = split_provision(typed.provision)
    if split is None:
        mistakes["provision"] = Refusal(UNKNOWN_PLACE, {"value": typed.provision[:30]})
    else:
        label, part, _is_new = split
    name, anchor = Articles(session, one).anchor(label, part, typed.quote)
    if isinstance(anchor, Refusal):
        mistakes["quote" if typed.quote and anchor.reason != UNKNOWN_PLACE else "provision"] = anchor
        anchor = Anchor(article=label)
    else:
        mistakes |= word_mistakes(typed.said, anchor)
    mistakes |= signature_mistakes(typed.signed, tuple(NAMINGS)) | _way_mistakes(session, now, one, typed, roles, actor)
    if mistakes:
        raise Invalid(mistakes)
    state = KEPT_BACK if not typed.signed.publishes else SHOWN if Role.LIAISON.value in roles else HELD
    brought = Brought(
        typed.channel, typed.said_on, typed.point_id, typed.occasion, collector_id=actor.person_id
    )  # fmt: skip
    new = New(one, anchor, name, typed.said, typed.signed, state, typed.said_on, brought)
    [id] = write_opinions(session, now, [new], Act.OPINION_TYPED, [actor])
    if file is not None:
        row = file.attach(session, one.community_id, actor.person_id, now)
        session.add(OpinionFile(opinion_id=id, attachment_id=row.id))
        session.flush()
    return id


def _way_mistakes(
    session: Session, now: datetime, one: Solicitation, typed: Typed, roles: frozenset[str], actor: Actor
) -> dict[str, Refusal]:
    found: dict[str, Refusal] = {}
    if typed.channel not in OFFLINE:
        found["channel"] = Refusal(_("请从列出的选项中选择"))
    if no := _when(session, now, one, typed.said_on):
        found["said_on"] = no
    mine = my_points(session, one, roles, actor.person_id)
    if typed.point_id is not None and typed.point_id not in mine:
        found["point"] = Refusal(_("请从列出的选项中选择"))
    return found


def _when(session: Session, now: datetime, one: Solicitation, said_on: date) -> Refusal | None:
    zone = community(session, one.community_id).zone
    opened, closed = day_of(one.opened_at, zone), day_of(one.last_moment, zone)
    return may_type(one.stage_at(now), said_on, opened, closed, day_of(now, zone))


def my_points(session: Session, one: Solicitation, roles: frozenset[str], person_id: int | None) -> set[int]:
    """The points for which somebody types: a collector's own, the liaison's all."""
    if Role.LIAISON.value in roles:
        return {each.id for each in points_of(session, one.community_id)}
    found = select(Collecting.point_id).where(Collecting.solicitation_id == one.id, Collecting.person_id == person_id)
    return set(session.exec(found))


def last_typed(session: Session, one: Solicitation, person_id: int) -> Opinion | None:
    """What this collector typed last here: the next one mostly comes from the same place by the same way."""
    found = select(Opinion).where(Opinion.collector_id == person_id, Opinion.solicitation_id == one.id)
    return session.exec(found.order_by(col(Opinion.id).desc()).limit(1)).first()
