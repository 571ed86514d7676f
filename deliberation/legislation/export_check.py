"""Exports against the log: who had which edition of how many rows made, when; and the file kept is the one whose digest was entered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.log_check import Fault
from deliberation.legislation.entered_log import NO_ENTRY, OTHER_FACTS, Log
from deliberation.legislation.export_making import FOLDER
from deliberation.legislation.export_models import OpinionExport
from deliberation.legislation.export_rules import FULL
from deliberation.legislation.exporting import asked_as
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.matters.text_check import Entered
from deliberation.vocabulary import Act, _

ACTS = (Act.EXPORT_ASKED, Act.OPINIONS_EXPORTED, Act.EXPORT_TAKEN)
NO_FILE = _("{subject} 的文件已经不在")
OTHER_FILE = _("{subject} 的文件不是 {index} 号记录存证的那一份")


def check_exports(session: Session, data: Path | None = None) -> Iterator[Fault | None]:
    """Every export beside its entries, every entry beside what is there; ``data``: the folder in which files are kept.

    What was exported by command is a file of whoever asked for it: nothing is kept of it here but its entry.
    """
    log = Log(session, ACTS)
    rows = select(OpinionExport, Solicitation.community_id).join(
        Solicitation, col(Solicitation.id) == OpinionExport.solicitation_id
    )
    for made, community_id in session.exec(rows.order_by(col(OpinionExport.id))):
        place = (community_id, made.subject)
        entries = {one.act: one for one in log.take(*place)}
        yield _asked(log, place, made, entries.get(Act.EXPORT_ASKED))
        if Act.EXPORT_TAKEN in entries:
            yield log.facts(place, entries[Act.EXPORT_TAKEN], _plain(made))
        yield _ended(log, place, made, entries.get(Act.OPINIONS_EXPORTED))
        if made.is_there and data is not None and Act.OPINIONS_EXPORTED in entries:
            yield _file(log, place, made, (entries[Act.OPINIONS_EXPORTED], data / FOLDER / made.stored))
    log.entries = {place: entries for place, entries in log.entries.items() if place[1].startswith("export/")}
    yield from log.gone()


def _plain(made: OpinionExport) -> dict[str, Any]:
    return {"solicitation": made.solicitation_id, "edition": made.edition, "format": made.format}


def _asked(log: Log, place: tuple[int, str], made: OpinionExport, one: Entered | None) -> Fault | None:
    if one is None:
        return log.fault(place, NO_ENTRY)
    purpose = {"purpose": made.purpose} if made.purpose or "purpose" in one.data.get("commit", {}) else {}
    wrong = log.facts(place, one, _plain(made)) or log.words(place, one, purpose)
    if not wrong and made.purpose and one.data and "purpose" not in one.data.get("commit", {}):
        wrong = log.fault(place, OTHER_FACTS, "purpose", one)
    wrong = wrong or log.kept(place, one, {"layout": asked_as(made)}) or log.by(place, one, made.asked_by_id)
    return wrong or (None if log.hour(one, made.asked_at) else log.fault(place, OTHER_FACTS, "asked_at", one))


def _ended(log: Log, place: tuple[int, str], made: OpinionExport, one: Entered | None) -> Fault | None:
    """Whole exactly where the log says that it was exported, and as many rows, as many bytes, this digest."""
    if one is None:
        return log.fault(place, NO_ENTRY) if made.ended_at is not None else None
    if made.failed_at is not None or not log.hour(one, made.ended_at):
        return log.fault(place, OTHER_FACTS, "ended_at", one)
    plain, hidden = _plain(made) | {"rows": made.total}, {"sha256": made.sha256, "bytes": str(made.size)}
    if made.done != made.total:
        return log.fault(place, OTHER_FACTS, "rows", one)
    if made.edition != FULL:
        plain, hidden = plain | {"sha256": made.sha256, "bytes": made.size}, {}
    return log.facts(place, one, plain) or log.kept(place, one, hidden) or log.by(place, one, made.asked_by_id)


def _file(log: Log, place: tuple[int, str], made: OpinionExport, kept: tuple[Entered, Path]) -> Fault | None:
    """What lies below the data folder; the digest of the row is that of the entry, or it was told above."""
    one, path = kept
    try:
        with path.open("rb") as file:
            found = (path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())
    except OSError:
        return log.fault(place, NO_FILE, "", one)
    said = log.opened(one) if made.edition == FULL else one.data
    known = (str(said.get("bytes", made.size)), said.get("sha256", made.sha256))
    return None if (str(found[0]), found[1]) == known else log.fault(place, OTHER_FILE, "", one)
