"""What is said of a result that is not published in full, in the three languages of the result document. Pure."""

from __future__ import annotations

from collections.abc import Mapping

EDITION_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh-Hans": {
        "share": "赞成的面积约占参加表决面积的{share}（按{step}向下取整）。",
        "met": "面积条件“{test}”：已经达到。",
        "unmet": "面积条件“{test}”：没有达到。",
        "bare": "应到{entitled}人，实到{present}人，参加表决{participating}人。{outcome}。",
        "area": "面积的数字没有公布：人数和面积合在一起，可能让人推出某些人投了什么。准确数字在逐票的计票文件里，有权查阅的人可以核对。",
        "area_shares": "面积只公布取整后的比例：人数和准确的面积合在一起，可能让人推出某些人投了什么。准确数字在逐票的计票文件里，有权查阅的人可以核对。",
        "tests": "各项面积条件是否达到也没有逐项公布，只公布表决结果，理由相同。",
        "outcome": "表决结果必须公布；即使只公布结果，面积很大的一方投了什么仍可能被推出。",
        "households": "户数的数字没有公布：同一户有几个人投票，户数可能让人推出他们投了什么。",
        "few": "赞成、反对、弃权的票数没有公布：这次和以前一次表决，参加的人只差{n}人，两次的合计一减，就能推出这{n}人投了什么。",
        "aside": "不计的票只公布张数和原因，不公布是谁的。",
        "outcome_passed": "表决通过",
        "outcome_failed": "表决没有通过",
        "outcome_no_quorum": "没有达到法定人数，表决不成立",
        "outcome_tie": "得票相同，须再次表决",
    },
    "zh-Hant": {
        "share": "贊成的面積約佔參加表決面積的{share}（按{step}向下取整）。",
        "met": "面積條件“{test}”：已經達到。",
        "unmet": "面積條件“{test}”：沒有達到。",
        "bare": "應到{entitled}人，實到{present}人，參加表決{participating}人。{outcome}。",
        "area": "面積的數字沒有公佈：人數和面積合在一起，可能讓人推出某些人投了什麼。準確數字在逐票的計票文件裏，有權查閱的人可以核對。",
        "area_shares": "面積只公佈取整後的比例：人數和準確的面積合在一起，可能讓人推出某些人投了什麼。準確數字在逐票的計票文件裏，有權查閱的人可以核對。",
        "tests": "各項面積條件是否達到也沒有逐項公佈，只公佈表決結果，理由相同。",
        "outcome": "表決結果必須公佈；即使只公佈結果，面積很大的一方投了什麼仍可能被推出。",
        "households": "戶數的數字沒有公佈：同一戶有幾個人投票，戶數可能讓人推出他們投了什麼。",
        "few": "贊成、反對、棄權的票數沒有公佈：這次和以前一次表決，參加的人只差{n}人，兩次的合計一減，就能推出這{n}人投了什麼。",
        "aside": "不計的票只公佈張數和原因，不公佈是誰的。",
        "outcome_passed": "表決通過",
        "outcome_failed": "表決沒有通過",
        "outcome_no_quorum": "沒有達到法定人數，表決不成立",
        "outcome_tie": "得票相同，須再次表決",
    },
    "en": {
        "share": " The area in favour is about {share} of the area taking part (rounded down to steps of {step}).",
        "met": " The condition by area, “{test}”, is met.",
        "unmet": " The condition by area, “{test}”, is not met.",
        "bare": "{entitled} entitled, {present} present, {participating} taking part. {outcome}.",
        "area": " The areas are not published: headcounts and areas together might tell how some people voted. The exact figures are in the tally document, which those who may see it can check.",
        "area_shares": " The areas are published as rounded shares only: headcounts and exact areas together might tell how some people voted. The exact figures are in the tally document, which those who may see it can check.",
        "tests": " Whether each condition by area is met is not published either, only the outcome, for the same reason.",
        "outcome": " The outcome has to be published; even alone it may tell how somebody with a very large area voted.",
        "households": " The numbers of households are not published: where several of one household vote, they might tell how these voted.",
        "few": " The numbers for, against and abstaining are not published: only {n} people make the difference between who took part in this vote and in an earlier one, and the difference of the sums would tell how they voted.",
        "aside": " Of the ballots that do not count only the number and the reasons are published, not whose they are.",
        "outcome_passed": "Passed",
        "outcome_failed": "Not passed",
        "outcome_no_quorum": "Without a quorum; the vote is void",
        "outcome_tie": "A tie; a further vote is needed",
    },
}
