"""An election through its votes: the first and those that follow it, who was elected in all, and the notice of the result."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from deliberation.communities.models import Community
from deliberation.matters.models import Matter
from deliberation.translation import say_date, translate
from deliberation.vocabulary import _
from deliberation.voting.election_rules import (
    Round,
    elected_in,
    is_election,
    outcome_of_rounds,
    rule_words,
    said_rule,
    unfilled,
)
from deliberation.voting.further_rules import outcome_of_step
from deliberation.voting.kinds import further_of
from deliberation.voting.models import Poll
from deliberation.voting.presets import PRESETS, Preset
from deliberation.voting.result_view import rule_sentences


def polls_of_election(session: Session, poll: Poll) -> list[Poll]:
    """The first vote and every one that followed it up to this one."""
    chain = [poll]
    while chain[0].follows_id is not None:
        chain.insert(0, session.get(Poll, chain[0].follows_id))
    return chain


def round_of(poll: Poll) -> Round:
    return Round(poll.outcome, tuple(poll.result.get("winners", ())), poll.rule["seats"])


def told_outcome(session: Session, poll: Poll) -> str:
    """With what word a closed poll settles the step."""
    told = outcome_of_step(poll.outcome, further_of(poll))
    if not is_election(poll.preset):
        return told
    return outcome_of_rounds(told, [round_of(each) for each in polls_of_election(session, poll)[:-1]])


def winners_of_all(session: Session, poll: Poll) -> list[tuple[str, dict[str, Any]]]:
    """Of a further vote: who was elected in all, and how many seats are empty; (key, facts) as a result says it."""
    if poll.follows_id is None or poll.result is None or not is_election(poll.preset):
        return []
    rounds = [round_of(each) for each in polls_of_election(session, poll)]
    said = [(_("几次投票合计当选：{names}"), {"names": list(elected_in(rounds))})] if elected_in(rounds) else []
    left = unfilled(rounds)
    return said + ([(_("合计空缺{n}个名额"), {"n": left})] if left else [])


def rule_of_poll(poll: Poll, locale: str) -> list[str]:
    """The rule of a poll in sentences: of an election as its article has it, of every other as it is counted."""
    if not is_election(poll.preset):
        return rule_sentences(poll.rule, locale)
    words = said_rule(PRESETS[poll.preset], poll.rule, poll.follows_id is not None)
    return [translate(locale, key, **facts) for key, facts in words]


def rule_before(preset: Preset, rule: dict[str, Any], locale: str) -> list[str]:
    """The rule in words before the vote is open. Of an election neither candidates nor seats are known yet."""
    if is_election(preset.id):
        # Only a further vote is known before it opens.
        words = said_rule(preset, rule, True) if "options" in rule else rule_words(preset)
        return [translate(locale, key, **facts) for key, facts in words]
    return rule_sentences(rule, locale)


# --- the notice of the result -----------------------------------------------------------------------------------------


def election_notice(session: Session, poll: Poll, matter: Matter, place: Community) -> tuple[str, str]:
    """Title and body of 选举结果公告. Chinese, as the community keeps its documents."""
    polls = polls_of_election(session, poll)
    rounds = [round_of(each) for each in polls]
    elected, left = elected_in(rounds), unfilled(rounds)
    parts = [
        f"{place.name}以无记名投票、公开计票的方法进行选举，应选{rounds[0].seats}名。",
        *(line for number, each in enumerate(polls) for line in _vote(each, number, place)),
        f"当选：{'、'.join(elected)}。" if elected else "没有人当选。",
        *([f"空缺{left}个名额。"] if left else []),
        f"依据：{poll.source}。",
        "以下是投票时公布的文本：",
        poll.text,
    ]
    return f"选举结果公告：{matter.title}", "\n\n".join(parts)


def _vote(poll: Poll, number: int, place: Community) -> list[str]:
    day = say_date(poll.closed_at.astimezone(place.zone).date(), "zh-Hans", year=True)
    heads = poll.result["counts"]["heads"]
    name = "第一次投票" if number == 0 else "另行选举"
    votes = "、".join(f"{who}{heads['options'][who]}票" for who in poll.rule["options"])
    said = [
        f"{name}（{day}）：登记的选民{heads['entitled']}人，参加投票{heads['participating']}人，选{poll.rule['seats']}名。"
        f"{poll.question}",
        f"得票：{votes}；弃权{heads['abstain']}票，无效{heads['invalid']}票。",
    ]
    if poll.outcome == "no_quorum":
        return [*said, "参加投票的没有达到法定人数，这次投票无效。"]
    if tied := poll.result.get("tied"):
        said.append(f"得票相同，须再次投票：{'、'.join(tied)}。")
    if winners := poll.result.get("winners"):
        said.append(f"这次投票当选：{'、'.join(winners)}。")
    if number and poll.rule["approval"]:
        said.append("另行选举以得票多的当选，但是所得票数不得少于已投选票总数的三分之一。")
    return said
