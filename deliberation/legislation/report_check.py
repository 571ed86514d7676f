"""Reports against the log: every version of the text is the one that was entered, by whom and when; none is left out."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session, col, select

from deliberation.audit.log_check import Fault
from deliberation.legislation.entered_log import NO_ENTRY, OTHER_FACTS, Log
from deliberation.legislation.report_models import OpinionReport
from deliberation.legislation.reporting import digest_of_report, parts_of
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.vocabulary import Act


def check_reports(session: Session) -> Iterator[Fault | None]:
    """Each version beside its entry, and every entry beside what is there."""
    log = Log(session, (Act.REPORT_WRITTEN,))
    rows = select(OpinionReport, Solicitation.community_id).join(
        Solicitation, col(Solicitation.id) == OpinionReport.solicitation_id
    )
    for made, community_id in session.exec(rows.order_by(col(OpinionReport.id))):
        yield _report(log, made, community_id)
    yield from log.gone()


def _report(log: Log, made: OpinionReport, community_id: int) -> Fault | None:
    place = (community_id, made.subject)
    entries = log.take(*place)
    if not entries:
        return log.fault(place, NO_ENTRY)
    one = entries[0]
    wrong = log.facts(place, one, {"solicitation": made.solicitation_id, "version": made.number})
    wrong = wrong or log.words(place, one, parts_of(made.parts))
    # The whole of it is held also where the words are opened no more.
    wrong = wrong or log.kept(place, one, {"text": digest_of_report(made.parts)}) or log.by(place, one, made.person_id)
    return wrong or (None if log.hour(one, made.at) else log.fault(place, OTHER_FACTS, "at", one))
