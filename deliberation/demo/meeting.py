"""A meeting of a body in the story: called, opened, its people signed in at the door, ended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from deliberation.communities.models import Community
from deliberation.demo.story import Teller
from deliberation.matters.models import Matter
from deliberation.voting.door import enter_people
from deliberation.voting.meeting_models import Meeting
from deliberation.voting.meeting_rules import BY_LIST
from deliberation.voting.meetings import Call, convene_meeting, end_meeting, open_meeting


def meet(teller: Teller, matter_id: int, chair: str, call: tuple[str, str], here: Collection[int]) -> int:
    """Call a meeting under this title at this place, open it, tick who is there; its id."""

    def convene(session: Session, now: datetime) -> int:
        matter = session.get(Matter, matter_id)
        community = session.get(Community, matter.community_id)
        standing = teller.standing(session, chair, community.id, now)
        asked = Call(*call, starts_at=now)
        return convene_meeting(session, now, matter=matter, community=community, call=asked, standing=standing).id

    meeting_id = teller.do(convene)

    def begin(session: Session, now: datetime) -> None:
        meeting = session.get(Meeting, meeting_id)
        standing = teller.standing(session, chair, meeting.community_id, now)
        open_meeting(session, now, meeting=meeting, standing=standing)

    def tick(session: Session, now: datetime) -> None:
        meeting = session.get(Meeting, meeting_id)
        standing = teller.standing(session, chair, meeting.community_id, now)
        people = set(here)
        enter_people(session, now, meeting=meeting, standing=standing, was=set(), here=people, way=BY_LIST)

    teller.do(begin)
    teller.do(tick)
    return meeting_id


def end(teller: Teller, meeting_id: int, chair: str) -> None:
    def work(session: Session, now: datetime) -> None:
        meeting = session.get(Meeting, meeting_id)
        standing = teller.standing(session, chair, meeting.community_id, now)
        end_meeting(session, now, meeting=meeting, standing=standing)

    teller.do(work)
