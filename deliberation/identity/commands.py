"""What identity brings to the command line: ``person create``, ``appoint``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from deliberation.audit.actions import Actor
from deliberation.commands import prepare_data, read_settings
from deliberation.communities.models import Community, community, root
from deliberation.house import House
from deliberation.identity.actions import add_person, appoint, issue_link
from deliberation.identity.models import Person, people_named
from deliberation.identity.rules import check_email, check_name, check_phone, sign_in_name
from deliberation.migration import migrate
from deliberation.refusal import Missing, Refused
from deliberation.translation import say
from deliberation.vocabulary import Role

UNUSABLE = 2
ROLES = [role.value for role in Role if role is not Role.VISITOR]


class Unusable(Exception):
    """The input is unusable; the message is the one sentence that says why."""


def register(subparsers: Any) -> None:
    people = subparsers.add_parser("person", help="register a person").add_subparsers(dest="verb", required=True)
    create = people.add_parser("create", help="register a person and print a one-time sign-in link")
    create.add_argument("--name", required=True)
    create.add_argument("--community", type=int, help="id; may be left out for an administrator of the whole platform")
    create.add_argument("--role", choices=ROLES)
    create.add_argument("--phone", default="")
    create.add_argument("--email", default="")
    create.set_defaults(run=run_create)
    give = subparsers.add_parser("appoint", help="give a person a role in a community")
    give.add_argument("person", metavar="PERSON", help="id, phone, e-mail, person number or whole name")
    give.add_argument("role", metavar="ROLE", choices=ROLES, help=", ".join(ROLES))
    give.add_argument("--community", type=int, help="id; may be left out for an administrator of the whole platform")
    give.add_argument("--from", dest="from_on", type=date.fromisoformat, metavar="DATE")
    give.add_argument("--until", dest="until_on", type=date.fromisoformat, metavar="DATE")
    give.set_defaults(run=run_appoint)


def run_create(args: argparse.Namespace) -> int:
    """Prints the link on standard output, who it is for on standard error. 2 if the input cannot be used."""
    phone = sign_in_name(args.phone)
    for no in (check_name(args.name), check_phone(phone), check_email(args.email)):
        if no is not None:
            return _unusable(str(say(no, "zh-Hans")))
    if not args.name.strip():
        return _unusable("--name: a name is needed")

    def create(session: Session, now: datetime) -> tuple[int, str]:
        where = _community(session, args.community, args.role)
        values = {"name": args.name.strip(), "phone": phone, "email": args.email.strip()}
        who = add_person(session, now, community=where, actor=Actor(), **values)
        if args.role:
            today = now.astimezone(where.zone).date()
            appoint(session, who=who, role=Role(args.role), community=where, actor=Actor(), from_on=today)
        return who.id, issue_link(session, now, who=who, actor=Actor())

    def show(made: tuple[int, str], address: str) -> None:
        print(f"person {made[0]}", file=sys.stderr)
        print(f"{address}/sign-in/{made[1]}")

    return _change(create, show)


def run_appoint(args: argparse.Namespace) -> int:
    """Says on standard error what was done. 2 if the input cannot be used."""
    if args.from_on and args.until_on and args.until_on < args.from_on:
        return _unusable("--until: the last day is before the first")

    def give(session: Session, now: datetime) -> str:
        who = _person(session, args.person)
        where = _community(session, args.community, args.role)
        from_on = args.from_on or now.astimezone(where.zone).date()
        role = Role(args.role)
        appoint(session, who=who, role=role, community=where, actor=Actor(), from_on=from_on, until_on=args.until_on)
        return f"{who.name}: {args.role}, {where.name}"

    return _change(give, lambda done, _address: print(done, file=sys.stderr))


def _change(verb: Callable[[Session, datetime], Any], show: Callable[[Any, str], None]) -> int:
    """Do it through the same door as the site, beside a server that may be running."""
    settings = read_settings()
    if settings is None:
        return UNUSABLE
    prepare_data(settings)
    migrate(settings.url)
    house = House(settings)
    try:
        show(house.database.change(verb), settings.address)
    except Refused as no:
        return _unusable(str(say(no.refusal, "zh-Hans")))
    except Unusable as error:
        return _unusable(str(error))
    finally:
        house.database.close()
    return 0


def _community(session: Session, id: int | None, role: str | None) -> Community:
    if id is None:
        top = root(session)
        if role != Role.ADMINISTRATOR.value or top is None:
            raise Unusable("--community: the id of a community is needed")
        return top
    try:
        return community(session, id)
    except Missing:
        raise Unusable(f"--community {id}: there is no such community") from None


def _person(session: Session, word: str) -> Person:
    found = people_named(session, word)
    if not found:
        raise Unusable(f"PERSON {word}: there is no such person")
    if len(found) > 1:
        ids = ", ".join(str(each.id) for each in found)
        raise Unusable(f"PERSON {word}: several people fit (ids {ids}); name one by id")
    return found[0]


def _unusable(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return UNUSABLE
