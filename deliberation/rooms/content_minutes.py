"""What the minutes say of each statement: its words, what it replies to, its files; or that it is hidden or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from deliberation.identity.models import names_of
from deliberation.rooms.content_models import files_in, replies_in
from deliberation.rooms.minutes import HIDDEN, WITHDRAWN, Asked
from deliberation.rooms.models import Statement
from deliberation.rooms.question_models import FloorQuestion, backings_of, questions_of


def bodies_of(
    session: Session, room_id: int, statements: Sequence[Statement], names: Mapping[int, str]
) -> dict[int, str]:
    """By the id of a statement, in Chinese: the minutes are issued in it."""
    replies, files = replies_in(session, room_id), files_in(session, room_id)
    speaker = {each.id: names.get(each.person_id, "") for each in statements}
    found = {}
    for each in statements:
        if each.is_hidden or each.withdrawn_at:
            found[each.id] = HIDDEN if each.is_hidden else WITHDRAWN
            continue
        to = f"（回复{speaker.get(replies[each.id], '')}）" if each.id in replies else ""
        names_of_files = "、".join(file.name for file in files.get(each.id, ()))
        found[each.id] = to + each.body + (f"（附件：{names_of_files}）" if names_of_files else "")
    return found


def asked_in(session: Session, room_id: int) -> tuple[Asked, ...]:
    """Every question from the floor, what was hidden or withdrawn without its words."""
    found, backings = questions_of(session, room_id), backings_of(session, room_id)
    names = names_of(session, {one.person_id for one in found})
    return tuple(_asked(one, names[one.person_id], backings.get(one.id, 0)) for one in found)


def _asked(one: FloorQuestion, who: str, backings: int) -> Asked:
    if one.hiding_id is not None or one.withdrawn_at is not None:
        return Asked(who, "", backings, state="hidden" if one.hiding_id is not None else "withdrawn")
    state = "answered" if one.answered_at is not None else "open"
    return Asked(who, one.body, backings, one.answer, one.answered_by, state)
