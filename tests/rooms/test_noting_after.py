"""Where nobody speaks the clerk writes under whoever spoke last, and the box says so."""

from __future__ import annotations

import re

from tests.rooms.halls import house_at


def test_what_is_written_after_a_speech_is_said_to_be_added_to_it(database_url, tmp_path):
    with house_at(database_url, tmp_path) as house:
        room = house.open_room()
        chair, clerk, member = (house.browser(name) for name in ("王秀英", "林涛", "李强"))
        assert "补记" not in clerk.get(room).words
        member.post(f"{room}/turns")
        [given] = chair.get(room).links(r"/turns/\d+/floor")
        assert chair.post(given).status == 303
        page = clerk.get(room)
        assert "记录李强的发言" in page.words and "补记" not in page.words
        turn = re.search(r"\d+", given)[0]
        assert chair.post(f"/turns/{turn}/end").status == 303
        page = clerk.get(room)
        assert "李强的发言已经结束，写在这里的记作补记。" in page.words and "记录李强的发言" in page.words
        assert "补记" not in member.get(room).words
        assert clerk.post(f"{room}/statements", body="路面要先压实。", turn=turn).status == 303
        assert "路面要先压实。" in member.get(room).words
