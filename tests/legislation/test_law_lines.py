"""A law that came with its structure is brought in by lines like any other; whatever would be read otherwise is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from deliberation.legislation.draft_reading import read_source
from deliberation.legislation.statute.akn import law_as_akn
from deliberation.legislation.statute.beside import read_beside
from deliberation.legislation.statute.law_json import law_as_json
from deliberation.legislation.statute.reading import read_law, read_lines
from deliberation.refusal import Refused
from tests.legislation.texts import FIRST, SECOND

DATA = Path(__file__).with_name("data")
FILES = sorted(
    path.name for path in DATA.iterdir() if path.suffix in (".md", ".txt") and path.stem not in ("README", "counts")
)


@pytest.mark.parametrize("name", FILES)
def test_real_laws_come_in_as_json_as_they_come_in_as_text(name):
    law = read_law((DATA / name).read_bytes())
    again = read_source(json.dumps(law_as_json(law), ensure_ascii=False).encode())
    said = [(one.label, one.heading, one.text) for one in again.articles]
    parts = law.items or law.articles
    assert said == [(one.label, getattr(one, "heading", None) or "", one.text) for one in parts]
    assert (again.title, dict(again.counts)) == (law.title, law.counts())


@pytest.mark.parametrize("words", [FIRST, SECOND])
def test_akoma_ntoso_of_our_own_comes_in(words):
    law = read_law(words.encode())
    again = read_source(law_as_akn(law).encode())
    assert [(one.label, one.text) for one in again.articles] == [(one.label, one.text) for one in law.articles]


def test_what_reads_otherwise_by_lines_is_refused():
    said = law_as_json(read_law(FIRST.encode()))
    said["articles"][0]["label"] = "Article the first"
    with pytest.raises(Refused, match="按行读出来却不一样"):
        read_source(json.dumps(said, ensure_ascii=False).encode())


@pytest.mark.parametrize("name", FILES)
def test_every_line_is_said_to_be_something_and_every_article_begins_once(name):
    lines = read_lines((DATA / name).read_bytes())
    law = read_law((DATA / name).read_bytes())
    read = read_beside([replace(line, no=no) for no, line in enumerate(lines, 1)])
    assert len(read) == len(lines)
    begun = [one.label for one in read if one.kind == "article"]
    assert begun == [one.label for one in (law.items or law.articles)]
    heads = sum(one.kind == "heading" for one in read)
    assert heads >= len(law.outline)
    unplaced = sum(one.kind == "aside" for one in read)
    assert unplaced == sum(warned.kind == "unplaced" for warned in law.warnings)
