"""Searching by two characters, in either script, within reach only."""

from __future__ import annotations

import pytest

from deliberation.matters.search import found_by, normal


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("後山 道路", "后山道路"), ("ＡＢ", "ab"), ("５號樓", "5号楼"), ("电\u3000梯", "电梯")],
)
def test_both_scripts_and_both_widths_have_one_normal_form(typed, kept):
    assert normal(typed) == kept


@pytest.fixture
def told(story):
    story.begin("six_steps", title="后山至小学村道拓宽硬化", summary="土路雨天难走，占不到菜地。").go_to("disclosure")
    story.begin("six_steps", title="加装电梯100%补贴", summary="六层老楼。", is_public=False)
    return story


def found(story, asked, near=()):
    with story.database.read() as session:
        return [(one.matter.title[:4], len(one.papers)) for one in found_by(session, asked, list(near))]


def test_two_characters_find_a_title_a_summary_and_a_paper(told):
    assert found(told, "拓宽") == [("后山至小", 0)]
    assert found(told, "菜地") == [("后山至小", 1)]
    assert found(told, "決議") == [("后山至小", 1)]
    assert found(told, "小學 硬化") == [("后山至小", 0)]
    assert found(told, "小学 电梯") == []


def test_what_is_not_public_is_found_by_those_who_belong_there(told):
    assert found(told, "电梯") == []
    assert found(told, "電梯", near=[told.village.id]) == [("加装电梯", 1)] or found(
        told, "電梯", near=[told.village.id]
    ) == [("加装电梯", 0)]


@pytest.mark.parametrize("asked", ["", "  ", "%", "_", "\\", "100_"])
def test_signs_of_a_pattern_are_looked_for_as_they_are(told, asked):
    near = [told.village.id]
    assert found(told, asked, near) == ([("加装电梯", 0)] if asked == "%" else [])


def test_a_vote_is_no_watch_in_traditional_characters():
    from deliberation.translation import traditional

    assert traditional("看表决") == "看表決"
