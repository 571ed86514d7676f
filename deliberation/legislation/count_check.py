"""The counts that are kept along, clusters too, held against what the rows and the log come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from deliberation.audit.log_check import Fault
from deliberation.legislation.desk_models import Cluster
from deliberation.legislation.draft_models import DraftArticle
from deliberation.legislation.opinion_models import OpinionCount, OpinionIntake
from deliberation.legislation.opinion_writing import Tally
from deliberation.legislation.replay_rules import Replay
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.vocabulary import _

NO_ENTRY = _("{subject} 没有存证记录")
OTHER_STANDING = _("{subject} 的“{field}”与存证记录推算的不符")
OTHER_COUNT = _("{subject} 的“{field}”计数与意见不符：记的是{kept}，应为{counted}")
DIMENSIONS = ("article", "channel", "category", "point", "handling")


@dataclass(slots=True)
class Check:
    """What one run of the check holds: the log's telling, the counts that the rows make."""

    session: Session
    replay: Replay
    origins: Mapping[int, str]
    tally: Tally = field(default_factory=Tally)
    given: Counter[int] = field(default_factory=Counter)
    intakes: Counter[int] = field(default_factory=Counter)
    articles: dict[tuple[int, int], dict[str, tuple[str, str]]] = field(default_factory=dict)

    def fault(self, one: Any, reason: str, name: str = "", index: int | None = None) -> Fault:
        facts = {"subject": f"opinion/{one.id}", "field": name, "index": index}
        return Fault("document", reason, facts, self.origins.get(one.community_id, ""), index, f"opinion/{one.id}")


def check_clusters(check: Check) -> Iterator[Fault | None]:
    """Each cluster has the lead and the size that the log gives it; none is there without an entry."""
    told = dict(check.replay.clusters)
    for one in check.session.execute(select(Cluster).order_by(col(Cluster.id))).scalars():
        known = told.pop(one.id, None)
        named = f"cluster/{one.id}"
        wrong = NO_ENTRY if known is None else None
        if known is not None and (known.size, known.is_dissolved) != (one.size, one.dissolved_at is not None):
            wrong, name = OTHER_STANDING, "size"
        elif known is not None and not known.is_dissolved and known.lead != one.lead_id:
            wrong, name = OTHER_STANDING, "lead"
        facts = {"subject": named, "field": name if wrong == OTHER_STANDING else ""}
        yield Fault("document", wrong, facts, "", None, named) if wrong else None
    for id in told:
        yield Fault(
            "document", OTHER_STANDING, {"subject": f"cluster/{id}", "field": "size"}, "", None, f"cluster/{id}"
        )


# --- counts


def check_counts(check: Check) -> Iterator[Fault]:
    """What was counted as it came equals what the rows come to."""
    counted = {key: (more, check.tally.shown[key]) for key, more in check.tally.standing.items()}
    rows = select(OpinionCount).where(col(OpinionCount.dimension).in_(DIMENSIONS))
    for row in check.session.execute(rows).scalars():
        key = (row.solicitation_id, row.dimension, row.word, row.kind)
        yield from _other(
            check, row.solicitation_id, row.dimension, (row.standing, row.shown), counted.pop(key, (0, 0))
        )
    for (of, dimension, _word, _kind), found in counted.items():
        yield from _other(check, of, dimension, (0, 0), found)
    for one in check.session.execute(select(Solicitation).order_by(col(Solicitation.id))).scalars():
        yield from _other(check, one.id, "given", one.given, check.given[one.id])
        yield from _other(check, one.id, "standing", one.standing, check.tally.whole[one.id])
    for intake in check.session.execute(select(OpinionIntake)).scalars():
        yield from _other(check, intake.solicitation_id, "intake", intake.rows, check.intakes[intake.id])
    yield from _heat(check)


def _heat(check: Check) -> Iterator[Fault]:
    """The numbers beside the articles of a draft, in the reading that is shown."""
    rows = select(DraftArticle.version_id, DraftArticle.key, func.max(DraftArticle.opinions))
    for version, key, kept in check.session.execute(rows.group_by(DraftArticle.version_id, DraftArticle.key)):
        if kept != (counted := check.tally.articles[version, key]):
            facts = {"subject": f"version/{version}", "field": f"article/{key}", "kept": kept, "counted": counted}
            yield Fault("document", OTHER_COUNT, facts, "", None, f"version/{version}")


def _other(check: Check, of: int, name: str, kept: Any, counted: Any) -> Iterator[Fault]:
    if kept == counted:
        return
    one = check.session.get(Solicitation, of)
    says, comes = (f"{each[0]}/{each[1]}" if isinstance(each, tuple) else each for each in (kept, counted))
    facts = {"subject": one.subject, "field": name, "kept": says, "counted": comes}
    yield Fault("document", OTHER_COUNT, facts, check.origins.get(one.community_id, ""), None, one.subject)
