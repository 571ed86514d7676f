"""A form that came too late: its page was older than the sign-in, or nobody is signed in any more.

Nothing of it is done, and nothing is lost: the answer is a page that holds what was typed, to be sent again by whoever is
signed in then. It is kept in that page alone: the server stores nothing, and no address carries it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from deliberation.refusal import Refusal
from deliberation.vocabulary import _
from deliberation.web import Call

OWN = frozenset({"token"})
SECRET = re.compile(r"password|secret|code|pin\b|totp")
"""Fields that are never written into a page again."""
WORD = re.compile(r"[!-~]*")
"""What a form says by itself, a number or the word of a choice; anything else somebody typed and may want to copy."""

STALE = Refusal(_("页面已过期，未予办理"), remedy=_("请回到刚才的页面再试一次"))
IN_PLACE = Refusal(
    _("页面已过期，未予办理"), remedy=_("写好的还在这一页：请在新的标签页里登录，把写好的复制下来，再刷新这一页")
)
"""What htmx is given: the form still stands in its page."""


class Stale(Exception):
    """The token of the form is not that of this browser's present sign-in."""


@dataclass(frozen=True)
class Typed:
    """What a form brought, as its page shows it again: every field, the texts among them, and names of its files."""

    path: str
    fields: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    files: tuple[str, ...]


def typed(call: Call) -> Typed | None:
    """What is shown again; None where there is nothing, or something that must not stand in a page."""
    fields = [(name, value) for name, values in call.form.items() if name not in OWN for value in values]
    if not fields or call.path.startswith("/sign-in") or any(SECRET.search(name.lower()) for name, _value in fields):
        return None
    texts = [value for name, value in fields if name != "key" and not WORD.fullmatch(value)]
    return Typed(call.path, tuple(fields), tuple(texts), tuple(call.files))
