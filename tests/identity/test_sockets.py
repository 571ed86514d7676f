"""A sign-in that ends takes its sockets with it (ASVS 7.4.1, 7.4.2)."""

import pytest
from starlette.websockets import WebSocketDisconnect

from deliberation.live import SIGNED_OUT
from tests.matters.story import Story
from tests.pages import open_site


@pytest.fixture
def story(database_url):
    story = Story(database_url)
    story.begin("six_steps")
    story.database.close()
    return story


@pytest.fixture
def site(story, database_url, tmp_path):
    with open_site(database_url, tmp_path) as site:
        yield site


def listens_until_closed(socket) -> int:
    """The code with which the server closes; what it says before is passed over."""
    while True:
        try:
            socket.receive_text()
        except WebSocketDisconnect as closed:
            return closed.code


@pytest.mark.parametrize("way", ["signs out", "ends others", "is ended by an administrator", "is closed"])
def test_the_sockets_of_an_ended_sign_in_close(site, story, way):
    village = story.places.village
    browser, other = site.browser(village["赵敏"]), site.browser(village["赵敏"])
    with browser.listen(f"/matters/{story.matter_id}/live") as socket:
        if way == "signs out":
            browser.post("/sign-out")
        elif way == "ends others":
            other.post("/me/sign-ins")
        elif way == "is closed":
            site.browser(village["何敏"]).post(f"/admin/people/{village['赵敏']}/account", disabled="1")
        else:
            site.browser(village["何敏"]).post(f"/admin/people/{village['赵敏']}/sign-ins")
        assert listens_until_closed(socket) == SIGNED_OUT


def test_an_ended_sign_in_opens_no_socket(site, story):
    browser = site.browser(story.places.village["赵敏"])
    token = browser.cookie("sign-in")
    browser.post("/sign-out")
    browser.set_cookie("sign-in", token)
    with browser.listen(f"/matters/{story.matter_id}/live") as socket:
        assert listens_until_closed(socket) == SIGNED_OUT
