"""The tour's page, and having the others vote; both only in a demo."""

from __future__ import annotations

from typing import Any

from deliberation.communities.models import Community
from deliberation.demo.cast import CAST
from deliberation.demo.people import cast_ids
from deliberation.demo.rest import cast_rest
from deliberation.demo.tour import next_turn, touring_matters
from deliberation.matters.models import Matter
from deliberation.refusal import Missing
from deliberation.vocabulary import Act
from deliberation.voting.models import Poll
from deliberation.web import Answer, Visit, get, page, post, public, redirect, signed_in


@public
def show_tour(visit: Visit) -> Answer:
    """What to click as whom, for a matter of the newcomer's choice."""
    links = getattr(visit.house, "demo_links", None)
    if not links:
        raise Missing
    matters = touring_matters(visit.session)
    asked = visit.query.get("matter", "")
    chosen = next((one for one in matters if str(one.id) == asked), matters[0] if matters else None)
    done = _ended(visit, asked)
    tokens = {player.name: token for player, token in links}
    turn = next_turn(visit.session, chosen, visit.now) if chosen else None
    place: Any = visit.session.get(Community, chosen.community_id) if chosen else None
    home = next(one for one in links if one[0] is CAST[0])
    return page(
        visit,
        "demo/tour.html",
        matters=matters,
        done=done,
        turn=turn,
        place=place,
        tokens=tokens,
        players=links,
        proposer=home,
        signed_in_as=_plays(visit),
        left=len(turn.voting.waiting) if turn and turn.voting else 0,
        others=len(turn.voting.waiting - {visit.person.id}) if turn and turn.voting and visit.person else 0,
    )


@signed_in
def let_the_others_vote(visit: Visit) -> Answer:
    """The rest of a roster casts by the story; the visitor's own ballot stays with the visitor.

    Invented people only: a real installation has no links of a cast, and to it this address does not exist.
    """
    poll = visit.session.get(Poll, visit.number("id")) if getattr(visit.house, "demo_links", None) else None
    if poll is None or visit.house.settings.clock != "demo":
        raise Missing
    cast_rest(visit.session, visit.now, poll=poll, spared=visit.person.id)
    return redirect(f"/tour?matter={poll.matter_id}")


def _plays(visit: Visit) -> str:
    """Whom of the cast the visitor plays: by id, as a namesake has none of the rights."""
    me = visit.person.id if visit.person else 0
    return next((name for name, id in cast_ids(visit.session).items() if id == me), "")


def _ended(visit: Visit, asked: str) -> Matter | None:
    """The matter that the newcomer has just brought to its end."""
    found = visit.session.get(Matter, int(asked)) if asked.isdecimal() and len(asked) < 10 else None
    return found if found is not None and found.ended_at is not None and found.is_public else None


routes = [get("/tour", show_tour), post("/demo/polls/{id}/ballots", let_the_others_vote, Act.BALLOT_CAST)]
