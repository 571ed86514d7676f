"""What passes between the tiers as a bundle: one file of lines whose digest an entry has; given out, checked, read again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.bundle import FULL, Contents
from deliberation.audit.bundle_check import Bundle, BundleCheck
from deliberation.audit.log_check import Fault
from deliberation.audit.models import Entry
from deliberation.legislation.calling import DOES_NOT_HOLD, opened_bundle
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.tier_lines import Unreadable
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import Act, _

NOT_THAT = _("{file} 不是记录里存证的那一份")


@dataclass(frozen=True)
class TierFile:
    """``kind`` of the subject, the act of its entry, the name of the file, what reads it (with a ``head``, or raises Unreadable).

    ``row`` and ``kept`` fetch the row and the content by number (raise Missing); ``names``: what head and entry both say.
    """

    kind: str
    act: Act
    file: str
    read: Callable[[bytes], Any]
    row: Callable[[Session, int], Any]
    kept: Callable[[Session, int], str]
    names: tuple[str, ...]
    not_public: Refusal

    def gather(self, session: Session, number: int, edition: str) -> Contents:
        """It as it went. Raises Missing, Refused for a public edition."""
        if edition != FULL:
            raise Refused(self.not_public)
        made = self.row(session, number)
        of = solicitation(session, made.solicitation_id)
        found = select(Entry.index).where(
            Entry.community_id == of.community_id, Entry.object == made.subject, col(Entry.act) == self.act
        )
        indices = list(session.exec(found))
        files = {self.file: self.kept(session, made.id).encode()}
        # Who did it is its sender's own affair: nothing is opened.
        return Contents(of.community_id, made.subject, indices, files, frozenset(indices))

    def check(self, bundle: Bundle) -> Iterator[Fault | None]:
        """The content against its entry: its digest, and what both say of it."""
        if not bundle.subject.startswith(f"{self.kind}/"):
            return
        index, data = bundle.about(bundle.subject, self.act) or (None, {})
        content = bundle.files.get(self.file, b"")
        yield self._fault(bundle, index, data.get("content") == hashlib.sha256(content).hexdigest())
        try:
            head = self.read(content).head
        except Unreadable:
            yield self._fault(bundle, index, False)
            return
        same = head.origin == bundle.origin and all(data.get(name) == getattr(head, name) for name in self.names)
        yield self._fault(bundle, index, same)

    def _fault(self, bundle: Bundle, index: int | None, holds: bool) -> Fault | None:
        facts = {"file": self.file}
        return None if holds else Fault("document", NOT_THAT, facts, bundle.origin, index, self.file)

    def opened(self, content: bytes, checks: tuple[BundleCheck, ...]) -> tuple[str, str, Any]:
        """Digest, key and what it says, of a file that came. Raises Refused, with a sentence for whatever is wrong."""
        bundle, vkey = opened_bundle(content, self.kind, checks)
        said = bundle.files.get(self.file, b"")
        try:
            return hashlib.sha256(said).hexdigest(), vkey, self.read(said)
        except Unreadable as no:
            raise Refused(
                Refusal(DOES_NOT_HOLD.reason, {"fault": f"{self.file}: {no}"}, DOES_NOT_HOLD.remedy)
            ) from None
