"""A real server and people who press on it: fifty turns asked for in a second, a seat that is taken back while one listens."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from sqlmodel import select

from deliberation.identity.actions import begin_sign_in
from deliberation.rooms.convening_models import Convening, Invitation
from deliberation.rooms.models import SpeakingTurn
from tests.faults.debating import Debate, Ear, Reply, fetch, listening, send
from tests.faults.killing import serving
from tests.faults.test_kill import _verified, _without_gaps
from tests.matters.story import Story
from tests.people import open_database

ASKED = 50
SOON = 10


def test_fifty_turns_asked_for_in_a_second_are_one_and_the_room_goes_on(database_url, tmp_path):
    debate, folder = Debate(database_url), tmp_path / "data"
    with serving(database_url, folder) as server:
        server.start()
        debate.give_floor(server)
        fetch(server, debate.path, debate.tokens["赵敏"])
        answers: list[Reply] = []

        def ask(number: int) -> None:
            path, token = f"{debate.path}/turns", debate.tokens["赵敏"]
            answers.append(send(server, path, token, htmx=number % 2 == 0, kind="speech", key=f"turn-{number}"))

        asking = [threading.Thread(target=ask, args=(number,)) for number in range(ASKED)]
        with listening(server, debate, "周明") as ear:
            began = time.monotonic()
            for each in asking:
                each.start()
            said = send(server, f"{debate.path}/statements", debate.tokens["李强"], body="我接着讲。", key="mine")
            for each in asking:
                each.join(60)
            assert said.status == 303 and time.monotonic() - began < SOON * 3
            ear.heard("我接着讲。", SOON)
            ear.shows_what_a_fresh_page_shows()
            counted = Counter(each.status for each in answers)
            assert len(answers) == ASKED and counted[303] == 1, counted
            refused = [each.words for each in answers if each.status != 303]
            assert all("Traceback" not in words for words in refused)
            assert all("已经在等候发言，不必再申请" in words for words in refused)
            assert not ear.closed
    waiting = debate.meeting.look(lambda session: session.exec(select(SpeakingTurn)).all())
    assert [each.person_id for each in waiting].count(debate.village["赵敏"]) == 1
    _without_gaps(debate.meeting.database)
    _verified(debate.meeting.database, folder)


def test_an_invitation_that_is_withdrawn_closes_the_socket_at_once(database_url, tmp_path):
    story = Story(database_url, begins=datetime.now(UTC) - timedelta(days=30))
    story.begin("six_steps", is_public=False).go_to("consultation")
    village, matter = story.village, story.matter_id
    [chair, member] = story.database.change(
        lambda session, now: [begin_sign_in(session, now, person_id=village[name]) for name in ("王秀英", "李强")]
    )
    story.database.close()
    with serving(database_url, tmp_path / "data") as server:
        server.start()

        def act(path: str, **fields: str) -> Reply:
            answer = send(server, path, chair, **fields)
            assert answer.status == 303, answer.words[:800]
            return answer

        start = (datetime.now(UTC) + timedelta(hours=8, days=2)).strftime("%Y-%m-%dT%H:%M")
        called = act(f"/matters/{matter}/convenings", form="council", title="修路", starts_at=start).location
        act(f"{called}/invitations", name="丁工程师", role="expert", guest="yes")
        database = open_database(database_url)

        def seat(session, now) -> tuple[int, str]:
            session.exec(select(Convening)).one().starts_at = now - timedelta(minutes=1)
            invited = session.exec(select(Invitation)).one()
            return invited.id, begin_sign_in(session, now, person_id=invited.person_id)

        invitation, guest = database.change(seat)
        given = {"title": "修路", "minutes": "60", "turn_minutes": "2", "turns_each": "2"}
        room = act(f"/matters/{matter}/rooms", convening=called.rsplit("/", 1)[1], **given).location
        debate = SimpleNamespace(path=room, tokens={"丁工程师": guest, "李强": member})
        with listening(server, debate, "丁工程师") as ear, listening(server, debate, "李强") as other:
            assert send(server, f"{room}/statements", guest, body="先做排水。", key="one").status == 303
            ear.heard("先做排水。", SOON)
            act(f"/invitations/{invitation}/withdrawal", reason="换人")
            assert closed_with(ear) == "4403"
            assert send(server, f"{room}/statements", member, body="这句不给外人听。", key="two").status == 303
            other.heard("这句不给外人听。", SOON)
            assert not any("这句不给外人听" in message for message in ear.told)
            assert fetch(server, room, guest).status == 404 and not other.closed
        database.close()


def closed_with(ear: Ear) -> str:
    until = time.monotonic() + SOON
    while not ear.closed and time.monotonic() < until:
        time.sleep(0.02)
    return str(ear.socket.close_code)
