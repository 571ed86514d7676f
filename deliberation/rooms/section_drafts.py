"""What the record of a room itself says under two headings of its minutes, for the writer to put right and add to.

Who came and what they said stands in the draft already; here it is gathered by position, and each concern with what
became of it. Nothing is judged: what nobody has responded to is said to be open.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from deliberation.identity.models import names_of
from deliberation.matters.concern_rules import OPEN, TAKEN_UP
from deliberation.matters.concerns import Heard, heard
from deliberation.rooms.convening_models import Talk, WrittenAnswer
from deliberation.rooms.minutes import LABELS
from deliberation.rooms.models import Room, Statement, statements_of

SIGNED = "更正期满后，由听证参加人在签名页上确认并签名；有异议的，写在签名页上。签名页的扫描件和纪要一并存证，纪要上写明它的名称和摘要。\n"
"""That it is so is held by the sealing: without the scan the minutes of such a form are not sealed."""
SHORT = 60
"""Characters of a statement under its position; it stands whole above."""


def written_by_itself(session: Session, room: Room) -> dict[str, str]:
    """By the id of the heading in the forms: ``opinions`` and ``handling``, where somebody said anything; ``signed``."""
    signed = {"signed": SIGNED}
    said = [each for each in statements_of(session, room.id) if not (each.is_hidden or each.withdrawn_at)]
    if not said:
        return signed
    raised = [each for each in heard(session, room.matter_id) if each.concern.page.startswith(f"/rooms/{room.id}#")]
    return signed | {"opinions": opinions_by_position(session, said), "handling": _handling(raised)}


def opinions_by_position(session: Session, said: Sequence[Statement | WrittenAnswer]) -> str:
    """What was said, gathered by position: each in short, with the name."""
    names = names_of(session, {each.person_id for each in said})
    lines = []
    for position, label in LABELS.items():
        own = [each for each in said if each.position == position]
        if own:
            words = "；".join(f"{names[each.person_id]}：“{_short(each.body)}”" for each in own)
            lines.append(f"{label or '没有说明立场'}{len(own)}条。{words}")
    return "\n".join(lines) + "\n"


def opinions_in_talks(talks: Sequence[Talk]) -> str:
    """What each talk brought, in short and without a name."""
    return "".join(f"{nth}. “{_short(each.body)}”\n" for nth, each in enumerate(talks, 1))


def _handling(raised: list[Heard]) -> str:
    if not raised:
        return "没有人反对、提条件或者提出疑问。\n"
    return (
        "\n".join(f"{nth}. “{_short(each.concern.said)}”：{_outcome(each)}" for nth, each in enumerate(raised, 1))
        + "\n"
    )


def _outcome(one: Heard) -> str:
    if one.state == OPEN:
        return "还没有回应。"
    response, number = one.responses[-1]
    return (
        f"方案第{number}版作了改动：{response.reason}"
        if one.state == TAKEN_UP
        else f"没有改动，理由是：{response.reason}"
    )


def _short(body: str) -> str:
    flat = " ".join(body.split())
    return flat if len(flat) <= SHORT else flat[:SHORT] + "…"
