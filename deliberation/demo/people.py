"""Who of the installation plays whom: kept by id when the story was made, so that a namesake of a roster is nobody's double."""

from __future__ import annotations

from sqlmodel import Session, col, select

from deliberation.communities.models import Community, Installation, installation
from deliberation.demo.cast import CAST, Player
from deliberation.identity.models import Person

CAST_KEPT = "cast"
"""The word in ``Installation.data`` under which the ids stand: name of the player to id of the person."""


class StoryMissing(Exception):
    """Something that the demo stands on is not there; says what."""


def keep_cast(session: Session) -> None:
    """Write down who plays whom; right after the story's own rosters, when each name is still one person's."""
    made = _made(session)
    made.data = {**made.data, CAST_KEPT: {player.name: _earliest(session, player) for player in CAST}}
    session.add(made)


def cast_ids(session: Session) -> dict[str, int]:
    """The person's id of each of the cast who is there. Raises StoryMissing where there is no demo."""
    kept = _made(session).data.get(CAST_KEPT)
    if kept is None:  # A demo of before this was kept: the story's own people were registered before all others.
        kept = {player.name: _earliest(session, player) for player in CAST}
    there = set(session.exec(select(Person.id).where(col(Person.id).in_([id for id in kept.values() if id]))))
    return {name: id for name, id in kept.items() if id in there}


def player_of(session: Session, player: Player) -> Person:
    """Raises StoryMissing."""
    found = session.get(Person, cast_ids(session).get(player.name, 0))
    if found is None:
        raise StoryMissing(player.name)
    return found


def _made(session: Session) -> Installation:
    made = installation(session)
    if made is None:
        raise StoryMissing("deliberation.sqlite3")
    return made


def _earliest(session: Session, player: Player) -> int | None:
    place = Community.name == player.place if player.place else col(Community.parent_id).is_(None)
    found = (
        select(Person.id)
        .join(Community, col(Community.id) == Person.community_id)
        .where(place, Person.name == player.name)
        .order_by(col(Person.id))
    )
    return session.exec(found).first()
