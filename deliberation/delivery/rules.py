"""What counts as proof that somebody was told."""

from __future__ import annotations

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

BY_HAND = ("visit", "post", "board", "email")


def check_proof(channel: str, proof: str) -> Refusal | None:
    """A delivery that the site did not make itself needs a way and a word of who did it and how."""
    if channel not in BY_HAND:
        return Refusal(_("请选择送达方式"))
    if not proof.strip():
        return Refusal(_("请写明由谁、怎样送达"), remedy=_("例如：李强11月21日上门送达，本人签收"))
    return None
