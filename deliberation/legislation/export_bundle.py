"""The table of opinions as a bundle (docs/bundle.md): CSV and JSON lines with the entry of each opinion and its proof.

Openings are in the full edition only: the words of each opinion whose author has not changed them, never who was signed in.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.bundle import FULL, Bundler, Contents, make_bundle
from deliberation.audit.bundle_check import Bundle, BundleCheck
from deliberation.audit.log_check import Fault
from deliberation.audit.models import entries_about
from deliberation.audit.published import Published
from deliberation.legislation.export_rows import Table, table_of
from deliberation.legislation.export_rules import may_bundle
from deliberation.legislation.export_text import write_csv, write_jsonl
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_rules import SHOWN
from deliberation.legislation.solicitation_models import solicitation
from deliberation.refusal import refuse_if
from deliberation.vocabulary import Act, _

KIND = "opinions"
ROWS = "opinions/opinions.jsonl"
FIRST = frozenset({Act.OPINION_GIVEN.value, Act.OPINION_TYPED.value, Act.OPINION_RECEIVED.value})
FRAME = frozenset({Act.SOLICITATION_OPENED.value, Act.SOLICITATION_EXTENDED.value, Act.SOLICITATION_CLOSED.value})
NO_ENTRY = _("第{no}行的存证编号没有对应的意见记录")
OTHER_WORDS = _("第{no}行的“{field}”不是存证的原文")
OTHER_COUNT = _("表里有{rows}条意见，存证记录有{entries}条")


def gather(session: Session, id: int, edition: str) -> Contents:
    """What ``opinions/<solicitation>`` is. Raises Missing."""
    return contents_of(session, table_of(session, solicitation(session, id), edition), lambda _count: None)


def contents_of(session: Session, table: Table, progress: Callable[[int], None]) -> Contents:
    refuse_if(may_bundle(table.rows))
    one = solicitation(session, table.solicitation_id)
    files: dict[str, bytes] = {}
    for name, write in (("opinions/opinions.csv", write_csv), (ROWS, write_jsonl)):
        out = io.BytesIO()
        write(session, table, out, progress)
        files[name] = out.getvalue()
    found = select(Opinion.entry, Opinion.changed_at).where(
        Opinion.solicitation_id == one.id, col(Opinion.withdrawn_at).is_(None)
    )
    if table.is_public:
        found = found.where(Opinion.state == SHOWN, col(Opinion.publishes).is_(True))
    rows = session.exec(found).all()
    own = [each.index for each in entries_about(session, one.subject) if each.act in FRAME]
    return Contents(
        one.community_id, f"{KIND}/{one.id}", sorted({*own, *(index for index, _changed in rows)}), files,
        unopened=frozenset(own) | {index for index, changed in rows if changed}, sealed=frozenset({"actor"}),
    )  # fmt: skip


def write_bundle(
    session: Session, table: Table, out: Any, progress: Callable[[int], None], published: Published | None = None
) -> int:
    """How many opinions were written. Held in memory whole. Raises Refused where the log is not published so far."""
    assert published is not None
    out.write(make_bundle(session, contents_of(session, table, progress), table.edition, published))
    return table.rows


def check(bundle: Bundle) -> Iterator[Fault | None]:
    """Every row has its entry, every entry its row; what is opened is what the row says."""
    if bundle.subject.partition("/")[0] != KIND:
        return
    rows = [json.loads(line) for line in bundle.files[ROWS].split(b"\n") if line]
    known = {index for index, entry in bundle.entries.items() if entry.get("type") in FIRST}
    seen = set()
    for row in rows:
        origin, _sign, index = row["entry"].rpartition("#")
        seen.add(int(index))
        yield _fault(bundle, row, origin, int(index), known)
    if seen != known or len(seen) != len(rows):
        facts = {"rows": len(rows), "entries": len(known)}
        yield Fault("missing", OTHER_COUNT, facts, bundle.origin, None, bundle.subject)


def _fault(bundle: Bundle, row: dict[str, Any], origin: str, index: int, known: set[int]) -> Fault | None:
    facts: dict[str, Any] = {"no": row["no"]}
    if origin != bundle.origin or index not in known:
        return Fault("missing", NO_ENTRY, facts, bundle.origin, index, bundle.subject)
    opened = bundle.openings.get(index, {}) if bundle.edition == FULL else {}
    may_be = {"proposal": (row["proposal"], row["as_said"]), "reason": (row["reason"],)}
    for field, words in may_be.items():
        if field in opened and opened[field][1] not in words:
            return Fault("document", OTHER_WORDS, facts | {"field": field}, bundle.origin, index, bundle.subject)
    return None


bundlers = (Bundler(KIND, gather),)
bundle_checks = (BundleCheck("opinions", check),)
