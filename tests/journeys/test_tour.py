"""The demo's guided tour, followed word for word: whoever does what it says goes round the whole cycle.

Nothing here knows the procedure. The tour says who is next and where; the page there has a form; it is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.journeys.servers import Server, environment, free_port
from tests.journeys.walking import Form, Sheet, Walker

ENDED = "这件议题已经办结"
MOST_STEPS = 80
ANSWERS = {
    "title": "2号楼门前装两盏路灯",
    "summary": "2号楼门前晚上没有灯，老人下楼看不清台阶。希望在台阶两边各装一盏。",
    "procedure": "six_steps",
    "reason": "逐项对照，均不属于不纳入协商的情形。",
    "outcome": "to_decision",
    "upheld": "no",
    "satisfied": "yes",
    "proof": "钱芳上门送达，本人签收",
    "place": "小区公告栏、各单元门口",
    "owner": "钱芳",
    "choice": "yes",
    "note": "已经核对，原件存社区。",
}
FORMS = r"/(matters|rooms|polls|tasks|objections|replies|turns|gauges|documents)(/.*)?"
CALLED_OTHERWISE = {"结束协商，形成纪要": r"/rooms/\d+/closing"}
NOT_ASKED = re.compile(r".*/(withdrawal|extension|closing|gauges|register|marks|attendance)")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("tour")
    port = free_port()
    server = Server(["demo", "--port", str(port)], environment(folder / "data", port), folder=folder)
    yield server
    server.stop()


def answer(form: Form, name: str) -> str | list[str]:
    """What a person of good will puts in one field."""
    offered = form.choices.get(name)
    if name.startswith("exclusion_"):
        return "no"
    if name in ("person", "to"):
        return offered if name == "person" else offered[:1]
    if name in ANSWERS and (not offered or ANSWERS[name] in offered):
        return ANSWERS[name]
    if offered:
        return offered[0]
    if name == "due_on":
        return (date.today() + timedelta(days=400)).isoformat()
    return "已按大家说的办，逐项写在这里。"


def fill_in(form: Form) -> dict[str, str | list[str]]:
    """What has to be filled in, and that of which the journey has a mind of its own."""
    standing = {name for name, value in form.fields if value}
    asked = (form.required | set(form.choices)) - standing | set(ANSWERS) & form.names()
    return {name: answer(form, name) for name in asked}


def do_what_stands_here(walker: Walker, act: str) -> Sheet:
    """Fill in the form that the tour led to; where there are several, the one that the act is about."""
    page = walker.at
    onward = [href for href, said in page.links if act and act in said]
    if onward and not any(re.fullmatch(FORMS, one.action) for one in page.forms):
        page = walker.go(onward[0])
    forms = [one for one in page.forms if one.method == "post" and re.fullmatch(FORMS, one.action)]
    named = CALLED_OTHERWISE.get(act)
    about = [one for one in forms if (re.fullmatch(named, one.action) if named else act and act in one.words)]
    about = about or [one for one in forms if not NOT_ASKED.fullmatch(one.action)] or forms
    assert about, f"{act}: nothing to fill in on {page.url}: {page.words[:800]}"
    form = about[0]
    done = walker.send(form, **fill_in(form))
    if form.leads:  # What was chosen is looked at once more before it counts.
        done = walker.press(re.escape(form.action))
    assert done.status == 200, f"{act}: {form.action} answered {done.status}: {done.words[:800]}"
    return done


def next_step(tour: Sheet, server: Server, walkers: dict[str, Walker], matter: str) -> str:
    """Do the next thing that the tour names; what it was."""
    said = re.search(r"以(\S+)的身份：(.+?) \1", tour.words)
    if said is None:
        assert re.search("法律要求等到|按本地设置，要等到", tour.words), f"the tour knows no way on: {tour.words[:700]}"
        walker = walkers.setdefault("李强", Walker(server.address).sign_in(server.link_of("李强")))
        walker.go(f"/matters/{matter}")
        assert walker.press("/demo/clock").status == 200, walker.at.words
        return "the clock"
    name, act = said.groups()
    walker = walkers.setdefault(name, Walker(server.address))
    onward = walker.go(f"/tour?matter={matter}")
    if f"以{name}登录" in onward.words.split("从头开始")[0]:
        # For the first time, or because a sign-in ends when the demo's clock has moved over its last day.
        walker.go(onward.link(f"以{name}登录"))
        walker.press(r"/sign-in/.+")
    else:
        walker.go(onward.link(act))
    do_what_stands_here(walker, act)
    return f"{name}: {act}"


def test_whoever_follows_the_tour_closes_a_matter_of_their_own(server: Server) -> None:
    visitor = Walker(server.address)
    proposer = Walker(server.address)
    proposer.go(visitor.go("/tour").link("登录，提出议题"))
    proposer.press(r"/sign-in/.+")
    assert proposer.at.path == "/matters/new"
    made = do_what_stands_here(proposer, "")
    matter = made.path.rsplit("/", 1)[1]
    walkers = {"李强": proposer}
    steps: list[str] = []
    while len(steps) < MOST_STEPS:
        if ENDED in visitor.go(f"/matters/{matter}").words:
            break
        tour = visitor.go(f"/tour?matter={matter}")
        assert tour.status == 200
        steps.append(next_step(tour, server, walkers, matter))
        assert steps[-4:] != [steps[-1]] * 4, f"the tour goes in a ring: {steps}"
    assert ENDED in visitor.at.words, f"not closed after {steps}"
    assert {"李强", "钱芳", "王秀英", "周明"} <= set(walkers), steps
    assert "2号楼门前装两盏路灯" in visitor.go("/matters?q=路灯").words
