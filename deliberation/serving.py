"""Starting the server: schema, first administrator, uvicorn with what the sockets need."""

from __future__ import annotations

import gc
import os
import sys
from datetime import datetime
from typing import Any

import uvicorn
from sqlmodel import Session, col, select

from deliberation.app import create_app
from deliberation.audit.actions import Actor
from deliberation.audit.source import CommittedEntries
from deliberation.audit.standby import Standby
from deliberation.communities.actions import make_installation
from deliberation.crowd import raise_file_limit
from deliberation.house import House
from deliberation.identity.actions import add_person, appoint, issue_link
from deliberation.identity.models import Appointment, Person, SignIn
from deliberation.migration import migrate
from deliberation.settings import Settings
from deliberation.vocabulary import Role


def announce_first_administrator(settings: Settings) -> None:
    """Migrate; on an installation whose administrator never came in, print a one-time link for them.

    :raises keys.KeyUnusable: if the signing key is this process's to read and cannot be read.
    """
    migrate(settings.url)
    house = House(settings)
    try:
        token = house.database.change(lambda session, now: first_link(session, now, settings.log_name))
        publish_log(house)
    finally:
        house.database.close()
    if token:
        print(
            f"首任管理员的一次性登录链接 one-time link of the first administrator:\n  {settings.address}/sign-in/{token}",
            flush=True,
        )


def publish_log(house: House) -> None:
    """Sign what is there, so that the log is published before the addresses are printed."""
    if house.settings.signer == "inside":
        signer = Standby(CommittedEntries(house.database), house.settings.key, house.settings.log_folder)
        try:
            signer.round()
        finally:
            signer.stop()


def first_link(session: Session, now: datetime, log_name: str = "") -> str:
    """A sign-in link for the first administrator, made anew until one has signed in; empty afterwards."""
    top = make_installation(session, now, log_name=log_name)
    administrators = select(Appointment.person_id).where(Appointment.role == Role.ADMINISTRATOR.value)
    came_in = select(SignIn.id).where(col(SignIn.person_id).in_(administrators))
    chose = select(Person.id).where(col(Person.id).in_(administrators), Person.password_hash != "")
    if session.exec(came_in).first() is not None or session.exec(chose).first() is not None:
        return ""
    who = session.exec(select(Person).where(col(Person.id).in_(administrators))).first()
    if who is None:
        who = add_person(session, now, community=top, actor=Actor(), name="管理员")
        appoint(session, who=who, role=Role.ADMINISTRATOR, community=top, actor=Actor(), from_on=now.date())
    return issue_link(session, now, who=who, actor=Actor())


PATIENCE = 3
"""Seconds in which requests that have arrived whole are answered; what the writer has accepted it does in any case."""


def worker() -> Any:
    """The application of one worker process, from its environment."""
    raise_file_limit()
    return settled(create_app(House(Settings(), several=os.environ.get("DELIBERATION_SEVERAL") == "1")))


def settled(app: Any) -> Any:
    """What was made at the start stays for good: the collector need not walk through it again with every batch."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    return app


def options_of(settings: Settings) -> dict[str, Any]:
    """What uvicorn is told: small frames in, none compressed (ready frames are not), keep-alive by the server."""
    return {
        "host": settings.host,
        "port": settings.port,
        "loop": "uvloop",
        "http": "deliberation.ends:RequestEnd",
        "ws": "deliberation.socket_end:SocketEnd",
        "ws_max_size": 1024,  # A page says "here".
        "timeout_graceful_shutdown": PATIENCE,
        "backlog": 4096,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "log_level": "warning",
        "ssl_certfile": str(settings.tls_cert) if settings.tls_cert else None,
        "ssl_keyfile": str(settings.tls_key) if settings.tls_key else None,
    }


def serve(settings: Settings, *, workers: int = 1, demo_links: Any = None) -> None:
    """Serve until told to stop."""
    options = options_of(settings)
    if demo_links is None:  # The demo has said where it is.
        print(settings.address, file=sys.stderr, flush=True)
    if workers == 1:
        raise_file_limit()
        house = House(settings)
        house.demo_links = demo_links
        uvicorn.run(settled(create_app(house)), **options)
        return
    from deliberation.commands import environment_of

    os.environ.update(environment_of(settings), DELIBERATION_SEVERAL="1")
    uvicorn.run("deliberation.serving:worker", factory=True, workers=workers, **options)
