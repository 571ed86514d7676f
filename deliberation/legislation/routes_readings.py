"""The reading of a version beside its source: what to look at first, every line, and putting it right by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deliberation.collecting import no_collecting
from deliberation.identity.doors import signed_in
from deliberation.identity.models import Person
from deliberation.legislation.correcting import KINDS, Change, corrected, differences, mistakes
from deliberation.legislation.draft_doors import Opened, opened
from deliberation.legislation.draft_models import (
    DraftReading,
    DraftVersion,
    articles_read,
    frame_of,
    reading_in_force,
    reading_numbered,
    readings_of,
    text_of,
)
from deliberation.legislation.draft_reading import lines_from_json, read_numbered
from deliberation.legislation.drafting import Correction, correct_reading
from deliberation.legislation.reading_words import READ_AS, WARNED
from deliberation.legislation.statute.beside import ReadAs
from deliberation.legislation.statute.lines import Line
from deliberation.refusal import Invalid, Missing, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, get, page, post, redirect

PER_PAGE = 100
AROUND = 3
"""Lines before and behind the one to be corrected that are opened with it."""
MOST_WARNED = 200


@signed_in
def show_reading(visit: Visit) -> Answer:
    """For the contact point only: the public page is that of the draft."""
    one, version = _version(visit)
    reading = _reading(visit, version)
    lines = lines_from_json(text_of(visit.session, reading).lines)
    line = _number(visit.query.get("line") or visit.text("line"), len(lines)) or int("base" in visit.call.form)
    pages = -(-len(lines) // PER_PAGE)
    page_no = (line - 1) // PER_PAGE + 1 if line else max(1, _number(visit.query.get("page", ""), pages))
    start = (page_no - 1) * PER_PAGE
    refusal = one.may("correct_reading", version)
    is_last = reading.number == version.reading
    return page(
        visit,
        "legislation/reading.html",
        one=one,
        draft=one.draft,
        place=one.place,
        edition=version,
        reading=reading,
        is_last=is_last,
        refusal=refusal,
        lines=lines[start : start + PER_PAGE],
        opened=range(line - AROUND, line + AROUND + 1) if line and is_last and not refusal else range(0),
        line=line,
        page_no=page_no,
        pages=pages,
        kinds=KINDS,
        warnings=frame_of(visit.session, reading)["warnings"][:MOST_WARNED],
        warned=WARNED,
        read_as=READ_AS,
        readings=_told(visit, version),
        changes=_changes(visit, version, reading),
    )


def _version(visit: Visit) -> tuple[Opened, DraftVersion]:
    one = opened(visit)
    if not one.is_desk:
        raise Missing
    return one, one.version(str(visit.number("no")))


def _reading(visit: Visit, version: DraftVersion) -> DraftReading:
    asked = visit.query.get("reading", "")
    if not asked:
        return reading_in_force(visit.session, version)
    if not asked.isascii() or not asked.isdigit() or len(asked) > 6:
        raise Missing
    return reading_numbered(visit.session, version, int(asked))


def _number(said: str, most: int) -> int:
    """A line's number, 0 for none."""
    return min(int(said), most) if said.isascii() and said.isdigit() and len(said) < 9 else 0


def _told(visit: Visit, version: DraftVersion) -> list[tuple[DraftReading, str]]:
    """Every reading with the name of who made it, the newest first."""
    readings = readings_of(visit.session, version.id)[::-1]
    names = {each.person_id: visit.session.get(Person, each.person_id).name for each in readings if each.person_id}
    return [(each, names.get(each.person_id, "")) for each in readings]


def _changes(visit: Visit, version: DraftVersion, reading: DraftReading) -> Any:
    """What this reading made different from the one before it."""
    if reading.number == 1:
        return None
    before, after = (articles_read(visit.session, version, number) for number in (reading.number - 1, reading.number))
    return differences(before, after)


# --- putting it right


@dataclass(frozen=True)
class Prepared:
    """A correction as it was worked out before the writer's door."""

    correction: Correction


def prepare_correction(visit: Visit) -> Prepared:
    """Read the changed lines again, or take back those of an earlier reading. Raises Invalid, Refused."""
    one, version = _version(visit)
    refuse_if(one.may("correct_reading", version))
    fields = Fields(visit)
    reason = fields.text("reason", most=500)
    base = fields.integer("base", least=1, most=10**6)
    fields.check()
    lines = _restored(visit, version, fields) if visit.text("restore") else _changed(visit, version, base, fields)
    try:
        with no_collecting():
            return Prepared(Correction(base, read_numbered(lines), reason))
    except Refused as no:
        raise Invalid({"reason": no.refusal}) from None


def _restored(visit: Visit, version: DraftVersion, fields: Fields) -> list[Line]:
    number = fields.integer("restore", least=1, most=version.reading)
    fields.check()
    return _plain(lines_from_json(text_of(visit.session, reading_numbered(visit.session, version, number)).lines))


def _plain(lines: Sequence[tuple[Line, ReadAs]]) -> list[Line]:
    return [line for line, _read_as in lines]


def _changed(visit: Visit, version: DraftVersion, base: int, fields: Fields) -> list[Line]:
    reading = reading_numbered(visit.session, version, base)
    lines = _plain(lines_from_json(text_of(visit.session, reading).lines))
    changes = _typed(visit, lines)
    fields.errors |= {f"text_{no}": refusal for no, refusal in mistakes(lines, changes).items()}
    if not changes and not fields.errors:
        fields.errors["reason"] = Refusal(_("还没有改任何一行"))
    fields.check()
    return corrected(lines, changes)


def _typed(visit: Visit, lines: Sequence[Line]) -> dict[int, Change]:
    """The lines that were changed in the form, by their numbers."""
    changes: dict[int, Change] = {}
    for name in visit.call.form:
        no = _number(name.removeprefix("text_"), len(lines)) if name.startswith("text_") else 0
        if not no:
            continue
        change = Change(visit.raw(name).replace("\r\n", "\n").replace("\x00", ""), visit.text(f"kind_{no}"))
        if (change.text.strip(), change.kind) != (lines[no - 1].text, lines[no - 1].forced):
            changes[no] = change
    return changes


@signed_in
def correct(visit: Visit, prepared: Prepared) -> Answer:
    one, version = _version(visit)
    actor = one.actor("correct_reading", version)
    correct_reading(visit.session, visit.now, version=version, correction=prepared.correction, actor=actor)
    return redirect(f"/drafts/{one.draft.id}/versions/{version.number}/reading#changed")


routes = [
    get("/drafts/{id}/versions/{no}/reading", show_reading),
    post(
        "/drafts/{id}/versions/{no}/reading", correct, Act.DRAFT_READING_CORRECTED, prepare=prepare_correction,
        again=show_reading,
    ),
]  # fmt: skip
