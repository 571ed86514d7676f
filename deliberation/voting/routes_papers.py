"""Papers of a closed poll to take away: notice, certificate, roll or choices, as DOCX, PDF and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from deliberation.assemblies.roster_neutral import neutralised
from deliberation.paper import PDF, sheet_pdf
from deliberation.refusal import Missing, Refusal, Refused, refuse_if
from deliberation.sheets import Sheet
from deliberation.translation import translate
from deliberation.vocabulary import _
from deliberation.voting.paper_facts import Site, choices_of, facts_of_poll, roll_of
from deliberation.voting.reaching import Opened, opened_poll, roll_refusal
from deliberation.voting.result_papers import Facts, certificate, notice
from deliberation.voting.result_table import in_one_line, result_rows
from deliberation.voting.roll_papers import choices_list, roll, roll_rows
from deliberation.web import Answer, Visit, download, get, public
from deliberation.wordfile import DOCX, docx

CSV = "text/csv; charset=utf-8"
NOT_YET = Refusal(_("表决还没有结束，没有结果文件"))


@dataclass(frozen=True)
class Kind:
    """One paper: its name, whether everybody may have it, and what makes it."""

    title: str
    is_public: bool
    make: Callable[[Visit, Opened, Facts], Sheet] | None = None
    table: Callable[[Visit, Opened, Facts], Iterable[Iterable[str]]] | None = None


def _roll(visit: Visit, here: Opened, facts: Facts) -> Sheet:
    return roll(facts, roll_of(visit.session, here.poll), visit.locale)


def _choices(visit: Visit, here: Opened, facts: Facts) -> Sheet:
    return choices_list(facts, *choices_of(visit.session, here.poll), visit.locale)


def _roll_table(visit: Visit, here: Opened, _facts: Facts) -> Iterable[Iterable[str]]:
    heads, rows, _numbers = roll_rows(roll_of(visit.session, here.poll), visit.locale)
    return [heads, *rows]


def _result_table(visit: Visit, _here: Opened, facts: Facts) -> Iterable[Iterable[str]]:
    return result_rows(facts, visit.locale)


KINDS = {
    "notice": Kind(_("表决结果公告"), True, lambda visit, _here, facts: notice(facts, visit.locale)),
    "result": Kind(_("表决结果表"), True, table=_result_table),
    "certificate": Kind(_("计票证书"), False, lambda visit, _here, facts: certificate(facts, visit.locale)),
    "roll": Kind(_("逐人表决情况表"), False, _roll, _roll_table),
    "choices": Kind(_("选票清单和参加名单"), False, _choices),
}


def papers_of(secrecy: str) -> list[str]:
    """The names of the papers that a poll has."""
    return [name for name in KINDS if name != ("roll" if secrecy != "named" else "choices")]


@public
def give_paper(visit: Visit) -> Answer:
    """One paper as one file; the child process that makes it holds no database and no door of the writer."""
    here = opened_poll(visit)
    name, _dot, form = visit.call.params["file"].rpartition(".")
    kind = KINDS.get(name)
    if kind is None or name not in papers_of(here.poll.secrecy) or form not in _forms(kind):
        raise Missing
    if here.poll.closed_at is None:
        raise Refused(NOT_YET)
    if not kind.is_public:
        refuse_if(roll_refusal(here))
    settings = visit.house.settings
    site = Site(settings.address, settings.log_folder)
    facts = facts_of_poll(visit.session, here.poll, here.place, site, is_public=kind.is_public)
    title = translate(visit.locale, kind.title)
    filename = f"{title}-{here.place.name}-{here.poll.id}.{form}"
    if form == "csv":
        return download(csv_file(kind.table(visit, here, facts)), filename, CSV)
    sheet = kind.make(visit, here, facts)
    made, media = (sheet_pdf(sheet), PDF) if form == "pdf" else (docx(sheet), DOCX)
    return download(made, filename, media)


def _forms(kind: Kind) -> list[str]:
    return (["docx", "pdf"] if kind.make else []) + (["csv"] if kind.table else [])


def csv_file(rows: Iterable[Iterable[Any]]) -> bytes:
    """CSV as RFC 4180 says, with the mark by which Excel knows UTF-8; no cell begins a formula (security.md, row 40)."""
    out = io.StringIO()
    lines = ([neutralised(cell) for cell in in_one_line(row)] for row in rows)
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return ("\ufeff" + out.getvalue()).encode()


def offered(here: Opened) -> list[dict[str, Any]]:
    """What the page offers: each paper with its files, and why not where it may not be had."""
    refusal = roll_refusal(here)
    return [
        {
            "name": name,
            "title": KINDS[name].title,
            "files": [(form.upper(), f"/polls/{here.poll.id}/papers/{name}.{form}") for form in _forms(KINDS[name])],
            "refusal": None if KINDS[name].is_public else refusal,
        }
        for name in papers_of(here.poll.secrecy)
    ]


routes = [get("/polls/{id}/papers/{file}", give_paper)]
"""Reading routes only: a paper says what is, and changes nothing."""
