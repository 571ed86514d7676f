"""The demo's folder: told from a real installation, made when empty, given fresh sign-in links at every start."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from deliberation.audit.actions import Actor
from deliberation.communities.models import installation
from deliberation.db import Database, utc_now
from deliberation.demo.cast import CAST, Player
from deliberation.demo.people import player_of
from deliberation.demo.seeding import seed
from deliberation.house import House
from deliberation.identity.actions import issue_link
from deliberation.identity.models import SignInLink
from deliberation.migration import migrate
from deliberation.settings import Settings

FINISHED = "made"
"""The file that says that the stories were told to their end; a demo without it is made anew."""

Links = list[tuple[Player, str]]


def is_a_real_installation(settings: Settings) -> bool:
    """Whether the folder's database belongs to people and not to the demo."""
    if not (settings.data / "deliberation.sqlite3").exists():
        return False
    database = Database(settings.url)
    try:
        with database.read() as session:
            made = installation(session)
        return made is not None and not made.is_demo
    except Exception:  # A database without our tables: not a demo, so hands off.
        return True
    finally:
        database.close()


def make_demo(settings: Settings) -> Links:
    """Make the demo if the folder has none, and a new sign-in link for each of the cast. Raises StoryMissing."""
    done = settings.data / FINISHED
    if not done.exists():
        for left in (*settings.data.glob("deliberation.sqlite3*"), *settings.data.glob("log/*/checkpoint")):
            left.unlink()
    migrate(settings.url)
    if not done.exists():
        seed(settings, utc_now())
        done.write_text(secrets.token_hex(8))
    house = House(settings)
    try:
        return house.database.change(new_links)
    finally:
        house.database.close()


def new_links(session: Session, now: datetime) -> Links:
    """Links that work until the server stops: those of earlier starts end now."""
    session.exec(update(SignInLink).where(col(SignInLink.is_reusable)).values(expires_at=now))
    found = []
    for player in CAST:
        who = player_of(session, player)
        found.append(
            (player, issue_link(session, now, who=who, actor=Actor(), is_reusable=True, lasts=timedelta(days=3650)))
        )
    return found


def print_welcome(settings: Settings, links: Links) -> None:
    """The addresses, as people read them on a terminal."""
    print(
        f"\n演示 demo   {settings.address}/\n导览 tour   {settings.address}/tour\n\n登录链接 sign-in links (until the server stops)"
    )
    for player, token in links:
        print(f"  {player.name}\t{player.place or '本平台'}\t{player.line}\n      {settings.address}/sign-in/{token}")
    print("\nCtrl-C 停止 stops", flush=True)
