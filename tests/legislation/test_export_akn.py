"""A version with its opinions as Akoma Ntoso: well-formed, each note on its part, and the same law when it is read again."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from deliberation.legislation.draft_models import draft_version, reading_in_force, text_of
from deliberation.legislation.export_files import write_export
from deliberation.legislation.export_rows import table_of
from deliberation.legislation.opinion_rules import Said
from deliberation.legislation.statute.akn import NAMESPACE
from deliberation.legislation.statute.law_json import law_as_json
from deliberation.legislation.statute.reading import read_law
from tests.legislation.asking import Asking
from tests.legislation.test_exports import HARM

NS = {"a": NAMESPACE}


@pytest.fixture
def asking(database_url: str) -> Iterator[Asking]:
    made = Asking(database_url)
    made.open()
    yield made
    made.database.close()


def written(asking: Asking) -> bytes:
    out = io.BytesIO()
    with asking.database.read() as session:
        table = table_of(session, asking.one(session), "public")
        assert write_export(session, table, "akn", out, lambda _count: None).rows == table.rows
    return out.getvalue()


def test_notes_refer_to_their_parts_and_the_law_is_the_same(asking: Asking) -> None:
    asking.give(article="", quote="", said=Said("whole", "总的说很好"))
    asking.give()
    for words in HARM:
        asking.give(said=Said("edit", words, "理由"))
    data = written(asking)
    root = ElementTree.fromstring(data)
    names = [each.get("eId") for each in root.iter() if each.get("eId")]
    assert len(names) == len(set(names))
    notes = root.findall(".//a:meta/a:notes/a:note[@class='opinion']", NS)
    assert len(notes) == len(HARM) + 2
    links = [each.get("href") for note in notes for each in note.iter(f"{{{NAMESPACE}}}ref")]
    assert len(links) == len(HARM) + 1 and set(links) == {"#art_4"} and "art_4" in names
    said = {each.get("class"): each.text for each in notes[1]}
    assert (said["quote"], said["proposal"], said["kind"]) == ("不少于十日", "不少于二十日", "修改")
    assert notes[0].find("a:p", NS).text == "总体" and notes[0].find("a:p/a:ref", NS) is None
    order = [each.tag.split("}")[1] for each in root.find("a:act/a:meta", NS)]
    assert order[:3] == ["identification", "references", "notes"]
    with asking.database.read() as session:
        version = draft_version(session, asking.draft_id, 1)
        before = text_of(session, reading_in_force(session, version)).document
    again = law_as_json(read_law(data))
    assert [each["text"] for each in again["articles"]] == [each["text"] for each in json.loads(before)["articles"]]
    assert again["counts"] == json.loads(before)["counts"]
