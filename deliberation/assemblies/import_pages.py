"""Importing a roster on the page: the file is read and planned before the writer's door, written down behind it."""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from deliberation.assemblies.importing import LeftOut, ReadRoster, import_roster, read_roster_file
from deliberation.assemblies.models import RosterImport, bad_files, imports_of
from deliberation.assemblies.near import Place, place_of
from deliberation.assemblies.roster_bad import bad_rows_file, heading_of
from deliberation.assemblies.roster_columns import HEADINGS
from deliberation.assemblies.telling import remarks_of
from deliberation.identity.doors import signed_in
from deliberation.identity.rules import may_manage_people
from deliberation.refusal import Invalid, Missing, Refusal, Refused, refuse_if
from deliberation.translation import say, translate
from deliberation.vocabulary import _
from deliberation.web import Answer, Upload, Visit, download, page, redirect

MOST_SHOWN = 200
ABANDONED = 3600
"""Seconds after which bad rows that no import points to are removed: their import was refused at the door."""
MEDIA = {"csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True)
class Prepared:
    """A roster that was read, and what becomes of its bad rows."""

    read: ReadRoster
    left_out: LeftOut


def _here(visit: Visit) -> Place:
    """The community, for those who register its people. Raises Missing for strangers, Refused for others."""
    here = place_of(visit, visit.number("id"))
    refuse_if(may_manage_people(here.standing.roles))
    return here


@signed_in
def show_roster(visit: Visit) -> Answer:
    """The upload form; after a refused file the rows to be mended."""
    here = _here(visit)
    problems = visit.details or []
    return page(
        visit,
        "assemblies/roster.html",
        place=here.community,
        imports=imports_of(visit.session, here.community.id),
        headings=[translate(visit.locale, heading) for heading in HEADINGS.values()],
        problems=problems[:MOST_SHOWN],
        more=max(0, len(problems) - MOST_SHOWN),
    )


def prepare_roster(visit: Visit) -> Prepared:
    """Before the writer's door: read, plan, and say which rows are bad."""
    here = _here(visit)
    upload = visit.call.files.get("file")
    if upload is None:
        raise Invalid({"file": Refusal(_("请选择名册文件"))})
    read = _read(visit, here, upload)
    if read.plan.bad and visit.text("skip_bad") != "yes":
        rows = [(problem.row, heading_of(problem.column, read.sheet), problem.refusal) for problem in read.plan.bad]
        no = Refusal(_("有{n}行需要改正，没有导入任何内容"), {"n": len(read.plan.bad_rows)})
        raise Invalid({"file": no}, rows)
    bad_file = _put_away(visit, read) if read.plan.bad else ""
    return Prepared(read, LeftOut(bool(bad_file), bad_file, "\n".join(remarks_of(read, visit.locale))))


def _read(visit: Visit, here: Place, upload: Upload) -> ReadRoster:
    try:
        return read_roster_file(visit.session, here.community, upload.content, upload.filename)
    except Refused as no:
        raise Invalid({"file": no.refusal}) from None


def _put_away(visit: Visit, read: ReadRoster) -> str:
    """Keep the bad rows below the data folder under a random name; it is durable before its import is."""
    folder = visit.house.settings.data / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(folder, bad_files(visit.session))
    name = f"{secrets.token_hex(16)}.{read.sheet.kind}"
    with open(folder / name, "xb") as out:
        out.write(bad_rows_file(read.sheet, read.plan.bad, lambda no: str(say(no, visit.locale))))
        out.flush()
        os.fsync(out.fileno())
    return name


def _sweep(folder: Path, kept: set[str]) -> None:
    """Personal values stay nowhere without a row that says why."""
    for path in folder.iterdir():
        if path.name not in kept and path.stat().st_mtime < time.time() - ABANDONED:
            path.unlink(missing_ok=True)


@signed_in
def take_roster(visit: Visit, prepared: Prepared) -> Answer:
    here = _here(visit)
    import_roster(
        visit.session,
        visit.now,
        community=here.community,
        read=prepared.read,
        actor=here.actor,
        left_out=prepared.left_out,
    )
    return redirect(f"/communities/{here.community.id}/roster")


@signed_in
def send_bad_rows(visit: Visit) -> Answer:
    """The rows that were left out, to be mended and imported."""
    found = visit.session.get(RosterImport, visit.number("id"))
    if found is None or not found.bad_file:
        raise Missing
    here = place_of(visit, found.community_id)
    path = visit.house.settings.data / "imports" / found.bad_file
    if may_manage_people(here.standing.roles) or not path.is_file():
        raise Missing
    kind = found.bad_file.rsplit(".", 1)[1]
    name = f"{translate(visit.locale, _('待改正'))}.{kind}"
    return download(path.read_bytes(), name, MEDIA.get(kind, "application/octet-stream"))
