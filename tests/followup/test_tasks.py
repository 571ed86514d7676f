"""Tasks and inspections as the cast does them on the site."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from deliberation.audit.models import Entry, openings_of
from deliberation.followup.models import Inspection, Task
from deliberation.jobs import next_job
from deliberation.matters.home import deadlines
from deliberation.matters.models import Clock, Proceeding
from deliberation.refusal import Refused
from tests.followup.carrying import Carrying
from tests.pages import Site, open_site
from tests.people import NOON, add_neighbour


@pytest.fixture
def story(database_url: str) -> Carrying:
    """A village road that was decided and is being built. It began months ago, so that the site's clock is after it."""
    return Carrying(database_url, NOON - timedelta(days=150)).begin(title="村道拓宽").go_to("implementation")


def one(story: Carrying, kind: type):
    return story.look(lambda session, _matter: session.exec(select(kind).order_by(kind.id.desc())).first())


def in_a_month(site: Site) -> str:
    return (site.house.now().date() + timedelta(days=30)).isoformat()


def test_the_chair_assigns_and_the_owner_reports(story: Carrying, tmp_path):
    with open_site(story.database.url, tmp_path) as site:
        chair, member = site.browser(story.village["王秀英"]), site.browser(story.village["李强"])
        assert chair.get(f"/matters/{story.matter_id}/tasks/new").status == 200
        made = chair.post(f"/matters/{story.matter_id}/tasks", title="铺设路面", owner="李强", due_on=in_a_month(site))
        listed = chair.follow(made)
        assert "铺设路面" in listed.words and "李强" in listed.words
        task = one(story, Task)
        assert f"/tasks/{task.id}" in member.get("/tasks").links(r"/tasks/\d+")
        assert "等我办的" in member.get("/tasks").words
        assert "等我办的" not in chair.get("/tasks").words
        page = member.get(f"/tasks/{task.id}")
        assert page.links(r"/tasks/\d+/report")
        done = member.follow(member.post(f"/tasks/{task.id}/report", report="全长1.2公里，已硬化。"))
        assert "全长1.2公里" in done.words
        clock = one(story, Clock)
        assert clock.subject == f"task/{task.id}" and clock.stopped_at is not None
        proceeding = one(story, Proceeding)
        assert proceeding.kind == "task" and proceeding.closed_at is not None
        # A second report changes nothing.
        member.post(f"/tasks/{task.id}/report", report="又一次")
        assert one(story, Task).report == "全长1.2公里，已硬化。"


def test_nobody_waits_for_the_end_of_a_clock_that_was_met(story: Carrying):
    task = story.assign(days=3)
    due_at = one(story, Clock).due_at
    assert due_at in story.look(lambda session, _matter: [at for at in [next_job(session, story.now)] if at])
    said = story.look(lambda session, _matter: {each.at: each.words for each in deadlines(session, story.now)})
    assert said[due_at] == "《{title}》落实事项的期限到"
    story.finish(task)
    assert story.look(lambda session, _matter: next_job(session, story.now)) is None


def test_the_clock_ends_with_the_day(story: Carrying):
    task = story.assign(days=3)
    clock = one(story, Clock)
    zone_midnight = clock.due_at.astimezone(story.facts.zone)
    assert zone_midnight.date() == task.due_on + timedelta(days=1)
    assert (zone_midnight.hour, zone_midnight.minute) == (0, 0)
    assert clock.owner == "成员" and clock.owner_id == story.village["李强"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, "请填写这一项"),
        ({"owner": "没有这个人"}, "没有登记叫“没有这个人”的人"),
        ({"owner": "张伟"}, "不止一位叫“张伟”"),
        ({"due_on": "2020-01-01"}, "已经过去"),
        ({"due_on": "明天"}, "请按年-月-日填写日期"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(story: Carrying, tmp_path, fields: dict, said: str):
    for _twice in range(2):
        add_neighbour(story.database, story.village, "张伟")
    with open_site(story.database.url, tmp_path) as site:
        chair = site.browser(story.village["王秀英"])
        good = {"title": "铺设路面", "owner": "李强", "due_on": in_a_month(site)}
        again = chair.post(f"/matters/{story.matter_id}/tasks", **(good | fields))
        assert again.status == 422 and said in again.words
        assert one(story, Task) is None


def test_who_may_not_assign_is_told_why(story: Carrying, tmp_path):
    with open_site(story.database.url, tmp_path) as site:
        for name in ("李强", "赵敏", "周明"):
            browser = site.browser(story.village[name])
            assert "由主持人、承办人办理" in browser.get(f"/matters/{story.matter_id}/tasks/new").words
            assert "没有登记叫" not in browser.get(f"/matters/{story.matter_id}/tasks/new").words
            refused = browser.post(
                f"/matters/{story.matter_id}/tasks", title="x", owner="李强", due_on=in_a_month(site)
            )
            assert refused.status == 403
        assert site.visitor().post(f"/matters/{story.matter_id}/tasks", title="x").status == 303
        assert one(story, Task) is None


def test_only_the_owner_or_the_officer_reports(story: Carrying, tmp_path):
    task = story.assign()
    with open_site(story.database.url, tmp_path) as site:
        neighbour = site.browser(story.village["赵敏"])
        assert "由承办这件事的人或者承办人员报告" in neighbour.get(f"/tasks/{task.id}").words
        assert neighbour.post(f"/tasks/{task.id}/report", report="我来报告").status == 403
        empty = site.browser(story.village["李强"]).post(f"/tasks/{task.id}/report", report=" ")
        assert empty.status == 422 and "请填写这一项" in empty.words
        officer = site.browser(story.village["钱芳"])
        assert officer.post(f"/tasks/{task.id}/report", report="李强电话里说：办完了。").status == 303
    done = one(story, Task)
    assert done.reported_by_id == story.village["钱芳"]


def test_the_dossier_asks_only_the_owner_and_the_officer_for_the_report(story: Carrying, tmp_path):
    story.assign()
    place, now_of = story.village, f"/matters/{story.matter_id}/now"
    with open_site(story.database.url, tmp_path) as site:
        shown = {
            name: ">汇报落实情况</a>" in site.browser(place[name]).get(now_of).text for name in ("李强", "赵敏", "钱芳")
        }
    assert shown == {"李强": True, "赵敏": False, "钱芳": True}


def test_a_resident_who_lends_a_hand_is_named_only_at_home(story: Carrying, tmp_path):
    task = story.assign(name="赵敏")
    with open_site(story.database.url, tmp_path) as site:
        near, stranger = site.browser(story.village["李强"]), site.visitor()
        for path in (f"/tasks/{task.id}", "/tasks"):
            assert "赵敏" in near.get(path).words
            assert "赵敏" not in stranger.get(path).words and "村民" in stranger.get(path).words
        assert "赵敏" not in stranger.get(f"/matters/{story.matter_id}/tasks").words


def test_a_supervisor_inspects_and_the_matter_can_go_on(story: Carrying, tmp_path):
    story.assign()
    with open_site(story.database.url, tmp_path) as site:
        supervisor = site.browser(story.village["周明"])
        form = supervisor.get(f"/matters/{story.matter_id}/inspections/new")
        assert "铺设路面" in form.words and "整件议题的办理" in form.words
        subject = f"task/{one(story, Task).id}"
        told = supervisor.follow(
            supervisor.post(
                f"/matters/{story.matter_id}/inspections", subject=subject, finding="路面平整。", satisfied="yes"
            )
        )
        assert "路面平整。" in told.words and "满意" in told.words
        assert "路面平整。" in site.visitor().get(f"/{subject.replace('task', 'tasks')}").words
    made = one(story, Inspection)
    assert made.is_satisfied and made.inspector_id == story.village["周明"]
    assert story.facts.inspections[-1].satisfied
    entry = story.look(
        lambda session, _m: session.exec(select(Entry).where(Entry.object == f"inspection/{made.id}")).one()
    )
    assert b"\xe8\xb7\xaf\xe9\x9d\xa2" not in entry.body  # 路面: what was found is committed, not told
    values = {one.field: one.value for one in story.look(lambda s, _m: openings_of(s, entry.community_id, entry.index))}
    assert values["finding"] == "路面平整。"


def test_a_bad_finding_keeps_the_posting_up_and_the_form_asks_for_what_is_open(database_url: str, tmp_path):
    story = Carrying(database_url, NOON - timedelta(days=150)).begin(title="村道拓宽").go_to("results")
    first = next(each for each in story.documents() if each.kind == "disclosure")
    story._open_disclosure()
    story.evidence("posting_photo")
    story.wait(days=16)
    path, closing = f"/matters/{story.matter_id}/inspections", f"/matters/{story.matter_id}/disclosures/closing"
    posting = [each for each in story.documents() if each.kind == "disclosure"][-1]
    with open_site(story.database.url, tmp_path) as site:
        officer, supervisor = site.browser(story.village["钱芳"]), site.browser(story.village["周明"])
        form = supervisor.get(f"{path}/new")
        assert f'value="document/{posting.id}" checked' in form.text and "这一环节等着检查" in form.words
        for subject, verdict in ((f"document/{first.id}", "yes"), (f"document/{posting.id}", "no")):
            supervisor.post(path, subject=subject, finding="公告栏上没有看到。", satisfied=verdict)
            refused = officer.post(closing)
            assert refused.status == 403
        assert "还没有整改后复查满意的记录" in refused.words
        assert story.stage == "results"
        supervisor.post(path, subject=f"document/{posting.id}", finding="已补贴，看到了。", satisfied="yes")
        assert "checked" not in supervisor.get(f"{path}/new").text
        assert officer.post(closing).status == 303
    assert story.stage == "evaluation"


def test_the_evaluation_is_issued_by_a_supervisor_and_not_by_the_officer(database_url: str, tmp_path):
    story = Carrying(database_url, NOON - timedelta(days=150)).begin(title="村道拓宽").go_to("evaluation")
    story.inspect()
    path, form = (
        f"/matters/{story.matter_id}/documents",
        {"act": "close_matter", "title": "评估意见", "body": "已落实。"},
    )
    with open_site(story.database.url, tmp_path) as site:
        for name in ("钱芳", "王秀英"):
            assert site.browser(story.village[name]).post(path, **form).status == 403
        supervisor = site.browser(story.village["周明"])
        assert "办结议题" in supervisor.get(f"/matters/{story.matter_id}").words
        assert supervisor.post(path, **form).status == 303
    assert story.stage == "closed"
    assert story.documents()[-1].issuer_role == "supervisor"


def test_who_executes_does_not_inspect(story: Carrying, tmp_path):
    story.assign("看管材料", name="周明")
    with open_site(story.database.url, tmp_path) as site:
        whole = f"matter/{story.matter_id}"
        for name in ("钱芳", "王秀英", "李强", "周明"):
            browser = site.browser(story.village[name])
            refused = browser.post(
                f"/matters/{story.matter_id}/inspections", subject=whole, finding="好", satisfied="yes"
            )
            assert refused.status == 403, name
        own = site.browser(story.village["周明"]).get(f"/matters/{story.matter_id}/inspections/new")
        assert "不能同时监督检查" in own.words
    assert one(story, Inspection).finding == "看过了"


def test_an_inspection_of_something_else_is_refused(story: Carrying, tmp_path):
    with open_site(story.database.url, tmp_path) as site:
        supervisor = site.browser(story.village["周明"])
        again = supervisor.post(
            f"/matters/{story.matter_id}/inspections", subject="document/1", finding="好", satisfied="perhaps"
        )
        assert again.status == 422
    assert one(story, Inspection).finding == "看过了"


def test_what_is_private_does_not_exist_for_others(story: Carrying, tmp_path):
    task = story.assign()

    def hide(session, matter):
        matter.is_public = False
        session.add(matter)

    story.do(hide)
    with open_site(story.database.url, tmp_path) as site:
        for browser in (site.visitor(), site.browser(story.places.other["李强"])):
            assert browser.get(f"/tasks/{task.id}").status == 404
            assert browser.get(f"/matters/{story.matter_id}/tasks").status == 404
            assert "铺设路面" not in browser.get("/tasks").words
            assert "铺设路面" not in browser.get(f"/board?community={story.village.id}").words
            assert "铺设路面" not in browser.get(f"/board.csv?community={story.village.id}").text
        assert "铺设路面" in site.browser(story.village["赵敏"]).get("/board").words


def test_nothing_is_written_when_the_date_has_passed(story: Carrying):
    with pytest.raises(Refused):
        story.assign(days=-1)
    assert one(story, Task) is None and one(story, Clock) is None


def test_the_open_list_hears_of_a_new_task(story: Carrying, tmp_path):
    with open_site(story.database.url, tmp_path) as site:
        seen = site.house.log_size(story.village.id)
        with site.visitor().listen(f"/matters/{story.matter_id}/live", seen) as socket:
            chair = site.browser(story.village["王秀英"])
            due_on = in_a_month(site)
            chair.post(f"/matters/{story.matter_id}/tasks", title="栽树", owner="赵敏", due_on=due_on)
            heard = ""
            while 'id="tasks"' not in heard:
                heard += socket.receive_text()
        assert "栽树" in heard and "赵敏" not in heard
        assert f'hx-get="/matters/{story.matter_id}/tasks"' in site.visitor().get(f"/matters/{story.matter_id}").text
        kept = site.visitor().fragment(f"/matters/{story.matter_id}/tasks").text
        assert 'id="tasks"' in kept and "<html" not in kept


def test_the_home_page_names_what_waits_and_what_is_late(story: Carrying, tmp_path):
    task = story.assign(days=1, title="清理边沟")
    with open_site(story.database.url, tmp_path, clock="system") as site:
        home = site.browser(story.village["李强"]).get("/")
        assert "清理边沟" in home.words and f"/tasks/{task.id}" in home.links(r"/tasks/\d+")
        assert "落实事项　由您办".replace("　", " ") in home.words


def test_the_date_is_a_day_of_the_community(story: Carrying):
    task = story.assign()
    assert isinstance(task.due_on, date)
