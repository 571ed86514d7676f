"""The bundle of a closed poll to take away and check anywhere: public for everybody, full for who may see the roll."""

from __future__ import annotations

from deliberation.audit.bundle import EDITIONS, FULL, make_bundle
from deliberation.audit.published import Published
from deliberation.refusal import Missing, Refusal, Refused, refuse_if
from deliberation.vocabulary import _
from deliberation.voting.bundling import gather_poll
from deliberation.voting.reaching import opened_poll, roll_refusal
from deliberation.web import Answer, Visit, download, get, public

ZIP = "application/zip"


@public
def give_bundle(visit: Visit) -> Answer:
    """The zip of one edition (docs/bundle.md)."""
    edition = visit.call.params["edition"].removesuffix(".zip")
    here = opened_poll(visit)
    if edition not in EDITIONS:
        raise Missing
    if here.poll.closed_at is None:
        raise Refused(Refusal(_("表决还没有结束，没有可以核对的数据")))
    if edition == FULL:
        refuse_if(roll_refusal(here))
    contents = gather_poll(visit.session, here.poll.id, edition)
    folder = Published(visit.house.settings.log_folder / str(contents.community_id))
    return download(make_bundle(visit.session, contents, edition, folder), f"poll-{here.poll.id}-{edition}.zip", ZIP)


routes = [get("/polls/{id}/bundle/{edition}", give_bundle)]
"""Reading only."""
