"""Every sentence shown to people is there in English, with the same places; nothing unused is kept."""

from __future__ import annotations

from collections import defaultdict

from tests.house.sentences import PLACE, entries, missing, quoted_in_procedures, sentences


def places(text: str) -> set[str]:
    return set(PLACE.findall(text))


def test_every_sentence_has_english():
    lacking = {f"{name}.po": [one.key for one in wanted] for name, wanted in missing().items()}
    assert lacking == {}, "python -m tests.house.sentences prints the entries to fill in"


def test_no_catalogue_keeps_a_sentence_that_nobody_says():
    used = {sentence.key for sentence in sentences()} | quoted_in_procedures()
    assert [f"{entry.path.name}: {entry.key}" for entry in entries() if entry.key not in used] == []


def test_a_sentence_has_one_english_wording():
    wordings = defaultdict(set)
    for entry in entries():
        wordings[entry.key].add(entry.wordings)
    assert {key: found for key, found in wordings.items() if len(found) > 1} == {}


def test_english_fills_the_same_places():
    wrong = [
        f"{entry.path.name}: {entry.key} / {wording}"
        for entry in entries()
        for wording in entry.wordings
        # An English sentence may leave the count of one unsaid, but may not ask for what is not given.
        if not places(wording) <= places(entry.key) or len(places(entry.key) - places(wording) - {"n"}) > 0
    ]
    assert wrong == []


def test_templates_give_every_place_its_value():
    wrong = [
        f"{one.path.name}:{one.line}: {one.key}"
        for one in sentences()
        if one.given is not None and places(one.key) != set(one.given)
    ]
    assert wrong == []
