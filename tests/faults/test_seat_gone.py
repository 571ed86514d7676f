"""A real server and a guest in a public room whose invitation is withdrawn: their page closes, their turns are over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from sqlmodel import select

from deliberation.audit.models import entries_about
from deliberation.identity.actions import begin_sign_in
from deliberation.rooms.convening_models import Convening, Invitation
from deliberation.rooms.models import SpeakingTurn
from deliberation.rooms.order_rules import POINT, SPEECH
from deliberation.vocabulary import Act
from tests.faults.debating import Ear, Reply, fetch, listening, send
from tests.faults.killing import serving
from tests.faults.test_hall import SOON, closed_with
from tests.faults.test_kill import _verified, _without_gaps
from tests.matters.story import Story
from tests.people import open_database

LONG_AGO = timedelta(days=30)


class Public:
    """A public room with the guest 丁工程师 in it, who is an expert and lives elsewhere."""

    def __init__(self, server, database, village, matter: int):
        self.server, self.database = server, database
        self.tokens = database.change(
            lambda session, now: {
                name: begin_sign_in(session, now, person_id=village[name]) for name in ("王秀英", "李强", "林涛")
            }
        )
        start = (datetime.now(UTC) + timedelta(hours=8, days=2)).strftime("%Y-%m-%dT%H:%M")
        called = self.act("王秀英", f"/matters/{matter}/convenings", form="council", title="修路", starts_at=start)
        self.called = called.location
        self.act("王秀英", f"{self.called}/invitations", name="丁工程师", role="expert", guest="yes", office="设计院")

        def seat(session, now) -> tuple[int, int, str]:
            session.exec(select(Convening)).one().starts_at = now - timedelta(minutes=1)
            invited = session.exec(select(Invitation)).one()
            return invited.id, invited.person_id, begin_sign_in(session, now, person_id=invited.person_id)

        self.invitation, self.guest, self.tokens["丁工程师"] = database.change(seat)
        given = {"title": "修路", "minutes": "60", "turn_minutes": "2", "turns_each": "2"}
        number = self.called.rsplit("/", 1)[1]
        self.path = self.act("王秀英", f"/matters/{matter}/rooms", convening=number, **given).location

    def act(self, who: str, path: str, **fields: str) -> Reply:
        answer = self.send(who, path, **fields)
        assert answer.status == 303, answer.words[:800]
        return answer

    def send(self, who: str, path: str, **fields: str) -> Reply:
        return send(self.server, path, self.tokens[who], **fields)

    def page(self, name: str) -> Reply:
        return fetch(self.server, self.path, self.tokens[name])

    def ear(self, name: str):
        return listening(self.server, SimpleNamespace(path=self.path, tokens=self.tokens), name)

    def withdraw(self) -> None:
        self.act("王秀英", f"/invitations/{self.invitation}/withdrawal", reason="换人")

    def turns(self) -> list[SpeakingTurn]:
        with self.database.read() as session:
            return list(session.exec(select(SpeakingTurn).order_by(SpeakingTurn.id)))

    def acts_of(self, turn: SpeakingTurn) -> list[str]:
        with self.database.read() as session:
            return [each.act for each in entries_about(session, f"turn/{turn.id}")]


@contextmanager
def public_room(database_url, folder) -> Iterator[Public]:
    story = Story(database_url, begins=datetime.now(UTC) - LONG_AGO)
    story.begin("six_steps").go_to("consultation")
    village, matter = story.village, story.matter_id
    story.database.close()
    database = open_database(database_url)
    with serving(database_url, folder) as server:
        server.start()
        yield Public(server, database, village, matter)
    _without_gaps(database)
    _verified(database, folder)
    database.close()


def test_who_is_removed_while_speaking_is_closed_and_is_the_speaker_no_more(database_url, tmp_path):
    with public_room(database_url, tmp_path / "data") as room:
        room.act("丁工程师", f"{room.path}/turns")
        room.act("王秀英", f"/turns/{room.turns()[0].id}/floor")
        assert "我要发言" not in room.page("丁工程师").words and "丁工程师" in _speaker(room.page("李强"))
        with room.ear("丁工程师") as ear, room.ear("李强") as other:
            room.withdraw()
            assert closed_with(ear) == "4409"
            other.heard("王秀英撤回对丁工程师的邀请", SOON)
            room.act("李强", f"{room.path}/statements", body="接着说排水。", key="two")
            other.heard("接着说排水。", SOON)
            other.shows_what_a_fresh_page_shows()
            assert not other.closed and not any("接着说排水。" in message for message in ear.told)
        [turn] = room.turns()
        assert turn.ended_at is not None and room.acts_of(turn)[-1] == Act.TURN_CUT
        assert "丁工程师" not in _speaker(room.page("李强"))
        _is_a_stranger(room, turn)


def test_who_is_removed_while_waiting_leaves_the_queue_and_cannot_be_given_the_word(database_url, tmp_path):
    with public_room(database_url, tmp_path / "data") as room:
        for kind in (SPEECH, POINT):
            room.act("丁工程师", f"{room.path}/turns", kind=kind)
        with room.ear("丁工程师") as first, room.ear("丁工程师") as second, room.ear("王秀英") as chair:
            room.withdraw()
            assert {closed_with(first), closed_with(second)} == {"4409"}
            chair.heard("撤回对丁工程师的邀请", SOON)
            assert not chair.closed
        for turn in room.turns():
            assert turn.withdrawn_at is not None and room.acts_of(turn)[-1] == Act.TURN_WITHDRAWN
            assert room.send("王秀英", f"/turns/{turn.id}/floor").status in (403, 409)
        _is_a_stranger(room, room.turns()[0])


def test_an_interrupting_point_and_what_it_interrupts_are_both_over(database_url, tmp_path):
    with public_room(database_url, tmp_path / "data") as room:
        room.act("丁工程师", f"{room.path}/turns")
        room.act("王秀英", f"/turns/{room.turns()[0].id}/floor")
        room.act("李强", f"{room.path}/turns", kind=POINT)
        room.act("王秀英", f"/turns/{room.turns()[1].id}/floor")
        room.withdraw()
        held, point = room.turns()
        assert held.ended_at is not None and point.ended_at is None
        room.act("李强", f"/turns/{point.id}/end")
        assert "丁工程师" not in _speaker(room.page("李强"))


def _speaker(page: Reply) -> str:
    return page.words.split('id="speaker"', 1)[1].split("</section>", 1)[0]


def _is_a_stranger(room: Public, turn: SpeakingTurn) -> None:
    """The page shows what any looker-on sees, and nothing they send is taken."""
    page = room.page("丁工程师")
    assert page.status == 200 and "您现在在旁听" in page.words and "我要发言" not in page.words
    for path, fields in (
        (f"{room.path}/turns", {}),
        (f"{room.path}/statements", {"body": "还有一句"}),
        (f"{room.path}/attendance", {}),
        (f"{room.path}/questions", {"asked": "还问一句"}),
        (f"{room.path}/gauges", {"question": "行不行", "options": "行\n不行"}),
        (f"/turns/{turn.id}/end", {}),
        (f"/turns/{turn.id}/withdrawal", {}),
    ):
        answer = room.send("丁工程师", path, **fields)
        assert answer.status in (403, 409), (path, answer.status)
    with room.ear("丁工程师") as again:
        room.act("李强", f"{room.path}/statements", body="大家都看得到。", key="three")
        again.heard("大家都看得到。", SOON)
        assert isinstance(again, Ear) and not again.closed
