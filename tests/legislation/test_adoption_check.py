"""What became of opinions is held against the log: honest histories hold, and each change of them behind it is found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import combinations, product

import pytest
from sqlalchemy import text
from sqlmodel import Session

from deliberation.legislation.adoption_check import check_adoptions
from deliberation.legislation.adoption_models import OpinionAnswer
from deliberation.legislation.answer_check import check_answers
from deliberation.legislation.answering import tell_authors
from deliberation.legislation.desking import digest_of, merge_opinions, take_out
from deliberation.legislation.opinion_log import OTHER_MANY, UNOPENED, Told, other_many
from deliberation.legislation.opinion_models import Opinion
from tests.audit.damage import NAMED, spoil, unlock
from tests.legislation.fated import Fated
from tests.people import NOON


@pytest.fixture
def fated(database_url: str) -> Iterator[Fated]:
    """A lead with one merged into it, decided, answered and decided otherwise; another decided twice; one without a decision."""
    made = Fated(database_url)
    lead, merged, alone, _none = (made.give(by=name) for name in ("赵敏", "周明", "何敏", "赵敏"))
    made.change(
        lambda s, now: merge_opinions(
            s, now, of=made.one(s), lead=s.get(Opinion, lead), others=[s.get(Opinion, merged)], actor=made.liaison
        )
    )
    made.close()
    made.second()
    made.adopt(lead, kind="partly", article="4", text="不少于十五日")
    made.now += timedelta(minutes=1)
    made.adopt(alone, reason="其他法律已有规定", told_by="云溪市", letter="云人法函〔2026〕20号")
    made.answer()
    made.now += timedelta(minutes=1)
    made.change(lambda s, now: take_out(s, now, of=made.one(s), one=s.get(Opinion, merged), actor=made.liaison))
    made.adopt(alone, kind="reference")
    yield made
    made.database.close()


def faults(fated: Fated, *changes: str) -> list[str]:
    """What is found wrong once this SQL was run behind the log; it is undone again."""
    with Session(fated.database.writers) as session:
        for change in changes:
            session.execute(text(change))
        found = [each.subject for each in check_adoptions(session) if each]
        session.rollback()
    return found


def test_an_honest_history_holds(fated: Fated) -> None:
    assert faults(fated) == []


@pytest.mark.parametrize(
    "change, found",
    [
        ("UPDATE adoption SET kind = 'adopted' WHERE id = 1", "solicitation/1"),
        ("UPDATE adoption SET reason = '另一个理由' WHERE id = 3", "opinion/3"),
        ("UPDATE adoption SET text = '不少于三十日' WHERE id = 2", "solicitation/1"),
        ("UPDATE adoption SET told_by = '别处' WHERE id = 4", "opinion/3"),
        ("UPDATE adoption SET label = '第九十九条' WHERE id = 1", "solicitation/1"),
        ("UPDATE adoption SET told_on = '2020-01-01' WHERE id = 3", "opinion/3"),
        ("UPDATE adoption SET version_id = 1 WHERE id = 1", "solicitation/1"),
        ("UPDATE adoption SET told_by = '别处' WHERE id = 1", "solicitation/1"),
        ("UPDATE adoption SET opinion_id = 4 WHERE id = 2", "solicitation/1"),
        ("UPDATE opinion SET adoption_id = 3 WHERE id = 3", "opinion/3"),
        ("UPDATE opinion SET adoption_id = NULL WHERE id = 1", "opinion/1"),
        ("UPDATE opinion SET answered_at = NULL WHERE id = 1", "opinion/1"),
        ("UPDATE opinion_answer SET told_at = NULL WHERE opinion_id = 2", "opinion/2"),
        (
            "UPDATE opinion_count SET standing = standing + 1 WHERE dimension = 'adoption' AND word = 'partly'",
            "solicitation/1",
        ),
        ("UPDATE opinion_count SET standing = 0 WHERE dimension = 'answered'", "solicitation/1"),
        (
            "INSERT INTO adoption (opinion_id, solicitation_id, kind, reason, article, label, text, told_by, letter, at)"
            " SELECT 4, solicitation_id, 'adopted', '', '', '', '', '', '', at FROM adoption WHERE id = 4",
            "opinion/4",
        ),
    ],
)
def test_a_change_behind_the_log_is_found(fated: Fated, change: str, found: str) -> None:
    assert found in faults(fated, change)


def test_which_opinions_an_act_on_many_was_about_is_found_by_nobody_and_held_by_the_check(fated: Fated) -> None:
    acts = ("opinions.merged", "opinions.adopted", "opinions.answered")
    said = [json.loads(bytes(each.body))["data"] for act in acts for each in fated.entries(act)]
    assert said and all({"ids", "decisions"} & set(each["commit"]) for each in said)
    assert not any({"ids", "decisions"} & set(each) for each in said)
    guesses = {digest_of(ids) for size in range(4) for ids in combinations(range(1, 9), size)}
    assert not guesses & {word for each in said for word in each["commit"].values()}
    erased = "DELETE FROM opening WHERE person_id IS NOT NULL"
    assert faults(fated, erased) == []
    assert "solicitation/1" in faults(fated, erased, "UPDATE adoption SET opinion_id = 4 WHERE id = 2")
    assert "solicitation/1" in faults(fated, "DELETE FROM opening WHERE field = 'ids'")


def test_an_older_entry_that_names_them_in_clear_is_held_too() -> None:
    entry = partial(Told, 7, NOON, "opinions.handled", "opinion/1", NOON)
    clear = entry({"count": 2, "ids": digest_of([1, 2])})
    assert other_many(clear, {}, [2, 1]) is None and other_many(clear, {}, [1, 3]) == OTHER_MANY
    assert other_many(entry({"count": 2}), {"ids": digest_of([1, 2])}, [1, 2]) is None
    assert other_many(entry({"count": 2}), {}, [1, 2]) == UNOPENED and other_many(entry({}), {}, [1]) is None


def test_who_was_told_and_how_is_held_against_the_log(database_url: str) -> None:
    made = Fated(database_url)
    account, coded = made.give(), made.give(by=None, nonce="n", code="ABCD")
    first, second = (made.type(name=name, contact="青溪路3号") for name in ("刘大姐", "孙大爷"))
    silent = made.type(name="周伯")
    made.close()
    made.second()
    made.adopt(account, coded, first, second, silent)
    made.answer()
    made.now += timedelta(minutes=1)
    for note, ids in (("12月3日寄出", (first, second)), ("上门", (silent,))):

        def tell(session: Session, now: datetime, note: str = note, ids: tuple[int, ...] = ids) -> None:
            answers = [one for one in made.answers() if one.opinion_id in ids]
            answers = [session.get(OpinionAnswer, one.id) for one in answers]
            tell_authors(
                session, now, of=made.one(session), answers=answers, way="letter", note=note, actor=made.liaison
            )  # fmt: skip

        made.change(tell)
        made.now += timedelta(minutes=1)

    def found(*changes: str) -> list[str]:
        with Session(made.database.writers) as session:
            for change in changes:
                assert session.execute(text(change)).rowcount >= 1, change
            told = [each.subject for each in check_answers(session) if each]
            session.rollback()
        return told

    assert found() == [] == faults(made)
    answer = "UPDATE opinion_answer SET {} WHERE opinion_id = {}"
    for change, subject in (
        (answer.format("note = '别的'", first), "solicitation/1"),
        (answer.format("way = 'phone'", first), "solicitation/1"),
        (answer.format("told_by_id = told_by_id + 1", second), "solicitation/1"),
        (answer.format("told_at = NULL", silent), "solicitation/1"),
        (answer.format("told_at = '2026-12-31 00:00:00'", silent), f"opinion/{silent}"),
        (answer.format("way = 'letter'", account), f"opinion/{account}"),
        (answer.format("way = 'inbox'", coded), f"opinion/{coded}"),
        (answer.format("way = 'code'", account), f"opinion/{account}"),
        (answer.format("way = 'inbox', told_at = at", silent), f"opinion/{silent}"),
        (answer.format("way = 'point', told_at = at", silent), f"opinion/{silent}"),
        (answer.format("told_at = '2026-12-31 00:00:00'", account), f"opinion/{account}"),
        ("DELETE FROM opening WHERE field = 'ids'", "solicitation/1"),
        (
            "INSERT INTO opinion_answer (opinion_id, solicitation_id, adoption_id, at, way, note)"
            f" SELECT opinion_id, solicitation_id, adoption_id + 1, at, '', '' FROM opinion_answer WHERE opinion_id = {account}",
            "solicitation/1",
        ),
    ):
        assert subject in found(change), change
    assert found("DELETE FROM opening WHERE person_id IS NOT NULL") == []
    for act, damage in product(("opinions.told", "opinions.answered"), NAMED):
        with Session(made.database.writers) as session:
            unlock(session.connection())
            assert spoil(session, act, damage)
            assert [each for each in check_answers(session) if each] == [], (act, damage)
            session.rollback()
    made.database.close()
