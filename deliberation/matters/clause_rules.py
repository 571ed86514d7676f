"""A separate vote on one clause (单独表决): it comes before the vote on the whole and ends no step. Pure.

No law says so; it is the practice of meetings, and the page calls it a local setting.
"""

from __future__ import annotations

from collections.abc import Iterator

from deliberation.matters import words
from deliberation.matters.facts import Facts, PollHeld
from deliberation.refusal import Refusal
from deliberation.vocabulary import _


def clauses_now(facts: Facts) -> list[PollHeld]:
    """The separate votes on clauses of the present stay."""
    return [poll for poll in facts.polls if facts.is_here(poll.step, poll.opened_at) and poll.is_part]


def clause_open(facts: Facts) -> PollHeld | None:
    """The separate vote that is open now."""
    return next((poll for poll in clauses_now(facts) if poll.closed_at is None), None)


def clause_failed(facts: Facts) -> bool:
    """Whether a clause failed since the plan was last written: what failed does not come to the vote on the whole.

    A separate vote without quorum came to nothing, neither for the clause nor against it.
    """
    return any(
        poll.closed_at and poll.outcome in ("failed", "tie") and facts.plan_at and facts.plan_at <= poll.opened_at
        for poll in clauses_now(facts)
    )


def clauses_settled(facts: Facts) -> Iterator[Refusal]:
    """Before the vote on the whole: every separate vote is over, and a clause that failed has been taken out or changed."""
    if clause_open(facts):
        yield Refusal(_("一条的单独表决还没有结束"), remedy=_("先结束单独表决"), source=words.LOCAL)
    elif clause_failed(facts):
        yield Refusal(
            _("单独表决的一条没有通过，方案还没有相应修改"),
            remedy=_("先用“调整方案”写出去掉或者改过这一条的新一版"),
            source=words.LOCAL,
        )
