"""The log in plain words: every act as a sentence, each entry as it is stored, and how to check it all."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

from deliberation.audit.merkle import leaf_hashes
from deliberation.audit.models import Entry, entries_read, entry, log_head, log_heads, newest_entries, openings_of
from deliberation.audit.note import BadNote
from deliberation.audit.plain import DAMAGED, GROUPS, Named, tell
from deliberation.audit.published import Published
from deliberation.audit.reading import data_of
from deliberation.audit.tiles import ENTRIES, WIDTH, Tile, width_of
from deliberation.refusal import Missing
from deliberation.web import Answer, Visit, page, public

PAGE = 50


@public
def log_page(visit: Visit) -> Answer:
    """``community``: one log, with a pager; without it the newest acts of all. ``only``: a word of ``GROUPS``."""
    places = {each.id: each for each in visit.house.all_communities(visit.session)}
    place = _asked_place(visit, places)
    only = visit.query.get("only", "")
    before = _digits(visit.query.get("before", "")) if place else None
    acts = GROUPS[only][1] if only in GROUPS else ()
    if place is None:
        found = newest_entries(visit.session, acts=acts, limit=PAGE)
    else:
        found = entries_read(visit.session, place.id, acts=acts, before=before, limit=PAGE + 1)
    rows, more = found[:PAGE], len(found) > PAGE
    if place is not None and place.parent_id:
        visit.community = place
    zone = place.timezone if place else visit.house.settings.timezone
    return page(
        visit,
        "audit/log.html",
        rows=_rows(visit, rows, places),
        place=place,
        logs=[_log(visit, head.community_id, head.size, places) for head in log_heads(visit.session)],
        groups=[(word, name) for word, (name, _acts) in GROUPS.items()],
        only=only if only in GROUPS else "",
        older=rows[-1].index if more and place and rows else None,
        zone=zone,
    )


@public
def entry_page(visit: Visit) -> Answer:
    """One entry exactly as stored; what opens its commitments, only for the person whose values they are."""
    id, index = visit.number("community"), visit.number("index")
    found, head = entry(visit.session, id, index), log_head(visit.session, id)
    if found is None or head is None:
        raise Missing
    places = {each.id: each for each in visit.house.all_communities(visit.session)}
    place = places[id]
    visit.community = place if place.parent_id else None
    body = bytes(found.body)
    hash_ = leaf_hashes([body])[0]
    known = _log(visit, id, head.size, places)
    bundle = Tile(ENTRIES, index // WIDTH, width_of(ENTRIES, index // WIDTH, known["published"]) or WIDTH)
    return page(
        visit,
        "audit/entry.html",
        row=_rows(visit, [found], places)[0],
        place=place,
        origin=head.origin,
        body=body.decode(errors="replace"),
        leaf_hex=hash_.hex(),
        leaf_base64=base64.b64encode(hash_).decode(),
        commits=_commitments(body),
        openings=_own_openings(visit, id, index),
        log=known,
        bundle=f"/log/{id}/{bundle.path}",
        inside=index % WIDTH,
        size=head.size,
    )


@public
def verify_page(visit: Visit) -> Answer:
    places = {each.id: each for each in visit.house.all_communities(visit.session)}
    logs = [_log(visit, head.community_id, head.size, places) for head in log_heads(visit.session)]
    return page(visit, "audit/verify.html", logs=logs, address=visit.house.settings.address)


def _commitments(body: bytes) -> dict[str, Any]:
    found = (data_of(body) or {}).get("commit")
    return found if isinstance(found, dict) else {}


def _asked_place(visit: Visit, places: dict[int, Any]) -> Any:
    asked = visit.query.get("community", "")
    if not asked:
        return None
    place = places.get(_digits(asked) or 0)
    if place is None:
        raise Missing
    return place


def _digits(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 12 else None


def _rows(visit: Visit, found: list[Entry], places: dict[int, Any]) -> list[dict[str, Any]]:
    """Entries as they are told: in the words of the slice whose subject they are about, else in the log's own."""
    named = {place: each for name in visit.house.namers for place, each in name(visit, found).items()}
    return [_row(each, places, named.get((each.community_id, each.index))) for each in found]


def _row(one: Entry, places: dict[int, Any], named: Named | None) -> dict[str, Any]:
    told = tell(bytes(one.body), one.topic, places[one.community_id].kind)
    if named and named.sentence and told.sentence != DAMAGED:
        told = replace(told, sentence=named.sentence, facts=named.facts)
    return {
        "index": one.index,
        "at": one.at,
        "told": told,
        "title": named.title if named else "",
        "place": places[one.community_id].name,
        "url": f"/log/{one.community_id}/entries/{one.index}",
        "hash": leaf_hashes([bytes(one.body)])[0].hex(),
        "has_commitments": b'"commit":{' in bytes(one.body),
    }


def _log(visit: Visit, id: int, size: int, places: dict[int, Any]) -> dict[str, Any]:
    """A log as its readers see it: how long, how much of it is published, under which root and key."""
    folder = Published(visit.house.settings.log_folder / str(id))
    try:
        note, key = folder.note(), folder.key()
    except BadNote:
        note, key = None, None
    lines = note.split("\n") if note else []
    return {
        "id": id,
        "name": places[id].name,
        "size": size,
        "published": int(lines[1]) if lines else 0,
        "root": lines[2] if lines else "",
        "note": note or "",
        "vkey": str(key) if key else "",
    }


def _own_openings(visit: Visit, community_id: int, index: int) -> list[tuple[str, str, str]]:
    """(field, value, salt) of the visitor's own values: nobody else is given what opens a commitment."""
    if visit.person is None:
        return []
    found = openings_of(visit.session, community_id, index)
    mine = [each for each in found if each.person_id == visit.person.id]
    return [(each.field, each.value, bytes(each.salt).hex()) for each in mine]
