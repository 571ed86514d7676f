"""The table of opinions on its way out: what is in it, in which order, what the public edition leaves out, and in again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from deliberation.audit.models import Entry
from deliberation.legislation.desking import handle_opinions, merge_opinions
from deliberation.legislation.export_files import Written, write_export
from deliberation.legislation.export_rows import rows_in, table_of, withheld_from
from deliberation.legislation.export_rules import FULL, KEYS, PUBLIC, Clock
from deliberation.legislation.intake_planning import import_opinions
from deliberation.legislation.intake_rules import COLUMNS
from deliberation.legislation.opining import keep_back, withdraw_opinion
from deliberation.legislation.opinion_files import open_file
from deliberation.legislation.opinion_models import Opinion, opinion
from deliberation.legislation.opinion_rules import Said, Signature
from tests.legislation.asking import PUBLIC as PSEUDONYM
from tests.legislation.asking import Asking

NAMED = Signature(
    "named", "赵敏", publishes=True, names=True, category="一层住户", province="四川", contact="13800138000"
)
UNNAMED = Signature("named", "周明", publishes=True, names=False, contact="zhou@example.org")
SILENT = Signature("named", "孙丽", publishes=False)


@pytest.fixture
def asking(database_url: str) -> Iterator[Asking]:
    made = Asking(database_url)
    made.open()
    yield made
    made.database.close()


def exported(asking: Asking, format: str, edition: str = PUBLIC) -> tuple[bytes, Written]:
    out = io.BytesIO()
    with asking.database.read() as session:
        table = table_of(session, asking.one(session), edition)
        written = write_export(session, table, format, out, lambda _count: None)
        assert written.rows == table.rows
    return out.getvalue(), written


def lines(asking: Asking, edition: str = PUBLIC) -> list[dict[str, Any]]:
    return [json.loads(line) for line in exported(asking, "jsonl", edition)[0].decode().split("\n") if line]


def cells(asking: Asking, edition: str = PUBLIC) -> list[list[str]]:
    data = exported(asking, "csv", edition)[0]
    assert data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def taken_in(asking: Asking, data: bytes, name: str, *, publishes: bool = True) -> None:
    """What was exported, imported again into another solicitation of the same text: here into this one."""
    file = open_file(data, name)
    asking.change(
        lambda s, now: import_opinions(
            s, now, one=asking.one(s), file=file, publishes=publishes, actor=asking.liaison
        )
    )  # fmt: skip


def test_every_column_says_what_the_contract_says(asking: Asking) -> None:
    asking.give(signed=NAMED)
    [row] = lines(asking, FULL)
    assert list(row) == list(KEYS)
    with asking.database.read() as session:
        [one] = session.exec(select(Opinion)).all()
        entry = session.get(Entry, (one.community_id, one.entry))
    assert entry.object == one.subject
    assert row.pop("entry").endswith(f"#{one.entry}") and "/audit/" in lines(asking, FULL)[0]["entry"]
    assert row == {
        "no": 1, "draft": "加装电梯条例（一审稿）", "provision": "第四条", "original": "不少于十日",
        "proposal": "不少于二十日", "reason": "在外打工的人赶不回来", "kind": "修改", "author": "赵敏", "category": "一层住户",
        "contact": "13800138000", "province": "四川", "collection_point": "", "channel": "线上", "collector": "",
        "submitted_at": "2026-11-23T12:00:00+08:00", "similar": 1, "handling": "", "handling_reason": "", "adoption": "",
        "adopted_text": "", "answered_on": "", "note": "", "as_said": "", "named_consent": "是", "cosigners": 0,
    }  # fmt: skip
    head, first = cells(asking, FULL)
    assert head == list(COLUMNS.values())
    assert first[KEYS.index("submitted_at")] == "2026-11-23 12:00" and first[0] == "1"


def test_the_public_edition_has_what_everybody_may_read_and_names_whom_it_may(asking: Asking) -> None:
    for signed in (NAMED, UNNAMED, SILENT, PSEUDONYM):
        asking.give(signed=signed)
    held = asking.give(by="", nonce="n", code="ABCD-EFGH-JKMN-PQRS")
    gone, back = asking.give(by="周明"), asking.give(by="周明")
    author = asking.village.actor("周明")
    asking.change(lambda s, now: withdraw_opinion(s, now, one=opinion(s, gone), is_author=True, actor=author))
    asking.change(
        lambda s, now: keep_back(s, now, one=opinion(s, back), reason="点名说了邻居", actor=asking.liaison)
    )  # fmt: skip
    shown, everything = lines(asking), lines(asking, FULL)
    assert [row["author"] for row in shown] == ["赵敏", "", ""]
    assert {row[key] for row in shown for key in ("contact", "collector")} == {""}
    assert [row["author"] for row in everything] == ["赵敏", "周明", "孙丽", "路人甲", "路人甲", "路人甲"]
    assert [row["no"] for row in everything] == [1, 2, 3, 4, 5, 6]
    assert b"13800138000" not in exported(asking, "csv")[0] and b"13800138000" in exported(asking, "csv", FULL)[0]
    with asking.database.read() as session:
        one = asking.one(session)
        public, full = withheld_from(session, one, PUBLIC), withheld_from(session, one, FULL)
        assert opinion(session, held).state == "held"
    assert (public.given, public.rows, public.withdrawn, public.waiting, public.kept) == (7, 3, 1, 1, 2)
    assert (full.given, full.rows, full.withdrawn, full.waiting, full.kept) == (7, 6, 1, 0, 0)


def test_rows_stand_by_article_the_whole_draft_first_and_new_articles_behind_theirs(asking: Asking) -> None:
    insert = Said("insert", "第四条之一　公示期间不得开工。")
    asking.give(article="5", quote="", said=Said("support"))
    asking.give(article="4", quote="", said=insert)
    asking.give(article="4", quote="", said=Said("support"))
    asking.give(article="", quote="", said=Said("whole", "总的说很好"))
    asking.give(article="1", quote="", said=Said("question", "适用于哪里？"))
    found = [(row["provision"], row["kind"]) for row in lines(asking)]
    assert found == [
        ("总体", "总体"), ("第一条", "疑问"), ("第四条", "赞成"), ("新增于第四条之后", "新增"),
        ("第五条", "赞成"),
    ]  # fmt: skip


def test_the_desk_stands_in_the_table_with_its_reasons_and_numbers(asking: Asking) -> None:
    first, second, third = (asking.give(by=name) for name in ("赵敏", "周明", "赵敏"))
    asking.change(
        lambda s, now: merge_opinions(
            s, now, of=asking.one(s), lead=opinion(s, first), others=[opinion(s, second)], actor=asking.liaison
        )
    )
    asking.change(
        lambda s, now: handle_opinions(
            s,
            now,
            of=asking.one(s),
            chosen=[opinion(s, third)],
            kind="not_sent",
            reason="=草案已经写明",
            actor=asking.liaison,
        )
    )
    rows = lines(asking, FULL)
    assert [(row["similar"], row["handling"], row["handling_reason"]) for row in rows] == [
        (2, "", ""), (2, "合并", ""), (1, "不上报", "=草案已经写明"),
    ]  # fmt: skip
    assert cells(asking, FULL)[3][KEYS.index("handling_reason")] == "'=草案已经写明"
    assert {row["handling"] + row["handling_reason"] for row in lines(asking)} == {""}


HARM = [
    "=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠a", "'=1", "''=1", "'引号", "“”,;\"双\"",
    "一行\n两行\r\n三行", "😀👩‍👩‍👧‍👦", "\u202eABC\u202c", "\ufeff头", "\u2028分行\u2029", "<b>&amp;</b>", "\x0b\x1f\x7f", "末尾'",
    "字" * 100_000,
]  # fmt: skip


def test_whatever_was_written_comes_out_safely_and_in_again_as_it_was(asking: Asking) -> None:
    for words in HARM:
        asking.give(said=Said("edit", words, words))
    raw, before = cells(asking), lines(asking)
    at = KEYS.index("proposal")
    for row, words in zip(raw[1:], HARM, strict=True):
        assert row[at].lstrip("'")[:1] not in tuple("=+-@\t\r＝＋－＠") or row[at].startswith("'")
        assert row[at] in (words, "'" + words)
    assert [row["proposal"] for row in before] == HARM
    said = {words.strip() for words in HARM}
    for format in ("csv", "jsonl"):
        taken_in(asking, exported(asking, format)[0], f"意见.{format}")
        assert {row["proposal"] for row in lines(asking)} - set(HARM) <= said
        assert {row["proposal"].strip() for row in lines(asking)} == said


def test_what_is_imported_stands_with_its_day_its_point_and_its_notes(asking: Asking) -> None:
    asking.point("文化站")
    head = "修改意见,章节条款,提出时间,征集方式,采集点,采集人,备注,身份证号,提出人,联系方式,同意公开姓名\r\n"
    row = "太短了,第四条,2026-11-23,走访,文化站,胡军,记得回访,511000,赵敏,139,是\r\n"
    taken_in(asking, (head + row).encode(), "意见.csv")
    [public], [full] = lines(asking), lines(asking, FULL)
    assert (public["channel"], public["collection_point"], public["author"]) == ("走访", "文化站", "赵敏")
    assert public["submitted_at"] == "2026-11-23T00:00:00+08:00" and cells(asking)[1][14] == "2026-11-23 00:00"
    assert (public["collector"], public["contact"], public["note"]) == ("", "", "")
    assert (full["collector"], full["contact"]) == ("胡军", "139") and "511000" in full["note"]


def test_an_export_sees_one_moment_while_opinions_come_in(asking: Asking) -> None:
    for _time in range(120):
        asking.give(said=Said("edit", "二十日"))
    with asking.database.read() as session:
        table = table_of(session, asking.one(session), PUBLIC)
        stream = rows_in(session, table, Clock.iso)
        seen = len(next(stream))
        asking.give(article="5", quote="", said=Said("support"))
        asking.give(said=Said("edit", "三十日"))
        seen += sum(map(len, stream))
    assert seen == table.rows == 120 and len(lines(asking)) == 122


def test_the_number_of_queries_does_not_grow_with_the_rows(asking: Asking) -> None:
    def queries() -> int:
        count = []

        def heard(connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
            count.append(statement)

        event.listen(asking.database.readers, "before_cursor_execute", heard)
        lines(asking)
        event.remove(asking.database.readers, "before_cursor_execute", heard)
        return len(count)

    asking.give()
    few = queries()
    for _time in range(10):
        asking.give()
    assert queries() == few


def test_an_empty_solicitation_is_a_table_with_a_head(asking: Asking) -> None:
    assert cells(asking) == [list(COLUMNS.values())] and lines(asking) == []


def test_what_goes_out_is_the_same_each_time_and_its_digest_is_of_the_bytes(asking: Asking) -> None:
    from hashlib import sha256

    asking.give()
    data, written = exported(asking, "csv")
    assert exported(asking, "csv")[0] == data
    assert (written.size, written.sha256) == (len(data), sha256(data).hexdigest())


def test_the_clock_knows_summer_and_days(asking: Asking) -> None:
    from zoneinfo import ZoneInfo

    clock = Clock(ZoneInfo("Europe/Berlin"))
    assert (
        clock.iso("2026-07-01 22:30:05") == "2026-07-02T00:30:05+02:00"
        and clock.day("2026-07-01 22:30:05") == "2026-07-02"
    )
    assert clock.minute("2026-12-01 22:30:05") == "2026-12-01 23:30"
    assert clock.iso(date(2026, 12, 1).isoformat()) == "2026-12-01T00:00:00+01:00"
