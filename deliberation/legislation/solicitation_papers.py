"""What goes out of a solicitation: the sheet for the notice board with its code, and the Atom feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from deliberation.communities.models import Community
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.legislation.solicitation_rules import POINT_KINDS
from deliberation.legislation.solicitation_view import Asked, served
from deliberation.sheets import LEDE, QUESTION, WALL, Code, Heading, Pairs, Sheet, Text
from deliberation.translation import say_date, translate
from deliberation.vocabulary import _


def poster(here: Asked, address: str, locale: str) -> Sheet:
    """Ten seconds at a notice board: what it is about, what is asked, until when, where; the code leads to the page."""
    one = here.one
    url = f"{address}/solicitations/{one.id}"
    until = translate(locale, _("到{day}截止"), day=say_date(here.last_day, locale))
    asked = [Text(f"{at}. {words}", QUESTION) for at, words in enumerate(one.questions, 1)]
    points = tuple(
        (f"{each['point'].name}（{translate(locale, POINT_KINDS[each['point'].kind])}）", each["point"].address)
        for each in served(here)
    )
    said = [Heading(translate(locale, _("也可以当面说"))), Pairs(points)] if points else []
    lines = (translate(locale, _("用手机扫一扫，说说您的看法")), until, url)
    blocks = (
        Text(one.about, LEDE),
        Heading(translate(locale, _("想听您说的"))),
        *asked,
        Code(url, lines, is_large=True),
        *said,
    )
    return Sheet(one.title, blocks, here.place.name, until, WALL, locale, one.opened_at.isoformat())


def atom(found: Sequence[Solicitation], places: Mapping[int, Community], address: str, now: datetime) -> str:
    """The feed. Titles and words are the points' own, in the language in which they wrote."""
    home = f"{address}/solicitations"
    changed = max((each.closed_at or each.opened_at for each in found), default=now)
    entries = "".join(_entry(each, places[each.community_id].name, home) for each in found)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-Hans">\n'
        f"<id>{escape(home)}</id><title>征求意见</title><updated>{_at(changed)}</updated>\n"
        f'<link rel="self" href={quoteattr(home + "/feed.atom")}/><link href={quoteattr(home)}/>\n{entries}</feed>\n'
    )


def _entry(one: Solicitation, place: str, home: str) -> str:
    url = f"{home}/{one.id}"
    return (
        f"<entry><id>{escape(url)}</id><title>{_plain(one.title)}</title><link href={quoteattr(url)}/>"
        f"<updated>{_at(one.closed_at or one.opened_at)}</updated><published>{_at(one.opened_at)}</published>"
        f"<author><name>{_plain(place)}</name></author><summary>{_plain(one.about)}</summary></entry>\n"
    )


def _plain(words: str) -> str:
    """Without the control characters that no XML may hold."""
    return escape("".join(sign for sign in words if sign >= " " or sign in "\t\n"))


def _at(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
