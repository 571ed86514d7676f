"""The desk as the liaison meets it: found, looked at, merged, handled one by one and many at once; nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from deliberation.legislation import following
from deliberation.legislation.desk_rules import MERGE, NOT_SENT, USE
from deliberation.legislation.opinion_models import Opinion
from tests.legislation.asking import Here, asked_site
from tests.legislation.test_likeness import READY
from tests.legislation.test_opinion_pages import FORM, number


class AtDesk(Here):
    def say(self, *texts: str, by: str = "赵敏", **fields: str) -> list[int]:
        browser = self.as_(by)
        return [
            number(
                browser.post(
                    f"{self.address}/opinions",
                    **FORM | {"quote": "", "kind": "question", "proposal": each, "reason": ""} | fields,
                )
            )
            for each in texts
        ]

    def follow(self) -> None:
        self.asking.now += following.SOON
        self.site.house.runner.run_due()

    def numbers(self, *ids: int) -> list[int]:
        with self.site.house.database.read() as session:
            return [session.get(Opinion, id).number for id in ids]

    def state(self, *ids: int) -> list[str]:
        with self.site.house.database.read() as session:
            return [session.get(Opinion, id).handling for id in ids]


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[AtDesk]:
    with asked_site(database_url, tmp_path) as made:
        yield AtDesk(made.site, made.asking)


def test_the_desk_is_the_liaisons(here: AtDesk):
    desk = f"{here.address}/desk"
    assert here.as_("").get(desk).status == 303
    assert here.as_("赵敏").get(desk).status == 404 and here.as_("胡军").get(desk).status == 403
    page = here.as_("陈静").get(desk)
    assert page.status == 200 and "0条意见，已处理0条" in page.words and "这里没有意见" in page.words
    assert here.as_("陈静").get(f"{here.address}/keeping").links(rf"{desk}") == [desk]


def test_one_is_handled_and_the_next_comes(here: AtDesk):
    one, two = here.say("坡道太陡", "坡道太滑")
    liaison, desk = here.as_("陈静"), f"{here.address}/desk"
    page = liaison.get(desk)
    assert "坡道太滑" in page.words and f'name="onward" value="{one}"' in page.text, "the newest first"
    form = {"opinion": str(two), "onward": str(one), "proposal": "坡道太滑", "decision": NOT_SENT, "reason": ""}
    answer = liaison.post(f"{desk}/handling", **form)
    assert answer.status == 422 and "不上报的意见要写理由" in answer.words and here.state(two) == [""]
    answer = liaison.post(f"{desk}/handling", **form | {"reason": "已经有国家标准"})
    assert answer.status == 303 and answer.location == f"{desk}?at={one}" and here.state(two) == [NOT_SENT]
    page = liaison.get(answer.location)
    assert "2条意见，已处理1条" in page.words and "坡道太陡" in page.words
    assert "已经有国家标准" in page.text, "what was written lately is there to be chosen"
    answer = liaison.post(f"{desk}/handling", opinion=str(one), proposal="坡道坡度过大", decision=USE, reason="")
    assert answer.status == 303
    page = liaison.get(f"{desk}?view=use")
    assert "坡道坡度过大" in page.words and "坡道太陡" in page.words, "the author's own words beside it"
    assert "没有了" in liaison.get(desk).words


def test_those_alike_are_merged_and_parted(here: AtDesk):
    ids = here.say(READY, READY + "谢谢", "大家好，" + READY, "电梯太小")
    here.follow()
    liaison, desk = here.as_("陈静"), f"{here.address}/desk"
    page = liaison.get(f"{desk}?at={ids[0]}")
    assert "可能同类，还没有归并" in page.words and "3条全部归并" in page.words and "程序找到的相似意见" in page.words
    answer = liaison.post(f"{desk}/clusters", opinion=str(ids[0]), group=str(ids[0]))
    assert answer.status == 303 and here.state(*ids) == ["", MERGE, MERGE, ""]
    page = liaison.get(answer.location)
    assert "3条同类意见" in page.words and "代表" in page.words and "可能同类" not in page.words
    assert (
        "并入"
        in liaison.post(f"{desk}/handling", opinion=str(ids[1]), proposal=READY + "谢谢", decision=USE, reason="").words
    )
    answer = liaison.post(f"{desk}/partings", opinion=str(ids[0]), ticked=str(ids[2]))
    assert answer.status == 303 and here.state(*ids) == ["", MERGE, "", ""]
    assert liaison.post(f"{desk}/clusters", opinion=str(ids[0]), ticked=[str(ids[2]), str(ids[3])]).status == 303
    assert here.state(*ids) == ["", MERGE, MERGE, MERGE]
    assert liaison.post(f"{desk}/differences", group=str(ids[0])).status == 303
    assert liaison.post(f"{desk}/clusters", opinion=str(ids[0]), ticked="x").status == 404
    assert liaison.post(f"{desk}/differences", group="99").status == 404


def test_what_is_sieved_is_handled_together(here: AtDesk):
    fees = here.say("物业费太高", "物业费怎么收", "物业费谁来收")
    [other] = here.say("电梯太小")
    here.follow()
    liaison, desk = here.as_("陈静"), f"{here.address}/desk"
    for typed in ("物业费", "wyf"):
        page = liaison.get(f"{desk}?q={typed}")
        assert page.words.count("待处理") > 3 and "电梯太小" not in page.words
    answer = liaison.post(f"{desk}/handlings", q="物业费", all_kind=NOT_SENT, all_reason="")
    assert answer.status == 422 and "要写理由" in answer.words and here.state(*fees) == [""] * 3
    answer = liaison.post(f"{desk}/handlings", q="物业费", all_kind=NOT_SENT, all_reason="不属于本法调整的范围")
    assert answer.status == 303 and here.state(*fees, other) == [NOT_SENT] * 3 + [""]
    assert liaison.post(f"{desk}/handlings", q="物业费", all_kind=USE, all_reason="").status == 422, (
        "nothing is left to handle"
    )
    assert "电梯太小" in liaison.get(f"{desk}?kind=question&channel=online&article=4").words
    assert "没有了" in liaison.get(f"{desk}?kind=support").words and "没有了" in liaison.get(f"{desk}?article=2").words


def test_tags_and_whose_it_is(here: AtDesk):
    [one] = here.say("坡道太陡")
    liaison, desk = here.as_("陈静"), f"{here.address}/desk"
    who = str(here.village["胡军"])
    assert liaison.post(f"{desk}/sorting", opinion=str(one), tags="无障碍，一层", assigned=who).status == 303
    assert "坡道太陡" in liaison.get(f"{desk}?tag=无障碍").words and "没有了" in liaison.get(f"{desk}?tag=费用").words
    assert "坡道太陡" in liaison.get(f"{desk}?to={who}").words and "没有了" in liaison.get(f"{desk}?to=999").words
    assert liaison.post(f"{desk}/sorting", opinion=str(one), tags="", assigned="999").status == 422
    assert "无障碍" not in here.as_("赵敏").get(f"/opinions/{one}").words, "the point's own"


@pytest.mark.parametrize("typed", ["'", "%", "<script>", "AND OR", "\\", "🙂"])
def test_what_is_typed_in_the_sieve_breaks_nothing(here: AtDesk, typed: str):
    here.say("坡道<script>alert(1)</script>")
    here.follow()
    from urllib.parse import quote

    page = here.as_("陈静").get(
        f"{here.address}/desk?q={quote(typed)}&view=nothing&article={quote(typed)}&to=x&before=y&at=z"
    )
    assert page.status == 200 and "<script>alert" not in page.text


def test_the_author_reads_what_became_of_it_and_strangers_do_not(here: AtDesk):
    one, two = here.say("坡道太陡", "坡道太滑")
    liaison, author, desk = here.as_("陈静"), here.as_("赵敏"), f"{here.address}/desk"
    assert "联系点怎么处理的" not in author.get(f"/opinions/{one}").words
    liaison.post(f"{desk}/clusters", opinion=str(one), ticked=str(two))
    liaison.post(f"{desk}/handling", opinion=str(one), proposal="坡道过陡", decision=NOT_SENT, reason="已经有国家标准")
    for id in (one, two):
        assert "已经有国家标准" in author.get(f"/opinions/{id}").words
        assert "已经有国家标准" not in here.as_("李强").get(f"/opinions/{id}").words
    assert "另外1条同类意见" in author.get(f"/opinions/{two}").words
    assert "坡道太陡" in author.get(f"/opinions/{one}").words
    stranger = here.as_("").get(f"/opinions/{one}").words
    assert "坡道过陡" in stranger and "坡道太陡" not in stranger, "words that were put otherwise are not spread"


def test_changing_without_an_account_is_slowed_like_giving(here: AtDesk):
    visitor = here.as_("")
    id = number(visitor.post(f"{here.address}/opinions", **FORM))
    answers = [
        visitor.post(f"/opinions/{id}/changes", kind="edit", proposal=f"第{n}种说法", reason="") for n in range(8)
    ]
    assert [each.status for each in answers][:4] == [303] * 4 and answers[-1].status == 422
    assert "短时间内太多了" in answers[-1].words and "第7种说法" in answers[-1].text


def test_two_that_the_program_did_not_pair_are_merged_by_number_or_by_words(here: AtDesk):
    lead, other, third = here.say("坡道太陡", "轮椅上不去楼门口", "门口的台阶太高，推不上去")
    here.follow()
    liaison, desk = here.as_("陈静"), f"{here.address}/desk"
    numbers = here.numbers(lead, other, third)
    page = liaison.get(f"{desk}?at={lead}")
    assert "可能同类" not in page.words and 'name="other"' in page.text and 'data-key="o"' in page.text
    for typed in (str(numbers[1]), f"第{numbers[1]}号", f" #{numbers[1]} "):
        found = liaison.get(f"{desk}?at={lead}&other={quote(typed)}")
        assert f'name="ticked" value="{other}" checked' in found.text and f'value="{third}"' not in found.text, typed
        assert f"并进第{numbers[0]}号意见" in found.words and 'data-key="b"' in found.text
    by_words = liaison.get(f"{desk}?at={lead}&other={quote('台阶')}")
    assert f'name="ticked" value="{third}" checked' in by_words.text
    assert liaison.post(f"{desk}/clusters", opinion=str(lead), ticked=str(other)).location == f"{desk}?at={lead}"
    assert here.state(lead, other, third) == ["", MERGE, ""]
    again = liaison.get(f"{desk}?at={lead}&other={numbers[1]}")
    assert "已经并在一起" in again.words and "拆出所选" in again.words
    assert liaison.post(f"{desk}/partings", opinion=str(lead), ticked=str(other)).status == 303
    assert here.state(lead, other) == ["", ""]


def test_what_cannot_be_merged_is_found_with_the_reason_and_without_a_tick(here: AtDesk):
    one, two, lone, gone = here.say("坡道太陡", "坡道又陡又滑", "楼道里的灯不亮", "撤回的这一条")
    liaison, desk = here.as_("陈静"), f"{here.address}/desk"
    assert here.as_("赵敏").post(f"/opinions/{gone}/withdrawal").status == 303
    assert liaison.post(f"{desk}/clusters", opinion=str(one), ticked=str(two)).status == 303
    numbers = here.numbers(two, gone, lone)
    elsewhere = liaison.get(f"{desk}?at={lone}&other={numbers[0]}")
    assert "有的意见已经并入别的同类意见" in elsewhere.words and f'name="ticked" value="{two}"' not in elsewhere.text
    assert 'data-key="b"' not in elsewhere.text
    for typed in (numbers[1], numbers[2], 999_999, "没有的字"):
        page = liaison.get(f"{desk}?at={lone}&other={quote(str(typed))}")
        assert "没有找到" in page.words and 'data-key="b"' not in page.text, typed


def test_an_opinion_of_another_solicitation_is_not_found(here: AtDesk):
    [mine] = here.say("坡道太陡")
    elsewhere, asking = here.id, here.asking
    asking.id = asking.change(asking._draft)
    asking.open()
    theirs = here.say("轮椅上不去", "门口太窄")[1]
    assert here.numbers(theirs) == [2]
    page = here.as_("陈静").get(f"/solicitations/{elsewhere}/desk?at={mine}&other=2")
    assert "没有找到" in page.words
    refused = here.as_("陈静").post(f"/solicitations/{elsewhere}/desk/clusters", opinion=str(mine), ticked=str(theirs))
    assert refused.status == 404 and here.state(mine, theirs) == ["", ""]
