"""Owners' procedures are offered wherever there is something to own, for all, for a building or for an entrance."""

from __future__ import annotations

import re

import pytest
from sqlmodel import Session, select

from deliberation.assemblies.models import Ownership, PropertyUnit
from deliberation.audit.actions import Actor
from deliberation.communities.actions import found_community
from deliberation.communities.models import community
from deliberation.matters.models import Matter
from tests.matters.sites import long_ago, site_of
from tests.matters.story import Story

FLATS = (("1号楼", "1单元", "101"), ("1号楼", "2单元", "101"), ("2号楼", "1单元", "101"))


def estates(story: Story, names: tuple[str, ...], flats: tuple[tuple[str, str, str], ...] = FLATS) -> None:
    """Estates with their flats below the community, one owner for all."""

    def build(session: Session, now) -> None:
        for name in names:
            above = community(session, story.village.id)
            place = found_community(session, now, name=name, kind="compound", parent=above, actor=Actor())
            for building, entrance, number in flats:
                unit = PropertyUnit(
                    community_id=place.id, building=building, entrance=entrance, number=number, area=8950
                )
                session.add(unit)
                session.flush()
                whose = {"unit_id": unit.id, "person_id": story.village["李强"]}
                session.add(Ownership(**whose, casts=True, from_on=now.date()))

    story.database.change(build)


@pytest.fixture
def past(database_url) -> Story:
    return Story(database_url, long_ago(10))


def options(text: str, name: str) -> list[str]:
    select_ = re.search(rf'<select[^>]*name="{name}".*?</select>', text, re.DOTALL)
    return re.findall(r'<option value="([^"]*)"', select_[0]) if select_ else []


def test_a_community_that_holds_an_estate_offers_the_owners_procedures_and_their_parts(past, database_url, tmp_path):
    estates(past, ("桂花园小区",))
    with site_of(past, database_url, tmp_path) as site:
        browser = site.browser(past.village["李强"])
        form = browser.get(f"/matters/new?community={past.village.id}").text
        assert 'value="owners"' in form and options(form, "item") == ["", *map(str, range(1, 10))]
        assert options(form, "part") == ["", "1号楼", "1号楼/1单元", "1号楼/2单元", "2号楼", "2号楼/1单元"]
        said = {"community": past.village.id, "title": "加装电梯", "summary": "没有电梯"}
        for part in ("1号楼", "1号楼/2单元", ""):
            assert browser.post("/matters", procedure="owners", item="7", part=part, **said).status == 303
        wrong = browser.post("/matters", procedure="owners", item="7", part="9号楼", **said)
        assert (wrong.status, "f-part-error" in wrong.ids) == (422, True)
        other = browser.post("/matters", procedure="village_six_steps", part="1号楼", **said)
        assert (other.status, "f-part-error" in other.ids) == (422, True)
        with site.house.database.read() as session:
            made = session.exec(select(Matter).order_by(Matter.id)).all()
    assert [(one.building, one.entrance, one.scope) for one in made] == [
        ("1号楼", "", "1号楼"),
        ("1号楼", "2单元", "1号楼2单元"),
        ("", "", ""),
    ]


def test_buildings_of_the_same_name_in_two_estates_do_not_decide_together(past, database_url, tmp_path):
    estates(past, ("桂花园小区", "青溪小区"))
    with site_of(past, database_url, tmp_path) as site:
        form = site.browser(past.village["李强"]).get(f"/matters/new?community={past.village.id}").text
    assert 'value="owners"' in form and options(form, "part") == []


def test_without_anything_to_own_no_owners_procedure_is_offered(past, database_url, tmp_path):
    with site_of(past, database_url, tmp_path) as site:
        browser = site.browser(past.village["李强"])
        form = browser.get(f"/matters/new?community={past.village.id}").text
        assert 'value="owners"' not in form and options(form, "part") == []
        said = {"community": past.village.id, "title": "加装电梯", "summary": "没有电梯"}
        refused = browser.post("/matters", procedure="owners", item="7", **said)
        assert (refused.status, "f-procedure-error" in refused.ids) == (422, True)


def test_each_procedure_says_what_else_it_asks_for(past, database_url, tmp_path):
    """The sheet shows a field only beneath a procedure that asks for it; a mistake is shown under any."""
    estates(past, ("桂花园小区",))
    with site_of(past, database_url, tmp_path) as site:
        browser = site.browser(past.village["李强"])
        form = browser.get(f"/matters/new?community={past.village.id}").text
        asks = {
            value: re.search(r'data-asks="([^"]*)"', rest)
            for value, rest in re.findall(r'<input type="radio" name="procedure" value="([^"]+)"([^>]*)>', form)
        }
        words = {value: found[1].split() if found else [] for value, found in asks.items()}
        assert "owners" in words["owners"] and [value for value, said in words.items() if "owners" in said] == [
            "owners"
        ]
        assert words["legislative_talk"] == [] and "charter" in words["village_six_steps"]
        for name, kept in (("item", "owners"), ("part", "owners"), ("charter", "charter")):
            before = form[: form.index(f'name="{name}"')]
            assert before.rindex(f'<div class="asked asked--{kept}">') > before.rindex('name="procedure"')
