"""Every page of a dossier is walked; who may not, is told why; what is private is not there for outsiders."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from deliberation.audit.models import log_size
from deliberation.matters.models import Document, Matter, Objection, PlanVersion, ReplyOwed
from deliberation.matters.routes import routes
from deliberation.web import RouteSpec
from tests.matters.sites import long_ago, site_of
from tests.matters.story import Story
from tests.pages import Browser, Site

GET = sorted(line.path for line in routes if isinstance(line, RouteSpec) and line.method == "GET")
POST = sorted(line.path for line in routes if isinstance(line, RouteSpec) and line.method == "POST")
CAST = ("王秀英", "钱芳", "林涛", "李强", "赵敏", "周明", "吴桂兰", "何敏", "郑伟")


@pytest.fixture
def past(database_url) -> Story:
    return Story(database_url, long_ago())


def address(path: str, story: Story) -> str:
    """A route's path with numbers that are there."""
    kind = path.split("/")[1]
    numbers = {"matters": story.matter_id, "communities": story.village.id}
    return path.replace("{id}", str(numbers.get(kind, 1)))


def size(site: Site, story: Story) -> int:
    with site.house.database.read() as session:
        return log_size(session, story.village.id)


def one(site: Site, what, *met):
    with site.house.database.read() as session:
        return session.exec(select(what).where(*met)).first()


def test_every_page_opens_at_every_station_in_every_language(past, database_url, tmp_path):
    past.begin("six_steps").plan("路面宽4.5米。")
    past.plan("路面宽4.8米。", "加宽")
    past.go_to("disclosure").take_next()
    past.object()
    with site_of(past, database_url, tmp_path) as site:
        for locale, who in (("zh-Hans", "钱芳"), ("en", "王秀英"), ("zh-Hant", "李强")):
            browser = site.browser(past.village[who])
            browser.set_cookie("locale", locale)
            for path in GET:
                where = address(path, past)
                if path == "/matters/new":
                    where += f"?community={past.village.id}"
                if path == "/matters/{id}/documents/new":
                    where += "?act=close_feedback"
                page = browser.get(where)
                if path in (
                    "/matters/{id}/deliveries",
                    "/matters/{id}/notices/more",
                ):  # Nothing but the way to the list.
                    assert page.location == address("/matters/{id}/notices", past)
                    continue
                refused = path in ("/matters/{id}/notices",) and who == "李强"
                # No demand and no attachment exists in this story.
                missing = path in ("/demands/{id}", "/charters/{id}") or path.startswith("/attachments/{id}")
                assert page.status == (403 if refused else 404 if missing else 200), (locale, where, page.words[:400])
                if locale == "en" and page.status == 200:
                    shown = page.words.replace("村道", "")
                    assert "卷宗" not in shown and "现在" not in shown, where


def sign_in(site: Site, story: Story, name: str) -> Browser:
    return site.browser(story.village[name])


def test_the_way_through_the_forms_from_proposal_to_feedback(past, database_url, tmp_path):
    """What the wings do apart, the committee does by the pages of this slice."""
    with site_of(past, database_url, tmp_path) as site:
        village = past.village.id
        member, chair, officer = (sign_in(site, past, name) for name in ("李强", "王秀英", "钱芳"))
        answer = member.post(
            "/matters",
            community=village,
            title="村道拓宽",
            summary="雨天难走。",
            procedure="village_six_steps",
            stage="closed",
        )
        path = answer.location
        assert re.fullmatch(r"/matters/\d+", path)
        assert one(site, Matter, Matter.title == "村道拓宽").stage == "screening"
        answers = {f"exclusion_{number}": "no" for number in (1, 2, 3, 4)}
        assert chair.post(f"{path}/screening", **answers).location == path
        assert "提前" in officer.get(f"{path}").words
        assert officer.post(f"{path}/notices", title="协商通知", body="周六", to="everyone").status == 303
        listed = officer.get(f"{path}/notices")
        people = re.findall(r'name="person" value="(\d+)"', listed.text)
        assert len(people) >= len(CAST)
        refused = officer.send(f"{path}/deliveries", {"person": people[:2], "channel": "board", "proof": ""})
        assert refused.status == 422 and len(re.findall(r'value="\d+" checked', refused.text)) == 2
        assert 'value="board" selected' in refused.text
        assert officer.get(f"{path}/deliveries").location == f"{path}/notices"
        told = officer.send(f"{path}/deliveries", {"person": people, "channel": "board", "proof": "张贴在公告栏"})
        assert told.status == 303
        assert officer.post(f"{path}/notices/closing").location == path
        assert one(site, Matter, Matter.title == "村道拓宽").stage == "consultation"
        assert chair.post(f"{path}/plans", body="路面宽4.5米。").location == f"{path}/plans"
        assert chair.post(f"{path}/plans", body="路面宽4.8米。", note="加宽").status == 303
        assert "<ins>4.8</ins>" in site.visitor().get(f"{path}/plans").text
        corrected = officer.post("/documents/1/corrections", body="应为雨雪天", reason="笔误")
        assert corrected.location == "/documents/1"
        assert "应为雨雪天" in site.visitor().get("/documents/1").words
        assert "应为雨雪天" in site.visitor().get(path).words


def test_the_form_of_a_notice_says_what_is_asked_and_drafts_it(past, database_url, tmp_path):
    past.begin("six_steps").go_to("notice")
    with site_of(past, database_url, tmp_path) as site:
        page = sign_in(site, past, "钱芳").get(f"/matters/{past.matter_id}/notices/new")
    for words in ("这份通知要做到", "利害关系人", "居民代表会议", "至少提前3日", "本地设置", "我已阅读", "关于协商"):
        assert words in page.text, words
    assert "现就“村道拓宽硬化”进行协商" in page.text and "时间和地点：不早于" in page.text


def test_what_is_typed_wrong_comes_back_beside_its_field_and_nothing_is_written(past, database_url, tmp_path):
    past.begin("six_steps")
    path = f"/matters/{past.matter_id}"
    with site_of(past, database_url, tmp_path) as site:
        chair, member = sign_in(site, past, "王秀英"), sign_in(site, past, "李强")
        before = size(site, past)
        refused = chair.post(f"{path}/screening", exclusion_1="yes", exclusion_2="no", exclusion_3="maybe")
        assert refused.status == 422
        assert {"f-exclusion_3-error", "f-exclusion_4-error", "f-reason-error"} <= refused.ids
        long = member.post(
            "/matters", community=past.village.id, title="长" * 61, summary="我写了很久的话", procedure="x"
        )
        assert (long.status, "我写了很久的话" in long.text) == (422, True)
        assert {"f-title-error", "f-procedure-error"} <= long.ids
        assert "题目：最多60字" in long.words, "the summary says which field"
        for community in ("", "abc", "999999", "9" * 30):
            assert member.post("/matters", community=community, title="a", summary="b").status == 404
            # A link that names no community leads to one's own.
            assert member.get(f"/matters/new?community={community}").status == (404 if community else 200)
        assert size(site, past) == before


def test_a_refused_answer_keeps_what_was_typed(past, database_url, tmp_path):
    past.begin("six_steps").go_to("disclosure").take_next()
    objection = past.object()
    with site_of(past, database_url, tmp_path) as site:
        officer = sign_in(site, past, "钱芳")
        back = officer.post(f"/objections/{objection.id}/answer", answer="写到一半的答复")
        assert back.status == 422
        assert "写到一半的答复" in back.text and "f-upheld-error" in back.ids
        assert officer.post(f"/objections/{objection.id}/answer", answer="已改", upheld="no").status == 303
        assert one(site, Objection).answer == "已改"


def test_evidence_comes_with_a_file_that_is_only_ever_saved(past, database_url, tmp_path):
    past.begin("six_steps").go_to("notice")
    path = f"/matters/{past.matter_id}"
    with site_of(past, database_url, tmp_path) as site:
        officer, member = sign_in(site, past, "钱芳"), sign_in(site, past, "李强")
        fields = {"kind": "other", "note": "送达回执", "document": "1"}
        fake = {"file": ("回执.pdf", b"<html>", "application/pdf")}
        assert officer.send(f"{path}/evidence", fields, files=fake).status == 422
        real = {"file": ("回执.pdf", b"%PDF-1.7 ...", "application/pdf")}
        refused = member.send(f"{path}/evidence", fields, files=real)
        assert refused.status == 403 and "添加佐证" in refused.words
        assert not list((tmp_path / "files").rglob("*")) or all(
            each.is_dir() for each in (tmp_path / "files").rglob("*")
        )
        assert officer.send(f"{path}/evidence", fields, files=real).location == path
        link = site.visitor().get(path).links(r"/attachments/\d+/view")[0].removesuffix("/view")
        saved = site.visitor().get(link)
        assert saved.content == b"%PDF-1.7 ..."
        assert saved.headers["content-disposition"].startswith("attachment")


def test_who_objected_is_seen_by_those_who_answer_and_not_by_neighbours(past, database_url, tmp_path):
    past.begin("six_steps").go_to("disclosure").take_next()
    past.object("赵敏")
    with site_of(past, database_url, tmp_path) as site:
        path = f"/matters/{past.matter_id}"
        assert "赵敏" in sign_in(site, past, "周明").get(f"{path}/objections").words
        assert "赵敏" not in sign_in(site, past, "李强").get(f"{path}/objections").words
        assert "赵敏" not in site.visitor().get(path).words
        own = sign_in(site, past, "赵敏").get(f"{path}/replies").words
        assert "路线离菜地太近。" in own and "李强" not in own


def everything(story: Story) -> dict[str, str]:
    """A plausible form for every route at once, with fields that no form has."""
    return {
        "title": "试一试", "summary": "试一试", "body": "试一试", "note": "试一试", "reason": "试一试", "answer": "试一试",
        "procedure": "village_six_steps", "community": str(story.village.id), "act": "close_feedback", "kind": "other",
        "document": "", "step": "resolution", "variant": "", "place": "公告栏", "upheld": "no", "to": "everyone",
        "channel": "visit", "proof": "上门", "person": "1", "share": "village_assembly_villagers",
        **{f"exclusion_{number}": "no" for number in (1, 2, 3, 4)},
        "stage": "closed", "ring": "supervise", "is_public": "yes", "proposer_id": "1", "outcome": "done", "role": "chair",
    }  # fmt: skip


#: Where the matter stands at its proposal's end: what each may do to it then. All else is refused with a reason.
MAY_AT_SCREENING = {
    "/matters": {"王秀英", "钱芳", "李强", "赵敏", "林涛", "周明", "吴桂兰", "何敏", "郑伟"},
    "/matters/{id}/screening": {"王秀英", "钱芳"},
    "/matters/{id}/plans": {"王秀英", "钱芳"},
    "/matters/{id}/variants": {"王秀英", "钱芳"},
    "/matters/{id}/evidence": {"王秀英", "钱芳", "林涛", "吴桂兰", "周明"},
    "/documents/{id}/corrections": {"钱芳", "林涛"},
    "/communities/{id}/demands": {"王秀英", "钱芳", "李强", "赵敏", "林涛", "周明", "吴桂兰", "何敏"},
}


def test_every_changing_route_by_everybody(past, database_url, tmp_path):
    past.begin("six_steps")
    with site_of(past, database_url, tmp_path) as site:
        for path in POST:
            if path == "/matters/{id}/screening":
                continue  # Its success would move the matter under the others: tried below.
            for name in CAST:
                before = size(site, past)
                page = sign_in(site, past, name).post(address(path, past), **everything(past))
                allowed = name in MAY_AT_SCREENING.get(path, ())
                assert page.status != 500, (path, name)
                if page.status == 303:
                    assert allowed, (path, name)
                    assert size(site, past) > before
                else:
                    assert page.status in (403, 404, 409, 422), (path, name, page.status)
                    assert size(site, past) == before, (path, name)
                    assert not allowed or path == "/communities/{id}/demands", (path, name, page.words[150:500])
            stranger = site.visitor().post(address(path, past), **everything(past))
            assert (stranger.status, stranger.location.split("?")[0]) == (303, "/sign-in"), path
        matter = one(site, Matter, Matter.id == past.matter_id)
        assert (matter.stage, matter.is_public, matter.proposer_id) == ("screening", True, past.village["李强"])
        for name in CAST:
            page = sign_in(site, past, name).post(address("/matters/{id}/screening", past), **everything(past))
            if name in MAY_AT_SCREENING["/matters/{id}/screening"]:
                assert page.status in (303, 403, 409)
            else:
                assert page.status == 403, name
        assert one(site, Matter, Matter.id == past.matter_id).stage == "notice"


def test_what_is_private_is_not_there_for_outsiders_in_the_same_words(past, database_url, tmp_path):
    past.begin("six_steps", title="内部事项", is_public=False).go_to("disclosure").take_next()
    past.object()
    past.evidence("other", "内部说明")
    with site_of(past, database_url, tmp_path) as site:
        outsider = site.browser(past.places.other["李强"])
        never = outsider.get("/matters/999999").words
        for who in (outsider, site.visitor()):
            for path in GET:
                if path.startswith(("/communities", "/demands")) or path in ("/matters", "/matters/new", "/charters"):
                    continue
                page = who.get(address(path, past))
                signed_out = who is not outsider and page.status == 303
                assert signed_out or page.status == 404, (path, page.status)
                assert "内部" not in page.text, path
            assert "内部事项" not in who.get("/matters").text
            assert "内部事项" not in who.get("/matters?q=内部").text
            assert "内部事项" not in who.get(f"/communities/{past.village.id}/matters").text
            assert "内部事项" not in who.get("/").text
        for path in POST:
            if path in ("/matters", "/communities/{id}/demands") or path.startswith("/demands"):
                continue
            page = outsider.post(address(path, past), **everything(past))
            assert page.status == 404, (path, page.status)
            assert page.words == never, path
        assert site.browser(past.village["赵敏"]).get(f"/matters/{past.matter_id}").status == 200
        assert one(site, Document, Document.body == "试一试") is None
        assert one(site, PlanVersion, PlanVersion.body == "试一试") is None
        assert one(site, ReplyOwed, ReplyOwed.answer == "试一试") is None


def test_a_private_matter_is_not_followed_by_outsiders(past, database_url, tmp_path):
    from starlette.websockets import WebSocketDisconnect

    past.begin("six_steps", is_public=False)
    with site_of(past, database_url, tmp_path) as site:
        outsider = site.browser(past.places.other["李强"])
        with pytest.raises(WebSocketDisconnect) as closed, outsider.listen(f"/matters/{past.matter_id}/live") as socket:
            socket.receive_text()
        assert closed.value.code == 4403


def test_the_home_page_and_the_search_show_what_is_there(past, database_url, tmp_path):
    past.begin("six_steps", title="后山村道").go_to("notice")
    past.begin("six_steps", title="加装电梯", summary="老楼。").go_to("feedback")
    with site_of(past, database_url, tmp_path) as site:
        officer, visitor = sign_in(site, past, "钱芳"), site.visitor()
        home = officer.get("/").words
        assert "请发出通知，写明时间、地点和要议的事" in home and "请逐人答复发言人" in home
        assert "请发出通知" not in visitor.get("/").words
        for words in ("后山村道", "加装电梯"):
            assert words in visitor.get("/").words
        assert "后山村道" not in visitor.get("/matters?state=decided").words
        assert "加装电梯" in visitor.get("/matters?state=decided").words
        found = visitor.get("/matters?q=電梯")
        assert "加装电梯" in found.words and "后山村道" not in found.words
        resolution = visitor.get("/matters?q=決議")
        assert "加装电梯" in resolution.words and resolution.links(r"/documents/\d+")
        assert "没有找到“<b>%”" in visitor.get("/matters?q=%3Cb%3E%25").words


def test_a_posting_is_drafted_from_what_was_decided(past, database_url, tmp_path):
    past.begin("six_steps").go_to("disclosure")
    resolution = next(one for one in reversed(past.documents()) if one.kind == "resolution")
    with site_of(past, database_url, tmp_path) as site:
        form = sign_in(site, past, "钱芳").get(f"/matters/{past.matter_id}/disclosures/new")
    assert resolution.body in form.words and "的决定公示如下" in form.words and "公示15日" in form.words


def test_the_page_of_the_plan_leads_whoever_may_write_it_to_the_form(past, database_url, tmp_path):
    past.begin("six_steps").go_to("consultation")
    path = f"/matters/{past.matter_id}/plans"
    with site_of(past, database_url, tmp_path) as site:
        assert sign_in(site, past, "钱芳").get(path).links(f"{path}/new")
        assert not sign_in(site, past, "赵敏").get(path).links(f"{path}/new")
        assert not site.visitor().get(path).links(f"{path}/new")
