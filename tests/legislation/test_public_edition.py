"""The public edition says no more than the site, and none of its files outlives what an author took back."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from deliberation.legislation.desking import handle_opinions, reword_opinion
from deliberation.legislation.export_files import write_export
from deliberation.legislation.export_rows import table_of
from deliberation.legislation.export_rules import FULL, KEYS, PUBLIC
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_rules import Said
from tests.legislation.fated import Fated


@pytest.fixture
def fated(database_url: str) -> Iterator[Fated]:
    made = Fated(database_url)
    yield made
    made.database.close()


def row(fated: Fated, edition: str) -> dict[str, Any]:
    out = io.BytesIO()
    with fated.database.read() as session:
        table = table_of(session, fated.one(session), edition)
        write_export(session, table, "jsonl", out, lambda _count: None)
    [line] = out.getvalue().decode().strip().split("\n")
    return json.loads(line)


def test_a_decision_is_in_the_public_edition_once_its_author_was_told(fated: Fated) -> None:
    one = fated.give()
    fated.close()
    fated.second()
    fated.adopt(one, kind="adopted", article="4", text="不少于十五日")
    keys = ("adoption", "adopted_text", "answered_on")
    assert [row(fated, FULL)[key] for key in keys] == ["采纳", "不少于十五日", ""]
    assert [row(fated, PUBLIC)[key] for key in keys] == ["", "", ""]
    fated.answer()
    told = row(fated, PUBLIC)
    assert (told["adoption"], told["adopted_text"]) == ("采纳", "不少于十五日") and told["answered_on"]
    fated.adopt(one)
    assert [row(fated, PUBLIC)[key] for key in keys] == ["", "", ""], "decided otherwise, nobody was told of it yet"


def test_what_the_liaison_reworded_noted_and_did_is_not_in_the_public_edition(fated: Fated) -> None:
    one = fated.give(said=Said("edit", "不少于二十日，请打13900139000", ""))
    fated.change(
        lambda s, now: reword_opinion(
            s, now, of=fated.one(s), one=s.get(Opinion, one), proposal="不少于二十日", actor=fated.liaison
        )
    )
    fated.change(
        lambda s, now: handle_opinions(
            s, now, of=fated.one(s), chosen=[s.get(Opinion, one)], kind="not_sent", reason="留了13900139000",
            actor=fated.liaison,
        )
    )  # fmt: skip

    def note(session: Any, _now: Any) -> None:
        session.get(Opinion, one).note = "满意度：低"

    fated.change(note)
    full, public = row(fated, FULL), row(fated, PUBLIC)
    assert "13900139000" in full["as_said"] and full["handling"] == "不上报" and full["note"] == "满意度：低"
    assert list(public) == list(KEYS) and public["proposal"] == "不少于二十日"
    assert {public[key] for key in ("as_said", "note", "handling", "handling_reason")} == {""}
    assert "13900139000" not in json.dumps(public, ensure_ascii=False)
