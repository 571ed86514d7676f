"""Pages of bodies and rosters: who sits where, importing a roster from a file."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from deliberation.assemblies.importing import ReadRoster, import_roster, read_roster_file
from deliberation.assemblies.models import Assembly, RosterImport, members_of, standing_of
from deliberation.assemblies.roster_bad import bad_rows_file, heading_of
from deliberation.assemblies.roster_columns import HEADINGS
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community, community
from deliberation.identity.doors import signed_in
from deliberation.identity.rules import may_manage_people
from deliberation.refusal import Invalid, Missing, Refusal, Refused, refuse_if
from deliberation.translation import say
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Visit, download, get, page, post, redirect

MOST_SHOWN = 200


@dataclass(frozen=True)
class Prepared:
    """A roster that was read, and where its bad rows were put, if they are to be left out."""

    read: ReadRoster
    bad_file: str


def _here(visit: Visit) -> tuple[Community, Any]:
    place = community(visit.session, visit.number("id"))
    today = visit.now.astimezone(place.zone).date()
    standing = standing_of(visit.session, visit.person.id, place, today)
    if not standing.is_near:
        raise Missing
    visit.community = place
    return place, standing


@signed_in
def show_roster(visit: Visit) -> Answer:
    """The upload form; after a refused file the rows to be mended."""
    place, standing = _here(visit)
    refuse_if(may_manage_people(standing.roles))
    done = select(RosterImport).where(RosterImport.community_id == place.id).order_by(col(RosterImport.id).desc()).limit(20)
    problems = visit.details or []
    return page(
        visit,
        "assemblies/roster.html",
        place=place,
        imports=list(visit.session.exec(done)),
        headings=list(HEADINGS.values()),
        problems=problems[:MOST_SHOWN],
        more=max(0, len(problems) - MOST_SHOWN),
    )


def prepare_roster(visit: Visit) -> Prepared:
    """Before the writer's door: read, plan, and say which rows are bad."""
    place, standing = _here(visit)
    refuse_if(may_manage_people(standing.roles))
    upload = visit.call.files.get("file")
    if upload is None:
        raise Invalid({"file": Refusal(_("请选择名册文件"))})
    try:
        read = read_roster_file(visit.session, place, upload.content, upload.filename)
    except Refused as no:
        raise Invalid({"file": no.refusal}) from None
    if not read.plan.bad:
        return Prepared(read, "")
    if visit.text("skip_bad") != "yes":
        rows = [(problem.row, heading_of(problem.column, read.sheet), problem.refusal) for problem in read.plan.bad]
        no = Refusal(_("有{n}行需要改正，没有导入任何内容"), {"n": len(read.plan.bad_rows)})
        raise Invalid({"file": no}, rows)
    return Prepared(read, _put_away(visit, read))


def _put_away(visit: Visit, read: ReadRoster) -> str:
    name = f"{secrets.token_hex(16)}.{read.sheet.kind}"
    folder = visit.house.settings.data / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(folder / name, "xb") as out:
        out.write(bad_rows_file(read.sheet, read.plan.bad, lambda no: str(say(no, visit.locale))))
        out.flush()
        os.fsync(out.fileno())
    return name


@signed_in
def take_roster(visit: Visit, prepared: Prepared) -> Answer:
    place, standing = _here(visit)
    refuse_if(may_manage_people(standing.roles))
    role = "administrator" if standing.has("administrator") else "officer"
    import_roster(
        visit.session,
        visit.now,
        community=place,
        read=prepared.read,
        skip_bad=bool(prepared.bad_file),
        actor=Actor(role, visit.person.id),
        bad_file=prepared.bad_file,
    )
    return redirect(f"/communities/{place.id}/roster")


@signed_in
def send_bad_rows(visit: Visit) -> Answer:
    """The rows that were left out, to be mended and imported."""
    found = visit.session.get(RosterImport, visit.number("id"))
    if found is None or not found.bad_file:
        raise Missing
    place = community(visit.session, found.community_id)
    standing = standing_of(visit.session, visit.person.id, place, visit.now.astimezone(place.zone).date())
    if not standing.is_near or may_manage_people(standing.roles):
        raise Missing
    content = (visit.house.settings.data / "imports" / found.bad_file).read_bytes()
    kind = found.bad_file.rsplit(".", 1)[1]
    return download(content, f"{_('待改正')}.{kind}", "text/csv; charset=utf-8" if kind == "csv" else "application/octet-stream")


@signed_in
def show_assembly(visit: Visit) -> Answer:
    """A body and who sits on it, for those who belong to its community."""
    found = visit.session.get(Assembly, visit.number("id"))
    if found is None:
        raise Missing
    place = community(visit.session, found.community_id)
    today = visit.now.astimezone(place.zone).date()
    if not standing_of(visit.session, visit.person.id, place, today).is_near:
        raise Missing
    visit.community = place
    members = [(who.name, member.role, member.from_on, member.until_on) for member, who in members_of(visit.session, found.id, today)]
    return page(visit, "assemblies/assembly.html", place=place, assembly=found, members=members)


routes = [
    get("/communities/{id}/roster", show_roster),
    post(
        "/communities/{id}/roster",
        take_roster,
        Act.ROSTER_IMPORTED,
        Act.ASSEMBLY_FOUNDED,
        prepare=prepare_roster,
        again=show_roster,
        upload=True,
    ),
    get("/imports/{id}/bad", send_bad_rows),
    get("/assemblies/{id}", show_assembly),
]
