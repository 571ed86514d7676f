"""``audit verify`` over a contact point: whatever is changed past the rules is named, and nothing else is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from deliberation.audit.actions import Actor
from deliberation.audit.log_check import Fault
from deliberation.audit.models import Entry
from deliberation.audit.verification import Trusted, sentence, verify_installation
from deliberation.legislation.consenting import take_back_consent
from deliberation.legislation.count_check import NO_ENTRY
from deliberation.legislation.desk_rules import NOT_SENT, USE
from deliberation.legislation.desking import keep_apart, merge_group, reword_opinion, take_out
from deliberation.legislation.opining import (
    change_opinion,
    cosign_opinion,
    give_opinions,
    keep_back,
    publish_opinion,
    withdraw_opinion,
)
from deliberation.legislation.opinion_log import GONE
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_rules import Said, Signature
from deliberation.legislation.opinion_typing import Typed, type_opinion
from deliberation.legislation.verification import checks
from deliberation.translation import LOCALES
from deliberation.vocabulary import Role
from tests.audit.damage import DAMAGE, NAMED, unlock
from tests.legislation.test_desking import Desk
from tests.legislation.test_likeness import READY

VISITOR = Actor(Role.VISITOR.value)
NAMED_BY = Signature("named", "赵敏", publishes=True, names=True, category="老年人", contact="13900000000")


def tell(desk: Desk) -> dict[str, int]:
    """A solicitation in which everything happened that can happen to opinions; some of them by name."""
    desk.point()
    ids = desk.say("坡道太陡", "坡道太滑", "坡道太窄", "电梯太小", "走廊太黑", "门铃太轻")
    alike = desk.say(*(f"{hello}{READY}" for hello in ("", "您好，", "大家好！", "")))
    own = desk.give(signed=NAMED_BY)
    stranger, quiet = (
        desk.give(by=None, quote=""),
        desk.give(by=None, article="", quote="", said=Said("whole", "很好")),
    )
    act = desk.change
    said = Said("edit", "不少于三十日", "二十天还是太短")
    resident = desk.village.actor("赵敏")

    def on(id: int, verb, **more):
        act(lambda s, now: verb(s, now, one=s.get(Opinion, id), **more))

    desk.handle(USE, "", ids[0], ids[4])
    on(own, change_opinion, said=said, is_author=True, actor=resident)
    on(stranger, publish_opinion, actor=desk.liaison)
    on(quiet, keep_back, reason="没有说到条文", actor=desk.liaison)
    on(ids[3], cosign_opinion, actor=desk.village.actor("黄丽"))
    desk.do(reword_opinion, one=desk.this(own), proposal=lambda _s: "公示不少于三十日")
    made = desk.merge(ids[1], ids[0], ids[2])
    on(ids[1], withdraw_opinion, is_author=True, actor=resident)
    second = desk.merge(ids[3], ids[4], ids[5])
    desk.do(take_out, one=desk.this(ids[5]))
    desk.follow()
    [group] = desk.groups()
    desk.do(merge_group, group=lambda s: s.merge(group))
    desk.handle(NOT_SENT, "不属于本法调整的范围", own, stranger)
    unsaid = desk.give(signed=NAMED_BY)
    again = desk.give(by=None, quote="")
    on(again, publish_opinion, actor=desk.liaison)
    on(again, take_back_consent, is_author=True, words_too=True, actor=VISITOR)
    on(again, change_opinion, said=said, is_author=True, actor=VISITOR)
    coded = desk.give(by=None, quote="", nonce="n", code="ABCD-EFGH-JKMN-PQRS")
    typed = act(lambda s, now: type_opinion(
        s, now, one=desk.one(s), file=None, actor=desk.liaison,
        typed=Typed("4", "", Said("edit", "公示三十日", ""), NAMED_BY, "visit", None, "东门", desk.now.date()),
    ))  # fmt: skip
    desk.extend(date(2026, 12, 25))
    desk.close()
    on(unsaid, take_back_consent, is_author=True, words_too=False, actor=resident)
    on(unsaid, take_back_consent, is_author=True, words_too=True, actor=resident)
    return {"unsaid": unsaid, "again": again, "own": own, "stranger": stranger, "quiet": quiet, "lead": ids[3], "alike": alike[1], "first": made,
            "coded": coded, "typed": typed, "second": second, "out": ids[5], "alone": ids[2]}  # fmt: skip


def faults(desk: Desk, *statements: str, **values: object) -> list[Fault]:
    """What the checks find after these statements, which are then taken back."""
    with Session(desk.database.writers) as session:
        if statements:
            unlock(session.connection())
        for statement in statements:
            assert session.execute(text(statement), values).rowcount >= 1, statement
        found = [fault for check in checks for fault in check.run(session) if fault is not None]
        session.rollback()
    return found


@pytest.fixture
def desk(database_url):
    made = Desk(database_url)
    yield made
    made.database.close()


def let_time_pass(desk: Desk) -> None:
    """A second for each batch: without it all happens in one instant, as what one batch brings."""

    def tick(_session: Session) -> datetime:
        desk.now += timedelta(seconds=1)
        return desk.now

    desk.database.writer.clock = tick


# (which opinion, what is changed in its row, the word that the fault names)
ROWS = [
    ("own", "proposal = '不少于三日'", "proposal"),
    ("own", "reason = ''", "reason"),
    ("own", "as_said = ''", "as_said"),
    ("own", "name = '钱多'", "name"),
    ("own", "quote = '十日'", "quote"),
    ("own", "article = '5'", "article"),
    ("own", "category = '学生'", "category"),
    ("own", "publishes = false", "publishes"),
    ("own", "channel = 'letter'", "channel"),
    ("own", "original = '不少于五日'", "original"),
    ("own", "start = start + 1", "original"),
    ("own", "number = 99", "number"),
    ("own", "handling = 'use'", "handling"),
    ("own", "changed_at = NULL", "changed"),
    ("stranger", "state = 'held'", "state"),
    ("unsaid", "publishes = true", "publishes"),
    ("unsaid", "names = true", "name"),
    ("unsaid", "name = '赵敏'", "name"),
    ("unsaid", "state = 'shown'", "state"),
    ("again", "state = 'held'", "state"),
    ("quiet", "state = 'shown'", "state"),
    ("lead", "cosigners = 40", "cosigners"),
    ("lead", "cluster_id = NULL", "cluster"),
    ("out", "cluster_id = :second", "cluster"),
    ("out", "withdrawn_at = given_at", "withdrawn"),
    ("alone", "handling = ''", "handling"),
    ("own", "person_id = person_id + 1", "receipt"),
    ("own", "person_id = NULL", "receipt"),
    ("coded", "code_hash = NULL", "receipt"),
    ("coded", "person_id = 1", "receipt"),
    ("typed", "person_id = 1", "receipt"),
    ("typed", "collector_id = NULL", "collector"),
    ("typed", "collector_id = collector_id + 1", "collector"),
    ("own", "collector_id = person_id", "collector"),
]
BESIDE = [
    "UPDATE opinion_handling SET kind = 'use' WHERE opinion_id = :own",
    "UPDATE opinion_handling SET reason = '别的' WHERE opinion_id = :own",
    "DELETE FROM opinion_handling WHERE opinion_id = :own",
    "UPDATE opinion_joining SET opinion_id = :own WHERE opinion_id = :out",
    "DELETE FROM opinion_joining WHERE cluster_id = :second",
    "UPDATE opinion_earlier SET proposal = '不少于一日' WHERE opinion_id = :own",
    "DELETE FROM opinion_earlier WHERE opinion_id = :own",
    "UPDATE opinion_wording SET before = '' WHERE opinion_id = :own",
    "UPDATE cluster SET size = 7 WHERE id = :second",
    "UPDATE cluster SET lead_id = :own WHERE id = :second",
    "UPDATE opinion_count SET standing = standing + 1 WHERE dimension = 'channel' AND word = 'visit'",
    "UPDATE opinion_count SET shown = shown - 1 WHERE dimension = 'article' AND word = '4' AND kind = 'edit'",
    "DELETE FROM opinion_count WHERE dimension = 'handling' AND word = 'not_sent'",
    "UPDATE solicitation SET given = given + 1",
    "UPDATE solicitation SET standing = standing - 1",
    "UPDATE draft_article SET opinions = opinions + 1 WHERE key = '4'",
    "UPDATE opinion_author SET name = '钱多' WHERE opinion_id = :own",
]
ASKED = [
    ("title = '别的'", "title"), ("questions = '[\"别的\"]'", "questions"), ("closed_at = opened_at", "closed"),
    ("opened_at = closes_at", "opened"), ("closes_at = drafted_at", "until"),
]  # fmt: skip


def test_what_happened_holds_and_each_change_of_it_is_named(desk: Desk) -> None:
    told = tell(desk)
    assert faults(desk) == []
    for who, change, name in ROWS:
        found = faults(desk, f"UPDATE opinion SET {change} WHERE id = :{who}", **told)
        assert ("document", f"opinion/{told[who]}", name) in {(one.kind, one.subject, one.facts["field"]) for one in found
                                                              if "field" in one.facts}, change  # fmt: skip
        assert {one.subject for one in found if one.subject.startswith("opinion/")} == {f"opinion/{told[who]}"}, change
    for statement in BESIDE:
        assert faults(desk, statement, **told), statement
    for change, name in ASKED:
        found = faults(desk, f"UPDATE solicitation SET {change}")
        assert (f"solicitation/{desk.id}", name) in {(one.subject, one.facts.get("field")) for one in found}, change
    faulty = faults(desk, "UPDATE solicitation_extension SET reason = '别的'")
    assert [one.facts["field"] for one in faulty] == ["reason"]
    assert faults(desk, "DELETE FROM collecting") and faults(desk, "UPDATE collection_point SET name = '别的'")


def test_two_receipts_that_were_exchanged_are_found(desk: Desk) -> None:
    one, other = (desk.give(by=None, nonce="n", code=code) for code in ("AAAA", "BBBB"))
    assert faults(desk) == []
    keep = "UPDATE opinion SET code_hash = NULL WHERE id IN (:one, :other)"
    swap = "UPDATE opinion SET code_hash = :hash WHERE id = :{}"
    with Session(desk.database.writers) as session:
        first, second = (session.get(Opinion, id).code_hash for id in (one, other))
        session.execute(text(keep), {"one": one, "other": other})
        for id, hash in ((one, second), (other, first)):
            session.execute(text(swap.format("id")), {"id": id, "hash": hash})
        found = [fault for check in checks for fault in check.run(session) if fault is not None]
        session.rollback()
    assert [(each.subject, each.facts["field"]) for each in found] == [
        (f"opinion/{one}", "receipt"), (f"opinion/{other}", "receipt"),
    ]  # fmt: skip


def test_an_opinion_that_was_taken_away_or_put_in_is_found(desk: Desk) -> None:
    told = tell(desk)
    with Session(desk.database.writers) as session:
        one = session.get(Opinion, told["quiet"])
        session.add(Opinion(**one.model_dump() | {"id": 9999, "number": 9999}))
        session.flush()
        found = [fault for check in checks for fault in check.run(session) if fault is not None]
        session.rollback()
    assert [one.subject for one in found if one.reason == NO_ENTRY] == ["opinion/9999"]
    assert {one.facts.get("field") for one in found} >= {"given", "standing"}, (
        "and the counts are not those of the rows"
    )
    last = "(SELECT max(id) FROM opinion)"
    found = faults(
        desk, f"DELETE FROM opinion_author WHERE opinion_id = {last}", f"DELETE FROM opinion WHERE id = {last}"
    )
    assert found[0].reason == GONE


def test_what_came_after_the_closing_is_found(desk: Desk) -> None:
    desk.give()
    with desk.database.read() as session:
        closes = desk.one(session).closes_at
    desk.now = closes - timedelta(seconds=1)
    in_time = desk.give(by="黄丽")
    assert faults(desk) == []
    # Whoever can write the tables puts the hour off, lets one in and puts the hour back.
    with Session(desk.database.writers) as session:
        session.execute(text("UPDATE solicitation SET closes_at = :to"), {"to": closes + timedelta(days=9)})
        session.commit()
    desk.now = closes + timedelta(seconds=1)
    late = desk.give(by="马超")
    with Session(desk.database.writers) as session:
        desk.one(session).closes_at = closes
        session.commit()
    assert [(one.subject, "截止以后" in one.reason) for one in faults(desk)] == [(f"opinion/{late}", True)]
    assert in_time != late


def test_erasing_an_author_is_no_fault(desk: Desk) -> None:
    told = tell(desk)
    erased = (
        "DELETE FROM opinion_author",
        "DELETE FROM opening WHERE person_id = :who",
        "UPDATE opinion SET name = '' WHERE person_id = :who",
    )
    assert faults(desk, *erased, who=desk.village["赵敏"]) == []
    assert told


def test_damaged_entries_are_named_once(desk: Desk, tmp_path) -> None:
    let_time_pass(desk)
    tell(desk)
    assert faults(desk) == []
    acts = ["opinion.given", "opinions.handled", "opinions.merged", "solicitation.opened", "opinion.changed"]
    for what, damage in DAMAGE.items():
        with Session(desk.database.writers) as session:
            unlock(session.connection())
            for act in acts:
                entry = session.exec(select(Entry).where(Entry.act == act).order_by(Entry.index)).first()
                entry.body = damage(bytes(entry.body))
            session.flush()
            report = verify_installation(session, Trusted(tmp_path / "nothing"), checks)
            session.rollback()
        named = {fault.index for fault in report.faults if fault.kind == "entry_hash"}
        assert len(named) == (len(acts) if what in NAMED else 0), what
        assert {fault.index for fault in report.faults} <= named, (what, report.faults)


def test_a_fault_is_said_in_every_language(desk: Desk) -> None:
    told = tell(desk)
    found = faults(
        desk, "UPDATE opinion SET number = 99 WHERE id = :own", "UPDATE opinion SET original = '' WHERE id = :stranger",
        "UPDATE opinion_handling SET opinion_id = :quiet WHERE opinion_id = :own", "UPDATE solicitation SET given = 3",
        "UPDATE opinion_joining SET at = :now WHERE cluster_id = :second", now=desk.now, **told,
    )  # fmt: skip
    assert len({one.reason for one in found}) >= 5
    for one in found:
        said = {locale: sentence(one, locale) for locale in LOCALES}
        assert not any("{" in words for words in said.values()), said
        assert said["en"].isascii(), said["en"]


def test_many_at_once_and_nothing_kept_apart_is_a_fault(desk: Desk) -> None:
    desk.say(*(f"{n}号楼{READY}" for n in range(60)))
    desk.follow()
    [group] = desk.groups()
    desk.do(keep_apart, group=lambda s: s.merge(group))
    desk.change(lambda s, now: give_opinions(s, now, [desk.given(by=None, nonce="n", code=str(n)) for n in range(3)]))
    assert faults(desk) == []
