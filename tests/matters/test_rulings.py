"""What becomes of a resolution afterwards: who may enter it, by which article, and that it shows wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from deliberation.audit.models import Entry
from deliberation.matters.models import Document
from deliberation.matters.ruling_models import rulings_on, states_of
from deliberation.matters.ruling_rules import GROUNDS, STATES, grounds_for, state_of
from deliberation.matters.rulings import Entered, enter_ruling, why_not
from deliberation.matters.words import BODIES
from deliberation.refusal import Invalid, Refused
from tests.matters.sites import long_ago, site_of
from tests.matters.story import Story


@pytest.fixture
def story(database_url: str) -> Iterator[Story]:
    made = Story(database_url, long_ago())
    made.begin("village_four_two", by="王秀英", title="后山村道").go_to("feedback")
    yield made
    made.database.close()


def resolution(story: Story) -> Document:
    return next(one for one in story.documents() if one.kind == "resolution")


def entered(story: Story, ground: str = "village_correct", days: int = 0, **more: str) -> Entered:
    today = (story.now.astimezone(UTC) + timedelta(hours=8)).date()
    return Entered(ground, "青溪镇人民政府", today - timedelta(days=days), "第三条违反上级规定。", **more)


def enter(story: Story, what: Entered, by: str = "钱芳", document: Document | None = None) -> None:
    actor, id = story.actor(by), (document or resolution(story)).id
    story.do(lambda s, m: enter_ruling(s, story.now, matter=m, document=s.get(Document, id), entered=what, actor=actor))


def test_every_ground_names_known_bodies_states_and_an_article() -> None:
    assert len({one.id for one in GROUNDS}) == len(GROUNDS)
    for one in GROUNDS:
        assert one.state in STATES and one.source and one.authority and set(one.bodies) <= set(BODIES)
    assert grounds_for("party_members", "village") == (), "no law read lets anybody revoke what the Party decides"
    assert {one.id for one in grounds_for("villagers_assembly", "village")} == {"village_correct", "village_annul"}
    assert all(one.id.startswith("urban") for one in grounds_for("committee", "community"))


def test_the_heaviest_state_counts() -> None:
    assert state_of([]) == "in_force" and state_of(["ordered_to_correct"]) == "ordered_to_correct"
    assert state_of(["annulled", "ordered_to_correct"]) == "annulled"


def test_a_ruling_is_entered_beside_the_resolution_and_in_the_log(story: Story) -> None:
    before = resolution(story)
    enter(story, entered(story, number="青政〔2026〕12号"))
    after = resolution(story)
    assert (after.title, after.body, after.outcome) == (before.title, before.body, before.outcome)
    made = story.look(lambda s, _m: rulings_on(s, after.id))[0]
    assert (made.state, made.source) == ("ordered_to_correct", "村民委员会组织法第三十一条第三款")
    entry = story.look(lambda s, _m: s.exec(select(Entry).where(Entry.act == "ruling.entered")).one())
    assert "青溪镇" not in entry.body.decode() and "ordered_to_correct" in entry.body.decode()
    enter(story, entered(story, "village_annul", body="撤销该决议。"), by="郑伟")
    assert story.look(lambda s, _m: states_of(s, [after.id])) == {after.id: "annulled"}
    assert len(story.look(lambda s, _m: rulings_on(s, after.id))) == 2, "the first one stays"


def test_what_the_law_does_not_know_is_not_entered(story: Story) -> None:
    for ground in ("urban_revoke", "owners_annul"):
        with pytest.raises(Invalid):
            enter(story, entered(story, ground))
    review = next(one for one in story.documents() if one.kind == "review")
    with pytest.raises(Refused, match="只有决议"):
        enter(story, entered(story), document=review)
    with pytest.raises(Invalid):
        enter(story, entered(story, days=-1))
    with pytest.raises(Invalid):
        enter(story, entered(story, days=400))
    assert story.look(lambda s, _m: rulings_on(s, resolution(story).id)) == []


@pytest.mark.parametrize(("role", "may"), [("officer", True), ("official", True), ("chair", False), ("clerk", False),
                                           ("supervisor", False), ("administrator", False), ("resident", False)])  # fmt: skip
def test_only_the_officer_and_the_official_above_enter_it(story: Story, role: str, may: bool) -> None:
    def asked(session, matter):
        from deliberation.communities.models import Community

        place = session.get(Community, matter.community_id)
        return why_not(session, frozenset({role}), matter, session.get(Document, resolution(story).id), place)

    assert (story.look(asked) is None) == may


def test_pages_say_it_with_a_seal_and_lists_with_a_tag(story: Story, database_url: str, tmp_path: Path) -> None:
    document, matter = resolution(story), story.matter_id
    with site_of(story, database_url, tmp_path) as site:
        officer = site.browser(story.village["钱芳"])
        form = officer.get(f"/documents/{document.id}/rulings/new")
        assert form.status == 200 and "村民委员会组织法第二十七条第一款" in form.text
        fields = {
            "ground": "village_annul", "authority": "青溪县人民法院", "ruled_on": (document.issued_at + timedelta(hours=8)).date().isoformat(),
            "reason": "程序违法。", "number": "（2026）行初3号",
        }  # fmt: skip
        wrong = officer.post(f"/documents/{document.id}/rulings", **fields)
        assert wrong.status == 422, "a judgment is entered with its text"
        done = officer.post(f"/documents/{document.id}/rulings", **fields, body="撤销该决议。")
        assert done.status == 303
        visitor = site.visitor()
        for path in (
            f"/documents/{document.id}",
            f"/matters/{matter}",
            "/matters",
            f"/board?community={story.village.id}",
        ):
            assert "法院撤销" in visitor.get(path).text, path
        assert "决议原文保留在下面" in visitor.get(f"/documents/{document.id}").text
        resident = site.browser(story.village["李强"])
        assert resident.post(f"/documents/{document.id}/rulings", **fields).status == 403
