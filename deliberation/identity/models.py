"""People, their sign-ins, one-time links and appointments."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import BindParameter, Column, LargeBinary, bindparam, func
from sqlmodel import Field, Session, col, or_, select

from deliberation.bulk import select_many
from deliberation.communities.models import Community
from deliberation.db import Row
from deliberation.refusal import Missing
from deliberation.web import Who


class Person(Row, table=True):
    """A human (or an organisation) known to a community. Personal values never enter the log but as commitments."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True, description="where the person was registered")
    name: str
    number: str = Field(default="", index=True, description="人员编号 of the roster")
    phone: str = Field(default="", index=True)
    email: str = ""
    born_on: date | None = None
    gender: str = ""
    pinyin: str = Field(default="", description="sort key of the name")
    password_hash: str = ""
    locale: str | None = None
    theme: str = ""
    text_size: str = ""
    added_at: datetime
    disabled_at: datetime | None = None


class SignIn(Row, table=True):
    """A browser's session, kept on the server; only the token's SHA-256 is stored."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False, unique=True))
    person_id: int = Field(foreign_key="person.id", index=True)
    began_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    agent: str = Field(default="", description="what the browser says of itself, shortened")


class SignInLink(Row, table=True):
    """A link that signs one person in: once, or (the demo's) until it expires."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False, unique=True))
    person_id: int = Field(foreign_key="person.id", index=True)
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    is_reusable: bool = False


class Appointment(Row, table=True):
    """A role given to a person in a community; it reaches down the community's subtree."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    role: str
    from_on: date
    until_on: date | None = Field(default=None, description="last day, inclusive")


def person(session: Session, id: int) -> Person:
    """Raises Missing."""
    found = session.get(Person, id)
    if found is None:
        raise Missing
    return found


def people_by_id(session: Session, ids: set[int] | list[int]) -> dict[int, Person]:
    if not ids:
        return {}
    return {each.id: each for each in session.exec(select(Person).where(col(Person.id).in_(list(ids))))}


def is_held_over(session: Session, community: Community, roles: Iterable[str], today: date) -> bool:
    """Whether somebody holds one of these roles in the community or above it, whence it reaches down."""
    return any(is_held_in(session, id, roles, today) for id in reversed(community.ancestry))


def is_held_in(session: Session, community_id: int, roles: Iterable[str], today: date) -> bool:
    """Whether somebody holds one of these roles in the community itself, not from above."""
    held = select(Appointment.id).where(
        Appointment.community_id == community_id,
        col(Appointment.role).in_(list(roles)),
        Appointment.from_on <= today,
        or_(col(Appointment.until_on).is_(None), col(Appointment.until_on) >= today),
    )
    return session.exec(held.limit(1)).first() is not None


_NAMES = select(Person.id, Person.name).where(col(Person.id).in_(bindparam("people", expanding=True)))
_READINGS = select(Person.id, Person.name, Person.pinyin).where(col(Person.id).in_(bindparam("people", expanding=True)))


def names_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Names alone, without loading the people."""
    return dict(map(tuple, select_many(session, _NAMES, people=sorted(set(ids)))))


def names_and_readings(session: Session, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Each name with its reading, by which lists are searched."""
    rows = select_many(session, _READINGS, people=sorted(set(ids)))
    return {id: (name, pinyin) for id, name, pinyin in rows}


def people_signing_in(session: Session, word: str) -> list[Person]:
    """Whom a sign-in name may mean: phone, e-mail or person number."""
    means = [Person.phone == word, Person.number == word]
    if "@" in word:
        means.append(func.lower(Person.email) == word.lower())
    found = select(Person).where(or_(*means), col(Person.disabled_at).is_(None), Person.password_hash != "")
    return list(session.exec(found.limit(5)))


def people_named(session: Session, word: str) -> list[Person]:
    """Whom a word of the command line may mean: an id, phone, e-mail, person number or whole name."""
    means = [Person.phone == word, Person.number == word, Person.name == word, func.lower(Person.email) == word.lower()]
    if word.isascii() and word.isdigit() and len(word) <= 9:
        means.append(Person.id == int(word))
    return list(session.exec(select(Person).where(or_(*means)).order_by(col(Person.id)).limit(10)))


def people_of_community(session: Session, community: Community) -> list[Person]:
    found = select(Person).where(Person.community_id == community.id).order_by(Person.pinyin, col(Person.id))
    return list(session.exec(found))


def people_found(session: Session, community_id: int, word: str, *, start: int, limit: int) -> tuple[list[Person], int]:
    """People registered in a community whose name, reading, number or phone has the word; one page, and how many."""
    met = [Person.community_id == community_id]
    if word:
        like = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        columns = (Person.name, Person.number, Person.phone)
        letters = col(Person.pinyin).like(like.lower(), escape="!")
        met.append(or_(letters, *(col(column).like(like, escape="!") for column in columns)))
    count = session.exec(select(func.count(col(Person.id))).where(*met)).one()
    found = select(Person).where(*met).order_by(Person.pinyin, col(Person.id)).offset(start).limit(limit)
    return list(session.exec(found)), count


_WHO = (
    select(
        SignIn.token_hash,
        Person.id,
        Person.name,
        SignIn.id,
        SignIn.began_at,
        Person.locale,
        Person.theme,
        Person.text_size,
        SignIn.expires_at,
    )
    .join(Person, col(Person.id) == SignIn.person_id)
    .where(
        col(SignIn.token_hash).in_(bindparam("hashes", expanding=True)),
        col(SignIn.ended_at).is_(None),
        col(Person.disabled_at).is_(None),
    )
)


def identify(session: Session, hashes: list[bytes], now: datetime) -> dict[bytes, Who]:
    """The signed-in people behind token hashes; ended, expired and disabled ones are left out."""
    found = select_many(session, _WHO, hashes=hashes)
    return {row[0]: Who(row[1], row[2], row[3], row[4], row[5], row[6], row[7]) for row in found if row[8] > now}


def held_on(on: date | BindParameter) -> tuple:
    """The conditions for an appointment that holds on a day, first and last day included."""
    return col(Appointment.from_on) <= on, or_(col(Appointment.until_on).is_(None), col(Appointment.until_on) >= on)


def appointments_of(session: Session, person_id: int, on: date) -> list[Appointment]:
    return list(session.exec(select(Appointment).where(Appointment.person_id == person_id, *held_on(on))))


# Put together once: every visit to a page asks this.
_ROLES = select(Appointment.role).where(
    Appointment.person_id == bindparam("who"),
    col(Appointment.community_id).in_(bindparam("above", expanding=True)),
    col(Appointment.from_on) <= bindparam("on"),
    or_(col(Appointment.until_on).is_(None), col(Appointment.until_on) >= bindparam("on")),
)


def appointed_roles(session: Session, person_id: int, community: Community, on: date) -> frozenset[str]:
    """Roles that a person holds in a community by appointment there or above it."""
    found = select_many(session, _ROLES, who=person_id, above=list(community.ancestry), on=on)
    return frozenset(role for (role,) in found)


def appointment(session: Session, id: int) -> Appointment:
    """Raises Missing."""
    found = session.get(Appointment, id)
    if found is None:
        raise Missing
    return found


def all_appointments_of(session: Session, person_id: int) -> list[Appointment]:
    """Those of the past and of the future too, newest first."""
    found = select(Appointment).where(Appointment.person_id == person_id)
    return list(session.exec(found.order_by(col(Appointment.from_on).desc(), col(Appointment.id).desc())))


def appointed_in(session: Session, community_id: int, on: date) -> list[tuple[Appointment, Person]]:
    found = (
        select(Appointment, Person)
        .join(Person, col(Person.id) == Appointment.person_id)
        .where(
            Appointment.community_id == community_id,
            *held_on(on),
        )
        .order_by(Appointment.role, Person.pinyin)
    )
    return list(session.exec(found).all())


def open_sign_ins(session: Session, person_id: int, now: datetime) -> list[SignIn]:
    found = select(SignIn).where(
        SignIn.person_id == person_id, col(SignIn.ended_at).is_(None), col(SignIn.expires_at) > now
    )
    return list(session.exec(found.order_by(col(SignIn.began_at).desc())))


_OPEN = (
    select(SignIn.id)
    .join(Person, col(Person.id) == SignIn.person_id)
    .where(
        col(SignIn.id).in_(bindparam("ids", expanding=True)),
        col(SignIn.ended_at).is_(None),
        col(SignIn.expires_at) > bindparam("now"),
        col(Person.disabled_at).is_(None),
    )
)


def open_among(session: Session, ids: list[int], now: datetime) -> set[int]:
    """Which of these sign-ins still hold: not ended, not run out, of people who are not shut out."""
    return {id for (id,) in select_many(session, _OPEN, ids=ids, now=now)}


def links_of(session: Session, person_id: int, *, limit: int = 10) -> list[SignInLink]:
    """The sign-in links made for a person, newest first: so that one sees who might have come in."""
    found = select(SignInLink).where(SignInLink.person_id == person_id).order_by(col(SignInLink.id).desc())
    return list(session.exec(found.limit(limit)))


def sign_in_link(session: Session, hash_: bytes) -> SignInLink | None:
    return session.exec(select(SignInLink).where(SignInLink.token_hash == hash_)).first()
