"""Making the demo: three stories told from some weeks ago until now."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from deliberation.app import furnish_slices
from deliberation.audit.actions import Actor
from deliberation.communities.actions import set_local_setting
from deliberation.communities.models import Community
from deliberation.demo import lift, road
from deliberation.demo.asking import tell_asking
from deliberation.demo.founding import NOTE, Places, found_everything
from deliberation.demo.law import tell_law
from deliberation.demo.refused import tell_refused
from deliberation.demo.story import StoryHouse, Teller
from deliberation.settings import Settings

ZONE = ZoneInfo("Asia/Shanghai")
ASKED_FOR = timedelta(days=45)
"""How long from now the letter leaves for opinions on the draft: longer than the stories that are played."""


def seed(settings: Settings, now: datetime) -> Places:
    """Make the whole demo in an empty, migrated database; everything lies before ``now``."""
    house = StoryHouse(settings, _morning(now - timedelta(days=60)))
    furnish_slices(house)
    teller = Teller(house)
    try:
        places = found_everything(teller)
        teller.do(lambda session, at: _exclude_disputes(session, at, places))
        draft_id = tell_law(teller, places)
        house.at = _morning(now - lift.LASTS - timedelta(days=1))
        tell_asking(teller, places, draft_id, (now + ASKED_FOR).astimezone(ZONE).date())
        house.at = _morning(now - lift.LASTS)
        lift.tell_lift(teller, places, meanwhile=lambda: tell_refused(teller, places))
        assert house.at <= now, "the story of the lift ends in the future"
        house.at = _morning(now - road.LASTS)
        road.tell_road(teller, places)
        assert house.at <= now, "the story of the road ends in the future"
    finally:
        house.database.close()
    return places


def _morning(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(ZONE).date(), time(9), ZONE).astimezone(UTC)


def _exclude_disputes(session: Session, now: datetime, places: Places) -> None:
    community = session.get(Community, places.community)
    set_local_setting(
        session, now, of=community, name="exclude_private_disputes", value="yes", source=NOTE, actor=Actor()
    )
