"""The log in the words of the dossier: to which matter an entry belongs, and what the matter's story says of it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlmodel import Session, col, select

from deliberation.audit.models import Entry
from deliberation.audit.plain import Named
from deliberation.communities.models import kind_of
from deliberation.matters.chronicle import Known, in_words, said
from deliberation.matters.gathering import procedure_of
from deliberation.matters.models import Document, Matter
from deliberation.matters.opening import near_of
from deliberation.matters.reach import reach_of
from deliberation.web import Visit


def name_entries(visit: Visit, entries: Iterable[Entry]) -> dict[tuple[int, int], Named]:
    """(community, index) → how the dossier tells of it, for entries of matters within the visitor's reach."""
    of_matter: dict[int, list[Entry]] = {}
    for entry in entries:
        kind, _slash, number = entry.topic.partition("/")
        if kind == "matter" and number.isascii() and number.isdigit():
            of_matter.setdefault(int(number), []).append(entry)
    named: dict[tuple[int, int], Named] = {}
    for matter in _within_reach(visit, list(of_matter)):
        known = _known(visit.session, matter, of_matter[matter.id])
        for entry in of_matter[matter.id]:
            line = in_words(said(entry.index, entry.at, entry.act, entry.object, bytes(entry.body)), known)
            key, facts = (line.key, line.facts) if line else ("", {})
            named[entry.community_id, entry.index] = Named(matter.title, key, facts)
    return named


def _within_reach(visit: Visit, ids: list[int]) -> list[Matter]:
    if not ids:
        return []
    return list(visit.session.exec(select(Matter).where(col(Matter.id).in_(ids), reach_of(near_of(visit)))))


def _known(session: Session, matter: Matter, entries: list[Entry]) -> Known:
    """What the sentences name, read for the papers that these entries are about."""
    words = [entry.object.partition("/") for entry in entries]
    ids = {int(number) for kind, _slash, number in words if kind == "document" and number.isdigit()}
    papers = session.exec(select(Document).where(col(Document.id).in_(ids))).all() if ids else ()
    return Known(
        procedure_of(session, matter),
        {f"document/{paper.id}": paper.title for paper in papers},
        {f"document/{paper.id}": json.dumps(paper.facts) for paper in papers},
        {f"document/{paper.id}": paper.issued_by for paper in papers if paper.issued_by},
        kind_of(session, matter.community_id),
    )
