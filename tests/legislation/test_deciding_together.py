"""Deciding on all that pass a filter never overturns what was decided; what is merged later shares its lead's decision."""

from __future__ import annotations

from deliberation.legislation.adoption_models import Adoption
from deliberation.legislation.desking import merge_opinions
from deliberation.legislation.opinion_models import Opinion
from tests.legislation.fated import Fated
from tests.legislation.test_adoption_pages import World, send, world

__all__ = ["world"]


def _merge(fated: Fated, lead: int, *others: int) -> None:
    fated.change(
        lambda s, now: merge_opinions(
            s, now, of=fated.one(s), lead=s.get(Opinion, lead), others=[s.get(Opinion, id) for id in others],
            actor=fated.liaison,
        )
    )  # fmt: skip


def _told_with_a_late_one(world: World) -> tuple[int, int, int, int]:
    """A lead and one merged into it, decided and told; one merged later; another that nothing was decided on."""
    fated = world.asking
    lead, merged, late, alone = (fated.give(by=name) for name in ("赵敏", "周明", "何敏", "赵敏"))
    _merge(fated, lead, merged)
    fated.close()
    fated.second()
    fated.adopt(lead, kind="partly", article="4", text="不少于十五日", reason="先延长五天")
    fated.answer()
    _merge(fated, lead, late)
    return lead, merged, late, alone


def test_what_was_told_stands_when_all_are_decided_together(world: World) -> None:
    fated = world.asking
    lead, merged, late, alone = _told_with_a_late_one(world)
    before = [fated.opinion(id).answered_at for id in (lead, merged)]
    assert None not in before
    liaison = world.as_("陈静")
    page = liaison.get(f"{world.address}/adoption")
    assert f'id="o{lead}"' in page.text, "its late one brings the lead back"
    send(liaison, page, f"{world.address}/adoption/decisions", all_kind="not_adopted", all_reason="其他法律已有规定")
    assert fated.fates((lead, merged, late, alone)) == ["partly", "partly", "", "not_adopted"]
    assert [fated.opinion(id).answered_at for id in (lead, merged)] == before
    page = liaison.get(f"{world.address}/adoption?view=partly")
    page = send(liaison, page, f"{world.address}/adoption/decisions", all_kind="not_adopted", all_reason="已有规定")
    assert page.status == 422 and fated.fates((lead, merged)) == ["partly", "partly"]
    assert fated.counts("adoption") == {"partly": 2, "not_adopted": 1} and fated.counts("answered") == {"partly": 2}


def test_what_was_merged_later_shares_the_decision_and_nobody_is_told_twice(world: World) -> None:
    fated = world.asking
    lead, merged, late, alone = _told_with_a_late_one(world)
    before = [fated.opinion(id).answered_at for id in (lead, merged)]
    liaison = world.as_("陈静")
    page = liaison.get(f"{world.address}/adoption?at={lead}")
    answer = send(liaison, page, f"{world.address}/adoption/late")
    assert answer.status == 200 and fated.fates((lead, merged, late, alone)) == ["partly", "partly", "partly", ""]
    assert [fated.opinion(id).answered_at for id in (lead, merged, late)] == [*before, None]
    with fated.database.read() as session:
        own, given = (session.get(Opinion, id).adoption_id for id in (lead, late))
        first, second = session.get(Adoption, own), session.get(Adoption, given)
        assert first.id != second.id
        same = ("kind", "reason", "article", "label", "text", "version_id")
        assert [getattr(first, name) for name in same] == [getattr(second, name) for name in same]
    again = liaison.post(f"{world.address}/adoption/late", opinion=str(lead), seen=str(own))
    assert again.status == 409 and len(fated.entries("opinions.adopted")) == 2
    fated.answer()
    assert fated.counts("answered") == {"partly": 3} and len(fated.answers()) == 3


def test_deciding_together_is_refused_where_somebody_decided_meanwhile(world: World) -> None:
    fated = world.asking
    one, other = fated.give(), fated.give(by="周明")
    fated.close()
    fated.second()
    liaison = world.as_("陈静")
    page = liaison.get(f"{world.address}/adoption")
    fated.adopt(one, kind="reference")
    answer = send(liaison, page, f"{world.address}/adoption/decisions", all_kind="not_adopted", all_reason="已有规定")
    assert answer.status == 422 and "已经有人作了决定" in answer.text
    assert fated.fates((one, other)) == ["reference", ""]
