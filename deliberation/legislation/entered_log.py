"""The entries of some acts by what they are about, with what opens them: rows are held against them one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.log_check import Fault
from deliberation.audit.models import Entry
from deliberation.audit.reading import entry_of
from deliberation.legislation.opinion_log import UNOPENED
from deliberation.matters.text_check import Entered, openings_for, origins_of
from deliberation.vocabulary import Act, _

NO_ENTRY = _("{subject} 没有存证记录")
GONE = _("{index} 号记录的 {subject} 已经不在")
OTHER_WORDS = _("{subject} 的“{field}”不是 {index} 号记录存证的原文")
OTHER_FACTS = _("{subject} 的“{field}”与 {index} 号记录不符")


class Log:
    """The entries of these acts by what they are about, of which there are few; what nobody took is of what is gone."""

    def __init__(self, session: Session, acts: Collection[Act]):
        self.origins, self.entries = origins_of(session), defaultdict(list)
        found = select(Entry.community_id, Entry.object, Entry.index, Entry.act, Entry.body)
        found = found.where(col(Entry.act).in_([act.value for act in acts]))
        flat, self.at = [], {}
        self.damaged: set[tuple[int, str]] = set()
        """Of what an entry says nothing any more, which the check of the log tells: its rows may seem to have none."""
        for place, subject, index, act, body in session.execute(found.order_by(Entry.community_id, col(Entry.index))):
            said = entry_of(bytes(body)) or {}
            one = Entered(place, subject, index, act, said.get("data", {}))
            self.at[place, index] = said.get("at")
            if not one.data:
                self.damaged.add((place, subject))
            self.entries[place, subject].append(one)
            flat.append(one)
        self.openings = openings_for(session, flat)

    def take(self, community_id: int, subject: str) -> list[Entered]:
        return self.entries.pop((community_id, subject), [])

    def opened(self, one: Entered) -> dict[str, str]:
        return self.openings.get((one.community_id, one.index), {})

    def fault(
        self, place: tuple[int, str], reason: str, name: str = "", one: Entered | None = None, **more: Any
    ) -> Fault:
        (community_id, subject), index = place, one.index if one else None
        facts = {"subject": subject, "field": name, "index": index} | more
        return Fault("document", reason, facts, self.origins.get(community_id, ""), index, subject)

    def words(self, place: tuple[int, str], one: Entered, texts: dict[str, str]) -> Fault | None:
        """The first text that is not what was entered; what was erased has nothing to compare."""
        opened = self.opened(one)
        wrong = next((name for name, value in texts.items() if opened.get(name, value) != value), None)
        return self.fault(place, OTHER_WORDS, wrong, one) if wrong else None

    def hour(self, one: Entered | None, kept: datetime | None) -> bool:
        """Whether a row's instant is that of the entry, to the second; a damaged entry says nothing."""
        said = self.at.get((one.community_id, one.index)) if one else None
        if one is None or said is None:
            return kept is None or one is not None
        return kept is not None and kept.strftime("%Y-%m-%dT%H:%M:%SZ") == said

    def facts(self, place: tuple[int, str], one: Entered, plain: Mapping[str, Any]) -> Fault | None:
        """The first value that is not the one said in clear; a damaged entry says nothing."""
        wrong = next((name for name, value in plain.items() if one.data and one.data.get(name) != value), None)
        return self.fault(place, OTHER_FACTS, wrong, one) if wrong else None

    def kept(self, place: tuple[int, str], one: Entered, texts: Mapping[str, str]) -> Fault | None:
        """The same of what is nobody's value: what opens it must be there. Older entries do not commit to it."""
        opened, committed = self.opened(one), one.data.get("commit", {})
        for name, value in texts.items():
            if name in committed and opened.get(name) != value:
                return self.fault(place, OTHER_WORDS if name in opened else UNOPENED, name, one)
        return None

    def by(self, place: tuple[int, str], one: Entered, person_id: int | None) -> Fault | None:
        """Whether the row names who the entry says acted; whose values were erased is named by no entry."""
        who = self.opened(one).get("actor")
        return self.fault(place, OTHER_FACTS, "actor", one) if who not in (None, f"person/{person_id}") else None

    def gone(self) -> Iterator[Fault]:
        """What was entered and is there no more."""
        for place, entries in self.entries.items():
            yield self.fault(place, GONE, "", entries[0])
