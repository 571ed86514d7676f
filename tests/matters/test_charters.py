"""A village pact through its life: adopted by the right body, filed, in force, amended, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from deliberation.matters.charter_adopting import Aim
from deliberation.matters.charter_models import CharterEdition, charters_of, editions_of
from deliberation.matters.charter_rules import KINDS, in_force, kinds_for, may_adopt
from deliberation.matters.charters import Filing, begin_edition, file_edition
from deliberation.matters.engine import possible_acts
from deliberation.matters.proposing import Proposal, charter_refusal
from deliberation.refusal import Invalid, Refused
from tests.matters.sites import long_ago, site_of
from tests.matters.story import Story

PACT = Aim("village_pact", "青溪村村规民约")


@dataclass(frozen=True)
class Edition:
    number: int
    in_force_from: date | None
    state: str = "in_force"


@pytest.fixture
def story(database_url: str) -> Iterator[Story]:
    made = Story(database_url, long_ago(300))
    yield made
    made.database.close()


def adopted(story: Story, text: str, aim: Aim = PACT, to: str = "feedback") -> Story:
    story.begin("village_four_two", by="王秀英", title="村规民约", aim=aim)
    story.choose("resolution", "assembly_adults")
    story.plan(text, "按协商意见")
    return story.go_to(to)


def editions(story: Story) -> list[CharterEdition]:
    def look(session, _matter):
        found = charters_of(session, [story.village.id])
        return editions_of(session, found[0].id) if found else []

    return story.look(look)


def today(story: Story) -> date:
    return (story.now + timedelta(hours=8)).date()


def file(story: Story, edition: CharterEdition, on: date | None = None) -> None:
    filing = Filing(on or today(story), "青溪镇人民政府", "青备〔2026〕3号", "镇民政办王丽签收")
    actor = story.actor("钱芳")
    story.do(
        lambda s, _m: file_edition(s, story.now, edition=s.get(CharterEdition, edition.id), filing=filing, actor=actor)
    )


def begin(story: Story, edition: CharterEdition, on: date | None = None) -> None:
    actor = story.actor("王秀英")
    story.do(
        lambda s, _m: begin_edition(
            s, story.now, edition=s.get(CharterEdition, edition.id), on=on or today(story), actor=actor
        )
    )


def test_each_kind_is_adopted_by_the_body_that_the_law_names() -> None:
    assert may_adopt(KINDS["village_pact"], "villagers_assembly", "") is None
    assert may_adopt(KINDS["village_pact"], "villagers_representatives", "村规民约") is not None
    assert may_adopt(KINDS["urban_pact"], "residents_representatives", "") is None
    assert may_adopt(KINDS["owners_pact"], "owners", "") is None
    assert {one.id for one in kinds_for(["village"])} == {"village_pact", "village_charter"}
    assert kinds_for(["owners"], "owners_special") == (), "items 1 and 2 of 278 are ordinary ones"
    for kind in KINDS.values():
        assert kind.source and (not kind.filed_with or kind.filing_source)


def test_the_edition_in_force_is_the_last_that_began_and_was_not_revoked() -> None:
    day = date(2026, 5, 1)
    first, second = Edition(1, date(2026, 1, 1)), Edition(2, date(2026, 5, 1))
    assert in_force([first, second], day) is second
    assert in_force([first, second], day - timedelta(days=1)) is first
    assert in_force([first, Edition(2, None)], day) is first
    assert in_force([first, Edition(2, day, "ordered_to_correct")], day).number == 2
    assert in_force([first, Edition(2, day, "annulled")], day) is None, "only the paper can say what comes back"
    assert in_force([], day) is None


def test_a_procedure_brings_only_what_it_may() -> None:
    assert charter_refusal(Proposal("village_four_two", "", "", aim=PACT)) is None
    assert charter_refusal(Proposal("owners_special", "", "", aim=Aim("owners_pact", "管理规约"))) is not None
    assert charter_refusal(Proposal("community_four_two", "", "", aim=PACT)) is not None


def test_the_representatives_cannot_adopt_a_village_pact(story: Story) -> None:
    story.begin("village_four_two", by="王秀英", title="村规民约", aim=PACT).go_to("resolution")
    reasons = [no.reason for one in possible_acts(story.facts) if one.act == "open_poll" for no in one.refusals]
    assert "“{title}”不由这个会议制定或者修改" in reasons


def test_a_pact_is_adopted_filed_and_comes_into_force(story: Story) -> None:
    adopted(story, "第一条 邻里和睦。", to="disclosure")
    (first,) = editions(story)
    assert (first.number, first.body, first.in_force_from) == (1, "第一条 邻里和睦。", None)
    with pytest.raises(Refused, match="公开还没有期满"):
        begin(story, first)
    story.go_to("feedback")
    with pytest.raises(Refused, match="还没有登记备案"):
        begin(story, first)
    with pytest.raises(Invalid):
        file(story, first, today(story) + timedelta(days=1))
    with pytest.raises(Invalid):
        file(story, first, first.adopted_on - timedelta(days=1))
    file(story, first)
    with pytest.raises(Refused, match="已经登记备案"):
        file(story, first)
    with pytest.raises(Invalid):
        begin(story, first, today(story) - timedelta(days=1))
    begin(story, first)
    with pytest.raises(Refused, match="已经生效"):
        begin(story, first)
    (first,) = editions(story)
    assert first.in_force_from == today(story) and first.filed_with == "青溪镇人民政府"


def test_an_amendment_replaces_and_never_overwrites(story: Story) -> None:
    adopted(story, "第一条 邻里和睦。")
    file(story, editions(story)[0])
    begin(story, editions(story)[0])
    charter = editions(story)[0].charter_id
    story.wait(days=3)
    adopted(story, "第一条 邻里和睦，互相帮助。", aim=Aim("village_pact", PACT.title, charter))
    first, second = editions(story)
    assert (second.number, second.charter_id) == (2, charter)
    file(story, second)
    begin(story, second, today(story) + timedelta(days=10))
    first, second = editions(story)
    assert first.body == "第一条 邻里和睦。" and first.replaced_by_id == second.id


def test_pages_show_the_edition_in_force_and_take_the_filing(story: Story, database_url: str, tmp_path: Path) -> None:
    adopted(story, "第一条 邻里和睦。")
    (first,) = editions(story)
    with site_of(story, database_url, tmp_path) as site:
        visitor, officer, chair = (
            site.visitor(),
            site.browser(story.village["钱芳"]),
            site.browser(story.village["王秀英"]),
        )
        assert "今天没有有效的一版" in visitor.get("/charters").text
        here = f"/charters/{first.charter_id}"
        assert "还没有登记备案" in visitor.get(here).text and "登记生效</h3>" not in visitor.get(here).text
        day = first.adopted_on.isoformat()
        fields = {"filed_on": day, "filed_with": "青溪镇人民政府", "note": "王丽签收"}
        assert chair.post(f"/editions/{first.id}/filing", **fields).status == 403
        assert officer.post(f"/editions/{first.id}/filing", **fields | {"note": ""}).status == 422
        assert officer.post(f"/editions/{first.id}/filing", **fields).status == 303
        on = (date.today() + timedelta(days=3)).isoformat()
        assert site.browser(story.village["赵敏"]).post(f"/editions/{first.id}/beginning", on=on).status == 403
        assert chair.post(f"/editions/{first.id}/beginning", on=on).status == 303
        words = visitor.get(here).text
        assert "已通过，" in words and "青溪镇人民政府" in words and "应到" not in words
        assert f"/charters?community={story.village.id}" in visitor.get(f"/communities/{story.village.id}").text
        assert "青溪村村规民约" in visitor.get(f"/matters/{story.matter_id}").text
        for locale in ("en", "zh-Hant"):
            visitor.set_cookie("locale", locale)
            assert visitor.get(here).status == 200 and visitor.get("/charters").status == 200


def test_the_form_of_a_proposal_offers_the_charters_of_the_place(
    story: Story, database_url: str, tmp_path: Path
) -> None:
    with site_of(story, database_url, tmp_path) as site:
        chair = site.browser(story.village["王秀英"])
        form = chair.get(f"/matters/new?community={story.village.id}")
        assert 'value="new:village_pact"' in form.text and "new:owners_pact" not in form.text
        fields = {"community": story.village.id, "title": "村规民约", "summary": "立规矩。"}
        wrong = chair.post("/matters", **fields, procedure="village_four_two", charter="amend:77")
        assert wrong.status == 422
        made = chair.post("/matters", **fields, procedure="village_four_two", charter="new:village_pact")
        assert made.status == 303
        assert "制定《青溪村村规民约》" in chair.follow(made).text
