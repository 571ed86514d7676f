"""The card of a solicitation, for other sites to show inside their pages: no form, no cookie, nobody known."""

from __future__ import annotations

from deliberation import templating
from deliberation.gate import FRAMED
from deliberation.legislation.solicitation_rules import DRAFTING
from deliberation.legislation.solicitation_view import Asked
from deliberation.refusal import Missing
from deliberation.translation import LOCALES
from deliberation.web import HTML, Answer, Visit, get, public

FRESH = (b"cache-control", b"public, max-age=60")
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {sites}"


@public
def show_card(visit: Visit) -> Answer:
    """What is asked and until when, in a small page of its own. ``?lang=`` chooses a language of the site.

    The one page that may stand in a frame, of the sites that the setting ``card_ancestors`` names (CSP 3, 6.4.2).
    """
    here = Asked(visit, visit.number("id"))
    if here.stage == DRAFTING:
        raise Missing
    asked = visit.query.get("lang", "")
    locale = asked if asked in LOCALES else visit.locale
    settings = visit.house.settings
    html = templating.render("legislation/card.html", locale, visit=visit, address=settings.address, **here.base())
    policy = POLICY.format(sites=" ".join(settings.card_sites) or "'none'")
    headers = [
        HTML, FRESH, FRAMED,
        (b"vary", b"Accept-Language"),
        (b"content-security-policy", policy.encode()),
        (b"cross-origin-resource-policy", b"cross-origin"),
    ]  # fmt: skip
    return Answer(200, html.encode(), headers)


routes = [get("/solicitations/{id}/card", show_card, embedded=True)]
