"""The page of two versions of a draft: side by side or in one text, all of it or what changed."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from deliberation.legislation.comparing import CHANGES, UNCHANGED, comparisons, counted, parts_of
from deliberation.legislation.comparison_docx import compared_docx
from deliberation.legislation.comparison_papers import compared_xlsx
from deliberation.legislation.draft_doors import Opened, opened
from deliberation.legislation.draft_models import DraftVersion
from deliberation.refusal import Missing, Refused
from deliberation.translation import translate
from deliberation.vocabulary import _
from deliberation.web import Answer, Visit, download, get, page, public
from deliberation.wordfile import DOCX

LOOKS = ("beside", "inline")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@public
def show_comparison(visit: Visit) -> Answer:
    """Without ``old`` and ``new``: the newest version against the one before it."""
    one = opened(visit)
    old, new = _asked(one, visit.query)
    look = visit.query.get("look", "")
    look = look if look in LOOKS else LOOKS[0]
    only = visit.query.get("only") == "changed"
    try:
        pairs = comparisons.of(visit.session, old, new)
        refusal = None
    except Refused as no:
        pairs, refusal = (), no.refusal
    parts = parts_of([pair for pair in pairs if not only or pair.change not in UNCHANGED])
    is_whole = visit.query.get("part") == "all"
    part = _part(visit.query.get("part", ""), parts)

    def url(**changed: object) -> str:
        said = {"old": old.number, "new": new.number, "look": look, "only": "changed" if only else ""} | changed
        return f"/drafts/{one.draft.id}/compare?" + urlencode({name: value for name, value in said.items() if value})

    return page(
        visit,
        "legislation/compare.html",
        one=one,
        draft=one.draft,
        place=one.place,
        old=old,
        new=new,
        look=look,
        only=only,
        counts=counted(pairs),
        changes=CHANGES,
        pairs=[pair for each in parts for pair in each] if is_whole else parts[part - 1],
        is_whole=is_whole or len(parts) == 1,
        part=part,
        parts=len(parts),
        refusal=refusal,
        url=url,
    )


@public
def send_comparison(visit: Visit) -> Answer:
    """The table as a workbook or a Word document. Raises Refused for an amendment beside a whole text, as the page says it."""
    one = opened(visit)
    old, new = _asked(one, visit.query)
    write, media, ending = _FILES.get(visit.call.params["kind"], (None, "", ""))
    if write is None:
        raise Missing
    rows = comparisons.rows(visit.session, old, new)
    titles = (f"{one.draft.title}（{old.name}）", f"{one.draft.title}（{new.name}）")
    name = f"{one.draft.title}-{translate(visit.locale, _('对照表'))}.{ending}"
    return download(write(titles, rows, visit.locale), name, media, f"comparison-{one.draft.id}.{ending}")


_FILES = {"xlsx": (compared_xlsx, XLSX, "xlsx"), "docx": (compared_docx, DOCX, "docx")}


def _asked(one: Opened, query: dict[str, str]) -> tuple[DraftVersion, DraftVersion]:
    """The two versions. Raises Missing where there is but one, or not these two."""
    if len(one.versions) < 2:
        raise Missing
    new = one.version(query.get("new", ""))
    old = one.version(query["old"]) if query.get("old") else one.versions[max(0, one.versions.index(new) - 1)]
    if old.number == new.number:
        raise Missing
    return old, new


def _part(said: str, parts: Sequence[object]) -> int:
    return min(max(1, int(said)), len(parts)) if said.isascii() and said.isdigit() and len(said) < 6 else 1


routes = [
    get("/drafts/{id}/compare", show_comparison),
    get("/drafts/{id}/comparison/{kind}", send_comparison),
]
