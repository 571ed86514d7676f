"""Every word of a procedure and every sentence of the engine can be said in English too, sources included."""

import tomllib

import pytest

from deliberation.matters import words
from deliberation.matters.engine import MAKING
from deliberation.matters.shipped import shipped, text_of
from deliberation.translation import english


def chinese(value):
    """Every Chinese string of a table, at whatever depth."""
    if isinstance(value, dict):
        return [one for inner in value.values() for one in chinese(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in chinese(inner)]
    return [value] if isinstance(value, str) and any("\u4e00" <= char <= "\u9fff" for char in value) else []


@pytest.mark.parametrize("id", sorted(shipped()))
def test_titles_notes_and_sources_of_a_procedure_have_english(id):
    assert [one for one in chinese(tomllib.loads(text_of(id))) if one not in english()] == []


def test_every_table_of_words_has_english():
    tables = (words.RINGS, words.KINDS, words.BODIES, words.PAPERS, words.EVIDENCE, words.CONDITIONS, words.OUTCOMES,
              words.PERIODS, words.POLLS, words.ELECTORATES, words.SCOPES, words.END_NAMES)  # fmt: skip
    assert [term for table in tables for term in table.values() if term not in english()] == []


def test_every_paper_is_made_by_an_act():
    assert {*MAKING, "notice", "minutes", "disclosure", "waiver", "return"} == set(words.PAPERS)


def test_what_is_computed_is_never_attached():
    assert not set(words.COMPUTED) & set(words.ATTACHED)
