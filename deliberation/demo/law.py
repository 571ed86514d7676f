"""A real law at the contact point: brought in with its old text, then with its new one, by 陈静.

The two texts in ``data/`` are those of the National Database of Laws and Regulations (flk.npc.gov.cn): the Organic Law of
Urban Residents Committees as amended in 2018 and as revised in 2025. Laws are not subject to copyright (著作权法 5). What
really were the readings before the Standing Committee is not said here: the names of the versions say what they are.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session

from deliberation.communities.models import Community
from deliberation.demo.founding import Places
from deliberation.demo.story import Teller
from deliberation.files import KeptFile
from deliberation.legislation.draft_doors import actor_of
from deliberation.legislation.draft_models import DraftLaw
from deliberation.legislation.draft_reading import read_source
from deliberation.legislation.drafting import Draft, add_version, bring_draft, publish_draft
from deliberation.web import Upload

DATA = Path(__file__).with_name("data")
TITLE = "中华人民共和国城市居民委员会组织法（修订草案）"
SOURCE = "https://flk.npc.gov.cn/"
VERSIONS = {
    "residents-committee-law-2018.txt": ("一审稿（演示：2018年的文本）", date(2018, 12, 29)),
    "residents-committee-law-2025.txt": ("二次审议稿（演示：2025年的文本）", date(2025, 10, 28)),
}


def tell_law(teller: Teller, places: Places) -> int:
    """Bring in the first text, publish it, add the second; the draft's id."""
    first, second = (_versions(teller, file) for file in VERSIONS)

    def bring(session: Session, now: datetime) -> int:
        place = session.get(Community, places.community)
        standing = teller.standing(session, "陈静", places.community, now)
        actor = actor_of("bring_draft", standing)
        version = first(session, now, standing.person_id, places.community)
        made = bring_draft(session, now, community=place, title=TITLE, first=version, actor=actor)
        publish_draft(session, now, draft=made, actor=actor)
        return made.id

    id = teller.do(bring)
    teller.wait(days=2)

    def add(session: Session, now: datetime) -> None:
        standing = teller.standing(session, "陈静", places.community, now)
        version = second(session, now, standing.person_id, places.community)
        draft = session.get(DraftLaw, id)
        add_version(session, now, draft=draft, version=version, actor=actor_of("add_version", standing))

    teller.do(add)
    return id


def _versions(teller: Teller, file: str):
    """The version in a file, read before the writer's door; its file is kept when it is asked for."""
    content = (DATA / file).read_bytes()
    text, (name, day) = read_source(content), VERSIONS[file]
    kept = KeptFile(teller.house.settings.data, Upload(file, content))

    def version(session: Session, now: datetime, person_id: int, community_id: int) -> Draft:
        return Draft(name, text, day, SOURCE, kept.attach(session, community_id, person_id, now))

    return version
