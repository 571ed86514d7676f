"""Taking back the consent to publication: of the words, of the name; by the author, or entered by the liaison for what came offline."""

from __future__ import annotations

from deliberation.audit.actions import Actor
from deliberation.legislation.consenting import take_back_consent
from deliberation.legislation.opinion_models import Opinion, opinion
from deliberation.legislation.opinion_view import is_author, is_theirs
from deliberation.legislation.solicitation_view import Asked
from deliberation.refusal import Missing
from deliberation.vocabulary import Act, Role
from deliberation.web import Answer, Visit, post, public, redirect


@public
def unpublish_one(visit: Visit) -> Answer:
    """Whenever its author likes, after the closing too."""
    one, theirs, actor = _consenting(visit)
    take_back_consent(visit.session, visit.now, one=one, is_author=theirs, words_too=True, actor=actor)
    return redirect(f"/opinions/{one.id}")


@public
def unname_one(visit: Visit) -> Answer:
    one, theirs, actor = _consenting(visit)
    take_back_consent(visit.session, visit.now, one=one, is_author=theirs, words_too=False, actor=actor)
    return redirect(f"/opinions/{one.id}")


def _consenting(visit: Visit) -> tuple[Opinion, bool, Actor]:
    """The opinion, whether the consent is the visitor's to take back, and as whom. Raises Missing for what they cannot see."""
    one = opinion(visit.session, visit.number("id"))
    here = Asked(visit, one.solicitation_id)
    reads = here.allows("publish_opinion")
    if not (is_author(visit, one) or one.is_public or reads):
        raise Missing
    theirs = is_theirs(visit, one, reads)
    if theirs and not is_author(visit, one):
        return one, theirs, here.actor("publish_opinion")
    if visit.person is None:
        return one, theirs, Actor(Role.VISITOR.value)
    return one, theirs, Actor(Role.RESIDENT.value, visit.person.id)


routes = [
    post("/opinions/{id}/unpublishing", unpublish_one, Act.OPINION_CONSENT_CHANGED),
    post("/opinions/{id}/unnaming", unname_one, Act.OPINION_CONSENT_CHANGED),
]
