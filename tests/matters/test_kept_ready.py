"""What is kept ready of a dossier is what would be made anew: after every act, for everybody, in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from sqlmodel import Session, select

from deliberation import bulk
from deliberation.assemblies.actions import seat_member
from deliberation.assemblies.models import Assembly
from deliberation.audit.actions import Actor, PendingEntry, record, record_many
from deliberation.communities.actions import set_local_setting
from deliberation.communities.models import community
from deliberation.delivery.actions import read_notice
from deliberation.delivery.models import Delivery
from deliberation.identity.models import Person
from deliberation.keeping import Kept
from deliberation.matters import annals, dossier, shelf
from deliberation.matters.actions import choose_variant
from deliberation.matters.corrections import correct_document
from deliberation.matters.letters import document_read
from deliberation.matters.models import Document
from deliberation.matters.telling import Asker
from deliberation.translation import LOCALES
from deliberation.vocabulary import Act, Role
from deliberation.voting.rules import ONLINE_SETTING
from tests.matters.story import Story
from tests.people import give_role

ALL_KEPT = ("_known", "_issuers", "_places", "_files", "_html")


def page_of(story: Story, name: str | None, locale: str) -> list[str]:
    """Rail, box and file as a visit shows them."""

    def look(session: Session, _matter: object) -> list[str]:
        who = story.village[name] if name else None
        known, state, standing = dossier.known_within_reach(session, story.matter_id, who, story.now)
        asker = Asker(standing.roles, who is not None)
        return [
            str(dossier.rail_html(known, state, story.now, locale)),
            str(dossier.box_html(known, state, asker, story.now, locale)),
            str(dossier.file_html(session, known, state, story.now, locale)),
            known.matter.title,
            known.matter.stage,
        ]

    return story.look(look)


@pytest.fixture
def anew(monkeypatch):
    """Makes the same with nothing kept: as a process shows it that was started this moment."""

    def make(story: Story, name: str | None, locale: str) -> list[str]:
        with monkeypatch.context() as fresh:
            for kept in ALL_KEPT:
                fresh.setattr(dossier, kept, Kept(8))
            fresh.setattr(annals, "_annals", Kept(8))
            for kept in ("_cards", "_lines"):
                fresh.setattr(shelf, kept, Kept(8))
            fresh.setattr(bulk, "_converted_before", bulk._converted)
            return page_of(story, name, locale)

    return make


PEOPLE = (None, "王秀英", "钱芳", "赵敏", "周明")


class Watch:
    """Looks after each act whether what is kept is what would be made anew; each time with other eyes."""

    def __init__(self, story: Story, anew):
        self.story, self.anew = story, anew
        self.turn = count()

    def __call__(self, what: str) -> None:
        turn = next(self.turn)
        name, locale = PEOPLE[turn % len(PEOPLE)], LOCALES[turn % len(LOCALES)]
        assert page_of(self.story, name, locale) == self.anew(self.story, name, locale), (what, name, locale)

    def everybody(self, what: str) -> None:
        for name, locale in [(name, "zh-Hans") for name in PEOPLE] + [(None, "en"), ("王秀英", "zh-Hant")]:
            assert page_of(self.story, name, locale) == self.anew(self.story, name, locale), (what, name, locale)


@pytest.mark.parametrize("procedure", ["six_steps", "village_four_two"])
def test_all_the_way_what_is_kept_is_what_would_be_made_anew(story, anew, procedure):
    story.begin(procedure)
    watch = Watch(story, anew)
    watch.everybody("begin")
    for _step in range(90):
        if story.stage == "closed":
            break
        watch(story.take_next())
        if _step % 5 == 0:
            story.wait(hours=20)
            watch("a night has passed")
    assert story.stage == "closed"
    watch.everybody("closed")


def test_beside_the_way_too(story, anew):
    story.begin("six_steps").go_to("notice")
    watch = Watch(story, anew)
    watch.everybody("notice")
    story.notify()
    watch.everybody("a notice")
    for name in ("赵敏", "李强", "王秀英"):
        story.do(lambda session, _matter, name=name: _read(session, story, name))
        watch.everybody(f"{name} read it")
    told = set(story.to_be_told())
    for name in {name for name, id in story.village.people.items() if id in told} - {"赵敏", "李强", "王秀英"}:
        story.do(lambda session, _matter, name=name: _read(session, story, name))
    story.plan("路面宽4.5米。")
    story.plan("路面宽5米。", "加宽")
    watch.everybody("plans")
    story.evidence("other", "照片")
    watch.everybody("evidence")
    first = story.documents()[0]
    story.do(
        lambda session, matter: correct_document(
            session, story.now, matter=matter, document=session.get(Document, first.id), body="应为五米。",
            reason="笔误", actor=story.actor("王秀英"),
        )
    )  # fmt: skip
    watch.everybody("a correction")
    story.do(
        lambda session, matter: choose_variant(
            session, story.now, matter=matter, step="resolution", variant="assembly_adults",
            actor=story.actor("王秀英"),
        )
    )  # fmt: skip
    watch.everybody("a variant")
    story.go_to("disclosure").take_next()
    objection = story.object()
    watch.everybody("an objection")
    story.answer(objection)
    watch.everybody("its answer")
    story.inspect("not_satisfied")
    watch.everybody("an inspection")
    for hours in (1, 30, 24 * 7, 24 * 9):
        story.wait(hours=hours)
        watch.everybody("time")


def _read(session: Session, story: Story, name: str) -> None:
    delivery = session.exec(select(Delivery).where(Delivery.person_id == story.village[name])).first()
    read_notice(session, story.now, delivery=delivery, by=story.actor(name))
    document_read(session, story.now, int(delivery.subject.split("/")[1]))


def test_what_is_changed_elsewhere_and_shows_here(story, anew):
    story.begin("village_four_two").go_to("two_committees")
    watch = Watch(story, anew)
    watch.everybody("here")
    before = page_of(story, "赵敏", "zh-Hans")

    def rename(session: Session, _matter: object) -> None:
        who = session.get(Person, story.village["王秀英"])
        who.name = "王秀莲"
        session.add(who)
        record(session, Act.PERSON_CHANGED, who.community_id, f"person/{who.id}", actor=Actor())

    story.do(rename)
    watch.everybody("a name")
    assert "王秀莲" in page_of(story, None, "zh-Hans")[2]
    for where in (story.places.street, story.village.id):
        for value in ("yes", "no"):
            story.do(lambda session, _m, where=where, value=value: _set(session, story, where, value))
            watch.everybody(f"a setting of {where}: {value}")
    give_role(story.database, story.village["赵敏"], Role.OFFICER, story.village.id)
    watch.everybody("an appointment")
    assert page_of(story, "赵敏", "zh-Hans")[1] != before[1]
    story.do(lambda session, _matter: _seat(session, story, "赵敏"))
    watch.everybody("a seat")


def _set(session: Session, story: Story, where: int, value: str) -> None:
    of = community(session, where)
    for name in ("secretary_chairs", "whole_days_between"):
        set_local_setting(session, story.now, of=of, name=name, value=value, source="镇里规定", actor=Actor())


def _seat(session: Session, story: Story, name: str) -> None:
    body = session.get(Assembly, story.village.bodies["representatives"])
    since = date(2020, 1, 1)
    seat_member(session, assembly=body, person_id=story.village[name], role="代表", actor=Actor(), from_on=since)


def test_ballots_and_what_happens_elsewhere_change_nothing_and_nothing_is_made_anew(story, anew, monkeypatch):
    story.begin("six_steps").go_to("resolution")
    while story.take_next() != "open_poll":
        pass
    watch = Watch(story, anew)
    watch.everybody("a poll is open")
    before = page_of(story, "李强", "zh-Hans")
    monkeypatch.setattr(dossier, "fragment", None)

    def vote(session: Session, matter) -> None:
        entries = [
            PendingEntry(matter.community_id, act.value, "poll/1", f"matter/{matter.id}", Actor("member", 1), {})
            for act in annals.STILL
        ]
        record_many(session, entries)

    story.do(vote)
    story.do(lambda session, _m: set_local_setting(
        session, story.now, of=community(session, story.village.id), name=ONLINE_SETTING, value="yes",
        source="章程", actor=Actor(),
    ))  # fmt: skip
    assert page_of(story, "李强", "zh-Hans") == before
    monkeypatch.undo()
    watch.everybody("after the ballots")
    story.wait(days=1)
    watch.everybody("a day later")


def test_an_older_view_of_the_log_is_never_shown_what_came_after(story):
    story.begin("six_steps").go_to("notice")

    def annals_at(until: int):
        return story.look(lambda s, m: annals.annals_of(s, m.id, m.community_id, until))

    size = story.look(lambda s, m: annals.last_entry(s, m.id, m.community_id))
    whole = annals_at(size)
    for until in range(-1, size):
        older = annals_at(until)
        assert (older.until, set(older.first.values()) <= set(range(until + 1))) == (until, True)
        assert older.told == whole.told[: len(older.told)]
    assert annals_at(size) == whole


def test_two_states_differ_in_what_shows(story):
    story.begin("six_steps").go_to("notice")
    state = story.look(lambda s, m: dossier.state_of(s, m.id))
    assert replace(state, seen=state.seen + 5) == state
    assert replace(state, last=state.last + 1) != state
    assert replace(state, changes=state.changes + 1) != state
    assert replace(state, choices=(("secretary_chairs", "yes"),)) != state
