"""Importing a roster on the page: the file is read and planned, shown, and imported when confirmed."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from dataclasses import replace
from pathlib import Path

from deliberation.assemblies.arriving import Arriving, arriving, drop_arriving, keep_arriving, new_token
from deliberation.assemblies.foretelling import Foretold, foretell
from deliberation.assemblies.importing import CHANGED, LeftOut, ReadRoster, import_roster, read_roster_file
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
from deliberation.web import Answer, Provisional, Upload, Visit, download, page, redirect

MOST_SHOWN = 200
ABANDONED = 3600
"""Seconds after which bad rows that no import points to are removed: their import was refused at the door."""
MEDIA = {"csv": "text/csv; charset=utf-8"}


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
        is_done=visit.query.get("done") == "yes",
        headings=[translate(visit.locale, heading) for heading in HEADINGS.values()],
        problems=problems[:MOST_SHOWN],
        more=max(0, len(problems) - MOST_SHOWN),
    )


class Uploaded(Provisional):
    """A file put aside until somebody confirms it; gone again if the form was a repeat."""

    def __init__(self, data: Path, told: Arriving):
        self.data, self.told = data, told

    def discard(self) -> None:
        drop_arriving(self.data, self.told.token, self.told.person)


class Confirmed(Provisional):
    """A roster read once more, exactly as it was shown; its file goes when it is in, and stays while it is not."""

    is_done = False

    def __init__(self, data: Path, told: Arriving, read: ReadRoster, left_out: LeftOut):
        self.data, self.told, self.read, self.left_out = data, told, read, left_out

    def discard(self) -> None:
        if self.is_done:
            drop_arriving(self.data, self.told.token, self.told.person)


def prepare_upload(visit: Visit) -> Uploaded:
    """Before the writer's door: read, plan, say which rows are bad, and put the file aside. Nothing is imported."""
    here = _here(visit)
    upload = visit.call.files.get("file")
    if upload is None:
        raise Invalid({"file": Refusal(_("请选择名册文件"))})
    skip_bad = visit.text("skip_bad") == "yes"
    read = _read(visit, here, upload)
    if read.plan.bad and not skip_bad:
        rows = _problems(read)
        no = Refusal(_("有{n}行需要改正，没有导入任何内容"), {"n": len(read.plan.bad_rows)})
        raise Invalid({"file": no}, rows)
    told = Arriving(new_token(), here.community.id, visit.person.id, upload.filename, read.sha256, skip_bad)
    keep_arriving(visit.house.settings.data, upload.content, told)
    return Uploaded(visit.house.settings.data, told)


def _problems(read: ReadRoster) -> list[tuple[int, str, Refusal]]:
    """(row, column, why) of everything that is wrong in a file."""
    return [(problem.row, heading_of(problem.column, read.sheet), problem.refusal) for problem in read.plan.bad]


@signed_in
def take_upload(visit: Visit, uploaded: Uploaded) -> Answer:
    """On to the page that shows what the file would change."""
    here = _here(visit)
    uploaded.is_used = True
    return redirect(f"/communities/{here.community.id}/roster/{uploaded.told.token}")


def _arriving(visit: Visit, here: Place) -> tuple[Arriving, bytes] | None:
    token = visit.call.params["token"]
    return arriving(visit.house.settings.data, token, community=here.community.id, person=visit.person.id)


@signed_in
def show_plan(visit: Visit) -> Answer:
    """What the file would change, and the question whether it shall."""
    here = _here(visit)
    found = _arriving(visit, here)
    if found is None:  # Imported, left, or too old.
        return redirect(f"/communities/{here.community.id}/roster")
    told, content = found
    read = _read(visit, here, Upload(told.filename, content))
    foretold = foretell(visit.session, here.community, read.plan, here.today)
    return page(
        visit,
        "assemblies/roster_plan.html",
        place=here.community,
        arriving=told,
        plan=read.plan,
        told=[(one.line(visit.locale), one.is_warning, one.beyond(visit.locale)) for one in foretold.told],
        skipped=_problems(read),
        voters=foretold.voters,
        remarks=remarks_of(read, visit.locale)[:MOST_SHOWN],
        shown=_shown(read, foretold),
    )


def _shown(read: ReadRoster, foretold: Foretold) -> str:
    """A hash over all that the page shows and the import would write; the form brings it back."""
    return hashlib.sha256(repr((read.sha256, read.plan, foretold)).encode()).hexdigest()


def prepare_confirmation(visit: Visit) -> Confirmed | None:
    """Before the writer's door: read the same bytes and plan once more. None if the file is gone."""
    here = _here(visit)
    found = _arriving(visit, here)
    if found is None:
        return None
    told, content = found
    read = _read(visit, here, Upload(told.filename, content))
    if _shown(read, foretell(visit.session, here.community, read.plan, here.today)) != visit.text("shown"):
        raise Invalid({"shown": CHANGED})
    bad_file = _put_away(visit, read) if read.plan.bad and told.skip_bad else ""
    left_out = LeftOut(bool(bad_file), bad_file, "\n".join(remarks_of(read, visit.locale)))
    return Confirmed(visit.house.settings.data, told, replace(read, is_shown=True), left_out)


@signed_in
def take_roster(visit: Visit, confirmed: Confirmed | None) -> Answer:
    """Import what was shown."""
    here = _here(visit)
    if confirmed is None:
        raise Refused(Refusal(_("这份名册已经不在等待确认了"), remedy=_("请重新上传"), late=True))
    import_roster(
        visit.session,
        visit.now,
        community=here.community,
        read=confirmed.read,
        actor=here.actor,
        left_out=confirmed.left_out,
    )
    confirmed.is_done = True
    return redirect(f"/communities/{here.community.id}/roster?done=yes")


@signed_in
def leave_roster(visit: Visit) -> Answer:
    """Do not import; the file goes."""
    here = _here(visit)
    drop_arriving(visit.house.settings.data, visit.call.params["token"], visit.person.id)
    return redirect(f"/communities/{here.community.id}/roster")


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
