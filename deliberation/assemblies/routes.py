"""Addresses of bodies and rosters: who sits where, importing a roster from a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation.assemblies.arriving import sweep_arriving
from deliberation.assemblies.import_pages import (
    leave_roster,
    prepare_confirmation,
    prepare_upload,
    send_bad_rows,
    show_plan,
    show_roster,
    take_roster,
    take_upload,
)
from deliberation.assemblies.models import owned_units
from deliberation.assemblies.rules import address_words
from deliberation.assemblies.seat_pages import show_assembly, show_assembly_of_seat, take_ending, take_member
from deliberation.communities.models import Community
from deliberation.vocabulary import Act
from deliberation.web import get, post


def _address(session: Session, person_id: int, home: Community, now: datetime) -> Iterator[str]:
    for unit in owned_units(session, person_id, home, now.astimezone(home.zone).date()):
        yield from address_words(unit)


def furnish(house: Any) -> None:
    house.own_words.append(_address)
    house.runner.daily.append(lambda: sweep_arriving(house.settings.data))


routes = [
    get("/communities/{id}/roster", show_roster),
    post(
        "/communities/{id}/roster",
        take_upload,
        no_act="the file waits to be confirmed; nothing of it is imported",
        prepare=prepare_upload,
        again=show_roster,
        upload=True,
    ),
    get("/communities/{id}/roster/{token}", show_plan),
    post(
        "/communities/{id}/roster/{token}",
        take_roster,
        Act.ROSTER_IMPORTED,
        Act.ASSEMBLY_FOUNDED,
        prepare=prepare_confirmation,
        again=show_plan,
    ),
    post(
        "/communities/{id}/roster/{token}/leaving",
        leave_roster,
        no_act="the file that was not confirmed goes; nothing of it was imported",
    ),
    get("/imports/{id}/bad", send_bad_rows),
    get("/assemblies/{id}", show_assembly),
    post("/assemblies/{id}/members", take_member, Act.MEMBER_SEATED, again=show_assembly),
    post("/members/{id}/ending", take_ending, Act.MEMBER_ENDED, again=show_assembly_of_seat),
]
